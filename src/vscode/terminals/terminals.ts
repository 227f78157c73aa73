import {
  l10n,
  TerminalLocation,
  ThemeIcon,
  window,
  workspace,
  type ExtensionTerminalOptions,
  type Terminal,
} from 'vscode';
import type { HostSnapshot } from '../../host/model';
import { captureOf, logOf, processIn } from '../../lab/actions/programs';
import { nameOf } from '../../lab/actions/shell';
import { subjectLabel, type Subject } from '../../protocol/subject';
import { plainLine } from '../host-data';
import type { Host } from '../hosts/host';
import { SettingId, settingsSection } from '../ids';
import { ShellTerminal, type ShellTerminalParts, type TerminalProgram } from './shell-terminal';

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

/** A capture of something's packets, as text, in a terminal named `Capture: earth @ lab1`. */
export function openCaptureTerminal(parts: ShellTerminalParts, host: Host, subject: Subject): Terminal {
  const { snapshot } = host;
  const place = subject.type === 'host' || snapshot === undefined ? '' : `${captureName(subject, snapshot)} @ `;
  return openProgramTerminal(
    parts,
    host,
    subject,
    captureProgram,
    l10n.t('Capture: {0}{1}', place, host.label),
    'pulse',
  );
}

/** What a service says, in a terminal named `Log: earth:web @ lab1`. */
export function openLogTerminal(parts: ShellTerminalParts, host: Host, subject: Subject): Terminal {
  const name = l10n.t('Log: {0} @ {1}', subjectLabel(subject), host.label);
  return openProgramTerminal(parts, host, subject, logProgram, name, 'output');
}

/** How a process is and what it writes, in a terminal named `Process: earth:python3 (4711) @ lab1`. */
export function openProcessTerminal(parts: ShellTerminalParts, host: Host, subject: Subject): Terminal {
  const name = l10n.t('Process: {0} @ {1}', subjectLabel(subject), host.label);
  return openProgramTerminal(parts, host, subject, processProgram, name, 'server-process');
}

function openProgramTerminal(
  parts: ShellTerminalParts,
  host: Host,
  subject: Subject,
  program: TerminalProgram,
  name: string,
  icon: string,
): Terminal {
  const terminal = window.createTerminal({
    name: plainLine(name),
    iconPath: new ThemeIcon(icon),
    pty: new ShellTerminal(subject, host.id, parts, program),
    location: terminalLocation(),
    isTransient: true,
  });
  terminal.show();
  return terminal;
}

const logProgram: TerminalProgram = {
  start: (subject, snapshot) => ({ script: logOf(subject, snapshot).script, asRoot: true }),
  again: l10n.t('follow it again'),
  staysOpen: true,
};

const processProgram: TerminalProgram = {
  start: (subject, snapshot) => ({ script: processIn(subject, snapshot).script, asRoot: true }),
  again: l10n.t('follow it again'),
  staysOpen: true,
};

const captureProgram: TerminalProgram = {
  start: (subject, snapshot) => ({ script: captureOf(subject, snapshot).script, asRoot: true }),
  again: l10n.t('capture again'),
  staysOpen: true,
};

function captureName(subject: Subject, snapshot: HostSnapshot): string {
  return subject.type === 'namespace' ? nameOf(subject, snapshot) : subjectLabel(subject);
}

function terminalLocation(): TerminalLocation {
  const setting = workspace.getConfiguration(settingsSection).get<string>(SettingId.terminalLocation);
  return setting === 'editor' ? TerminalLocation.Editor : TerminalLocation.Panel;
}
