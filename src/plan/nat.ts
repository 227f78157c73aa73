import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import type { Topology } from '../topology/model';
import { inNamespace, nft } from './commands';
import { inScope, scopesOf } from './desired';
import type { NftTableRecord } from './manifest';
import { isInterfaceName, nftTableName } from './names';
import { areBridgesFiltered } from './nat-hairpin';
import { planIptablesNat, planIptablesRemovals } from './nat-in-iptables';
import { nftTables } from './nat-nft';
import { natRules, type NatRule } from './nat-rules';
import { objectRef, type Planning } from './planning';

/**
 * Makes the lab's address translation what the file says: in nftables where the host has it, each family's table by one
 * transaction; else in iptables, in chains of the lab's own.
 *
 * @returns what the manifest must remember of the nftables tables
 */
export function planNat(planning: Planning, topology: Topology): NftTableRecord[] {
  const records: NftTableRecord[] = [];
  const hasNft = planning.snapshot.tools['nft'] !== undefined;
  for (const { namespace, scope } of scopesOf(topology)) {
    if (!hasPlainNames(planning, scope)) continue;
    const rules = natRules(topology, namespace, scope, {
      bridgesFiltered: areBridgesFiltered(planning.namespace(namespace) ?? planning.namespace(undefined), 'inet'),
    });
    if (hasNft) records.push(...planNftables(planning, namespace, scope, rules));
    planIptablesNat(planning, namespace, scope, hasNft ? [] : rules);
  }
  planNftablesRemovals(planning, records);
  planIptablesRemovals(planning, topology);
  return records;
}

function planNftables(
  planning: Planning,
  namespace: string | undefined,
  scope: Topology['host'],
  rules: readonly NatRule[],
): NftTableRecord[] {
  const observed = (planning.namespace(namespace)?.nftTables ?? []).filter(
    ({ name }) => name === nftTableName(planning.lab),
  );
  return nftTables(nftTableName(planning.lab), rules).map((table) => {
    const record = { ...inScope(namespace), family: table.family, text: table.text };
    const same = observed.find(({ family }) => family === table.family);
    if (same !== undefined && sameList(same.comments, table.comments)) return record;
    const old = recordedText(planning, namespace, table.family);
    planning.addStep('nat', {
      action: same === undefined ? 'create' : 'replace',
      object: objectRef('nat', `table ${table.family} ${table.name}`, namespace),
      why: same === undefined ? l10n.t`not there yet` : l10n.t`its rules differ from the file`,
      run: [nft(namespace, same === undefined ? table.text : replaceTable(table.family, table.name, table.text))],
      undo:
        same === undefined || old === undefined
          ? [deleteTable(namespace, table.family, table.name)]
          : [nft(namespace, replaceTable(table.family, table.name, old))],
      path: scope.path,
    });
    return record;
  });
}

function planNftablesRemovals(planning: Planning, wanted: readonly NftTableRecord[]): void {
  for (const { name: namespace, isRoot, nftTables: tables } of planning.snapshot.namespaces) {
    if (namespace === undefined && !isRoot) continue;
    for (const { family, name } of tables) {
      if (name !== nftTableName(planning.lab) || (family !== 'ip' && family !== 'ip6')) continue;
      if (wanted.some((table) => table.namespace === namespace && table.family === family)) continue;
      const old = recordedText(planning, namespace, family);
      planning.addStep('removeNat', {
        action: 'remove',
        object: objectRef('nat', `table ${family} ${name}`, namespace),
        why: l10n.t`made by this lab and no longer wanted`,
        run: [deleteTable(namespace, family, name)],
        undo: old === undefined ? [] : [nft(namespace, old)],
      });
    }
  }
}

function recordedText(planning: Planning, namespace: string | undefined, family: string): string | undefined {
  return planning.manifest.nftTables.find((table) => table.namespace === namespace && table.family === family)?.text;
}

/** One transaction: the first line makes sure that there is something to delete. */
function replaceTable(family: string, name: string, text: string): string {
  return `table ${family} ${name}\ndelete table ${family} ${name}\n${text}`;
}

function deleteTable(namespace: string | undefined, family: string, name: string): Command {
  return inNamespace(namespace, { argv: ['nft', 'delete', 'table', family, name] });
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/**
 * Refuses names that would mean something else in a rule: nft's strings know no escapes, and a name that ends in `*` (nft) or
 * `+` (iptables) stands for all that begin so.
 */
function hasPlainNames(planning: Planning, scope: Topology['host']): boolean {
  const named = [
    ...scope.nat.flatMap(({ out, notOut, path }) => [out, notOut].map((name) => ({ name, path }))),
    ...scope.portForwards.map(({ in: name, path }) => ({ name, path })),
  ];
  const bad = named.filter(({ name }) => name !== undefined && (!isInterfaceName(name) || /[*+]$/.test(name)));
  for (const { name, path } of bad) {
    planning.refuse('invalidTopology', l10n.t`"${name ?? ''}" cannot be the name of an interface in a NAT rule.`, path);
  }
  return bad.length === 0;
}
