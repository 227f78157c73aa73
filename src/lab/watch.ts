import * as l10n from '@vscode/l10n';
import type { Disposable } from '../base/disposable';
import { NetnsError } from '../base/errors';
import { readWatchLine, watchParts, watchScript, type WatchPart } from '../host/watch-script';
import type { RemoteProcess, Transport } from '../transport/transport';
import { canBeRoot } from './observe';

export interface HostWatch extends Disposable {
  /** What this host has no means to watch, and why: changes there show up only with the next change elsewhere. */
  readonly unwatched: ReadonlyMap<WatchPart, string>;
  /** Settles once, when the watch has ended in any way but `dispose`, with the reason. Never rejects. */
  readonly ended: Promise<NetnsError>;
}

/** How long a host may take until it watches everything, in milliseconds. */
const readyLimit = 20_000;

/**
 * Starts watching a host. When the promise resolves, every further change leads to `onHint`, so whoever reads the host
 * after that misses nothing. Nothing stays on the host after `dispose` or the end of the connection.
 *
 * @param onHint Something may have changed. Called often; never after `dispose`.
 * @param signal Gives up starting; the promise rejects with `cancelled`.
 * @throws NetnsError `unexpectedOutput` when the watch does not come up, and whatever the transport throws.
 */
export async function startWatch(transport: Transport, onHint: () => void, signal?: AbortSignal): Promise<HostWatch> {
  const process = await transport.start(watchScript(), {
    asRoot: canBeRoot(transport),
    ...(signal === undefined ? {} : { signal }),
  });
  const watch = new Watch(transport.description, process, onHint);
  const giveUp = (): void => {
    watch.fail(new NetnsError('cancelled', l10n.t`Watching ${transport.description} was cancelled.`));
  };
  const timer = setTimeout(() => {
    watch.fail(
      new NetnsError('unexpectedOutput', l10n.t`${transport.description} did not begin to report its changes.`, {
        hostSaid: watch.said,
        advice: l10n.t`Changes on the host are not followed meanwhile; it is tried again.`,
      }),
    );
  }, readyLimit);
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    if (signal?.aborted === true) giveUp();
    const failure = await Promise.race([watch.ready, watch.ended]);
    if (failure !== undefined) throw failure;
    return watch;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

class Watch implements HostWatch {
  readonly unwatched = new Map<WatchPart, string>();
  readonly ready: Promise<undefined>;
  readonly ended: Promise<NetnsError>;
  said = '';

  private readonly waitingFor = new Set<WatchPart>(watchParts);
  private readonly listeners: readonly Disposable[];
  private line = '';
  private isOver = false;
  private setReady: () => void = () => undefined;
  private setEnded: (reason: NetnsError) => void = () => undefined;

  constructor(
    private readonly description: string,
    private readonly process: RemoteProcess,
    private readonly onHint: () => void,
  ) {
    this.ready = new Promise((resolve) => (this.setReady = () => resolve(undefined)));
    this.ended = new Promise((resolve) => (this.setEnded = resolve));
    this.listeners = [
      process.onStdout((text) => this.take(text)),
      process.onStderr((text) => (this.said = `${this.said}${text}`.slice(-1000))),
    ];
    process.exited.then(
      (code) => this.fail(this.failure(l10n.t`ended with code ${code}`)),
      (error: unknown) =>
        this.fail(
          error instanceof NetnsError ? error : new NetnsError('connectionLost', String(error), { cause: error }),
        ),
    );
  }

  /** Ends the watch for a reason; only the first counts. */
  fail(reason: NetnsError): void {
    if (this.isOver) return;
    this.dispose();
    this.setEnded(reason);
  }

  dispose(): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const listener of this.listeners) listener.dispose();
    this.process.dispose();
  }

  private take(text: string): void {
    const lines = `${this.line}${text}`.split('\n');
    // A line without end is the beginning of the next; ours are short, so more than that is not kept.
    this.line = (lines.pop() ?? '').slice(-1000);
    let hasChanged = false;
    for (const line of lines) hasChanged = this.takeLine(line) || hasChanged;
    if (hasChanged && !this.isOver) this.onHint();
  }

  /** Returns whether the line says that something changed. */
  private takeLine(line: string): boolean {
    const message = readWatchLine(line);
    switch (message?.type) {
      case 'changed':
        return true;
      case 'ended':
        // What ends at once, this host cannot do: an older ip, a kernel without nf_tables. Links are the least there must be.
        if (this.waitingFor.has(message.part) && message.part !== 'rootLinks') {
          this.unwatched.set(message.part, message.why);
          this.settle(message.part);
          return false;
        }
        this.fail(this.failure(l10n.t`stopped following its ${message.part}`, message.why));
        return false;
      case 'without':
        this.unwatched.set(message.part, message.why);
        this.settle(message.part);
        return false;
      case 'ready':
        this.settle(message.part);
        return false;
      default:
        return false;
    }
  }

  private settle(part: WatchPart): void {
    this.waitingFor.delete(part);
    if (this.waitingFor.size === 0) this.setReady();
  }

  private failure(what: string, why = this.said): NetnsError {
    return new NetnsError('commandFailed', l10n.t`The watch on ${this.description} ${what}.`, {
      hostSaid: why,
      advice: l10n.t`Changes on the host are not followed meanwhile; it is tried again.`,
    });
  }
}
