import type { BridgeDeclaration, Topology, YamlPath } from '../topology/model';
import { inScope, scopesOf } from './desired';
import { isOwnKind, kernelKind } from './own-kinds';
import { isInterfaceName, isLabName, isNamespaceName } from './names';
import { deviceName, type Planning } from './planning';

/** Refuses, before anything else is looked at, what the planner cannot do and what must not reach a command line. */
export function checkPreconditions(planning: Planning, topology: Topology): void {
  checkNames(planning, topology);
  checkKinds(planning, topology);
  if (planning.snapshot.tools['ip'] === undefined) {
    const advice = 'Install iproute2 on the host (Debian, Ubuntu: apt install iproute2).';
    planning.refuse('missingTool', 'The host has no ip.', undefined, advice);
  }
}

function checkNames(planning: Planning, topology: Topology): void {
  const check = (isValid: boolean, what: string, name: string, path: YamlPath): void => {
    if (!isValid) planning.refuse('invalidTopology', `"${name}" cannot be the name of ${what}.`, path);
  };
  check(isLabName(topology.name), 'a lab', topology.name, ['name']);
  for (const { name, path } of topology.namespaces) check(isNamespaceName(name), 'a namespace', name, path);
  for (const { name, namespace, ports, path } of topology.bridges) {
    for (const own of [name, ...ports]) check(isInterfaceName(own), 'an interface', own, path);
    if (namespace !== undefined && topology.namespaces.every((declared) => declared.name !== namespace)) {
      planning.refuse(
        'invalidTopology',
        `Bridge ${name} lies in namespace ${namespace}, which the file has not.`,
        path,
      );
    }
  }
  for (const { endpoints } of topology.links) {
    for (const end of endpoints) check(isInterfaceName(end.interface), 'an interface', end.interface, end.path);
  }
  for (const { scope } of scopesOf(topology)) {
    for (const { name, path } of scope.interfaces) check(isInterfaceName(name), 'an interface', name, path);
  }
}

/** Kinds of the language that the planner does not know yet: named, with their place, instead of being left out. */
function checkKinds(planning: Planning, topology: Topology): void {
  const refuse = (what: string, path: YamlPath): void =>
    planning.refuse(
      'unsupported',
      `${what} cannot be applied yet.`,
      path,
      'Take it out of the file to apply the rest.',
    );
  for (const bridge of topology.bridges) {
    if (bridge.kind === 'openvswitch') checkOpenVswitch(planning, bridge, refuse);
  }
  for (const link of topology.links) {
    if (link.impair !== undefined) refuse('An impairment', [...link.path, 'impair']);
    for (const end of link.endpoints) {
      if (end.type === 'bridge' && (end.vlan !== undefined || end.trunk !== undefined)) {
        refuse(`A VLAN on port ${end.interface} of bridge ${end.bridge}`, end.path);
      }
    }
  }
  const ends = new Set(
    topology.links.flatMap(({ endpoints }) =>
      endpoints.map((end) => `${end.type === 'namespace' ? end.namespace : ''}/${end.interface}`),
    ),
  );
  const bridgePorts = new Set(
    topology.links.flatMap(({ endpoints }) =>
      endpoints.filter(({ type }) => type === 'bridge').map((end) => end.interface),
    ),
  );
  for (const { namespace, scope } of scopesOf(topology)) {
    for (const own of scope.interfaces) {
      const name = deviceName({ ...inScope(namespace), name: own.name });
      const isEnd = ends.has(`${namespace ?? ''}/${own.name}`) || bridgePorts.has(own.name);
      // A namespace brings its loopback along; the host's is not the lab's to change.
      if (own.name === 'lo' && namespace !== undefined) continue;
      if (isOwnKind(own)) {
        if (planning.snapshot.missingKinds?.includes(kernelKind(own.kind)) !== true) continue;
        const message = `The kernel of the host was built without ${own.kind} interfaces, such as ${name}.`;
        planning.refuse('unsupported', message, own.path, 'Take it out of the file, or use another host.');
      } else if (own.kind !== 'veth') refuse(`Interface ${name} of kind ${own.kind}`, own.path);
      else if (!isEnd) {
        const message = `Interface ${name} is on no link of the file, so nothing would create it.`;
        planning.refuse('invalidTopology', message, own.path, 'Give it a link, or a kind of its own.');
      }
    }
  }
}

/** What an Open vSwitch bridge needs of the host; and what of it cannot be done yet. */
function checkOpenVswitch(
  planning: Planning,
  { name, namespace, mtu, datapath, path }: BridgeDeclaration,
  refuse: (what: string, path: YamlPath) => void,
): void {
  const { tools, openvswitch, missingKinds } = planning.snapshot;
  if (namespace !== undefined) refuse(`Open vSwitch bridge ${name} inside a namespace`, [...path, 'namespace']);
  if (mtu !== undefined) refuse(`The MTU of Open vSwitch bridge ${name}`, [...path, 'mtu']);
  if (tools['ovs-vsctl'] === undefined) {
    const advice = 'Install Open vSwitch on the host (Debian, Ubuntu: apt install openvswitch-switch).';
    planning.refuse('missingTool', `Bridge ${name} needs Open vSwitch, which the host does not have.`, path, advice);
  } else if (openvswitch !== true) {
    const advice = 'Start it on the host (Debian, Ubuntu: systemctl start openvswitch-switch).';
    planning.refuse('missingTool', `Bridge ${name} needs Open vSwitch, which does not run on the host.`, path, advice);
  } else if (datapath !== 'netdev' && missingKinds?.includes('openvswitch') === true) {
    const message = `The kernel of the host was built without Open vSwitch, which bridge ${name} needs.`;
    const advice = 'Write `datapath: netdev`: then ovs-vswitchd passes the frames on by itself.';
    planning.refuse('unsupported', message, path, advice);
  }
}
