import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';
import { optional, parseJson } from './json';
import type { HostSnapshot } from './model';
import { readRoutes } from './read-routes';
import type { Sections } from './sections';

/** The host's names, tools and the SSH connection's path. */
export function readHost(sections: Sections): Pick<HostSnapshot, 'hostname' | 'kernel' | 'tools' | 'ssh'> {
  const [hostname = '', kernel = ''] = sections.lines('host');
  const ssh = readConnection(sections);
  return { hostname, kernel, tools: readTools(sections.lines('tools')), ...(ssh === undefined ? {} : { ssh }) };
}

function readTools(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const space = line.indexOf(' ');
      return space === -1 ? [line, ''] : [line.slice(0, space), line.slice(space + 1).trim()];
    }),
  );
}

/** `CLIENT_ADDRESS CLIENT_PORT SERVER_ADDRESS SERVER_PORT`, as sshd(8) sets SSH_CONNECTION, and what `ip route get` says of it. */
function readConnection(sections: Sections): HostSnapshot['ssh'] {
  const line = sections.get('ssh') ?? '';
  const match = /^([0-9A-Fa-f.:%\w]+) \d+ ([0-9A-Fa-f.:%\w]+) (\d+)$/.exec(line.trim());
  if (match === null) return undefined;
  const [, clientAddress = '', serverAddress = '', port = ''] = match;
  const [route] = readRoutes(parseJson(sections.get('ssh-route') ?? ''));
  return {
    clientAddress,
    serverAddress,
    serverPort: Number(port),
    ...optional('route', route),
    ...optional('acceptRa', sections.lines('ssh-accept-ra')[0]),
  };
}

/** @throws NetnsError `missingTool` where the host has no ip(8), or one that prints no JSON. */
export function requireTools(sections: Sections): void {
  const noJson = sections.get('no-json');
  if (sections.get('no-ip') === undefined && noJson === undefined) return;
  const what =
    noJson === undefined
      ? l10n.t`The host has no ip command, which reads and changes its network.`
      : l10n.t`The host's ip command prints no JSON (no option -j), so the host cannot be observed.`;
  throw new NetnsError('missingTool', what, {
    ...(noJson === undefined ? {} : { hostSaid: firstLines(noJson) }),
    advice: l10n.t`Install iproute2 on the host: ${installAdvice(sections.get('os') ?? '')}`,
  });
}

const installers: Readonly<Record<string, string>> = {
  debian: 'apt-get install iproute2',
  ubuntu: 'apt-get install iproute2',
  fedora: 'dnf install iproute',
  rhel: 'dnf install iproute',
  centos: 'dnf install iproute',
  suse: 'zypper install iproute2',
  opensuse: 'zypper install iproute2',
  arch: 'pacman -S iproute2',
  alpine: 'apk add iproute2',
};

/** The command for the host's distribution (os-release(5): ID, then ID_LIKE), or those for the common ones. */
function installAdvice(osRelease: string): string {
  const values = (key: string): string[] =>
    (new RegExp(`^${key}=(.*)$`, 'm').exec(osRelease)?.[1] ?? '').replace(/["']/g, '').split(/\s+/);
  for (const id of [...values('ID'), ...values('ID_LIKE')]) {
    const installer = Object.hasOwn(installers, id) ? installers[id] : undefined;
    if (installer !== undefined) return l10n.t`${installer} (as root).`;
  }
  return l10n.t`apt-get install iproute2 (Debian, Ubuntu), dnf install iproute (Fedora) or apk add iproute2 (Alpine), as root.`;
}

/** The beginning of what a program said; busybox prints its whole usage. */
export function firstLines(words: string): string {
  return words
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, 3)
    .join('\n');
}
