import type { ObservedLink } from '../host/model';
import type { InterfaceDeclaration } from '../topology/model';
import { parseCidr } from './cidr';
import type { OwnKind } from './manifest';

/**
 * The kinds of interface that a lab makes by itself: what their options are called in the file, in the kernel's account and
 * on a command line (ip-link(8), ip-tuntap(8)). Options are compared as text, in one spelling.
 */
export type KindOptions = Readonly<Record<string, string>>;

export const ownKinds = ['dummy', 'tun', 'tap', 'macvlan', 'ipvlan', 'vlan', 'vxlan'] as const satisfies OwnKind[];

/** True for an interface that a lab makes by itself, with no cable. */
export function isOwnKind(declared: InterfaceDeclaration): declared is InterfaceDeclaration & { kind: OwnKind } {
  return (ownKinds as readonly string[]).includes(declared.kind);
}

/** iproute2's word for the kind: TUN and TAP are one (drivers/net/tun.c). */
export function kernelKind(kind: OwnKind): Exclude<OwnKind, 'tap'> {
  return kind === 'tap' ? 'tun' : kind;
}

/** The kind of an observed interface, where it is one that a lab makes by itself. */
export function observedKind({ kind, data }: ObservedLink): OwnKind | undefined {
  if (kind === 'tun') return data['type'] === 'tap' ? 'tap' : 'tun';
  return ownKinds.find((own) => own === kind);
}

/** The UDP port of VXLAN (RFC 7348, 8.1); Linux by itself takes 8472, which it had before that was assigned. */
const vxlanPort = '4789';

/** What is left out in the file. Not the kernel's own choice of modes (`vepa`, `l3`): with these, neighbours are cut off. */
const defaults: Readonly<Partial<Record<OwnKind, KindOptions>>> = {
  macvlan: { mode: 'bridge' },
  ipvlan: { mode: 'l2' },
  vxlan: { port: vxlanPort },
};

/** The options of a declared interface but for its parent, in the spelling in which they are compared. */
export function declaredOptions({ kind, options }: InterfaceDeclaration & { readonly kind: OwnKind }): KindOptions {
  const own = Object.entries(options).filter(([key]) => key !== 'parent');
  const written = own.map(([key, value]) => [key, canonical(key, String(value))] as const);
  return { ...defaults[kind], ...Object.fromEntries(written) };
}

/** The same of an observed interface, undefined for one of another kind. Who owns a TUN device, it may say by name or number. */
export function observedOptions(link: ObservedLink): KindOptions | undefined {
  const word = (...keys: string[]): string | undefined => {
    const value = keys.map((key) => link.data[key]).find((found) => found !== undefined);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  };
  const some = (options: Record<string, string | undefined>): KindOptions =>
    Object.fromEntries(
      Object.entries(options).flatMap(([key, value]) => (value === undefined ? [] : [[key, canonical(key, value)]])),
    );
  switch (observedKind(link)) {
    case 'tun':
    case 'tap':
      return some({ user: word('user'), group: word('group') });
    case 'macvlan':
    case 'ipvlan':
      return some({ mode: word('mode') });
    case 'vlan':
      return some({ id: word('id') });
    case 'vxlan':
      return some({
        id: word('id'),
        // ip(8) tells the families apart, and a group from a station.
        remote: word('remote', 'remote6', 'group', 'group6'),
        local: word('local', 'local6'),
        port: word('port'),
      });
    case 'dummy':
      return {};
    default:
      return undefined;
  }
}

/** The order in which people write them. */
const order = ['id', 'mode', 'remote', 'local', 'port', 'user', 'group'];

/** The words after `type KIND` that give a new interface its options; a TUN device has a command of its own. */
export function optionWords(kind: OwnKind, options: KindOptions): string[] {
  const sorted = Object.entries(options).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return sorted.flatMap(([key, value]) => {
    if (kind !== 'vxlan') return [key, value];
    if (key === 'port') return ['dstport', value];
    return [key === 'remote' && isMulticast(value) ? 'group' : key, value];
  });
}

/** The options in which two interfaces differ. */
export function differingOptions(now: KindOptions, wanted: KindOptions): string[] {
  return [...new Set([...Object.keys(now), ...Object.keys(wanted)])].filter((key) => now[key] !== wanted[key]);
}

/** True for an option that the kernel changes on a living interface (the `changelink` of each driver in drivers/net). */
export function isChangeable(kind: OwnKind, key: string, now: KindOptions, wanted: KindOptions): boolean {
  const [before, after] = [now[key], wanted[key]];
  if (before === undefined || after === undefined) return false;
  if (kind === 'ipvlan') return key === 'mode';
  if (kind === 'macvlan') return key === 'mode' && before !== 'passthru' && after !== 'passthru';
  if (kind !== 'vxlan' || !['remote', 'local'].includes(key)) return false;
  const isSameFamily = parseCidr(before)?.family === parseCidr(after)?.family;
  return isSameFamily && !isMulticast(before) && !isMulticast(after);
}

/** Addresses in one spelling; IPv6 has many. */
function canonical(key: string, value: string): string {
  return key === 'remote' || key === 'local' ? (parseCidr(value)?.address ?? value) : value;
}

/** 224.0.0.0/4 (RFC 5771), ff00::/8 (RFC 4291, 2.7). */
function isMulticast(address: string): boolean {
  const [first = '', second] = address.split('.');
  return second === undefined ? /^ff/i.test(address) : Number(first) >= 224 && Number(first) < 240;
}
