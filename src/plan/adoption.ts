import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import type { HostSnapshot, ObservedLink, ObservedNamespace } from '../host/model';
import { toolOfBridge } from '../host/nat-makers';
import type { YamlPath } from '../topology/model';
import { byThemselves } from './adopt/selection';
import { cableName, peerOf, refOf } from './cables';
import { ip } from './commands';
import type { Desired, DesiredBridge, DesiredCable, DesiredInterface } from './desired';
import { isSameKind } from './device-removals';
import { whyReplaced } from './interfaces';
import type { DeviceRef } from './manifest';
import type { ObjectRef } from './model';
import { movedBy, ownerMark, ownerOf } from './names';
import { objectTitle } from './object-words';
import { markBridge, markedOwner, unmarkBridge, withBridgeMark } from './open-vswitch';
import { deviceKey, deviceName, objectRef, type Planning } from './planning';
import { sshPathOf } from './safety/ssh-path';

/**
 * Adoption: what is on the host under a name of the file, made by hand or by another program, becomes the lab's when a person
 * wants that. It is marked as any thing of the lab; then it is mended like one, and Destroy removes it. Nothing is adopted
 * that belongs to another lab, that carries the SSH connection, that a program looks after, or that would have to be
 * made anew to be as the file says.
 */
export interface Adoptable {
  readonly object: ObjectRef;
  /** What goes with it although the file does not have it, for people: `interface dummy0`, `process sleep (4711)`. */
  readonly besides: readonly string[];
  readonly path: YamlPath;
  /** The interfaces that get the mark. */
  readonly marks: readonly { readonly ref: DeviceRef; readonly link: ObservedLink }[];
}

/** What can be adopted; and of other things that are in the way, by `deviceKey`, why they cannot. */
export interface Adoption {
  readonly adoptable: readonly Adoptable[];
  readonly objections: ReadonlyMap<string, string>;
}

/** Names an adoptable thing from one plan to the next. */
export function adoptionKey({ object }: Pick<Adoptable, 'object'>): string {
  return objectTitle(object);
}

/** Looks for what stands under the names of the file and is nobody's. */
export function findAdoptable(planning: Planning, desired: Desired): Adoption {
  const finder = new Finder(planning, desired);
  for (const { name, path } of desired.namespaces) finder.lookAtNamespace(name, path);
  for (const bridge of desired.bridges) finder.lookAtBridge(bridge);
  for (const cable of desired.cables) finder.lookAtCable(cable);
  for (const own of desired.interfaces) finder.lookAtInterface(own);
  return finder;
}

class Finder implements Adoption {
  readonly adoptable: Adoptable[] = [];
  readonly objections = new Map<string, string>();
  private readonly sshDevices: ReadonlyMap<string, string>;

  constructor(
    private readonly planning: Planning,
    private readonly desired: Desired,
  ) {
    this.sshDevices = sshPathOf(planning.snapshot)?.devices ?? new Map<string, string>();
  }

  lookAtNamespace(name: string, path: YamlPath): void {
    const observed = this.planning.namespace(name);
    const ref = { namespace: name, name: 'lo' };
    const lo = observed?.links.find((link) => link.name === 'lo');
    if (observed === undefined || lo === undefined || this.planning.isOurs(lo) || isOwned(lo)) return;
    const other = observed.links.find((link) => isOwned(link) && !this.planning.isOurs(link));
    const carriesSsh = [...this.sshDevices.keys()].some((key) => key.startsWith(`${name}/`));
    const objection = carriesSsh
      ? l10n.t`this SSH connection runs through it`
      : other && l10n.t`its interface ${other.name} belongs to another lab`;
    const besides = [
      ...observed.links
        .filter((link) => link.name !== 'lo' && !byThemselves.test(link.name))
        .filter((link) => !this.desired.devices.has(deviceKey(refOf(name, link.name))))
        .map((link) => l10n.t`interface ${link.name}`),
      ...observed.processes.map(
        ({ command, pid }) => l10n.t`process ${command} (${pid}, left running without its network)`,
      ),
    ];
    this.take(objectRef('namespace', name, name), path, [{ ref, link: lo }], besides, objection);
  }

  lookAtBridge(bridge: DesiredBridge): void {
    const link = this.unowned(bridge);
    if (link === undefined) return;
    const place = this.planning.namespace(bridge.namespace);
    const tool = bridge.namespace === undefined ? toolOfBridge(bridge.name) : undefined;
    const objection = !isSameKind(bridge, link)
      ? l10n.t`it is of kind ${link.kind}, or of another datapath than the file says`
      : tool === undefined
        ? this.roleForSsh(bridge)
        : l10n.t`it looks like one that ${tool} made`;
    const besides = (place?.links ?? [])
      .filter(({ name, master }) => master === link.name && !this.isDeclared(bridge.namespace, name, bridge))
      .map(({ name }) => l10n.t`its port ${name}, which stays without a bridge`);
    this.take(
      objectRef('bridge', bridge.name, bridge.namespace),
      bridge.path,
      [{ ref: refOf(bridge.namespace, bridge.name), link }],
      besides,
      objection,
    );
  }

  lookAtCable({ ends, path }: DesiredCable): void {
    const links = ends.map((end) => this.planning.link(end));
    const [a, b] = links;
    const isTaken = links.some((link) => link !== undefined && !this.planning.isOurs(link));
    if (!isTaken || links.some((link) => link !== undefined && isOwned(link) && !this.planning.isOurs(link))) return;
    const [endA, endB] = ends;
    const marks = ends.flatMap((end, index) => {
      const link = links[index];
      return link === undefined ? [] : [{ ref: refOf(end.namespace, end.name), link }];
    });
    this.take(
      objectRef('link', cableName(endA, endB), endA.namespace),
      path,
      marks,
      [],
      a === undefined || b === undefined
        ? l10n.t`the cable’s other end, ${deviceName(a === undefined ? endA : endB)}, is not there`
        : this.isCable(endA, a, endB, b)
          ? (this.roleForSsh(endA) ?? this.roleForSsh(endB))
          : l10n.t`${deviceName(endA)} and ${deviceName(endB)} are not the two ends of one cable`,
    );
  }

  lookAtInterface(wanted: DesiredInterface): void {
    const link = this.unowned(wanted);
    if (link === undefined) return;
    const replaced = whyReplaced(this.planning, wanted, link);
    this.take(
      objectRef('interface', deviceName(wanted), wanted.namespace),
      wanted.path,
      [{ ref: refOf(wanted.namespace, wanted.name), link }],
      [],
      replaced === undefined ? this.roleForSsh(wanted) : l10n.t`it ${replaced}, so it would be made anew`,
    );
  }

  private take(
    object: ObjectRef,
    path: YamlPath,
    marks: Adoptable['marks'],
    besides: readonly string[],
    objection: string | undefined,
  ): void {
    if (objection === undefined) this.adoptable.push({ object, path, besides, marks });
    else for (const { ref } of marks) this.objections.set(deviceKey(ref), objection);
  }

  /** The interface, if it is there and nobody's. */
  private unowned(ref: DeviceRef): ObservedLink | undefined {
    const link = this.planning.link(ref);
    return link === undefined || this.planning.isOurs(link) || isOwned(link) ? undefined : link;
  }

  private roleForSsh(ref: DeviceRef): string | undefined {
    const role = this.sshDevices.get(deviceKey(ref));
    return role && `${deviceName(ref)} ${role}`;
  }

  private isDeclared(namespace: string | undefined, name: string, bridge: DesiredBridge): boolean {
    return this.desired.devices.has(deviceKey(refOf(namespace, name))) || bridge.ports.includes(name);
  }

  /** What one end says of the other must fit, and at least one of them must say something. */
  private isCable(endA: DeviceRef, a: ObservedLink, endB: DeviceRef, b: ObservedLink): boolean {
    if (a.kind !== 'veth' || b.kind !== 'veth') return false;
    const [peerOfA, peerOfB] = [peerOf(this.planning, a), peerOf(this.planning, b)];
    if (peerOfA === undefined && peerOfB === undefined) return false;
    return [
      [peerOfA, endB],
      [peerOfB, endA],
    ].every(([peer, end]) => peer === undefined || end === undefined || deviceKey(peer) === deviceKey(end));
  }
}

function isOwned(link: ObservedLink): boolean {
  return ownerOf(link.alias) !== undefined || movedBy(link.alias) !== undefined || markedOwner(link) !== undefined;
}

/** The host as it is found once those things carry the lab's mark: by this the rest of the plan is made. */
export function asAdopted(snapshot: HostSnapshot, lab: string, adopted: readonly Adoptable[]): HostSnapshot {
  const marked = new Set(adopted.flatMap(({ marks }) => marks.map(({ link }) => link)));
  const mark = (link: ObservedLink): ObservedLink =>
    marked.has(link) ? withBridgeMark({ ...link, alias: ownerMark(lab) }, lab) : link;
  const inside = (namespace: ObservedNamespace): ObservedNamespace =>
    namespace.links.some((link) => marked.has(link)) ? { ...namespace, links: namespace.links.map(mark) } : namespace;
  return { ...snapshot, namespaces: snapshot.namespaces.map(inside) };
}

/**
 * What a person can do about a thing that is in the way and that no lab owns.
 *
 * @param removal how it is removed: `remove it with: …`
 */
export function adviceOnTaken({ adoption }: Planning, ref: DeviceRef, removal: string): string {
  const { adoptable, objections } = adoption();
  const key = deviceKey(ref);
  const isAdoptable = adoptable.some(({ marks }) => marks.some((mark) => deviceKey(mark.ref) === key));
  if (isAdoptable) return l10n.t`Adopt it into the lab, choose another name, or ${removal}`;
  const objection = objections.get(key);
  const why = objection === undefined ? '' : l10n.t`It cannot be adopted: ${objection}. `;
  return l10n.t`${why}Choose another name, or ${removal}`;
}

/** The steps that mark what is adopted; they run before all others, and so are undone last. */
export function planAdoptions(planning: Planning, adopted: readonly Adoptable[]): void {
  for (const { object, path, marks, besides } of adopted) {
    const unmarked = marks.filter(({ link }) => !planning.isOurs(link));
    const along = besides.length === 0 ? '' : l10n.t`; with it goes ${besides.join(', ')}`;
    planning.addStep('adoptions', {
      action: 'change',
      object,
      why: l10n.t`made by someone else; becomes the lab’s, and Destroy removes it${along}`,
      run: unmarked.flatMap(({ ref, link }) => [
        setAlias(ref, planning.mark),
        ...(link.kind === 'openvswitch' ? [markBridge(ref.name, planning.lab)] : []),
      ]),
      undo: unmarked.flatMap(({ ref, link }) => [
        ...(link.kind === 'openvswitch' ? [unmarkBridge(ref.name)] : []),
        setAlias(ref, link.alias ?? ''),
      ]),
      path,
    });
  }
}

function setAlias({ namespace, name }: DeviceRef, alias: string): Command {
  return ip(namespace, 'link', 'set', 'dev', name, 'alias', alias);
}
