import * as l10n from '@vscode/l10n';
import { kernelModules, type KernelNeed } from '../host/kernel-probe';
import type { BridgeDeclaration, EndpointDeclaration, Topology, YamlPath } from '../topology/model';
import { inScope, scopesOf } from './desired';
import { impairmentNeed } from './impairment';
import { isOwnKind, kernelKind } from './own-kinds';
import { deviceName, type Planning } from './planning';

/** Refuses what the host cannot do, before anything is changed: for want of a program, or of something in its kernel. */
export function checkHostNeeds(planning: Planning, topology: Topology): void {
  for (const bridge of topology.bridges) if (bridge.kind === 'openvswitch') checkOpenVswitch(planning, bridge);
  checkTools(planning, topology);
  checkKernel(planning, topology);
}

function checkOpenVswitch(planning: Planning, { name, namespace, path }: BridgeDeclaration): void {
  const { tools, openvswitch } = planning.snapshot;
  if (namespace !== undefined) {
    const message = l10n.t`Open vSwitch bridge ${name} cannot lie in namespace ${namespace}: its daemon works on the host only.`;
    planning.refuse(
      'invalidTopology',
      message,
      [...path, 'namespace'],
      l10n.t`Leave \`namespace\` out, or use a Linux bridge there.`,
    );
  } else if (tools['ovs-vsctl'] === undefined) {
    const advice = l10n.t`Install Open vSwitch on the host (Debian, Ubuntu: apt install openvswitch-switch).`;
    planning.refuse(
      'missingTool',
      l10n.t`Bridge ${name} needs Open vSwitch, which the host does not have.`,
      path,
      advice,
    );
  } else if (openvswitch !== true) {
    const advice = l10n.t`Start it on the host (Debian, Ubuntu: systemctl start openvswitch-switch).`;
    planning.refuse(
      'missingTool',
      l10n.t`Bridge ${name} needs Open vSwitch, which does not run on the host.`,
      path,
      advice,
    );
  }
}

/** `tc` and `bridge` come with iproute2; some distributions have them in packages of their own. */
function checkTools(planning: Planning, topology: Topology): void {
  const { tools } = planning.snapshot;
  const impaired = topology.links.find(({ impair }) => impair !== undefined);
  if (impaired !== undefined && tools['tc'] === undefined) {
    const advice = l10n.t`Install it on the host (Debian, Ubuntu: apt install iproute2; Fedora, RHEL: dnf install iproute-tc).`;
    planning.refuse(
      'missingTool',
      l10n.t`An impairment needs tc, which the host does not have.`,
      [...impaired.path, 'impair'],
      advice,
    );
  }
  const port = topology.links.flatMap(({ endpoints }) => endpoints).find((end) => hasVlans(end));
  if (port !== undefined && tools['bridge'] === undefined) {
    const advice = l10n.t`Install iproute2 on the host (Debian, Ubuntu: apt install iproute2).`;
    planning.refuse(
      'missingTool',
      l10n.t`VLANs on a port need the program bridge, which the host does not have.`,
      port.path,
      advice,
    );
  }
}

function hasVlans(end: EndpointDeclaration): boolean {
  return end.type === 'bridge' && (end.vlan !== undefined || end.trunk !== undefined);
}

/** Something in the file that only some kernels can do. */
interface Need {
  readonly need: KernelNeed;
  /** `macvlan interface blue:m0`. */
  readonly what: string;
  readonly path: YamlPath;
}

/** What the host's kernel was seen to lack: each once, with the first place that needs it. */
function checkKernel(planning: Planning, topology: Topology): void {
  const { missingKinds = [], kernel } = planning.snapshot;
  if (missingKinds.length === 0) return;
  const lacking = [...needsOf(topology, missingKinds)].filter(({ need }) => missingKinds.includes(need));
  for (const need of new Set(lacking.map((each) => each.need))) {
    const [first, ...others] = lacking.filter((each) => each.need === need);
    if (first === undefined) continue;
    const more = others.length === 0 ? '' : l10n.t` (and ${others.length} more)`;
    const message = l10n.t`The kernel of the host (${kernel}) lacks ${words[need] ?? need}, which ${first.what}${more} needs.`;
    planning.refuse('unsupported', message, first.path, adviceOn(need, kernel));
  }
}

const words: Partial<Record<KernelNeed, string>> = {
  netem: l10n.t`netem (delay, loss and the like)`,
  openvswitch: 'Open vSwitch',
  tun: l10n.t`TUN and TAP devices`,
  'vlan-filtering': l10n.t`VLANs in bridges`,
};

function adviceOn(need: KernelNeed, kernel: string): string {
  if (need === 'openvswitch') {
    return l10n.t`Write \`datapath: netdev\`: then ovs-vswitchd passes the frames on by itself.`;
  }
  if (need === 'vlan-filtering')
    return l10n.t`Use another host: a kernel is built with it (CONFIG_BRIDGE_VLAN_FILTERING) or not.`;
  const module = kernelModules[need];
  return l10n.t`Its module is ${module}: install what has it (Ubuntu: linux-modules-extra-${kernel}; Fedora, RHEL: kernel-modules-extra), or use another host.`;
}

function* needsOf(topology: Topology, missing: readonly string[]): Iterable<Need> {
  for (const { kind, name, datapath, vlanFiltering, path } of topology.bridges) {
    const what = l10n.t`bridge ${name}`;
    if (kind === 'linux') yield { need: 'bridge', what, path };
    else if (datapath !== 'netdev') yield { need: 'openvswitch', what, path };
    if (kind === 'linux' && vlanFiltering === true) {
      yield { need: 'vlan-filtering', what, path: [...path, 'vlan-filtering'] };
    }
  }
  for (const { impair, endpoints, path } of topology.links) {
    const what = l10n.t`the link at ${endpoints[0].interface}`;
    yield { need: 'veth', what, path };
    for (const impairment of impair === undefined ? [] : [impair.toA, impair.toB]) {
      const need = impairmentNeed(impairment, missing);
      if (need !== undefined) yield { need, what: l10n.t`the impairment of ${what}`, path: [...path, 'impair'] };
    }
  }
  for (const { namespace, scope } of scopesOf(topology)) {
    for (const own of scope.interfaces.filter(isOwnKind)) {
      const name = deviceName({ ...inScope(namespace), name: own.name });
      yield { need: kernelKind(own.kind), what: `${own.kind} interface ${name}`, path: [...own.path, 'kind'] };
    }
  }
}
