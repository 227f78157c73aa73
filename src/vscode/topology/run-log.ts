import * as l10n from '@vscode/l10n';
import type { LogOutputChannel } from 'vscode';
import type { ApplyEvent, CheckResult } from '../../lab/model';
import { stepInWords } from '../../plan/describe';
import type { Step } from '../../plan/model';
import { logCommands } from '../actions/log';
import { plainLine, plainLines } from '../host-data';

/** `create namespace earth`. */
export function stepLine(step: Step): string {
  return plainLine(stepInWords(step));
}

/** Writes to the log what happens while a plan runs: each step, and each of its commands as it ran. */
export function logApplyEvent(log: LogOutputChannel, event: ApplyEvent, total: number): void {
  const count = `[${event.index + 1}/${total}]`;
  const title = stepLine(event.step);
  switch (event.type) {
    case 'stepStarted':
      log.info(`${count} ${title}: ${plainLine(event.step.why)}`);
      logCommands(log, event.step.run);
      break;
    case 'stepDone':
      log.debug(l10n.t`${count} ${title}: done`);
      break;
    case 'stepFailed':
      log.error(l10n.t`${count} ${title}: failed with code ${event.code}`);
      for (const line of plainLines(event.hostSaid)) log.error(`    ${line}`);
      break;
    case 'undoStarted':
      log.warn(l10n.t`${count} undo: ${title}`);
      logCommands(log, event.step.undo);
      break;
    case 'undoDone':
      log.debug(l10n.t`${count} undo: ${title}: done`);
      break;
    case 'undoFailed':
      log.error(l10n.t`${count} undo: ${title}: failed`);
      for (const line of plainLines(event.hostSaid)) log.error(`    ${line}`);
      break;
  }
}

/** Writes a check's result and, where it failed, the evidence. */
export function logCheckResult(log: LogOutputChannel, result: CheckResult): void {
  const line = `${plainLine(result.title)} (${result.milliseconds.toFixed(0)} ms)`;
  if (result.passed) {
    log.info(l10n.t`holds: ${line}`);
    return;
  }
  log.warn(l10n.t`does not hold: ${line}`);
  log.warn(`    $ ${plainLine(result.command)}`);
  for (const output of plainLines(result.output)) log.warn(`    ${output}`);
}
