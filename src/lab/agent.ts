import * as l10n from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import type { Disposable } from '../base/disposable';
import { NetnsError } from '../base/errors';
import { FrameReader, type AgentFrame } from '../host/agent/frames';
import { AgentPicture, type SnapshotChange } from '../host/agent/picture';
import { agentProgram, agentScript } from '../host/agent/source';
import type { HostSnapshot } from '../host/model';
import { RateMeter, type HostRates } from '../host/rates';
import { agentScripts } from '../host/reading-script';
import { alwaysReadSysctls, sysctlPath } from '../host/sysctl-names';
import type { RemoteProcess, Transport } from '../transport/transport';
import type { PartialPicture } from './model';

export interface AgentListener {
  /** The host is another than before; also once for the first picture. */
  onSnapshot(snapshot: HostSnapshot, change: SnapshotChange): void;
  /** What is known so far, while the first picture is still being read. */
  onPart?(picture: PartialPicture): void;
  /** About once a second while `watchRates` is on. */
  onRates(rates: HostRates): void;
}

export interface AgentOptions {
  /** Dotted names of sysctls to read besides the usual ones. */
  readonly sysctls?: readonly string[];
  /** Whether the first picture shall say what the kernel lacks. */
  readonly probeKernel?: boolean;
}

/** The host cannot run the agent; the plain road serves it. */
export class AgentUnsupported extends NetnsError {
  constructor(why: string) {
    super('unsupported', l10n.t`The host cannot run the program that watches it.`, { hostSaid: why });
  }
}

/** How long a host may take until it has told of everything for the first time, in milliseconds. */
const firstLimit = 120_000;

/**
 * Starts the agent on a host: a program of Python's standard library, which is sent over the channel, leaves nothing there and ends
 * with the channel. When the promise resolves, the first picture has been handed over.
 *
 * @param signal gives up starting; the promise rejects with `cancelled`
 * @throws AgentUnsupported for a host without a usable python3, root, or the right to make a namespace; NetnsError else
 */
export async function startAgent(
  transport: Transport,
  listener: AgentListener,
  signal?: AbortSignal,
  { sysctls = [], probeKernel = false }: AgentOptions = {},
): Promise<Agent> {
  // No use trying: entering namespaces takes root, and what can be read without is read by the plain road.
  const { privilege } = transport;
  if (privilege?.type === 'none') throw new AgentUnsupported(privilege.error.message);
  const process = await transport.start(agentScript(), {
    lifeline: 'script',
    ...(signal === undefined ? {} : { signal }),
  });
  const agent = new Agent(transport.description, process, listener, sysctls, probeKernel);
  let timer: NodeJS.Timeout | undefined;
  const giveUp = (): void => agent.fail(new NetnsError('cancelled', l10n.t`Starting to watch the host was cancelled.`));
  try {
    signal?.addEventListener('abort', giveUp, { once: true });
    if (signal?.aborted === true) giveUp();
    const late = new Promise<NetnsError>((resolve) => {
      timer = setTimeout(() => resolve(agent.failure(l10n.t`did not tell of everything in time`)), firstLimit);
    });
    const failure = await Promise.race([agent.first, agent.ended, late]);
    if (failure === undefined) return agent;
    agent.dispose();
    throw failure;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

interface Waiting {
  resolve(snapshot: HostSnapshot): void;
  reject(error: Error): void;
}

/** The agent on a host, as we speak with it. */
export class Agent implements Disposable {
  /** Settles once, when the agent has ended in any way but `dispose`, with the reason. Never rejects. */
  readonly ended: Promise<NetnsError>;
  /** Settles with the first picture. */
  readonly first: Promise<undefined>;

  private readonly boundary = randomBytes(12).toString('hex');
  private readonly frames = new FrameReader();
  private readonly picture: AgentPicture;
  private readonly listeners: Disposable[];
  private readonly waiting = new Map<number, Waiting>();
  private meter: RateMeter | undefined;
  private lastRequest = 0;
  private said = '';
  private isOver = false;
  private hasToldAll = false;
  /** It was asked what the kernel lacks. */
  private hasProbed: boolean;
  private setEnded: (reason: NetnsError) => void = () => undefined;
  private setFirst: () => void = () => undefined;
  private sysctls: readonly string[];

  constructor(
    private readonly description: string,
    private readonly process: RemoteProcess,
    private readonly listener: AgentListener,
    sysctls: readonly string[],
    probeKernel: boolean,
  ) {
    this.ended = new Promise((resolve) => (this.setEnded = resolve));
    this.first = new Promise((resolve) => (this.setFirst = () => resolve(undefined)));
    this.hasProbed = probeKernel;
    this.sysctls = wanted(sysctls);
    this.picture = new AgentPicture(this.boundary, this.sysctls);
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
    const settings = {
      boundary: this.boundary,
      probe: probeKernel,
      sysctls: paths(this.sysctls),
      ...agentScripts(this.boundary),
    };
    process.write(`${agentProgram}${JSON.stringify(settings)}\n`);
  }

  /**
   * Has everything read anew, and resolves with the picture when that is done.
   *
   * @param probeKernel also tries out what the kernel lacks
   * @throws NetnsError why the agent ended meanwhile
   */
  refresh({ probeKernel = false }: { readonly probeKernel?: boolean } = {}): Promise<HostSnapshot> {
    this.hasProbed ||= probeKernel;
    return this.ask((request) => ({ refresh: request, probe: probeKernel }));
  }

  /**
   * Resolves with the picture as it is now: everything that happened before the call is in it that a plan goes by. What events have
   * told is not read again, so it takes a fraction of `refresh` (what it looks at: `python/settle.ts`).
   *
   * @param sysctlsOf the names of the namespaces whose sysctls count; those of the host itself always do
   * @throws NetnsError why the agent ended meanwhile
   */
  settle(sysctlsOf: readonly string[]): Promise<HostSnapshot> {
    const probe = !this.hasProbed;
    this.hasProbed = true;
    return this.ask((request) => ({ settle: request, sysctlsOf, probe }));
  }

  /** Other sysctls shall be read from now on. Does nothing where they are the same. */
  readSysctls(names: readonly string[]): void {
    const sysctls = wanted(names);
    if (sysctls.join('\n') === this.sysctls.join('\n')) return;
    this.sysctls = sysctls;
    this.picture.showSysctls(sysctls);
    this.send({ sysctls: paths(sysctls) });
  }

  /** Whether rates shall be told. */
  watchRates(isWanted: boolean): void {
    this.meter = isWanted ? new RateMeter() : undefined;
    this.send({ rates: isWanted });
  }

  /** Ends the agent for a reason; only the first counts. */
  fail(reason: NetnsError): void {
    if (this.isOver) return;
    this.end(reason);
    this.setEnded(reason);
  }

  dispose(): void {
    this.end(new NetnsError('cancelled', l10n.t`Watching ${this.description} has ended.`));
  }

  failure(what: string, why = this.said): NetnsError {
    return new NetnsError('commandFailed', l10n.t`The program that watches ${this.description} ${what}.`, {
      hostSaid: why,
      advice: l10n.t`Changes on the host are not followed meanwhile; it is tried again.`,
    });
  }

  private end(reason: NetnsError): void {
    if (this.isOver) return;
    this.isOver = true;
    for (const listener of this.listeners) listener.dispose();
    for (const waiting of this.waiting.values()) waiting.reject(reason);
    this.waiting.clear();
    this.process.dispose();
  }

  private ask(request: (number: number) => object): Promise<HostSnapshot> {
    const number = ++this.lastRequest;
    return new Promise((resolve, reject) => {
      if (this.isOver) {
        reject(this.failure(l10n.t`has ended`));
        return;
      }
      this.waiting.set(number, { resolve, reject });
      this.send(request(number));
    });
  }

  private send(request: object): void {
    if (!this.isOver) this.process.write(`${JSON.stringify(request)}\n`);
  }

  private take(text: string): void {
    try {
      for (const frame of this.frames.take(text)) if (!this.isOver) this.accept(frame);
    } catch (error) {
      this.fail(error instanceof NetnsError ? error : new NetnsError('internal', String(error), { cause: error }));
    }
  }

  private accept(frame: AgentFrame): void {
    switch (frame.type) {
      case 'unsupported':
        this.fail(new AgentUnsupported(frame.why));
        return;
      case 'rates': {
        const rates = this.meter?.take(frame);
        if (rates !== undefined) this.listener.onRates(rates);
        return;
      }
      case 'done': {
        const { snapshot, change } = this.picture.snapshot();
        const isFirst = !this.hasToldAll;
        this.hasToldAll = true;
        if (isFirst || change.host || change.namespaces.size > 0) this.listener.onSnapshot(snapshot, change);
        this.setFirst();
        for (const request of frame.requests) {
          this.waiting.get(request)?.resolve(snapshot);
          this.waiting.delete(request);
        }
        return;
      }
      case 'part': {
        const { read, of } = frame;
        this.listener.onPart?.({ snapshot: this.picture.snapshot().snapshot, read, of });
        return;
      }
      default:
        this.picture.accept(frame);
    }
  }
}

function wanted(names: readonly string[]): readonly string[] {
  return [...new Set([...alwaysReadSysctls, ...names])];
}

function paths(names: readonly string[]): string[] {
  return names.map((name) => `/proc/sys/${sysctlPath(name)}`);
}
