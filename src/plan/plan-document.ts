import * as l10n from '@vscode/l10n';
import { printCommand } from '../base/command';
import { plainLine, plainLines } from '../base/plain-text';
import { describeStep, problemLines, stepTitle, summarizePlan } from './describe';
import type { ObjectRef, Plan, Step } from './model';

/** Lines of a document, counted from 0; both belong to it. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** A step in the document. */
export interface StepPlace extends LineRange {
  /** Where its object's name stands in its first line: columns, the last one not included. */
  readonly name: readonly [number, number];
  /** The commands that undo it. */
  readonly undo?: LineRange;
}

/** A plan as a document: headings with what is done below them, the commands below that, their undo below those. */
export interface PlanDocument {
  readonly text: string;
  /** In the order of the plan's steps. */
  readonly steps: readonly StepPlace[];
  readonly groups: readonly LineRange[];
}

const headings: Readonly<Record<ObjectRef['type'], string>> = {
  namespace: l10n.t`Namespaces`,
  bridge: l10n.t`Bridges`,
  link: l10n.t`Cables`,
  interface: l10n.t`Interfaces`,
  address: l10n.t`Addresses`,
  route: l10n.t`Routes`,
  rule: l10n.t`Policy rules`,
  sysctl: l10n.t`Kernel parameters`,
  nat: l10n.t`NAT and port forwards`,
  service: l10n.t`Services`,
  nameservers: l10n.t`Name servers`,
  process: l10n.t`Processes`,
  impairment: l10n.t`Impairments`,
  manifest: l10n.t`Records`,
};

/**
 * The plan as the editor shows it: as `describePlan`, and beside that what kind of thing follows, and how each step is undone.
 * Steps stand in the order in which they run; what follows one another and is of one kind is a group.
 *
 * @param host the host's name for people
 */
export function planDocument(plan: Plan, host: string): PlanDocument {
  const lines = [
    plainLine(
      `# ${plan.action === 'apply' ? l10n.t`Apply ${plan.lab} on ${host}: ${summarizePlan(plan)}` : l10n.t`Destroy ${plan.lab} on ${host}: ${summarizePlan(plan)}`}`,
    ),
    ...problemLines(plan).flatMap(plainLines),
  ];
  const steps: StepPlace[] = [];
  const groups: LineRange[] = [];
  for (const group of groupsOf(plan.steps)) {
    lines.push('');
    const first = lines.length;
    lines.push(`## ${headings[group[0].object.type]} (${group.length})`);
    for (const step of group) steps.push(addStep(lines, step));
    groups.push({ first, last: lines.length - 1 });
  }
  return { text: `${lines.join('\n')}\n`, steps, groups };
}

function groupsOf(steps: readonly Step[]): [Step, ...Step[]][] {
  const groups: [Step, ...Step[]][] = [];
  for (const step of steps) {
    const group = groups.at(-1);
    if (group?.[0].object.type === step.object.type) group.push(step);
    else groups.push([step]);
  }
  return groups;
}

function addStep(lines: string[], step: Step): StepPlace {
  const first = lines.length;
  const [heading = '', ...commands] = describeStep(step);
  const line = plainLine(heading);
  lines.push(line, ...commands.flatMap(plainLines));
  const start = line.indexOf(plainLine(step.object.name), 2);
  const end = plainLine(`+ ${stepTitle(step)}`).length;
  const place = { first, name: [start, end] } as const;
  if (step.undo.length === 0) return { ...place, last: lines.length - 1 };
  const undoFirst = lines.length;
  const undo = step.undo.flatMap((command) => plainLines(printCommand(command)));
  lines.push(`    # ${l10n.t`undone by:`}`, ...undo.map((one) => `      ${one}`.trimEnd()));
  const last = lines.length - 1;
  return { ...place, last, undo: { first: undoFirst, last } };
}
