import { runPlan, type RunStatus } from '../lab/apply';
import type { ApplyEvent } from '../lab/model';
import { describeStep, stepTitle, summarizePlan } from '../plan/describe';
import type { Plan } from '../plan/model';
import type { Transport } from '../transport/transport';
import type { Work } from './commands/work';
import type { Outcome } from './output';
import { planDocument } from './plan-document';

/**
 * Runs a plan, printing each step with its commands as it starts, and what is undone if it comes to that.
 *
 * @param replan makes the plan anew, where the host was changed in the meantime
 * @throws NetnsError as `runPlan` does: the host is then as before.
 */
export async function carryOut(
  { output, signal, invocation }: Work,
  transport: Transport,
  plan: Plan,
  replan: () => Promise<Plan>,
): Promise<Outcome> {
  for (const { severity, message, advice } of plan.problems) {
    if (severity === 'warning') output.progress(`Warning: ${[message, advice].filter(Boolean).join(' ')}`);
  }
  const started = performance.now();
  let total = plan.steps.length;
  const onEvent = (event: ApplyEvent): void => {
    const text = describeEvent(event, total);
    if (text !== undefined) output.progress(text);
  };
  const { confirmWithin } = invocation;
  const ran = await runPlan(transport, plan, {
    signal,
    onEvent,
    onStatus: (status) => output.progress(describeStatus(status)),
    replan: async () => {
      const next = await replan();
      total = next.steps.length;
      return next;
    },
    ...(confirmWithin === undefined ? {} : { confirmWithin }),
  });
  const seconds = (performance.now() - started) / 1000;
  output.progress(
    total === 0
      ? `${plan.lab}: ${summarizePlan(ran)}.`
      : `${plan.lab} is ${plan.action === 'apply' ? 'applied' : 'destroyed'}: ${countSteps(total)} in ${seconds.toFixed(1)} s.`,
  );
  return { ok: true, document: planDocument(ran) };
}

function countSteps(count: number): string {
  return count === 1 ? '1 step' : `${count} steps`;
}

/** What a person reads of an event; undefined for those that only confirm what was said before. */
function describeEvent(event: ApplyEvent, total: number): string | undefined {
  const place = `[${String(event.index + 1).padStart(String(total).length)}/${total}]`;
  switch (event.type) {
    case 'stepStarted':
      return `${place} ${describeStep(event.step).join('\n')}`;
    case 'stepDone':
    case 'undoDone':
      return undefined;
    case 'stepFailed':
      return indented(`✗ failed (exit code ${event.code})`, event.hostSaid);
    case 'undoStarted':
      return `${place} undoing: ${stepTitle(event.step)}`;
    case 'undoFailed':
      return indented('✗ could not be undone', event.hostSaid);
  }
}

/** What a person reads of what goes on besides the steps. */
function describeStatus(status: RunStatus): string {
  if (status.type === 'confirming')
    return `Confirming over a new connection… (${status.seconds} s, then all is undone)`;
  return `Waiting: someone else is changing this host. ${status.holder}`;
}

function indented(heading: string, hostSaid: string): string {
  const lines = [heading, ...hostSaid.trimEnd().split('\n')].filter((line) => line !== '');
  return lines.map((line) => `    ${line}`).join('\n');
}
