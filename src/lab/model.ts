import type { Disposable } from '../base/disposable';
import type { Event } from '../base/events';
import type { SnapshotChange } from '../host/agent/picture';
import type { HostSnapshot } from '../host/model';
import type { HostRates } from '../host/rates';
import type { Step } from '../plan/model';
import type { CheckDeclaration } from '../topology/model';

/**
 * What is known of one host, kept current. One store per host, many listeners: the watcher on the host runs only while
 * somebody listens to `onDidChange`.
 */
export interface HostStore extends Disposable {
  /** The newest reading; undefined until the first arrived. */
  readonly snapshot: HostSnapshot | undefined;
  readonly onDidChange: Event<HostSnapshot>;
  /** What is another in `snapshot` than in the one before. Namespaces that are not in it are the same objects as before. */
  readonly change?: SnapshotChange | undefined;
  /** While a host is read for the first time: what is known so far. Not for plans; `snapshot` stays what it was. */
  readonly onDidReadPart?: Event<PartialPicture>;
  /** A reading or the watcher failed; the store keeps its last snapshot and goes on trying while somebody listens. */
  readonly onDidFail: Event<Error>;
  /** Reads now, for whoever must not work on an old picture (plan, apply). */
  refresh(signal?: AbortSignal): Promise<HostSnapshot>;
  /**
   * As `refresh`, for a plan: where the host is followed by the agent, only what no event tells of is read again. A plan that
   * is refused from such a picture is worth another look with `refresh`.
   *
   * @param sysctlsOf the names of the namespaces whose kernel parameters count; those of the host itself always do
   */
  settle?(sysctlsOf: readonly string[], signal?: AbortSignal): Promise<HostSnapshot>;
  /**
   * Calls back about once a second with what passes the interfaces, until what it returns is disposed. A host that cannot run
   * the agent (no python3) has no rates to tell.
   */
  watchRates?(listener: (rates: HostRates) => void): Disposable;
  /** false: it is known by now that the host has none to tell. */
  readonly tellsRates?: boolean;
}

/** A host of which the reading is still under way. */
export interface PartialPicture {
  readonly snapshot: HostSnapshot;
  /** So many of its namespaces were read. */
  readonly read: number;
  readonly of: number;
}

/** What happens while a plan runs, in order. `index` counts the plan's steps from 0. */
export type ApplyEvent =
  | { readonly type: 'stepStarted'; readonly index: number; readonly step: Step }
  | { readonly type: 'stepDone'; readonly index: number; readonly step: Step }
  | {
      readonly type: 'stepFailed';
      readonly index: number;
      readonly step: Step;
      readonly code: number;
      readonly hostSaid: string;
    }
  | { readonly type: 'undoStarted'; readonly index: number; readonly step: Step }
  | { readonly type: 'undoDone'; readonly index: number; readonly step: Step }
  | { readonly type: 'undoFailed'; readonly index: number; readonly step: Step; readonly hostSaid: string };

export interface CheckResult {
  readonly check: CheckDeclaration;
  /** `earth can ping neptune`, `earth cannot ping 8.8.8.8`: what the check claims. */
  readonly title: string;
  /** The claim held: an expected failure that failed has passed. */
  readonly passed: boolean;
  /** It could not be tried at all: no such namespace, no such program. Then it has not passed, whatever was expected. */
  readonly notRun?: true;
  /** The command as it ran. */
  readonly command: string;
  /** The evidence: what the command printed. */
  readonly output: string;
  readonly milliseconds: number;
}
