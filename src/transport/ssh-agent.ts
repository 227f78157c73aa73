import * as l10n from '@vscode/l10n';
import { readdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Duplex } from 'node:stream';
import {
  AgentProtocol,
  BaseAgent,
  createAgent,
  utils,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from 'ssh2';
import { NetnsError } from '../base/errors';
import type { Secret } from '../base/secret';
import { parsePrivateKey, parsePublic } from './key-files';

/** How long the agent may take to list its keys, in milliseconds. A forwarded agent whose connection hangs never answers. */
const agentLimit = 5000;

export interface AgentKeys {
  readonly socket: string;
  readonly keys: readonly ParsedKey[];
  /** Keys of kinds that ssh2 cannot offer: security keys, certificates. */
  readonly others: number;
}

/** The agent that a login asks where nothing is configured: the one of the environment, or on Windows one that listens there. */
export function usualAgent(): string | undefined {
  const named = process.env['SSH_AUTH_SOCK'];
  return named ?? (process.platform === 'win32' ? agentPipe(listPipes(), userInfo().username) : undefined);
}

const pipes = '\\\\.\\pipe\\';

/**
 * The pipe of an agent on Windows. OpenSSH's has a fixed name; Pageant's (since 0.75) is `pageant.USER.` and a hash, and it speaks the
 * same protocol there. OpenSSH's comes first, for it is the one that ssh itself asks.
 *
 * @param names of the pipes that there are
 */
export function agentPipe(names: readonly string[], user: string): string | undefined {
  const begin = `pageant.${user}.`.toLowerCase();
  const name =
    names.find((one) => one === 'openssh-ssh-agent') ?? names.find((one) => one.toLowerCase().startsWith(begin));
  return name === undefined ? undefined : `${pipes}${name}`;
}

function listPipes(): readonly string[] {
  try {
    return readdirSync(pipes);
  } catch {
    return [];
  }
}

/** @returns the keys, or why there are none. */
export async function listAgentKeys(socket: string | undefined): Promise<AgentKeys | string> {
  if (socket === undefined || socket === '')
    return l10n.t`There is no SSH agent (${process.platform === 'win32' ? l10n.t`neither OpenSSH’s nor Pageant’s pipe` : l10n.t`SSH_AUTH_SOCK is not set`}).`;
  try {
    const listed = await askAgent(createAgent(socket));
    const keys = listed.flatMap((key) => parsePublic(key as Buffer) ?? []);
    return { socket, keys, others: listed.length - keys.length };
  } catch (error) {
    return l10n.t`The SSH agent cannot be used: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

/** On a stream of our own, if the agent has one (Pageant has none): a question that is never answered is then closed. */
function askAgent(agent: BaseAgent): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    let stream: Duplex | undefined;
    const timer = setTimeout(() => settle(new Error('it does not answer')), agentLimit);
    const settle = (error: Error | undefined, keys: readonly unknown[] = []): void => {
      clearTimeout(timer);
      stream?.destroy();
      if (error === undefined) resolve(keys);
      else reject(error);
    };
    if (agent.getStream === undefined) {
      agent.getIdentities((error, keys) => settle(error ?? undefined, keys));
      return;
    }
    agent.getStream((error, opened) => {
      if (error !== undefined && error !== null) {
        settle(error);
        return;
      }
      stream = opened;
      const protocol = new AgentProtocol(true);
      for (const end of [protocol, stream]) end?.on('error', (failure: Error) => settle(failure));
      stream?.on('close', () => settle(new Error('it closed the connection')));
      stream?.pipe(protocol).pipe(stream);
      protocol.getIdentities((failure, keys) => settle(failure ?? undefined, keys));
    });
  });
}

/** The agent's keys as they were listed, so that a login asks it only for signatures. */
export class ListedAgent extends BaseAgent<ParsedKey> {
  private readonly agent;

  constructor(
    socket: string,
    private readonly keys: readonly ParsedKey[],
  ) {
    super();
    this.agent = createAgent(socket);
  }

  override getIdentities(callback: (error: Error | undefined, keys?: ParsedKey[]) => void): void {
    callback(undefined, [...this.keys]);
  }

  override sign(key: ParsedKey, data: Buffer, options: unknown, callback?: unknown): void {
    this.agent.sign(key, data, options as { hash?: 'sha1' }, callback as SignCallback);
  }
}

/** A key that is protected by a passphrase, as an agent of its own: it is unlocked only once the host has said that it takes it. */
export class LockedKeyAgent extends BaseAgent<ParsedKey> {
  /** @param unlock The private key's text; rejects where there is none to be had. */
  constructor(
    private readonly publicKey: ParsedKey,
    private readonly unlock: () => Promise<Secret>,
  ) {
    super();
  }

  override getIdentities(callback: (error: Error | undefined, keys?: ParsedKey[]) => void): void {
    callback(undefined, [this.publicKey]);
  }

  override sign(_key: ParsedKey, data: Buffer, options: unknown, callback?: unknown): void {
    const done = (typeof options === 'function' ? options : callback) as SignCallback;
    const { hash } = (typeof options === 'function' ? {} : options) as SigningRequestOptions;
    this.unlock().then(
      (key) => {
        const signature = signWith(key, data, hash);
        if (signature instanceof Error) done(signature);
        else done(undefined, signature);
      },
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
    );
  }
}

function signWith(secret: Secret, data: Buffer, hash: string | undefined): Buffer | Error {
  const key = utils.parseKey(secret.expose());
  if (key instanceof Error) return key;
  return key.sign(data, hash);
}

/**
 * Asks for a key's passphrase until it is right.
 *
 * @param ask isAgain → the passphrase
 * @throws NetnsError `login` after three that are wrong; whatever `ask` throws.
 */
export async function unlockKey(
  file: string,
  text: Secret,
  ask: (isAgain: boolean) => Promise<Secret>,
): Promise<{ readonly key: Secret; readonly passphrase: Secret }> {
  for (let attempt = 0; attempt < 3; attempt++) {
    const passphrase = await ask(attempt > 0);
    const key = parsePrivateKey(text, passphrase);
    if (key.type === 'key') return { key: key.text, passphrase };
    if (key.type === 'unusable') throw new NetnsError('login', l10n.t`The key ${file} ${key.why}.`);
  }
  throw new NetnsError('login', l10n.t`The passphrase of ${file} was wrong three times.`, {
    advice: l10n.t`Try again, or choose another key.`,
  });
}
