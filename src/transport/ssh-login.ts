import * as l10n from '@vscode/l10n';
import type { Duplex } from 'node:stream';
import { NodeSSH, type Config } from 'node-ssh';
import type { AuthHandlerMiddleware, Client } from 'ssh2';
import { NetnsError } from '../base/errors';
import { cancelledError } from './cancellation';
import type { HostKeyCheck } from './host-keys';
import { offerLimit, readServerOffer, whyNotOurs } from './server-offer';
import type { LoginPlan } from './ssh-keys';
import { asLoginError, LoginMethods } from './ssh-methods';
import type { ConnectPrompts } from './transport';

/** All in milliseconds. */
export interface SshTiming {
  /** Until TCP is connected. */
  readonly connect: number;
  /** Until the host has shown its key. */
  readonly handshake: number;
  /** Until we are logged in; an agent may ask a person to touch a key. The time a person takes to answer us is not counted. */
  readonly login: number;
  /** Between two questions whether the host is still there. */
  readonly keepalive: number;
  /** How many of them may stay without answer; one interval later the connection is given up. */
  readonly keepaliveCount: number;
}

/** A host that hangs is given up after three keepalives in all: 45 seconds. */
export const usualTiming: SshTiming = {
  connect: 10_000,
  handshake: 15_000,
  login: 60_000,
  keepalive: 15_000,
  keepaliveCount: 2,
};

export interface LoginOptions {
  readonly socket: Duplex;
  readonly user: string;
  /** `host` or `host:port`, for people. */
  readonly where: string;
  readonly hostKeys: HostKeyCheck;
  readonly plan: LoginPlan;
  readonly prompts: ConnectPrompts;
  /** Methods that are not to be used. */
  readonly withoutMethods?: readonly string[];
  readonly timing: SshTiming;
  readonly signal: AbortSignal | undefined;
}

/**
 * Speaks SSH on a connected socket until we are logged in. The socket is destroyed if that fails.
 *
 * @throws NetnsError `hostKey`, `login`, `unreachable`, `unsupported` when the two sides have no algorithm in common, `cancelled`.
 */
export function login(options: LoginOptions): Promise<Client> {
  return new Login(options).run();
}

class Login {
  private phase: 'greeting' | 'hostKey' | 'login' = 'greeting';
  private timer: NodeJS.Timeout | undefined;
  private readonly troubles: string[] = [];
  private methodsLeft: readonly string[] = [];
  private trustedKey: Buffer | undefined;
  private isSettled = false;
  /** What the host said first, until its key came. */
  private said = Buffer.alloc(0);
  private settle: (outcome: NetnsError | Client) => void = () => undefined;
  private readonly methods: LoginMethods;
  /** Takes back what a person is being asked. */
  private readonly answers = new AbortController();

  constructor(private readonly options: LoginOptions) {
    const { user, where, plan, prompts } = options;
    this.methods = new LoginMethods({
      user,
      subject: `${user}@${where}`,
      plan,
      prompts,
      ask: (work) => this.whilePersonThinks(work),
      fail: (error) => this.fail(error),
    });
  }

  run(): Promise<Client> {
    const { signal, socket, timing } = this.options;
    return new Promise((resolve, reject) => {
      const abort = (): void => this.fail(cancelledError());
      this.settle = (outcome) => {
        clearTimeout(this.timer);
        signal?.removeEventListener('abort', abort);
        socket.off('data', this.listen);
        this.answers.abort();
        if (outcome instanceof NetnsError) {
          socket.destroy();
          reject(outcome);
        } else {
          resolve(outcome);
        }
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.limit(
        timing.handshake,
        l10n.t`did not complete the SSH handshake`,
        l10n.t`Check that an SSH server listens on that port.`,
      );
      const client = this.begin();
      if (signal?.aborted === true) abort();
      client.on('ready', () => this.finish(client));
      client.on('error', (error: Error & { level?: string }) => this.onError(error));
      client.on('close', () => this.fail(this.ended(l10n.t`ended the connection`)));
      client.on('change password', (words: string) => this.fail(this.mustChange(words)));
    });
  }

  private readonly listen = (chunk: Buffer): void => {
    if (this.said.length < offerLimit) this.said = Buffer.concat([this.said, chunk]).subarray(0, offerLimit);
  };

  /** Hands ssh2 the socket. Its events tell what happens; node-ssh's promise would reject for errors that ssh2 survives. */
  private begin(): Client {
    const { socket, user, hostKeys, timing } = this.options;
    const ssh = new NodeSSH();
    const config: Config = {
      sock: socket,
      username: user,
      // Our own limits run by phase, so that a person may take their time over a host key.
      readyTimeout: 0,
      keepaliveInterval: timing.keepalive,
      keepaliveCountMax: timing.keepaliveCount,
      algorithms: { serverHostKey: hostKeys.algorithms },
      hostVerifier: (key: Buffer, verify: (isValid: boolean) => void) => void this.verifyHostKey(key, verify),
      authHandler: this.nextMethod(),
    };
    ssh.connect(config).catch((error: unknown) => {
      if (!(error instanceof Error)) this.fail(new NetnsError('internal', String(error)));
    });
    const { connection } = ssh;
    if (connection === null) throw new NetnsError('internal', l10n.t`node-ssh did not begin to connect.`);
    // After ssh2's own listener: the first to listen sets the stream going.
    socket.on('data', this.listen);
    return connection;
  }

  /** ssh2 also asks at every new key exchange, hours later: then only the key that was trusted at first is right. */
  private async verifyHostKey(key: Buffer, verify: (isValid: boolean) => void): Promise<void> {
    if (this.trustedKey !== undefined) {
      verify(this.trustedKey.equals(key));
      return;
    }
    this.phase = 'hostKey';
    clearTimeout(this.timer);
    this.options.socket.off('data', this.listen);
    try {
      await this.options.hostKeys.verify(key);
    } catch (error) {
      this.fail(
        error instanceof NetnsError
          ? error
          : new NetnsError('hostKey', l10n.t`The host key of ${this.options.where} could not be judged.`, {
              cause: error,
            }),
      );
      return;
    }
    this.trustedKey = key;
    if (this.isSettled) return;
    this.phase = 'login';
    this.limitLogin();
    verify(true);
  }

  private nextMethod(): AuthHandlerMiddleware {
    return (methodsLeft: readonly string[] | null, isPartial: boolean | null, next) => {
      const { withoutMethods = [] } = this.options;
      this.methodsLeft = (methodsLeft ?? []).filter((method) => !withoutMethods.includes(method));
      this.methods.next(this.methodsLeft, isPartial === true).then(
        (method) => {
          if (this.isSettled) return;
          if (method === undefined) this.fail(this.refused());
          else next(method);
        },
        (error: unknown) => this.fail(asLoginError(error)),
      );
    };
  }

  private async whilePersonThinks<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    clearTimeout(this.timer);
    try {
      return await work(this.answers.signal);
    } finally {
      if (!this.isSettled) this.limitLogin();
    }
  }

  private limitLogin(): void {
    this.limit(
      this.options.timing.login,
      l10n.t`did not answer our login`,
      l10n.t`Look at the log of sshd on the host.`,
    );
  }

  private onError(error: Error & { level?: string; code?: unknown }): void {
    // ssh2 goes on with the next key when the agent or a key cannot sign.
    if (error.level === 'agent' || error.level === 'client-authentication') {
      this.troubles.push(error.message);
      return;
    }
    if (error.level === 'handshake' && this.phase === 'greeting' && error.message.includes('no matching')) {
      this.fail(this.nothingInCommon(error));
      return;
    }
    // A number is the reason of the server's own SSH_MSG_DISCONNECT (RFC 4253, section 11.1).
    if (this.phase === 'login' && typeof error.code === 'number') this.fail(this.refused(error.message));
    else this.fail(this.ended(l10n.t`broke off (${error.message})`));
  }

  private nothingInCommon(error: Error): NetnsError {
    const offer = readServerOffer(this.said);
    const why = offer === undefined ? undefined : whyNotOurs(error.message, offer);
    const message = [l10n.t`${this.options.where} and this program have no SSH algorithm in common.`, why].filter(
      Boolean,
    );
    return new NetnsError('unsupported', message.join(' '), {
      hostSaid: error.message,
      advice: l10n.t`Allow one of the usual algorithms in the sshd_config of the host (KexAlgorithms curve25519-sha256, an ed25519, ECDSA or RSA HostKey, Ciphers aes128-gcm@openssh.com).`,
      cause: error,
    });
  }

  private refused(hostSaid = l10n.t`Permission denied (${this.methodsLeft.join(',')}).`): NetnsError {
    const { user, where, plan } = this.options;
    const { tried } = this.methods;
    const what = tried.length > 0 ? l10n.t`Tried: ${tried.join(', ')}.` : l10n.t`There was no key to try.`;
    return new NetnsError(
      'login',
      [l10n.t`${where} refused the login of ${user}.`, what, ...plan.leftOut, ...this.troubles].join(' '),
      { hostSaid, advice: this.adviceForRefused() },
    );
  }

  private adviceForRefused(): string {
    const { user, prompts } = this.options;
    const left = this.methodsLeft;
    if (left.length === 0 || left.includes('publickey')) {
      return l10n.t`Put your public key into ~/.ssh/authorized_keys of ${user} on the host, or choose another user or key. A host that takes only user certificates or security keys cannot be logged in to by this program yet.`;
    }
    const takesAnswers = left.includes('password') || left.includes('keyboard-interactive');
    if (takesAnswers && prompts.askSecret === undefined) {
      return l10n.t`The host takes a password and no key, and nobody can be asked for one here: use a key, or run this in a terminal.`;
    }
    if (takesAnswers) return l10n.t`Check the user and the password.`;
    return l10n.t`Keys and passwords are what this program can log in with; the host takes ${left.join(', ')}.`;
  }

  private mustChange(hostSaid: string): NetnsError {
    const { user, where } = this.options;
    return new NetnsError('login', l10n.t`${where} wants ${user} to change the password first.`, {
      hostSaid,
      advice: l10n.t`Log in once with ssh in a terminal and change it there.`,
    });
  }

  private ended(what: string): NetnsError {
    const { where } = this.options;
    if (this.phase === 'greeting') {
      return new NetnsError('unreachable', l10n.t`${where} ${what} before the SSH handshake was done.`, {
        advice: l10n.t`Check that an SSH server listens on that port, and that it lets this computer in (sshd: MaxStartups, firewall).`,
      });
    }
    const message =
      this.phase === 'hostKey'
        ? l10n.t`${where} ${what} while its key was being judged.`
        : l10n.t`${where} ${what} before we were logged in.`;
    return new NetnsError('unreachable', message, {
      advice: l10n.t`Try again; look at the log of sshd on the host if it happens once more.`,
    });
  }

  private limit(milliseconds: number, what: string, advice: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const message = l10n.t`${this.options.where} ${what} within ${milliseconds / 1000} s.`;
      this.fail(new NetnsError('unreachable', message, { advice }));
    }, milliseconds);
  }

  private finish(client: Client): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.methods.accepted();
    this.settle(client);
  }

  /** Only the first failure counts; ssh2 tells of its consequences too. */
  private fail(error: NetnsError): void {
    if (this.isSettled) return;
    this.isSettled = true;
    this.settle(error);
  }
}
