import { checkKeys, checkTitle } from '../plan/checks';
import { shortHash } from '../plan/names';
import type { Topology } from '../topology/model';
import type { ParsedTopology } from '../topology/parse';
import type { TextRange } from '../topology/problem';

/** What the editor and the test views must know of a file's checks. Plain data. */
export interface CheckOutline {
  /** The lab's name; undefined where the file has none. */
  readonly lab: string | undefined;
  readonly target?: string;
  /** Equal for two texts that declare the same lab, whatever they check and however they are laid out. */
  readonly labMark: string;
  readonly checks: readonly OutlinedCheck[];
  /** The key `checks`, or else the file's first line. */
  readonly range: TextRange;
  /** The first error, which keeps the file from being worked with. */
  readonly error?: { readonly message: string; readonly range: TextRange };
}

export interface OutlinedCheck {
  /** Stays the same while the text around the check is edited; unique in the file. */
  readonly key: string;
  readonly title: string;
  readonly from: string;
  readonly expect: 'pass' | 'fail';
  readonly range: TextRange;
}

/** The checks of a file in their order, also of one that has errors, as far as they can be read. */
export function checkOutline(parsed: ParsedTopology): CheckOutline {
  const { topology } = parsed;
  const keys = checkKeys(topology?.checks ?? []);
  const error = parsed.problems.find(({ severity }) => severity === 'error');
  return {
    lab: topology === undefined || topology.name === '' ? undefined : topology.name,
    ...(topology?.target === undefined ? {} : { target: topology.target }),
    labMark: topology === undefined ? '' : labMark(topology),
    checks: (topology?.checks ?? []).map((check, index) => ({
      key: keys[index] ?? '',
      title: checkTitle(check),
      from: check.from,
      expect: check.expect,
      range: parsed.rangeOf(check.path) ?? { start: 0, end: 0 },
    })),
    range: parsed.keyRangeOf(['checks']) ?? { start: 0, end: 0 },
    ...(error === undefined ? {} : { error: { message: error.message, range: error.range } }),
  };
}

function labMark(topology: Topology): string {
  const text = JSON.stringify({ ...topology, checks: undefined }, (key, value: unknown) =>
    key === 'path' || key === 'description' ? undefined : value,
  );
  return shortHash(text);
}
