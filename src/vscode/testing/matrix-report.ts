import * as l10n from '@vscode/l10n';
import type { TestItem, TestRun } from 'vscode';
import { describeError, isCancelled } from '../../base/errors';
import { describeCell, describeMatrix } from '../../protocol/matrix-text';
import { isAsExpected, summarizeMatrix, type PingMatrix } from '../../protocol/ping-matrix';
import { plainLine, plainLines } from '../host-data';
import { crlf, messageAt } from './test-report';

/** So many pairs that are not as they should be are in the message; the output has all of them. */
const mostNamed = 10;

/** Tells the Test Explorer who reached whom: the table is the evidence. Pairs that could not be tried do not count as passed. */
export function reportMatrix(run: TestRun, item: TestItem, matrix: PingMatrix, milliseconds: number): void {
  run.appendOutput(crlf(plainLines(describeMatrix(matrix))), undefined, item);
  const wrong = matrix.cells.filter((cell) => !isAsExpected(cell));
  if (matrix.cells.length === 0) {
    run.skipped(item);
    return;
  }
  if (wrong.length === 0) {
    run.passed(item, milliseconds);
    return;
  }
  const rest = wrong.length - mostNamed;
  const lines = [
    l10n.t`${plainLine(summarizeMatrix(matrix))}. Not as it should be:`,
    ...wrong.slice(0, mostNamed).map((cell) => plainLine(describeCell(cell))),
    ...(rest > 0 ? [l10n.t`… and ${rest} more`] : []),
  ];
  const message = messageAt(item, lines.join('\n'));
  if (matrix.cells.every(({ outcome }) => outcome === 'notRun')) run.errored(item, message, milliseconds);
  else run.failed(item, message, milliseconds);
}

/** It was stopped, or could not be run at all. */
export function reportNotRun(run: TestRun, item: TestItem, error: unknown): void {
  if (isCancelled(error)) run.skipped(item);
  else run.errored(item, messageAt(item, plainLines(describeError(error)).join('\n')));
}
