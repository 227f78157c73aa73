import { TerminalLocation, ThemeIcon, window, workspace, type ExtensionTerminalOptions, type Terminal } from 'vscode';
import { nameOf } from '../../lab/actions/shell';
import type { Subject } from '../../protocol/subject';
import { plainLine } from '../host-data';
import type { Host } from '../hosts/host';
import { SettingId, settingsSection } from '../ids';
import { ShellTerminal, type ShellTerminalParts } from './shell-terminal';

/** What a terminal with a shell on a host is made of; named `earth @ lab1`, the host's own `lab1`. */
export function shellTerminalOptions(
  parts: ShellTerminalParts,
  host: Host,
  subject: Subject,
): ExtensionTerminalOptions & { readonly pty: ShellTerminal } {
  const { snapshot } = host;
  const place = subject.type === 'host' || snapshot === undefined ? '' : `${nameOf(subject, snapshot)} @ `;
  return {
    name: plainLine(`${place}${host.label}`),
    iconPath: new ThemeIcon(subject.type === 'host' ? 'vm' : 'symbol-namespace'),
    pty: new ShellTerminal(subject, host.id, parts),
    location: terminalLocation(),
    isTransient: true,
  };
}

/** Opens the terminal and shows it. */
export function openShellTerminal(parts: ShellTerminalParts, host: Host, subject: Subject): Terminal {
  const terminal = window.createTerminal(shellTerminalOptions(parts, host, subject));
  terminal.show();
  return terminal;
}

function terminalLocation(): TerminalLocation {
  const setting = workspace.getConfiguration(settingsSection).get<string>(SettingId.terminalLocation);
  return setting === 'editor' ? TerminalLocation.Editor : TerminalLocation.Panel;
}
