import * as l10n from '@vscode/l10n';
import type { Disposable } from '../../base/disposable';
import { describeError, isCancelled, NetnsError } from '../../base/errors';
import { Emitter, type Event } from '../../base/events';
import { LineReader } from '../../base/line-reader';
import { plainLine } from '../../base/plain-text';
import { HttpParser } from '../../measure/http';
import type { Hop, LineParser } from '../../measure/model';
import { PingParser } from '../../measure/ping';
import { RouteParser } from '../../measure/route';
import { Tally, type Statistics } from '../../measure/statistics';
import { ThroughputParser } from '../../measure/throughput';
import { longestSilence } from '../../plan/actions/keep-alive';
import { measureScript, type MeasureKind } from '../../plan/actions/measure-script';
import type { RemoteProcess, Transport } from '../../transport/transport';
import { readMissingTool } from '../missing-tool';
import type { MeasureRequest, PlannedPath } from './paths';

/** A value at a moment. */
export interface Point {
  /** Which path, from 0. */
  readonly series: number;
  /** Milliseconds since the measurement began. */
  readonly at: number;
  readonly value?: number;
  readonly note?: string;
}

/** What is known of one path. */
export interface Series {
  readonly planned: PlannedPath;
  readonly statistics: Statistics;
  readonly hops: readonly Hop[];
  readonly summary?: string;
  readonly problem?: string;
  readonly isOver: boolean;
}

/** An hour of eight paths; older points go. */
const mostPoints = 30_000;
const parsers: Readonly<Record<MeasureKind, () => LineParser>> = {
  ping: () => new PingParser(),
  route: () => new RouteParser(),
  throughput: () => new ThroughputParser(),
  http: () => new HttpParser(),
};
const purposes: Readonly<Record<MeasureKind, string>> = {
  ping: l10n.t`which asks whether the other end is there`,
  route: l10n.t`which finds the way`,
  throughput: l10n.t`which measures how much goes through`,
  http: l10n.t`which fetches pages`,
};

class OnePath implements Series {
  readonly tally = new Tally();
  readonly parser: LineParser;
  readonly hops: Hop[] = [];
  summary?: string;
  problem?: string;
  isOver = false;

  constructor(
    readonly planned: PlannedPath,
    kind: MeasureKind,
  ) {
    this.parser = parsers[kind]();
  }

  get statistics(): Statistics {
    return this.tally.statistics;
  }
}

/**
 * A measurement that runs on a host, from its beginning to its end; what it found stays. It ends when it is told to, when its
 * programs do, and however the connection ends: the host sees to that by itself.
 */
export class Measurement implements Disposable {
  private readonly paths: readonly OnePath[];
  private readonly changes = new Emitter<undefined>();
  private kept: Point[] = [];
  private process: RemoteProcess | undefined;
  private beat: NodeJS.Timeout | undefined;
  private readonly abort = new AbortController();
  private begun = Date.now();
  private phaseNow: 'starting' | 'running' | 'ended' = 'starting';
  private errorNow: Error | undefined;
  private reason: string | undefined;
  private taken = 0;

  /** Something came, or it has ended. */
  readonly onDidChange: Event<undefined> = this.changes.event;

  constructor(
    readonly request: MeasureRequest,
    planned: readonly PlannedPath[],
  ) {
    this.paths = planned.map((one) => new OnePath(one, request.kind));
  }

  get phase(): 'starting' | 'running' | 'ended' {
    return this.phaseNow;
  }

  /** Why it ended, where that was not wanted. */
  get error(): Error | undefined {
    return this.errorNow;
  }

  /** Why it ended, as a sentence. */
  get note(): string | undefined {
    return this.reason;
  }

  get series(): readonly Series[] {
    return this.paths;
  }

  /** The points that are kept, in the order in which they came. */
  get points(): readonly Point[] {
    return this.kept;
  }

  /** How many points came since the beginning, those included that are not kept any more. */
  get total(): number {
    return this.taken;
  }

  /**
   * Begins; resolves when the programs run.
   *
   * @throws NetnsError as `Transport.start` does; it has ended then.
   */
  async start(transport: Transport): Promise<void> {
    const { kind, traffic } = this.request;
    try {
      const script = measureScript(
        kind,
        this.paths.map(({ planned }) => planned.path),
        traffic,
      );
      const process = await transport.start(script, { signal: this.abort.signal });
      this.process = process;
      this.begun = Date.now();
      this.phaseNow = 'running';
      this.follow(process);
      this.beat = setInterval(() => process.write('.\n'), (longestSilence * 1000) / 4);
      this.beat.unref();
      this.changes.fire(undefined);
    } catch (error) {
      this.end(error);
      throw error;
    }
  }

  /** Ends it; the host has then ended its programs, or does so in a moment. */
  stop(reason = l10n.t`Stopped.`): void {
    if (this.phaseNow === 'ended') return;
    this.reason = reason;
    this.abort.abort();
    this.process?.dispose();
    this.end(undefined);
  }

  dispose(): void {
    this.stop();
    this.changes.dispose();
  }

  private follow(process: RemoteProcess): void {
    const lines = new LineReader();
    let errors = '';
    process.onStdout((text) => {
      const read = lines.feed(text);
      for (const line of read) this.take(line);
      if (read.length > 0) this.changes.fire(undefined);
    });
    process.onStderr((text) => (errors = (errors + text).slice(-2000)));
    process.exited.then(
      () => this.end(readMissingTool(errors, purposes[this.request.kind])),
      (error: unknown) => this.end(error),
    );
  }

  private take(line: string): void {
    const [, digits, text = ''] = /^(\d+) (.*)$/.exec(line) ?? [];
    const series = Number(digits);
    const path = digits === undefined ? undefined : this.paths[series];
    if (path === undefined || this.phaseNow === 'ended') return;
    const code = /^ended (\d+)$/.exec(text)?.[1];
    if (code !== undefined) {
      path.isOver = true;
      if (code !== '0' && path.statistics.sent === 0 && path.hops.length === 0)
        path.problem ??= l10n.t`It ended with code ${code}.`;
      return;
    }
    const reading = path.parser.read(text);
    switch (reading?.type) {
      case 'sample': {
        const { value, note } = reading.sample;
        path.tally.add(reading.sample);
        this.keep({
          series,
          at: Date.now() - this.begun,
          ...(value === undefined ? {} : { value }),
          ...(note === undefined ? {} : { note: plainLine(note) }),
        });
        break;
      }
      case 'hop': {
        const { hop } = reading;
        const known = path.hops.findIndex(({ number }) => number === hop.number);
        if (known < 0) path.hops.push(hop);
        else path.hops[known] = hop;
        break;
      }
      case 'summary':
        path.summary = plainLine(reading.words);
        break;
      case 'problem':
        path.problem = plainLine(reading.words);
        break;
      case undefined:
        break;
    }
  }

  private keep(point: Point): void {
    this.kept.push(point);
    this.taken++;
    if (this.kept.length > mostPoints) this.kept = this.kept.slice(-mostPoints * 0.9);
  }

  private end(error: unknown): void {
    if (this.phaseNow === 'ended') return;
    clearInterval(this.beat);
    this.phaseNow = 'ended';
    if (isCancelled(error)) this.reason ??= l10n.t`The connection was closed.`;
    else if (error !== undefined) {
      this.errorNow =
        error instanceof Error ? error : new NetnsError('internal', l10n.t`It ended for an unknown reason.`);
      this.reason = describeError(error).split('\n').join(' ');
    } else this.reason ??= this.outcome();
    this.changes.fire(undefined);
  }

  /** What is said of an end that came by itself. */
  private outcome(): string {
    return this.paths.some(({ problem }) => problem !== undefined) ? l10n.t`It could not be measured.` : l10n.t`Done.`;
  }
}
