import * as l10n from '@vscode/l10n';
import { optional } from '../host/json';
import type { ObservedLink, ObservedNamespace } from '../host/model';
import { contains, networkOf, parseCidr } from '../plan/cidr';
import { isOwn, ownerLink, type TraceFacts } from './facts';
import { chainName, filtered, policyText, refOf } from './filter-causes';
import type { FilterChain, FilterRule, Hook, PacketFilter } from './filter/model';
import type { ChainTrace } from './filter/read-trace';
import {
  runFilter,
  runNat,
  type ArpPacket,
  type AtHook,
  type Decider,
  type FilterVerdict,
  type Stopped,
} from './filter/run';
import type { Direction } from './model';
import { natInside } from './nat-causes';
import { answerTo, describePacket, isSame, type Packet } from './packet';
import { translate } from './translate';
import type { WayLog } from './way-log';

/** Where a packet meets the packet filter. */
export interface FilterPoint {
  readonly namespace: ObservedNamespace;
  readonly direction: Direction;
  readonly in?: string | undefined;
  readonly out?: string | undefined;
  /** A bridge hands its packets to the packet filter (br_netfilter). */
  readonly bridge?: string | undefined;
  readonly layer?: AtHook['layer'];
  readonly asked?: AskedBefore | undefined;
}

/** A question of the exchange that goes before the packet, or its answer: one of ARP, or of neighbour discovery. */
export interface AskedBefore {
  readonly arp?: ArpPacket;
  readonly discovery?: Packet;
  /** Nobody knows the answer yet; otherwise it is asked only when that is no longer sure. */
  readonly isNeeded: boolean;
}

/** What NAT made of a packet on its way out. */
export interface Translation {
  readonly namespace: ObservedNamespace;
  readonly before: Packet;
  readonly after: Packet;
  readonly by: Decider;
}

/** A packet's way through the namespaces' packet filters: what is dropped, what NAT makes of it and what turns that back. */
export class FilterWalk {
  /** In the order of the way. */
  readonly translations: Translation[] = [];
  /** Of an answer in a namespace that translates: the source it leaves with. */
  private answering:
    { readonly id: string; readonly source: string; readonly sourcePort: number | undefined } | undefined;
  private readonly droppingPackets = new Set<FilterChain | FilterRule>();
  /** What drops the questions before packets (or their answers), and whether that is sure. */
  private readonly droppingQuestions = new Map<FilterChain | FilterRule, boolean>();
  /** The DNAT rules that led the packet to where it is. */
  readonly because: string[] = [];

  constructor(
    private readonly facts: TraceFacts,
    private readonly log: WayLog,
  ) {}

  /** Asks the filter's chains at a hook; notes the causes where they do not let it through, each as if those before did. */
  pass(hook: Hook, point: FilterPoint, packet: Packet): void {
    const filter = this.filterOf(point.namespace);
    if (filter === undefined) return;
    let before: Stopped | undefined;
    do {
      const verdict = runFilter(filter, hook, this.inFact(point, packet), before);
      this.note(hook, point, packet, verdict);
      before = behind(verdict, before);
    } while (before !== undefined);
  }

  private note(hook: Hook, point: FilterPoint, packet: Packet, verdict: FilterVerdict): void {
    const { namespace, direction, in: iif, out: oif, bridge, asked } = point;
    if (asked?.isNeeded !== false) this.log.doubt(namespace, verdict);
    const place = {
      direction,
      namespace,
      hook,
      packet,
      ...(iif === undefined ? {} : { in: iif }),
      ...(oif === undefined ? {} : { out: oif }),
      ...(bridge === undefined ? {} : { bridge }),
      ...optional('arp', asked?.arp),
      ...optional('discovery', asked?.discovery),
    };
    const dev = oif ?? iif;
    const show = (by: Decider, what: string): void =>
      this.log.hop('filter', direction, packet, `${what} ${chainName(by.chain)}`, {
        namespace,
        by: by.rule?.text ?? policyText(by.chain),
        rule: refOf(by),
        ...this.factOf(point, by),
        ...(dev === undefined ? {} : { dev }),
      });
    for (const by of asked === undefined ? verdict.passed : [])
      if (by.rule !== undefined || by.chain.rules.length > 0) show(by, l10n.t`It passes`);
    const cause = filtered(this.facts, place, verdict);
    if (cause === undefined) return;
    if (asked?.isNeeded === false) {
      if (verdict.uncertain.length === 0 && !this.isKnown(verdict, asked)) this.log.remark(cause);
      return;
    }
    if (this.isKnown(verdict, asked)) return;
    if (asked === undefined) this.blameNatInside(hook, point, packet);
    const decider = verdict.by?.rule ?? verdict.by?.chain;
    if (decider !== undefined && asked === undefined) this.droppingPackets.add(decider);
    else if (decider !== undefined) this.droppingQuestions.set(decider, verdict.uncertain.length === 0);
    if (verdict.by !== undefined)
      show(verdict.by, verdict.verdict === 'reject' ? l10n.t`It is rejected by` : l10n.t`It is dropped by`);
    const { fact } = verdict.by === undefined ? {} : this.factOf(point, verdict.by);
    const evidence = fact === undefined ? cause.evidence : [...cause.evidence, fact];
    const isLikely = fact === undefined && verdict.uncertain.length > 0;
    this.log.blame({ ...cause, evidence, ...(isLikely ? { isLikely } : {}) });
  }

  /**
   * Whether what drops it has been named for another of the packets that follow each other: a question, its answer, what they are
   * for. A policy that drops questions has been named with a way through for these alone: for the packet it is named anew.
   */
  private isKnown({ by }: FilterVerdict, asked: AskedBefore | undefined): boolean {
    const decider = by?.rule ?? by?.chain;
    if (decider === undefined) return false;
    if (asked !== undefined) return this.droppingPackets.has(decider) || this.droppingQuestions.has(decider);
    return by?.rule !== undefined && this.droppingQuestions.get(decider) === true;
  }

  /** Where a packet is dropped that would have got through with the source it was sent with: NAT hit what stays inside. */
  private blameNatInside(hook: Hook, point: FilterPoint, packet: Packet): void {
    const filter = this.filterOf(point.namespace);
    const changed = this.translations.find(
      ({ before, after }) => before.source !== after.source && isSame(after.source, packet.source),
    );
    if (packet.state !== 'new' || changed === undefined || filter === undefined) return;
    const asSent = { ...packet, source: changed.before.source };
    if (runFilter(filter, hook, this.at(point, asSent)).verdict !== 'accept') return;
    const owner = this.facts.snapshot.namespaces.find((one) => ownerLink(one, packet.destination) !== undefined);
    const cidr = owner && ownerLink(owner, packet.destination)?.addresses.map((one) => parseCidr(one.cidr));
    const network = cidr?.find((one) => one !== undefined && contains(one, packet.destination));
    if (network === undefined) return;
    this.log.blame(natInside(this.facts, changed.namespace, changed, networkOf(network).text));
  }

  /** nftables' chains at an interface (netdev), where a packet comes in or goes out. */
  passDevice(
    hook: 'ingress' | 'egress',
    namespace: ObservedNamespace,
    { name }: ObservedLink,
    direction: Direction,
    packet: Packet,
    asked?: AskedBefore,
  ): void {
    const side = hook === 'ingress' ? { in: name } : { out: name };
    this.pass(hook, { namespace, direction, layer: 'device', ...side, asked }, packet);
  }

  /** What NAT makes of a packet: a rule's work for the first of a connection, conntrack's for an answer. */
  nat(hook: Hook, point: FilterPoint, packet: Packet): Packet {
    if (packet.state === 'established') return this.untranslate(hook, point, packet);
    const { namespace, direction, in: iif, out: oif } = point;
    const filter = this.filterOf(namespace);
    if (filter === undefined) return packet;
    const { by, ...doubts } = runNat(filter, hook, this.inFact(point, packet));
    this.log.doubt(namespace, doubts);
    const action = by?.rule?.action;
    if (by?.rule === undefined || action === undefined) return packet;
    const after = translate(namespace, packet, action, iif, oif);
    if (after === packet) return packet;
    this.translations.push({ namespace, before: packet, after, by });
    if (after.destination !== packet.destination) this.because.push(`DNAT: ${by.rule.text}`);
    this.log.hop('nat', direction, after, l10n.t`NAT makes of it ${describePacket(after)}`, {
      namespace,
      by: by.rule.text,
      before: packet,
      rule: refOf(by),
      ...this.factOf(point, by),
    });
    return after;
  }

  /**
   * The other way round what was done on the way out: before routing the answer gets the destination that the packet came from,
   * and only when it leaves the source that the packet was sent to (NF_NAT_MANIP_DST and _SRC of linux/netfilter/nf_nat.h).
   */
  private untranslate(hook: Hook, { namespace, direction }: FilterPoint, packet: Packet): Packet {
    const result =
      hook === 'prerouting' || hook === 'output'
        ? this.backToSender(namespace, packet)
        : this.asAsked(namespace, packet);
    if (result === packet) return packet;
    this.log.hop('nat', direction, result, l10n.t`NAT turns it back into ${describePacket(result)}`, {
      namespace,
      by: 'conntrack',
      before: packet,
    });
    return result;
  }

  private backToSender({ id }: ObservedNamespace, packet: Packet): Packet {
    this.answering = undefined;
    let result = packet;
    for (const { before, after } of this.translations.filter(({ namespace }) => namespace.id === id).reverse()) {
      const expected = answerTo(after);
      if (!isSame(expected.source, result.source) || !isSame(expected.destination, result.destination)) continue;
      result = answerTo(before);
    }
    if (result === packet) return packet;
    const { source, sourcePort, destination, destinationPort } = result;
    this.answering = { id, source, sourcePort };
    if (isSame(destination, packet.destination) && destinationPort === packet.destinationPort) return packet;
    return { ...packet, destination, ...(destinationPort === undefined ? {} : { destinationPort }) };
  }

  private asAsked({ id }: ObservedNamespace, packet: Packet): Packet {
    const { answering } = this;
    if (answering?.id !== id) return packet;
    this.answering = undefined;
    const { source, sourcePort } = answering;
    if (isSame(source, packet.source) && sourcePort === packet.sourcePort) return packet;
    return { ...packet, source, ...(sourcePort === undefined ? {} : { sourcePort }) };
  }

  /** As `at`, with what the kernel said of the probe: not for packets that are only supposed. */
  private inFact(point: FilterPoint, packet: Packet): AtHook {
    return { ...this.at(point, packet), traced: (chain) => this.tracedIn(point, chain) };
  }

  private tracedIn({ namespace, direction, asked }: FilterPoint, chain: FilterChain): ChainTrace | undefined {
    if (chain.backend === 'legacy' || asked !== undefined) return undefined;
    return this.facts.traced?.get(namespace.id)?.[direction].get(`${chain.family} ${chain.table} ${chain.name}`);
  }

  private factOf(point: FilterPoint, { chain, rule }: Decider): { readonly fact?: string } {
    const traced = this.tracedIn(point, chain);
    const verdict = rule === undefined ? traced?.policy : traced?.verdicts.get(rule.position);
    if (verdict === undefined) return {};
    return {
      fact: `nft monitor trace: ${rule === undefined ? `policy ${verdict}` : `rule ${rule.position}, verdict ${verdict}`}`,
    };
  }

  at({ namespace, in: iif, out: oif, layer, asked }: FilterPoint, packet: Packet): AtHook {
    return {
      packet: asked?.discovery ?? packet,
      ...optional('arp', asked?.arp),
      ...(layer === undefined ? {} : { layer }),
      ...(iif === undefined ? {} : { in: iif }),
      ...(oif === undefined ? {} : { out: oif }),
      isLocal: (address) => isOwn(namespace, address),
    };
  }

  filterOf({ id }: ObservedNamespace): PacketFilter | undefined {
    return this.facts.details.get(id)?.filter;
  }
}

/** From where to look on, past what stopped the packet now; undefined where nothing did. */
function behind({ base, by }: FilterVerdict, before: Stopped | undefined): Stopped | undefined {
  if (base === undefined) return undefined;
  if (by?.rule === undefined) return { base };
  return { base, rules: new Set([...(before?.base === base ? (before.rules ?? []) : []), by.rule]) };
}
