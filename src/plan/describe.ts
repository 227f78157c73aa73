import * as l10n from '@vscode/l10n';
import { printCommand } from '../base/command';
import type { Plan, Step } from './model';
import { objectTitle } from './object-words';

/**
 * The plan as a person reads it: first the problems, then each step with its reason and its exact commands. The first
 * column says what happens, as in a diff: `+` create, `~` change, `!` replace, `-` remove.
 */
export function describePlan(plan: Plan): string {
  const lines = [
    `# ${plan.action === 'apply' ? l10n.t`Apply ${plan.lab}: ${summarizePlan(plan)}` : l10n.t`Destroy ${plan.lab}: ${summarizePlan(plan)}`}`,
  ];
  lines.push(...problemLines(plan));
  for (const step of plan.steps) lines.push('', ...describeStep(step));
  return `${lines.join('\n')}\n`;
}

/** What is wrong with a plan, each problem after an empty line. */
export function problemLines({ problems }: Plan): string[] {
  return problems.flatMap(({ severity, message, advice }) => [
    '',
    `${severity === 'error' ? l10n.t`Error` : l10n.t`Warning`}: ${message}`,
    ...(advice === undefined ? [] : [`  ${advice}`]),
  ]);
}

/** `4 to create, 1 to change, 2 to remove`, or what else is to be said of the whole plan in one line. */
export function summarizePlan({ action, steps, problems }: Plan): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  if (errors > 0) return errors === 1 ? l10n.t`1 problem is in the way` : l10n.t`${errors} problems are in the way`;
  if (steps.length === 0) {
    return action === 'apply'
      ? l10n.t`nothing to do, the host is as declared`
      : l10n.t`nothing to do, nothing of it is on the host`;
  }
  const actions: readonly Step['action'][] = ['create', 'change', 'replace', 'remove'];
  return actions
    .map((name) => ({ name, count: steps.filter((step) => step.action === name).length }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => counts[name](count))
    .join(', ');
}

const signs = { create: '+', change: '~', replace: '!', remove: '-' } as const;

const counts: Readonly<Record<Step['action'], (count: number) => string>> = {
  create: (count) => l10n.t`${count} to create`,
  change: (count) => l10n.t`${count} to change`,
  replace: (count) => l10n.t`${count} to replace`,
  remove: (count) => l10n.t`${count} to remove`,
};

/** A step as a heading and its commands: `+ bridge planet-br: not on the host yet`. */
export function describeStep(step: Step): string[] {
  const commands = step.run.flatMap((command) => printCommand(command).split('\n'));
  return [`${signs[step.action]} ${stepTitle(step)}: ${step.why}`, ...commands.map((line) => `    ${line}`.trimEnd())];
}

/** What a step works on: `bridge planet-br`. */
export function stepTitle({ object }: Step): string {
  return objectTitle(object);
}

/** A step in the log: `create namespace earth`. */
export function stepInWords(step: Step): string {
  return actions[step.action](stepTitle(step));
}

const actions: Readonly<Record<Step['action'], (what: string) => string>> = {
  create: (what) => l10n.t`create ${what}`,
  change: (what) => l10n.t`change ${what}`,
  replace: (what) => l10n.t`replace ${what}`,
  remove: (what) => l10n.t`remove ${what}`,
};
