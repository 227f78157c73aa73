import type { ProblemCode } from '../../../src/topology/problem-codes';

/** What has no small text that it alone is wrong with, and where it is tested instead. */
export const withoutCase: Readonly<Partial<Record<ProblemCode, string>>> = {
  'yaml-bad-collection-type': 'only of tags that the parser knows; it is told to know none',
  'yaml-impossible': 'a mistake of the parser itself',
  'yaml-resource-exhaustion': 'we refuse before the parser does: nested-too-deep',
  'file-too-large': 'a text of over ten million characters: yaml.test.ts',
  'nested-too-deep': 'a hundred thousand [: yaml.test.ts',
  'too-many-aliases': 'a million laughs: yaml.test.ts',
  'too-many-problems': 'a file with 2,000 mistakes: shape.test.ts',
};
