import type { Topology } from '../topology/model';
import { nft } from './commands';
import type { Command } from '../base/command';
import { inNamespace } from './commands';
import { inScope, scopesOf } from './desired';
import type { NftTableRecord } from './manifest';
import { isInterfaceName, nftTableName } from './names';
import { nftTables } from './nat-rules';
import { objectRef, type Planning } from './planning';

/** Makes the lab's nftables tables what the file says, each by one transaction. */
export function planNat(planning: Planning, topology: Topology): NftTableRecord[] {
  const records: NftTableRecord[] = [];
  for (const { namespace, scope } of scopesOf(topology)) {
    if (!hasPlainNames(planning, scope)) continue;
    const observed = ownTables(planning, namespace);
    for (const table of nftTables(topology, namespace, scope)) {
      records.push({ ...inScope(namespace), family: table.family, text: table.text });
      const same = observed.find(({ family }) => family === table.family);
      if (same !== undefined && sameList(same.comments, table.comments)) continue;
      if (planning.snapshot.tools['nft'] === undefined) {
        planning.refuse(
          'missingTool',
          `${namespace === undefined ? 'The lab' : `Namespace ${namespace}`} translates addresses, and the host has no nft.`,
          [...scope.path, scope.nat.length > 0 ? 'nat' : 'port-forwards'],
          'Install nftables on the host (Debian, Ubuntu: apt install nftables).',
        );
        return records;
      }
      const old = recordedText(planning, namespace, table.family);
      planning.addStep('nat', {
        action: same === undefined ? 'create' : 'replace',
        object: objectRef('nat', `table ${table.family} ${table.name}`, namespace),
        why: same === undefined ? 'not there yet' : 'its rules differ from the file',
        run: [nft(namespace, same === undefined ? table.text : replaceTable(table.family, table.name, table.text))],
        undo:
          same === undefined || old === undefined
            ? [deleteTable(namespace, table.family, table.name)]
            : [nft(namespace, replaceTable(table.family, table.name, old))],
        path: scope.path,
      });
    }
  }
  planRemovals(planning, records);
  return records;
}

function planRemovals(planning: Planning, wanted: readonly NftTableRecord[]): void {
  for (const { name: namespace, isRoot, nftTables: tables } of planning.snapshot.namespaces) {
    if ((namespace === undefined && !isRoot) || planning.isNamespaceGone(namespace)) continue;
    for (const { family, name } of tables) {
      if (name !== nftTableName(planning.lab) || (family !== 'ip' && family !== 'ip6')) continue;
      if (wanted.some((table) => table.namespace === namespace && table.family === family)) continue;
      const old = recordedText(planning, namespace, family);
      planning.addStep('removeNat', {
        action: 'remove',
        object: objectRef('nat', `table ${family} ${name}`, namespace),
        why: 'made by this lab and no longer wanted',
        run: [deleteTable(namespace, family, name)],
        undo: old === undefined ? [] : [nft(namespace, old)],
      });
    }
  }
}

function ownTables(
  planning: Planning,
  namespace: string | undefined,
): readonly { family: string; comments: readonly string[] }[] {
  const tables = planning.namespace(namespace)?.nftTables ?? [];
  return tables.filter(({ name }) => name === nftTableName(planning.lab));
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

/** Interface names become nft strings, which know no escapes. */
function hasPlainNames(planning: Planning, scope: Topology['host']): boolean {
  const named = [
    ...scope.nat.flatMap(({ out, notOut, path }) => [out, notOut].map((name) => ({ name, path }))),
    ...scope.portForwards.map(({ in: name, path }) => ({ name, path })),
  ];
  const bad = named.filter(({ name }) => name !== undefined && !isInterfaceName(name));
  for (const { name, path } of bad) {
    planning.refuse('invalidTopology', `"${name ?? ''}" cannot be the name of an interface.`, path);
  }
  return bad.length === 0;
}
