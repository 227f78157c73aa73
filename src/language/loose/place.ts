import type { YamlPath } from '../../topology/model';
import type { TextRange } from '../../topology/problem';
import type { LooseMap } from './tree';

/** Where in the language a cursor is, however little stands around it. */
export interface CursorPlace {
  /**
   * `key`: at a key of the mapping at `path`. `value`: at the value at `path`, on its key's line or in a flow collection.
   * `node`: where the block at `path` begins, on a line of its own or after a `- `. `item`: where the list's item at `path`
   * begins, its `- ` not yet written.
   */
  readonly kind: 'key' | 'value' | 'node' | 'item';
  readonly path: YamlPath;
  readonly isFlow: boolean;
  /** The whole word that the cursor is in, without its quotes; empty at the cursor where there is none. */
  readonly word: TextRange;
  /** The word up to the cursor. */
  readonly prefix: string;
  /** The quote that the word stands in. */
  readonly quote: '' | '"' | "'";
  /** The keys that the mapping has already, where one is there. */
  readonly siblings?: LooseMap;
  /** The column that the thing begins at, and so that of its next lines. */
  readonly column: number;
  /** The line's white space should be this, where it is wrong. */
  readonly indentation?: { readonly range: TextRange; readonly newText: string };
  /** A `:` follows the word. */
  readonly hasColon: boolean;
  /** The value stands directly behind its `:`, which needs a space. */
  readonly needsSpace: boolean;
}
