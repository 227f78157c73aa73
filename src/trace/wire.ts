import { optional } from '../host/json';
import type { ObservedLink, ObservedNamespace } from '../host/model';
import { labelOf, linkNamed, type TraceFacts } from './facts';
import {
  bridgeDown,
  impaired,
  interfaceDown,
  lowerLayerDown,
  portState,
  tagNotTaken,
  tunnelEnd,
  vlanMismatch,
} from './wire-causes';
import type { Cause, Direction } from './model';
import { patchBroken, patchesAt } from './patch-ports';

/** One interface that a frame passes. */
export interface WireStep {
  readonly namespace: ObservedNamespace;
  readonly link: ObservedLink;
  readonly way: 'out' | 'in';
}

/** Where a frame that leaves an interface can get to, with what it passes and what stands in its way. */
export interface Reach {
  readonly namespace: ObservedNamespace;
  /** The interface by which the IP layer takes it. */
  readonly link: ObservedLink;
  readonly steps: readonly WireStep[];
  readonly causes: readonly Cause[];
  /** It goes on outside the host (or where we cannot see): behind this interface everything is possible. */
  readonly isEdge?: true;
}

interface Frame {
  readonly namespace: ObservedNamespace;
  readonly link: ObservedLink;
  readonly way: 'out' | 'in';
  readonly steps: readonly WireStep[];
  readonly causes: readonly Cause[];
  /** The VLAN it is in; undefined: none. */
  readonly vlan?: number;
  /** Out of a patch port: the other end, in another bridge. */
  readonly patchedTo?: ObservedLink;
}

/** More interfaces than any one network of a lab has. */
const mostFrames = 20_000;

/**
 * Everywhere that a broadcast out of an interface gets to, by cables, bridges, VLANs and tunnels; through what is down or
 * blocked as well, which is then named among the causes: several things may be wrong at once.
 */
export function reachFrom(
  facts: TraceFacts,
  direction: Direction,
  namespace: ObservedNamespace,
  link: ObservedLink,
): Reach[] {
  const flood = new Flood(facts, direction);
  flood.push({ namespace, link, way: 'out', steps: [], causes: [] });
  return flood.run();
}

class Flood {
  private readonly seen = new Set<string>();
  private readonly queue: Frame[] = [];
  private readonly reached: Reach[] = [];
  private readonly byId: ReadonlyMap<string, ObservedNamespace>;

  constructor(
    private readonly facts: TraceFacts,
    private readonly direction: Direction,
  ) {
    this.byId = new Map(facts.snapshot.namespaces.map((one) => [one.id, one]));
  }

  push(frame: Frame): void {
    const { name } = frame.link;
    const key = [frame.namespace.id, name, frame.way, frame.vlan ?? '', frame.patchedTo?.master ?? ''].join(' ');
    if (this.seen.has(key) || this.seen.size > mostFrames) return;
    this.seen.add(key);
    const { namespace, link, way } = frame;
    const blocked = this.blockedAt(frame);
    this.queue.push({
      ...frame,
      steps: [...frame.steps, { namespace, link, way }],
      causes: [...frame.causes, ...blocked],
    });
  }

  run(): Reach[] {
    for (let frame = this.queue.shift(); frame !== undefined; frame = this.queue.shift()) {
      if (frame.way === 'out') this.send(frame);
      else this.receive(frame);
    }
    return this.reached;
  }

  private blockedAt({ namespace, link, way }: Frame): Cause[] {
    const causes: Cause[] = [];
    if (!link.up) causes.push(interfaceDown(this.direction, namespace, link));
    else if (way === 'out' && !link.carrier && (link.operState === 'lowerlayerdown' || link.operState === 'down')) {
      const peer = this.peerOf(link);
      // The other end that is down is found there; a bridge without a port in use has nothing to carry.
      if ((peer === undefined || peer.link.up) && !isBridge(link))
        causes.push(lowerLayerDown(this.direction, namespace, link));
    }
    if (way === 'out') causes.push(...impaired(this.direction, namespace, link));
    return causes;
  }

  private send(frame: Frame): void {
    const { namespace, link } = frame;
    if (isBridge(link)) {
      this.flood(frame, link, undefined);
      return;
    }
    const { patchedTo, ...others } = frame;
    if (patchedTo !== undefined) {
      this.push({ ...others, link: patchedTo, way: 'in' });
      return;
    }
    const peer = this.peerOf(link);
    if (peer !== undefined) {
      this.push({ ...frame, ...peer, way: 'in' });
      return;
    }
    const below = this.below(namespace, link);
    if (below !== undefined) {
      for (const sibling of this.siblings(below, link)) this.push({ ...frame, ...sibling, way: 'in' });
      const vlan = link.kind === 'vlan' ? Number(link.data['id']) : frame.vlan;
      this.push({ ...frame, ...below, way: 'out', ...(vlan === undefined ? {} : { vlan }) });
      return;
    }
    if (tunnels.has(link.kind)) {
      this.tunnel(frame);
      return;
    }
    if (link.kind === 'loopback' || link.kind === 'dummy') return;
    this.reached.push({ namespace, link, steps: frame.steps, causes: frame.causes, isEdge: true });
  }

  private receive(frame: Frame): void {
    const { namespace, link } = frame;
    const bridge = linkNamed(namespace, link.master);
    if (bridge !== undefined && isBridge(bridge)) {
      const state = this.facts.details.get(namespace.id)?.portStates.get(link.name);
      const causes = [...frame.causes, ...portState(this.direction, namespace, link, bridge, state)];
      this.flood({ ...frame, causes }, bridge, link);
      return;
    }
    const wanted = namespace.links.filter(
      (one) => one.kind === 'vlan' && one.parent === link.name && Number(one.data['id']) === frame.vlan,
    );
    for (const child of wanted) this.deliver({ ...frame, link: child });
    for (const { kind, ...above } of this.above(namespace, link)) {
      if (kind !== 'vlan') this.push({ ...frame, ...above, way: 'in' });
    }
    if (frame.vlan === undefined) this.deliver(frame);
  }

  private deliver({ namespace, link, steps, causes }: Frame): void {
    this.reached.push({ namespace, link, steps, causes });
  }

  /** Through a bridge: to the bridge's own interface, and out of every port but the one it came in by. */
  private flood(frame: Frame, bridge: ObservedLink, from: ObservedLink | undefined): void {
    const { namespace } = frame;
    const down = bridge.up || from === undefined ? [] : [bridgeDown(this.direction, namespace, bridge)];
    // Open vSwitch switches whether or not the interface is up that the bridge itself is.
    const causes = bridge.kind === 'bridge' ? [...frame.causes, ...down] : frame.causes;
    const vlan = from === undefined ? frame.vlan : (from.vlans?.untagged ?? frame.vlan);
    const steps: readonly WireStep[] =
      from === undefined ? frame.steps : [...frame.steps, { namespace, link: bridge, way: 'in' }];
    if (from !== undefined) this.deliver({ ...frame, link: bridge, causes: [...frame.causes, ...down], steps });
    for (const port of namespace.links) {
      if (port.master !== bridge.name || port === from) continue;
      const state = this.facts.details.get(namespace.id)?.portStates.get(port.name);
      const mismatch = vlanMismatch(this.direction, namespace, bridge, from, port, vlan);
      const isTagged = bridge.kind === 'openvswitch' && port.vlans === undefined && vlan !== undefined;
      const isTaken = isTagged && this.takesTagged(port, vlan);
      if (isTagged && !isTaken) mismatch.push(...tagNotTaken(this.direction, namespace, bridge, from, port, vlan));
      this.push({
        namespace,
        link: port,
        way: 'out',
        steps,
        causes: [...causes, ...portState(this.direction, namespace, port, bridge, state), ...mismatch],
        ...(isTaken || (port.vlans !== undefined && port.vlans.untagged === undefined) ? optional('vlan', vlan) : {}),
      });
    }
    this.patches({ namespace, steps, causes }, bridge, from, vlan);
  }

  /** To the Open vSwitch bridges that are joined with this one. */
  private patches(
    { namespace, steps, causes }: Pick<Frame, 'namespace' | 'steps' | 'causes'>,
    bridge: ObservedLink,
    from: ObservedLink | undefined,
    vlan: number | undefined,
  ): void {
    for (const { near, far, patch } of patchesAt(namespace, bridge)) {
      if (near.name === from?.name) continue;
      const broken = patchBroken(this.direction, namespace, patch);
      const mismatch = vlanMismatch(this.direction, namespace, bridge, from, near, vlan);
      this.push({
        namespace,
        link: near,
        way: 'out',
        steps,
        causes: [...causes, ...mismatch, ...(broken === undefined ? [] : [broken])],
        patchedTo: far,
        ...(near.vlans?.untagged === undefined ? optional('vlan', vlan) : {}),
      });
    }
  }

  /** Whether what is behind a port knows frames of a VLAN by their tags. */
  private takesTagged(port: ObservedLink, vlan: number): boolean {
    const peer = this.peerOf(port);
    if (peer === undefined || peer.link.master !== undefined) return true;
    return peer.namespace.links.some(
      ({ kind, parent, data }) => kind === 'vlan' && parent === peer.link.name && Number(data['id']) === vlan,
    );
  }

  private peerOf({ peer }: ObservedLink): { namespace: ObservedNamespace; link: ObservedLink } | undefined {
    if (peer === undefined) return undefined;
    const namespace = this.byId.get(peer.namespaceId);
    const link = namespace && linkNamed(namespace, peer.name);
    return namespace === undefined || link === undefined ? undefined : { namespace, link };
  }

  /** What a VLAN interface or a macvlan stands on. */
  private below(namespace: ObservedNamespace, link: ObservedLink) {
    if (!stacked.has(link.kind) || link.parent === undefined) return undefined;
    const there = this.byId.get(link.parentNamespaceId ?? namespace.id);
    const parent = there && linkNamed(there, link.parent);
    return there === undefined || parent === undefined ? undefined : { namespace: there, link: parent };
  }

  /** The macvlans and ipvlans above the same interface. */
  private siblings(below: { namespace: ObservedNamespace; link: ObservedLink }, self: ObservedLink) {
    if (self.kind === 'vlan') return [];
    return this.above(below.namespace, below.link).filter(({ link, kind }) => kind === self.kind && link !== self);
  }

  private above(namespace: ObservedNamespace, link: ObservedLink) {
    return this.facts.snapshot.namespaces.flatMap((there) =>
      there.links
        .filter(
          (one) =>
            stacked.has(one.kind) && one.parent === link.name && (one.parentNamespaceId ?? there.id) === namespace.id,
        )
        .map((one) => ({ namespace: there, link: one, kind: one.kind })),
    );
  }

  private tunnel(frame: Frame): void {
    const { namespace, link } = frame;
    const remote = tunnelRemote(link);
    const id = link.data['id'] ?? link.data['vni'];
    const owners = this.facts.snapshot.namespaces.filter((one) =>
      one.links.some(({ addresses }) => addresses.some(({ cidr }) => cidr.split('/')[0] === remote)),
    );
    const [owner] = owners;
    if (remote === undefined || owner === undefined) {
      this.reached.push({ namespace, link, steps: frame.steps, causes: frame.causes, isEdge: true });
      return;
    }
    const end = owner.links.find(
      (one) =>
        one !== link && one.kind === link.kind && (id === undefined || (one.data['id'] ?? one.data['vni']) === id),
    );
    if (end !== undefined) {
      this.push({ ...frame, namespace: owner, link: end, way: 'in' });
      return;
    }
    const causes = [...frame.causes, tunnelEnd(this.direction, namespace, link, labelOf(owner), remote)];
    this.reached.push({ namespace, link, steps: frame.steps, causes, isEdge: true });
  }
}

const stacked: ReadonlySet<string> = new Set(['vlan', 'macvlan', 'ipvlan', 'macvtap', 'ipvtap']);
const tunnels: ReadonlySet<string> = new Set(['vxlan', 'gre', 'gretap', 'ipip', 'sit', 'geneve', 'ip6gre', 'ip6tnl']);

/** The other end of a tunnel; undefined for what is none, or has many. */
export function tunnelRemote({ kind, data }: ObservedLink): string | undefined {
  return tunnels.has(kind) ? text(data['remote'] ?? data['group'] ?? data['remote6']) : undefined;
}

export function isBridge({ kind }: ObservedLink): boolean {
  return kind === 'bridge' || kind === 'openvswitch';
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value !== 'any' ? value : undefined;
}
