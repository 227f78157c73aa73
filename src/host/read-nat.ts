import type { ObservedNatRule } from './model';
import type { HiddenTarget, ReadRuleset } from './read-nft';

/**
 * All NAT rules of a namespace: nftables' own, then iptables'. A rule of iptables' nft back end that iptables-save did not
 * print is shown with what nft knows of it: its kind and its chain.
 */
export function gatherNat(ruleset: ReadRuleset | undefined, iptables: readonly ObservedNatRule[]): ObservedNatRule[] {
  const hidden = ruleset?.hiddenTargets ?? [];
  const printed = new Set(iptables.map(({ kind, chain }) => `${kind} ${chain}`));
  return [
    ...(ruleset?.nat ?? []),
    ...iptables,
    ...hidden.map(fromHidden).filter(({ kind, chain }) => !printed.has(`${kind} ${chain}`)),
  ];
}

function fromHidden({ chain, target }: HiddenTarget): ObservedNatRule {
  const kind = target.toLowerCase() as ObservedNatRule['kind'];
  return { kind, engine: 'iptables', table: 'nat', chain, text: `-A ${chain} -j ${target}` };
}
