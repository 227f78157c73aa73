import { linkNamed, ownerLink, type TraceFacts } from './facts';
import type { FilterPoint, FilterWalk } from './filter-walk';
import { missingNat, natWrongSource } from './nat-causes';
import { isPrivate, isSame, type Packet } from './packet';
import { wayInsideUnknown } from './route-causes';
import { sameNetwork } from './translate';
import type { WayLog } from './way-log';
import type { Reach } from './wire';

/** Notes what is wrong with a packet that leaves the host: no answer can find it, or its goal was inside. */
export function blameAtEdge(
  facts: TraceFacts,
  log: WayLog,
  filters: FilterWalk,
  { namespace, direction, in: iif }: FilterPoint,
  reach: Reach,
  packet: Packet,
): void {
  const oif = linkNamed(namespace, reach.steps[0]?.link.name);
  if (oif === undefined) return;
  const isNear = oif.addresses.some(({ cidr }) => sameNetwork(cidr, packet.source));
  const isOwn = ownerLink(namespace, packet.source) !== undefined;
  if (isPrivate(packet.source) && !isNear && !isOwn) {
    const at = filters.at({ namespace, direction, in: iif, out: oif.name }, packet);
    log.blame(missingNat(facts, namespace, packet, iif, oif.name, filters.filterOf(namespace), at));
  }
  const last = filters.translations.at(-1);
  const isSnat = last?.namespace.id === namespace.id && last.by.rule?.action.type === 'snat';
  if (isSnat && !isOwn && isSame(packet.source, last.after.source)) {
    log.blame(natWrongSource(facts, namespace, last.before, last.by, iif, oif.name));
  }
  const owner = facts.snapshot.namespaces.find((one) => ownerLink(one, packet.destination) !== undefined);
  if (owner !== undefined && owner.id !== namespace.id && reach.causes.length === 0) {
    log.blame(wayInsideUnknown(facts, direction, namespace, packet, owner, reach.link.name));
  }
}
