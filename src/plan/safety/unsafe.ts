import * as l10n from '@vscode/l10n';
import type { PlanProblem, Step } from '../model';

const usualAdvice = l10n.t`Reach the host over another interface first, or take this out of the file.`;

/** A problem that says why a step would cut the connection. */
export function unsafe(step: Pick<Step, 'path'>, message: string, advice: string = usualAdvice): PlanProblem {
  return {
    severity: 'error',
    reason: 'unsafe',
    message,
    advice,
    ...(step.path === undefined ? {} : { path: step.path }),
  };
}
