import * as l10n from '@vscode/l10n';
import { isCancelled, NetnsError } from '../base/errors';
import type { Event } from '../base/events';
import { Secret } from '../base/secret';
import { ChannelRefused, type ByteChannel, type ChannelEvents, type Machine } from './byte-channel';
import { orCancelled } from './cancellation';
import { ChannelQueue, type ChannelSlot, type ChannelUse } from './channel-queue';
import { OutputText } from './output-text';
import { noRoot, privilegeScript, readPrivilege } from './privilege';
import { invoke, invokeOnTerminal, type Become, type Input } from './remote-script';
import { brokeOff, ScriptProcess } from './script-process';
import { newSudoQuestion, SudoGate, type AskingProgram } from './sudo-channel';
import { askForSudo } from './sudo-password';
import { TerminalProcess } from './terminal-process';
import type {
  ConnectPrompts,
  Privilege,
  RemoteProcess,
  RemoteTerminal,
  RunOptions,
  RunResult,
  StartOptions,
  TerminalSize,
  Transport,
} from './transport';

/** Opens a channel and hands it out once it may be used. */
type Gate = <T extends ByteChannel>(
  events: ChannelEvents,
  openChannel: (events: ChannelEvents) => Promise<T>,
) => Promise<T>;

const defaultMaxOutput = 64 * 1024 * 1024;

/** How long a machine may take to answer our first command, in milliseconds: sudo may have to ask a server about us. */
const firstCommandLimit = 60_000;

/** Most bytes of the answer to it; a login shell's greeting is not counted. */
const firstAnswerLimit = 64 * 1024;

/** Runs scripts on a machine, however it is reached. */
export class ScriptTransport implements Transport {
  readonly onDidClose: Event<Error | undefined>;
  private user = '';
  private found: Privilege = { type: 'root' };
  private become: 'sudo' | 'doas' | { readonly password: Secret; readonly program: AskingProgram } | undefined;
  private readonly queue = new ChannelQueue();

  private constructor(
    private readonly machine: Machine,
    readonly connectAnew: (signal?: AbortSignal) => Promise<Transport>,
  ) {
    this.onDidClose = machine.onDidClose;
    machine.onDidClose((error) => {
      this.queue.close(error ?? new NetnsError('cancelled', l10n.t`The connection to ${this.description} was closed.`));
    });
  }

  /**
   * Makes a transport of a machine: asks it which user we are there, and the person for the password that sudo or doas wants.
   *
   * @param connectAnew makes another such transport, from the beginning
   * @param limit how long our first command may take, in milliseconds
   * @throws NetnsError when nothing runs there, `unreachable` where it does not answer, `cancelled`, `connectionLost`. The
   *   machine is then disposed.
   */
  static async open(
    machine: Machine,
    prompts: ConnectPrompts,
    connectAnew: (signal?: AbortSignal) => Promise<Transport>,
    signal?: AbortSignal,
    limit = firstCommandLimit,
  ): Promise<ScriptTransport> {
    const transport = new ScriptTransport(machine, connectAnew);
    try {
      await transport.findWayToRoot(prompts, signal, limit);
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
    return this.found;
  }

  get connectTcp(): Transport['connectTcp'] {
    const { machine } = this;
    return machine.connectTcp === undefined
      ? undefined
      : (address, port) => machine.connectTcp?.(address, port) ?? Promise.reject(new Error('There is no such way.'));
  }

  async run(script: string, options: RunOptions = {}): Promise<RunResult> {
    const input: Input = { type: 'fixed', stdin: options.stdin ?? '' };
    const process = await this.launch(script, input, 'short', options);
    const limit = options.maxOutput ?? defaultMaxOutput;
    const collect = (): OutputText => new OutputText(limit, () => process.fail(this.tooMuchOutput(limit)));
    const stdout = collect();
    const stderr = collect();
    let silence: NodeJS.Timeout | undefined;
    const { longestSilence } = options;
    const listen = (): void => {
      clearTimeout(silence);
      if (longestSilence === undefined) return;
      silence = setTimeout(() => process.fail(this.tooSilent(longestSilence, stderr.text)), longestSilence);
    };
    process.onStdout((text) => {
      stdout.add(text);
      listen();
    });
    process.onStderr((text) => {
      stderr.add(text);
      listen();
    });
    try {
      await process.started;
      listen();
      const code = await process.exited;
      return { code, stdout: stdout.text, stderr: stderr.text };
    } finally {
      clearTimeout(silence);
    }
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
    const { become, gate } = this.becoming(options.asRoot);
    const command = invokeOnTerminal(script, { become });
    return await this.open('lasting', undefined, async (slot) => {
      const terminal = new TerminalProcess(slot);
      terminal.attach(await gate(terminal, (events) => this.machine.openTerminal(command, size, events)));
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
    { asRoot, signal, output }: Pick<StartOptions, 'asRoot' | 'signal' | 'output'>,
  ): Promise<ScriptProcess> {
    const { become, gate } = this.becoming(asRoot, signal);
    const invocation = invoke(script, { input, become });
    return await this.open(use, signal, async (slot) => {
      const process = new ScriptProcess(
        {
          invocation,
          signal,
          ownsInput: input.type === 'script',
          isBinary: output === 'bytes',
          didNotStart: (said) => this.didNotStart(said, become !== undefined),
          brokeOff: () => brokeOff(this.description),
        },
        slot,
      );
      process.attach(await gate(process, (events) => this.machine.open(invocation, events)));
      return process;
    });
  }

  /**
   * Opens a channel when its turn has come; if the server allows fewer than we thought, waits for another turn.
   *
   * sshd counts a channel until it has dealt with our word that it is closed, which it may read together with what asks for the
   * next one (`channel_garbage_collect` in OpenSSH's channels.c runs after all that was read). A refusal says something of its
   * limit only where no channel was closed since the request before.
   */
  private async open<T>(
    use: ChannelUse,
    signal: AbortSignal | undefined,
    openIn: (slot: ChannelSlot) => Promise<T>,
  ): Promise<T> {
    let slot = await this.queue.acquire(use, signal);
    let closingsBefore: number | undefined;
    for (;;) {
      const { closings } = this.queue;
      const opening = openIn(slot);
      try {
        return await orCancelled(opening, signal);
      } catch (error) {
        if (signal?.aborted === true && isCancelled(error)) {
          // A channel that opens after all sees the signal, ends itself, and then lets go of its slot.
          opening.catch(() => slot.dispose());
          throw error;
        }
        const isRefused = error instanceof ChannelRefused;
        if (isRefused && closingsBefore !== this.queue.closings) {
          closingsBefore = closings;
          continue;
        }
        const mayRetry = isRefused && this.queue.lowerLimit();
        slot.dispose();
        if (mayRetry) {
          slot = await this.queue.acquire(use, signal);
          closingsBefore = undefined;
          continue;
        }
        if (!isRefused) throw error;
        throw new NetnsError('unsupported', l10n.t`${this.description} lets us log in, but not run anything.`, {
          hostSaid: error.message,
          advice: l10n.t`See MaxSessions and ForceCommand in the sshd_config of the host.`,
          cause: error,
        });
      }
    }
  }

  private async findWayToRoot(prompts: ConnectPrompts, signal: AbortSignal | undefined, limit: number): Promise<void> {
    const { user, way } = readPrivilege(await this.askWhoWeAre(signal, limit), this.description);
    this.user = user;
    switch (way.type) {
      case 'root':
        return;
      case 'without password':
        this.become = way.become;
        this.found = { type: 'sudo' };
        return;
      case 'none':
        this.found = { type: 'none', error: way.error };
        return;
      case 'with password': {
        const where = { description: this.description, user };
        const { program } = way;
        const answer = await askForSudo(
          program,
          where,
          prompts,
          (password) => this.trySudo(program, password, signal),
          way.otherwise,
          signal,
        );
        this.become = answer instanceof Secret ? { password: answer, program } : undefined;
        this.found = answer instanceof Secret ? { type: 'sudo' } : { type: 'none', error: answer };
      }
    }
  }

  /** Runs our first command. A login shell whose start-up files wait for something would keep us here for ever. */
  private async askWhoWeAre(signal: AbortSignal | undefined, limit: number): Promise<RunResult> {
    const late = AbortSignal.timeout(limit);
    const either = signal === undefined ? late : AbortSignal.any([signal, late]);
    const options = { asRoot: false, signal: either, maxOutput: firstAnswerLimit };
    try {
      return await orCancelled(this.run(privilegeScript, options), either);
    } catch (error) {
      if (!late.aborted || signal?.aborted === true) throw error;
      throw new NetnsError(
        'unreachable',
        l10n.t`${this.description} let us in, but ran nothing within ${limit / 1000} s.`,
        {
          advice: l10n.t`Log in with ssh in a terminal, and look whether a start-up file of the login shell there (~/.profile, ~/.bashrc) waits for something.`,
        },
      );
    }
  }

  /** @throws SudoRefused */
  private async trySudo(program: AskingProgram, password: Secret, signal: AbortSignal | undefined): Promise<void> {
    this.become = { password, program };
    this.found = { type: 'sudo' };
    await this.run(':', signal === undefined ? {} : { signal });
  }

  /** How a script becomes root, and what its channel has to pass first. */
  private becoming(asRoot = true, signal?: AbortSignal): { readonly become: Become | undefined; readonly gate: Gate } {
    const open: Gate = (events, openChannel) => openChannel(events);
    if (!asRoot) return { become: undefined, gate: open };
    if (this.found.type === 'none') throw this.found.error;
    if (typeof this.become !== 'object') return { become: this.become, gate: open };
    const { password, program } = this.become;
    const question = newSudoQuestion(program);
    const gate: Gate = async (events, openChannel) => {
      const sudo = new SudoGate(question, password, events);
      return await sudo.through(await openChannel(sudo), signal);
    };
    return { become: question, gate };
  }

  /** Nothing of the script ran: sudo or the login shell stood in its way. */
  private didNotStart(said: string, asOther: boolean): NetnsError {
    if (asOther) return noRoot(this.description, this.user, 'refused', said);
    return new NetnsError('unexpectedOutput', l10n.t`${this.description} ran a command of its own instead of ours.`, {
      hostSaid: said,
      advice: l10n.t`The user needs a login shell that runs commands (not nologin), and the host needs sh and dd.`,
    });
  }

  private tooSilent(limit: number, said: string): NetnsError {
    const seconds = Math.ceil(limit / 1000);
    return new NetnsError('unexpectedOutput', l10n.t`${this.description} said nothing for ${seconds} s.`, {
      hostSaid: said.slice(-1000),
      advice: l10n.t`A program there may hang. Log in with ssh in a terminal, and try "ip link", "nft list ruleset" and, with Open vSwitch, "ovs-vsctl show".`,
    });
  }

  private tooMuchOutput(limit: number): NetnsError {
    return new NetnsError('unexpectedOutput', l10n.t`${this.description} said more than ${limit} bytes.`);
  }
}
