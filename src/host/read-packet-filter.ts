import * as l10n from '@vscode/l10n';
import { readSavedTables } from './iptables-save';
import { parseJson } from './json';
import type { ObservedNamespace } from './model';
import { traceTablePrefix } from './nat-marks';
import { readNftRuleset, type NftRuleset } from './nft-ruleset';
import type { SavedIptables } from './read-iptables';
import type { Sections } from './sections';

/** What nft and iptables-save printed in a namespace. */
export function readPacketFilter(
  sections: Sections,
  number: number,
  miss: (what: string, why: string) => void,
): { readonly ruleset: ReturnType<typeof readNftRuleset>; readonly saved: readonly SavedIptables[] } {
  const section = (kind: string): string | undefined => sections.get(`${kind} ${number}`);
  const shown = section('nft');
  const ruleset =
    shown === undefined ? undefined : withoutTraces(readNftRuleset(parseJson(shown), section('nft-text') ?? ''));
  if (shown !== undefined && ruleset === undefined)
    miss(l10n.t`nftables rules`, l10n.t`nft printed something else than a ruleset.`);
  for (const tool of ['nft', 'iptables']) {
    const said = section(`${tool}-said`);
    if (said !== undefined) miss(tool === 'nft' ? l10n.t`nftables rules` : l10n.t`iptables rules`, said);
  }
  const printings: readonly (readonly [kind: string, backend: 'nft' | 'legacy', family: 'ip' | 'ip6'])[] = [
    ['iptables4', 'nft', 'ip'],
    ['iptables6', 'nft', 'ip6'],
    ['legacy4', 'legacy', 'ip'],
    ['legacy6', 'legacy', 'ip6'],
  ];
  const saved = printings.flatMap(([kind, backend, family]) =>
    sections.all(`${kind} ${number}`).map((text): SavedIptables => ({ backend, family, ...readSavedTables(text) })),
  );
  return { ruleset, saved };
}

/** Without what a trace of ours puts there for two seconds, to see where a packet goes: it does nothing to packets. */
function withoutTraces(ruleset: NftRuleset | undefined): NftRuleset | undefined {
  if (ruleset === undefined) return undefined;
  const isOther = (table: string): boolean => !table.startsWith(traceTablePrefix);
  return {
    tables: ruleset.tables.filter(({ name }) => isOther(name)),
    chains: ruleset.chains.filter(({ table }) => isOther(table)),
    rules: ruleset.rules.filter(({ table }) => isOther(table)),
  };
}

/** The remembered values of forwarding of a namespace: lines `NAMESPACE.FAMILY VALUE`. */
export function forwardingBefore(lines: readonly string[], id: string): ObservedNamespace['forwardingBefore'] {
  const found = lines.flatMap((line) => {
    const [, own, family, value = ''] = /^(\d+)\.(ip6?) ([01])$/.exec(line.trim()) ?? [];
    return own === id && family !== undefined ? [[family, value] as const] : [];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}
