import type { NatDeclaration, PortForwardDeclaration, Topology, YamlPath } from '../../topology/model';
import { drawTopology, endId, linkCableId } from './from-topology';
import { drawEgress, drawIngress } from './nat-from-topology';
import { bridgeNodeId, hostId, interfaceNodeId, namespaceNodeId } from './picture';

/** A thing of the graph and where the file declares it. */
interface Place {
  readonly nodeId: string;
  readonly path: YamlPath;
}

/** Where the file declares what the graph draws under that id; undefined for what stands in no file, such as the outside. */
export function placeOfNode(topology: Topology, nodeId: string): YamlPath | undefined {
  return places(topology).find((place) => place.nodeId === nodeId)?.path;
}

/** The id of the innermost thing in the graph that is declared around a path; undefined where there is none. */
export function nodeAtPath(topology: Topology, path: YamlPath): string | undefined {
  let found: Place | undefined;
  for (const place of places(topology)) {
    if (place.path.length === 0 || !isPrefix(place.path, path)) continue;
    if (found === undefined || place.path.length > found.path.length) found = place;
  }
  return found?.nodeId;
}

/** Settings before link ends: what says more about an interface is the place that people look for. */
function places(topology: Topology): Place[] {
  const { host } = topology;
  return [
    ...topology.namespaces.flatMap(({ name, path, interfaces }) => [
      { nodeId: namespaceNodeId(name), path },
      ...interfaces.map((each) => ({ nodeId: interfaceNodeId(name, each.name), path: each.path })),
    ]),
    ...topology.bridges.map(({ namespace, name, path }) => ({ nodeId: bridgeNodeId(namespace, name), path })),
    ...host.interfaces.map(({ name, path }) => ({ nodeId: interfaceNodeId(undefined, name), path })),
    ...topology.links.flatMap(({ endpoints }) =>
      endpoints.map((end) => ({ nodeId: endId(topology, end), path: end.path })),
    ),
    ...topology.links.map((link) => ({ nodeId: linkCableId(topology, link), path: link.path })),
    ...stackedPlaces(topology),
    ...host.nat.map((nat: NatDeclaration) => ({ nodeId: drawEgress(topology, nat).id, path: nat.path })),
    ...host.portForwards.map((forward: PortForwardDeclaration) => ({
      nodeId: drawIngress(topology, forward).id,
      path: forward.path,
    })),
  ];
}

/** What stands on another interface, and a tunnel: where the interface is declared that the line begins at. */
function stackedPlaces(topology: Topology): Place[] {
  const { nodes, cables } = drawTopology(topology);
  const isStack = [...cables.values()].filter(({ kind }) => kind === 'stacked' || kind === 'tunnel');
  return isStack.flatMap(({ id, from }) => {
    const node = nodes.get(from);
    const scope =
      node?.parent === hostId
        ? topology.host
        : topology.namespaces.find(({ name }) => namespaceNodeId(name) === node?.parent);
    const declared = scope?.interfaces.find(({ name }) => name === node?.name);
    return declared === undefined ? [] : [{ nodeId: id, path: declared.path }];
  });
}

function isPrefix(prefix: YamlPath, path: YamlPath): boolean {
  return prefix.length <= path.length && prefix.every((key, index) => key === path[index]);
}
