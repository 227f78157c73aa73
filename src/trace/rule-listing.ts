import type { HostSnapshot } from '../host/model';
import { iptablesFor } from './filter-causes';
import type { RuleRef } from './model';

/** The command that lists a rule's chain in its tool's own words, for the namespace that it is in. */
export function listingCommand(rule: RuleRef, snapshot: HostSnapshot): readonly string[] {
  const { engine, family, table, chain, backend } = rule;
  if (engine === 'tc') return ['tc', 'filter', 'show', 'dev', table, chain];
  if (engine === 'xdp') return ['ip', 'link', 'show', 'dev', table];
  if (engine === 'nftables') return ['nft', '-a', 'list', 'chain', family, table, chain];
  const ipFamily = family === 'ip6' ? 'ip6' : 'ip';
  const program = iptablesFor({ snapshot }, { family: ipFamily, ...(backend === undefined ? {} : { backend }) });
  return [program, '-t', table, '-S', chain];
}

/** The line of that listing where the rule stands, from 0; its chain's own where a policy is meant, or it is not found. */
export function lineOfRule({ engine, handle, position }: RuleRef, listing: string): number {
  const lines = listing.split('\n');
  if (engine === 'tc' || engine === 'xdp') return 0;
  if (position === undefined)
    return engine === 'iptables'
      ? 0
      : Math.max(
          0,
          lines.findIndex((line) => /\bpolicy \w+;/.test(line)),
        );
  // iptables' first line is the chain's own; then each rule has one.
  if (engine === 'iptables') return position < lines.length ? position : 0;
  return Math.max(
    0,
    lines.findIndex((line) => line.endsWith(`# handle ${handle ?? -1}`) && !/^\s*chain /.test(line)),
  );
}
