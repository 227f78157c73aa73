import type { ObservedLink, ObservedNamespace } from '../host/model';
import { parseAddress } from '../topology/addresses';
import { isOwn, labelOf, linkNamed, ownerLink, type RouteQuestion, type TraceFacts } from './facts';
import { FilterWalk, type FilterPoint } from './filter-walk';
import { bridgeWithoutAddress } from './gateways';
import { conntrackFull, forwardingOff } from './local-causes';
import type { Cause, Direction, Hop, TraceQuestion } from './model';
import { missingNat } from './nat-causes';
import { findNextHop } from './next-hop';
import { answerTo, describePacket, isPrivate, isSame, type Packet } from './packet';
import * as causesOf from './route-causes';
import { RouteWalk } from './route-walk';
import { isOnLink, isSelf, type RouteDecision } from './routing';
import { serving } from './serving';
import { distinct, plainRoute, sameNetwork } from './translate';
import { WayLog } from './way-log';
import { interfaceDown } from './wire-causes';
import { isBridge, type Reach } from './wire';

/** The way on paper: what should become of the packet, by everything that was read. */
export interface PaperWay {
  readonly hops: readonly Hop[];
  /** All reasons why it does not arrive, in the order in which they bite. */
  readonly causes: readonly Cause[];
  /** What does not stop this packet, and will bite others. */
  readonly remarks: readonly Cause[];
  /** Where the packet or the answer ends by what was read: at its goal, on the way, or outside, where we cannot look. */
  readonly end: 'arrives' | 'stops' | 'outside';
  /** What the kernel can be asked, to be sure. */
  readonly questions: readonly RouteQuestion[];
  /** The namespaces on the way, in its order. */
  readonly passed: readonly string[];
  /** Rules that might decide otherwise, since they ask for something that we do not understand. */
  readonly uncertain: readonly string[];
}

/** The port that the packet comes from, where it has ports and none was chosen. */
const usualSourcePort = 40_123;
const mostHops = 16;

/** Follows a packet and its answer through the host, as far as it goes; past what stops it, as if that were mended. */
export function walk(facts: TraceFacts, question: TraceQuestion): PaperWay {
  return new Walker(facts, question).run();
}

type Unicast = Extract<RouteDecision, { type: 'unicast' }>;

class Walker {
  private readonly log = new WayLog();
  private readonly filters: FilterWalk;
  private readonly routes: RouteWalk;
  private end: PaperWay['end'] = 'stops';
  private entered = 0;
  private hasLeft = false;
  private original: Packet | undefined;

  constructor(
    private readonly facts: TraceFacts,
    private readonly question: TraceQuestion,
  ) {
    this.filters = new FilterWalk(facts, this.log);
    this.routes = new RouteWalk(facts, this.log);
  }

  run(): PaperWay {
    const { from } = this.question;
    const start = firstPacket(this.question);
    if (from.type === 'outside') {
      const root = this.facts.snapshot.namespaces.find(({ isRoot }) => isRoot);
      const link = root && linkNamed(root, from.dev);
      this.original = start;
      if (root !== undefined && link !== undefined) {
        this.log.hop('outside', 'out', start, `The packet comes from ${from.address}, outside of the host`);
        this.arrive(root, link, start, 'out');
      }
    } else {
      const namespace = this.facts.snapshot.namespaces.find(({ id }) => id === from.namespaceId);
      if (namespace !== undefined) this.send(namespace, start, 'out');
    }
    const { hops, causes, remarks, questions, passed, uncertain } = this.log;
    return {
      hops,
      causes: distinct(causes),
      remarks: distinct(remarks),
      end: causes.length > 0 && this.end === 'arrives' ? 'stops' : this.end,
      questions,
      passed,
      uncertain: [...uncertain],
    };
  }

  /** A packet that a namespace itself sends. */
  private send(namespace: ObservedNamespace, given: Packet, direction: Direction): void {
    this.log.pass(namespace);
    const loopback = namespace.links.find(({ kind }) => kind === 'loopback');
    let packet = given;
    let decision = this.routes.decide(namespace, packet, direction, undefined);
    if (packet.source === '' && decision?.type === 'unicast') packet = { ...packet, source: decision.source ?? '' };
    if (packet.source === '' && decision?.type === 'local') packet = { ...packet, source: packet.destination };
    if (direction === 'out') this.original = packet;
    const verb = direction === 'out' ? 'sends' : 'answers';
    const text = `${labelOf(namespace)} ${verb} ${describePacket(packet)}`;
    this.log.hop('send', direction, packet, text, { namespace });
    const full = conntrackFull(this.facts, direction, namespace);
    if (full !== undefined && packet.state === 'new') this.log.blame(full);
    const point = { namespace, direction, out: decision?.type === 'unicast' ? decision.dev : 'lo' };
    const before = packet;
    this.filters.pass('output', point, packet);
    packet = this.filters.nat('output', point, packet);
    if (packet.destination !== before.destination)
      decision = this.routes.decide(namespace, packet, direction, undefined);
    if (decision === undefined) return;
    if (decision.type === 'local') {
      if (loopback !== undefined && !loopback.up) this.log.blame(interfaceDown(direction, namespace, loopback));
      this.deliver(namespace, packet, direction, 'lo');
    } else if (decision.type === 'unicast') this.leave(namespace, packet, decision, direction, undefined);
  }

  /** A packet that comes in by an interface. */
  private arrive(namespace: ObservedNamespace, link: ObservedLink, given: Packet, direction: Direction): void {
    if (++this.entered > mostHops) return;
    this.log.pass(namespace);
    const label = labelOf(namespace);
    const point = { namespace, direction, in: link.name };
    this.log.hop('arrive', direction, given, `It comes in by ${label}:${link.name}`, { namespace, dev: link.name });
    this.filters.pass('prerouting', point, given);
    const packet = this.filters.nat('prerouting', point, given);
    if (isOwn(namespace, packet.destination)) {
      this.routes.checkReverse(namespace, packet, direction, link);
      this.deliver(namespace, packet, direction, link.name);
      return;
    }
    const off = forwardingOff(this.facts, direction, namespace, packet, link.name);
    if (off !== undefined) this.log.blame(off);
    const decision = this.routes.decide(namespace, packet, direction, link.name);
    this.routes.checkReverse(namespace, packet, direction, link);
    if (decision?.type !== 'unicast') return;
    const { dev, by } = decision;
    this.log.hop('forward', direction, packet, `${label} passes it on to ${dev}`, { namespace, dev, by });
    this.filters.pass('forward', { ...point, out: dev }, packet);
    this.leave(namespace, packet, decision, direction, link.name);
  }

  /** Out of an interface, by cables and bridges to the next place. */
  private leave(
    namespace: ObservedNamespace,
    given: Packet,
    decision: Unicast,
    direction: Direction,
    iif: string | undefined,
  ): void {
    const { dev, via } = decision;
    const link = linkNamed(namespace, dev);
    if (link === undefined) return;
    const point: FilterPoint = { namespace, direction, in: iif, out: dev };
    this.filters.pass('postrouting', point, given);
    const packet = this.filters.nat('postrouting', point, given);
    if (link.kind === 'loopback') {
      this.deliver(namespace, packet, direction, 'lo');
      return;
    }
    const next = via ?? packet.destination;
    const text = `It leaves ${labelOf(namespace)}:${dev} for ${next}`;
    this.log.hop('leave', direction, packet, text, { namespace, dev });
    this.checkGateway(namespace, packet, decision, direction);
    const found = findNextHop(this.facts, direction, namespace, link, next, this.question.meantNamespaceId);
    if (found.type === 'nobody') {
      // What is down or unplugged explains why nobody answers; only where nothing is, the address itself is wrong.
      if (found.causes.length > 0) this.log.blame(...found.causes);
      else if (via === undefined || !isSelf(namespace, via))
        this.explainNobody(namespace, packet, decision, next, direction);
      return;
    }
    this.log.blame(...found.reach.causes, ...(found.type === 'found' ? found.causes : []));
    this.travel(found.reach, packet, direction);
    if (found.type === 'outside') this.outside(namespace, found.reach, packet, direction, iif);
    else this.arrive(found.reach.namespace, found.reach.link, packet, direction);
  }

  private checkGateway(
    namespace: ObservedNamespace,
    packet: Packet,
    { dev, via, route }: Unicast,
    direction: Direction,
  ): void {
    if (via === undefined) return;
    if (isSelf(namespace, via)) {
      const wrong = route ?? plainRoute(packet, via, dev);
      this.log.blame(causesOf.gatewaySelf(this.facts, direction, namespace, wrong));
    } else if (route?.onLink !== true && !via.includes(':') && !isOnLink(namespace, dev, via)) {
      this.log.blame(causesOf.gatewayOff(direction, namespace, dev, via));
    }
  }

  private explainNobody(
    namespace: ObservedNamespace,
    { family }: Packet,
    { dev, route }: Unicast,
    next: string,
    direction: Direction,
  ): void {
    const missing = route?.via === undefined ? undefined : bridgeWithoutAddress(this.facts, namespace, family);
    if (missing === undefined || route?.via === undefined) {
      this.log.blame(causesOf.gatewayNobody(this.facts, direction, namespace, route, dev, next));
      return;
    }
    const prefix = linkNamed(namespace, dev)?.addresses[0]?.cidr.split('/')[1] ?? '24';
    const address = `${route.via}/${prefix}`;
    const cause = causesOf.noAddress(direction, missing.namespace, missing.bridge.name, family, address);
    const text = `${cause.text} ${labelOf(namespace)} has ${next} as its gateway, which nobody on its network has.`;
    this.log.blame({ ...cause, text });
  }

  /** Through the cables and bridges; a bridge may hand what it passes to the packet filter. */
  private travel({ steps }: Reach, packet: Packet, direction: Direction): void {
    steps.forEach(({ namespace, link, way }, index) => {
      const [before, after] = [steps[index - 1], steps[index + 1]];
      if (index > 0) {
        const kind = isBridge(link) ? 'bridge' : 'wire';
        const dev = link.name;
        this.log.hop(kind, direction, packet, `${labelOf(namespace)}:${dev}`, { namespace, dev });
      }
      const isThrough = isBridge(link) && way === 'in' && before?.way === 'in' && after?.way === 'out';
      if (!isThrough || before.namespace.id !== namespace.id) return;
      const name =
        packet.family === 'inet' ? 'net.bridge.bridge-nf-call-iptables' : 'net.bridge.bridge-nf-call-ip6tables';
      if (this.facts.details.get(namespace.id)?.sysctls[name] !== '1') return;
      const bridge = link.name;
      this.filters.pass('forward', { namespace, direction, in: bridge, out: bridge, bridge }, packet);
    });
  }

  /** Out of the host: its answer, if there is one, comes back by the same interface. */
  private outside(
    namespace: ObservedNamespace,
    reach: Reach,
    packet: Packet,
    direction: Direction,
    iif: string | undefined,
  ): void {
    const edge = `${labelOf(reach.namespace)}:${reach.link.name}`;
    this.log.hop('outside', direction, packet, `It leaves the host by ${edge}`);
    this.end = 'outside';
    this.hasLeft = true;
    if (direction === 'back') return;
    const oif = linkNamed(namespace, reach.steps[0]?.link.name);
    const isNear = oif?.addresses.some(({ cidr }) => sameNetwork(cidr, packet.source));
    if (
      isPrivate(packet.source) &&
      isNear !== true &&
      oif !== undefined &&
      ownerLink(namespace, packet.source) === undefined
    ) {
      const at = this.filters.at({ namespace, direction, in: iif, out: oif.name }, packet);
      const filter = this.filters.filterOf(namespace);
      this.log.blame(missingNat(this.facts, namespace, packet, iif, oif.name, filter, at));
    }
    const answer = answerTo(packet);
    this.log.hop('outside', 'back', answer, `The answer, if there is one: ${describePacket(answer)}`);
    this.arrive(reach.namespace, reach.link, answer, 'back');
  }

  /** A packet that has come to a namespace that has its destination. */
  private deliver(namespace: ObservedNamespace, packet: Packet, direction: Direction, iif: string): void {
    this.filters.pass('input', { namespace, direction, in: iif }, packet);
    this.log.hop('local', direction, packet, `It is for ${labelOf(namespace)} itself`, {
      namespace,
      by: `local ${packet.destination}`,
    });
    const { from } = this.question;
    if (direction === 'out') {
      const isFromItself = from.type === 'namespace' && from.namespaceId === namespace.id;
      this.log.blame(...serving(this.facts, this.filters, namespace, packet, this.original, isFromItself));
      this.send(namespace, answerTo(packet), 'back');
      return;
    }
    const { original } = this;
    if (original === undefined) return;
    this.end = this.hasLeft ? 'outside' : 'arrives';
    if (isSame(packet.source, original.destination)) return;
    this.log.blame({
      id: 'answer-from-elsewhere',
      direction: 'back',
      namespaceId: namespace.id,
      place: labelOf(namespace),
      text: `The answer comes from ${packet.source}, though ${original.destination} was asked: it came back another way than through the NAT.`,
      evidence: [describePacket(packet)],
    });
  }
}

function firstPacket({ from, destination, protocol, port, sourcePort }: TraceQuestion): Packet {
  return {
    family: parseAddress(destination)?.kind() === 'ipv6' ? 'inet6' : 'inet',
    protocol,
    source: from.address ?? '',
    destination,
    state: 'new',
    ...(protocol === 'icmp' ? {} : { sourcePort: sourcePort ?? usualSourcePort, destinationPort: port ?? 80 }),
  };
}
