import * as l10n from '@vscode/l10n';
import type { Problem } from '../problem';

/** What decoders put where bytes are no UTF-8 (Unicode 16, 3.9). */
const replacement = /\ufffd+/;

/**
 * Finds the first place whose bytes were no UTF-8, and the first NUL: UTF-16 that was read as UTF-8 has one in every second
 * byte, and YAML knows none (YAML 1.2.2, 5.1).
 *
 * @returns `isUnreadable`: nothing of it can be read, so that no other mistake means anything
 */
export function findEncodingProblems(text: string): { readonly problems: Problem[]; readonly isUnreadable: boolean } {
  const problems: Problem[] = [];
  const nul = text.indexOf('\0');
  // Behind a byte order mark, which UTF-8 replaces by two, and behind the first letter.
  const isUnreadable = nul >= 0 && nul <= 3;
  if (nul >= 0) {
    problems.push({
      severity: 'error',
      code: 'not-utf8',
      message: isUnreadable
        ? l10n.t`This file is not UTF-8: it looks like UTF-16, or is no text. Save it with the encoding UTF-8.`
        : l10n.t`A NUL character stands here, which no text holds. Remove it, or save the file with the encoding UTF-8.`,
      range: isUnreadable ? { start: 0, end: nul + 1 } : { start: nul, end: nul + 1 },
    });
  }
  const found = isUnreadable ? null : replacement.exec(text);
  if (found !== null) {
    problems.push({
      severity: 'error',
      code: 'not-utf8',
      message: l10n.t`The bytes here are not UTF-8, so nobody can say what they mean. Open the file with the encoding that it was saved with, and save it as UTF-8.`,
      range: { start: found.index, end: found.index + found[0].length },
    });
  }
  return { problems, isUnreadable };
}
