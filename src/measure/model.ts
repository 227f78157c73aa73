/** One try of a measurement, as its line said: with what came of it, or (without a value) that nothing came. */
export interface Sample {
  /** Which try it was, from 1. A later one of the same number takes its place: an answer that came late. */
  readonly number: number;
  /** In the unit of the measurement. */
  readonly value?: number;
  /** What deserves to be said of it: `Destination Host Unreachable`, `status 404`. */
  readonly note?: string;
}

/** One router on the way, or the destination. */
export interface Hop {
  /** How many routers away, from 1. */
  readonly number: number;
  /** Who answered: mostly one; several where ways differ; none where nobody did. */
  readonly addresses: readonly string[];
  /** Milliseconds of each try that was answered. */
  readonly times: readonly number[];
  /** `host unreachable`, where a router said so. */
  readonly note?: string;
}

/** What a line of a measuring program says; a line that says nothing for people gives none. */
export type Reading =
  | { readonly type: 'sample'; readonly sample: Sample }
  | { readonly type: 'hop'; readonly hop: Hop }
  /** What the program says at its end of all tries together, where that is more than they say themselves. */
  | { readonly type: 'summary'; readonly words: string }
  /** The program's own words on why it cannot go on. */
  | { readonly type: 'problem'; readonly words: string };

/** Takes the lines of one program's output, one after the other. */
export interface LineParser {
  read(line: string): Reading | undefined;
}
