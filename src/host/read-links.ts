import { integer, isObject, objects, optional, text, texts, type JsonObject } from './json';
import type { BridgePort, ObservedAddress, ObservedLink, PortVlans } from './model';
import { readPortVlans, readQdisc } from './read-link-extras';

/** A link with what is needed to find its other end, which may lie in another namespace. */
export interface ReadLink {
  readonly link: ObservedLink;
  /** Which interface the kernel names as the other end (veth) or the one below (vlan, macvlan, vxlan); see `read-peers`. */
  readonly other?:
    | { readonly here: string }
    | {
        /** The ifindex in the other namespace; undefined where the kernel left it out because both are equal. */
        readonly index: number | undefined;
        /** The other namespace's number, as counted in this one (`ip netns list-id`). */
        readonly namespaceNumber: number;
      };
}

/** What else was asked of a namespace's interfaces: `tc -j qdisc show`, `bridge -j vlan show`. */
export interface LinkExtras {
  readonly qdiscs?: unknown;
  readonly bridgeVlans?: unknown;
  /** The drivers of network cards by the kernel's name for the device (`parentdev`). */
  readonly drivers?: ReadonlyMap<string, string>;
}

/** Reads `ip -j -d addr show`. An entry without index or name is no link and is left out. Ordered by index. */
export function readLinks(shown: unknown, { qdiscs, bridgeVlans, drivers }: LinkExtras = {}): ReadLink[] {
  const [disciplines, vlans] = [objects(qdiscs), readPortVlans(bridgeVlans)];
  return objects(shown)
    .flatMap((raw) => readLink(raw, disciplines, vlans, drivers) ?? [])
    .sort((a, b) => a.link.index - b.link.index);
}

function readLink(
  raw: JsonObject,
  qdiscs: readonly JsonObject[],
  vlans: ReadonlyMap<string, PortVlans>,
  drivers: ReadonlyMap<string, string> | undefined,
): ReadLink | undefined {
  const index = integer(raw['ifindex']);
  const name = text(raw['ifname']);
  if (index === undefined || name === undefined) return undefined;
  const flags = texts(raw['flags']);
  const info = isObject(raw['linkinfo']) ? raw['linkinfo'] : {};
  const kind = text(info['info_kind']) ?? (raw['link_type'] === 'loopback' ? 'loopback' : 'physical');
  const options = isObject(info['info_data']) ? info['info_data'] : {};
  const other = readOther(raw, options);
  const standsOn = other !== undefined && 'here' in other && !cableKinds.has(kind) ? other.here : undefined;
  return {
    link: {
      index,
      name,
      kind,
      up: flags.includes('UP'),
      operState: (text(raw['operstate']) ?? 'unknown').toLowerCase(),
      carrier: flags.includes('LOWER_UP'),
      mtu: integer(raw['mtu']) ?? 0,
      ...optional('mac', raw['link_type'] === 'ether' ? text(raw['address']) : undefined),
      ...optional('master', text(raw['master'])),
      ...optional('port', readPort(info)),
      ...(isHairpin(info['info_slave_data']) ? { hairpin: true } : {}),
      ...optional('driver', drivers?.get(text(raw['parentdev']) ?? '') ?? text(raw['driver'])),
      ...optional('parent', standsOn),
      ...optional('qdisc', readQdisc(raw, qdiscs)),
      ...optional('vlans', raw['master'] === undefined ? undefined : vlans.get(name)),
      addresses: objects(raw['addr_info']).flatMap((address) => readAddress(address, name) ?? []),
      ...optional('alias', text(raw['ifalias'])),
      altNames: texts(raw['altnames']),
      data: lasting(options),
    },
    ...optional('other', other),
  };
}

function readPort(info: JsonObject): BridgePort | undefined {
  const data = info['info_slave_data'];
  const state = info['info_slave_kind'] === 'bridge' && isObject(data) ? text(data['state']) : undefined;
  if (state === undefined || !isObject(data)) return undefined;
  return { state, ...optional('cost', integer(data['cost'])), ...optional('priority', integer(data['priority'])) };
}

/** `info_slave_data` of a bridge's port, as iproute2 gives it. */
function isHairpin(data: unknown): boolean {
  return isObject(data) && data['hairpin'] === true;
}

/** Kinds whose `link` is the other end of a cable rather than the interface below. */
export const cableKinds: ReadonlySet<string> = new Set(['veth', 'netkit', 'vxcan']);

function readOther(raw: JsonObject, options: JsonObject): ReadLink['other'] {
  const namespaceNumber = integer(raw['link_netnsid']);
  if (namespaceNumber !== undefined) return { index: integer(raw['link_index']), namespaceNumber };
  // Of a VXLAN interface only its options say it; they say it wrongly where the other lies in another namespace.
  const here = text(raw['link']) ?? text(options['link']);
  return here === undefined ? undefined : { here };
}

/** Flags that whoever gave an address chose; the others tell how it fares. */
const chosenFlags = ['noprefixroute', 'nodad', 'home', 'mngtmpaddr', 'autojoin', 'optimistic'];

function readAddress(raw: JsonObject, dev: string): ObservedAddress | undefined {
  const { family } = raw;
  const local = text(raw['local']);
  const length = integer(raw['prefixlen']);
  if ((family !== 'inet' && family !== 'inet6') || local === undefined || length === undefined) return undefined;
  const peer = text(raw['address']);
  const label = text(raw['label']);
  const flags = chosenFlags.filter((flag) => raw[flag] === true);
  const isAnnounced = raw['mngtmpaddr'] === true || raw['temporary'] === true || raw['protocol'] === 'kernel_ra';
  return {
    family,
    cidr: `${local}/${length}`,
    scope: text(raw['scope']) ?? 'global',
    ...optional('broadcast', text(raw['broadcast'])),
    ...optional('peer', peer === undefined ? undefined : `${peer}/${length}`),
    ...optional('label', label === dev ? undefined : label),
    ...optional('metric', integer(raw['metric'])),
    ...(flags.length === 0 ? {} : { flags }),
    ...(isAnnounced ? { isAnnounced } : {}),
  };
}

/**
 * Without the running timers of a bridge, which differ at every look and say nothing that lasts, and without a VXLAN
 * interface's parent, which is said elsewhere.
 */
function lasting(data: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(data).filter(([key]) => !key.endsWith('_timer') && key !== 'link'));
}
