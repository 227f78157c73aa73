import * as l10n from '@vscode/l10n';
import type { FactGroup, GraphNode, GraphView } from '../../protocol/graph';
import { isAsExpected, type MatrixCell, type PingMatrix } from '../../protocol/ping-matrix';
import { hostId, namespaceNodeId } from './picture';

/** The heading in a node's details below which stands whom it reaches. */
export const reachHeading = l10n.t`Ping matrix`;

/**
 * Writes onto the picture who reaches whom, as the newest ping matrix found it: a mark beside each place that pinged, and in
 * its details a line for each place that it pinged.
 */
export function withReach(view: GraphView, { cells }: Pick<PingMatrix, 'cells'>): GraphView {
  const byNode = new Map<string, MatrixCell[]>();
  for (const cell of cells) {
    const id = cell.from === 'host' ? hostId : namespaceNodeId(cell.from);
    byNode.set(id, [...(byNode.get(id) ?? []), cell]);
  }
  if (byNode.size === 0) return view;
  const nodes = view.nodes.map((node) => {
    const own = byNode.get(node.id);
    return own === undefined ? node : withCells(node, own);
  });
  return { ...view, nodes };
}

function withCells(node: GraphNode, cells: readonly MatrixCell[]): GraphNode {
  const reached = cells.filter(({ outcome }) => outcome === 'reached').length;
  const sign = cells.every(isAsExpected) ? '✓' : '✗';
  const group: FactGroup = { heading: reachHeading, lines: cells.map((cell) => lineOf(cell, cells)) };
  return {
    ...node,
    reach: `${sign} ${reached}/${cells.length}`,
    details: [group, ...(node.details ?? [])],
  };
}

/** `✓ neptune (10.10.0.20), 0.05 ms`, `✗ mars (10.10.0.30): Destination Host Unreachable`. */
function lineOf(cell: MatrixCell, all: readonly MatrixCell[]): string {
  const { to, address, outcome, milliseconds, said, expectedToFail, family } = cell;
  const isTwice = all.some((other) => other.to === to && other.family !== family);
  const place = isTwice ? l10n.t`${to} over ${family === 'inet6' ? 'IPv6' : 'IPv4'}` : to;
  const sign = isAsExpected(cell) ? '✓' : outcome === 'notRun' ? '–' : '✗';
  const result =
    outcome === 'reached'
      ? milliseconds === undefined
        ? l10n.t` reached`
        : `, ${milliseconds} ms`
      : outcome === 'notRun'
        ? l10n.t`: could not be tried. ${said ?? ''}`.trimEnd()
        : `: ${said ?? l10n.t`no answer`}`;
  const wish =
    expectedToFail !== true
      ? ''
      : outcome === 'reached'
        ? l10n.t` (a check says that it must fail)`
        : l10n.t` (as a check says)`;
  return `${sign} ${place} (${address})${result}${wish}`;
}
