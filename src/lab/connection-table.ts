import * as l10n from '@vscode/l10n';
import { endsOf, printEnd, translationOf, type TrackedConnection } from '../host/conntrack';
import type { ConnectionList } from './connections';

/** So many connections are listed; a busy router follows hundreds of thousands. */
export const mostListed = 2000;

const heads = [
  l10n.t`Protocol`,
  l10n.t`State`,
  l10n.t`From`,
  l10n.t`To`,
  'NAT',
  l10n.t`Packets`,
  l10n.t`Forgotten in`,
] as const;

/**
 * The connections of a namespace as a table for people: those that were translated first, then by where they go.
 *
 * @param where `earth on lab1`
 * @param time when they were read, for people
 */
export function connectionTable({ connections, hasMore }: ConnectionList, where: string, time: string): string {
  const count = `${connections.length}${hasMore ? l10n.t` of more` : ''}`;
  const title = l10n.t`Connections that the kernel follows in ${where}: ${count}, at ${time}`;
  if (connections.length === 0) {
    return `${title}\n\n${l10n.t`None is followed: nothing passed lately, or no rule here asks for it (NAT, ct state).`}\n`;
  }
  const rows = [...connections]
    .map((one) => ({ cells: cellsOf(one), key: sortKey(one) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ cells }) => cells);
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const end = hasMore ? ['', l10n.t`There are more; these are ${mostListed} of them.`] : [];
  return [title, '', line(heads), ...rows.map(line), ...end, ''].join('\n');
}

function cellsOf(one: TrackedConnection): string[] {
  const { source, destination } = endsOf(one.original);
  const { packets } = one.original;
  const back = one.reply.packets;
  return [
    one.protocol,
    one.state ?? (one.isUnreplied ? l10n.t`no answer` : ''),
    source,
    destination,
    natWords(one),
    packets === undefined || back === undefined ? '' : `${packets} → ← ${back}`,
    one.expires === undefined ? '' : `${one.expires} s`,
  ];
}

/** What NAT made of it: `from 198.51.100.2:1024, to 10.10.0.10:8000`; empty where nothing is translated. */
export function natWords(one: TrackedConnection): string {
  const { source, destination } = translationOf(one) ?? {};
  return [
    source === undefined ? undefined : l10n.t`from ${printEnd(source)}`,
    destination === undefined ? undefined : l10n.t`to ${printEnd(destination)}`,
  ]
    .filter((words) => words !== undefined)
    .join(', ');
}

function sortKey(one: TrackedConnection): string {
  const { source, destination } = endsOf(one.original);
  return [natWords(one) === '' ? 1 : 0, one.protocol, destination, source].join('\0');
}
