import { cancelledError } from '../transport/cancellation';
import { plainLine } from '../base/plain-text';
import { Secret } from '../base/secret';
import type { ConnectPrompts, SecretQuestion } from '../transport/transport';

/** Asks for secrets at the terminal, where there is one; elsewhere nobody can be asked. Secrets are not shown as they are typed. */
export function secretPrompts(signal: AbortSignal): Pick<ConnectPrompts, 'askSecret' | 'answerChallenge'> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return {};
  return {
    askSecret: async ({ type, subject, isAgain }) => {
      return await readLine(`${isAgain ? 'That was wrong. ' : ''}${words[type]} ${subject}: `, false, signal);
    },
    answerChallenge: async ({ subject, name, instructions, prompts }) => {
      const answers: Secret[] = [];
      for (const { text, echo } of prompts) {
        const said = [name, instructions].filter((part) => part.trim() !== '').join(' ');
        answers.push(await readLine(`(${subject}) ${said === '' ? '' : `${said} `}${text} `, echo, signal));
      }
      return answers;
    },
  };
}

const words: Readonly<Record<SecretQuestion['type'], string>> = {
  passphrase: 'Passphrase of',
  password: 'Password of',
  sudo: 'Password for sudo of',
  doas: 'Password for doas of',
};

/** Reads one line in raw mode: the terminal's own line mode would show it. @throws NetnsError `cancelled` for Ctrl-C and Ctrl-D. */
function readLine(question: string, echo: boolean, signal: AbortSignal): Promise<Secret> {
  const { stdin, stderr } = process;
  return new Promise((resolve, reject) => {
    const typed: string[] = [];
    const end = (settle: () => void): void => {
      stdin.off('data', take);
      signal.removeEventListener('abort', abort);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      settle();
    };
    const abort = (): void => end(() => reject(cancelledError()));
    const take = (chunk: Buffer | string): void => {
      for (const character of chunk.toString()) {
        if (character === '\r' || character === '\n') {
          end(() => resolve(new Secret(typed.join(''))));
          return;
        }
        if (character === '\x03' || character === '\x04') {
          abort();
          return;
        }
        if (character === '\x7f' || character === '\b') {
          if (typed.pop() !== undefined && echo) stderr.write('\b \b');
        } else if (character >= ' ') {
          typed.push(character);
          if (echo) stderr.write(character);
        }
      }
    };
    stderr.write(plainLine(question));
    stdin.setRawMode(true);
    stdin.on('data', take);
    stdin.resume();
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
  });
}
