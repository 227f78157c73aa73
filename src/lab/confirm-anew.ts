import * as l10n from '@vscode/l10n';
import { isCancelled, NetnsError } from '../base/errors';
import type { Plan } from '../plan/model';
import { confirmationScript } from '../plan/script-confirmation';
import type { Transport } from '../transport/transport';
import { pause } from './pause';

export interface ConfirmOptions {
  /** Seconds until the host gives up by itself. */
  readonly within: number;
  readonly signal?: AbortSignal;
}

/** Refusals that another try would not change. */
const final: readonly NetnsError['reason'][] = [
  'hostKey',
  'login',
  'privilege',
  'unsupported',
  'missingTool',
  'internal',
];

/** Between two tries, in milliseconds; each is twice as long as the one before. */
const firstPause = 250;

/**
 * Shows the host that it can still be reached: connects to it anew, logs in anew, and confirms there the work that waits for
 * it. Where that fails it is tried again until the host's time is over.
 *
 * @returns whether the work was kept
 * @throws NetnsError why the host could not be reached; `cancelled`
 */
export async function confirmAnew(
  transport: Transport,
  plan: Plan,
  token: string,
  { within, signal }: ConfirmOptions,
): Promise<boolean> {
  const deadline = AbortSignal.timeout(within * 1000);
  const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  let lastError: Error | undefined;
  for (let wait = firstPause; ; wait *= 2) {
    try {
      return await confirmOnce(transport, plan, token, stop, signal);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      if (signal?.aborted === true) throw error;
      // What the deadline ended says nothing; what went wrong before does.
      if (!isCancelled(error)) lastError = error;
      if (deadline.aborted) throw lastError ?? timedOut(transport, within);
      if (error instanceof NetnsError && final.includes(error.reason)) throw error;
    }
    await pause(wait, stop);
  }
}

async function confirmOnce(
  transport: Transport,
  plan: Plan,
  token: string,
  stop: AbortSignal,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  if (transport.connectAnew === undefined) {
    throw new NetnsError('internal', l10n.t`There is no way to connect to ${transport.description} anew.`);
  }
  const fresh = await transport.connectAnew(stop);
  try {
    // Once it is written, the host decides: from here on its time counts, not ours.
    const { stdout, stderr } = await fresh.run(
      confirmationScript(token, plan.lab),
      signal === undefined ? {} : { signal },
    );
    const [, word, more] = new RegExp(`^@${token} (\\S+) ?(.*)$`, 'm').exec(stdout) ?? [];
    if (word === 'committed') return true;
    if (word === 'rolled-back') return false;
    // An earlier try may have got through, and only its answer was lost.
    if (word === 'gone') return isRecorded(plan, Number(more));
    throw new NetnsError('unexpectedOutput', l10n.t`${transport.description} did not take the confirmation.`, {
      hostSaid: stderr.slice(-1000),
    });
  } finally {
    fresh.dispose();
  }
}

/** Whether the revision that lies on the host now can only come from this plan. */
function isRecorded({ record, basedOn }: Plan, revision: number): boolean {
  if (record === undefined) return false;
  return revision === (record.type === 'write' ? basedOn + 1 : 0);
}

function timedOut({ description }: Transport, within: number): NetnsError {
  return new NetnsError('unreachable', l10n.t`${description} did not answer within ${within} seconds.`);
}
