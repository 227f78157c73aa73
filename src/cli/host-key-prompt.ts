import { createInterface } from 'node:readline/promises';
import { isCancelled, NetnsError } from '../base/errors';
import { plainLine } from '../base/plain-text';
import { connect } from '../transport/connect';
import { secretPrompts } from './secret-prompt';
import type { HostKeyQuestion, HostTarget, Transport } from '../transport/transport';

/**
 * Connects; on a terminal it asks about an unknown host key and for secrets, elsewhere it refuses the one and has none of the others.
 *
 * @throws NetnsError as `connect` does; for a key that nobody could be asked about, `hostKey` with the fingerprint.
 */
export async function connectAsking(target: HostTarget, signal: AbortSignal): Promise<Transport> {
  let unasked: HostKeyQuestion | undefined;
  const acceptHostKey = async (question: HostKeyQuestion): Promise<boolean> => {
    if (process.stdin.isTTY && process.stderr.isTTY) return await askPerson(question, signal);
    unasked = question;
    return false;
  };
  try {
    return await connect(target, { acceptHostKey, ...secretPrompts(signal) }, signal);
  } catch (error) {
    if (unasked === undefined || isCancelled(error)) throw error;
    throw unknownHostKey(unasked, error);
  }
}

async function askPerson({ host, keyType, fingerprint }: HostKeyQuestion, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const what = plainLine(`The host ${host} is not known. Its ${keyType} key has the fingerprint ${fingerprint}.`);
    const answer = await terminal.question(`${what}\nTrust it and remember it? (yes/no) `, { signal });
    return answer.trim().toLowerCase() === 'yes';
  } finally {
    terminal.close();
  }
}

function unknownHostKey({ host, keyType, fingerprint }: HostKeyQuestion, cause: unknown): NetnsError {
  const message = `The host ${host} is not known: its ${keyType} key has the fingerprint ${fingerprint}.`;
  return new NetnsError('hostKey', message, {
    advice:
      'Compare the fingerprint with the host’s (ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub there). ' +
      'Then run this once in a terminal and answer yes, or add the key to the known_hosts file.',
    cause,
  });
}
