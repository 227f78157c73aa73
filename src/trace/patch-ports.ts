import * as l10n from '@vscode/l10n';
import type { ObservedLink, ObservedNamespace, OpenVswitchPort } from '../host/model';
import { commandIn } from './commands';
import { labelOf } from './facts';
import type { Cause, Direction, Fix } from './model';

/** A patch port of an Open vSwitch bridge, as an interface, which it is to Open vSwitch alone. */
interface PatchPort {
  readonly bridge: ObservedLink;
  readonly link: ObservedLink;
  /** The other end that it names (`options:peer`). */
  readonly peer?: string;
  /** It is not there, but would be if the other end's bridge were joined. */
  readonly isSupposed?: true;
}

/** What joins two Open vSwitch bridges, or would if both its ends named each other. */
export interface Patch {
  readonly ends: readonly [PatchPort, PatchPort];
  /** The end to blame where it does not join them. */
  readonly broken?: PatchPort;
}

/** A patch as it is seen from one of its bridges. */
export interface PatchAt {
  readonly near: ObservedLink;
  readonly far: ObservedLink;
  readonly patch: Patch;
}

/**
 * The patches of a bridge. Two ports are one only if each names the other (ovs-vswitchd.conf.db(5), "Patch Options"); one whose other
 * end is missing might be meant to lead to any bridge that has no part in it.
 */
export function patchesAt(namespace: ObservedNamespace, bridge: ObservedLink): PatchAt[] {
  return patchesOf(namespace).flatMap((patch) => {
    const [first, second] = patch.ends;
    if (first.bridge.name === bridge.name) return [{ near: first.link, far: second.link, patch }];
    return second.bridge.name === bridge.name ? [{ near: second.link, far: first.link, patch }] : [];
  });
}

function patchesOf({ links }: ObservedNamespace): Patch[] {
  const bridges = links.filter(({ openvswitch }) => openvswitch !== undefined);
  const ports = bridges.flatMap((bridge) =>
    (bridge.openvswitch?.ports ?? []).filter(({ type }) => type === 'patch').map((port) => portOf(bridge, port)),
  );
  const patches: Patch[] = [];
  const used = new Set<PatchPort>();
  const join = (first: PatchPort, second: PatchPort, broken?: PatchPort): void => {
    used.add(first).add(second);
    patches.push({ ends: [first, second], ...(broken === undefined ? {} : { broken }) });
  };
  const isFree = (port: PatchPort): boolean => !used.has(port);
  const named = (name: string | undefined): PatchPort | undefined => ports.find(({ link }) => link.name === name);
  for (const port of ports.filter(isFree)) {
    const peer = named(port.peer);
    if (peer !== undefined && peer !== port && peer.peer === port.link.name) join(port, peer);
  }
  // One names the other, which names somebody else: that one is wrong.
  for (const port of ports) {
    const peer = named(port.peer);
    if (isFree(port) && peer !== undefined && peer !== port && isFree(peer)) join(port, peer, peer);
  }
  for (const port of ports.filter(isFree)) {
    for (const bridge of bridges) {
      if (bridge === port.bridge) continue;
      const name = port.peer ?? `${port.link.name}-peer`;
      patches.push({ ends: [port, { ...portOf(bridge, { name }), isSupposed: true }], broken: port });
    }
  }
  return patches;
}

function portOf(
  bridge: ObservedLink,
  { name, vlans, options }: Pick<OpenVswitchPort, 'name'> & Partial<OpenVswitchPort>,
): PatchPort {
  const peer = options?.['peer'];
  const link: ObservedLink = {
    index: 0,
    name,
    kind: 'patch',
    up: true,
    operState: 'unknown',
    carrier: true,
    mtu: bridge.mtu,
    master: bridge.name,
    addresses: [],
    altNames: [],
    data: {},
    ...(vlans === undefined ? {} : { vlans }),
  };
  return { bridge, link, ...(peer === undefined ? {} : { peer }) };
}

/** Why nothing passes a patch; undefined of one that is whole. */
export function patchBroken(direction: Direction, namespace: ObservedNamespace, patch: Patch): Cause | undefined {
  const { broken } = patch;
  if (broken === undefined) return undefined;
  const other = patch.ends[0] === broken ? patch.ends[1] : patch.ends[0];
  const { name } = broken.link;
  const [own, wanted] = [broken.bridge.name, other.bridge.name];
  const does = broken.peer === undefined ? l10n.t`names no other end` : l10n.t`names ${broken.peer} as its other end`;
  const why =
    other.isSupposed === true
      ? l10n.t`which is no patch port of ${wanted} or of another bridge`
      : l10n.t`not ${other.link.name} of ${wanted}, which names it`;
  return {
    id: 'patch-peer-missing',
    direction,
    namespaceId: namespace.id,
    place: labelOf(namespace),
    dev: name,
    text:
      broken.peer === undefined
        ? l10n.t`The patch port ${name} of the Open vSwitch bridge ${own} ${does}: nothing passes it.`
        : l10n.t`The patch port ${name} of the Open vSwitch bridge ${own} ${does}, ${why}: nothing passes it.`,
    evidence: [`ovs-vsctl show: ${own} port ${name} type patch, options: {peer=${broken.peer ?? ''}}`],
    fix: fixOf(namespace, broken, other),
  };
}

function fixOf(namespace: ObservedNamespace, broken: PatchPort, other: PatchPort): Fix {
  const ovs = (...words: string[]) => commandIn(namespace, 'ovs-vsctl', ...words);
  const [name, peer] = [broken.link.name, other.link.name];
  const setPeer = ['set', 'Interface', name, `options:peer=${peer}`];
  const back =
    broken.peer === undefined
      ? ['remove', 'Interface', name, 'options', 'peer']
      : ['set', 'Interface', name, `options:peer=${broken.peer}`];
  if (other.isSupposed !== true)
    return { title: l10n.t`Let ${name} name ${peer} as its other end`, run: [ovs(...setPeer)], undo: [ovs(...back)] };
  const add = ['add-port', other.bridge.name, peer];
  const make = ['--', 'set', 'Interface', peer, 'type=patch', `options:peer=${name}`];
  return {
    title: l10n.t`Make ${peer}, the other end of ${name}, in ${other.bridge.name}`,
    run: [ovs(...add, ...make, ...(broken.peer === undefined ? ['--', ...setPeer] : []))],
    undo: [ovs('del-port', other.bridge.name, peer, ...(broken.peer === undefined ? ['--', ...back] : []))],
  };
}
