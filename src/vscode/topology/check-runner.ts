import type { LogOutputChannel } from 'vscode';
import type { Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/events';
import type { CheckResult } from '../../lab/model';
import { verifyTopology } from '../../lab/verify';
import type { PingMatrix } from '../../protocol/ping-matrix';
import type { CheckDeclaration } from '../../topology/model';
import type { Host } from '../hosts/host';
import { checkCommands } from '../../topology/file-commands';
import type { CheckResults } from './check-results';
import type { CommandApproval } from './command-approval';
import { logCheckResult } from './run-log';
import { fileNameOf, type Subject } from './subject';

/** One run of checks of one file. */
export interface CheckRun {
  readonly subject: Subject;
  readonly host: Host;
  readonly checks: readonly CheckDeclaration[];
}

export type CheckRunEvent =
  | { readonly type: 'started'; readonly run: CheckRun }
  | { readonly type: 'result'; readonly run: CheckRun; readonly result: CheckResult }
  /** `error`: the checks that have no result were not tried. */
  | { readonly type: 'ended'; readonly run: CheckRun; readonly error?: unknown };

/** The one place through which checks run, whoever asks: the results are kept and told to all who show them. */
export class CheckRunner implements Disposable {
  private readonly events = new Emitter<CheckRunEvent>();
  readonly onDidHappen: Event<CheckRunEvent> = this.events.event;

  constructor(
    private readonly results: CheckResults,
    private readonly approval: CommandApproval,
    private readonly log: LogOutputChannel,
  ) {}

  /**
   * Runs checks on a live host, several at a time. Any number of runs may be under way on a host, but none while it is
   * being changed. Commands that nobody has seen yet are shown first.
   *
   * @throws NetnsError as `verifyTopology` does; `cancelled` where they were not agreed to; `busy` while the host is being changed.
   */
  async run(run: CheckRun, signal: AbortSignal, onResult?: (result: CheckResult) => void): Promise<CheckResult[]> {
    const { subject, host, checks } = run;
    await this.approval.ensure(checkCommands(checks), fileNameOf(subject.document), host.label);
    signal.throwIfAborted();
    this.events.fire({ type: 'started', run });
    try {
      const results = await host.sharing(() =>
        verifyTopology(host.transport(), subject.topology, {
          signal,
          checks,
          onResult: (result) => {
            logCheckResult(this.log, result);
            this.results.record({ ...subject, host }, [result]);
            this.events.fire({ type: 'result', run, result });
            onResult?.(result);
          },
        }),
      );
      this.events.fire({ type: 'ended', run });
      return results;
    } catch (error) {
      this.events.fire({ type: 'ended', run, error });
      throw error;
    }
  }

  /** Keeps who reached whom, for the graph. */
  recordMatrix(subject: Subject, host: Host, matrix: PingMatrix): void {
    this.results.recordMatrix({ ...subject, host }, matrix);
  }

  dispose(): void {
    this.events.dispose();
  }
}
