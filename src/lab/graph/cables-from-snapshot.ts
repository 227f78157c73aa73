import type { ObservedLink, ObservedNamespace } from '../../host/model';
import { isBridge, linkState, shownAddresses, worstState } from './facts';
import { linkNodeId, linksByName, namespaceKey, uplinkOf } from './live-ids';
import { cableId, compareNames, outsideId, type PictureCable } from './picture';

/** The cable of a veth end whose other end is known; both ends give the same cable. */
export function vethCable(
  byId: ReadonlyMap<string, ObservedNamespace>,
  namespace: ObservedNamespace,
  link: ObservedLink,
): PictureCable | undefined {
  const { peer } = link;
  const otherNamespace = peer === undefined ? undefined : byId.get(peer.namespaceId);
  if (peer === undefined || otherNamespace === undefined) return undefined;
  const other = linksByName(otherNamespace).get(peer.name);
  if (other === undefined) return undefined;
  // A namespace may have been renamed around the same interfaces.
  const places = [namespace, otherNamespace].map((each) => namespaceKey(each) ?? '').join('/');
  const known = cablesBefore.get(link);
  if (known?.other === other && known.places === places) return known.cable;
  const cable = cableBetween(namespace, link, otherNamespace, other);
  cablesBefore.set(link, { other, places, cable });
  return cable;
}

/** The cables that were drawn of an interface and its other end, and the names of where both lay. */
const cablesBefore = new WeakMap<
  ObservedLink,
  { readonly other: ObservedLink; readonly places: string; readonly cable: PictureCable | undefined }
>();

function cableBetween(
  namespace: ObservedNamespace,
  link: ObservedLink,
  otherNamespace: ObservedNamespace,
  other: ObservedLink,
): PictureCable | undefined {
  const ends = [
    { id: linkNodeId(namespace, link), link },
    { id: linkNodeId(otherNamespace, other), link: other },
  ].sort((a, b) => endOrder(a) - endOrder(b) || compareNames(a.id, b.id));
  const [from, to] = ends;
  if (from === undefined || to === undefined) return undefined;
  const fromLabel = shownAddresses(from.link).join(', ');
  const toLabel = shownAddresses(to.link).join(', ');
  return {
    id: cableId(from.id, to.id),
    from: from.id,
    to: to.id,
    kind: 'veth',
    label: [fromLabel, toLabel].filter((text) => text !== '').join(' – '),
    ...(fromLabel === '' ? {} : { fromLabel }),
    ...(toLabel === '' ? {} : { toLabel }),
    state: worstState(linkState(link), linkState(other)),
  };
}

/** Cables start at the end that is further from the host's bridges: a free end before a bridge's port. */
function endOrder(end: { id: string; link: ObservedLink }): number {
  return (end.link.master === undefined ? 0 : 2) + (end.id.startsWith('if:/') ? 1 : 0);
}

/** The cable to the world, from where the default route leaves. */
export function uplinkCable(root: ObservedNamespace): PictureCable | undefined {
  const link = uplinkOf(root);
  if (link === undefined) return undefined;
  // Where the default route leaves by a bridge, the cable to the world is plugged into the bridge's physical port.
  const port = isBridge(link)
    ? root.links.find(({ master, kind }) => master === link.name && kind === 'physical')
    : undefined;
  const end = port ?? link;
  const from = linkNodeId(root, end);
  return {
    id: cableId(from, outsideId),
    from,
    to: outsideId,
    kind: 'uplink',
    label: '',
    state: linkState(end),
    ownEquipment: true,
  };
}
