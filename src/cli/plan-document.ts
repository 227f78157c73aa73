import { printCommand } from '../base/command';
import type { Plan } from '../plan/model';

/** A plan for `--json`: steps with their commands as typed. What undoes them and the manifest's text stay ours. */
export function planDocument({ lab, action, steps, problems }: Plan) {
  return {
    lab,
    action,
    steps: steps.map((step) => ({
      action: step.action,
      object: step.object,
      why: step.why,
      commands: step.run.map(printCommand),
    })),
    problems: problems.map(({ severity, reason, message, advice }) => ({
      severity,
      reason,
      message,
      advice: advice ?? null,
    })),
  };
}
