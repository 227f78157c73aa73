import * as l10n from '@vscode/l10n';
import type { GraphCable, GraphNode, GraphView, LinkState, Presence } from '../src/protocol/graph';
import { mostReadableNamespaces } from '../src/protocol/reading';
import { groupBy } from './scene';

/** A group of fewer is never collapsed by itself. */
const largeGroup = 12;

/** The namespaces that hang on one bridge and on nothing else. */
export interface Group {
  /** Of the card that stands for them: `group:` and the bridge's id. */
  readonly id: string;
  readonly bridge: GraphNode;
  readonly members: readonly GraphNode[];
}

/** The groups of a view, by their ids: `fewest` or more namespaces each, whose every cable leads to the same bridge. */
export function groupsOf(view: GraphView, fewest = 2): ReadonlyMap<string, Group> {
  const nodes = new Map(view.nodes.map((node) => [node.id, node]));
  const bridgesOf = new Map<string, Set<string | undefined>>();
  for (const cable of view.cables) {
    const homes = [cable.from, cable.to].map((end) => homeOf(nodes, end));
    for (const [index, home] of homes.entries()) {
      const other = homes[1 - index];
      if (home?.kind !== 'namespace') continue;
      const bridge = other?.kind === 'bridge' && nodes.get(other.parent ?? '')?.kind === 'host' ? other.id : undefined;
      const known = bridgesOf.get(home.id);
      if (known === undefined) bridgesOf.set(home.id, new Set([bridge]));
      else known.add(bridge);
    }
  }
  const withBridges = new Set(view.nodes.filter(({ kind }) => kind === 'bridge').map(({ parent }) => parent));
  const members = view.nodes.filter(
    ({ id, kind }) => kind === 'namespace' && bridgesOf.get(id)?.size === 1 && !withBridges.has(id),
  );
  const groups = new Map<string, Group>();
  for (const [bridgeId, own] of groupBy(members, ({ id }) => [...(bridgesOf.get(id) ?? [])][0])) {
    const bridge = bridgeId === undefined ? undefined : nodes.get(bridgeId);
    if (bridge !== undefined && own.length >= fewest)
      groups.set(groupId(bridge.id), { id: groupId(bridge.id), bridge, members: own });
  }
  return groups;
}

export function groupId(bridge: string): string {
  return `group:${bridge}`;
}

/** The groups that are collapsed at first: none in a picture that a person can read. */
export function collapsedAtFirst(view: GraphView): string[] {
  if (view.nodes.filter(({ kind }) => kind === 'namespace').length <= mostReadableNamespaces) return [];
  return [...groupsOf(view).values()].filter(({ members }) => members.length >= largeGroup).map(({ id }) => id);
}

/** A view in which each collapsed group is one card with one cable. */
export interface Collapsed {
  readonly view: GraphView;
  /** The card that stands for a node or cable that is not drawn. */
  readonly standIn: ReadonlyMap<string, string>;
}

export function collapse(view: GraphView, collapsed: ReadonlySet<string>): Collapsed {
  return withCards(
    view,
    [...groupsOf(view).values()].filter(({ id }) => collapsed.has(id)),
  );
}

/**
 * A view of what is read of a host so far: every group is a card, also one that has a single member so far. The ports of bridges
 * whose other ends are not read yet will go with those; until then they are left out.
 *
 * @param collapsed only these groups
 */
export function collapsePart(view: GraphView, collapsed?: ReadonlySet<string>): Collapsed {
  const plugged = new Set(view.cables.flatMap(({ from, to }) => [from, to]));
  const bridges = new Set(view.nodes.filter(({ kind }) => kind === 'bridge').map(({ id }) => id));
  const waits = ({ id, parent }: GraphNode): boolean => bridges.has(parent ?? '') && !plugged.has(id);
  const known = { ...view, nodes: view.nodes.filter((node) => !waits(node)) };
  const groups = [...groupsOf(known, 1).values()].filter(({ id }) => collapsed?.has(id) !== false);
  const { view: drawn, standIn } = withCards(known, groups);
  const waiting = view.nodes.filter(waits).map(({ id, parent }) => [id, parent ?? ''] as const);
  return { view: drawn, standIn: new Map([...standIn, ...waiting]) };
}

function withCards(view: GraphView, groups: readonly Group[]): Collapsed {
  if (groups.length === 0) return { view, standIn: new Map() };
  const standIn = new Map<string, string>();
  for (const { id, members } of groups) for (const member of members) standIn.set(member.id, id);
  for (const { id, parent } of view.nodes) {
    const card = standIn.get(parent ?? '');
    if (card !== undefined) standIn.set(id, card);
  }
  const cablesOf = new Map<string, GraphCable[]>();
  for (const cable of view.cables) {
    const card = standIn.get(cable.from) ?? standIn.get(cable.to);
    if (card === undefined) continue;
    cablesOf.set(card, [...(cablesOf.get(card) ?? []), cable]);
    // With the cable goes the bridge's port that it is plugged into.
    for (const hidden of [cable.id, cable.from, cable.to]) if (!hidden.startsWith('bridge:')) standIn.set(hidden, card);
  }
  const cards = groups.map((group) => cardOf(group));
  const cables = groups.map((group) => cableOf(group, cablesOf.get(group.id) ?? []));
  return {
    view: {
      ...view,
      nodes: [...view.nodes.filter(({ id }) => !standIn.has(id)), ...cards],
      cables: [...view.cables.filter(({ id }) => !standIn.has(id)), ...cables],
    },
    standIn,
  };
}

function cardOf({ id, bridge, members }: Group): GraphNode {
  const names = members.map(({ name }) => name);
  const differing = members.filter(({ presence }) => presence !== 'both');
  const presence = commonPresence(members);
  return {
    id,
    kind: 'namespace',
    linkKind: 'group',
    name: members.length === 1 ? l10n.t`1 namespace` : l10n.t`${members.length} namespaces`,
    facts: [members.length === 1 ? (names[0] ?? '') : `${names[0] ?? ''} … ${names.at(-1) ?? ''}`],
    state: 'up',
    presence,
    ...(presence === 'different' && { difference: l10n.t`${differing.length} of them differ` }),
    details: [
      { heading: l10n.t`Plugged into`, lines: [bridge.name] },
      { heading: l10n.t`Namespaces`, lines: names },
    ],
  };
}

function cableOf({ id, bridge }: Group, cables: readonly GraphCable[]): GraphCable {
  const isDown = cables.filter(({ state }) => state !== 'up' && state !== 'unknown');
  return {
    id: `cable:${id}`,
    from: id,
    to: bridge.id,
    kind: 'veth',
    label: `${cables.length === 1 ? l10n.t`1 cable` : l10n.t`${cables.length} cables`}${isDown.length === 0 ? '' : l10n.t`, ${isDown.length} of them not up`}`,
    state: commonState(cables),
    presence: commonPresence(cables),
  };
}

/** What all have in common; else `different`, so that nothing is hidden by collapsing. */
function commonPresence(things: readonly { readonly presence: Presence }[]): Presence {
  const [first, ...rest] = new Set(things.map(({ presence }) => presence));
  return first === undefined ? 'both' : rest.length === 0 ? first : 'different';
}

function commonState(cables: readonly GraphCable[]): LinkState {
  const order: readonly LinkState[] = ['down', 'no-carrier', 'lower-layer-down', 'unknown', 'up'];
  return order.find((state) => cables.some((cable) => cable.state === state)) ?? 'unknown';
}

/** The namespace or bridge that an end belongs to, or is. */
function homeOf(nodes: ReadonlyMap<string, GraphNode>, end: string): GraphNode | undefined {
  const node = nodes.get(end);
  return node?.kind === 'interface' ? nodes.get(node.parent ?? '') : node;
}
