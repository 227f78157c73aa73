import * as l10n from '@vscode/l10n';
import type { Disposable } from '../../base/disposable';
import { describeError, NetnsError } from '../../base/errors';
import { plainLine } from '../../base/plain-text';
import { FrameReader } from '../../capture/frames';
import { pointLabel, type Packet } from '../../capture/packet';
import { PcapReader } from '../../capture/pcap-reader';
import { TimeOrder } from '../../capture/time-order';
import { captureAllScript, captureOneScript, type CaptureOptions } from '../../plan/actions/capture-script';
import { longestSilence } from '../../plan/actions/keep-alive';
import type { RemoteProcess, Transport } from '../../transport/transport';
import { checkCapture } from './check-capture';
import type { CapturePlan } from './sources';
import { TcpdumpWords } from './tcpdump-words';

export interface CaptureEvents {
  /** In the order of their times. */
  onPackets(packets: readonly Packet[]): void;
  /** All of them that will listen do. */
  onListening(): void;
  /** How many packets the host's kernel lost so far. */
  onDropped(count: number): void;
  /** One sentence that deserves to be known; the capture goes on. */
  onNote(note: string): void;
  /** Once, after all packets; with the error unless every place ended by itself. `cancelled`: the connection was closed. */
  onEnd(error: Error | undefined): void;
}

/** How long packets wait for earlier ones of other places while nothing else comes, in milliseconds. */
const settleTime = 150;

interface Source {
  readonly plan: CapturePlan;
  readonly words: TcpdumpWords;
  readonly reader: PcapReader;
  isOver: boolean;
}

/**
 * A capture that runs on a host. It ends when it is disposed; when the connection ends, however it does; when we die; when its
 * namespace is deleted: the host sees to each of these by itself.
 */
export class LiveCapture implements Disposable {
  private readonly sources: readonly Source[];
  private readonly processes = new Set<RemoteProcess>();
  private readonly order = new TimeOrder();
  private settle: NodeJS.Timeout | undefined;
  private beat: NodeJS.Timeout | undefined;
  private isOver = false;
  private isStopping = false;
  private hasListened = false;
  private dropped = 0;

  private constructor(
    plans: readonly CapturePlan[],
    private readonly events: CaptureEvents,
  ) {
    this.sources = plans.map((plan, point) => ({
      plan,
      words: new TcpdumpWords(),
      reader: new PcapReader(point),
      isOver: false,
    }));
  }

  /**
   * Checks the filter on the host, and begins.
   *
   * @throws NetnsError as `checkCapture` does; `busy` where the connection has no channel left for it.
   */
  static async start(
    transport: Transport,
    plans: readonly CapturePlan[],
    options: CaptureOptions,
    events: CaptureEvents,
    signal?: AbortSignal,
  ): Promise<LiveCapture> {
    const sources = plans.map(({ source }) => source);
    const { python } = await checkCapture(transport, sources, signal);
    const capture = new LiveCapture(plans, events);
    try {
      if (python) await capture.startAll(transport, captureAllScript(sources, options));
      else await capture.startEach(transport, options);
      signal?.throwIfAborted();
    } catch (error) {
      capture.isOver = true;
      capture.dispose();
      throw error;
    }
    capture.beat = setInterval(
      () => {
        for (const process of capture.processes) process.write('.\n');
      },
      ((options.silence ?? longestSilence) * 1000) / 4,
    );
    capture.beat.unref();
    return capture;
  }

  dispose(): void {
    this.isStopping = true;
    for (const process of this.processes) process.dispose();
    clearInterval(this.beat);
  }

  private async startAll(transport: Transport, script: string): Promise<void> {
    const process = await transport.start(script, { output: 'bytes' });
    const frames = new FrameReader();
    let errors = '';
    process.onStderr((text) => (errors = (errors + text).slice(-2000)));
    this.follow(
      process,
      (bytes) => {
        for (const frame of frames.feed(bytes)) {
          const source = this.sources[frame.source];
          if (source === undefined) continue;
          if (frame.kind === 'output') this.take(source, frame.bytes);
          else if (frame.kind === 'words') this.hear(source, Buffer.from(frame.bytes).toString());
          else this.close(source, frame.code);
        }
      },
      (code) => {
        const isOrderly = code === 0 || this.sources.every(({ isOver }) => isOver);
        if (isOrderly) return undefined;
        return new NetnsError('commandFailed', l10n.t`The capture broke off on the host.`, { hostSaid: errors });
      },
    );
  }

  /** Without python3 on the host each place takes a channel of its own, of which there are few. */
  private async startEach(transport: Transport, options: CaptureOptions): Promise<void> {
    for (const [index, source] of this.sources.entries()) {
      let process: RemoteProcess;
      try {
        process = await transport.start(captureOneScript(source.plan.source, options), { output: 'bytes' });
      } catch (error) {
        if (index === 0 || !(error instanceof NetnsError && error.reason === 'busy')) throw error;
        for (const one of this.sources.slice(index)) one.isOver = true;
        this.events.onNote(
          l10n.t`Only ${index} of ${this.sources.length} places are captured: without python3 on the host each takes one of the few channels of a connection.`,
        );
        break;
      }
      process.onStderr((text) => this.hear(source, text));
      this.follow(
        process,
        (bytes) => this.take(source, bytes),
        (code) => {
          this.close(source, code);
          return undefined;
        },
      );
    }
  }

  /** @param onExit tells what is wrong with an exit code */
  private follow(
    process: RemoteProcess,
    onBytes: (bytes: Uint8Array) => void,
    onExit: (code: number) => Error | undefined,
  ): void {
    this.processes.add(process);
    let failure: unknown;
    process.onStdout((text) => {
      if (failure !== undefined) return;
      try {
        onBytes(Buffer.from(text, 'latin1'));
      } catch (error) {
        failure = error;
        process.dispose();
      }
    });
    process.exited
      .then(
        (code) => failure ?? onExit(code),
        (error: unknown) => failure ?? error,
      )
      .then((error) => {
        this.processes.delete(process);
        if (this.processes.size === 0) this.end(error);
      })
      // Nobody else hears of an error that a listener threw.
      .catch((error: unknown) => this.end(error));
  }

  private take(source: Source, bytes: Uint8Array): void {
    const packets = source.reader.feed(bytes);
    if (packets.length === 0) return;
    if (this.sources.length === 1) {
      this.events.onPackets(packets);
      return;
    }
    this.order.add(packets);
    this.deliver(this.order.ripe());
    clearTimeout(this.settle);
    if (this.order.size > 0) this.settle = setTimeout(() => this.deliver(this.order.all()), settleTime);
  }

  private deliver(packets: readonly Packet[]): void {
    if (packets.length > 0) this.events.onPackets(packets);
  }

  private hear({ words }: Source, text: string): void {
    words.add(text);
    const dropped = this.sources.reduce((sum, one) => sum + one.words.dropped, 0);
    if (dropped !== this.dropped) this.events.onDropped((this.dropped = dropped));
    this.listenIfAll();
  }

  private listenIfAll(): void {
    if (this.hasListened) return;
    const isUp = this.sources.every((one) => one.isOver || one.words.isListening);
    if (!isUp || !this.sources.some(({ words }) => words.isListening)) return;
    this.hasListened = true;
    this.events.onListening();
  }

  /** One place has ended while the capture as a whole goes on, or was not stopped. */
  private close(source: Source, code: number): void {
    source.isOver = true;
    if (!this.isStopping) this.events.onNote(whyOver(source, code));
    this.listenIfAll();
  }

  private end(error: unknown): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.settle);
    this.dispose();
    this.deliver(this.order.all());
    const isError = error === undefined || error instanceof Error;
    this.events.onEnd(isError ? error : new Error(describeError(error)));
  }
}

function whyOver({ plan: { point }, words }: Source, code: number): string {
  const where = pointLabel(point, point.interface ?? l10n.t`all interfaces`);
  const why = words.complaint === '' && code !== 0 ? l10n.t`tcpdump ended with ${code}` : words.complaint;
  return l10n.t`${where} is not captured any more${why === '' ? '' : `: ${plainLine(why)}`}`;
}
