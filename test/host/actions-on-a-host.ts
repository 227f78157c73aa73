import type { HostSnapshot } from '../../src/host/model';
import type { Change, Targets } from '../../src/lab/actions/change';
import { runSteps } from '../../src/lab/actions/run-change';
import { resolveTarget } from '../../src/lab/actions/target';
import { observe } from '../../src/lab/observe';
import { undoOf } from '../../src/plan/actions/things';
import type { Step } from '../../src/plan/model';
import type { Subject } from '../../src/protocol/subject';
import type { Transport } from '../../src/transport/transport';

/** An action that was carried out. */
export interface Done {
  readonly steps: readonly Step[];
  /** What people read. */
  readonly said: string;
  undo(): Promise<void>;
}

export const subject = (type: Subject['type'], name: string, more: Partial<Subject> = {}): Subject => ({
  type,
  hostId: 'lab1',
  name,
  ...more,
});

/** Carries out a change as its command does: reads the host, makes the steps of that, runs them. */
export async function act(
  transport: Transport,
  change: Change,
  subjects: readonly [Subject, ...Subject[]],
  answers: readonly string[] = [],
): Promise<Done> {
  const snapshot = await observe(transport);
  const targets = targetsIn(snapshot, subjects);
  const steps = change.steps(targets, answers);
  const said = change.done(targets, answers);
  await runSteps(transport, change.title, snapshot, steps);
  const planner = change.undo?.(targets, answers);
  return {
    steps,
    said,
    undo: async () => {
      const now = await observe(transport);
      const back = planner === undefined ? undoOf(steps) : await planner(transport, now);
      await runSteps(transport, `Undo ${change.title}`, now, back);
    },
  };
}

export function targetsIn(snapshot: HostSnapshot, [first, ...others]: readonly [Subject, ...Subject[]]): Targets {
  return [resolveTarget(first, snapshot), ...others.map((one) => resolveTarget(one, snapshot))];
}
