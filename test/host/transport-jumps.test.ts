import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { NetnsError } from '../../src/base/errors';
import { connect, connectSsh } from '../../src/transport/connect';
import { usualTiming } from '../../src/transport/ssh-login';
import type { ConnectPrompts, HostTarget, Transport } from '../../src/transport/transport';
import { makeKeyPair, noPrompts, startSshd, until } from '../fixtures/ssh';
import { startLabHost, type LabHost } from '../lab-host';

const exec = promisify(execFile);

/** Three sshds of one lab host play the hosts; the second and third listen where only the host itself reaches them. */
describe('a host of the SSH configuration', () => {
  let lab: LabHost;
  let folder: string;
  let hostKey: string;
  let ports: { first: number; second: number; inside: number };
  before(async () => {
    lab = await startLabHost();
    folder = await mkdtemp(path.join(tmpdir(), 'netns-jumps-'));
    hostKey = (await readFile(lab.knownHostsFile, 'utf8')).trim().split(' ').slice(1, 3).join(' ');
    ports = {
      first: await startSshd(lab, []),
      second: await startSshd(lab, ['ListenAddress 127.0.0.1']),
      inside: await startSshd(lab, ['ListenAddress 127.0.0.1']),
    };
  });
  after(async () => {
    await lab.stop();
    await rm(folder, { recursive: true });
  });

  let files = 0;
  async function write(text: string): Promise<string> {
    const file = path.join(folder, `file_${files++}`);
    await writeFile(file, text);
    return file;
  }
  const usualKeys = (): string =>
    [
      `[${lab.address}]:${ports.first} ${hostKey}`,
      `[127.0.0.1]:${ports.second} ${hostKey}`,
      `inside-key ${hostKey}`,
      '',
    ].join('\n');

  interface Changes {
    readonly keys?: string;
    readonly more?: string;
    readonly inside?: string;
  }
  /** A configuration with `inside` behind `second` behind `first`. */
  async function configFile({ keys = usualKeys(), more = '', inside = '' }: Changes = {}): Promise<string> {
    return await write(`${more}
Host inside
  HostName 127.0.0.1
  Port ${ports.inside}
  User ops
  HostKeyAlias inside-key
  ProxyJump second
  ${inside}
Host second
  HostName 127.0.0.1
  Port ${ports.second}
  User student
  ProxyJump root@first
Host first
  HostName ${lab.address}
  Port ${ports.first}
Host *
  IdentityFile ${lab.identityFile}
  IdentitiesOnly yes
  UserKnownHostsFile ${await write(keys)}
  GlobalKnownHostsFile none
`);
  }
  const target = async (changes?: Changes, alias = 'inside'): Promise<Extract<HostTarget, { type: 'alias' }>> => ({
    type: 'alias',
    alias,
    configFile: await configFile(changes),
  });
  const whoami = async (transport: Transport): Promise<string> =>
    (await transport.run('id -un', { asRoot: false })).stdout.trim();
  const sessions = async (): Promise<string> => (await lab.run(`pgrep -f '^sshd: [a-z]'`)).stdout;
  const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

  /** What ssh(1) itself makes of the same. */
  async function judgedBySsh(file: string, alias = 'inside'): Promise<{ ok: boolean; said: string }> {
    return await exec('ssh', ['-F', file, '-o', 'BatchMode=yes', alias, 'id -un']).then(
      ({ stdout }) => ({ ok: true, said: stdout.trim() }),
      (error: unknown) => ({ ok: false, said: (error as { stderr: string }).stderr }),
    );
  }

  it('is reached over two jump hosts, as ssh reaches it, and nothing is left afterwards', async () => {
    const before = sockets();
    const to = await target();
    const transport = await connect(to, noPrompts);
    assert.equal(transport.description, `ops@127.0.0.1:${ports.inside}`);
    assert.equal(await whoami(transport), 'ops');
    assert.deepEqual(await judgedBySsh(to.configFile ?? ''), { ok: true, said: 'ops' });
    const big = await transport.run('head -c 3000000 /dev/zero | tr "\\0" x');
    assert.equal(big.stdout.length, 3_000_000);
    const anew = await transport.connectAnew?.();
    assert.equal(anew && (await whoami(anew)), 'ops');
    anew?.dispose();
    transport.dispose();
    await until('our sockets are gone', () => sockets() === before);
    await until('its sessions are gone', async () => (await sessions()) === '');
  });

  it('checks the key of each hop: what ssh refuses is refused, naming the hop', async () => {
    const other = (await makeKeyPair(path.join(folder, 'other'))).publicLine.split(' ').slice(0, 2).join(' ');
    const names = [`[${lab.address}]:${ports.first}`, `[127.0.0.1]:${ports.second}`, 'inside-key'];
    for (const name of names) {
      for (const keys of [
        usualKeys().replace(`${name} ${hostKey}`, `${name} ${other}`),
        usualKeys().replace(`${name} ${hostKey}`, ''),
        `${usualKeys()}@revoked ${name} ${hostKey}\n`,
      ]) {
        const to = await target({ keys, more: 'StrictHostKeyChecking yes\n' });
        await assert.rejects(connect(to, noPrompts), (error: NetnsError) => {
          assert.equal(error.reason, 'hostKey');
          assert.ok(error.message.includes(name), error.message);
          return true;
        });
        const { ok } = await judgedBySsh(to.configFile ?? '');
        assert.equal(ok, false, `ssh lets it in: ${keys}`);
      }
    }
    await until('its sessions are gone', async () => (await sessions()) === '');
  });

  it('takes and writes down new keys where the configuration says so, hidden where it says that', async () => {
    const file = path.join(folder, 'written');
    const more = `UserKnownHostsFile ${file}\nHashKnownHosts yes\nStrictHostKeyChecking accept-new\n`;
    (await connect(await target({ more }), noPrompts)).dispose();
    const written = await readFile(file, 'utf8');
    assert.equal(written.match(/^\|1\|/gm)?.length, 3);
    for (const name of [`[${lab.address}]:${ports.first}`, `[127.0.0.1]:${ports.second}`, 'inside-key']) {
      const { stdout } = await exec('ssh-keygen', ['-F', name, '-f', file]);
      assert.match(stdout, /found: line/);
    }
    assert.ok(
      (await judgedBySsh(await configFile({ more: `UserKnownHostsFile ${file}\nStrictHostKeyChecking yes\n` }))).ok,
    );
  });

  it('asks about each unknown key, by the name that known_hosts will have', async () => {
    const asked: string[] = [];
    const prompts: ConnectPrompts = {
      acceptHostKey: ({ host }) => {
        asked.push(host);
        return Promise.resolve(true);
      },
    };
    (await connect(await target({ keys: '' }), prompts)).dispose();
    assert.deepEqual(asked, [`[${lab.address}]:${ports.first}`, `[127.0.0.1]:${ports.second}`, 'inside-key']);
  });

  it('says which hop it was that did not let us on', async () => {
    const closed = await target({ inside: '', more: 'Host inside\n  Port 9\n' });
    await assert.rejects(connect(closed, noPrompts), {
      reason: 'unreachable',
      message: `127.0.0.1:${ports.second}, which is a jump host, does not reach 127.0.0.1 port 9.`,
    });
    const stranger = await makeKeyPair(path.join(folder, 'stranger'));
    const refused = await target({ more: `Host second\n  IdentityFile ${stranger.file}\n  IdentityFile none\n` });
    // The configuration's other key still lets us in, as with ssh.
    assert.equal((await judgedBySsh(refused.configFile ?? '')).ok, true);
    (await connect(refused, noPrompts)).dispose();
    const nobody = await target({ more: `Host second\n  User no-such-user\n` });
    await assert.rejects(connect(nobody, noPrompts), {
      reason: 'login',
      message: new RegExp(`^127.0.0.1:${ports.second} refused the login of no-such-user`),
    });
    await until('its sessions are gone', async () => (await sessions()) === '');
  });

  it('ends when a jump host goes, and rejects what runs', async () => {
    const transport = await connect(await target(), noPrompts);
    const lost = new Promise<Error | undefined>((resolve) => void transport.onDidClose(resolve));
    const run = assert.rejects(transport.run('sleep 1000', { asRoot: false }), { reason: 'connectionLost' });
    await lab.run(`pkill -f '^sshd: root'`);
    assert.equal(((await lost) as NetnsError).reason, 'connectionLost');
    await run;
    await until('its sessions are gone', async () => (await sessions()) === '');
    await until('no sleep is left', async () => (await lab.run('pgrep -x sleep')).code === 1);
  });

  it('is cancelled at any moment of the way', async function () {
    this.timeout(120_000);
    const before = sockets();
    const to = await target();
    for (let delay = 0; delay < 400; delay += 25) {
      try {
        (await connectSsh(to, noPrompts, AbortSignal.timeout(delay), usualTiming)).dispose();
      } catch (error) {
        assert.equal((error as NetnsError).reason, 'cancelled', String(error));
      }
    }
    await until('our sockets are gone', () => sockets() === before);
    await until('its sessions are gone', async () => (await sessions()) === '', 60_000);
  });

  it('is reached through a ProxyCommand, which ends with it', async () => {
    const command = `ssh -F none -i ${lab.identityFile} -o UserKnownHostsFile=${await write(usualKeys())} -p ${ports.first} -W %h:%p root@${lab.address}`;
    const to = await target({ more: `Host inside\n  ProxyCommand ${command}\n  ProxyJump none\n` });
    const transport = await connect(to, noPrompts);
    assert.equal(await whoami(transport), 'ops');
    transport.dispose();
    await until('its sessions are gone', async () => (await sessions()) === '');
    const broken = await target({ more: 'Host inside\n  ProxyCommand echo no way >&2; exit 3\n  ProxyJump none\n' });
    await assert.rejects(connect(broken, noPrompts), { reason: 'unreachable', message: /no way/ });
  });
});
