import { userInfo } from 'node:os';
import type { HostTarget } from '../transport/transport';
import { UsageError } from './usage';

export interface SshFiles {
  readonly identityFile?: string;
  readonly knownHostsFile?: string;
}

/**
 * Reads `--target`: `local`, a host of the SSH configuration, or a URI as in `ssh://ops@198.51.100.7:2222` (the scheme of draft-ietf-secsh-scp-sftp-ssh-uri).
 * Without a user it is whoever runs this, as with ssh.
 *
 * @throws UsageError for anything else, and for a password: the arguments of a process are readable by everyone.
 */
export function parseTarget(text: string, { identityFile, knownHostsFile }: SshFiles = {}): HostTarget {
  if (text === 'local') {
    if (identityFile !== undefined || knownHostsFile !== undefined) {
      throw new UsageError('--identity and --known-hosts go with an ssh:// target only.');
    }
    return { type: 'local' };
  }
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // A host of the SSH configuration, as after `ssh`; a secret in it would look like `user:secret@host`.
  if (url === undefined && /^(?:[^\s@:/-][^\s@:/]*@)?[^\s@:/-][^\s@:/]*$/.test(text)) {
    if (identityFile !== undefined || knownHostsFile !== undefined) {
      throw new UsageError(
        '--identity and --known-hosts go with an ssh:// target only; your SSH configuration says them here.',
      );
    }
    return { type: 'alias', alias: text };
  }
  if (url?.protocol !== 'ssh:' || url.hostname === '') {
    const shown = text.replace(/:[^@]*@/, ':…@'); // What may be a password is not printed.
    throw new UsageError(
      `--target must be ssh://USER@HOST:PORT, a host of your SSH configuration, or local, not "${shown}".`,
    );
  }
  if (url.password !== '') {
    throw new UsageError('A target holds no password: others on this machine could read it. Use a key or the agent.');
  }
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') {
    throw new UsageError('A target ends after the port: ssh://USER@HOST:PORT.');
  }
  return {
    type: 'ssh',
    // An IPv6 address stands in brackets in a URI.
    host: decode(url.hostname).replace(/^\[(.*)\]$/, '$1'),
    user: url.username === '' ? userInfo().username : decode(url.username),
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    ...(identityFile === undefined ? {} : { identityFile }),
    ...(knownHostsFile === undefined ? {} : { knownHostsFiles: [knownHostsFile] }),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UsageError(`"${text}" in --target is not properly encoded.`);
  }
}
