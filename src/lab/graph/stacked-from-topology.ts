import type { InterfaceDeclaration, Topology } from '../../topology/model';
import { Parents } from '../../topology/parents';
import { bridgeNodeId, cableId, interfaceNodeId, type PictureCable, type PictureNode } from './picture';
import { drawTunnels, type TunnelEnd } from './tunnels';

/** What stands on something else, and the tunnels, as a file declares them: cables, and names for behind an `@`. */
export interface DeclaredStacks {
  readonly cables: readonly PictureCable[];
  /** By node: the interface of the same namespace that it stands on. */
  readonly on: ReadonlyMap<string, string>;
}

export function drawDeclaredStacks(topology: Topology, nodes: ReadonlyMap<string, PictureNode>): DeclaredStacks {
  const parents = new Parents(topology);
  const cables: PictureCable[] = [];
  const on = new Map<string, string>();
  const ends: TunnelEnd[] = [];
  const scopes = [
    { namespace: undefined, interfaces: topology.host.interfaces },
    ...topology.namespaces.map(({ name, interfaces }) => ({ namespace: name, interfaces })),
  ];
  for (const { namespace, interfaces } of scopes) {
    const addresses = interfaces.flatMap((each) => each.addresses.map(withoutPrefix));
    for (const declared of interfaces) {
      const id = interfaceNodeId(namespace, declared.name);
      const parent = parents.of(namespace, declared);
      if (parent !== undefined && parent.namespace === namespace) on.set(id, parent.name);
      else if (parent !== undefined) {
        const bridge = bridgeNodeId(parent.namespace, parent.name);
        const below = nodes.has(bridge) ? bridge : interfaceNodeId(parent.namespace, parent.name);
        cables.push(stacked(declared, id, below));
      }
      ends.push(...tunnelEnd(declared, id, addresses));
    }
  }
  return { cables: [...cables, ...drawTunnels(ends)], on };
}

function stacked({ kind, addresses, up }: InterfaceDeclaration, from: string, to: string): PictureCable {
  const label = addresses.join(', ');
  return {
    id: cableId(from, to),
    from,
    to,
    kind: 'stacked',
    name: kind,
    label,
    ...(label === '' ? {} : { fromLabel: label }),
    state: up ? 'unknown' : 'down',
  };
}

function tunnelEnd(
  { kind, options, addresses: own, up }: InterfaceDeclaration,
  id: string,
  addresses: readonly string[],
): TunnelEnd[] {
  const { remote, local, id: key } = options;
  if (typeof remote !== 'string') return [];
  return [
    {
      id,
      kind,
      ...(key !== undefined && { key: String(key) }),
      ...(typeof local === 'string' && { local }),
      remote,
      addresses,
      label: own.join(', '),
      state: up ? 'unknown' : 'down',
    },
  ];
}

function withoutPrefix(cidr: string): string {
  return cidr.split('/')[0] ?? cidr;
}
