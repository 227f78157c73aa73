import { l10n, commands, window, type LogOutputChannel } from 'vscode';
import { describeError, isCancelled, NetnsError } from '../base/errors';
import { errorNotification, notificationText, plainLines } from './host-data';
import { CommandId } from './ids';

/** A button of a notification. */
export interface Choice {
  readonly title: string;
  run(): unknown;
}

export const showLogChoice: Choice = {
  title: l10n.t('Show Log'),
  run: () => commands.executeCommand(CommandId.showLog),
};
export const editHostsChoice: Choice = {
  title: l10n.t('Edit Settings'),
  run: () => commands.executeCommand(CommandId.editHosts),
};

/**
 * Says once, in one notification, what failed, what the host said and what to do; the log gets the whole text.
 * Silent where the user stopped the work. Does not wait for the notification to be closed.
 */
export function showError(log: LogOutputChannel, doing: string, error: unknown, choices: readonly Choice[] = []): void {
  if (isCancelled(error)) {
    log.info(l10n.t('{0}: stopped by you.', doing));
    return;
  }
  logError(log, doing, error);
  const offered = [...choices, showLogChoice];
  ask(window.showErrorMessage(errorNotification(doing, error), ...offered.map((choice) => choice.title)), offered, log);
}

/** Says that something is done; buttons as for an error. Does not wait for the notification to be closed. */
export function showInformation(log: LogOutputChannel, message: string, choices: readonly Choice[] = []): void {
  log.info(message);
  const titles = choices.map((choice) => choice.title);
  ask(window.showInformationMessage(notificationText(message), ...titles), choices, log);
}

/** As showInformation, for what deserves a look. */
export function showWarning(log: LogOutputChannel, message: string, choices: readonly Choice[] = []): void {
  log.warn(message);
  const titles = choices.map((choice) => choice.title);
  ask(window.showWarningMessage(notificationText(message), ...titles), choices, log);
}

/** How many errors are kept for a report. */
const mostErrors = 5;
const errors: string[] = [];

/** The last errors of this window, the newest last: our words and the host's. */
export function lastErrors(): readonly string[] {
  return errors;
}

/** Writes an error to the log: our words, the host's, and for a defect of ours the stack. */
export function logError(log: LogOutputChannel, doing: string, error: unknown): void {
  log.error(doing);
  errors.push(`${doing}\n${describeError(error)}`);
  errors.splice(0, errors.length - mostErrors);
  for (const line of plainLines(describeError(error))) log.error(`  ${line}`);
  const isOurDefect = !(error instanceof NetnsError) || error.reason === 'internal';
  if (isOurDefect && error instanceof Error && error.stack !== undefined) log.error(error.stack);
}

/** Runs the choice that a person made, and logs what fails in it. */
function ask(answer: Thenable<string | undefined>, choices: readonly Choice[], log: LogOutputChannel): void {
  const run = async (): Promise<void> => {
    const title = await answer;
    await choices.find((choice) => choice.title === title)?.run();
  };
  run().catch((error: unknown) => {
    logError(log, l10n.t('A notification’s button failed'), error);
  });
}
