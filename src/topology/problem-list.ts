import type { YamlPath } from './model';
import type { Problem, TextRange } from './problem';
import type { ProblemCode } from './problem-codes';
import type { Source } from './source';

/** A problem said by path: the list finds the ranges. */
export interface Finding {
  readonly severity?: Problem['severity'];
  readonly code: ProblemCode;
  readonly message: string;
  readonly path: YamlPath;
  /** What to underline there: the key, or (by default) what names the thing best. */
  readonly at?: 'name' | 'key';
  readonly related?: readonly { readonly path: YamlPath; readonly message: string }[];
  /** What a quick fix needs; entries without a value are left out. */
  readonly data?: Readonly<Record<string, string | undefined>>;
}

/** Collects problems. What is found twice at one place, as aliases make it happen, is kept once. */
export class ProblemList {
  private readonly found = new Map<string, Problem>();
  private readonly errorPlaces = new Set<string>();

  constructor(private readonly source: Source) {}

  get all(): readonly Problem[] {
    return [...this.found.values()];
  }

  /** Adds a problem, as an error unless it says otherwise. */
  find({ severity = 'error', code, message, path, at, related = [], data = {} }: Finding): void {
    const facts = Object.entries(data).filter((fact): fact is [string, string] => fact[1] !== undefined);
    this.add({
      severity,
      code,
      message,
      path,
      range: (at === 'key' ? this.source.keyRangeOf(path) : undefined) ?? this.source.nearestRangeOf(path),
      ...(related.length > 0 && {
        related: related.map((other) => ({ range: this.source.nearestRangeOf(other.path), message: other.message })),
      }),
      ...(facts.length > 0 && { data: Object.fromEntries(facts) }),
    });
  }

  add(problem: Problem): void {
    const key = JSON.stringify([problem.code, problem.message, problem.range.start, problem.range.end]);
    if (!this.found.has(key)) this.found.set(key, problem);
    if (problem.severity === 'error') this.errorPlaces.add(placeKey(problem.range));
  }

  /** Whether an error already stands exactly at `range`. */
  hasErrorAt(range: TextRange): boolean {
    return this.errorPlaces.has(placeKey(range));
  }
}

function placeKey({ start, end }: TextRange): string {
  return `${start}-${end}`;
}
