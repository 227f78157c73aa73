/** Lines that can be folded away under their first; numbered from 0. */
export interface Fold {
  readonly start: number;
  readonly end: number;
  readonly isComment: boolean;
}

/** No file nests deeper; a hostile one would make a fold of each line with each. */
const deepest = 100;

/** What belongs together by its indentation, and comments of several lines. It holds in half-written text as well. */
export function foldsOf(text: string): Fold[] {
  const folds: Fold[] = [];
  const open: { indent: number; start: number }[] = [];
  let lastContent = -1;
  let comment: { start: number; end: number } | undefined;
  const endComment = (): void => {
    if (comment !== undefined && comment.end > comment.start) folds.push({ ...comment, isComment: true });
    comment = undefined;
  };
  const close = (indent: number): void => {
    for (let top = open.at(-1); top !== undefined && top.indent >= indent; top = open.at(-1)) {
      open.pop();
      if (lastContent > top.start) folds.push({ start: top.start, end: lastContent, isComment: false });
    }
  };
  for (const [number, line] of text.split('\n').entries()) {
    const indent = line.search(/[^\s]/);
    if (indent < 0) {
      endComment();
    } else if (line[indent] === '#') {
      comment = { start: comment?.start ?? number, end: number };
    } else {
      endComment();
      // A list's dashes may stand below their key's first letter; a closing bracket belongs to what it closes.
      const isBracket = /[\]}]/.test(line[indent] ?? '');
      const isDash = /^-(?:\s|$)/.test(line.slice(indent, indent + 2));
      const level = indent + (isDash ? 0.5 : isBracket ? 0.75 : 0);
      close(level);
      if (open.length < deepest && !isBracket) open.push({ indent: level, start: number });
      lastContent = number;
    }
  }
  endComment();
  close(-1);
  return folds.sort((a, b) => a.start - b.start || b.end - a.end);
}
