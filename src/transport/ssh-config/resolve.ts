import * as l10n from '@vscode/l10n';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { userInfo } from 'node:os';
import { NetnsError } from '../../base/errors';
import { readConfig, usualConfigFiles, type ConfigFile } from './files';
import { namedHosts, readOwn } from './own-reading';
import { readSettings, type RawSettings, type SshSettings } from './settings';

export interface ResolveOptions {
  /** Instead of the files that ssh reads. */
  readonly configFile?: string | undefined;
  /** ssh(1)'s program; where it is not there the configuration is read without it. */
  readonly program?: string;
}

/** How long ssh may take over its configuration, in milliseconds: a `Match exec` runs a command. */
const readingLimit = 15_000;

/** The most jump hosts on one way: a configuration may go round in circles. */
const hopLimit = 8;

/** A host as a person writes it: `alias`, `user@alias`, `alias:port`; IPv6 in brackets where a port follows. */
export interface HostWord {
  readonly host: string;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
}

/** @throws NetnsError `unsupported` for what ssh would take for an option or something else than a host. */
export function parseHostWord(text: string): HostWord {
  const match =
    /^(?:ssh:\/\/)?(?:(?<user>[^@\s]+)@)?(?:\[(?<bracketed>[^\]\s]+)\]|(?<host>[^@\s[\]:]+))(?::(?<port>\d{1,5}))?\/?$/.exec(
      text,
    );
  const { user, bracketed, host: plain, port } = match?.groups ?? {};
  const host = bracketed ?? plain ?? (/^[0-9a-fA-F:.%]+$/.test(text) ? text : undefined);
  if (host === undefined || host.startsWith('-') || user?.startsWith('-') === true) {
    throw new NetnsError('unsupported', l10n.t`“${text}” is not the name of a host.`);
  }
  return { host, user, port: port === undefined ? undefined : Number(port) };
}

/**
 * What the user's SSH configuration says of a host: read by ssh itself, else by us.
 *
 * Where ssh reads it, it runs what `Match exec` says: only for a workspace that is trusted.
 *
 * @throws NetnsError `unsupported` where ssh does not take the configuration.
 */
export async function resolveHost(word: HostWord, options: ResolveOptions = {}): Promise<SshSettings> {
  const raw = (await askSsh(word, options)) ?? (await readWithoutSsh(word, options));
  return readSettings(word.host, raw);
}

/** The way to a host: first whom this computer connects to, last the host itself. @throws NetnsError `unsupported` */
export async function resolveWay(word: HostWord, options: ResolveOptions = {}): Promise<readonly SshSettings[]> {
  const way: SshSettings[] = [];
  let next: HostWord | undefined = word;
  let jumps: readonly string[] | undefined;
  while (next !== undefined) {
    if (way.length > hopLimit) {
      throw new NetnsError('unsupported', l10n.t`The way to ${word.host} has more than ${hopLimit} jump hosts.`, {
        advice: l10n.t`Look at ProxyJump in your SSH configuration: it may go round in circles.`,
      });
    }
    const settings: SshSettings = await resolveHost(next, options);
    way.unshift(settings);
    // As ssh does: the hosts of one ProxyJump are the whole way to the next, and only the first of them has one of its own.
    const before: readonly string[] = jumps !== undefined && jumps.length > 0 ? jumps : settings.jumps;
    const last: string | undefined = before.at(-1);
    jumps = before.slice(0, -1);
    next = last === undefined ? undefined : parseHostWord(last);
  }
  return way;
}

/** The hosts that the user's configuration names, for choosing from. Runs nothing. Never throws. */
export async function listNamedHosts({ configFile }: ResolveOptions = {}): Promise<readonly string[]> {
  const files = await Promise.all(configFiles(configFile).map((file) => readConfig(file)));
  return [...new Set(files.flatMap(namedHosts))];
}

function configFiles(configFile: string | undefined): readonly ConfigFile[] {
  const usual = usualConfigFiles();
  return configFile === undefined ? usual : [{ file: configFile, base: usual[0]?.base ?? path.dirname(configFile) }];
}

/** @returns undefined where there is no ssh. */
function askSsh(
  { host, user, port }: HostWord,
  { configFile, program = 'ssh' }: ResolveOptions,
): Promise<RawSettings | undefined> {
  const args = [
    ...(configFile === undefined ? [] : ['-F', configFile]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '-G',
    '--',
    host,
  ];
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      { timeout: readingLimit, maxBuffer: 1024 * 1024, windowsHide: true },
      (error, stdout, stderr) => {
        if (error === null) resolve(parseDump(stdout));
        else if (error.code === 'ENOENT') resolve(undefined);
        else {
          reject(
            new NetnsError('unsupported', l10n.t`ssh does not take its configuration for ${host}.`, {
              hostSaid: stderr.slice(-1000),
              advice: l10n.t`Correct your SSH configuration (~/.ssh/config).`,
              cause: error,
            }),
          );
        }
      },
    ).stdin?.end();
  });
}

/** `ssh -G`: a keyword in lower case and its value on each line. */
export function parseDump(text: string): RawSettings {
  const settings = new Map<string, string[]>();
  for (const line of text.split(/\r?\n/)) {
    const [, keyword, value] = /^(\S+) (.*)$/.exec(line) ?? [];
    if (keyword === undefined || value === undefined) continue;
    settings.set(keyword, [...(settings.get(keyword) ?? []), value]);
  }
  return settings;
}

async function readWithoutSsh({ host, user, port }: HostWord, { configFile }: ResolveOptions): Promise<RawSettings> {
  const files = await Promise.all(configFiles(configFile).map((file) => readConfig(file)));
  return readOwn(files, { host, user, port, localUser: userInfo().username });
}
