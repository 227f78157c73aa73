import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { planLogin } from '../../../src/transport/ssh-keys';
import { makeKeyPair, until } from '../../fixtures/ssh';

const exec = promisify(execFile);

describe('the keys that a login tries', () => {
  let home: string;
  let socket: string;
  let agent: ChildProcess;
  const plan = (identityFile?: string, agentSocket?: string) =>
    planLogin({ user: 'me', identityFile, agent: agentSocket ?? '', home });
  const inSsh = (name: string): string => path.join(home, '.ssh', name);

  before(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'netns-keys-'));
    await mkdir(inSsh(''));
    await makeKeyPair(inSsh('id_ed25519'));
    await makeKeyPair(inSsh('id_ecdsa'), 'ecdsa');
    await makeKeyPair(inSsh('id_rsa'), 'rsa', 'a passphrase');
    await makeKeyPair(inSsh('secret'), 'ed25519', 'a passphrase');
    await writeFile(inSsh('nonsense'), 'this is no key\n');
    socket = path.join(home, 'agent');
    agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    await until('the agent answers', () => addKey(inSsh('id_ed25519')));
  });

  after(async () => {
    agent.kill();
    await rm(home, { recursive: true });
  });

  /** Whether the agent took the key; a protected one is decrypted first, in a copy. */
  async function addKey(file: string): Promise<boolean> {
    const env = { ...process.env, SSH_AUTH_SOCK: socket };
    return await exec('ssh-add', ['-q', file], { env }).then(
      () => true,
      () => false,
    );
  }

  it('are the agent’s and the usual files’, each that can be used', async () => {
    const { attempts, leftOut } = await plan(undefined, socket);
    assert.deepEqual(
      attempts.map(({ label }) => label),
      ['the SSH agent (1 key)', inSsh('id_ed25519'), inSsh('id_ecdsa')],
    );
    assert.deepEqual(leftOut, [`${inSsh('id_rsa')} is protected by a passphrase.`]);
  });

  it('do without an agent, and say so', async () => {
    const { attempts, leftOut } = await plan();
    assert.equal(attempts.length, 2);
    assert.equal(leftOut[0], 'There is no SSH agent (SSH_AUTH_SOCK is not set).');
    assert.match((await plan(undefined, path.join(home, 'nobody'))).leftOut[0]!, /^The SSH agent cannot be used: /);
  });

  it('do not wait for an agent that never answers', async function () {
    this.timeout(15_000);
    const hung = path.join(home, 'hung');
    let closed = 0;
    const server: Server = createServer((stream) => {
      stream.resume();
      stream.on('close', () => closed++);
    });
    await new Promise<void>((resolve) => server.listen(hung, resolve));
    assert.match((await plan(undefined, hung)).leftOut[0]!, /does not answer/);
    await until('the question is taken back', () => closed === 1);
    server.close();
  });

  it('are the identity file alone, if there is one', async () => {
    const { attempts } = await plan(inSsh('id_ecdsa'), socket);
    assert.deepEqual(
      attempts.map(({ label }) => label),
      [inSsh('id_ecdsa')],
    );
    assert.equal((await plan('~/.ssh/id_ed25519')).attempts[0]?.label, inSsh('id_ed25519'));
  });

  const wrong: [name: string, says: RegExp][] = [
    ['missing', /does not exist/],
    ['nonsense', /holds no private key/],
    ['id_ed25519.pub', /is a public key/],
    ['secret', /is protected by a passphrase/],
    ['', /cannot be read \(EISDIR\)/],
  ];
  for (const [name, says] of wrong) {
    it(`are refused where the identity file is wrong: ${name || 'a folder'}`, async () => {
      await assert.rejects(plan(inSsh(name), socket), (error: { reason: string; message: string; advice: string }) => {
        assert.equal(error.reason, 'login');
        assert.match(error.message, says);
        assert.ok(error.message.includes(inSsh(name)));
        if (name === 'secret') assert.match(error.advice, /ssh-add/);
        return true;
      });
    });
  }

  it('come from the agent for a protected identity file that it holds', async () => {
    const copy = inSsh('copy');
    await exec('cp', [inSsh('secret'), copy]);
    await chmod(copy, 0o600);
    await exec('ssh-keygen', ['-q', '-p', '-P', 'a passphrase', '-N', '', '-f', copy]);
    assert.ok(await addKey(copy));
    const { attempts } = await plan(inSsh('secret'), socket);
    assert.deepEqual(
      attempts.map(({ label }) => label),
      ['the SSH agent (1 key)'],
    );
  });
});
