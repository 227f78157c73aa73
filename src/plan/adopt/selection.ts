import * as l10n from '@vscode/l10n';
import { rootNamespace, type HostSnapshot, type ObservedLink, type ObservedNamespace } from '../../host/model';
import { toolOfBridge } from '../../host/nat-makers';
import { objectToInterfaceName, objectToNamespaceName } from '../../topology/names';
import { deviceKey } from '../planning';
import { parentOf, refOf } from '../cables';
import type { DeviceRef } from '../manifest';
import { observedKind } from '../own-kinds';

/** An interface with the namespace that it is in. */
export interface Device {
  readonly namespace: ObservedNamespace;
  readonly link: ObservedLink;
  readonly ref: DeviceRef;
}

/** A cable; the end in a namespace comes first, a bridge's port last. */
export type Cable = readonly [Device, Device];

/** What of a host becomes a topology file. */
export interface Selection {
  readonly snapshot: HostSnapshot;
  readonly root: ObservedNamespace;
  /** In the order of their names. */
  readonly namespaces: readonly (ObservedNamespace & { readonly name: string })[];
  /** Every chosen interface by its `deviceKey`. */
  readonly devices: ReadonlyMap<string, Device>;
  readonly bridges: readonly Device[];
  readonly cables: readonly Cable[];
  /** Interfaces by themselves: dummy, tun, macvlan … */
  readonly own: readonly Device[];
  /** Interfaces of the host that were moved into a namespace. */
  readonly lent: readonly Device[];
  /** Bridges' ports that are nothing of the above: they must be on the host already. */
  readonly given: readonly Device[];
  /** All of the host, not some namespaces of it. */
  readonly isWhole: boolean;
  readonly leftOut: readonly string[];
}

/** Interfaces that the kernel puts into every namespace when their module is loaded. */
export const byThemselves =
  /^(tunl0|gre0|gretap0|erspan0|sit0|ip6tnl0|ip6gre0|ip_vti0|ip6_vti0|ovs-system|ovs-netdev)$/;

/**
 * Chooses what belongs together: the namespaces that were asked for (or all), their cables, the bridges and other interfaces
 * of the host that these lead to, and what stands on them.
 *
 * @param names the namespaces; undefined: everything but the host's own hardware and what other programs look after
 */
export function select(snapshot: HostSnapshot, names: readonly string[] | undefined): Selection {
  const leftOut: string[] = [];
  const root = rootNamespace(snapshot);
  const namespaces = snapshot.namespaces.flatMap((one) => {
    const { name } = one;
    if (one.isRoot || name === undefined || names?.includes(name) === false) return [];
    const objection = objectToNamespaceName(name);
    if (objection !== undefined) {
      leftOut.push(`namespace ${name}: ${objection.message}`);
      return [];
    }
    return [{ ...one, name }];
  });
  const isWhole = names === undefined;
  const picker = new Picker(snapshot, [root, ...namespaces], leftOut);
  for (const namespace of namespaces) for (const link of namespace.links) picker.add(namespace, link);
  picker.follow();
  if (isWhole) {
    for (const link of root.links) {
      if (link.kind === 'bridge' && toolOfBridge(link.name) !== undefined) {
        leftOut.push(
          l10n.t`bridge ${link.name}: ${toolOfBridge(link.name) ?? l10n.t`another program`} makes it and looks after it.`,
        );
      } else if (isLabs(link, picker)) picker.add(root, link);
    }
    picker.follow();
  }
  return { snapshot, root, namespaces, isWhole, leftOut, ...picker.sorted() };
}

/** What somebody made, other than hardware. A cable out of sight is a container's way out: hardware to this host. */
function isLabs(link: ObservedLink, picker: Picker): boolean {
  if (link.kind === 'veth') return link.master !== undefined || picker.isConnected(link);
  return ['bridge', 'openvswitch'].includes(link.kind) || observedKind(link) !== undefined;
}

class Picker {
  private readonly devices = new Map<string, Device>();
  private readonly waiting: Device[] = [];

  constructor(
    private readonly snapshot: HostSnapshot,
    private readonly places: readonly ObservedNamespace[],
    private readonly leftOut: string[],
  ) {}

  add(namespace: ObservedNamespace, link: ObservedLink): void {
    const ref = refOf(namespace.name, link.name);
    if (link.kind === 'loopback' || byThemselves.test(link.name) || this.devices.has(deviceKey(ref))) return;
    const objection = objectToInterfaceName(link.name);
    if (objection !== undefined) {
      this.leftOut.push(`interface ${printed(ref)}: ${objection.message}`);
      return;
    }
    const device = { namespace, link, ref };
    this.devices.set(deviceKey(ref), device);
    this.waiting.push(device);
  }

  isConnected({ peer }: ObservedLink): boolean {
    return this.places.some(
      ({ id, links }) => id === peer?.namespaceId && links.some(({ name }) => name === peer.name),
    );
  }

  /** Takes in what the chosen lead to: other ends of cables, the bridges of ports, ports of bridges that are cables' ends. */
  follow(): void {
    for (let device = this.waiting.pop(); device !== undefined; device = this.waiting.pop()) {
      const { namespace, link } = device;
      const peer = this.peerOf(device);
      if (peer !== undefined) this.add(peer.namespace, peer.link);
      const master = namespace.links.find(({ name }) => name === link.master);
      if (master !== undefined) this.add(namespace, master);
      if (link.kind !== 'bridge' && link.kind !== 'openvswitch') continue;
      for (const port of namespace.links.filter((one) => one.master === link.name)) {
        const isCable = port.kind === 'veth' && this.peerOf({ namespace, link: port, ref: { name: '' } }) === undefined;
        if (!isCable) this.add(namespace, port);
      }
    }
  }

  /** The other end of a cable, where it lies in a chosen namespace. */
  private peerOf({ link: { peer } }: Device): Device | undefined {
    const namespace = this.places.find(({ id }) => id === peer?.namespaceId);
    const link = namespace?.links.find(({ name }) => name === peer?.name);
    return namespace === undefined || link === undefined
      ? undefined
      : { namespace, link, ref: refOf(namespace.name, link.name) };
  }

  sorted(): Pick<Selection, 'devices' | 'bridges' | 'cables' | 'own' | 'lent' | 'given'> {
    const bridges: Device[] = [];
    const cables: Cable[] = [];
    const own: Device[] = [];
    const lent: Device[] = [];
    const given: Device[] = [];
    const seen = new Set<string>();
    // A bridge is an entry of one map, and a place that endpoints name.
    const placeNames = new Set(['host', ...this.places.flatMap(({ name }) => name ?? [])]);
    for (const [key, device] of [...this.devices].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const { link, ref, namespace } = device;
      if (link.kind === 'bridge' || link.kind === 'openvswitch') {
        if (placeNames.has(link.name)) {
          this.drop(
            key,
            l10n.t`bridge ${printed(ref)}: a namespace or another bridge of this file has the name already.`,
          );
        } else bridges.push(device);
        placeNames.add(link.name);
      } else if (link.kind === 'veth') {
        const peer = this.peerOf(device);
        if (peer === undefined || !this.devices.has(deviceKey(peer.ref))) {
          this.drop(key, l10n.t`cable at ${printed(ref)}: its other end is in no namespace of this file.`);
        } else if (!seen.has(key)) {
          seen.add(deviceKey(peer.ref));
          cables.push(inOrder(device, peer));
        }
      } else if (observedKind(link) !== undefined) {
        const parent = parentOf(this.snapshot, ref.namespace, link);
        if (parent?.namespace !== undefined && parent.namespace !== ref.namespace) {
          this.drop(key, l10n.t`${link.kind} ${printed(ref)}: it stands on an interface of another namespace.`);
        } else own.push(device);
      } else if (link.kind === 'physical') {
        if (namespace.isRoot) given.push(device);
        else lent.push(device);
      } else {
        this.drop(key, l10n.t`interface ${printed(ref)}: topology files have no interfaces of the kind ${link.kind}.`);
      }
    }
    return { devices: this.devices, bridges, cables, own, lent, given };
  }

  private drop(key: string, why: string): void {
    this.devices.delete(key);
    this.leftOut.push(why);
  }
}

/** The end in a namespace first, as people write it; what is plugged into a bridge last. */
function inOrder(a: Device, b: Device): Cable {
  const rank = ({ link, ref }: Device): number =>
    (link.master === undefined ? 0 : 2) + (ref.namespace === undefined ? 1 : 0);
  return rank(a) <= rank(b) ? [a, b] : [b, a];
}

/** An interface for people. */
export function printed({ namespace, name }: DeviceRef): string {
  return `${namespace ?? 'host'}:${name}`;
}
