import * as l10n from '@vscode/l10n';
/** Who of a lab reaches whom, by one ping each. Plain data: for a table, the graph, and `--json`. */
export interface PingMatrix {
  readonly lab: string;
  /** The host's name for people. */
  readonly host: string;
  /** Namespaces by their names, and `host`, the root namespace; the order of rows and columns. */
  readonly places: readonly string[];
  /** One for each pair and address family that was to be tried; a place does not ping itself. */
  readonly cells: readonly MatrixCell[];
}

export interface MatrixCell {
  readonly from: string;
  readonly to: string;
  readonly family: 'inet' | 'inet6';
  /** The address that was tried. */
  readonly address: string;
  /** `notRun`: it could not be tried, which says nothing about the network. */
  readonly outcome: 'reached' | 'unreached' | 'notRun';
  /** The round trip, where there was one. */
  readonly milliseconds?: number;
  /** The tool's own words, where it was not reached. */
  readonly said?: string;
  /** A check of the file says that this fails: then being unreached is right, and being reached is wrong. */
  readonly expectedToFail?: true;
}

/** True where a cell is as it should be: reached, or unreached as the file says. */
export function isAsExpected({ outcome, expectedToFail }: MatrixCell): boolean {
  return outcome === (expectedToFail === true ? 'unreached' : 'reached');
}

/** `2450 of 2450 pairs reach each other`, `40 of 42 pairs reach each other, 2 of the others are to fail`. */
export function summarizeMatrix({ cells }: PingMatrix): string {
  const count = (matches: (cell: MatrixCell) => boolean): number => cells.filter(matches).length;
  const reached = count(({ outcome }) => outcome === 'reached');
  const asToFail = count(({ outcome, expectedToFail }) => outcome === 'unreached' && expectedToFail === true);
  const notRun = count(({ outcome }) => outcome === 'notRun');
  if (cells.length === 0) return l10n.t`there are no two places with an address`;
  return [
    l10n.t`${reached} of ${cells.length} pairs reached`,
    ...(asToFail > 0 ? [l10n.t`${asToFail} not reached as the checks say`] : []),
    ...(notRun > 0 ? [l10n.t`${notRun} could not be tried`] : []),
  ].join(', ');
}
