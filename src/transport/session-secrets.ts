import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';
import type { Secret } from '../base/secret';
import type { ConnectPrompts, HostKeyQuestion, LoginChallenge, SecretQuestion } from './transport';

/**
 * A person's answers for as long as a host is in use: a secret that was right is not asked for again when the connection is
 * made anew. Held in memory only.
 */
export class SessionSecrets implements ConnectPrompts {
  private readonly known = new Map<string, Secret>();

  constructor(private readonly prompts: ConnectPrompts) {}

  /** As `prompts`, unless that has a memory already. */
  static around(prompts: ConnectPrompts): ConnectPrompts {
    return prompts instanceof SessionSecrets || prompts instanceof Unattended ? prompts : new SessionSecrets(prompts);
  }

  /** The same memory where no person is to be disturbed: what it does not hold stops the attempt with `login`. */
  unattended(): ConnectPrompts {
    return new Unattended(this);
  }

  acceptHostKey(question: HostKeyQuestion): Promise<boolean> {
    return this.prompts.acceptHostKey(question);
  }

  get askSecret(): ConnectPrompts['askSecret'] {
    const ask = this.prompts.askSecret?.bind(this.prompts);
    if (ask === undefined) return undefined;
    return async (question, signal) => this.recall(question) ?? (await ask(question, signal));
  }

  get answerChallenge(): ConnectPrompts['answerChallenge'] {
    return this.prompts.answerChallenge?.bind(this.prompts);
  }

  onSecretAccepted(question: SecretQuestion, secret: Secret): void {
    if (secret.equals(this.known.get(keyOf(question)))) return;
    this.known.set(keyOf(question), secret);
    this.prompts.onSecretAccepted?.(question, secret);
  }

  /** What was right before; forgotten when it no longer is. */
  recall(question: SecretQuestion): Secret | undefined {
    if (question.isAgain) this.known.delete(keyOf(question));
    return this.known.get(keyOf(question));
  }

  /** Drops all of it. */
  forget(): void {
    this.known.clear();
  }
}

/** Answers from memory only. */
class Unattended implements ConnectPrompts {
  constructor(private readonly memory: SessionSecrets) {}

  acceptHostKey({ host }: HostKeyQuestion): Promise<boolean> {
    const message = l10n.t`The host key of ${host} is not known any more, and nobody was asked about it.`;
    return Promise.reject(new NetnsError('hostKey', message, { advice: connectYourself }));
  }

  askSecret(question: SecretQuestion): Promise<Secret | undefined> {
    const secret = this.memory.recall(question);
    if (secret !== undefined) return Promise.resolve(secret);
    return Promise.reject(needsPerson(question.subject, l10n.t`the ${question.type} is needed`));
  }

  answerChallenge({ subject }: LoginChallenge): Promise<readonly Secret[] | undefined> {
    return Promise.reject(needsPerson(subject, l10n.t`the host asks for something that only a person can answer`));
  }

  onSecretAccepted(question: SecretQuestion, secret: Secret): void {
    this.memory.onSecretAccepted(question, secret);
  }
}

const connectYourself = l10n.t`Connect to the host yourself; then you are asked.`;

function needsPerson(subject: string, why: string): NetnsError {
  return new NetnsError('login', l10n.t`${subject} could not be logged in to again by itself: ${why}.`, {
    advice: connectYourself,
  });
}

function keyOf({ type, subject }: SecretQuestion): string {
  return `${type} ${subject}`;
}
