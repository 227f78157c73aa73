import * as l10n from '@vscode/l10n';
import { NetnsError } from './errors';

/** Characters that no POSIX shell treats specially, so that ordinary words stay readable in logs and scripts. */
const plainWord = /^[A-Za-z0-9_@%+=:,./-]+$/;

/**
 * Quotes one argument for a POSIX shell (POSIX.1-2017, Shell Command Language, 2.2.2 Single-Quotes).
 * This is the only place in the project where text becomes part of a shell command.
 *
 * @throws NetnsError `internal` for NUL, which no argument can hold, and for a newline or carriage return,
 *   which no name or address on a host has and which would break the one-command-a-line log.
 */
export function quoteArgument(argument: string): string {
  if (/[\0\n\r]/.test(argument)) {
    throw new NetnsError('internal', l10n.t`An argument for the remote shell holds a NUL or a line break.`, {
      advice: l10n.t`Names and addresses cannot contain these characters.`,
    });
  }
  if (plainWord.test(argument) && !argument.startsWith('=')) return argument;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** Quotes a whole command; the result is what a person could paste into a terminal. */
export function quoteCommand(argv: readonly string[]): string {
  // `A=b` in the first place would be an assignment, not a program.
  return argv
    .map((word, index) =>
      index === 0 && plainWord.test(word) && word.includes('=') ? `'${word}'` : quoteArgument(word),
    )
    .join(' ');
}

/**
 * Quotes text that may hold line breaks (a script handed to `sh -c`, a file's content).
 * Everything inside single quotes is literal in a POSIX shell, line breaks included.
 *
 * @throws NetnsError `internal` for NUL.
 */
export function quoteText(text: string): string {
  if (text.includes('\0')) throw new NetnsError('internal', l10n.t`A text for the remote shell holds a NUL.`);
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
