import type { TextRange } from '../../topology/problem';

export type ProposalKind =
  | 'key'
  | 'word'
  | 'namespace'
  | 'bridge'
  | 'interface'
  | 'endpoint'
  | 'address'
  | 'network'
  | 'port'
  | 'setting'
  | 'alias';

/** Something that may be written at a cursor. */
export interface Proposal {
  /** What the list shows, and what typing is matched with. */
  readonly label: string;
  readonly kind: ProposalKind;
  /** A fact to show beside the label, without markup. */
  readonly detail?: string;
  /** Our own Markdown, from the schema; never a file's data. */
  readonly documentation?: string;
  /** What is written; the first `\0` in it is where the cursor goes. Next lines have their whole indentation. */
  readonly text: string;
  /** What is replaced: the word at the cursor. `inserting` leaves what stands behind the cursor. */
  readonly inserting: TextRange;
  readonly replacing: TextRange;
  /** A further edit, away from the word: the line's indentation. */
  readonly also?: { readonly range: TextRange; readonly newText: string };
  /** 0 is the likeliest. */
  readonly rank: number;
  /** Show the next list at once: the value of a key. */
  readonly asksAgain: boolean;
}

/** The place that a cursor goes to in a proposal's text. */
export const cursorMark = '\0';
