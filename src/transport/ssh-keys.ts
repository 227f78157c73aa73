import * as l10n from '@vscode/l10n';
import { homedir } from 'node:os';
import path from 'node:path';
import type { AnyAuthMethod, ParsedKey } from 'ssh2';
import { NetnsError } from '../base/errors';
import type { Secret } from '../base/secret';
import { parsePublic, publicKeyBeside, readKeyFile, type KeyFile } from './key-files';
import { ListedAgent, listAgentKeys, usualAgent, type AgentKeys } from './ssh-agent';

/** One key (or an agent's) to log in with, and its name for people. */
export type LoginAttempt =
  | { readonly label: string; readonly method: AnyAuthMethod }
  | { readonly label: string; readonly key: Secret }
  /** Its passphrase is asked for when its turn has come. */
  | { readonly label: string; readonly locked: Extract<KeyFile, { type: 'locked' }> };

export interface LoginPlan {
  readonly attempts: readonly LoginAttempt[];
  /** What was not tried, and why, as whole sentences. */
  readonly leftOut: readonly string[];
}

/** Tried in this order, as ssh(1) does; ssh2 reads no keys of other kinds. */
const usualFiles = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** Where keys may be. */
export interface KeySources {
  /** Only this key is tried. Begins with `~/` for the home directory. */
  readonly identityFile: string | undefined;
  /** Key files instead of the usual ones; those that are not there are passed over. */
  readonly identityFiles?: readonly string[];
  /** Of the agent's keys only those of the files. */
  readonly identitiesOnly?: boolean;
  /** The agent's socket; `''` for none. */
  readonly agent?: string | undefined;
}

export interface LoginSources extends KeySources {
  readonly user: string;
  readonly home?: string;
  /** There is somebody who can be asked for a passphrase. Default false. */
  readonly canAsk?: boolean;
}

/**
 * Finds out which keys to try. An identity file is the only one tried; otherwise the agent's keys and the usual files are.
 *
 * @throws NetnsError `login` for an identity file that cannot be used.
 */
export async function planLogin(sources: LoginSources): Promise<LoginPlan> {
  const { user, identityFile, agent = usualAgent(), home = homedir(), canAsk = false } = sources;
  const agentKeys = await listAgentKeys(agent);
  if (identityFile !== undefined) {
    const file = identityFile.replace(/^~(?=\/)/, home);
    return { attempts: [await identityAttempt(file, user, agentKeys, canAsk)], leftOut: [] };
  }
  const { identityFiles = [], identitiesOnly = false } = sources;
  const files = identityFiles.length > 0 ? identityFiles : usualFiles.map((name) => path.join(home, '.ssh', name));
  const reads = await Promise.all(files.map(async (file) => ({ file, read: await readKeyFile(file) })));
  const attempts: LoginAttempt[] = [];
  const leftOut: string[] = [];
  if (typeof agentKeys === 'string') leftOut.push(agentKeys);
  else {
    const own = await Promise.all(reads.map(async ({ file, read }) => await publicKeyOf(file, read)));
    const isOwn = (key: ParsedKey): boolean => own.some((one) => one?.equals(key.getPublicSSH()) === true);
    const first = agentKeys.keys.filter(isOwn);
    const others = identitiesOnly ? [] : agentKeys.keys.filter((key) => !isOwn(key));
    if (first.length + others.length > 0) attempts.push(agentAttempt(agentKeys, user, [...first, ...others]));
    else if (!identitiesOnly) leftOut.push(l10n.t`The SSH agent holds no key of a kind that is supported.`);
    if (agentKeys.others > 0)
      leftOut.push(l10n.t`${agentKeys.others} of the SSH agent’s are security keys or certificates.`);
  }
  for (const { file, read } of reads) {
    if (read.type === 'key') attempts.push({ label: file, key: read.text });
    else if (read.type === 'missing' || isHeld(read, agentKeys)) continue;
    else if (read.type === 'locked' && canAsk) attempts.push({ label: file, locked: read });
    else leftOut.push(`${file} ${read.why}.`);
  }
  return { attempts, leftOut };
}

/** The public key of a file that an agent may hold: from the file, else from the one beside it. */
async function publicKeyOf(file: string, read: KeyFile): Promise<Buffer | undefined> {
  if (read.type === 'key') {
    const key = parsePublic(read.text.expose());
    return key?.getPublicSSH();
  }
  if (read.type === 'locked') return read.publicKey?.getPublicSSH();
  return (await publicKeyBeside(file))?.getPublicSSH();
}

function agentAttempt({ socket }: AgentKeys, user: string, shown: readonly ParsedKey[]): LoginAttempt {
  const label = l10n.t`the SSH agent (${shown.length} ${shown.length === 1 ? 'key' : 'keys'})`;
  return { label, method: { type: 'agent', username: user, agent: new ListedAgent(socket, shown) } };
}

async function identityAttempt(
  file: string,
  user: string,
  agentKeys: AgentKeys | string,
  canAsk: boolean,
): Promise<LoginAttempt> {
  const read = await readKeyFile(file);
  if (read.type === 'key') return { label: file, key: read.text };
  if (read.type === 'locked') {
    const held = heldByAgent(read, agentKeys);
    if (held !== undefined && typeof agentKeys !== 'string') return agentAttempt(agentKeys, user, [held]);
    if (canAsk) return { label: file, locked: read };
  }
  throw new NetnsError('login', l10n.t`The identity file ${file} ${read.why}.`, {
    advice:
      read.type === 'locked'
        ? l10n.t`Add it to your SSH agent (ssh-add ${file}); nobody can be asked for its passphrase here.`
        : l10n.t`Choose the file of a private key, or leave it out to use the SSH agent and the usual files in ~/.ssh.`,
  });
}

function isHeld(read: KeyFile, agentKeys: AgentKeys | string): boolean {
  return read.type === 'locked' && heldByAgent(read, agentKeys) !== undefined;
}

/** The agent's key that belongs to a protected file: with it nobody has to type the passphrase. */
function heldByAgent(
  { publicKey }: Extract<KeyFile, { type: 'locked' }>,
  agentKeys: AgentKeys | string,
): ParsedKey | undefined {
  if (publicKey === undefined || typeof agentKeys === 'string') return undefined;
  const wanted = publicKey.getPublicSSH();
  return agentKeys.keys.find((key) => key.getPublicSSH().equals(wanted));
}
