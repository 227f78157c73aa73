import type { ObservedNamespace } from '../../host/model';
import { parseCidr } from '../cidr';
import type { TopologyFile } from '../../topology/generated/topology-file';
import { localnetDeviceOf } from '../../host/sysctl-names';
import type { Device } from './selection';

type Scope = NonNullable<NonNullable<TopologyFile['namespaces']>[string]>;

/** What a namespace says of its kernel: `forwarding`, and the parameters that somebody changed. */
export type KernelEntries = Pick<Scope, 'forwarding' | 'sysctls'>;

const families = { inet: 'net.ipv4.ip_forward', inet6: 'net.ipv6.conf.all.forwarding' } as const;

/** Follow from others, count, or differ from interface to interface by themselves. */
const consequences =
  /\.(forwarding|mc_forwarding|mtu|base_reachable_time|base_reachable_time_ms|stable_secret|hop_limit|addr_gen_mode|disable_policy|disable_xfrm)$|^net\.netfilter\.|^net\.nf_|^net\.core\.netdev_rss_key$|^net\.ipv4\.(ip_forward|fib_sync_mem|ipfrag_|tcp_fastopen_key|neigh\.)|^net\.ipv6\.(ip6frag_|neigh\.)|^net\.(unix|mptcp|mpls|vsock|sctp|rds)\./;

/**
 * @param scope what the file has of translation there: with it, forwarding is on without being said
 * @param differing the parameters that are not as in a new namespace; none are known of the root namespace
 * @param devices the interfaces of the file that are there
 */
export function kernelEntries(
  namespace: ObservedNamespace,
  scope: Pick<Scope, 'nat' | 'port-forwards'>,
  differing: Readonly<Record<string, string>>,
  devices: readonly Device[],
): KernelEntries {
  const is = { inet: namespace.sysctls[families.inet] === '1', inet6: namespace.sysctls[families.inet6] === '1' };
  const implied = impliedFamilies(scope);
  const sysctls: Record<string, string | number> = {};
  let forwarding: boolean | undefined;
  if (is.inet && is.inet6) {
    if (!(implied.has('inet') && implied.has('inet6'))) forwarding = true;
  } else {
    for (const family of ['inet', 'inet6'] as const) {
      if (is[family] !== implied.has(family)) sysctls[families[family]] = is[family] ? 1 : 0;
    }
  }
  const names = new Set(devices.map(({ link }) => link.name));
  for (const [name, value] of Object.entries(differing).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (consequences.test(name) || !isWanted(name, value, names)) continue;
    // A router takes no redirects (inet_forward_change in net/ipv4/devinet.c).
    if (is.inet && /^net\.ipv4\.conf\.(all|default)\.accept_redirects$/.test(name) && value === '0') continue;
    // A port forward sets it by itself.
    if (localnetDeviceOf(name) !== undefined && Object.keys(scope['port-forwards'] ?? {}).length > 0) continue;
    sysctls[name] = /^(0|[1-9]\d{0,8})$/.test(value) ? Number(value) : value;
  }
  return {
    ...(forwarding === undefined ? {} : { forwarding }),
    ...(Object.keys(sysctls).length === 0 ? {} : { sysctls }),
  };
}

function isWanted(name: string, value: string, devices: ReadonlySet<string>): boolean {
  const device = /^net\.ipv[46]\.conf\.([^.]+)\./.exec(name)?.[1]?.replaceAll('/', '.');
  if (device === undefined || ['all', 'default', 'lo'].includes(device)) return true;
  // The kernel itself sets these where there is no ARP (addrconf_add_dev in net/ipv6/addrconf.c).
  if (value === '-1') return false;
  return devices.has(device);
}

/** The families that are forwarded because something is translated. */
function impliedFamilies({
  nat = {},
  'port-forwards': forwards = {},
}: Pick<Scope, 'nat' | 'port-forwards'>): Set<string> {
  const addresses = [
    ...Object.values(nat).map((rule) => rule.masquerade ?? rule.snat ?? ''),
    ...Object.values(forwards).map(({ to }) => /^\[(.*)\]:\d+$/.exec(to)?.[1] ?? to.replace(/:\d+$/, '')),
  ];
  return new Set(addresses.map((address) => parseCidr(address)?.family ?? 'inet'));
}
