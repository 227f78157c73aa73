import { EventEmitter, l10n, type Pseudoterminal, type TerminalDimensions } from 'vscode';
import { DisposableList } from '../../base/disposable';
import { describeError } from '../../base/errors';
import { shellOf } from '../../lab/actions/shell';
import type { HostSnapshot } from '../../host/model';
import type { Subject } from '../../protocol/subject';
import type { RemoteTerminal, TerminalSize } from '../../transport/transport';
import { plainLines } from '../host-data';
import type { Host } from '../hosts/host';
import type { HostConnector } from '../hosts/host-connector';
import type { HostRegistry } from '../hosts/host-registry';

export interface ShellTerminalParts {
  readonly registry: HostRegistry;
  readonly connector: HostConnector;
}

/** What runs in a terminal. */
export interface TerminalProgram {
  start(subject: Subject, snapshot: HostSnapshot): { readonly script: string; readonly asRoot: boolean };
  /** What Enter does once it is over: `reconnect`. */
  readonly again: string;
  /** Its terminal stays when it ends by itself, for what it said is what it was started for. */
  readonly staysOpen?: true;
}

/** The user's own shell. */
const shellProgram: TerminalProgram = { start: shellOf, again: l10n.t('reconnect') };

/** What a terminal shows when VS Code does not say how large it is. */
const usualSize: TerminalSize = { columns: 80, rows: 24 };

/**
 * A shell on a host as VS Code's terminal. It ends with the shell. Where the connection ends first it says so and stays: Enter
 * opens the shell anew in its place, and so does the connection when it returns.
 */
export class ShellTerminal implements Pseudoterminal {
  private readonly disposables = new DisposableList();
  private readonly writes = this.disposables.add(new EventEmitter<string>());
  private readonly closes = this.disposables.add(new EventEmitter<void>());
  readonly onDidWrite = this.writes.event;
  readonly onDidClose = this.closes.event;

  private size = usualSize;
  private remote: RemoteTerminal | undefined;
  private state: 'opening' | 'open' | 'over' | 'closed' = 'over';
  /** Keys were pressed since the shell began: what it ends with is the person's own doing. */
  private wasUsed = false;
  /** Typed while there was no shell yet. */
  private typedAhead = '';
  /** It did not end by itself: it begins anew when the connection returns. */
  private wasCutOff = false;

  constructor(
    readonly subject: Subject,
    private readonly hostId: string,
    private readonly parts: ShellTerminalParts,
    private readonly program: TerminalProgram = shellProgram,
  ) {}

  open(dimensions: TerminalDimensions | undefined): void {
    if (dimensions !== undefined) this.size = dimensions;
    this.disposables.add(
      this.parts.registry.onDidChange((change) => {
        const isBack = change.type === 'state' && change.host.id === this.hostId && change.host.state.status === 'live';
        if (isBack && this.state === 'over' && this.wasCutOff) this.begin();
      }),
    );
    this.begin();
  }

  setDimensions(dimensions: TerminalDimensions): void {
    this.size = dimensions;
    this.remote?.resize(dimensions);
  }

  handleInput(data: string): void {
    if (this.remote !== undefined) {
      this.wasUsed = true;
      this.remote.write(data);
    } else if (this.state === 'opening') {
      this.typedAhead += data;
    } else if (this.state === 'over' && data.includes('\r')) {
      this.begin();
    }
  }

  /** VS Code closes the terminal: the shell gets SIGHUP from the host's kernel. */
  close(): void {
    this.state = 'closed';
    this.remote?.dispose();
    this.remote = undefined;
    this.disposables.dispose();
  }

  private begin(): void {
    this.state = 'opening';
    this.run().catch((error: unknown) => this.stop(error));
  }

  private async run(): Promise<void> {
    const host = this.parts.registry.find(this.hostId);
    if (host === undefined || !(await this.parts.connector.ensureLive(host))) {
      this.stop(undefined);
      return;
    }
    const remote = await this.start(host);
    if (this.isClosed()) {
      remote.dispose();
      return;
    }
    this.remote = remote;
    this.state = 'open';
    this.wasUsed = this.typedAhead !== '';
    remote.write(this.typedAhead);
    this.typedAhead = '';
    remote.onData((text) => this.write(text));
    // It may have changed while the shell was on its way.
    remote.resize(this.size);
    await this.follow(remote);
  }

  private async follow(remote: RemoteTerminal): Promise<void> {
    try {
      const code = await remote.exited;
      this.remote = undefined;
      if (this.program.staysOpen !== true && (code === 0 || this.wasUsed)) this.end();
      else this.stop(undefined);
    } catch (error) {
      this.remote = undefined;
      this.stop(error);
    }
  }

  private start(host: Host): Promise<RemoteTerminal> {
    const { snapshot } = host;
    const transport = host.transport();
    if (snapshot === undefined) throw new Error(l10n.t('A live host was not read yet.'));
    const { script, asRoot } = this.program.start(this.subject, snapshot);
    return transport.openTerminal(script, this.size, { asRoot });
  }

  /** The shell ended by itself, and the terminal with it. */
  private end(): void {
    if (this.isClosed()) return;
    this.closes.fire();
  }

  /** There is no shell any more, and the person did not end it: says why, and stays. */
  private stop(error: unknown): void {
    if (this.isClosed()) return;
    this.state = 'over';
    this.wasCutOff = error !== undefined || this.program.staysOpen !== true;
    const why = error === undefined ? [] : plainLines(describeError(error));
    // Out of the alternate screen, mouse reports and bracketed paste off, cursor shown: the program that set them is gone.
    this.write('\x1b[?1049l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?25h\x1b[0m\r\n');
    for (const line of why) this.write(`\x1b[33m${line}\x1b[0m\r\n`);
    this.write(`\x1b[1m${l10n.t('Press Enter to {0}.', this.program.again)}\x1b[0m\r\n`);
  }

  private write(text: string): void {
    if (!this.isClosed()) this.writes.fire(text);
  }

  /** Not only read once: what is awaited in between changes it. */
  private isClosed(): boolean {
    return this.state === 'closed';
  }
}
