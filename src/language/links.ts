import type { ParsedTopology } from '../topology/parse';
import type { TextRange } from '../topology/problem';

/** A place that leads somewhere else: to another topology file, or to the host that the file is for. */
export interface Link {
  readonly range: TextRange;
  /** The file's name in the same folder; undefined: the host that `target` names. */
  readonly file?: string;
}

/** What every topology file's name ends in. */
const ending = /\.netns\.ya?ml$/;
/** As file names are made of, so that a sentence's comma or colon is none of it. */
const word = /[\p{L}\p{N}_][\p{L}\p{N}_.-]*/gu;

/**
 * The links of a file: its `target`, and each topology file that a comment or the description names, with or without its
 * ending, as in `# go on with planets-3-gateway`.
 *
 * @param files the names of the topology files in the same folder, itself left out
 */
export function linksIn(parsed: ParsedTopology, files: readonly string[]): Link[] {
  const byName = new Map(files.flatMap((file) => [[file, file] as const, [file.replace(ending, ''), file] as const]));
  const target = parsed.topology?.target === undefined ? undefined : parsed.valueRangeOf(['target']);
  const description = parsed.valueRangeOf(['description']);
  const prose = [...commentsIn(parsed.text), ...(description === undefined ? [] : [description])];
  const mentions = prose.flatMap((range) => mentionsIn(parsed.text, range, byName));
  return [...(target === undefined ? [] : [{ range: target }]), ...mentions].sort(
    (a, b) => a.range.start - b.range.start,
  );
}

/** Each comment; also what only looks like one inside of a text, where a file's name is meant all the same. */
function commentsIn(text: string): TextRange[] {
  return [...text.matchAll(/(?<=^|\s)#.*$/gm)].map(({ index, 0: comment }) => ({
    start: index,
    end: index + comment.length,
  }));
}

function mentionsIn(text: string, { start, end }: TextRange, byName: ReadonlyMap<string, string>): Link[] {
  return [...text.slice(start, end).matchAll(word)].flatMap(({ index, 0: found }) => {
    const name = found.replace(/[.-]+$/, '');
    const file = byName.get(name);
    return file === undefined ? [] : [{ range: { start: start + index, end: start + index + name.length }, file }];
  });
}
