import * as l10n from '@vscode/l10n';
import { homedir, userInfo } from 'node:os';
import path from 'node:path';
import type { HostTarget } from '../../transport/transport';

/** One entry of the setting `netns.hosts`, understood. */
export interface HostConfiguration {
  readonly id: string;
  /** For people; the id where no label was given. */
  readonly label: string;
  readonly target: HostTarget;
}

export interface HostSettings {
  readonly hosts: readonly HostConfiguration[];
  /** One sentence for each entry that could not be used, naming the entry. */
  readonly problems: readonly string[];
}

type SshTarget = Extract<HostTarget, { type: 'ssh' }>;

const addressKeys = ['host', 'port', 'user', 'identityFile', 'knownHostsFiles'];
const knownKeys = ['id', 'label', 'type', 'alias', 'sshConfigFile', ...addressKeys];
/** What an id may be. */
export const idPattern = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Reads the setting's value. An entry that cannot be used is left out and named; the others stay usable. */
export function readHostSettings(value: unknown): HostSettings {
  if (value === undefined || value === null) return { hosts: [], problems: [] };
  if (!Array.isArray(value)) return { hosts: [], problems: [l10n.t`The setting netns.hosts must be a list of hosts.`] };
  const hosts: HostConfiguration[] = [];
  const problems: string[] = [];
  value.forEach((entry: unknown, index) => {
    const entryName = nameEntry(entry, index);
    try {
      const host = readEntry(entry);
      if (hosts.some((other) => other.id === host.id)) throw new EntryError(l10n.t`an earlier entry has the same id`);
      hosts.push(host);
    } catch (error) {
      if (!(error instanceof EntryError)) throw error;
      problems.push(l10n.t`The setting netns.hosts, ${entryName}: ${error.message}.`);
    }
  });
  return { hosts, problems };
}

/**
 * Reads what people type to name a host: `USER@HOST`, `USER@HOST:PORT`, `HOST`, IPv6 in brackets where a port follows.
 *
 * @returns the target, or a sentence that says what is wrong with the text.
 */
export function parseHostAddress(text: string): SshTarget | string {
  const match = /^(?:(?<user>[^@\s]+)@)?(?:\[(?<bracketed>[^\]\s]+)\]|(?<host>[^@\s[\]]+?))(?::(?<port>[^:]*))?$/.exec(
    text.trim(),
  );
  const groups = match?.groups ?? {};
  let host = groups['bracketed'] ?? groups['host'];
  let port = groups['port'];
  // `fe80::1` is an address, not host `fe80:` with port 1.
  if (groups['bracketed'] === undefined && host !== undefined && host.includes(':')) {
    host = port === undefined ? host : `${host}:${port}`;
    port = undefined;
  }
  if (host === undefined) return l10n.t`Type the host as USER@HOST or USER@HOST:PORT.`;
  try {
    return {
      type: 'ssh',
      host: readHostName(host),
      user: readUser(groups['user']),
      ...(port === undefined ? {} : { port: readPort(/^\d+$/.test(port) ? Number(port) : port) }),
    };
  } catch (error) {
    if (error instanceof EntryError) return `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`;
    throw error;
  }
}

class EntryError extends Error {}

function nameEntry(entry: unknown, index: number): string {
  const id: unknown = typeof entry === 'object' && entry !== null ? (entry as { id?: unknown }).id : undefined;
  return typeof id === 'string' && id !== '' ? l10n.t`entry ${index + 1} (“${id}”)` : l10n.t`entry ${index + 1}`;
}

function readEntry(entry: unknown): HostConfiguration {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    throw new EntryError(l10n.t`it must be an object with “id” and “host”`);
  }
  const fields = entry as Record<string, unknown>;
  const unknownKey = Object.keys(fields).find((key) => !knownKeys.includes(key));
  if (unknownKey !== undefined) throw new EntryError(l10n.t`“${unknownKey}” is no key of a host`);
  const id = fields['id'];
  if (typeof id !== 'string' || !idPattern.test(id)) {
    throw new EntryError(l10n.t`“id” must be a word of letters, digits, “.”, “_” and “-”`);
  }
  const label = readText(fields, 'label') ?? id;
  const type = fields['type'] ?? 'ssh';
  if (type === 'local') return { id, label, target: { type: 'local' } };
  if (type !== 'ssh') throw new EntryError(l10n.t`“type” must be “ssh” or “local”`);
  if (fields['alias'] !== undefined) return { id, label, target: readAlias(fields) };
  const identityFile = readText(fields, 'identityFile');
  const knownHostsFiles = readFileList(fields['knownHostsFiles']);
  return {
    id,
    label,
    target: {
      type: 'ssh',
      host: readHostName(fields['host']),
      user: readUser(fields['user']),
      ...(fields['port'] === undefined ? {} : { port: readPort(fields['port']) }),
      ...(identityFile === undefined ? {} : { identityFile: expandHome(identityFile) }),
      ...(knownHostsFiles === undefined ? {} : { knownHostsFiles }),
    },
  };
}

/** A host of the user's SSH configuration, which says all the rest. */
function readAlias(fields: Record<string, unknown>): HostTarget {
  const alias = fields['alias'];
  if (typeof alias !== 'string' || !/^[^\s-]\S*$/.test(alias)) {
    throw new EntryError(l10n.t`“alias” must be the name of a host in your SSH configuration`);
  }
  const besides = addressKeys.find((key) => fields[key] !== undefined);
  if (besides !== undefined)
    throw new EntryError(l10n.t`“${besides}” is for the SSH configuration to say where there is an “alias”`);
  const configFile = readText(fields, 'sshConfigFile');
  return { type: 'alias', alias, ...(configFile === undefined ? {} : { configFile: expandHome(configFile) }) };
}

function readText(fields: Record<string, unknown>, key: string): string | undefined {
  const value = fields[key];
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value.trim() === '') throw new EntryError(l10n.t`“${key}” must be text`);
  return value;
}

function readHostName(value: unknown): string {
  if (typeof value !== 'string' || !/^[^\s@/[\]-][^\s@/[\]]*$/.test(value)) {
    throw new EntryError(l10n.t`“host” must be a host name or an address`);
  }
  return value;
}

/** As for ssh(1), a user that is not named is the local one. */
function readUser(value: unknown): string {
  if (value === undefined) return userInfo().username;
  if (typeof value !== 'string' || !/^[^\s@:-][^\s@:]*$/.test(value))
    throw new EntryError(l10n.t`“user” must be a user name`);
  return value;
}

function readPort(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 65535) {
    throw new EntryError(l10n.t`“port” must be a whole number from 1 to 65535`);
  }
  return value;
}

function readFileList(value: unknown): string[] | undefined {
  if (value === undefined) return undefined;
  const isFileName = (item: unknown): item is string => typeof item === 'string' && item.trim() !== '';
  if (!Array.isArray(value) || value.length === 0 || !value.every(isFileName)) {
    throw new EntryError(l10n.t`“knownHostsFiles” must be a list of file names`);
  }
  return value.map(expandHome);
}

function expandHome(file: string): string {
  return file === '~' || file.startsWith('~/') ? path.join(homedir(), file.slice(1)) : file;
}
