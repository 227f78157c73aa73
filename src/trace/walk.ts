import * as l10n from '@vscode/l10n';
import type { ObservedLink, ObservedNamespace } from '../host/model';
import { parseAddress } from '../topology/addresses';
import { isOwn, labelOf, linkNamed, type RouteQuestion, type TraceFacts } from './facts';
import { asIfMended } from './as-if-mended';
import { cross, type Tunnelled } from './crossing';
import { FilterWalk, type FilterPoint } from './filter-walk';
import { checkGateway, explainNobody } from './gateway-check';
import { gatewayFor } from './gateways';
import { conntrackFull, forwardingOff } from './local-causes';
import type { Cause, CauseId, Direction, Hop, TraceQuestion } from './model';
import { hairpinFix } from './dnat-causes';
import { blameAtEdge } from './edge';
import { NeighbourExchanges } from './neighbour-exchange';
import { findNextHop } from './next-hop';
import { answerTo, describePacket, isSame, type Packet } from './packet';
import * as causesOf from './route-causes';
import { RouteWalk } from './route-walk';
import type { UnicastDecision } from './routing';
import { serving } from './serving';
import { distinct } from './translate';
import { checkSize } from './size-check';
import type { FlowQuestion } from './switch-flows';
import { plugBesideBridge } from './unplugged';
import { WayLog } from './way-log';
import { interfaceDown } from './wire-causes';
import type { Reach } from './wire';

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
  /** What Open vSwitch can be asked. */
  readonly flowQuestions: readonly FlowQuestion[];
  /** The namespaces on the way, in its order. */
  readonly passed: readonly string[];
  /** Rules that might decide otherwise, since they ask for something that we do not understand. */
  readonly uncertain: readonly string[];
  /** Where the kernel read a rule otherwise than we do, as sentences. */
  readonly otherwise: readonly string[];
}

/** The port that the packet comes from, where it has ports and none was chosen. */
const usualSourcePort = 40_123;
const mostHops = 32;
/** Tunnels in tunnels. */
const mostTunnels = 2;
/** What stops a packet only where it is taken. */
const atTheGoal: ReadonlySet<CauseId> = new Set([
  'nobody-listens',
  'listens-on-loopback',
  'listens-elsewhere',
  'accept-queue-full',
  'ping-ignored',
  'dnat-missing',
  'dnat-not-for-host',
]);

/** Follows a packet and its answer through the host, as far as it goes; past what stops it, as if that were mended. */
export function walk(facts: TraceFacts, question: TraceQuestion): PaperWay {
  return asIfMended(facts, new Walker(facts, question).run(), (other) => walk(other, question));
}

class Walker {
  private readonly log = new WayLog();
  private readonly filters: FilterWalk;
  private readonly routes: RouteWalk;
  private readonly neighbours: NeighbourExchanges;
  private end: PaperWay['end'] = 'stops';
  private readonly entered = new Set<string>();
  private hasLeft = false;
  private original: Packet | undefined;

  constructor(
    private readonly facts: TraceFacts,
    private readonly question: TraceQuestion,
    private readonly depth = 0,
  ) {
    this.filters = new FilterWalk(facts, this.log);
    this.routes = new RouteWalk(facts, this.log);
    this.neighbours = new NeighbourExchanges(facts, this.filters);
  }

  run(): PaperWay {
    const { from } = this.question;
    const start = firstPacket(this.question);
    if (from.type === 'outside') {
      const root = this.facts.snapshot.namespaces.find(({ isRoot }) => isRoot);
      const link = root && linkNamed(root, from.dev);
      this.original = start;
      if (root !== undefined && link !== undefined) {
        this.log.hop('outside', 'out', start, l10n.t`The packet comes from ${from.address}, outside of the host`);
        this.arrive(root, link, start, 'out');
      }
    } else {
      const namespace = this.facts.snapshot.namespaces.find(({ id }) => id === from.namespaceId);
      if (namespace !== undefined) this.send(namespace, start, 'out');
    }
    const { hops, causes, remarks, questions, flowQuestions, passed, uncertain, otherwise } = this.log;
    return {
      hops,
      causes: distinct(causes),
      remarks: distinct(remarks),
      end: causes.length > 0 && this.end === 'arrives' ? 'stops' : this.end,
      questions,
      flowQuestions,
      passed,
      uncertain: [...uncertain],
      otherwise: [...otherwise],
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
    this.checkConntrack(namespace, packet, direction);
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

  /** Each namespace that follows connections has its own share of them; the table is one for all. */
  private checkConntrack(namespace: ObservedNamespace, { state }: Packet, direction: Direction): void {
    const full = state === 'new' ? conntrackFull(this.facts, direction, namespace) : undefined;
    if (full !== undefined) this.log.blame(full);
  }

  /** A packet that comes in by an interface. */
  private arrive(namespace: ObservedNamespace, link: ObservedLink, given: Packet, direction: Direction): void {
    this.log.pass(namespace);
    const key = [namespace.id, link.name, direction, given.source, given.destination].join(' ');
    if (this.entered.has(key) || this.entered.size > mostHops) {
      this.log.blame(causesOf.routingLoop(direction, namespace, given));
      return;
    }
    this.entered.add(key);
    const label = labelOf(namespace);
    const point = { namespace, direction, in: link.name };
    this.log.hop('arrive', direction, given, l10n.t`It comes in by ${label}:${link.name}`, {
      namespace,
      dev: link.name,
    });
    this.checkConntrack(namespace, given, direction);
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
    const isExpected = this.routes.checkReverse(namespace, packet, direction, link);
    if (decision?.type !== 'unicast') return;
    if (off === undefined && isExpected) this.routes.checkRefusal(namespace, packet, decision, direction, link.name);
    const { dev, by } = decision;
    this.log.hop('forward', direction, packet, l10n.t`${label} passes it on to ${dev}`, { namespace, dev, by });
    this.filters.pass('forward', { ...point, out: dev }, packet);
    this.leave(namespace, packet, decision, direction, link.name);
  }

  /** Out of an interface, by cables and bridges to the next place. */
  private leave(
    namespace: ObservedNamespace,
    given: Packet,
    decision: UnicastDecision,
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
    const text = l10n.t`It leaves ${labelOf(namespace)}:${dev} for ${next}`;
    this.log.hop('leave', direction, packet, text, { namespace, dev, next });
    const isBadGateway = checkGateway(this.facts, this.log, namespace, packet, decision, direction);
    const found = findNextHop(this.facts, direction, namespace, link, next, this.question.meantNamespaceId);
    if (found.type === 'nobody') {
      // What is down or unplugged explains why nobody answers; only where nothing is, the address itself is wrong.
      this.log.blame(...found.causes);
      if (found.causes.length > 0 && found.isBesides !== true) return;
      if (!isBadGateway) explainNobody(this.facts, this.log, namespace, packet, decision, next, direction);
      this.byBetterGateway(namespace, packet, decision, direction, iif);
      return;
    }
    this.log.blame(...found.reach.causes, ...(found.type === 'found' ? found.causes : []));
    this.neighbours.before({ namespace, link, next, reach: found.reach, packet, direction });
    checkSize(this.log, this.filters, { namespace, direction, in: iif, out: dev }, packet, this.question.size);
    const tunnels = cross(this.facts, this.log, this.filters, found.reach, packet, next, direction, this.question.size);
    for (const tunnel of tunnels) this.underneath(tunnel, direction);
    if (found.type === 'outside') this.outside(namespace, found.reach, packet, direction, iif);
    else this.arrive(found.reach.namespace, found.reach.link, packet, direction);
  }

  /** Past a gateway that nobody is: the way that it would take by one that somebody is, once. */
  private byBetterGateway(
    namespace: ObservedNamespace,
    packet: Packet,
    { via, table, source }: UnicastDecision,
    direction: Direction,
    iif: string | undefined,
  ): void {
    const better = via === undefined ? undefined : gatewayFor(this.facts, namespace, packet.family);
    if (via !== undefined && better === undefined) {
      const beside = plugBesideBridge(this.facts, direction, namespace, packet.family);
      if (beside !== undefined) this.log.blame(beside);
    }
    if (better === undefined || better.address === via) return;
    const by = l10n.t`as if the gateway were ${better.address}`;
    const { dev, address } = better;
    const own = source === undefined ? {} : { source };
    this.leave(namespace, packet, { type: 'unicast', dev, via: address, table, by, ...own }, direction, iif);
  }

  /** Inside a tunnel the packet is another's load: what is wrong on that one's way stops it as well. */
  private underneath({ namespace, link, remote }: Tunnelled, direction: Direction): void {
    if (this.depth >= mostTunnels) return;
    const isUdp = link.kind === 'vxlan' || link.kind === 'geneve';
    const port = isUdp ? Number(link.data['port'] ?? 4789) : undefined;
    const question: TraceQuestion = {
      from: { type: 'namespace', namespaceId: namespace.id },
      destination: remote,
      protocol: isUdp ? 'udp' : 'icmp',
      ...(port === undefined ? {} : { port }),
    };
    const under = new Walker(this.facts, question, this.depth + 1).run();
    const causes = under.causes.filter((cause) => cause.direction === 'out' && !atTheGoal.has(cause.id));
    this.log.blame(...causes.map((cause) => ({ ...cause, direction })));
    this.log.questions.push(...under.questions);
    this.log.flowQuestions.push(...under.flowQuestions);
    for (const id of under.passed) if (!this.log.passed.includes(id)) this.log.passed.push(id);
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
    this.log.hop('outside', direction, packet, l10n.t`It leaves the host by ${edge}`);
    this.end = 'outside';
    this.hasLeft = true;
    if (direction === 'back') return;
    blameAtEdge(this.facts, this.log, this.filters, { namespace, direction, in: iif }, reach, packet);
    const answer = answerTo(packet);
    this.log.hop('outside', 'back', answer, l10n.t`The answer, if there is one: ${describePacket(answer)}`);
    this.arrive(reach.namespace, reach.link, answer, 'back');
  }

  /** A packet that has come to a namespace that has its destination. */
  private deliver(namespace: ObservedNamespace, given: Packet, direction: Direction, iif: string): void {
    const point = { namespace, direction, in: iif };
    this.filters.pass('input', point, given);
    const packet = this.filters.nat('input', point, given);
    this.log.hop('local', direction, packet, l10n.t`It is for ${labelOf(namespace)} itself`, {
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
    const led = this.filters.translations.find(({ before, after }) => before.destination !== after.destination);
    this.log.blame({
      id: 'answer-from-elsewhere',
      direction: 'back',
      namespaceId: namespace.id,
      place: labelOf(namespace),
      text: l10n.t`The answer comes from ${packet.source}, though ${original.destination} was asked: it came back another way than through the NAT.`,
      evidence: [describePacket(packet)],
      ...(led === undefined ? {} : { fix: hairpinFix(this.facts, led) }),
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
