import * as l10n from '@vscode/l10n';
import type { ObservedLink, ObservedNamespace } from '../host/model';
import { commandIn } from './commands';
import { labelOf } from './facts';
import { editFor } from './mending';
import type { Cause, Direction, TopologyEdit } from './model';

/** The causes that lie in cables and bridges. */

function at(direction: Direction, namespace: ObservedNamespace, link: ObservedLink) {
  return { direction, namespaceId: namespace.id, place: labelOf(namespace), dev: link.name };
}

function named(namespace: ObservedNamespace, { name }: ObservedLink): string {
  return `${labelOf(namespace)}:${name}`;
}

export function interfaceDown(direction: Direction, namespace: ObservedNamespace, link: ObservedLink): Cause {
  const isLoopback = link.kind === 'loopback';
  const set = (word: string) => [commandIn(namespace, 'ip', 'link', 'set', 'dev', link.name, word)];
  return {
    id: isLoopback ? 'loopback-down' : 'interface-down',
    ...at(direction, namespace, link),
    text: l10n.t`${named(namespace, link)} is down: nobody has set it up.`,
    evidence: [`ip link: ${link.name} state ${link.operState.toUpperCase()}, without UP`],
    fix: {
      title: l10n.t`Set ${named(namespace, link)} up`,
      run: set('up'),
      undo: set('down'),
      edit: editFor(
        namespace,
        l10n.t`${link.name} is up by itself; take \`up: false\` away`,
        `${link.name}: { up: true }`,
        {
          type: 'up',
          interface: link.name,
        },
      ),
    },
  };
}

export function lowerLayerDown(direction: Direction, namespace: ObservedNamespace, link: ObservedLink): Cause {
  return {
    id: 'lower-layer-down',
    ...at(direction, namespace, link),
    text: l10n.t`${named(namespace, link)} is up, but has no carrier: what it stands on is down.`,
    evidence: [`ip link: ${link.name} NO-CARRIER, state ${link.operState.toUpperCase()}`],
  };
}

export function bridgeDown(direction: Direction, namespace: ObservedNamespace, bridge: ObservedLink): Cause {
  const set = (word: string) => [commandIn(namespace, 'ip', 'link', 'set', 'dev', bridge.name, word)];
  return {
    id: 'bridge-down',
    ...at(direction, namespace, bridge),
    text: l10n.t`The bridge ${bridge.name} in ${labelOf(namespace)} is down: it passes nothing on.`,
    evidence: [`ip link: ${bridge.name} state ${bridge.operState.toUpperCase()}, without UP`],
    fix: {
      title: l10n.t`Set ${bridge.name} up`,
      run: set('up'),
      undo: set('down'),
      edit: editFor(
        namespace,
        l10n.t`take \`up: false\` away from bridges.${bridge.name}`,
        `${bridge.name}: { up: true }`,
        {
          type: 'up',
          interface: bridge.name,
        },
      ),
    },
  };
}

/** What the spanning tree says of a port, or who set its state by hand; nothing where it forwards or was not read. */
export function portState(
  direction: Direction,
  namespace: ObservedNamespace,
  port: ObservedLink,
  bridge: ObservedLink,
  state: string | undefined,
): Cause[] {
  const number = state === undefined ? -1 : portStates.indexOf(state);
  if (state === undefined || state === 'forwarding' || !port.up || !bridge.up) return [];
  const hasTree = Number(bridge.data['stp_state'] ?? 0) > 0;
  const evidence = [`bridge link: ${port.name} master ${bridge.name} state ${state}`];
  const known = { id: 'stp-not-forwarding', ...at(direction, namespace, port), evidence } as const;
  if (state === 'disabled' && !port.carrier) {
    // What has no carrier is found by itself; the tree then keeps the port back for twice its delay, in 1/100 s (br_stp_timer.c).
    const delay = Number(bridge.data['forward_delay'] ?? 0) / 100;
    if (!hasTree || delay === 0) return [];
    const text = l10n.t`Once ${port.name} has a carrier, the spanning tree of ${bridge.name} keeps it back for another ${delay * 2} seconds.`;
    return [{ ...known, text, isLikely: true }];
  }
  // The kernel takes a port's state by hand only while its own spanning tree is off (br_netlink.c, br_set_port_state).
  const set = (to: number) => commandIn(namespace, 'bridge', 'link', 'set', 'dev', port.name, 'state', String(to));
  if (!hasTree) {
    const text = l10n.t`The port ${port.name} of ${bridge.name} is set to ${state} by hand: it passes nothing on.`;
    const title = l10n.t`Let ${port.name} of ${bridge.name} forward`;
    return [{ ...known, text, fix: { title, run: [set(forwarding)], undo: number < 0 ? [] : [set(number)] } }];
  }
  const passing = state === 'learning' || state === 'listening';
  const stp = (on: '0' | '1') =>
    commandIn(namespace, 'ip', 'link', 'set', 'dev', bridge.name, 'type', 'bridge', 'stp_state', on);
  return [
    {
      ...known,
      text: passing
        ? l10n.t`The spanning tree of ${bridge.name} is still ${state} at ${port.name}; it passes packets after its forward delay.`
        : l10n.t`The spanning tree of ${bridge.name} keeps the port ${port.name} ${state}: it passes nothing on.`,
      fix: {
        title: l10n.t`Switch the spanning tree of ${bridge.name} off`,
        run: [stp('0'), set(forwarding)],
        undo: [stp('1')],
        edit: {
          text: l10n.t`stp: false under bridges.${bridge.name}`,
          yaml: `${bridge.name}: { stp: false }`,
          request: { type: 'spanning-tree-off', bridge: bridge.name },
        },
      },
    },
  ];
}

/** As the kernel numbers them (BR_STATE_* in linux/if_bridge.h), in the words of bridge(8). */
const portStates: readonly string[] = ['disabled', 'listening', 'learning', 'forwarding', 'blocking'];
const forwarding = portStates.indexOf('forwarding');

export function vlanMismatch(
  direction: Direction,
  namespace: ObservedNamespace,
  bridge: ObservedLink,
  from: ObservedLink | undefined,
  port: ObservedLink,
  vlan: number | undefined,
): Cause[] {
  if (bridge.kind === 'openvswitch' && vlan === undefined)
    return untaggedMismatch(direction, namespace, bridge, from, port);
  if (port.vlans === undefined || vlan === undefined) return [];
  // In Open vSwitch a frame may have come with its VLAN by a port that lets all of them through.
  if (from === undefined || (from.vlans === undefined && bridge.kind !== 'openvswitch')) return [];
  if (port.vlans.untagged === vlan || port.vlans.tagged.includes(vlan)) return [];
  const shown = [port.vlans.untagged, ...port.vlans.tagged].filter((one) => one !== undefined).join(', ');
  return [
    {
      id: 'vlan-mismatch',
      ...at(direction, namespace, port),
      text: l10n.t`${bridge.name} keeps VLANs apart: ${from.name} is in VLAN ${vlan}, ${port.name} takes ${shown === '' ? 'none' : shown}.`,
      evidence: [`bridge vlan: ${from.name} ${vlan}; ${port.name} ${shown}`],
      ...(bridge.kind === 'bridge'
        ? {
            fix: {
              title: l10n.t`Put ${port.name} into VLAN ${vlan}`,
              run: [
                commandIn(
                  namespace,
                  'bridge',
                  'vlan',
                  'add',
                  'dev',
                  port.name,
                  'vid',
                  String(vlan),
                  'pvid',
                  'untagged',
                ),
              ],
              undo: [commandIn(namespace, 'bridge', 'vlan', 'del', 'dev', port.name, 'vid', String(vlan))],
              edit: vlanEdit(bridge, port, vlan),
            },
          }
        : {
            fix: {
              title: l10n.t`Put ${port.name} into VLAN ${vlan}`,
              run: [{ argv: ['ovs-vsctl', 'set', 'port', port.name, `tag=${vlan}`] }],
              undo: [{ argv: ['ovs-vsctl', 'set', 'port', port.name, `tag=${port.vlans.untagged ?? 0}`] }],
              edit: vlanEdit(bridge, port, vlan),
            },
          }),
    },
  ];
}

function vlanEdit({ name: bridge }: ObservedLink, { name: port }: ObservedLink, vlan?: number): TopologyEdit {
  const end = `"${bridge}:${port}"`;
  return {
    text: l10n.t`the VLAN of the link’s end at ${bridge}`,
    yaml: `- endpoints: [ …, ${vlan === undefined ? end : `{ endpoint: ${end}, vlan: ${vlan} }`} ]`,
    request: { type: 'vlan', bridge, port, ...(vlan === undefined ? {} : { vlan }) },
  };
}

/** In Open vSwitch a port without a tag sends what is in no VLAN, which a port with one never gets (ovs-vswitchd.conf.db(5), `tag`). */
function untaggedMismatch(
  direction: Direction,
  namespace: ObservedNamespace,
  bridge: ObservedLink,
  from: ObservedLink | undefined,
  port: ObservedLink,
): Cause[] {
  const tag = port.vlans?.untagged;
  if (tag === undefined || tag === 0 || from?.vlans !== undefined) return [];
  return [
    {
      id: 'vlan-mismatch',
      ...at(direction, namespace, port),
      text: l10n.t`${bridge.name} keeps VLANs apart: ${(from ?? bridge).name} is in none, ${port.name} is in VLAN ${tag}.`,
      evidence: [`ovs-vsctl: ${port.name} tag ${tag}; ${(from ?? bridge).name} without`],
      fix: {
        title: l10n.t`Take ${port.name} out of VLAN ${tag}`,
        run: [{ argv: ['ovs-vsctl', 'clear', 'port', port.name, 'tag'] }],
        undo: [{ argv: ['ovs-vsctl', 'set', 'port', port.name, `tag=${tag}`] }],
        edit: vlanEdit(bridge, port),
      },
    },
  ];
}

/** An Open vSwitch port without a tag hands frames of a VLAN on with theirs, which an interface without that VLAN does not take. */
export function tagNotTaken(
  direction: Direction,
  namespace: ObservedNamespace,
  bridge: ObservedLink,
  from: ObservedLink | undefined,
  port: ObservedLink,
  vlan: number,
): Cause[] {
  // Who is in the VLAN by a tag of his own is one thing, whichever of the two is looked from.
  if (from?.vlans?.untagged === vlan) return untaggedMismatch(direction, namespace, bridge, port, from);
  return [
    {
      id: 'vlan-mismatch',
      ...at(direction, namespace, port),
      text: l10n.t`${bridge.name} hands what is in VLAN ${vlan} on by ${port.name} with its tag, and nothing behind that takes it.`,
      evidence: [`ovs-vsctl: ${port.name} without tag; VLAN ${vlan}`],
      fix: {
        title: l10n.t`Put ${port.name} into VLAN ${vlan}`,
        run: [{ argv: ['ovs-vsctl', 'set', 'port', port.name, `tag=${vlan}`] }],
        undo: [{ argv: ['ovs-vsctl', 'clear', 'port', port.name, 'tag'] }],
        edit: vlanEdit(bridge, port, vlan),
      },
    },
  ];
}

export function tunnelEnd(
  direction: Direction,
  namespace: ObservedNamespace,
  link: ObservedLink,
  owner: string,
  remote: string,
): Cause {
  return {
    id: 'tunnel-end-missing',
    ...at(direction, namespace, link),
    text: l10n.t`The tunnel ${named(namespace, link)} goes to ${remote} in ${owner}, where no ${link.kind} of the same number takes it.`,
    evidence: [`ip -d link: ${link.kind} id ${JSON.stringify(link.data['id'])} remote ${remote}`],
  };
}

/** Loss of everything; less than that does not stop a packet for good. */
export function impaired(direction: Direction, namespace: ObservedNamespace, link: ObservedLink): Cause[] {
  const options = link.qdisc?.kind === 'netem' ? (link.qdisc.options ?? {}) : {};
  const loss = options['loss-random'];
  const share = typeof loss === 'object' && loss !== null && 'loss' in loss ? Number(loss.loss) : 0;
  if (!(share >= 0.999)) return [];
  return [
    {
      id: 'impairment',
      ...at(direction, namespace, link),
      text: l10n.t`netem on ${named(namespace, link)} loses every packet.`,
      evidence: [`tc qdisc: netem loss ${Math.round(share * 100)}%`],
      fix: {
        title: l10n.t`Take the impairment off ${named(namespace, link)}`,
        run: [commandIn(namespace, 'tc', 'qdisc', 'del', 'dev', link.name, 'root')],
        undo: [commandIn(namespace, 'tc', 'qdisc', 'add', 'dev', link.name, 'root', 'netem', 'loss', '100%')],
        edit: editFor(namespace, l10n.t`take \`loss\` out of the link’s \`impair\``, 'impair: {}', {
          type: 'unimpaired',
          interface: link.name,
        }),
      },
    },
  ];
}
