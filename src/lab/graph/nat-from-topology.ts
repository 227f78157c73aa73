import type { GraphNat } from '../../protocol/graph';
import type { NatDeclaration, PortForwardDeclaration, Topology } from '../../topology/model';
import { isInside } from '../../plan/nat-meaning';
import { declaredNatKey } from '../nat-subjects';
import { natDrawing } from './nat';
import { bridgeNodeId, interfaceNodeId } from './picture';

/** The NAT that the file declares for the host itself. */
export function drawDeclaredNat(topology: Topology): Map<string, GraphNat> {
  const drawings = [
    ...topology.host.nat.map((nat) => drawEgress(topology, nat)),
    ...topology.host.portForwards.map((forward) => drawIngress(topology, forward)),
  ];
  return new Map(drawings.map((drawing) => [drawing.id, drawing]));
}

/** A source NAT rule of the file as a drawing. */
export function drawEgress(topology: Topology, nat: NatDeclaration): GraphNat {
  const inside = homeOf(topology, (address) => isInside(address, nat.source));
  return natDrawing({
    kind: nat.kind,
    source: nat.source,
    ...(nat.to === undefined ? {} : { to: nat.to }),
    enabled: nat.enabled,
    key: declaredNatKey({ kind: 'nat', name: nat.name }),
    lab: topology.name,
    ...(inside === undefined ? {} : { inside }),
    ...(nat.out === undefined ? {} : { outside: interfaceNodeId(undefined, nat.out) }),
  });
}

/** A port forward of the file as a drawing. */
export function drawIngress(topology: Topology, forward: PortForwardDeclaration): GraphNat {
  const { to } = forward;
  const address =
    'address' in to
      ? to.address
      : topology.namespaces
          .find(({ name }) => name === to.namespace)
          ?.interfaces.flatMap(({ addresses }) => addresses)[0]
          ?.split('/')[0];
  const inside = homeOf(topology, (cidr) => address !== undefined && isInside(address, cidr));
  return natDrawing({
    kind: 'dnat',
    protocol: forward.protocol,
    port: forward.listenPort,
    ...(forward.listenAddress === undefined ? {} : { listenAddress: forward.listenAddress }),
    to: 'address' in to ? to.address : to.namespace,
    toPort: forward.toPort,
    enabled: forward.enabled,
    key: declaredNatKey({ kind: 'port-forward', name: forward.name }),
    lab: topology.name,
    ...(inside === undefined ? {} : { inside }),
    ...(forward.in === undefined ? {} : { outside: interfaceNodeId(undefined, forward.in) }),
  });
}

/** The bridge or host interface one of whose addresses passes the test. */
function homeOf(topology: Topology, test: (cidr: string) => boolean): string | undefined {
  const bridge = topology.bridges.find(({ namespace, addresses }) => namespace === undefined && addresses.some(test));
  if (bridge !== undefined) return bridgeNodeId(undefined, bridge.name);
  const link = topology.host.interfaces.find(({ addresses }) => addresses.some(test));
  return link === undefined ? undefined : interfaceNodeId(undefined, link.name);
}
