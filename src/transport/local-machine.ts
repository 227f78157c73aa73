import * as l10n from '@vscode/l10n';
import { execFile, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { homedir } from 'node:os';
import { NetnsError } from '../base/errors';
import { Emitter } from '../base/events';
import { quoteArgument, quoteText } from '../base/shell-quote';
import {
  codeOfSignal,
  type ByteChannel,
  type ChannelEvents,
  type CommandLine,
  type Machine,
  type TerminalChannel,
} from './byte-channel';
import { invoke } from './remote-script';
import { brokeOff, ScriptProcess } from './script-process';
import type { TerminalSize } from './transport';

/** The machine that this program itself runs on. */
export class LocalMachine implements Machine {
  readonly description = 'local';
  private readonly closes = new Emitter<Error | undefined>();
  readonly onDidClose = this.closes.event;
  private readonly channels = new Set<LocalChannel>();
  private isClosed = false;

  /** @throws NetnsError `unsupported` where there are no network namespaces. */
  constructor(platform: NodeJS.Platform = process.platform) {
    if (platform !== 'linux') {
      throw new NetnsError(
        'unsupported',
        l10n.t`This computer does not run Linux, and only Linux has network namespaces.`,
        {
          advice: l10n.t`Connect to a Linux host over SSH.`,
        },
      );
    }
  }

  open(command: CommandLine, events: ChannelEvents): Promise<ByteChannel> {
    return new Promise((resolve, reject) => {
      if (this.isClosed) {
        reject(closedError());
        return;
      }
      const [program = '', ...args] = command.argv;
      // A group of its own: Ctrl-C in our terminal is for us to act on, not for a script in the middle of its work.
      const child = spawn(program, args, { detached: true, stdio: 'pipe', cwd: homedir(), env: usersEnvironment() });
      const failToStart = (error: Error): void => {
        reject(
          new NetnsError('missingTool', l10n.t`${program} does not start on this computer.`, {
            hostSaid: error.message,
          }),
        );
      };
      child.once('error', failToStart);
      child.once('spawn', () => {
        const channel = new LocalChannel(child, events, (over) => this.channels.delete(over));
        this.channels.add(channel);
        resolve(channel);
      });
    });
  }

  /**
   * Node.js opens no pseudoterminal without a native module, so script(1) of util-linux does. It takes no size: that is set
   * with stty(1) on the terminal it names, from inside for the start and from outside later.
   */
  async openTerminal(command: CommandLine, size: TerminalSize, events: ChannelEvents): Promise<TerminalChannel> {
    const invocation = invoke(terminalScript(command.commandLine, size), { input: { type: 'live' } });
    const process = new ScriptProcess(
      {
        invocation,
        signal: undefined,
        ownsInput: false,
        isBinary: false,
        brokeOff: () => brokeOff(this.description),
        didNotStart: (said) =>
          new NetnsError('missingTool', l10n.t`No terminal can be opened on this computer.`, {
            hostSaid: said,
            advice: l10n.t`Terminals on this computer need script(1) (Debian: bsdutils; Fedora: util-linux-script).`,
          }),
      },
      { dispose: () => undefined, giveUp: () => undefined },
    );
    process.attach(await this.open(invocation, process));
    return new LocalTerminal(process, events);
  }

  dispose(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const channel of [...this.channels]) channel.close();
    this.closes.fire(undefined);
    this.closes.dispose();
  }
}

function closedError(): NetnsError {
  return new NetnsError('cancelled', l10n.t`The connection to this computer was closed.`);
}

/** What a user's own shell would have: without what VS Code adds for its own processes. */
function usersEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(ELECTRON_|VSCODE_)/.test(name)));
}

/** A child process. The end of its input is what ends it, also when we die: the watchdog in its script sees to that. */
class LocalChannel implements ByteChannel {
  private isOver = false;
  private code: number | undefined;

  constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly events: ChannelEvents,
    private readonly onOver: (channel: LocalChannel) => void,
  ) {
    const take = (stream: 'stdout' | 'stderr') => (chunk: Buffer) => {
      if (!this.isOver) this.events.onOutput(stream, chunk);
    };
    child.stdout.on('data', take('stdout'));
    child.stderr.on('data', take('stderr'));
    // A process that ends before it has read everything.
    child.stdin.on('error', () => undefined);
    child.on('error', () => undefined);
    child.on('exit', (code, signal) => {
      this.code = code ?? codeOfSignal(signal ?? '');
      if (!this.isOver) this.events.onExit?.(this.code);
    });
    child.on('close', () => this.end());
  }

  write(data: string): void {
    if (this.child.stdin.writable && !this.isOver) this.child.stdin.write(data);
  }

  closeInput(): void {
    this.child.stdin.end();
  }

  close(): void {
    this.child.stdin.destroy();
    this.child.stdout.destroy();
    this.child.stderr.destroy();
    this.end();
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.child.stdin.destroy();
    this.onOver(this);
    this.events.onEnd(this.code === undefined ? { error: closedError() } : { code: this.code });
    this.events.onClosed();
  }
}

/** The script that opens a terminal and runs a command on it. Its first line of output names the terminal. */
function terminalScript(commandLine: string, { columns, rows }: TerminalSize): string {
  const shell = process.env['SHELL'] ?? '/bin/sh';
  const locale = process.env['LC_ALL'];
  const inside = [
    'tty',
    `stty cols ${columns} rows ${rows}`,
    `SHELL=${quoteArgument(shell)}`,
    locale === undefined ? 'unset LC_ALL' : `LC_ALL=${quoteArgument(locale)}`,
    commandLine,
  ].join('\n');
  // script(1) hands its command to $SHELL, which may be fish or csh.
  return `SHELL=/bin/sh TERM=xterm-256color; export SHELL TERM\nexec script -q -e -f -c ${quoteText(inside)} /dev/null`;
}

class LocalTerminal implements TerminalChannel {
  private name: string | undefined;
  private head = '';
  private size: TerminalSize | undefined;

  constructor(
    private readonly process: ScriptProcess,
    events: ChannelEvents,
  ) {
    process.onStdout((text) => {
      const output = this.afterName(text);
      if (output !== '') events.onOutput('stdout', Buffer.from(output));
    });
    process.onStderr((text) => events.onOutput('stdout', Buffer.from(text)));
    void process.exited
      .then(
        (code) => events.onEnd({ code }),
        (error: unknown) => events.onEnd({ error: error instanceof NetnsError ? error : closedError() }),
      )
      .finally(() => events.onClosed());
  }

  write(data: string): void {
    this.process.write(data);
  }

  closeInput(): void {
    this.process.closeInput();
  }

  close(): void {
    this.process.dispose();
  }

  resize(size: TerminalSize): void {
    this.size = size;
    if (this.name === undefined) return;
    const { columns, rows } = size;
    // The kernel tells the program on it (SIGWINCH). A terminal that is gone by now needs no size.
    execFile('stty', ['-F', this.name, 'cols', String(columns), 'rows', String(rows)], () => undefined);
  }

  private afterName(text: string): string {
    if (this.name !== undefined) return text;
    this.head += text;
    const [, name, rest] = /^(\/dev\/[^\r\n]+)\r?\n([^]*)$/.exec(this.head) ?? [];
    if (name === undefined || rest === undefined) return '';
    this.name = name;
    if (this.size !== undefined) this.resize(this.size);
    return rest;
  }
}
