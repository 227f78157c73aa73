import * as l10n from '@vscode/l10n';
import { quoteCommand } from '../base/shell-quote';
import { findNamespace, type IptablesBackend } from '../host/model';
import type { Topology } from '../topology/model';
import { inNamespace, shell } from './commands';
import { scopesOf } from './desired';
import { chooseBackend, iptablesProgram, iptablesRestore } from './iptables';
import {
  foundChains,
  ownTables,
  restoreText,
  wayBack,
  type FoundChain,
  type OwnChain,
  type OwnTable,
} from './nat-iptables';
import type { NatRule } from './nat-rules';
import { objectRef, type Planning } from './planning';

const tables: readonly Pick<OwnTable, 'family' | 'table'>[] = (['ip', 'ip6'] as const).flatMap((family) =>
  (['raw', 'nat'] as const).map((table) => ({ family, table })),
);

/** Makes the lab's iptables chains in a namespace what the rules say, each table by one transaction; none where there are no rules. */
export function planIptablesNat(
  planning: Planning,
  namespace: string | undefined,
  scope: Topology['host'],
  rules: readonly NatRule[],
): void {
  const chosen = chooseBackend(planning.snapshot);
  if (rules.length > 0 && chosen === undefined) {
    planning.refuse(
      'missingTool',
      l10n.t`${namespace === undefined ? l10n.t`The lab` : l10n.t`Namespace ${namespace}`} translates addresses, and the host has neither nft nor iptables.`,
      [...scope.path, scope.nat.length > 0 ? 'nat' : 'port-forwards'],
      l10n.t`Install nftables on the host (Debian, Ubuntu: apt install nftables).`,
    );
    return;
  }
  if (rules.length > 0 && chosen?.isSplit === true && namespace === undefined) {
    planning.warn(
      'conflict',
      l10n.t`The host has rules in both rule sets of iptables; the lab's go where its iptables command puts them (iptables-${chosen.backend}).`,
      [...scope.path, scope.nat.length > 0 ? 'nat' : 'port-forwards'],
    );
  }
  const wanted = ownTables(planning.lab, rules);
  for (const backend of ['nft', 'legacy'] as const) {
    for (const place of tables) {
      const isChosen = backend === chosen?.backend;
      const own = isChosen
        ? wanted.find(({ family, table }) => family === place.family && table === place.table)
        : undefined;
      planTable(planning, namespace, backend, place, own?.chains ?? [], {
        path: scope.path,
        ...(isChosen && chosen.why !== undefined ? { where: chosen.why } : {}),
      });
    }
  }
}

/** Takes the lab's chains out of namespaces that the file does not have, and that stay. */
export function planIptablesRemovals(planning: Planning, topology: Topology): void {
  const declared = new Set(scopesOf(topology).map(({ namespace }) => namespace));
  for (const { name: namespace, isRoot } of planning.snapshot.namespaces) {
    if ((namespace === undefined && !isRoot) || declared.has(namespace)) continue;
    for (const backend of ['nft', 'legacy'] as const) {
      for (const place of tables) planTable(planning, namespace, backend, place, [], {});
    }
  }
}

function planTable(
  planning: Planning,
  namespace: string | undefined,
  backend: IptablesBackend,
  place: Pick<OwnTable, 'family' | 'table'>,
  wanted: readonly OwnChain[],
  { path, where }: { readonly path?: Topology['path']; readonly where?: string },
): void {
  const { lab } = planning;
  // Also in a namespace that goes: what it had must come back with it, if it comes to that.
  const found = foundChains(findNamespace(planning.snapshot, namespace)?.firewall, lab, backend, place);
  if (isSame(found, wanted)) return;
  const program = iptablesProgram(planning.snapshot, backend, place.family);
  if (program === undefined) return;
  const isRemoval = wanted.length === 0;
  const differs = isRemoval
    ? l10n.t`made by this lab and no longer wanted`
    : found.length === 0
      ? l10n.t`not there yet`
      : l10n.t`its rules differ from the file`;
  planning.addStep(isRemoval ? 'removeNat' : 'nat', {
    action: isRemoval ? 'remove' : found.length === 0 ? 'create' : 'replace',
    object: objectRef('nat', `chains of table ${place.table} (${program})`, namespace),
    why: [differs, ...(where === undefined ? [] : [where])].join('; '),
    run: [iptablesRestore(namespace, program, restoreText(lab, place.table, found, wanted))],
    undo: [shell(wayBack(lab, quoteCommand(inNamespace(namespace, { argv: [program] }).argv), place, found, wanted))],
    ...(path === undefined ? {} : { path }),
  });
}

function isSame(found: readonly FoundChain[], wanted: readonly OwnChain[]): boolean {
  return (
    found.length === wanted.length &&
    wanted.every(({ chain, labels }) => {
      const own = found.find((one) => one.chain === chain);
      return own?.jumps.length === 1 && JSON.stringify(own.labels) === JSON.stringify(labels);
    })
  );
}
