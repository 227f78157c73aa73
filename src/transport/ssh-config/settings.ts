import * as l10n from '@vscode/l10n';
import { homedir, hostname, userInfo } from 'node:os';
import { NetnsError } from '../../base/errors';

/** Keyword in lower case → its values, as `ssh -G` prints them. */
export type RawSettings = ReadonlyMap<string, readonly string[]>;

/** What the user's SSH configuration says of one host, as far as we act on it. */
export interface SshSettings {
  /** As the person wrote it. */
  readonly alias: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** The agent's socket; `''` for none at all, undefined for the usual one. */
  readonly agent: string | undefined;
  /** `user@host:port`, in the order of the way. */
  readonly jumps: readonly string[];
  readonly proxyCommand: string | undefined;
  /** The name under which known_hosts keeps it, without port. */
  readonly hostKeyAlias: string | undefined;
  readonly knownHostsFiles: readonly string[];
  readonly unknownKeys: 'ask' | 'refuse' | 'accept';
  readonly hashKnownHosts: boolean;
  /** Seconds; undefined where nothing is said. */
  readonly aliveInterval: number | undefined;
  readonly aliveCount: number;
  readonly connectTimeout: number | undefined;
  /** Methods that the person has switched off. */
  readonly withoutMethods: readonly ('publickey' | 'password' | 'keyboard-interactive')[];
}

/** @throws NetnsError `unsupported` for a value that cannot be. */
export function readSettings(alias: string, raw: RawSettings): SshSettings {
  const first = (keyword: string): string | undefined => raw.get(keyword)?.[0];
  const isOff = (keyword: string): boolean => first(keyword) === 'no';
  const host = first('hostname') ?? alias;
  const user = first('user') ?? userInfo().username;
  const port = Number(first('port') ?? 22);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new NetnsError(
      'unsupported',
      l10n.t`The SSH configuration of ${alias} names the port “${first('port') ?? ''}”.`,
    );
  }
  const expand = (text: string): string => expandTokens(text, { alias, host, port, user });
  const files = (keyword: string, usual: readonly string[]): string[] =>
    (first(keyword)?.split(' ') ?? usual).filter((file) => file !== 'none' && file !== '').map(expand);
  const isBatch = first('batchmode') === 'yes';
  return {
    alias,
    host,
    port,
    user,
    identityFiles: (raw.get('identityfile') ?? []).filter((file) => file !== 'none').map(expand),
    identitiesOnly: first('identitiesonly') === 'yes',
    agent: agentOf(first('identityagent'), expand),
    jumps: wordsOf(first('proxyjump')),
    proxyCommand: given(first('proxycommand')) === undefined ? undefined : expand(first('proxycommand') ?? ''),
    hostKeyAlias: given(first('hostkeyalias')),
    knownHostsFiles: [
      ...files('userknownhostsfile', ['~/.ssh/known_hosts', '~/.ssh/known_hosts2']),
      ...files('globalknownhostsfile', ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']),
    ],
    unknownKeys: unknownKeys(first('stricthostkeychecking')),
    hashKnownHosts: first('hashknownhosts') === 'yes',
    aliveInterval: seconds(first('serveraliveinterval')),
    aliveCount: seconds(first('serveralivecountmax')) ?? 3,
    connectTimeout: seconds(first('connecttimeout')),
    withoutMethods: [
      ...(isOff('pubkeyauthentication') ? (['publickey'] as const) : []),
      ...(isOff('passwordauthentication') || isBatch ? (['password'] as const) : []),
      ...(isOff('kbdinteractiveauthentication') || isBatch ? (['keyboard-interactive'] as const) : []),
    ],
  };
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value === '' || value.toLowerCase() === 'none' ? undefined : value;
}

function wordsOf(list: string | undefined): string[] {
  return (given(list)?.split(',') ?? []).map((word) => word.trim()).filter((word) => word !== '');
}

/** `off` (older: `no`) takes changed keys too; we never do. */
function unknownKeys(value: string | undefined): SshSettings['unknownKeys'] {
  switch (value?.toLowerCase()) {
    case 'yes':
    case 'true':
      return 'refuse';
    case 'accept-new':
    case 'no':
    case 'off':
    case 'false':
      return 'accept';
    default:
      return 'ask';
  }
}

function agentOf(value: string | undefined, expand: (text: string) => string): string | undefined {
  if (value === undefined || value === 'SSH_AUTH_SOCK') return undefined;
  if (value.toLowerCase() === 'none') return '';
  return value.startsWith('$') ? (process.env[value.slice(1).replace(/^\{(.*)\}$/, '$1')] ?? '') : expand(value);
}

/** A number that says something: 0 is ssh's word for “not at all”. */
function seconds(value: string | undefined): number | undefined {
  const number = Number(value ?? 'none');
  return Number.isFinite(number) && number > 0 ? number : undefined;
}

/** `~` and the percent tokens of ssh_config(5), section TOKENS; one that is not known stays as it is. */
function expandTokens(
  text: string,
  {
    alias,
    host,
    port,
    user,
  }: { readonly alias: string; readonly host: string; readonly port: number; readonly user: string },
): string {
  const tokens: Readonly<Record<string, string>> = {
    '%': '%',
    d: homedir(),
    h: host,
    i: String(process.getuid?.() ?? ''),
    L: hostname().split('.')[0] ?? '',
    l: hostname(),
    n: alias,
    p: String(port),
    r: user,
    u: userInfo().username,
  };
  return text
    .replace(/^~(?=\/|$)/, homedir())
    .replace(/%([%dhiLlnpru])/g, (all, token: string) => tokens[token] ?? all);
}
