import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import {
  AgentProtocol,
  BaseAgent,
  createAgent,
  utils,
  type AnyAuthMethod,
  type ParsedKey,
  type SignCallback,
} from 'ssh2';
import { NetnsError } from '../base/errors';

/** One way of logging in, and its name for people. */
export interface LoginAttempt {
  readonly label: string;
  readonly method: AnyAuthMethod;
}

export interface LoginPlan {
  readonly attempts: readonly LoginAttempt[];
  /** What was not tried, and why, as whole sentences. */
  readonly leftOut: readonly string[];
}

/** Tried in this order, as ssh(1) does; ssh2 reads no keys of other kinds. */
const usualFiles = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** How long the agent may take to list its keys, in milliseconds. A forwarded agent whose connection hangs never answers. */
const agentLimit = 5000;

export interface LoginSources {
  readonly user: string;
  /** Only this key is tried. Begins with `~/` for the home directory. */
  readonly identityFile: string | undefined;
  /** The agent's socket. */
  readonly agent?: string | undefined;
  readonly home?: string;
}

/**
 * Finds out which keys to try. An identity file is the only one tried; otherwise the agent's keys and the usual files are.
 *
 * @throws NetnsError `login` for an identity file that cannot be used.
 */
export async function planLogin(sources: LoginSources): Promise<LoginPlan> {
  const { user, identityFile, agent = usualAgent(), home = homedir() } = sources;
  const agentKeys = await listAgentKeys(agent);
  if (identityFile !== undefined) {
    const file = identityFile.replace(/^~(?=\/)/, home);
    return { attempts: [await identityAttempt(file, user, agentKeys)], leftOut: [] };
  }
  const attempts: LoginAttempt[] = [];
  const leftOut: string[] = [];
  if (typeof agentKeys === 'string') leftOut.push(agentKeys);
  else if (agentKeys.keys.length > 0) attempts.push(agentAttempt(agentKeys, user));
  else leftOut.push('The SSH agent holds no key of a kind that is supported.');
  for (const name of usualFiles) {
    const file = path.join(home, '.ssh', name);
    const read = await readKey(file);
    if (read.type === 'key')
      attempts.push({ label: file, method: { type: 'publickey', username: user, key: read.text } });
    else if (read.type !== 'missing') leftOut.push(`${file} ${read.why}.`);
  }
  return { attempts, leftOut };
}

/** Windows' own OpenSSH agent listens on a pipe with a fixed name. */
function usualAgent(): string | undefined {
  return process.env['SSH_AUTH_SOCK'] ?? (process.platform === 'win32' ? '\\\\.\\pipe\\openssh-ssh-agent' : undefined);
}

interface AgentKeys {
  readonly socket: string;
  readonly keys: readonly ParsedKey[];
}

/** @returns the keys, or why there are none. */
async function listAgentKeys(socket: string | undefined): Promise<AgentKeys | string> {
  if (socket === undefined || socket === '') return 'There is no SSH agent (SSH_AUTH_SOCK is not set).';
  try {
    const keys = await askAgent(createAgent(socket));
    return { socket, keys: keys.flatMap((key) => asParsed(key) ?? []) };
  } catch (error) {
    return `The SSH agent cannot be used: ${error instanceof Error ? error.message : String(error)}.`;
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

function asParsed(key: unknown): ParsedKey | undefined {
  const parsed = utils.parseKey(key as Buffer);
  return parsed instanceof Error ? undefined : parsed;
}

function agentAttempt({ socket, keys }: AgentKeys, user: string, only?: ParsedKey): LoginAttempt {
  const shown = only === undefined ? keys : [only];
  const label = `the SSH agent (${shown.length} ${shown.length === 1 ? 'key' : 'keys'})`;
  return { label, method: { type: 'agent', username: user, agent: new ListedAgent(socket, shown) } };
}

/** The agent's keys as they were listed, so that a login asks it only for signatures. */
class ListedAgent extends BaseAgent<ParsedKey> {
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

type KeyFile =
  | { readonly type: 'key'; readonly text: string }
  | { readonly type: 'missing' | 'encrypted' | 'unusable'; readonly why: string };

async function readKey(file: string): Promise<KeyFile> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { type: 'missing', why: 'does not exist' };
    return { type: 'unusable', why: `cannot be read (${code ?? message})` };
  }
  const key = utils.parseKey(text);
  if (!(key instanceof Error)) {
    if (key.isPrivateKey()) return { type: 'key', text };
    return { type: 'unusable', why: 'is a public key, not a private one' };
  }
  if (/passphrase|encrypted/i.test(key.message)) return { type: 'encrypted', why: 'is protected by a passphrase' };
  // ssh2's own words never hold any of the key.
  return { type: 'unusable', why: `holds no private key that can be read (${key.message})` };
}

async function identityAttempt(file: string, user: string, agentKeys: AgentKeys | string): Promise<LoginAttempt> {
  const read = await readKey(file);
  if (read.type === 'key') return { label: file, method: { type: 'publickey', username: user, key: read.text } };
  if (read.type === 'encrypted' && typeof agentKeys !== 'string') {
    const held = await heldByAgent(file, agentKeys);
    if (held !== undefined) return agentAttempt(agentKeys, user, held);
  }
  throw new NetnsError('login', `The identity file ${file} ${read.why}.`, {
    advice:
      read.type === 'encrypted'
        ? `Add it to your SSH agent (ssh-add ${file}) where VS Code runs; passphrases are not asked for yet.`
        : 'Choose the file of a private key, or leave it out to use the SSH agent and the usual files in ~/.ssh.',
  });
}

/** The agent's key that belongs to a protected file, told by the public key beside it. */
async function heldByAgent(file: string, { keys }: AgentKeys): Promise<ParsedKey | undefined> {
  const text = await readFile(`${file}.pub`, 'utf8').catch(() => '');
  const wanted = asParsed(text)?.getPublicSSH();
  return wanted === undefined ? undefined : keys.find((key) => key.getPublicSSH().equals(wanted));
}
