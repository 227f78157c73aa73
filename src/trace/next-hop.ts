import type { ObservedLink, ObservedNamespace } from '../host/model';
import { commandIn } from './commands';
import { isOwn, labelOf, linkNamed, ownerLink, sysctlOf, type TraceFacts } from './facts';
import type { Cause, Direction } from './model';
import { isSame } from './packet';
import { isBridge, reachFrom, type Reach } from './wire';

/** Who takes a packet that leaves an interface for a neighbour. */
export type NextHop =
  | { readonly type: 'found'; readonly reach: Reach; readonly causes: readonly Cause[] }
  | { readonly type: 'outside'; readonly reach: Reach }
  /** Nobody there has the address; the causes say why, as far as that is seen. */
  | { readonly type: 'nobody'; readonly causes: readonly Cause[] };

/** @param wanted the namespace that is meant to be the neighbour, where several have its address */
export function findNextHop(
  facts: TraceFacts,
  direction: Direction,
  namespace: ObservedNamespace,
  link: ObservedLink,
  address: string,
  wanted: string | undefined,
): NextHop {
  const reaches = reachFrom(facts, direction, namespace, link);
  const owners = reaches.filter(
    (reach) => reach.isEdge !== true && reach.namespace.id !== namespace.id && answersFor(facts, reach, address),
  );
  const best = [...owners].sort(
    (a, b) =>
      Number(b.namespace.id === wanted) - Number(a.namespace.id === wanted) || a.causes.length - b.causes.length,
  )[0];
  if (best !== undefined) {
    const causes = [
      ...duplicates(direction, best, owners, address),
      ...wrongEntry(facts, direction, namespace, link, best, address),
    ];
    return { type: 'found', reach: best, causes };
  }
  const unplugged = notPlugged(facts, direction, namespace, link, address, reaches);
  if (unplugged !== undefined) return { type: 'nobody', causes: [unplugged] };
  const edge = reaches.find(({ isEdge }) => isEdge === true);
  if (edge !== undefined) return { type: 'outside', reach: edge };
  const [first] = reaches;
  const blocked = first === undefined ? wayOut(facts, direction, namespace, link) : [];
  return { type: 'nobody', causes: blocked };
}

/** Linux answers on any interface for any of its addresses, unless it is told not to (arp_ignore). */
function answersFor(facts: TraceFacts, { namespace, link }: Reach, address: string): boolean {
  if (!isOwn(namespace, address) || /^127\.|^::1$/.test(address)) return false;
  const ignore = Number(sysctlOf(facts, namespace, `net.ipv4.conf.${link.name}.arp_ignore`) ?? 0);
  const all = Number(sysctlOf(facts, namespace, 'net.ipv4.conf.all.arp_ignore') ?? 0);
  if (Math.max(ignore, all) === 0 || address.includes(':')) return true;
  return link.addresses.some(({ cidr }) => isSame(cidr.split('/')[0] ?? '', address));
}

function duplicates(direction: Direction, best: Reach, owners: readonly Reach[], address: string): Cause[] {
  const others = owners.filter(
    (reach) =>
      reach.namespace.id !== best.namespace.id && ownerLink(reach.namespace, address)?.name === reach.link.name,
  );
  const [other] = others;
  if (other === undefined) return [];
  const cidr = other.link.addresses.find((one) => isSame(one.cidr.split('/')[0] ?? '', address))?.cidr ?? address;
  const both = [best, other].map(({ namespace, link }) => `${labelOf(namespace)}:${link.name}`);
  return [
    {
      id: 'duplicate-address',
      direction,
      namespaceId: other.namespace.id,
      place: labelOf(other.namespace),
      dev: other.link.name,
      text: `${both.join(' and ')} both have the address ${address} on one network: whoever answers first gets the packets.`,
      evidence: both.map((one) => `ip addr: ${address} on ${one}`),
      fix: {
        title: `Take ${cidr} from ${both[1] ?? ''}`,
        run: [commandIn(other.namespace, 'ip', 'addr', 'del', cidr, 'dev', other.link.name)],
        undo: [commandIn(other.namespace, 'ip', 'addr', 'add', cidr, 'dev', other.link.name)],
      },
    },
  ];
}

/** A neighbour entry that somebody set by hand, with another hardware address than the neighbour has. */
function wrongEntry(
  facts: TraceFacts,
  direction: Direction,
  namespace: ObservedNamespace,
  link: ObservedLink,
  { link: theirs }: Reach,
  address: string,
): Cause[] {
  const entry = facts.details
    .get(namespace.id)
    ?.neighbours.find((one) => one.dev === link.name && isSame(one.address, address));
  if (entry?.mac === undefined || theirs.mac === undefined || entry.mac === theirs.mac) return [];
  if (!entry.states.includes('PERMANENT')) return [];
  const label = labelOf(namespace);
  const words = ['dev', link.name];
  return [
    {
      id: 'no-neighbour',
      direction,
      namespaceId: namespace.id,
      place: label,
      dev: link.name,
      text: `${label} has a neighbour entry set by hand for ${address} that names the hardware address ${entry.mac}; it is ${theirs.mac}.`,
      evidence: [`ip neigh: ${address} dev ${link.name} lladdr ${entry.mac} PERMANENT`],
      fix: {
        title: `Take the entry for ${address} out of ${label}`,
        run: [commandIn(namespace, 'ip', 'neigh', 'del', address, ...words)],
        undo: [commandIn(namespace, 'ip', 'neigh', 'add', address, 'lladdr', entry.mac, ...words)],
      },
    },
  ];
}

/** A cable of one of the two that ends beside a bridge instead of in it. */
function notPlugged(
  facts: TraceFacts,
  direction: Direction,
  namespace: ObservedNamespace,
  link: ObservedLink,
  address: string,
  reaches: readonly Reach[],
): Cause | undefined {
  const owner = facts.snapshot.namespaces.find(
    (one) => one.id !== namespace.id && ownerLink(one, address) !== undefined,
  );
  if (owner === undefined) return undefined;
  const theirs = ownerLink(owner, address);
  const farEnd = (of: ObservedLink | undefined) => {
    const there = facts.snapshot.namespaces.find(({ id }) => id === of?.peer?.namespaceId);
    const end = there && linkNamed(there, of?.peer?.name);
    return there === undefined || end === undefined ? undefined : { namespace: there, link: end };
  };
  const reached = reaches.find((reach) => isBridge(reach.link));
  const mine = farEnd(link);
  const other = farEnd(theirs);
  // Theirs: we get to a bridge, and the other end of their cable stands beside it.
  const candidates = [
    { end: other, bridge: reached?.link, within: reached?.namespace },
    { end: mine, bridge: theirs !== undefined && isBridge(theirs) ? theirs : undefined, within: owner },
    { end: mine, bridge: other && linkNamed(other.namespace, other.link.master), within: other?.namespace },
  ];
  for (const { end, bridge, within } of candidates) {
    if (end === undefined || bridge === undefined || end.namespace.id !== within?.id) continue;
    if (
      end.link.master !== undefined ||
      isBridge(end.link) ||
      end.link.addresses.some(({ scope }) => scope === 'global')
    )
      continue;
    return unpluggedCause(direction, end.namespace, end.link, bridge);
  }
  return undefined;
}

function unpluggedCause(
  direction: Direction,
  namespace: ObservedNamespace,
  port: ObservedLink,
  bridge: ObservedLink,
): Cause {
  const isOvs = bridge.kind === 'openvswitch';
  const set = (...words: string[]) => [commandIn(namespace, 'ip', 'link', 'set', 'dev', port.name, ...words)];
  return {
    id: 'not-plugged',
    direction,
    namespaceId: namespace.id,
    place: labelOf(namespace),
    dev: port.name,
    text: `${labelOf(namespace)}:${port.name} is not plugged into the bridge ${bridge.name}: the cable ends beside it.`,
    evidence: [
      isOvs ? `ovs-vsctl show: ${bridge.name} has no port ${port.name}` : `ip link: ${port.name} without master`,
    ],
    fix: {
      title: `Plug ${port.name} into ${bridge.name}`,
      run: isOvs ? [{ argv: ['ovs-vsctl', 'add-port', bridge.name, port.name] }] : set('master', bridge.name),
      undo: isOvs ? [{ argv: ['ovs-vsctl', 'del-port', bridge.name, port.name] }] : set('nomaster'),
      edit: {
        text: 'the link’s end at the bridge',
        yaml: `- endpoints: [ …, "${bridge.name}:${port.name}" ]`,
        request: { type: 'plug', bridge: bridge.name, port: port.name },
      },
    },
  };
}

/** What stands at the very first interface, where nothing was reached at all. */
function wayOut(facts: TraceFacts, direction: Direction, namespace: ObservedNamespace, link: ObservedLink): Cause[] {
  return reachFrom(facts, direction, namespace, link).flatMap(({ causes }) => causes);
}
