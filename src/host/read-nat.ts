import type { ObservedNatRule } from './model';
import type { NftRuleset } from './nft-ruleset';
import { readIptablesNat, type SavedIptables } from './read-iptables';
import { hiddenTargets, readNftNat, type HiddenTarget } from './read-nft';

/**
 * All NAT rules of a namespace: nftables' own, then iptables'. What iptables-save printed of its nft back end is shown in its
 * words, not in nft's; a rule of that back end that it did not print is shown with what nft knows of it, its kind and chain.
 */
export function gatherNat(ruleset: NftRuleset | undefined, saved: readonly SavedIptables[]): ObservedNatRule[] {
  const printed = new Set(
    saved
      .filter(({ backend, chains }) => backend === 'nft' && chains.some(({ table }) => table === 'nat'))
      .map(({ family }) => `${family} nat`),
  );
  const native = ruleset === undefined ? [] : readNftNat(ruleset);
  const hidden = ruleset === undefined ? [] : hiddenTargets(ruleset);
  return [
    ...native.filter(({ place, table }) => !printed.has(`${place?.family ?? ''} ${table}`)),
    ...saved.flatMap(readIptablesNat),
    ...hidden.filter(({ family, table }) => !printed.has(`${family} ${table}`)).map(fromHidden),
  ];
}

function fromHidden({ chain, target }: HiddenTarget): ObservedNatRule {
  const kind = target.toLowerCase() as ObservedNatRule['kind'];
  return { kind, engine: 'iptables', table: 'nat', chain, text: `-A ${chain} -j ${target}` };
}
