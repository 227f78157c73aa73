import * as l10n from '@vscode/l10n';
import type { AnyAuthMethod } from 'ssh2';
import { NetnsError } from '../base/errors';
import type { Secret } from '../base/secret';
import { cancelledError } from './cancellation';
import { LockedKeyAgent, unlockKey } from './ssh-agent';
import type { LoginAttempt, LoginPlan } from './ssh-keys';
import type { ConnectPrompts, LoginChallenge, SecretQuestion } from './transport';

/** How often a password is asked for, as with ssh(1) (NumberOfPasswordPrompts). */
const passwordTries = 3;

/** How many questions one login may ask: a host could go on for ever. */
const challengeLimit = 20;

export interface MethodParts {
  readonly user: string;
  /** `root@198.18.0.2:22`, for people. */
  readonly subject: string;
  readonly plan: LoginPlan;
  readonly prompts: ConnectPrompts;
  /** Runs while a person thinks: no time limit runs meanwhile, and the signal tells when the answer is not wanted any more. */
  ask<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** The login is over for this reason. */
  fail(error: NetnsError): void;
}

/** Decides what to log in with next, in ssh(1)'s order: `none` to learn what the host takes, keys, keyboard-interactive, password. */
export class LoginMethods {
  /** What was tried, for people. */
  readonly tried: string[] = [];
  private readonly keysLeft: LoginAttempt[];
  private hasAsked = false;
  private passwords = 0;
  private interactive = 0;
  private challenges = 0;
  private partials = 0;
  private wasRefused = false;
  /** A password that the host has not answered yet. */
  private pending: { readonly question: SecretQuestion; readonly secret: Secret } | undefined;

  constructor(private readonly parts: MethodParts) {
    this.keysLeft = [...parts.plan.attempts];
  }

  /**
   * @param left the methods that the host still takes
   * @param isPartial the last one was right, and the host wants another besides
   * @returns undefined when there is nothing left to try
   */
  async next(left: readonly string[], isPartial: boolean): Promise<AnyAuthMethod | undefined> {
    const { user, prompts } = this.parts;
    if (isPartial) {
      if (++this.partials > challengeLimit) {
        throw new NetnsError(
          'login',
          l10n.t`${this.parts.subject} wants more than ${challengeLimit} logins in a row.`,
          {
            advice: l10n.t`Look at AuthenticationMethods in the sshd_config of the host.`,
          },
        );
      }
      this.accepted();
      this.passwords = 0;
      this.interactive = 0;
    }
    this.wasRefused = this.pending !== undefined;
    this.pending = undefined;
    if (!this.hasAsked) {
      this.hasAsked = true;
      return { type: 'none', username: user };
    }
    const attempt = left.includes('publickey') ? this.keysLeft.shift() : undefined;
    if (attempt !== undefined) return await this.keyMethod(attempt);
    if (left.includes('keyboard-interactive') && this.canAnswer && this.interactive < passwordTries) {
      this.interactive++;
      if (this.interactive === 1) this.tried.push('keyboard-interactive');
      return this.interactiveMethod();
    }
    if (left.includes('password') && prompts.askSecret !== undefined && this.passwords < passwordTries) {
      this.passwords++;
      if (this.passwords === 1) this.tried.push('a password');
      return { type: 'password', username: user, password: (await this.askPassword()).expose() };
    }
    return undefined;
  }

  /** The login succeeded, and so did what was answered last. */
  accepted(): void {
    if (this.pending === undefined) return;
    this.parts.prompts.onSecretAccepted?.(this.pending.question, this.pending.secret);
    this.pending = undefined;
  }

  private get canAnswer(): boolean {
    return this.parts.prompts.answerChallenge !== undefined && this.parts.prompts.askSecret !== undefined;
  }

  private async keyMethod(attempt: LoginAttempt): Promise<AnyAuthMethod> {
    const { user } = this.parts;
    this.tried.push(attempt.label);
    if ('method' in attempt) return attempt.method;
    if ('key' in attempt) return { type: 'publickey', username: user, key: attempt.key.expose() };
    const { publicKey } = attempt.locked;
    const unlock = (): Promise<Secret> => this.unlock(attempt.label, attempt.locked.text);
    if (publicKey === undefined) return { type: 'publickey', username: user, key: (await unlock()).expose() };
    const failing = async (): Promise<Secret> => {
      try {
        return await unlock();
      } catch (error) {
        this.parts.fail(asLoginError(error));
        throw error;
      }
    };
    return { type: 'agent', username: user, agent: new LockedKeyAgent(publicKey, failing) };
  }

  private async unlock(file: string, locked: Secret): Promise<Secret> {
    const question = { type: 'passphrase', subject: file } as const;
    const { key, passphrase } = await unlockKey(file, locked, (isAgain) => this.askSecret({ ...question, isAgain }));
    this.parts.prompts.onSecretAccepted?.({ ...question, isAgain: false }, passphrase);
    return key;
  }

  private async askPassword(): Promise<Secret> {
    const question: SecretQuestion = { type: 'password', subject: this.parts.subject, isAgain: this.wasRefused };
    const secret = await this.askSecret(question);
    this.pending = { question, secret };
    return secret;
  }

  private interactiveMethod(): AnyAuthMethod {
    let asked = 0;
    return {
      type: 'keyboard-interactive',
      username: this.parts.user,
      prompt: (name, instructions, _language, prompts, finish) => {
        const texts = prompts.map(({ prompt, echo }) => ({ text: prompt, echo: echo === true }));
        // A second question after the password's answer means that the password was right.
        if (asked++ > 0) this.accepted();
        this.answer(name, instructions, texts)
          .then((answers) => finish(answers.map((answer) => answer.expose())))
          .catch((error: unknown) => this.parts.fail(asLoginError(error)));
      },
    };
  }

  private async answer(
    name: string,
    instructions: string,
    prompts: LoginChallenge['prompts'],
  ): Promise<readonly Secret[]> {
    const { subject } = this.parts;
    this.challenges += Math.max(1, prompts.length);
    if (this.challenges > challengeLimit) {
      throw new NetnsError('login', l10n.t`${subject} asked more than ${challengeLimit} questions.`, {
        advice: l10n.t`Look at the log of sshd on the host.`,
      });
    }
    const [only] = prompts;
    // PAM asks for the ordinary password this way too; a "One-time password:" is none.
    const isPassword = /^(?:password|\S+['’]s password|password for \S+):\s*$/i;
    if (only !== undefined && prompts.length === 1 && !only.echo && isPassword.test(only.text)) {
      return [await this.askPassword()];
    }
    const { prompts: person } = this.parts;
    const answers = await this.parts.ask(
      async (signal) => await person.answerChallenge?.({ subject, name, instructions, prompts }, signal),
    );
    if (answers === undefined) throw cancelledError();
    return answers;
  }

  private async askSecret(question: SecretQuestion): Promise<Secret> {
    const secret = await this.parts.ask(async (signal) => await this.parts.prompts.askSecret?.(question, signal));
    if (secret === undefined) throw cancelledError();
    return secret;
  }
}

/** What a prompt threw, as an error of the login. */
export function asLoginError(error: unknown): NetnsError {
  if (error instanceof NetnsError) return error;
  return new NetnsError('login', l10n.t`The answer to the host could not be asked for.`, { cause: error });
}
