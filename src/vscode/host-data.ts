import { l10n, MarkdownString } from 'vscode';
import { describeError, NetnsError } from '../base/errors';
import { plainLine } from '../base/plain-text';

export { plainLine, plainLines } from '../base/plain-text';

/**
 * Words that a host, a server or a file chose, made safe to show. They may hold anything: escape sequences, markup,
 * text that reorders the line. Every such text on its way to the screen goes through one of these functions.
 */

/** VS Code cuts a notification's text at 1,000 characters; ours ends before that, at a place that we choose. */
const longestNotification = 900;

/**
 * Text for a notification. VS Code turns `[label](command:…)` in a notification into a link that runs a command,
 * so the two brackets are kept apart; and what is longer than a notification can show is cut.
 */
export function notificationText(text: string, longest = longestNotification): string {
  const line = plainLine(text).replaceAll('](', '] (');
  return line.length <= longest ? line : `${line.slice(0, Math.max(0, longest - 1))}…`;
}

/**
 * An error in one notification: what failed, the host's words, what to do. Where that is too long it is the host's words
 * that are cut (the log has them whole), never what to do.
 */
export function errorNotification(doing: string, error: unknown): string {
  if (!(error instanceof NetnsError)) return notificationText(`${doing}: ${describeError(error)}`);
  const advice = error.advice === undefined ? '' : ` ${error.advice}`;
  const before = `${doing}: ${error.message}`;
  const saidWords = l10n.t('The host said: {0}', '');
  const room = longestNotification - before.length - advice.length - saidWords.length - 2;
  const said =
    error.hostSaid === undefined || room < 20
      ? ''
      : ` ${l10n.t('The host said: {0}', notificationText(error.hostSaid, room))}`;
  return `${notificationText(`${before}${said}`, longestNotification - advice.length)}${notificationText(advice)}`;
}

/** Text for a quick pick or the status bar, where `$(name)` would become an icon. */
export function withoutIcons(text: string): string {
  return plainLine(text).replaceAll('$(', '$\u200b(');
}

/** A tooltip of a bold title and lines of text. Nothing in it is markup, a link, an icon or HTML. */
export function tooltip(title: string, lines: readonly string[]): MarkdownString {
  const markdown = new MarkdownString([`**${escapeMarkdown(title)}**`, ...lines.map(escapeMarkdown)].join('\n\n'));
  markdown.isTrusted = false;
  markdown.supportHtml = false;
  markdown.supportThemeIcons = false;
  return markdown;
}

/**
 * Any ASCII punctuation may be escaped (CommonMark 0.31, 2.4), so all of it is: also what would make a link of a bare
 * address, which `MarkdownString.appendText` leaves as it is.
 */
function escapeMarkdown(text: string): string {
  return plainLine(text)
    .trim()
    .replace(/[!-/:-@[-`{-~]/g, '\\$&');
}
