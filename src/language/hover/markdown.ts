import * as l10n from '@vscode/l10n';
/** Longer texts of a file are cut in a hover. */
const longest = 200;

/** A file's or host's text as inline code: it stays on its line and is no markup, whatever it holds. */
export function code(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, '·').trim();
  const shown = line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
  if (shown === '') return '` `';
  // A fence that is longer than each run of backticks inside (CommonMark 6.1).
  const runs = shown.match(/`+/g)?.map(({ length }) => length) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs) + 1);
  const space = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return fence + space + shown + space + fence;
}

/** A file's free text as a paragraph of plain words. */
export function plain(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\u2028\u2029\s]+/gu, ' ').trim();
  const shown = line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
  // A backslash before punctuation means the character itself (CommonMark 2.4).
  return shown.replaceAll(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** Lines as a block of code, which nothing in them can end. */
export function codeBlock(language: string, lines: readonly string[]): string {
  const clean = lines.map((line) => line.replaceAll(/[^\P{Cc}\t]|[\u2028\u2029]/gu, '·'));
  const longest = Math.max(2, ...clean.flatMap((line) => line.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return [fence + language, ...clean, fence].join('\n');
}

/** Paragraphs with an empty line between them; empty ones are left out. */
export function paragraphs(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}

export function list(items: readonly string[]): string {
  const most = 12;
  const shown = items.slice(0, most).map((item) => `- ${item}`);
  return [...shown, ...(items.length > most ? [l10n.t`- and ${items.length - most} more`] : [])].join('\n');
}
