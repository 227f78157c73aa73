import { printCommand, type Command } from '../../base/command';
import { plainLines } from '../../base/plain-text';
import { quoteArgument, quoteText } from '../../base/shell-quote';

/** The pieces that a script for people is made of. */

/** Comment lines. No text can leave them: each of its lines begins with `#`, and what cannot be seen is replaced. */
export function comment(text: string): string[] {
  return plainLines(text).map((line) => `# ${line}`.trimEnd());
}

/** A line between the parts of a script. */
export function heading(title: string): string {
  const [line = ''] = comment(`--- ${title}`);
  return `${line} `.padEnd(80, '-');
}

/** A command as lines, its input as a here-document. */
export function commandLines(command: Command): string[] {
  return printCommand(command).split('\n');
}

/** Quotes a word that may hold line breaks. */
export function word(text: string): string {
  return /[\n\r]/.test(text) ? quoteText(text) : quoteArgument(text);
}

/** A file in the script's own directory, which its variable `state` names. */
export function stateFile(name: string): string {
  return `"$state"/${quoteArgument(name.replaceAll('/', '.'))}`;
}
