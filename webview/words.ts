import * as l10n from '@vscode/l10n';
import type { GraphCable, GraphNat, GraphNode, GraphView, LinkState, NodeKind, Presence } from '../src/protocol/graph';

/** What the picture says by strokes and colours, in words: for tooltips, the details panel and screen readers. */

export const kindWords: Readonly<Record<NodeKind, string>> = {
  namespace: l10n.t`Namespace`,
  bridge: l10n.t`Bridge`,
  host: l10n.t`Host`,
  outside: l10n.t`Outside`,
  interface: l10n.t`Interface`,
};

const stateWords: Readonly<Record<LinkState, string>> = {
  up: l10n.t`up`,
  down: l10n.t`down`,
  'lower-layer-down': l10n.t`lower layer down: its other end or what it stands on is down`,
  'no-carrier': l10n.t`no carrier: nothing is plugged in at the other end`,
  unknown: '',
};

const presenceWords: Readonly<Record<Presence, string>> = {
  both: '',
  declared: l10n.t`in the file, not on the host`,
  live: l10n.t`on the host, not in the file`,
  different: l10n.t`differs from the file`,
};

/** The sign that says of presence what the outline and its colour say; a file alone or a host alone has no signs. */
export function presenceSign(presence: Presence | undefined, compared: boolean): string {
  if (!compared || presence === undefined) return '';
  return { both: '', declared: '+', live: '−', different: 'Δ' }[presence];
}

/** How something stands, in words; empty where there is nothing to say. */
export function conditionOf(
  thing: {
    readonly kind?: string;
    readonly state?: LinkState;
    readonly presence?: Presence;
    readonly difference?: string;
  },
  compared: boolean,
): string[] {
  const parts: string[] = [];
  const isBridge = thing.kind === 'bridge' && thing.state === 'no-carrier';
  const state = isBridge ? l10n.t`no carrier: none of its ports is up` : stateWords[thing.state ?? 'unknown'];
  if (state !== '') parts.push(state);
  if (thing.difference !== undefined) parts.push(thing.difference);
  else if (compared && thing.presence !== undefined && presenceWords[thing.presence] !== '') {
    parts.push(presenceWords[thing.presence]);
  }
  return parts;
}

const indexes = new WeakMap<GraphView, ReadonlyMap<string, GraphNode>>();

/** The node of that id. */
export function nodeOf(view: GraphView, id: string | undefined): GraphNode | undefined {
  let index = indexes.get(view);
  if (index === undefined) {
    index = new Map(view.nodes.map((node) => [node.id, node]));
    indexes.set(view, index);
  }
  return id === undefined ? undefined : index.get(id);
}

/** `Open vSwitch bridge v-net-0`, `Namespace earth`, `Interface earth-veth of earth`. */
export function nameOf(node: GraphNode, view: GraphView): string {
  if (node.kind === 'outside') return l10n.t`The outside`;
  if (node.linkKind === 'group') return l10n.t`Group of ${node.name}`;
  if (node.kind === 'bridge' && node.linkKind === 'openvswitch') return l10n.t`Open vSwitch bridge ${node.name}`;
  const home = node.kind === 'interface' ? nodeOf(view, node.parent) : undefined;
  if (home === undefined) return `${kindWords[node.kind]} ${node.name}`;
  if (home.kind === 'bridge') return l10n.t`Port ${node.name} of ${home.name}`;
  return l10n.t`Interface ${node.name} of ${home.kind === 'host' ? l10n.t`the host` : home.name}`;
}

/** `✓ 2/3`, as it is read out: `✓ 2 of 3`. */
function ofAll(fraction: string): string {
  const [some = '', all = ''] = fraction.split('/');
  return l10n.t`${some} of ${all}`;
}

/** One line that says everything which the picture shows of a node. */
export function describeNode(node: GraphNode, view: GraphView): string {
  const condition = conditionOf(
    node.kind === 'interface' || node.kind === 'bridge' ? node : withoutState(node),
    view.compared === true,
  );
  const reach = node.reach === undefined ? [] : [l10n.t`reaches ${ofAll(node.reach)}`];
  const checked = node.checked === undefined ? [] : [l10n.t`checks ${ofAll(node.checked)}`];
  return [nameOf(node, view), ...reach, ...checked, ...node.facts, ...condition].join(', ');
}

function withoutState({ presence, difference }: GraphNode) {
  return { presence, ...(difference === undefined ? {} : { difference }) };
}

/** `Cable from earth-veth of earth to earth-br-veth of planet-br, 10.10.0.10/16, up`. */
export function describeCable(cable: GraphCable, view: GraphView): string {
  const end = (id: string): string => {
    const node = nodeOf(view, id);
    if (node === undefined) return id;
    if (node.kind === 'outside') return l10n.t`the outside`;
    const home = nodeOf(view, node.parent);
    if (node.kind !== 'interface' || home === undefined) return node.name;
    return l10n.t`${node.name} of ${home.kind === 'host' ? l10n.t`the host` : home.name}`;
  };
  const parts = [l10n.t`${cableWords(cable)} from ${end(cable.from)} to ${end(cable.to)}`];
  if (cable.label !== '') parts.push(cable.label);
  return [...parts, ...conditionOf(cable, view.compared === true)].join(', ');
}

/** What a line of the picture is: `Cable`, `Uplink`, `VXLAN 42 tunnel`, `macvlan`. */
export function cableWords({ kind, name }: GraphCable): string {
  switch (kind) {
    case 'uplink':
      return l10n.t`Uplink`;
    case 'tunnel':
      return l10n.t`${name ?? ''} tunnel`.trimStart();
    case 'stacked':
      return name ?? kind;
    default:
      return l10n.t`Cable`;
  }
}

export function describeNat(nat: GraphNat, view: GraphView): string {
  const name = nat.kind === 'dnat' || nat.kind === 'redirect' ? l10n.t`Port forward` : l10n.t`Source NAT`;
  const [what = '', where] = nat.label.replace(/^NAT /, '').split(' → ');
  const label = where === undefined ? what : l10n.t`${what} to ${where}`;
  const presence = nat.presence === undefined ? {} : { presence: nat.presence };
  return [
    `${name} ${label}`,
    ...(nat.enabled ? [] : [l10n.t`switched off`]),
    ...conditionOf(presence, view.compared === true),
  ].join(', ');
}

/** Everything that can be selected, by id. */
export function describeAll(view: GraphView): Map<string, string> {
  return new Map([
    ...view.nodes.map((node) => [node.id, describeNode(node, view)] as const),
    ...view.nat.map((nat) => [nat.id, describeNat(nat, view)] as const),
    ...view.cables.map((cable) => [cable.id, describeCable(cable, view)] as const),
  ]);
}
