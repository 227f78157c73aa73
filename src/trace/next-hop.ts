import * as l10n from '@vscode/l10n';
import type { ObservedLink, ObservedNamespace } from '../host/model';
import { interfaceSysctl } from '../host/sysctl-names';
import { commandIn } from './commands';
import { isOwn, labelOf, ownerLink, sysctlOf, type TraceFacts } from './facts';
import { editFor } from './mending';
import type { Cause, Direction } from './model';
import { isSame } from './packet';
import { findUnplugged, plugged, unpluggedCause } from './unplugged';
import { reachFrom, type Reach } from './wire';

/** Who takes a packet that leaves an interface for a neighbour. */
export type NextHop =
  | { readonly type: 'found'; readonly reach: Reach; readonly causes: readonly Cause[] }
  | { readonly type: 'outside'; readonly reach: Reach }
  /** Nobody there has the address; the causes say why, as far as that is seen, or stand in the way besides (`isBesides`). */
  | { readonly type: 'nobody'; readonly causes: readonly Cause[]; readonly isBesides?: true };

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
      Number(b.namespace.id === wanted) - Number(a.namespace.id === wanted) ||
      a.causes.length - b.causes.length ||
      Number(hasItself(b, address)) - Number(hasItself(a, address)),
  )[0];
  if (best !== undefined) {
    const causes = [
      ...duplicates(direction, best, owners, address),
      ...wrongEntry(facts, direction, namespace, link, best, address),
    ];
    return { type: 'found', reach: best, causes };
  }
  const unplugged = findUnplugged(facts, namespace, link, address, reaches);
  if (unplugged !== undefined) {
    const { end, bridge, before } = unplugged;
    const cause = unpluggedCause(direction, end.namespace, end.link, bridge);
    const mended = plugged(facts, unplugged);
    const here = mended.snapshot.namespaces.find(({ id }) => id === namespace.id) ?? namespace;
    const next = findNextHop(mended, direction, here, link, address, wanted);
    if (next.type !== 'found') return { type: 'nobody', causes: [...before, cause] };
    return { ...next, causes: [cause, ...next.causes] };
  }
  const edge = reaches.find(({ isEdge }) => isEdge === true);
  if (edge !== undefined) return { type: 'outside', reach: edge };
  const [first] = reaches;
  if (first === undefined) return { type: 'nobody', causes: wayOut(facts, direction, namespace, link) };
  // Whoever should have it: the way to the other end of the only cable is barred as well.
  return { type: 'nobody', causes: reaches.length === 1 ? first.causes : [], isBesides: true };
}

function hasItself({ namespace, link }: Reach, address: string): boolean {
  return ownerLink(namespace, address)?.name === link.name;
}

/** Linux answers on any interface for any of its addresses, unless it is told not to (arp_ignore). */
function answersFor(facts: TraceFacts, { namespace, link }: Reach, address: string): boolean {
  if (!isOwn(namespace, address) || /^127\.|^::1$/.test(address)) return false;
  const ignore = Number(sysctlOf(facts, namespace, interfaceSysctl(link.name, 'arp_ignore')) ?? 0);
  const all = Number(sysctlOf(facts, namespace, 'net.ipv4.conf.all.arp_ignore') ?? 0);
  if (Math.max(ignore, all) === 0 || address.includes(':')) return true;
  return link.addresses.some(({ cidr }) => isSame(cidr.split('/')[0] ?? '', address));
}

function duplicates(direction: Direction, best: Reach, owners: readonly Reach[], address: string): Cause[] {
  const others = owners.filter((reach) => reach.namespace.id !== best.namespace.id && hasItself(reach, address));
  const [other] = others;
  if (other === undefined) return [];
  const cidr = other.link.addresses.find((one) => isSame(one.cidr.split('/')[0] ?? '', address))?.cidr ?? address;
  const both = [best, other].map(({ namespace, link }) => `${labelOf(namespace)}:${link.name}`);
  return [
    {
      id: 'duplicate-address',
      direction,
      isLikely: true,
      namespaceId: other.namespace.id,
      place: labelOf(other.namespace),
      dev: other.link.name,
      text: l10n.t`${both.join(l10n.t` and `)} both have the address ${address} on one network: whoever answers first gets the packets.`,
      evidence: both.map((one) => `ip addr: ${address} on ${one}`),
      fix: {
        title: l10n.t`Take ${cidr} from ${both[1] ?? ''}`,
        run: [commandIn(other.namespace, 'ip', 'addr', 'del', cidr, 'dev', other.link.name)],
        undo: [commandIn(other.namespace, 'ip', 'addr', 'add', cidr, 'dev', other.link.name)],
        edit: editFor(
          other.namespace,
          l10n.t`take ${cidr} from the addresses of ${other.link.name}`,
          `${other.link.name}: { addresses: [] }`,
          { type: 'address', interface: other.link.name, remove: cidr },
        ),
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
      text: l10n.t`${label} has a neighbour entry set by hand for ${address} that names the hardware address ${entry.mac}; it is ${theirs.mac}.`,
      evidence: [`ip neigh: ${address} dev ${link.name} lladdr ${entry.mac} PERMANENT`],
      fix: {
        title: l10n.t`Take the entry for ${address} out of ${label}`,
        run: [commandIn(namespace, 'ip', 'neigh', 'del', address, ...words)],
        undo: [commandIn(namespace, 'ip', 'neigh', 'add', address, 'lladdr', entry.mac, ...words)],
      },
    },
  ];
}

/** What stands at the very first interface, where nothing was reached at all. */
function wayOut(facts: TraceFacts, direction: Direction, namespace: ObservedNamespace, link: ObservedLink): Cause[] {
  return reachFrom(facts, direction, namespace, link).flatMap(({ causes }) => causes);
}
