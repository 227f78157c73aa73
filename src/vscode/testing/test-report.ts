import { l10n, Location, TestMessage, type TestItem, type TestRun } from 'vscode';
import { describeError, isCancelled } from '../../base/errors';
import type { CheckResult } from '../../lab/model';
import { plainLine, plainLines } from '../host-data';
import { failedCheckContext } from '../ids';

/** Tells the Test Explorer how some checks went. What was not run is never shown as passed. */
export class TestReport {
  private readonly open: Map<string, TestItem>;

  /** @param items by the keys of their checks */
  constructor(
    private readonly run: TestRun,
    items: ReadonlyMap<string, TestItem>,
  ) {
    this.open = new Map(items);
    for (const item of items.values()) run.enqueued(item);
  }

  /** They run side by side. */
  started(): void {
    for (const item of this.open.values()) this.run.started(item);
  }

  result(key: string, result: CheckResult): void {
    const item = this.open.get(key);
    if (item === undefined) return;
    this.open.delete(key);
    this.run.appendOutput(crlf(evidence(result)), undefined, item);
    if (result.passed) {
      this.run.passed(item, result.milliseconds);
      return;
    }
    const message = messageAt(item, failureMessage(result));
    if (result.notRun !== true && result.check.action.type !== 'command') message.contextValue = failedCheckContext;
    if (result.notRun === true) this.run.errored(item, message, result.milliseconds);
    else this.run.failed(item, message, result.milliseconds);
  }

  /** What has no result by now was not run: because it was stopped, or because of an error. */
  ended(error?: unknown): void {
    for (const item of this.open.values()) {
      if (error === undefined || isCancelled(error)) this.run.skipped(item);
      else this.run.errored(item, messageAt(item, plainLines(describeError(error)).join('\n')));
    }
    if (error !== undefined) this.run.appendOutput(crlf(plainLines(describeError(error))));
    this.open.clear();
  }
}

/** `✓ earth can ping neptune (12 ms)`, the command, and what it printed. */
function evidence({ title, passed, notRun, command, output, milliseconds, check }: CheckResult): string[] {
  const sign = passed ? '✓' : notRun === true ? '?' : '✗';
  const how = check.expect === 'fail' && passed ? l10n.t(', as expected it did not') : '';
  return [
    `${sign} ${plainLine(title)} (${milliseconds.toFixed(0)} ms${how})`,
    ...plainLines(command).map((line) => `  $ ${line}`),
    ...plainLines(output).map((line) => `  ${line}`),
  ];
}

function failureMessage({ title, notRun, command, output, check }: CheckResult): string {
  const how =
    notRun === true
      ? l10n.t('Could not be tried')
      : check.expect === 'fail'
        ? l10n.t('Expected to fail, and it did not')
        : l10n.t('Does not hold');
  return [`${how}: ${plainLine(title)}.`, plainLine(command), ...plainLines(output)]
    .filter((line) => line !== '')
    .join('\n');
}

/** A message at the item's own line. */
export function messageAt(item: TestItem, text: string): TestMessage {
  const message = new TestMessage(text);
  if (item.uri !== undefined && item.range !== undefined) message.location = new Location(item.uri, item.range);
  return message;
}

/** Lines for the view of a run's output, which is a terminal. */
export function crlf(lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n`;
}
