import * as l10n from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import { NetnsError } from '../base/errors';
import type { Secret } from '../base/secret';
import type { ByteChannel, ChannelEvents, ProcessEnd } from './byte-channel';
import { orCancelled } from './cancellation';
import { deferred } from './deferred';
import { doasPrompt } from './doas-terminal';

/**
 * A process behind a `sudo` or `doas` that asks for a password.
 *
 * What the machine says until root's own process runs is kept from whoever opened it; nothing of theirs is sent before. The
 * password goes out once, and only after sudo's question was seen. The question is random, and is not what the command line
 * holds (sudo makes `%` of `%%`), so that a shell that prints its commands is not taken for sudo.
 */
export interface SudoQuestion {
  readonly program: AskingProgram;
  /** For `sudo -p`, and for what stands between us and doas. */
  readonly prompt: string;
  /** What is printed for it. */
  readonly asked: string;
  /** Two words for `printf %s%s` right before doas at a terminal, where it prints a question of its own. */
  readonly begins: readonly [string, string];
  /** Two words for `printf %s%s`, which root's process begins with. */
  readonly ready: readonly [string, string];
}

/** Who asks for a password before it makes us root. */
export type AskingProgram = 'sudo' | 'doas';

export function newSudoQuestion(program: AskingProgram): SudoQuestion {
  const word = (): string => randomBytes(9).toString('hex');
  const [one, two] = [word(), word()];
  return {
    program,
    begins: [`netns-${word()}`, word()],
    prompt: `netns-${one}%%${two}:`,
    asked: `netns-${one}%${two}:`,
    ready: [`netns-${word()}`, word()],
  };
}

/** How long sudo may take before it asks, and again after the password (it waits on purpose after a wrong one), in milliseconds. */
const sudoLimit = 60_000;

/** Most of what is said instead of the question that is kept. */
const keptLimit = 64 * 1024;

/** Stands between a channel and its events until root's process runs. */
export class SudoGate implements ChannelEvents {
  private readonly passed = deferred<undefined>();
  private state: 'waiting' | 'answered' | 'open' | 'over' = 'waiting';
  private channel: ByteChannel | undefined;
  private readonly said = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly question: SudoQuestion,
    private readonly password: Secret,
    private readonly events: ChannelEvents,
  ) {
    this.passed.promise.catch(() => undefined);
  }

  /**
   * Waits until root's process runs.
   *
   * @throws SudoRefused when sudo did not take the password or wants something else; NetnsError of the channel; `cancelled`.
   */
  async through<T extends ByteChannel>(channel: T, signal?: AbortSignal): Promise<T> {
    this.channel = channel;
    this.limit();
    this.look();
    try {
      await orCancelled(this.passed.promise, signal);
      return channel;
    } catch (error) {
      this.state = 'over';
      channel.close();
      throw error;
    } finally {
      clearTimeout(this.timer);
    }
  }

  onOutput(stream: 'stdout' | 'stderr', chunk: Buffer): void {
    if (this.state === 'open') this.events.onOutput(stream, chunk);
    if (this.state !== 'waiting' && this.state !== 'answered') return;
    this.said[stream] = Buffer.concat([this.said[stream], chunk]).subarray(-keptLimit);
    if (this.channel !== undefined) this.look();
  }

  onExit(code: number): void {
    if (this.state === 'open') this.events.onExit?.(code);
  }

  onEnd(end: ProcessEnd): void {
    if (this.state === 'open') this.events.onEnd(end);
    else this.fail('error' in end ? end.error : this.refusal());
  }

  onClosed(): void {
    this.events.onClosed();
  }

  private look(): void {
    const ready = this.question.ready.join('');
    const at = this.said.stdout.indexOf(ready);
    if (at >= 0) {
      this.open(this.said.stdout.subarray(at + ready.length));
      return;
    }
    // Without a terminal sudo asks on stderr; on one, everything comes as stdout.
    const questions = this.count(this.said.stderr) + this.count(this.said.stdout);
    if (questions > 1) {
      this.fail(new SudoRefused(this.question.program, 'password', this.words()));
    } else if (questions === 1 && this.state === 'waiting') {
      this.state = 'answered';
      this.limit();
      this.channel?.write(`${this.password.expose()}\n`);
    }
  }

  /** How often we were asked. A question of doas itself counts from where it alone can have printed it. */
  private count(said: Buffer): number {
    const text = said.toString('latin1');
    const [, byDoas = ''] = text.split(this.question.begins.join(''));
    return text.split(this.question.asked).length - 1 + (byDoas.match(doasPrompt)?.length ?? 0);
  }

  /** doas asks once, and ends where the answer was wrong. */
  private refusal(): SudoRefused {
    const said = this.words();
    const isWrong = this.question.program === 'doas' && /Authentication failed/i.test(said);
    return new SudoRefused(this.question.program, isWrong ? 'password' : 'failed', said);
  }

  private open(rest: Buffer): void {
    this.state = 'open';
    this.passed.resolve(undefined);
    if (rest.length > 0) this.events.onOutput('stdout', rest);
  }

  private limit(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fail(this.refusal()), sudoLimit);
  }

  private fail(error: Error): void {
    if (this.state === 'open' || this.state === 'over') return;
    this.state = 'over';
    this.passed.reject(error);
  }

  /** What sudo and the login shell said, without the question. */
  private words(): string {
    const said = `${this.said.stderr.toString()}\n${this.said.stdout.toString()}`;
    return said.replaceAll(this.question.asked, '').replaceAll(this.question.begins.join(''), '').trim();
  }
}

/** sudo or doas did not let us through. */
export class SudoRefused extends NetnsError {
  constructor(
    program: AskingProgram,
    /** `password`: it was wrong. `failed`: sudo wants something else, or does not allow it at all. */
    readonly what: 'password' | 'failed',
    said: string,
  ) {
    super(
      'privilege',
      what === 'password' ? l10n.t`${program} did not take the password.` : l10n.t`${program} did not let us through.`,
      {
        hostSaid: said,
        advice: l10n.t`Disconnect and connect again, and give the password that ${program} on the host takes.`,
      },
    );
  }
}
