import { addressesCases } from './cases/addresses';
import { bridgesCases } from './cases/bridges';
import { checksCases } from './cases/checks';
import { kindsCases } from './cases/kinds';
import { namesCases } from './cases/names';
import { natCases } from './cases/nat';
import { routesCases } from './cases/routes';
import { shapeCases } from './cases/shape';
import { valueCases } from './cases/values';
import { yamlCases } from './cases/yaml';
import type { RuleCase } from './rule-case';

/** Each thing that can be wrong with a topology file: one list, from which the golden file is made. */
export const catalogue: readonly RuleCase[] = [
  ...yamlCases,
  ...shapeCases,
  ...valueCases,
  ...namesCases,
  ...kindsCases,
  ...bridgesCases,
  ...addressesCases,
  ...routesCases,
  ...natCases,
  ...checksCases,
];
