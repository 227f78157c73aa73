import type { ObservedNamespace } from '../host/model';
import { labelOf, type RouteQuestion } from './facts';
import { chainName } from './filter-causes';
import type { Doubts } from './filter/run';
import type { Cause, Direction, Hop, HopKind } from './model';
import type { Packet } from './packet';
import type { FlowQuestion } from './switch-flows';

/** What else is known of a hop besides its sentence. */
export interface HopDetails extends Pick<Hop, 'dev' | 'by' | 'fact' | 'next' | 'before' | 'rule' | 'route'> {
  /** Where it is; absent: outside the host. */
  readonly namespace?: ObservedNamespace;
}

/** What is noted on the way of one packet and its answer. */
export class WayLog {
  readonly hops: Hop[] = [];
  readonly causes: Cause[] = [];
  /** What does not stop this packet, and will bite others. */
  readonly remarks: Cause[] = [];
  readonly questions: RouteQuestion[] = [];
  readonly flowQuestions: FlowQuestion[] = [];
  /** Ids of namespaces. */
  readonly passed: string[] = [];
  readonly uncertain = new Set<string>();
  /** Where the kernel read a rule otherwise than we do, as sentences. */
  readonly otherwise = new Set<string>();

  hop(kind: HopKind, direction: Direction, packet: Packet, text: string, details: HopDetails = {}): void {
    const { namespace, ...more } = details;
    this.hops.push({
      direction,
      ...(namespace === undefined ? {} : { namespaceId: namespace.id }),
      place: namespace === undefined ? 'outside' : labelOf(namespace),
      kind,
      text,
      ...more,
      packet,
    });
  }

  /** Notes why the packet ends where it is now. */
  blame(...causes: readonly Cause[]): void {
    this.causes.push(...causes.map((cause) => this.placed(cause)));
  }

  remark(...causes: readonly Cause[]): void {
    this.remarks.push(...causes.map((cause) => this.placed(cause)));
  }

  pass({ id }: ObservedNamespace): void {
    if (!this.passed.includes(id)) this.passed.push(id);
  }

  doubt(namespace: ObservedNamespace, { uncertain, otherwise }: Doubts): void {
    const label = labelOf(namespace);
    for (const { chain, rule } of uncertain) {
      const isAtInterface = chain.engine === 'tc' || chain.engine === 'xdp';
      if (rule !== undefined)
        this.uncertain.add(`${label}: ${isAtInterface ? `${chainName(chain)}: ` : ''}${rule.text}`);
    }
    for (const { chain, rule, took } of otherwise) {
      const [read, fact] = took ? ['does not take', 'took'] : ['takes', 'did not take'];
      this.otherwise.add(
        `By what was read, rule ${rule.position} of ${chainName(chain)} in ${label} ${read} the packet; in fact it ${fact} it: ${rule.text}`,
      );
    }
  }

  private placed(cause: Cause): Cause {
    return this.hops.length === 0 ? cause : { ...cause, hop: this.hops.length - 1 };
  }
}
