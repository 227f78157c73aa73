import type { TextEdit } from '../text-edit';

/**
 * One list of edits for two that were made one after the other: `second` is in the text that `first` made. Neither list
 * overlaps in itself, nor does the result: what `second` changes within a text that `first` wrote becomes part of that.
 *
 * @param text the text before both, for what lies between edits that have to become one
 */
export function composeEdits(text: string, first: readonly TextEdit[], second: readonly TextEdit[]): TextEdit[] {
  const done = sorted(first);
  let result: Placed[] = place(done);
  // From the end, so that what is still to be done has its place unchanged.
  for (const edit of sorted(second).reverse()) result = add(text, result, edit);
  return result.map(({ edit }) => edit).filter(({ range, newText }) => text.slice(range.start, range.end) !== newText);
}

/** An edit of the text before, and where what it wrote lies in the text after. */
interface Placed {
  readonly edit: TextEdit;
  readonly start: number;
  readonly end: number;
}

function sorted(edits: readonly TextEdit[]): TextEdit[] {
  return [...edits].sort((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
}

function place(edits: readonly TextEdit[]): Placed[] {
  let shift = 0;
  return edits.map((edit) => {
    const start = edit.range.start + shift;
    const end = start + edit.newText.length;
    shift += edit.newText.length - (edit.range.end - edit.range.start);
    return { edit, start, end };
  });
}

function add(text: string, placed: readonly Placed[], edit: TextEdit): Placed[] {
  const { start, end } = edit.range;
  const touches = (one: Placed): boolean => one.start <= end && start <= one.end;
  const touched = placed.filter(touches);
  const before = placed.filter((one) => !touches(one) && one.end < start);
  const after = placed.filter((one) => !touches(one) && one.start > end);
  const toOriginal = (offset: number): number => {
    const last = before.at(-1);
    return last === undefined ? offset : offset - last.end + last.edit.range.end;
  };
  const [firstTouched, lastTouched] = [touched[0], touched.at(-1)];
  const from = firstTouched === undefined ? start : Math.min(start, firstTouched.start);
  const to = lastTouched === undefined ? end : Math.max(end, lastTouched.end);
  const originalStart = toOriginal(from);
  const originalEnd =
    lastTouched === undefined ? toOriginal(to) : lastTouched.edit.range.end + Math.max(0, to - lastTouched.end);
  const whole = written(text, touched, from, to, originalStart, originalEnd);
  const newText = whole.slice(0, start - from) + edit.newText + whole.slice(end - from);
  const merged: Placed = {
    edit: { range: { start: originalStart, end: originalEnd }, newText },
    start: from,
    end: from + newText.length,
  };
  const shift = edit.newText.length - (end - start);
  return [...before, merged, ...after.map((one) => ({ ...one, start: one.start + shift, end: one.end + shift }))];
}

/** The text between two places as it is after the touched edits. */
function written(
  text: string,
  touched: readonly Placed[],
  from: number,
  to: number,
  originalStart: number,
  originalEnd: number,
): string {
  let result = '';
  let at = originalStart;
  for (const { edit } of touched) {
    result += text.slice(at, edit.range.start) + edit.newText;
    at = edit.range.end;
  }
  result += text.slice(at, originalEnd);
  return result.slice(0, to - from);
}
