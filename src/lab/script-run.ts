import * as l10n from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import { NetnsError } from '../base/errors';
import type { Plan } from '../plan/model';
import { compileInPieces } from '../plan/script';
import { ScriptEvents } from '../plan/script-events';
import type { RemoteProcess, Transport } from '../transport/transport';
import type { RunPlanOptions } from './apply';
import { confirmAnew } from './confirm-anew';
import { cancelled, during, PlanRun, unconfirmed, type RunObstacle } from './plan-run';
import { keepStderr } from './script-output';
import { inSlices } from './slices';

/** Seconds that the host waits for a fresh connection to confirm. */
const usualConfirmation = 30;

/** Seconds that the host may take to undo and to tell, over the old connection, once it gave up waiting. */
const patience = 10;

/** Seconds without a word from the host, after it was told to stop, until we no longer wait for it. */
const silenceLimit = 120;

/**
 * Sends a plan's script once, and stays with it to its end. The script is never killed: it is told to stop, and then undoes its work.
 *
 * @returns what kept it from beginning; undefined if the work was done and kept
 * @throws NetnsError as `runPlan` says
 */
export async function runScript(
  transport: Transport,
  plan: Plan,
  options: RunPlanOptions,
): Promise<RunObstacle | undefined> {
  const token = randomBytes(16).toString('hex');
  const { confirmWithin = usualConfirmation, hangAfter } = options;
  const script = await inSlices(compileInPieces(plan, token, confirmWithin, hangAfter));
  const process = await transport.start(script, { lifeline: 'script' });
  return new ScriptRun(transport, process, plan, token, { ...options, confirmWithin }).finish();
}

class ScriptRun {
  private readonly run: PlanRun;
  private readonly events: ScriptEvents;
  private readonly stderr: () => string;
  /** The outcome, where something else than the end of the process tells it. */
  private readonly elsewhere: Promise<void>;
  private endElsewhere: (error?: Error) => void = () => undefined;
  private confirming: Promise<Error | undefined> | undefined;
  private silence: NodeJS.Timeout | undefined;
  private overdue: NodeJS.Timeout | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly process: RemoteProcess,
    private readonly plan: Plan,
    private readonly token: string,
    private readonly options: RunPlanOptions & { readonly confirmWithin: number },
  ) {
    this.run = new PlanRun(plan, options.onEvent);
    this.events = new ScriptEvents(token);
    this.stderr = keepStderr(process);
    this.elsewhere = new Promise<void>((resolve, reject) => {
      this.endElsewhere = (error) => (error === undefined ? resolve() : reject(error));
    });
    // It may come when nobody waits for it any more.
    this.elsewhere.catch(() => undefined);
  }

  async finish(): Promise<RunObstacle | undefined> {
    const { signal } = this.options;
    this.process.onStdout((text) => this.hear(text));
    signal?.addEventListener('abort', this.cancel, { once: true });
    if (this.isStopped) this.cancel();
    try {
      await Promise.race([this.process.exited.catch((loss: unknown) => this.afterLoss(loss)), this.elsewhere]);
    } finally {
      clearTimeout(this.overdue);
      clearTimeout(this.silence);
      signal?.removeEventListener('abort', this.cancel);
      this.process.dispose();
    }
    return this.run.settle(this.stderr());
  }

  private get isStopped(): boolean {
    return this.options.signal?.aborted === true;
  }

  private hear(text: string): void {
    if (this.silence !== undefined) this.listenForSilence();
    for (const event of this.events.feed(text)) {
      this.run.take(event);
      // A cancellation that arrived before was sent before, and will be read first.
      if (event.type === 'ready') this.process.write(`commit ${this.token}\n`);
      if (event.type === 'armed') void this.confirm();
    }
  }

  private readonly cancel = (): void => {
    this.process.write(`cancel ${this.token}\n`);
    this.listenForSilence();
  };

  private listenForSilence(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.endElsewhere(connectionLost(this.plan, undefined)), silenceLimit * 1000);
  }

  /** Confirms over a fresh connection, which tells the outcome; resolves with what kept the work from being kept. */
  private confirm(): Promise<Error | undefined> {
    return (this.confirming ??= this.confirmOnce());
  }

  private async confirmOnce(): Promise<Error | undefined> {
    const { run, plan, token } = this;
    const { signal, onStatus, confirmWithin } = this.options;
    run.protect(() => onStatus?.({ type: 'confirming', seconds: confirmWithin }));
    try {
      const options = { within: confirmWithin, ...(signal === undefined ? {} : { signal }) };
      run.isCommitted = await confirmAnew(this.transport, plan, token, options);
    } catch (error) {
      if (!this.isStopped) run.unconfirmed = error instanceof Error ? error : new Error(String(error));
      // It need not wait for the rest of its time, if it still hears us.
      this.cancel();
    }
    if (run.isCommitted) {
      this.endElsewhere();
      return undefined;
    }
    const error = this.isStopped ? cancelled(plan) : unconfirmed(plan, run.unconfirmed);
    // The old connection may still tell how the undoing went.
    this.overdue = setTimeout(() => this.endElsewhere(error), patience * 1000);
    return error;
  }

  /** The connection was lost. The work itself may have cut it, and have left the host well: then it can be kept all the same. */
  private async afterLoss(loss: unknown): Promise<void> {
    const { run, plan } = this;
    const mayWait = this.options.confirmWithin > 0 && (plan.risks ?? []).length > 0 && run.hasBegun;
    // The host's answer may have come through just before.
    if (run.isCommitted) return;
    const failure = mayWait ? await this.confirm() : undefined;
    if (run.isArmed && failure !== undefined) throw failure;
    if (!mayWait || failure !== undefined) throw this.isStopped ? cancelled(plan) : connectionLost(plan, loss);
  }
}

function connectionLost(plan: Plan, cause: unknown): NetnsError {
  return new NetnsError('connectionLost', l10n.t`The connection was lost ${during(plan)}.`, {
    advice: l10n.t`The host undoes by itself what had been done. Connect again to see it.`,
    cause,
  });
}
