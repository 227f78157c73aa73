import type { ObservedLink, ObservedNamespace } from '../host/model';
import { parseAddress } from '../topology/addresses';
import { isOwn, labelOf, linkNamed, ownerLink, routeQuestionKey, type RouteQuestion, type TraceFacts } from './facts';
import { filtered } from './filter-causes';
import type { Hook, PacketFilter } from './filter/model';
import { runFilter, runNat, type AtHook, type Decider } from './filter/run';
import { bridgeWithoutAddress, gatewayFor } from './gateways';
import { conntrackFull, forwardingOff, notServed, reversePathFilter } from './local-causes';
import type { Cause, Direction, Hop, HopKind, TraceQuestion } from './model';
import { dnatNotForHost, missingDnat, missingNat, nearMisses } from './nat-causes';
import { findNextHop } from './next-hop';
import { answerTo, describePacket, isLoopback, isPrivate, isSame, type Packet } from './packet';
import * as causesOf from './route-causes';
import { isOnLink, isSelf, lookUp, type RouteDecision } from './routing';
import { distinct, plainRoute, sameNetwork, servedAt, translate } from './translate';
import { interfaceDown } from './wire-causes';
import { isBridge, reachFrom, type Reach } from './wire';

/** The way on paper: what should become of the packet, by everything that was read. */
export interface PaperWay {
  readonly hops: readonly Hop[];
  /** All reasons why it does not arrive, in the order in which they bite. */
  readonly causes: readonly Cause[];
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

interface Translation {
  readonly before: Packet;
  readonly after: Packet;
}

class Walker {
  private readonly hops: Hop[] = [];
  private readonly causes: Cause[] = [];
  private readonly questions: RouteQuestion[] = [];
  private readonly passed: string[] = [];
  private readonly uncertain = new Set<string>();
  private readonly translations = new Map<string, Translation[]>();
  private readonly because: string[] = [];
  private end: PaperWay['end'] = 'stops';
  private entered = 0;
  private hasLeft = false;
  private original: Packet | undefined;

  constructor(
    private readonly facts: TraceFacts,
    private readonly question: TraceQuestion,
  ) {}

  run(): PaperWay {
    const { from, destination, protocol, port } = this.question;
    const family = parseAddress(destination)?.kind() === 'ipv6' ? 'inet6' : 'inet';
    const start: Packet = {
      family,
      protocol,
      source: from.address ?? '',
      destination,
      state: 'new',
      ...(protocol === 'icmp'
        ? {}
        : { sourcePort: this.question.sourcePort ?? usualSourcePort, destinationPort: port ?? 80 }),
    };
    if (from.type === 'outside') {
      const root = this.facts.snapshot.namespaces.find(({ isRoot }) => isRoot);
      const link = root && linkNamed(root, from.dev);
      this.original = start;
      if (root !== undefined && link !== undefined) {
        this.hop('outside', undefined, start, 'out', `The packet comes from ${from.address}, outside of the host`);
        this.arrive(root, link, start, 'out');
      }
    } else {
      const namespace = this.facts.snapshot.namespaces.find(({ id }) => id === from.namespaceId);
      if (namespace !== undefined) this.send(namespace, start, 'out');
    }
    return {
      hops: this.hops,
      causes: distinct(this.causes),
      end: this.causes.length > 0 && this.end === 'arrives' ? 'stops' : this.end,
      questions: this.questions,
      passed: this.passed,
      uncertain: [...this.uncertain],
    };
  }

  /** A packet that a namespace itself sends. */
  private send(namespace: ObservedNamespace, given: Packet, direction: Direction): void {
    this.pass(namespace);
    const loopback = namespace.links.find(({ kind }) => kind === 'loopback');
    let packet = given;
    let decision = this.route(namespace, packet, direction, undefined);
    if (packet.source === '' && decision?.type === 'unicast') packet = { ...packet, source: decision.source ?? '' };
    if (packet.source === '' && decision?.type === 'local') packet = { ...packet, source: packet.destination };
    if (direction === 'out') this.original = packet;
    const verb = direction === 'out' ? 'sends' : 'answers';
    this.hop('send', namespace, packet, direction, `${labelOf(namespace)} ${verb} ${describePacket(packet)}`);
    const full = conntrackFull(this.facts, direction, namespace);
    if (full !== undefined && packet.state === 'new') this.causes.push(full);
    const out = decision?.type === 'unicast' ? decision.dev : 'lo';
    const before = packet;
    packet = this.filter(namespace, 'output', packet, direction, undefined, out);
    if (packet.state === 'new') packet = this.nat(namespace, 'output', packet, direction, undefined, out);
    else packet = this.untranslate(namespace, packet, direction);
    if (packet.destination !== before.destination) decision = this.route(namespace, packet, direction, undefined);
    if (decision === undefined) return;
    if (decision.type === 'local') {
      if (loopback !== undefined && !loopback.up) this.causes.push(interfaceDown(direction, namespace, loopback));
      this.deliver(namespace, packet, direction);
    } else if (decision.type === 'unicast') this.leave(namespace, packet, decision, direction, undefined);
  }

  /** A packet that comes in by an interface. */
  private arrive(namespace: ObservedNamespace, link: ObservedLink, given: Packet, direction: Direction): void {
    if (++this.entered > mostHops) return;
    this.pass(namespace);
    this.hop('arrive', namespace, given, direction, `It comes in by ${labelOf(namespace)}:${link.name}`, link.name);
    let packet = this.filter(namespace, 'prerouting', given, direction, link.name, undefined);
    packet =
      packet.state === 'new'
        ? this.nat(namespace, 'prerouting', packet, direction, link.name, undefined)
        : this.untranslate(namespace, packet, direction);
    if (isOwn(namespace, packet.destination)) {
      this.checkReverse(namespace, packet, direction, link);
      this.deliver(namespace, packet, direction, link.name);
      return;
    }
    const off = forwardingOff(this.facts, direction, namespace, packet, link.name);
    if (off !== undefined) this.causes.push(off);
    const decision = this.route(namespace, packet, direction, link.name);
    this.checkReverse(namespace, packet, direction, link);
    if (decision?.type !== 'unicast') return;
    const text = `${labelOf(namespace)} passes it on to ${decision.dev}`;
    this.hop('forward', namespace, packet, direction, text, decision.dev, decision.by);
    packet = this.filter(namespace, 'forward', packet, direction, link.name, decision.dev);
    this.leave(namespace, packet, decision, direction, link.name);
  }

  /** Out of an interface, by cables and bridges to the next place. */
  private leave(
    namespace: ObservedNamespace,
    given: Packet,
    { dev, via, route }: Extract<RouteDecision, { type: 'unicast' }>,
    direction: Direction,
    iif: string | undefined,
  ): void {
    const link = linkNamed(namespace, dev);
    if (link === undefined) return;
    const filteredPacket = this.filter(namespace, 'postrouting', given, direction, iif, dev);
    const packet =
      given.state === 'new'
        ? this.nat(namespace, 'postrouting', filteredPacket, direction, iif, dev)
        : this.untranslate(namespace, filteredPacket, direction);
    if (link.kind === 'loopback') {
      this.deliver(namespace, packet, direction);
      return;
    }
    const next = via ?? packet.destination;
    this.hop('leave', namespace, packet, direction, `It leaves ${labelOf(namespace)}:${dev} for ${next}`, dev);
    if (via !== undefined && isSelf(namespace, via)) {
      this.causes.push(causesOf.gatewaySelf(this.facts, direction, namespace, route ?? plainRoute(packet, via, dev)));
    } else if (via !== undefined && route?.onLink !== true && !via.includes(':') && !isOnLink(namespace, dev, via)) {
      this.causes.push(causesOf.gatewayOff(direction, namespace, dev, via));
    }
    const found = findNextHop(this.facts, direction, namespace, link, next, this.question.meantNamespaceId);
    if (found.type === 'nobody') {
      // What is down or unplugged explains why nobody answers; only where nothing is, the address itself is wrong.
      if (found.causes.length > 0) this.causes.push(...found.causes);
      else if (via === undefined || !isSelf(namespace, via))
        this.explainNobody(namespace, packet, route, dev, next, direction);
      return;
    }
    this.causes.push(...found.reach.causes, ...(found.type === 'found' ? found.causes : []));
    const last = this.travel(found.reach, packet, direction);
    if (found.type === 'outside') {
      this.outside(namespace, found.reach, last, direction, iif);
      return;
    }
    this.arrive(found.reach.namespace, found.reach.link, last, direction);
  }

  private explainNobody(
    namespace: ObservedNamespace,
    packet: Packet,
    route: Extract<RouteDecision, { type: 'unicast' }>['route'],
    dev: string,
    next: string,
    direction: Direction,
  ): void {
    const missing = route?.via === undefined ? undefined : bridgeWithoutAddress(this.facts, namespace, packet.family);
    if (missing !== undefined && route?.via !== undefined) {
      const prefix = linkNamed(namespace, dev)?.addresses[0]?.cidr.split('/')[1] ?? '24';
      const cause = causesOf.noAddress(
        direction,
        missing.namespace,
        missing.bridge.name,
        packet.family,
        `${route.via}/${prefix}`,
      );
      this.causes.push({
        ...cause,
        text: `${cause.text} ${labelOf(namespace)} has ${next} as its gateway, which nobody on its network has.`,
      });
      return;
    }
    this.causes.push(causesOf.gatewayNobody(this.facts, direction, namespace, route, dev, next));
  }

  /** Through the cables and bridges; a bridge may hand what it passes to the packet filter. */
  private travel({ steps }: Reach, given: Packet, direction: Direction): Packet {
    steps.forEach(({ namespace, link, way }, index) => {
      const [before, after] = [steps[index - 1], steps[index + 1]];
      const isThrough = isBridge(link) && way === 'in' && before?.way === 'in' && after?.way === 'out';
      if (index > 0)
        this.hop(
          isBridge(link) ? 'bridge' : 'wire',
          namespace,
          given,
          direction,
          `${labelOf(namespace)}:${link.name}`,
          link.name,
        );
      if (!isThrough || before.namespace.id !== namespace.id) return;
      const name =
        given.family === 'inet' ? 'net.bridge.bridge-nf-call-iptables' : 'net.bridge.bridge-nf-call-ip6tables';
      if (this.facts.details.get(namespace.id)?.sysctls[name] !== '1') return;
      this.filter(namespace, 'forward', given, direction, link.name, link.name, link.name);
    });
    return given;
  }

  /** Out of the host: its answer, if there is one, comes back by the same interface. */
  private outside(
    namespace: ObservedNamespace,
    reach: Reach,
    packet: Packet,
    direction: Direction,
    iif: string | undefined,
  ): void {
    this.hop(
      'outside',
      undefined,
      packet,
      direction,
      `It leaves the host by ${labelOf(reach.namespace)}:${reach.link.name}`,
    );
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
      const at = this.at(namespace, packet, iif, oif.name);
      this.causes.push(missingNat(this.facts, namespace, packet, iif, oif.name, this.filterOf(namespace), at));
    }
    this.hop(
      'outside',
      undefined,
      answerTo(packet),
      'back',
      `The answer, if there is one: ${describePacket(answerTo(packet))}`,
    );
    this.arrive(reach.namespace, reach.link, answerTo(packet), 'back');
  }

  /** A packet that has come to a namespace that has its destination. */
  private deliver(namespace: ObservedNamespace, given: Packet, direction: Direction, iif = 'lo'): void {
    const packet = this.filter(namespace, 'input', given, direction, iif, undefined);
    this.hop(
      'local',
      namespace,
      packet,
      direction,
      `It is for ${labelOf(namespace)} itself`,
      undefined,
      `local ${packet.destination}`,
    );
    if (direction === 'out') {
      this.causes.push(...this.serving(namespace, packet));
      this.send(namespace, answerTo(packet), 'back');
      return;
    }
    const { original } = this;
    if (original === undefined) return;
    this.end = this.hasLeft ? 'outside' : 'arrives';
    if (!isSame(packet.source, original.destination)) {
      this.causes.push({
        id: 'answer-from-elsewhere',
        direction: 'back',
        namespaceId: namespace.id,
        place: labelOf(namespace),
        text: `The answer comes from ${packet.source}, though ${original.destination} was asked: it came back another way than through the NAT.`,
        evidence: [describePacket(packet)],
      });
    }
  }

  private serving(namespace: ObservedNamespace, packet: Packet): Cause[] {
    const elsewhere = this.servers(packet).filter(({ id }) => id !== namespace.id);
    const own = notServed(this.facts, namespace, packet, elsewhere, this.because);
    const [first] = own;
    if (first?.id !== 'nobody-listens' && first?.id !== 'listens-elsewhere') return own;
    const filter = this.filterOf(namespace);
    const asked = this.original;
    if (filter === undefined || asked === undefined || !isSame(asked.destination, packet.destination)) return own;
    const isFromItself = this.question.from.type === 'namespace' && this.question.from.namespaceId === namespace.id;
    if (isFromItself) {
      const by = runNat(filter, 'prerouting', this.at(namespace, packet, undefined, undefined)).by;
      const action = by?.rule?.action;
      if (by?.rule === undefined || action?.type !== 'dnat' || action.address === undefined) return own;
      const to = { address: action.address, port: action.port ?? packet.destinationPort ?? 0 };
      return [dnatNotForHost(this.facts, namespace, packet, by.rule, to)];
    }
    const near = nearMisses(filter, 'prerouting', this.at(namespace, packet, undefined, undefined));
    for (const there of elsewhere) {
      const address = servedAt(there, packet, this.facts);
      if (address !== undefined)
        return [missingDnat(this.facts, namespace, packet, { namespace: there, address }, near)];
    }
    return own;
  }

  /** The namespaces where somebody listens on the packet's port. */
  private servers({ protocol, destinationPort }: Packet): ObservedNamespace[] {
    if (protocol === 'icmp') return [];
    return this.facts.snapshot.namespaces.filter(({ id }) =>
      this.facts.details
        .get(id)
        ?.sockets.some(
          (socket) => socket.protocol === protocol && socket.port === destinationPort && !isLoopback(socket.address),
        ),
    );
  }

  private route(
    namespace: ObservedNamespace,
    packet: Packet,
    direction: Direction,
    iif: string | undefined,
  ): RouteDecision | undefined {
    const question: RouteQuestion = {
      namespaceId: namespace.id,
      to: packet.destination,
      ...(packet.source === '' ? {} : { from: packet.source }),
      ...(iif === undefined ? {} : { iif }),
    };
    this.questions.push(question);
    const answer = this.facts.details.get(namespace.id)?.answers.get(routeQuestionKey(question));
    const decision = this.byKernel(lookUp(namespace, packet, iif), answer);
    if (decision.type === 'refused') {
      this.causes.push(causesOf.routeRefuses(direction, namespace, decision.route));
      return undefined;
    }
    if (decision.type !== 'none') {
      const by =
        answer?.error === undefined && answer?.dev !== undefined ? `${decision.by} (asked: ip route get)` : decision.by;
      this.hop(
        'route',
        namespace,
        packet,
        direction,
        `${labelOf(namespace)} looks up ${packet.destination}`,
        undefined,
        by,
      );
      return decision;
    }
    return this.withoutRoute(namespace, packet, direction, decision.emptyTable, iif);
  }

  /** The kernel knows best; what it refuses is found by our own reasons, in `withoutRoute` or at its checks. */
  private byKernel(
    own: RouteDecision,
    answer: { dev?: string; via?: string; source?: string; type?: string; error?: string } | undefined,
  ): RouteDecision {
    if (answer?.dev === undefined || answer.error !== undefined || own.type === 'local') return own;
    if (answer.type !== undefined && answer.type !== 'unicast') return own;
    if (own.type === 'unicast' && own.dev === answer.dev && own.via === answer.via) {
      return answer.source === undefined ? own : { ...own, source: answer.source };
    }
    const { dev, via, source } = answer;
    return {
      type: 'unicast',
      dev,
      table: 'main',
      by: `ip route get: dev ${dev}`,
      ...(via === undefined ? {} : { via }),
      ...(source === undefined ? {} : { source }),
    };
  }

  /** No way: why, and the way that it would take if that were mended. */
  private withoutRoute(
    namespace: ObservedNamespace,
    packet: Packet,
    direction: Direction,
    empty: Extract<RouteDecision, { type: 'none' }>['emptyTable'],
    iif: string | undefined,
  ): RouteDecision | undefined {
    const { family, destination } = packet;
    const usable = namespace.links.filter(({ kind, master }) => kind !== 'loopback' && master === undefined);
    const connected = usable.find(({ addresses }) => addresses.some(({ cidr }) => sameNetwork(cidr, destination)));
    if (connected !== undefined && !connected.up) {
      // `leave` finds it down, as the first thing on its way out.
      const source = connected.addresses.find((one) => one.family === family)?.cidr.split('/')[0];
      return {
        type: 'unicast',
        dev: connected.name,
        table: 'main',
        by: `the network of ${connected.name}`,
        ...(source === undefined ? {} : { source }),
      };
    }
    const down = usable.filter(
      ({ up, addresses, name }) => !up && name !== iif && addresses.some((one) => one.family === family),
    );
    for (const link of down)
      if (!usable.some(({ up }) => up) || down.length === 1)
        this.causes.push(interfaceDown(direction, namespace, link));
    if (empty !== undefined)
      this.causes.push(causesOf.emptyTable(direction, namespace, empty.rule.priority, empty.table));
    const bare = usable.filter(
      ({ addresses }) => !addresses.some((one) => one.family === family && one.scope === 'global'),
    );
    if (bare.length === usable.length) {
      const [link] = bare;
      if (link === undefined) return undefined;
      if (!link.up) this.causes.push(interfaceDown(direction, namespace, link));
      this.causes.push(causesOf.noAddress(direction, namespace, link.name, family, undefined));
      return undefined;
    }
    for (const link of usable.filter(({ up }) => up)) {
      const reach = reachFrom(this.facts, direction, namespace, link).find(
        (one) =>
          one.isEdge !== true &&
          one.namespace.id !== namespace.id &&
          ownerLink(one.namespace, destination) === one.link,
      );
      const theirs = reach?.link.addresses.find(({ cidr }) => isSame(cidr.split('/')[0] ?? '', destination))?.cidr;
      const own = link.addresses.find((one) => one.family === family)?.cidr.split('/')[0];
      if (theirs === undefined || own === undefined) continue;
      this.causes.push(causesOf.wrongPrefix(direction, namespace, link.name, packet, theirs));
      return { type: 'unicast', dev: link.name, table: 'main', by: 'as if the prefix were right', source: own };
    }
    if (empty === undefined) this.causes.push(causesOf.noRoute(this.facts, direction, namespace, packet));
    const gateway = gatewayFor(this.facts, namespace, family);
    if (gateway !== undefined) {
      const source = linkNamed(namespace, gateway.dev)
        ?.addresses.find((one) => one.family === family)
        ?.cidr.split('/')[0];
      return {
        type: 'unicast',
        dev: gateway.dev,
        via: gateway.address,
        table: 'main',
        by: `as if there were a default route via ${gateway.address}`,
        ...(source === undefined ? {} : { source }),
      };
    }
    const lacking = bridgeWithoutAddress(this.facts, namespace, family);
    if (lacking !== undefined) {
      this.causes.push(
        causesOf.noAddress(direction, lacking.namespace, lacking.bridge.name, family, lacking.suggestion),
      );
    }
    return undefined;
  }

  private checkReverse(namespace: ObservedNamespace, packet: Packet, direction: Direction, link: ObservedLink): void {
    if (packet.family !== 'inet' || packet.source === '') return;
    const back = lookUp(namespace, { ...packet, source: packet.destination, destination: packet.source });
    const expected = back.type === 'unicast' ? back.dev : undefined;
    if (back.type === 'local') return;
    const cause = reversePathFilter(this.facts, direction, namespace, packet, link.name, expected);
    if (cause !== undefined) this.causes.push(cause);
  }

  private filter(
    namespace: ObservedNamespace,
    hook: Hook,
    packet: Packet,
    direction: Direction,
    iif: string | undefined,
    oif: string | undefined,
    bridge?: string,
  ): Packet {
    const filter = this.filterOf(namespace);
    if (filter === undefined) return packet;
    const verdict = runFilter(filter, hook, this.at(namespace, packet, iif, oif));
    this.doubt(namespace, verdict.uncertain);
    const place = {
      direction,
      namespace,
      hook,
      packet,
      ...(iif === undefined ? {} : { in: iif }),
      ...(oif === undefined ? {} : { out: oif }),
      ...(bridge === undefined ? {} : { bridge }),
    };
    const cause = filtered(this.facts, place, verdict);
    if (cause !== undefined) this.causes.push(verdict.uncertain.length > 0 ? { ...cause, isLikely: true } : cause);
    return packet;
  }

  private nat(
    namespace: ObservedNamespace,
    hook: Hook,
    packet: Packet,
    direction: Direction,
    iif: string | undefined,
    oif: string | undefined,
  ): Packet {
    const filter = this.filterOf(namespace);
    if (filter === undefined) return packet;
    const { by, uncertain } = runNat(filter, hook, this.at(namespace, packet, iif, oif));
    this.doubt(namespace, uncertain);
    const action = by?.rule?.action;
    if (by?.rule === undefined || action === undefined) return packet;
    const after = translate(namespace, packet, action, iif, oif);
    if (after === packet) return packet;
    const own = this.translations.get(namespace.id) ?? [];
    this.translations.set(namespace.id, [...own, { before: packet, after }]);
    if (after.destination !== packet.destination) this.because.push(`DNAT: ${by.rule.text}`);
    this.hop('nat', namespace, after, direction, `NAT makes of it ${describePacket(after)}`, undefined, by.rule.text);
    return after;
  }

  /** What conntrack makes of an answer: the translation the other way round. */
  private untranslate(namespace: ObservedNamespace, packet: Packet, direction: Direction): Packet {
    let result = packet;
    for (const { before, after } of [...(this.translations.get(namespace.id) ?? [])].reverse()) {
      const expected = answerTo(after);
      if (!isSame(expected.source, result.source) || !isSame(expected.destination, result.destination)) continue;
      result = { ...answerTo(before), state: 'established' };
    }
    if (result !== packet)
      this.hop(
        'nat',
        namespace,
        result,
        direction,
        `NAT turns it back into ${describePacket(result)}`,
        undefined,
        'conntrack',
      );
    return result;
  }

  private doubt(namespace: ObservedNamespace, deciders: readonly Decider[]): void {
    for (const { rule } of deciders) if (rule !== undefined) this.uncertain.add(`${labelOf(namespace)}: ${rule.text}`);
  }

  private at(namespace: ObservedNamespace, packet: Packet, iif: string | undefined, oif: string | undefined): AtHook {
    return {
      packet,
      ...(iif === undefined ? {} : { in: iif }),
      ...(oif === undefined ? {} : { out: oif }),
      isLocal: (address) => isOwn(namespace, address),
    };
  }

  private filterOf({ id }: ObservedNamespace): PacketFilter | undefined {
    return this.facts.details.get(id)?.filter;
  }

  private pass({ id }: ObservedNamespace): void {
    if (!this.passed.includes(id)) this.passed.push(id);
  }

  private hop(
    kind: HopKind,
    namespace: ObservedNamespace | undefined,
    packet: Packet,
    direction: Direction,
    text: string,
    dev?: string,
    by?: string,
  ): void {
    this.hops.push({
      direction,
      ...(namespace === undefined ? {} : { namespaceId: namespace.id }),
      place: namespace === undefined ? 'outside' : labelOf(namespace),
      ...(dev === undefined ? {} : { dev }),
      kind,
      text,
      ...(by === undefined ? {} : { by }),
      packet,
    });
  }
}
