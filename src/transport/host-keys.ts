import * as l10n from '@vscode/l10n';
import { mkdir, open, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { NetnsError } from '../base/errors';
import { quoteArgument } from '../base/shell-quote';
import {
  fingerprintOf,
  hashedName,
  keyTypeOf,
  KnownHost,
  parseKnownHosts,
  preferredAlgorithms,
  type HostKeyAlgorithm,
  type KnownHostEntry,
} from './known-hosts';
import type { ConnectPrompts } from './transport';

/** The files that ssh(1) reads when nothing else is said. The first is the one that new keys are written to. */
export function usualKnownHostsFiles(): string[] {
  const ssh = path.join(homedir(), '.ssh');
  return [
    path.join(ssh, 'known_hosts'),
    path.join(ssh, 'known_hosts2'),
    '/etc/ssh/ssh_known_hosts',
    '/etc/ssh/ssh_known_hosts2',
  ];
}

/** What to do about keys, from the user's SSH configuration. */
export interface KeyRules {
  /** An unknown key: ask the person, refuse it (StrictHostKeyChecking yes), or accept and write it down (accept-new). */
  readonly unknown: 'ask' | 'refuse' | 'accept';
  /** Hide the host's name in what is written (HashKnownHosts). */
  readonly hash: boolean;
}

/** Decides about one host's key, from the known_hosts files and by asking a person; there is no way around it. */
export class HostKeyCheck {
  private constructor(
    private readonly known: KnownHost,
    private readonly files: readonly string[],
    private readonly prompts: ConnectPrompts,
    private readonly rules: KeyRules,
  ) {}

  /**
   * Reads the files; one that does not exist holds nothing.
   *
   * @throws NetnsError `hostKey` for a file that is there and cannot be read: it may hold the key, or its revocation.
   */
  static async read(
    host: string,
    port: number,
    files: readonly string[],
    prompts: ConnectPrompts,
    rules: KeyRules = { unknown: 'ask', hash: false },
  ): Promise<HostKeyCheck> {
    const entries: KnownHostEntry[] = [];
    for (const file of files) entries.push(...parseKnownHosts(await readText(file), file));
    return new HostKeyCheck(new KnownHost(entries, host, port), files, prompts, rules);
  }

  /** The algorithms to offer: with the known key's own first, a known host shows that key. */
  get algorithms(): HostKeyAlgorithm[] {
    return preferredAlgorithms(this.known.keyTypes);
  }

  /**
   * Returns if the key may be trusted: it is known, or a person accepted it and it was written to the first file.
   *
   * @param key The key in the SSH wire format.
   * @throws NetnsError `hostKey` for a key that is changed, revoked, not accepted, or cannot be written.
   */
  async verify(key: Buffer): Promise<void> {
    const { name } = this.known;
    const question = { host: name, keyType: keyTypeOf(key), fingerprint: fingerprintOf(key) };
    const shown = l10n.t`${name} shows the ${question.keyType} key ${question.fingerprint}`;
    const verdict = this.known.judge(key);
    switch (verdict.type) {
      case 'known':
        return;
      case 'revoked':
        throw new NetnsError('hostKey', l10n.t`${shown}, which ${place(verdict.entry)} revokes.`, {
          advice: l10n.t`Do not connect. Ask whoever runs the host for its new key.`,
        });
      case 'changed':
        throw new NetnsError(
          'hostKey',
          l10n.t`${shown}, but ${place(verdict.entry)} knows it by another (${fingerprintOf(verdict.entry.key)}). Somebody may stand between you and the host.`,
          { advice: adviceForChanged(verdict.entry, name) },
        );
      case 'unknown': {
        const note =
          verdict.authority === undefined
            ? {}
            : {
                note: l10n.t`${place(verdict.authority)} trusts a certificate authority here; certificates are not checked yet.`,
              };
        if (this.rules.unknown === 'refuse') {
          throw new NetnsError('hostKey', l10n.t`${shown}, which is not known.`, {
            advice: l10n.t`Your SSH configuration says that unknown keys are refused (StrictHostKeyChecking). Add the key to known_hosts first.`,
          });
        }
        const isAccepted =
          this.rules.unknown === 'accept' || (await this.prompts.acceptHostKey({ ...question, ...note }));
        if (!isAccepted) {
          throw new NetnsError('hostKey', l10n.t`${shown}, which was not accepted.`, {
            advice: l10n.t`Compare it with what the host itself says: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`,
          });
        }
        await this.remember(question.keyType, key);
      }
    }
  }

  private async remember(keyType: string, key: Buffer): Promise<void> {
    const name = this.rules.hash ? hashedName(this.known.name) : this.known.name;
    const line = `${name} ${keyType} ${key.toString('base64')}`;
    const file = this.files[0];
    if (file === undefined) return;
    try {
      await appendLine(file, line);
    } catch (error) {
      throw new NetnsError('hostKey', l10n.t`The accepted key of ${this.known.name} could not be written to ${file}.`, {
        hostSaid: error instanceof Error ? error.message : String(error),
        advice: l10n.t`Make the file writable, or add this line to it: ${line}`,
        cause: error,
      });
    }
  }
}

function place({ file, line }: KnownHostEntry): string {
  return `${file}:${line}`;
}

function adviceForChanged({ file, hosts }: KnownHostEntry, name: string): string {
  const verify = l10n.t`If the host was set up anew, have its new key confirmed by whoever runs it`;
  // ssh-keygen -R takes away lines that name the host itself, not patterns.
  if (/[*?!]/.test(hosts)) return l10n.t`${verify}, then correct that line.`;
  return l10n.t`${verify}, then forget the old one: ssh-keygen -R ${quoteArgument(name)} -f ${quoteArgument(file)}`;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return '';
    throw new NetnsError('hostKey', l10n.t`The known hosts in ${file} cannot be read.`, {
      hostSaid: error instanceof Error ? error.message : String(error),
      advice: l10n.t`Make the file readable: without it no host key can be checked.`,
      cause: error,
    });
  }
}

/**
 * Adds a line in one write at the file's end, so that another ssh that adds one at the same time loses nothing, and a file
 * that is a symbolic link stays one. Makes the file (0600) and its folder (0700) where they are missing.
 */
async function appendLine(file: string, line: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'a+', 0o600);
  try {
    const { size } = await handle.stat();
    const last = Buffer.alloc(1);
    if (size > 0) await handle.read(last, 0, 1, size - 1);
    const needsBreak = size > 0 && last.toString() !== '\n';
    await handle.write(`${needsBreak ? '\n' : ''}${line}\n`);
  } finally {
    await handle.close();
  }
}
