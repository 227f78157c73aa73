import { l10n, CancellationTokenSource, window, type InputBoxOptions, type LogOutputChannel } from 'vscode';
import { Secret } from '../../base/secret';
import type { ConnectPrompts, HostKeyQuestion, LoginChallenge, SecretQuestion } from '../../transport/transport';
import { plainLine } from '../host-data';
import { logError } from '../notify';
import type { SecretStore } from './secret-store';

const trust = l10n.t('Trust and Connect');
const remember = l10n.t('Remember');
const never = l10n.t('Never for This');

/** Asks the person at the window. What was remembered is taken without asking, once: a secret that no longer fits is forgotten. */
export class PersonPrompts implements ConnectPrompts {
  constructor(
    private readonly store: SecretStore,
    private readonly log: LogOutputChannel,
  ) {}

  /** In a modal dialog, as a question about a key must not be answered by accident. */
  async acceptHostKey({ host, keyType, fingerprint, note }: HostKeyQuestion): Promise<boolean> {
    const answer = await window.showWarningMessage(
      l10n.t('The host key of {0} is not known yet.', plainLine(host)),
      {
        modal: true,
        detail:
          `${plainLine(keyType)} ${plainLine(fingerprint)}\n\n` +
          (note === undefined ? '' : `${plainLine(note)}\n\n`) +
          l10n.t('Compare this with the fingerprint that “ssh-keygen -lf” shows for the key on the host itself. ') +
          l10n.t('If you trust it, it is written to your known_hosts file.'),
      },
      trust,
    );
    return answer === trust;
  }

  readonly askSecret = async (question: SecretQuestion, signal: AbortSignal): Promise<Secret | undefined> => {
    if (question.isAgain) await this.store.forget(question);
    const known = question.isAgain ? undefined : await this.store.get(question);
    if (known !== undefined) return known;
    const { title, prompt } = words[question.type](plainLine(question.subject));
    return await showInput(
      { title, prompt: question.isAgain ? l10n.t('That was wrong. {0}', prompt) : prompt, password: true },
      signal,
    );
  };

  readonly answerChallenge = async (
    { subject, name, instructions, prompts }: LoginChallenge,
    signal: AbortSignal,
  ): Promise<readonly Secret[] | undefined> => {
    const answers: Secret[] = [];
    for (const [index, { text, echo }] of prompts.entries()) {
      const said = [name, instructions, text].map((part) => plainLine(part).trim()).filter((part) => part !== '');
      const answer = await showInput(
        {
          title: l10n.t(
            '{0} Asks{1}',
            plainLine(subject),
            prompts.length > 1 ? ` (${index + 1}/${prompts.length})` : '',
          ),
          prompt: said.join(' — '),
          password: !echo,
        },
        signal,
      );
      if (answer === undefined) return undefined;
      answers.push(answer);
    }
    return answers;
  };

  onSecretAccepted(question: SecretQuestion, secret: Secret): void {
    this.offer(question, secret).catch((error: unknown) => {
      logError(this.log, l10n.t('Cannot remember the {0} of {1}', question.type, question.subject), error);
    });
  }

  private async offer(question: SecretQuestion, secret: Secret): Promise<void> {
    if (this.store.isNeverRemembered(question) || secret.equals(await this.store.get(question))) return;
    const answer = await window.showInformationMessage(
      l10n.t(
        'Remember the {0} {1}? It is kept in VS Code’s secret storage.',
        names[question.type],
        plainLine(question.subject),
      ),
      remember,
      never,
    );
    if (answer === remember) await this.store.remember(question, secret);
    if (answer === never) await this.store.neverRemember(question);
  }
}

export const names: Readonly<Record<SecretQuestion['type'], string>> = {
  passphrase: 'passphrase of',
  password: 'password of',
  sudo: 'sudo password of',
  doas: 'doas password of',
};

function ofProgram(program: 'sudo' | 'doas', subject: string): { title: string; prompt: string } {
  return {
    title: l10n.t('Password for {0}', program),
    prompt: l10n.t(
      '{0} wants the password of {1}. Escape goes on without root: you can look, and change nothing.',
      program,
      subject,
    ),
  };
}

const words: Readonly<Record<SecretQuestion['type'], (subject: string) => { title: string; prompt: string }>> = {
  passphrase: (subject) => ({ title: l10n.t('Passphrase'), prompt: l10n.t('Passphrase of the key {0}.', subject) }),
  password: (subject) => ({ title: l10n.t('Password'), prompt: l10n.t('Password of {0}.', subject) }),
  sudo: (subject) => ofProgram('sudo', subject),
  doas: (subject) => ofProgram('doas', subject),
};

/** An input box that closes when its answer is not wanted any more. */
async function showInput(options: InputBoxOptions, signal: AbortSignal): Promise<Secret | undefined> {
  const closing = new CancellationTokenSource();
  const close = (): void => closing.cancel();
  signal.addEventListener('abort', close, { once: true });
  if (signal.aborted) close();
  try {
    const text = await window.showInputBox({ ...options, ignoreFocusOut: true }, closing.token);
    return text === undefined ? undefined : new Secret(text);
  } finally {
    signal.removeEventListener('abort', close);
    closing.dispose();
  }
}
