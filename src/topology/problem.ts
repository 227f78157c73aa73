import type { YamlPath } from './model';
import type { ProblemCode } from './problem-codes';

/** A place in the text, as offsets in UTF-16 code units: `start` is included, `end` is not. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Something wrong with a topology file, at an exact place, in a network person's words. */
export interface Problem {
  readonly severity: 'error' | 'warning' | 'information';
  readonly code: ProblemCode;
  readonly message: string;
  readonly range: TextRange;
  /** What it is about; undefined where the text could not be read so far. */
  readonly path?: YamlPath;
  /** Other places that belong to it, such as the first use of a duplicate address. */
  readonly related?: readonly { readonly range: TextRange; readonly message: string }[];
  /** What a quick fix needs, e.g. `{ suggestion: 'addresses' }`. */
  readonly data?: Readonly<Record<string, string>>;
}
