import * as l10n from '@vscode/l10n';
import type { ObservedNamespace } from '../host/model';
import type { Topology } from '../topology/model';
import { contains, parseCidr } from './cidr';
import { inScope, namespaceOf, scopesOf } from './desired';
import type { DeviceRef } from './manifest';
import { broughtBy } from './nat-brought';
import { ownWayTo, portForwardTarget } from './nat-targets';
import { deviceKey, deviceName, objectRef, type Planning } from './planning';
import { setHairpin } from './plugging';

/**
 * A namespace that calls its own port forward, over a bridge whose packets go through the packet filter (br_netfilter):
 * the bridge itself then sends the translated packet on (br_nf_pre_routing_finish in net/bridge/br_netfilter_hooks.c), and
 * would have to send it out by the port that it came in by. That it does only with `hairpin` on that port; Docker sets it as well.
 * Without br_netfilter the packet is routed, and nothing is needed.
 */
export function planHairpins(planning: Planning, topology: Topology): void {
  const wanted = new Map(
    scopesOf(topology)
      .flatMap(({ namespace, scope }) =>
        scope.portForwards
          .filter(({ enabled }) => enabled)
          .flatMap((forward) => hairpinPort(planning, topology, namespace, forward)),
      )
      .map((found) => [deviceKey(found.port), found]),
  );
  for (const { port, forward } of wanted.values()) {
    const link = planning.link(port);
    if (link?.hairpin === true) continue;
    planning.addStep('nat', {
      action: 'change',
      object: objectRef('interface', deviceName(port), port.namespace),
      why: l10n.t`port forward ${forward.name} is reached from behind this port too; the host filters what bridges pass on`,
      run: [setHairpin(port, 'on')],
      undo: link === undefined ? [] : [setHairpin(port, 'off')],
      path: forward.path,
    });
  }
  for (const { links, name: namespace, isRoot, nat } of planning.snapshot.namespaces) {
    if (namespace === undefined && !isRoot) continue;
    for (const link of links) {
      if (link.hairpin !== true) continue;
      const port = { ...inScope(namespace), name: link.name };
      if (wanted.has(deviceKey(port)) || !planning.isOurs(link)) continue;
      if (planning.link(port) === undefined) continue;
      // A port forward made by hand has it on.
      if (nat.some(({ text }) => broughtBy(text, 'hairpin') === link.name)) continue;
      planning.addStep('nat', {
        action: 'change',
        object: objectRef('interface', deviceName(port), namespace),
        why: l10n.t`no port forward needs hairpin any more`,
        run: [setHairpin(port, 'off')],
        undo: [setHairpin(port, 'on')],
      });
    }
  }
}

/** A namespace that is not there yet begins with the kernel's defaults, as the host did when br_netfilter was loaded. */
function namespaceToBe(planning: Planning, namespace: string | undefined): ObservedNamespace | undefined {
  return planning.namespace(namespace) ?? planning.namespace(undefined);
}

/** The bridge port behind which a port forward's target is, where it has to let packets out again. */
function hairpinPort(
  planning: Planning,
  topology: Topology,
  namespace: string | undefined,
  forward: Topology['host']['portForwards'][number],
): { readonly port: DeviceRef; readonly forward: Topology['host']['portForwards'][number] }[] {
  const target = portForwardTarget(topology, namespace, forward);
  if (target === undefined) return [];
  const way = ownWayTo(topology, namespace, target);
  const bridge = topology.bridges.find((one) => one.name === way && one.namespace === namespace);
  if (bridge?.kind !== 'linux' || (forward.in !== undefined && forward.in !== bridge.name)) return [];
  if (!areBridgesFiltered(namespaceToBe(planning, namespace), target.family)) return [];
  return topology.links.flatMap(({ endpoints: [a, b] }) => {
    const [inner, outer] = a.type === 'bridge' ? [b, a] : [a, b];
    if (outer.type !== 'bridge' || outer.bridge !== bridge.name || inner.type !== 'namespace') return [];
    const owner = topology.namespaces.find(({ name }) => name === inner.namespace);
    const own = owner?.interfaces.find(({ name }) => name === inner.interface);
    const isTarget = own?.addresses.some((text) => parseCidr(text)?.address === target.address) === true;
    if (!isTarget || !bridge.addresses.some((text) => holds(text, target.address))) return [];
    return { port: { ...inScope(namespaceOf(topology, outer)), name: outer.interface }, forward };
  });
}

function holds(network: string, address: string): boolean {
  const cidr = parseCidr(network);
  return cidr !== undefined && contains(cidr, address);
}

const filteringSysctl = {
  inet: 'net.bridge.bridge-nf-call-iptables',
  inet6: 'net.bridge.bridge-nf-call-ip6tables',
} as const;

/** Whether br_netfilter hands bridged packets to the packet filter. */
export function areBridgesFiltered(namespace: ObservedNamespace | undefined, family: 'inet' | 'inet6'): boolean {
  return namespace?.sysctls[filteringSysctl[family]] === '1';
}
