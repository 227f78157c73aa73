import type { TextRange } from '../topology/problem';

/** A replacement of a part of a text. */
export interface TextEdit {
  readonly range: TextRange;
  readonly newText: string;
}

/** The text with edits that do not overlap made at once. */
export function editText(text: string, edits: readonly TextEdit[]): string {
  const sorted = [...edits].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  let result = '';
  let at = 0;
  for (const { range, newText } of sorted) {
    result += text.slice(at, range.start) + newText;
    at = range.end;
  }
  return result + text.slice(at);
}
