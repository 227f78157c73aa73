import type { GraphCable, GraphNode, GraphView } from './graph';

/** What can be done with a cable's plug, seen from one of its ends or from the cable. */
export interface Plugs {
  /** One end is in a bridge and can be pulled out. */
  readonly plugged: boolean;
  /** There is a bridge, or another one, that it can be plugged into. */
  readonly pluggable: boolean;
}

/** Of an interface: its own end first, then the other end of its cable, as `pluggedEnd` of plan/actions/plugs.ts has it. */
export function plugsOfNode(view: GraphView, { id, kind }: GraphNode): Plugs {
  if (kind !== 'interface') return { plugged: false, pluggable: false };
  const cable = view.cables.find((each) => each.kind === 'veth' && (each.from === id || each.to === id));
  return plugsOf(view, cable === undefined ? [id] : [id, cable.from === id ? cable.to : cable.from]);
}

export function plugsOfCable(view: GraphView, { from, to, kind }: GraphCable): Plugs {
  return kind === 'veth' ? plugsOf(view, [from, to]) : { plugged: false, pluggable: false };
}

function plugsOf(view: GraphView, ends: readonly string[]): Plugs {
  const nodeOf = (id: string | undefined): GraphNode | undefined => view.nodes.find((node) => node.id === id);
  const places = ends.flatMap((id) => {
    const node = nodeOf(id);
    if (node?.kind !== 'interface') return [];
    const outer = nodeOf(node.parent);
    const bridge = outer?.kind === 'bridge' ? outer : undefined;
    return [{ bridge, home: bridge === undefined ? node.parent : bridge.parent }];
  });
  const plugged = places.find(({ bridge }) => bridge !== undefined);
  const where = plugged === undefined ? places : [plugged];
  return {
    plugged: plugged !== undefined,
    pluggable: where.some(({ bridge, home }) =>
      view.nodes.some(
        ({ kind, id, parent, presence }) =>
          kind === 'bridge' && presence !== 'declared' && parent === home && id !== bridge?.id,
      ),
    ),
  };
}
