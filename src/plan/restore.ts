import type { Command } from '../base/command';
import { lookupAll } from '../base/lookup';
import type {
  ObservedAddress,
  ObservedLink,
  ObservedNamespace,
  ObservedPolicyRule,
  ObservedRoute,
} from '../host/model';
import { actionWords, selectorWords } from '../host/policy-rule';
import { localnetSysctl } from '../host/sysctl-names';
import { parseCidr } from './cidr';
import { ip, setSysctl } from './commands';
import { refOf } from './cables';
import { defaultBridgeOptions, type DeviceRef } from './manifest';
import { restoreOpenVswitchBridge } from './open-vswitch';
import { restoreQdisc } from './impairments';
import { restorePortVlans } from './port-vlans';
import { observedMaster, plug, setHairpin } from './plugging';

/**
 * The commands that bring a removed thing back as it was observed: the undo of every step that takes something away.
 * They go by what was seen on the host, not by the file, so that what a user added by hand comes back as well.
 */

/** An interface that has just been created again: its MAC, MTU, mark, bridge, state, addresses and routes. */
export function restoreLink(namespace: ObservedNamespace, link: ObservedLink): Command[] {
  const words: string[] = [];
  // An IPVLAN has its parent's.
  if (link.mac !== undefined && !['bridge', 'ipvlan', 'loopback', 'openvswitch'].includes(link.kind))
    words.push('address', link.mac);
  words.push('mtu', String(link.mtu));
  if (link.alias !== undefined) words.push('alias', link.alias);
  const master = observedMaster(namespace, link.master);
  const ref = refOf(namespace.name, link.name);
  if (master?.isOpenVswitch === false) words.push('master', master.name);
  if (link.up) words.push('up');
  return [
    ip(namespace.name, 'link', 'set', 'dev', link.name, ...words),
    ...(master?.isOpenVswitch === true
      ? plug(ref, master, link.vlans)
      : restorePortVlans(ref, master === undefined ? undefined : link.vlans)),
    ...restoreLocalnet(namespace, link),
    ...restoreQdisc(ref, link, false),
    ...restoreHairpin(ref, link.hairpin),
    ...link.addresses
      .filter((address) => (isAssigned(address) || isOfHostAlone(address)) && address.isAnnounced !== true)
      .map((address) => addressCommand(namespace.name, link.name, 'add', address)),
    ...(link.up ? restoreRoutes(namespace, link.name) : []),
  ];
}

/**
 * A bridge, with its options and its ports.
 *
 * @param ports those that are not taken away themselves: such a one is plugged in again when it is brought back
 */
export function restoreBridge(
  namespace: ObservedNamespace,
  bridge: ObservedLink,
  ports: readonly ObservedLink[],
): Command[] {
  if (bridge.kind === 'openvswitch')
    return [restoreOpenVswitchBridge(bridge, ports), ...restoreLink(namespace, bridge)];
  // Only what is not so by itself: a kernel built without VLANs refuses even `vlan_filtering 0`.
  const options = Object.entries(bridgeOptions(bridge)).filter(([key, value]) => defaultBridgeOptions[key] !== value);
  return [
    ip(namespace.name, 'link', 'add', 'name', bridge.name, 'type', 'bridge', ...options.flat()),
    ...ports.flatMap(({ name, vlans, hairpin }) => [
      ip(namespace.name, 'link', 'set', 'dev', name, 'master', bridge.name),
      ...restorePortVlans(refOf(namespace.name, name), vlans),
      ...restoreHairpin(refOf(namespace.name, name), hairpin),
    ]),
    ...restoreLink(namespace, bridge),
  ];
}

/** What a bridge knew of its port, it forgot when that was taken away. */
function restoreHairpin(ref: DeviceRef, hairpin: true | undefined): Command[] {
  return hairpin === true ? [setHairpin(ref, 'on')] : [];
}

/** As restoreHairpin, for packets of 127.0.0.0/8. */
function restoreLocalnet(namespace: ObservedNamespace, { name }: ObservedLink): Command[] {
  const parameter = localnetSysctl(name);
  return namespace.sysctls[parameter] === '1' ? [setSysctl(namespace.name, parameter, '1')] : [];
}

/** A namespace: its loopback, the kernel parameters that were read, policy rules, and the routes that stand on no interface. */
export function restoreNamespace(namespace: ObservedNamespace): Command[] {
  const name = namespace.name ?? '';
  const lo = namespace.links.find((link) => link.name === 'lo');
  const parameters = ['net.ipv4.ip_forward', 'net.ipv6.conf.all.forwarding'];
  return [
    ip(undefined, 'netns', 'add', name),
    ...parameters.flatMap((parameter) => {
      const value = namespace.sysctls[parameter];
      return value === undefined ? [] : [setSysctl(name, parameter, value)];
    }),
    ...(lo === undefined ? [] : restoreLink(namespace, lo)),
    ...restoreRoutes(namespace, undefined),
    ...namespace.rules
      .filter((rule) => isAddedRule(rule) && rule.l3mdev !== true)
      .map((rule) => restoreRule(name, rule)),
  ];
}

/** Every namespace has its first rule and its last two from birth (fib_default_rules_init in net/ipv4/fib_rules.c). */
export function isAddedRule({ priority, table }: ObservedPolicyRule): boolean {
  return !(priority === 0 && table === 'local') && priority !== 32766 && priority !== 32767;
}

function restoreRule(namespace: string, rule: ObservedPolicyRule): Command {
  const flags = rule.family === 'inet6' ? ['-6'] : [];
  const words = [...selectorWords(rule), ...actionWords(rule)].map((word) => (word === 'lookup' ? 'table' : word));
  return ip(namespace, ...flags, 'rule', 'add', 'priority', String(rule.priority), ...words);
}

/** The options of a bridge that a topology can set, in the words of `ip link add type bridge`. */
export function bridgeOptions(bridge: ObservedLink): Record<string, string> {
  const options: Record<string, string> = {};
  for (const key of Object.keys(defaultBridgeOptions)) {
    const value = bridge.data[key];
    if (typeof value === 'number' || typeof value === 'string') options[key] = String(value);
  }
  return options;
}

/** `ip addr add`; an IPv6 address of a lab is usable at once (`nodad`): the file is checked for duplicates beforehand. */
export function addAddress(namespace: string | undefined, dev: string, cidr: string): Command {
  const words = parseCidr(cidr)?.family === 'inet6' ? ['nodad'] : [];
  return ip(namespace, 'addr', 'add', cidr, 'dev', dev, ...words);
}

/** An address as it was seen, with all that was said of it. */
export function addressCommand(
  namespace: string | undefined,
  dev: string,
  verb: 'add' | 'replace',
  { cidr, peer, broadcast, label, metric, flags = [] }: ObservedAddress,
): Command {
  const words = [
    ...(peer === undefined ? [cidr] : [cidr.split('/')[0] ?? cidr, 'peer', peer]),
    ...(broadcast === undefined ? [] : ['broadcast', broadcast]),
    ...['dev', dev],
    ...(label === undefined ? [] : ['label', label]),
    ...(metric === undefined ? [] : ['metric', String(metric)]),
    ...flags,
  ];
  return ip(namespace, 'addr', verb, ...words);
}

/** True for an address that somebody gave to the interface; link-local ones come by themselves when it goes up. */
export function isAssigned(address: ObservedAddress): boolean {
  return address.scope === 'global' || address.scope === 'site';
}

/** True for an address like 127.9.0.1, but for those that each loopback gets when it comes up. */
function isOfHostAlone({ scope, cidr }: ObservedAddress): boolean {
  return scope === 'host' && cidr !== '127.0.0.1/8' && cidr !== '::1/128';
}

/** The routes that went with an interface (undefined: those that stand on none). */
export function restoreRoutes(namespace: ObservedNamespace, dev: string | undefined): Command[] {
  return routesThrough(namespace, dev).map((route) => routeCommand(namespace.name, 'replace', route));
}

/** Asked for each interface of a namespace that goes: of a host of a thousand cables, each of which has routes. */
const routesByDev = lookupAll((route: ObservedRoute) => route.dev ?? '');

/** The routes that somebody set (not those that the kernel derives from addresses), the direct ones first. */
export function routesThrough(namespace: ObservedNamespace, dev: string | undefined): ObservedRoute[] {
  const own = routesByDev(namespace.routes, dev ?? '').filter(
    ({ protocol, table }) => protocol !== 'kernel' && protocol !== 'ra' && table !== 'local',
  );
  return [...own.filter(({ via }) => via === undefined), ...own.filter(({ via }) => via !== undefined)];
}

/** What `ip route` needs to know of a route, declared or observed. */
export interface RouteWords {
  readonly family?: 'inet' | 'inet6';
  readonly to: string;
  readonly type: string;
  readonly via?: string;
  readonly dev?: string;
  readonly table?: string;
  readonly metric?: number;
  readonly src?: string;
  readonly scope?: string;
  /** Who set it, where that is known: `static`, `dhcp`; nobody says `boot`. */
  readonly protocol?: string;
  readonly onLink?: true;
}

/** `ip route add|replace|del …` with the words in the order in which `ip route` itself prints them. */
export function routeCommand(
  namespace: string | undefined,
  verb: 'add' | 'replace' | 'del',
  route: RouteWords,
): Command {
  const words = ['route', verb];
  if (route.type !== 'unicast') words.push(route.type);
  words.push(route.to);
  if (route.via !== undefined) words.push('via', route.via);
  // iproute2 6.1 names `lo` as the device of IPv6 blackhole and unreachable routes, and takes it back as well.
  if (route.dev !== undefined) words.push('dev', route.dev);
  if (route.table !== undefined && route.table !== 'main') words.push('table', route.table);
  if (route.scope !== undefined && route.scope !== 'global' && route.scope !== 'universe')
    words.push('scope', route.scope);
  if (route.protocol !== undefined && route.protocol !== 'boot') words.push('proto', route.protocol);
  if (route.src !== undefined) words.push('src', route.src);
  if (route.metric !== undefined) words.push('metric', String(route.metric));
  if (route.onLink === true) words.push('onlink');
  return ip(namespace, ...(routeFamily(route) === 'inet6' ? ['-6'] : []), ...words);
}

/** The address family of a route, from its destination, or from its gateway where it is `default`. */
export function routeFamily(route: Pick<RouteWords, 'family' | 'to' | 'via' | 'src'>): 'inet' | 'inet6' {
  if (route.family !== undefined) return route.family;
  const known = [route.to, route.via, route.src].map((text) => (text === undefined ? undefined : parseCidr(text)));
  return known.find((cidr) => cidr !== undefined)?.family ?? 'inet';
}
