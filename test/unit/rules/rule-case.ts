import type { ProblemCode } from '../../../src/topology/problem-codes';
import type { rules } from '../../../src/topology/rules';

/** Who finds it: a rule, the schema, the reading of a value, or the reading of the YAML. */
export type Finder = keyof typeof rules | 'shape' | 'value' | 'yaml';

/** A text with one thing wrong in it. What is said of it, and what would mend it, stands in the golden file. */
export interface RuleCase {
  readonly finder: Finder;
  readonly code: ProblemCode;
  readonly what: string;
  /** `⟦ ⟧` mark what must be underlined, `⟪ ⟫` the related place if there is one. */
  readonly text: string;
  /** Why nothing is offered that would mend it; a case without this has a quick fix. */
  readonly noFix?: string;
}
