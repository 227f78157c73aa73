import { l10n } from 'vscode';
import type { LogOutputChannel } from 'vscode';
import { describeError, isCancelled, NetnsError, type ErrorReason } from '../../base/errors';
import type { Plan } from '../../plan/model';
import { countingNamespaces } from '../../plan/sysctls';
import type { Topology } from '../../topology/model';
import type { TopologyDocuments } from '../editor/topology-documents';
import type { Host } from '../hosts/host';
import type { HostConnector } from '../hosts/host-connector';
import { showError, showInformation, type Choice } from '../notify';
import type { CheckRunner } from './check-runner';
import type { CommandApproval } from './command-approval';
import type { PlanDocuments } from './plan-documents';
import type { TargetChooser } from './target-chooser';

/** What every action on a topology works with. */
export interface ActionParts {
  readonly documents: TopologyDocuments;
  readonly targets: TargetChooser;
  readonly connector: HostConnector;
  readonly checks: CheckRunner;
  readonly approval: CommandApproval;
  readonly plans: PlanDocuments;
  readonly log: LogOutputChannel;
}

/** How an action ended; the commands return it. */
export interface ActionResult {
  /** `unchanged`: there was nothing to do. `refused`: it never began (no file, no host, an error in the file). */
  readonly outcome: 'done' | 'unchanged' | 'failed' | 'cancelled' | 'refused';
  readonly lab?: string;
  readonly hostId?: string;
  /** The steps that were done, or that would be for a plan. */
  readonly steps?: number;
  readonly checks?: { readonly passed: number; readonly total: number };
  readonly reason?: ErrorReason;
}

/**
 * Runs work that changes a host, one at a time per host, and tells once where it fails or is stopped.
 *
 * @param doing for people: `Applying planets to lab1`.
 * @param choices the buttons of the notification that tells a failure
 */
export async function runExclusively(
  parts: ActionParts,
  host: Host,
  doing: string,
  work: () => Promise<ActionResult>,
  choices: () => readonly Choice[] = () => [],
): Promise<ActionResult> {
  try {
    return await host.exclusively(work);
  } catch (error) {
    return tellFailure(parts, doing, error, choices());
  }
}

/** Tells once that work failed or was stopped; returns that as its result. */
export function tellFailure(
  { log }: Pick<ActionParts, 'log'>,
  doing: string,
  error: unknown,
  choices: readonly Choice[] = [],
): ActionResult {
  if (isCancelled(error)) {
    showInformation(log, error instanceof NetnsError ? describeError(error) : l10n.t('{0} was stopped.', doing));
    return { outcome: 'cancelled' };
  }
  showError(log, l10n.t('{0} failed', doing), error, choices);
  return { outcome: 'failed', reason: error instanceof NetnsError ? error.reason : 'internal' };
}

/**
 * Reads the host again after it was changed; a failure here is the watcher's to tell.
 *
 * @param topology what was applied, where only what it declares can have been changed
 */
export async function readAgain(host: Host, log: LogOutputChannel, topology?: Topology): Promise<void> {
  try {
    if (host.state.status !== 'live') return;
    const { snapshot } = host;
    const everywhere = (snapshot?.namespaces ?? []).flatMap(({ name }) => name ?? []);
    await host.settle(topology === undefined ? everywhere : countingNamespaces(topology, snapshot));
  } catch (error) {
    log.warn(
      l10n.t('Reading {0} again failed: {1}', host.label, error instanceof Error ? error.message : String(error)),
    );
  }
}

/** Why a plan may not run, as an error; undefined if it may. */
export function planRefusal(plan: Plan): NetnsError | undefined {
  const errors = plan.problems.filter((problem) => problem.severity === 'error');
  const [first] = errors;
  if (first === undefined) return undefined;
  const more = errors.length === 1 ? '' : l10n.t(' (and {0} more)', errors.length - 1);
  return new NetnsError(first.reason, `${first.message}${more}`, {
    advice: [first.advice, l10n.t('Nothing was changed on the host.')].filter((part) => part !== undefined).join(' '),
  });
}

/** What is counted: one of them, and several. */
const nouns = {
  step: [() => l10n.t('1 step'), (count: number) => l10n.t('{0} steps', count)],
  check: [() => l10n.t('1 check'), (count: number) => l10n.t('{0} checks', count)],
  command: [() => l10n.t('1 command'), (count: number) => l10n.t('{0} commands', count)],
  thing: [() => l10n.t('1 thing'), (count: number) => l10n.t('{0} things', count)],
} as const;

/** `1 step`, `2 steps`. */
export function counted(count: number, noun: keyof typeof nouns): string {
  const [one, several] = nouns[noun];
  return count === 1 ? one() : several(count);
}
