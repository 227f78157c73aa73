import { command, type Command } from '../../base/command';
import { quoteCommand } from '../../base/shell-quote';
import type { SshConnection } from '../../host/model';
import { inside, type Place } from './place';

/** What is captured: one interface, or all of a namespace. */
export interface CapturePlace {
  readonly place: Place;
  readonly interface?: string;
}

/**
 * tcpdump(8), one line of text a packet. In the root namespace it leaves out the SSH connection that carries its own output: each
 * line about a packet would make the next packet.
 */
export function captureCommand(
  { place, interface: name = 'any' }: CapturePlace,
  ssh: SshConnection | undefined,
): Command {
  const words = ['tcpdump', '-l', '-nn', '--immediate-mode', '-i', name];
  return inside(place, command(...words, ...(place.type === 'root' ? withoutOwnStream(ssh) : [])));
}

/** The same for sh. Where there is no tcpdump it says what to do, and fails. */
export function captureScript(what: CapturePlace, ssh: SshConnection | undefined): string {
  return [
    'if ! command -v tcpdump >/dev/null 2>&1; then',
    '  echo "This host has no tcpdump. Install it there (Debian, Ubuntu: apt install tcpdump)."',
    '  exit 127',
    'fi',
    `exec ${quoteCommand(captureCommand(what, ssh).argv)}`,
  ].join('\n');
}

function withoutOwnStream(ssh: SshConnection | undefined): string[] {
  if (ssh === undefined) return [];
  return [`not (host ${ssh.clientAddress} and tcp port ${ssh.serverPort})`];
}
