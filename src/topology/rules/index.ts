import type { EndpointDeclaration, Topology } from '../model';
import type { ProblemList } from '../problem-list';

export interface RuleInput {
  readonly topology: Topology;
  readonly ends: readonly EndpointDeclaration[];
  readonly problems: ProblemList;
}

/** Checks every rule that goes beyond the file's shape. */
export const checkRules: (input: RuleInput) => void = () => undefined;
