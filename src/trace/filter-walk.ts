import type { ObservedNamespace } from '../host/model';
import { isOwn, type TraceFacts } from './facts';
import { chainName, filtered, policyText } from './filter-causes';
import type { Hook, PacketFilter } from './filter/model';
import { runFilter, runNat, type AtHook, type Decider } from './filter/run';
import type { Direction, RuleRef } from './model';
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
}

interface Translation {
  readonly before: Packet;
  readonly after: Packet;
}

/** A packet's way through the namespaces' packet filters: what is dropped, what NAT makes of it and what turns that back. */
export class FilterWalk {
  /** By namespace id. */
  private readonly translations = new Map<string, Translation[]>();
  /** The DNAT rules that led the packet to where it is. */
  readonly because: string[] = [];

  constructor(
    private readonly facts: TraceFacts,
    private readonly log: WayLog,
  ) {}

  /** Asks the filter's chains at a hook; notes the cause where they do not let it through. */
  pass(hook: Hook, point: FilterPoint, packet: Packet): void {
    const { namespace, direction, in: iif, out: oif, bridge } = point;
    const filter = this.filterOf(namespace);
    if (filter === undefined) return;
    const verdict = runFilter(filter, hook, this.at(point, packet));
    this.log.doubt(namespace, verdict.uncertain);
    const place = {
      direction,
      namespace,
      hook,
      packet,
      ...(iif === undefined ? {} : { in: iif }),
      ...(oif === undefined ? {} : { out: oif }),
      ...(bridge === undefined ? {} : { bridge }),
    };
    const dev = oif ?? iif;
    const show = (by: Decider, what: string): void =>
      this.log.hop('filter', direction, packet, `${what} ${chainName(by.chain)}`, {
        namespace,
        by: by.rule?.text ?? policyText(by.chain),
        rule: refOf(by),
        ...(dev === undefined ? {} : { dev }),
      });
    for (const by of verdict.passed) if (by.rule !== undefined || by.chain.rules.length > 0) show(by, 'It passes');
    const cause = filtered(this.facts, place, verdict);
    if (cause === undefined) return;
    if (verdict.by !== undefined)
      show(verdict.by, verdict.verdict === 'reject' ? 'It is rejected by' : 'It is dropped by');
    this.log.blame(verdict.uncertain.length > 0 ? { ...cause, isLikely: true } : cause);
  }

  /** What NAT makes of a packet: a rule's work for the first of a connection, conntrack's for an answer. */
  nat(hook: Hook, point: FilterPoint, packet: Packet): Packet {
    if (packet.state === 'established') return this.untranslate(point, packet);
    const { namespace, direction, in: iif, out: oif } = point;
    const filter = this.filterOf(namespace);
    if (filter === undefined) return packet;
    const { by, uncertain } = runNat(filter, hook, this.at(point, packet));
    this.log.doubt(namespace, uncertain);
    const action = by?.rule?.action;
    if (by?.rule === undefined || action === undefined) return packet;
    const after = translate(namespace, packet, action, iif, oif);
    if (after === packet) return packet;
    const own = this.translations.get(namespace.id) ?? [];
    this.translations.set(namespace.id, [...own, { before: packet, after }]);
    if (after.destination !== packet.destination) this.because.push(`DNAT: ${by.rule.text}`);
    this.log.hop('nat', direction, after, `NAT makes of it ${describePacket(after)}`, {
      namespace,
      by: by.rule.text,
      before: packet,
      rule: refOf(by),
    });
    return after;
  }

  /** The other way round what was done on the way out. */
  private untranslate({ namespace, direction }: FilterPoint, packet: Packet): Packet {
    let result = packet;
    for (const { before, after } of [...(this.translations.get(namespace.id) ?? [])].reverse()) {
      const expected = answerTo(after);
      if (!isSame(expected.source, result.source) || !isSame(expected.destination, result.destination)) continue;
      result = { ...answerTo(before), state: 'established' };
    }
    if (result !== packet)
      this.log.hop('nat', direction, result, `NAT turns it back into ${describePacket(result)}`, {
        namespace,
        by: 'conntrack',
        before: packet,
      });
    return result;
  }

  at({ namespace, in: iif, out: oif }: FilterPoint, packet: Packet): AtHook {
    return {
      packet,
      ...(iif === undefined ? {} : { in: iif }),
      ...(oif === undefined ? {} : { out: oif }),
      isLocal: (address) => isOwn(namespace, address),
    };
  }

  filterOf({ id }: ObservedNamespace): PacketFilter | undefined {
    return this.facts.details.get(id)?.filter;
  }
}

/** Where a rule (or a policy) stands, so that it can be shown where it is listed. */
function refOf({ chain, rule }: Decider): RuleRef {
  const { engine, backend, family, table, name } = chain;
  return {
    engine,
    ...(backend === undefined ? {} : { backend }),
    family,
    table,
    chain: name,
    ...(rule === undefined ? {} : { position: rule.position }),
    ...(rule?.handle === undefined ? {} : { handle: rule.handle }),
  };
}
