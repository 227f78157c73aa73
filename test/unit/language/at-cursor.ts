import assert from 'node:assert/strict';

/** Takes the `|` out of a text that marks the cursor with it. */
export function atCursor(marked: string): { text: string; offset: number } {
  const offset = marked.indexOf('|');
  assert.ok(offset >= 0, 'the text marks no cursor');
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}

export interface Edit {
  readonly range: { readonly start: number; readonly end: number };
  readonly newText: string;
}

/** Applies edits as an editor does; refuses those that overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => a.range.start - b.range.start);
  let result = '';
  let at = 0;
  for (const { range, newText } of sorted) {
    assert.ok(at <= range.start && range.start <= range.end && range.end <= text.length, 'the edits overlap');
    result += text.slice(at, range.start) + newText;
    at = range.end;
  }
  return result + text.slice(at);
}
