import type { NetnsError } from '../base/errors';
import type { Secret } from '../base/secret';
import { noRoot } from './privilege';
import { SudoRefused, type AskingProgram } from './sudo-channel';
import type { ConnectPrompts, SecretQuestion } from './transport';

/** How often the password is asked for when connecting. */
const tries = 3;

/**
 * Asks a person for the password that sudo or doas wants, and tries it, until it is right.
 *
 * @param attempt throws SudoRefused where the program does not let us through with it
 * @param otherwise the error where nobody can be asked
 * @returns the password; or why there is no root, for the connection is of use without it too
 * @throws whatever `attempt` throws besides
 */
export async function askForSudo(
  program: AskingProgram,
  where: { readonly description: string; readonly user: string },
  prompts: ConnectPrompts,
  attempt: (password: Secret) => Promise<void>,
  otherwise: NetnsError,
  signal: AbortSignal | undefined,
): Promise<Secret | NetnsError> {
  const { description, user } = where;
  if (prompts.askSecret === undefined) return otherwise;
  let hostSaid = '';
  for (let tried = 0; tried < tries; tried++) {
    const question: SecretQuestion = { type: program, subject: subjectOf(where), isAgain: tried > 0 };
    const password = await prompts.askSecret(question, signal ?? new AbortController().signal);
    if (password === undefined) return noRoot(description, user, 'unanswered', '', program);
    // It would be two lines, the second of them for whoever comes after it.
    if (/[\n\r\0]/.test(password.expose())) continue;
    try {
      await attempt(password);
      prompts.onSecretAccepted?.(question, password);
      return password;
    } catch (error) {
      if (!(error instanceof SudoRefused)) throw error;
      hostSaid = error.hostSaid ?? '';
      if (error.what === 'failed') return noRoot(description, user, 'failed', hostSaid, program);
    }
  }
  return noRoot(description, user, 'wrong', hostSaid, program);
}

/** `student@198.18.0.2:22`, also on this machine. */
function subjectOf({ description, user }: { readonly description: string; readonly user: string }): string {
  return description.includes('@') ? description : `${user}@${description}`;
}
