import * as l10n from '@vscode/l10n';
import type { GraphCable, GraphNat, GraphNode, LinkState, Presence } from '../../protocol/graph';
import { stateWords } from './facts';
import type { Claims, Picture, PictureCable, PictureNode } from './picture';
import { onOrOff, upOrDown } from './words';

const inFile = { declared: true } as const;

/** Whether the file declares it; an interface that it only names, because another stands on it, is the host's. */
function markOf(node: PictureNode): Partial<typeof inFile> {
  return node.kind === 'interface' && node.ownEquipment === true ? {} : inFile;
}

/** One side alone: nothing is compared. */
export function single(picture: Picture, presence: 'declared' | 'live') {
  const isFile = presence === 'declared';
  const mark = isFile ? inFile : {};
  return {
    nodes: [...picture.nodes.values()].map((node) => {
      const drawn = finish(node, node.ownEquipment === true ? 'both' : presence);
      return isFile ? { ...drawn, ...markOf(node) } : drawn;
    }),
    cables: [...picture.cables.values()].map((cable) => {
      const drawn = finishCable(cable, cable.ownEquipment === true ? 'both' : presence);
      return isFile ? { ...drawn, ...inFile } : drawn;
    }),
    nat: [...picture.nat.values()].map((nat) => ({ ...nat, presence, ...mark })),
  };
}

/** Lays the file over the host: what is on both is drawn as the host has it, with what differs in words. */
export function overlay(live: Picture, declared: Picture) {
  const nodes: GraphNode[] = [];
  for (const [id, node] of live.nodes) {
    const wish = declared.nodes.get(id);
    nodes.push(
      wish === undefined ? finish(node, presenceOfExtra(node)) : { ...overlayNode(node, wish), ...markOf(wish) },
    );
  }
  for (const [id, node] of declared.nodes)
    if (!live.nodes.has(id)) nodes.push({ ...finish(node, 'declared'), ...markOf(node) });

  const cables: GraphCable[] = [];
  for (const [id, cable] of live.cables) {
    const wish = declared.cables.get(id);
    cables.push(
      wish === undefined ? finishCable(cable, presenceOfExtra(cable)) : { ...overlayCable(cable, wish), ...inFile },
    );
  }
  for (const [id, cable] of declared.cables)
    if (!live.cables.has(id)) cables.push({ ...finishCable(cable, 'declared'), ...inFile });
  return { nodes, cables, nat: overlayNat(live, declared) };
}

function presenceOfExtra(thing: { readonly ownEquipment?: boolean }): Presence {
  return thing.ownEquipment === true ? 'both' : 'live';
}

function overlayNode(live: PictureNode, wish: PictureNode): GraphNode {
  const differences = compareClaims(live.claims, wish.claims);
  if (live.parent !== wish.parent && wish.kind === 'interface') {
    differences.push(
      wish.parent?.startsWith('bridge:') === true
        ? l10n.t`is not a port of ${nameOfId(wish.parent)}`
        : l10n.t`is a port of ${nameOfId(live.parent ?? '')}`,
    );
  }
  const node: PictureNode = {
    ...live,
    // Services are only the file's to name; what the host says comes after.
    facts: live.kind === 'namespace' ? [...new Set([...wish.facts, ...live.facts])] : live.facts,
    ...(wish.lab === undefined ? {} : { lab: wish.lab }),
    details: [...live.details, ...wish.details.filter(({ heading }) => heading !== l10n.t`Declared in`)],
  };
  return differences.length === 0
    ? finish(node, 'both')
    : { ...finish(node, 'different'), difference: differences.join('; ') };
}

/** What the host has otherwise than the file wants it, in words. What the file does not say is not compared. */
function compareClaims(live: Claims, wish: Claims): string[] {
  const differences: string[] = [];
  if (wish.kind !== undefined && live.kind !== undefined && wish.kind !== live.kind) {
    differences.push(l10n.t`is of kind ${live.kind}, the file says ${wish.kind}`);
  }
  if (wish.up !== undefined && live.up !== undefined && wish.up !== live.up) {
    differences.push(l10n.t`is ${upOrDown(live.up)}, the file says ${upOrDown(wish.up)}`);
  }
  for (const address of missing(wish.addresses, live.addresses)) differences.push(l10n.t`lacks the address ${address}`);
  if (wish.addresses !== undefined) {
    const extra = missing(live.addresses, wish.addresses).filter((address) => !address.startsWith('fe80:'));
    for (const address of extra) differences.push(l10n.t`has the address ${address}, which the file does not name`);
  }
  if (wish.mtu !== undefined && live.mtu !== undefined && wish.mtu !== live.mtu) {
    differences.push(l10n.t`has MTU ${live.mtu}, the file says ${wish.mtu}`);
  }
  if (wish.forwarding !== undefined && live.forwarding !== undefined && wish.forwarding !== live.forwarding) {
    differences.push(l10n.t`forwarding is ${onOrOff(live.forwarding)}, the file says ${onOrOff(wish.forwarding)}`);
  }
  for (const route of missing(wish.routes, live.routes)) differences.push(l10n.t`lacks the route ${route}`);
  return differences;
}

function missing(wanted: readonly string[] | undefined, there: readonly string[] | undefined): string[] {
  if (wanted === undefined || there === undefined) return [];
  return wanted.filter((each) => !there.includes(each));
}

function overlayCable(live: PictureCable, wish: PictureCable): GraphCable {
  const differs = live.state !== 'up' && wish.state !== 'down' && live.state !== 'unknown';
  const wronglyUp = wish.state === 'down' && live.state !== 'down';
  if (!differs && !wronglyUp) return finishCable(live, 'both');
  return {
    ...finishCable(live, 'different'),
    difference: l10n.t`is ${wordsFor(live.state)}, the file says ${wishWord(wish)}`,
  };
}

function wordsFor(state: LinkState): string {
  return stateWords[state];
}

function wishWord(wish: PictureCable): string {
  return wish.state === 'down' ? 'down' : 'up';
}

function overlayNat(live: Picture, declared: Picture): GraphNat[] {
  const drawings: GraphNat[] = [];
  for (const [id, nat] of live.nat) {
    const wish = declared.nat.get(id);
    if (wish === undefined) drawings.push({ ...nat, presence: 'live' });
    else drawings.push({ ...wish, ...nat, presence: wish.enabled === nat.enabled ? 'both' : 'different', ...inFile });
  }
  for (const [id, nat] of declared.nat) {
    if (live.nat.has(id)) continue;
    // Switched off in the file and absent on the host is in order.
    drawings.push({ ...nat, presence: nat.enabled ? 'declared' : 'both', ...inFile });
  }
  return drawings;
}

function nameOfId(id: string): string {
  return id.slice(id.search(/[:/][^:/]*$/) + 1);
}

/** What is drawn as before stays the same object: whoever compares two views can tell at a glance. */
const finished = new WeakMap<PictureNode, Map<Presence, GraphNode>>();
const finishedCables = new WeakMap<PictureCable, Map<Presence, GraphCable>>();

function finish(node: PictureNode, presence: Presence): GraphNode {
  return kept(finished, node, presence, () => ({ ...without(node, 'claims', 'ownEquipment'), presence }));
}

function finishCable(cable: PictureCable, presence: Presence): GraphCable {
  return kept(finishedCables, cable, presence, () => ({ ...without(cable, 'ownEquipment'), presence }));
}

function kept<P extends object, G>(known: WeakMap<P, Map<Presence, G>>, part: P, presence: Presence, make: () => G): G {
  const own = known.get(part) ?? new Map<Presence, G>();
  known.set(part, own);
  const made = own.get(presence) ?? make();
  own.set(presence, made);
  return made;
}

/** A copy that lacks the named properties, so that what only this side needs is not sent to the webview. */
function without<T extends object, K extends keyof T>(thing: T, ...keys: readonly K[]): Omit<T, K> {
  const entries = Object.entries(thing).filter(([key]) => !(keys as readonly PropertyKey[]).includes(key));
  return Object.fromEntries(entries) as Omit<T, K>;
}
