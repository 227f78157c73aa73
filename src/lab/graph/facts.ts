import * as l10n from '@vscode/l10n';
import ipaddr from 'ipaddr.js';
import type { ObservedLink, ObservedNamespace, ObservedRoute } from '../../host/model';
import type { LinkState } from '../../protocol/graph';

/** Devices that the kernel puts into every namespace once a tunnel module is loaded, and Open vSwitch's own inner ones. */
const kernelFallbackDevices = new Set([
  'erspan0',
  'gre0',
  'gretap0',
  'ip6_vti0',
  'ip6gre0',
  'ip6tnl0',
  'ip_vti0',
  'sit0',
  'teql0',
  'tunl0',
  'ovs-netdev',
  'ovs-system',
]);

/** Nothing a person looks for in a picture: the loopback, and what the kernel makes by itself and nobody uses. */
export function isNoise(link: ObservedLink): boolean {
  if (link.kind === 'loopback' || link.name === 'lo') return true;
  return kernelFallbackDevices.has(link.name) && !link.up;
}

/** Linux bridges and Open vSwitch's local port of a bridge's name. */
export function isBridge(link: ObservedLink): boolean {
  return link.kind === 'bridge' || (link.kind === 'openvswitch' && link.master === undefined);
}

/**
 * The state that a person cares about, of the administrator's flag and of RFC 2863's operational state. Kinds without
 * carrier detection (tun, loopback) report `unknown` while they work. The end of a cable is without carrier exactly while its
 * other end is down (drivers/net/veth.c). Which of the two states the kernel then tells hangs on chance: it looks the other end's
 * number up among the interfaces of the wrong namespace (`default_operstate` in net/core/link_watch.c).
 */
export function linkState(link: ObservedLink): LinkState {
  if (!link.up) return 'down';
  const isCable = link.kind === 'veth' && !link.carrier;
  if (link.operState === 'lowerlayerdown' || isCable) return 'lower-layer-down';
  if (!link.carrier || link.operState === 'down') return 'no-carrier';
  return link.operState === 'up' || link.operState === 'unknown' ? 'up' : 'unknown';
}

/** What ails a cable most is its state. */
export function worstState(a: LinkState, b: LinkState): LinkState {
  const order: readonly LinkState[] = ['down', 'no-carrier', 'lower-layer-down', 'unknown', 'up'];
  return order[Math.min(order.indexOf(a), order.indexOf(b))] ?? 'unknown';
}

export const stateWords: Readonly<Record<LinkState, string>> = {
  up: l10n.t`up`,
  down: l10n.t`down`,
  'lower-layer-down': l10n.t`up, but its other end or what it stands on is down`,
  'no-carrier': l10n.t`up, no carrier`,
  unknown: l10n.t`state unknown`,
};

/** The addresses worth a place in the picture: IPv6 link-local ones, which every interface has, are for the details. */
export function shownAddresses(link: ObservedLink): string[] {
  return link.addresses.filter(({ scope }) => scope !== 'link').map(({ cidr }) => cidr);
}

/** IPv4 has but one spelling, without leading zeros: most addresses need no parsing. */
const plainIpv4 = /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){3}(\/\d+)?$/;

/** The one spelling of a CIDR, an address or `default` (RFC 5952 for IPv6); what cannot be read stays as it is. */
export function normalAddress(text: string): string {
  if (plainIpv4.test(text)) return text;
  const [address = '', prefix] = text.split('/');
  try {
    const normal = ipaddr.parse(address).toString();
    return prefix === undefined ? normal : `${normal}/${prefix}`;
  } catch {
    return text;
  }
}

/** Routes that somebody made or that say where the interface's network is; not the kernel's local and multicast entries. */
export function isShownRoute(route: ObservedRoute): boolean {
  if (route.table === 'local' || ['local', 'broadcast', 'multicast', 'anycast'].includes(route.type)) return false;
  return !/^f[ef]/i.test(route.to);
}

/** A route as `ip route` prints it. */
export function routeText(route: ObservedRoute): string {
  const words = route.type === 'unicast' ? [route.to] : [route.type, route.to];
  if (route.via !== undefined) words.push('via', route.via);
  if (route.dev !== undefined) words.push('dev', route.dev);
  if (route.metric !== undefined && route.metric !== 0) words.push('metric', String(route.metric));
  if (route.table !== 'main') words.push('table', route.table);
  return words.join(' ');
}

/** What two routes are compared by. */
export function routeKey(route: { to: string; via?: string; type: string }): string {
  const target = `${route.type === 'unicast' ? '' : `${route.type} `}${normalAddress(route.to)}`;
  return route.via === undefined ? target : `${target} via ${normalAddress(route.via)}`;
}

/** IPv4 forwarding of a namespace; undefined where it was not read. */
export function isForwarding(namespace: ObservedNamespace): boolean | undefined {
  const value = namespace.sysctls['net.ipv4.ip_forward'];
  return value === undefined ? undefined : value === '1';
}
