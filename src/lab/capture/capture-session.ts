import * as l10n from '@vscode/l10n';
import type { Disposable } from '../../base/disposable';
import { describeError, isCancelled } from '../../base/errors';
import { Emitter, type Event } from '../../base/events';
import { PacketRing } from '../../capture/packet-ring';
import type { CapturePoint, Packet } from '../../capture/packet';
import { whereIn, type WhereOf } from '../../capture/row';
import type { HostSnapshot } from '../../host/model';
import type { Transport } from '../../transport/transport';
import { reached, type CaptureLimits } from './capture-limits';
import { LiveCapture } from './live-capture';
import type { CapturePlan } from './sources';

export type CapturePhase = 'starting' | 'running' | 'ended';

/** The last notes are kept; a capture of many places that all go must not fill the page. */
const mostNotes = 6;

/** One capture from its beginning to its end, and its packets after that. */
export class CaptureSession implements Disposable {
  readonly ring: PacketRing;
  readonly whereOf: WhereOf;
  private readonly points: readonly (CapturePoint & { namespaceId: string; names: Record<number, string> })[];
  private readonly changes = new Emitter<undefined>();
  private readonly arrivals = new Emitter<readonly Packet[]>();
  private live: LiveCapture | undefined;
  private readonly abort = new AbortController();
  private limitTimer: NodeJS.Timeout | undefined;
  private begun = Date.now();
  private takenBytes = 0;
  private phaseNow: CapturePhase = 'starting';
  private errorNow: Error | undefined;
  private notesNow: readonly string[] = [];
  private droppedNow = 0;
  private reason: string | undefined;

  /** What its status line would say has changed. */
  readonly onDidChange: Event<undefined> = this.changes.event;
  /** Packets came, in order; they are in the ring. */
  readonly onPackets: Event<readonly Packet[]> = this.arrivals.event;

  constructor(
    readonly plans: readonly CapturePlan[],
    private readonly limits: CaptureLimits,
  ) {
    this.ring = new PacketRing({ packets: limits.keepPackets, bytes: limits.keepMegabytes * 1_000_000 });
    this.points = plans.map(({ point, namespaceId }) => ({
      ...point,
      namespaceId,
      names: { ...point.interfaceNames },
    }));
    this.whereOf = whereIn(this.points.map(({ names, ...point }) => ({ ...point, interfaceNames: names })));
  }

  /** Takes over the names of interfaces that came after the capture began. */
  learn({ namespaces }: HostSnapshot): void {
    for (const { names, namespaceId } of this.points) {
      const links = namespaces.find(({ id }) => id === namespaceId)?.links ?? [];
      for (const { index, name } of links) names[index] ??= name;
    }
  }

  get phase(): CapturePhase {
    return this.phaseNow;
  }

  /** Why it ended, where that was not wanted. */
  get error(): Error | undefined {
    return this.errorNow;
  }

  /** Sentences for people: why it ended, what is not captured. */
  get notes(): readonly string[] {
    return this.reason === undefined ? this.notesNow : [this.reason, ...this.notesNow];
  }

  /** Packets that the host's kernel lost. */
  get dropped(): number {
    return this.droppedNow;
  }

  /** Begins. @throws NetnsError as `LiveCapture.start` does; the session has ended then. */
  async start(transport: Transport): Promise<void> {
    try {
      const live = await LiveCapture.start(
        transport,
        this.plans,
        this.limits,
        {
          onPackets: (packets) => this.take(packets),
          onListening: () => this.onListening(),
          onDropped: (count) => this.set(() => (this.droppedNow = count)),
          onNote: (note) => this.set(() => (this.notesNow = [...this.notesNow, note].slice(-mostNotes))),
          onEnd: (error) => this.end(error),
        },
        this.abort.signal,
      );
      if (this.phase === 'ended') live.dispose();
      else this.live = live;
    } catch (error) {
      this.end(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
  }

  /** Ends it; the host has then ended its tcpdumps, or does so in a moment. @param reason for people: `Stopped after 60 s.` */
  stop(reason = l10n.t`Stopped.`): void {
    if (this.phase === 'ended') return;
    this.reason = reason;
    this.abort.abort();
    this.live?.dispose();
    this.end(undefined);
  }

  /** Throws away what came so far. */
  clear(): void {
    this.set(() => this.ring.clear());
  }

  dispose(): void {
    this.stop();
    this.changes.dispose();
    this.arrivals.dispose();
  }

  private onListening(): void {
    if (this.phase !== 'starting') return;
    this.set(() => (this.phaseNow = 'running'));
    this.begun = Date.now();
    const { stopAfterSeconds } = this.limits;
    if (stopAfterSeconds > 0) this.limitTimer = setTimeout(() => this.checkLimits(), stopAfterSeconds * 1000);
  }

  private take(packets: readonly Packet[]): void {
    if (this.phase === 'ended') return;
    const { stopAfterPackets } = this.limits;
    const room = stopAfterPackets > 0 ? stopAfterPackets - this.ring.total : packets.length;
    const taken = room < packets.length ? packets.slice(0, room) : packets;
    for (const { data } of taken) this.takenBytes += data.length;
    this.ring.add(taken);
    this.arrivals.fire(taken);
    this.checkLimits();
  }

  private checkLimits(): void {
    const seconds = (Date.now() - this.begun + 1) / 1000;
    const reason = reached(this.limits, { packets: this.ring.total, bytes: this.takenBytes, seconds });
    if (reason !== undefined) this.stop(reason);
  }

  private end(error: Error | undefined): void {
    if (this.phase === 'ended') return;
    clearTimeout(this.limitTimer);
    if (isCancelled(error)) this.reason = l10n.t`The connection was closed.`;
    else if (error !== undefined)
      this.reason = describeError((this.errorNow = error))
        .split('\n')
        .join(' ');
    else this.reason ??= l10n.t`Every place that was captured is gone.`;
    this.set(() => (this.phaseNow = 'ended'));
  }

  private set(change: () => unknown): void {
    change();
    this.changes.fire(undefined);
  }
}
