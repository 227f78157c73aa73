import type { Disposable } from '../base/disposable';
import { isCancelled, NetnsError } from '../base/errors';
import type { Event } from '../base/events';
import { ChannelRefused, type Machine } from './byte-channel';
import { orCancelled } from './cancellation';
import { ChannelQueue, type ChannelUse } from './channel-queue';
import { OutputText } from './output-text';
import { noRoot, privilegeScript, readPrivilege } from './privilege';
import { invoke, invokeOnTerminal, type Input } from './remote-script';
import { brokeOff, ScriptProcess } from './script-process';
import { TerminalProcess } from './terminal-process';
import type {
  Privilege,
  RemoteProcess,
  RemoteTerminal,
  RunOptions,
  RunResult,
  StartOptions,
  TerminalSize,
  Transport,
} from './transport';

const defaultMaxOutput = 64 * 1024 * 1024;

/** Runs scripts on a machine, however it is reached. */
export class ScriptTransport implements Transport {
  readonly onDidClose: Event<Error | undefined>;
  private found: { readonly user: string; readonly privilege: Privilege } = { user: '', privilege: { type: 'root' } };
  private readonly queue = new ChannelQueue();

  private constructor(
    private readonly machine: Machine,
    readonly connectAnew: (signal?: AbortSignal) => Promise<Transport>,
  ) {
    this.onDidClose = machine.onDidClose;
    machine.onDidClose((error) => {
      this.queue.close(error ?? new NetnsError('cancelled', `The connection to ${this.description} was closed.`));
    });
  }

  /**
   * Makes a transport of a machine: asks it which user we are there.
   *
   * @param connectAnew makes another such transport, from the beginning
   * @throws NetnsError when nothing runs there, `cancelled`, `connectionLost`. The machine is then disposed.
   */
  static async open(
    machine: Machine,
    connectAnew: (signal?: AbortSignal) => Promise<Transport>,
    signal?: AbortSignal,
  ): Promise<ScriptTransport> {
    const transport = new ScriptTransport(machine, connectAnew);
    try {
      const options = { asRoot: false, ...(signal === undefined ? {} : { signal }) };
      transport.found = readPrivilege(await transport.run(privilegeScript, options), machine.description);
      return transport;
    } catch (error) {
      machine.dispose();
      throw error;
    }
  }

  get description(): string {
    return this.machine.description;
  }

  get privilege(): Privilege {
    return this.found.privilege;
  }

  async run(script: string, options: RunOptions = {}): Promise<RunResult> {
    const input: Input = { type: 'fixed', stdin: options.stdin ?? '' };
    const process = await this.launch(script, input, 'short', options);
    const limit = options.maxOutput ?? defaultMaxOutput;
    const collect = (): OutputText => new OutputText(limit, () => process.fail(this.tooMuchOutput(limit)));
    const stdout = collect();
    const stderr = collect();
    process.onStdout((text) => stdout.add(text));
    process.onStderr((text) => stderr.add(text));
    const code = await process.exited;
    return { code, stdout: stdout.text, stderr: stderr.text };
  }

  async start(script: string, options: StartOptions = {}): Promise<RemoteProcess> {
    const type = options.lifeline === 'script' ? 'script' : 'live';
    const process = await this.launch(script, { type }, 'lasting', options);
    await process.started;
    return process;
  }

  async openTerminal(
    script: string,
    size: TerminalSize,
    options: Pick<RunOptions, 'asRoot'> = {},
  ): Promise<RemoteTerminal> {
    const command = invokeOnTerminal(script, { sudo: this.needsSudo(options.asRoot) });
    return await this.open('lasting', undefined, async (slot) => {
      const terminal = new TerminalProcess(slot);
      terminal.attach(await this.machine.openTerminal(command, size, terminal));
      return terminal;
    });
  }

  dispose(): void {
    this.machine.dispose();
  }

  private async launch(
    script: string,
    input: Input,
    use: ChannelUse,
    { asRoot, signal }: Pick<RunOptions, 'asRoot' | 'signal'>,
  ): Promise<ScriptProcess> {
    const sudo = this.needsSudo(asRoot);
    const invocation = invoke(script, { input, sudo });
    return await this.open(use, signal, async (slot) => {
      const process = new ScriptProcess(
        {
          invocation,
          signal,
          ownsInput: input.type === 'script',
          didNotStart: (said) => this.didNotStart(said, sudo),
          brokeOff: () => brokeOff(this.description),
        },
        slot,
      );
      process.attach(await this.machine.open(invocation, process));
      return process;
    });
  }

  /** Opens a channel when its turn has come; if the server allows fewer than we thought, waits for another turn. */
  private async open<T>(
    use: ChannelUse,
    signal: AbortSignal | undefined,
    openIn: (slot: Disposable) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      const slot = await this.queue.acquire(use, signal);
      const opening = openIn(slot);
      try {
        return await orCancelled(opening, signal);
      } catch (error) {
        if (signal?.aborted === true && isCancelled(error)) {
          // A channel that opens after all sees the signal, ends itself, and then lets go of its slot.
          opening.catch(() => slot.dispose());
          throw error;
        }
        const mayRetry = error instanceof ChannelRefused && this.queue.lowerLimit();
        slot.dispose();
        if (mayRetry) continue;
        if (!(error instanceof ChannelRefused)) throw error;
        throw new NetnsError('unsupported', `${this.description} lets us log in, but not run anything.`, {
          hostSaid: error.message,
          advice: 'See MaxSessions and ForceCommand in the sshd_config of the host.',
          cause: error,
        });
      }
    }
  }

  private needsSudo(asRoot = true): boolean {
    if (!asRoot) return false;
    if (this.privilege.type === 'none') throw this.privilege.error;
    return this.privilege.type === 'sudo';
  }

  /** Nothing of the script ran: sudo or the login shell stood in its way. */
  private didNotStart(said: string, sudo: boolean): NetnsError {
    if (sudo) return noRoot(this.description, this.found.user, 'refused', said);
    return new NetnsError('unexpectedOutput', `${this.description} ran a command of its own instead of ours.`, {
      hostSaid: said,
      advice: 'The user needs a login shell that runs commands (not nologin), and the host needs sh and dd.',
    });
  }

  private tooMuchOutput(limit: number): NetnsError {
    return new NetnsError('unexpectedOutput', `${this.description} said more than ${limit} bytes.`);
  }
}
