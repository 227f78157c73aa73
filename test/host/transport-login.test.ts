import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { NetnsError } from '../../src/base/errors';
import { connect, connectSsh } from '../../src/transport/connect';
import { fingerprintOf, KnownHost, parseKnownHosts } from '../../src/transport/known-hosts';
import { usualTiming } from '../../src/transport/ssh-login';
import type { ConnectPrompts, HostKeyQuestion } from '../../src/transport/transport';
import { makeKeyPair, noPrompts, startSshd, targetOf, until, type KeyPair, type SshTarget } from '../fixtures/ssh';
import { startTcpProxy } from '../fixtures/tcp-proxy';
import { startLabHost, type LabHost } from '../lab-host';

const exec = promisify(execFile);

describe('logging in to a host', () => {
  let lab: LabHost;
  let folder: string;
  let other: KeyPair;
  let hostKey: string;
  before(async () => {
    lab = await startLabHost();
    folder = await mkdtemp(path.join(tmpdir(), 'netns-login-'));
    other = await makeKeyPair(path.join(folder, 'other'));
    hostKey = (await readFile(lab.knownHostsFile, 'utf8')).trim().split(' ').slice(1, 3).join(' ');
  });
  after(async () => {
    await lab.stop();
    await rm(folder, { recursive: true });
  });

  let files = 0;
  /** A known_hosts file with these lines. */
  async function knownHosts(...lines: string[]): Promise<string> {
    const file = path.join(folder, `known_hosts_${files++}`);
    await writeFile(file, lines.map((line) => `${line}\n`).join(''));
    return file;
  }
  const root = (changes: Partial<SshTarget> = {}): SshTarget => targetOf(lab, 'root', changes);
  const keyOf = ({ publicLine }: KeyPair): string => publicLine.split(' ').slice(0, 2).join(' ');

  function answering(answer: boolean): ConnectPrompts & { asked: HostKeyQuestion[] } {
    const asked: HostKeyQuestion[] = [];
    return {
      asked,
      acceptHostKey: (question) => {
        asked.push(question);
        return Promise.resolve(answer);
      },
    };
  }

  /** What ssh(1) itself makes of a known_hosts file: whether it lets us in, and its words. */
  async function judgedBySsh(file: string): Promise<{ ok: boolean; said: string }> {
    const options = ['BatchMode=yes', 'StrictHostKeyChecking=yes', `UserKnownHostsFile=${file}`]
      .concat('GlobalKnownHostsFile=/dev/null', 'UpdateHostKeys=no', 'IdentitiesOnly=yes', 'LogLevel=INFO')
      .flatMap((option) => ['-o', option]);
    const args = ['-F', '/dev/null', '-i', lab.identityFile, ...options, `root@${lab.address}`, 'true'];
    try {
      const { stderr } = await exec('ssh', args);
      return { ok: true, said: stderr };
    } catch (error) {
      return { ok: false, said: (error as { stderr: string }).stderr };
    }
  }

  describe('by the host’s key', () => {
    it('asks about an unknown host as ssh-keygen would name it, and writes down what was accepted', async () => {
      const file = path.join(folder, 'new', 'known_hosts');
      const prompts = answering(true);
      (await connect(root({ knownHostsFiles: [file] }), prompts)).dispose();
      assert.equal(prompts.asked.length, 1);
      assert.deepEqual(prompts.asked[0], {
        host: lab.address,
        keyType: 'ssh-ed25519',
        fingerprint: lab.hostKeyFingerprint,
      });
      assert.equal(await readFile(file, 'utf8'), `${lab.address} ${hostKey}\n`);
      assert.equal((await stat(file)).mode & 0o777, 0o600);
      assert.equal((await stat(path.dirname(file))).mode & 0o777, 0o700);
      const { stdout } = await exec('ssh-keygen', ['-F', lab.address, '-f', file]);
      assert.match(stdout, /found: line 1/);
      assert.ok((await judgedBySsh(file)).ok);
      (await connect(root({ knownHostsFiles: [file] }), noPrompts)).dispose();
    });

    it('adds to what is there: after a missing line break, through a symbolic link', async () => {
      const file = await knownHosts();
      await appendFile(file, '# no line break at the end');
      const link = path.join(folder, 'link');
      await symlink(file, link);
      (await connect(root({ knownHostsFiles: [link] }), answering(true))).dispose();
      assert.equal(await readFile(file, 'utf8'), `# no line break at the end\n${lab.address} ${hostKey}\n`);
      assert.ok((await exec('readlink', [link])).stdout.trim() === file);
    });

    it('does not go on, and writes nothing, when it is not accepted', async () => {
      const file = await knownHosts();
      const refused = connect(root({ knownHostsFiles: [file] }), answering(false));
      await assert.rejects(refused, {
        reason: 'hostKey',
        message: new RegExp(lab.hostKeyFingerprint.replaceAll('+', '\\+')),
      });
      assert.equal(await readFile(file, 'utf8'), '');
      const failing = connect(root({ knownHostsFiles: [file] }), {
        acceptHostKey: () => Promise.reject(new Error('no')),
      });
      await assert.rejects(failing, { reason: 'hostKey' });
    });

    it('does not go on with a key that it could not write down', async () => {
      const inTheWay = path.join(await knownHosts(), 'known_hosts');
      const attempt = connect(root({ knownHostsFiles: [inTheWay] }), answering(true));
      await assert.rejects(attempt, (error: NetnsError) => {
        assert.equal(error.reason, 'hostKey');
        assert.ok(error.advice?.includes(`${lab.address} ${hostKey}`));
        return true;
      });
    });

    it('does not go on when a file cannot be read', async () => {
      await assert.rejects(connect(root({ knownHostsFiles: [folder] }), noPrompts), { reason: 'hostKey' });
    });

    it('refuses a changed key without asking, and says where and what to do', async () => {
      const file = await knownHosts('# first', `${lab.address} ${keyOf(other)}`);
      const prompts = answering(true);
      await assert.rejects(connect(root({ knownHostsFiles: [file] }), prompts), (error: NetnsError) => {
        assert.equal(error.reason, 'hostKey');
        assert.ok(error.message.includes(`${file}:2`), error.message);
        assert.ok(error.message.includes(lab.hostKeyFingerprint));
        assert.ok(error.advice?.includes(`ssh-keygen -R ${lab.address} -f ${file}`), error.advice);
        return true;
      });
      assert.equal(prompts.asked.length, 0);
      assert.match((await judgedBySsh(file)).said, /IDENTIFICATION HAS CHANGED/);
      // The advice helps: afterwards the host is unknown.
      await exec('ssh-keygen', ['-R', lab.address, '-f', file]);
      await assert.rejects(connect(root({ knownHostsFiles: [file] }), answering(false)), /was not accepted/);
    });

    it('refuses a revoked key without asking, even one that is known', async () => {
      const file = await knownHosts(`${lab.address} ${hostKey}`, `@revoked * ${hostKey}`);
      await assert.rejects(connect(root({ knownHostsFiles: [file] }), answering(true)), {
        reason: 'hostKey',
        message: /:2 revokes/,
      });
      assert.match((await judgedBySsh(file)).said, /revoked/i);
    });

    it('says that there is a certificate authority that it cannot ask', async () => {
      const file = await knownHosts(`@cert-authority * ${keyOf(other)}`);
      const prompts = answering(true);
      (await connect(root({ knownHostsFiles: [file] }), prompts)).dispose();
      assert.match(prompts.asked[0]?.note ?? '', /certificate authority/);
    });

    it('asks for the key that it knows, though the host has others', async () => {
      const { stdout } = await lab.run('cut -d " " -f 1,2 /run/lab/host_ecdsa.pub');
      const file = await knownHosts(`${lab.address} ${stdout.trim()}`);
      (await connect(root({ knownHostsFiles: [file] }), noPrompts)).dispose();
      // From a second file, hashed.
      const hashed = await knownHosts(`${lab.address} ${stdout.trim()}`);
      await exec('ssh-keygen', ['-H', '-f', hashed]);
      assert.match(await readFile(hashed, 'utf8'), /^\|1\|/);
      (
        await connect(root({ knownHostsFiles: ['/nonexistent/known_hosts', await knownHosts(), hashed] }), noPrompts)
      ).dispose();
    });

    it('agrees with ssh on every way of writing a line', async function () {
      this.timeout(120_000);
      const address = lab.address;
      const [a, b] = [address.slice(0, -1), address.split('.').slice(1).join('.')];
      const lines = [
        `${address} ${hostKey}`,
        `somewhere,${address},else ${hostKey} comment with blanks`,
        `${a}? ${hostKey}`,
        `*.${b} ${hostKey}`,
        `*,!${address} ${hostKey}`,
        `!nobody,* ${hostKey}`,
        `[${address}]:22 ${hostKey}`,
        `[${address}]:2222 ${hostKey}`,
        `${address}x ${hostKey}`,
        `${address} ${hostKey.slice(0, -5)}`,
        `${address}\t\t${hostKey}`,
        `  ${address} ${hostKey}`,
        `#${address} ${hostKey}`,
        `@revoked ${address} ${keyOf(other)}\n${address} ${hostKey}`,
        `${address} ${keyOf(other)}\n${address} ${hostKey}`,
        `${address} ssh-rsa ${hostKey.split(' ')[1] ?? ''}`,
        `${address}, ${hostKey}`,
        `${address} 1024 35 12345\n${address} ${hostKey}`,
      ];
      const key = Buffer.from(hostKey.split(' ')[1] ?? '', 'base64');
      for (const line of lines) {
        const file = await knownHosts(line);
        const ours = new KnownHost(parseKnownHosts(`${line}\n`, file), address, 22).judge(key);
        const { ok, said } = await judgedBySsh(file);
        assert.equal(ours.type === 'known', ok, `${line}\nwe: ${ours.type}\nssh: ${said}`);
      }
    });

    it('agrees with ssh-keygen -F on names with ports, in the open and hashed', async () => {
      const names = ['earth', '[earth]:2222', '[earth]:22', '198.18.0.2', '[fe80::1]:2200', 'fe80::1'];
      const file = await knownHosts(...names.map((name) => `${name} ${hostKey}`));
      const hashed = await knownHosts(...names.map((name) => `${name} ${hostKey}`));
      await exec('ssh-keygen', ['-H', '-f', hashed]);
      const asked: [host: string, port: number][] = [
        ['earth', 22],
        ['earth', 2222],
        ['earth', 2223],
        ['198.18.0.2', 22],
        ['fe80::1', 22],
        ['fe80::1', 2200],
        ['mars', 22],
      ];
      for (const list of [file, hashed]) {
        const entries = parseKnownHosts(await readFile(list, 'utf8'), list);
        for (const [host, port] of asked) {
          const name = port === 22 ? host : `[${host}]:${port}`;
          const found = await exec('ssh-keygen', ['-F', name, '-f', list]).then(
            ({ stdout }) => /found: line (\d+)/.exec(stdout)?.[1],
            () => undefined,
          );
          const own = new KnownHost(entries, host, port).judge(Buffer.from(hostKey.split(' ')[1] ?? '', 'base64'));
          const line = own.type === 'known' ? own.entry.line : undefined;
          // We also take the line without a port, as ssh does and ssh-keygen does not.
          if (name === '[earth]:2223') assert.deepEqual([line, found], [1, undefined]);
          else assert.equal(String(line), String(found), `${name} in ${list}`);
        }
      }
    });

    it('takes the time a person needs, and settles when the host goes meanwhile', async () => {
      const timing = { ...usualTiming, handshake: 400 };
      const slow: ConnectPrompts = {
        acceptHostKey: () => new Promise((resolve) => setTimeout(() => resolve(true), 900)),
      };
      const proxy = await startTcpProxy({ host: lab.address, port: lab.port });
      const through = root({ host: '127.0.0.1', port: proxy.port, knownHostsFiles: [path.join(folder, 'slow')] });
      (await connectSsh(through, slow, undefined, timing)).dispose();
      const never: ConnectPrompts = {
        acceptHostKey: () => {
          proxy.cutAll();
          return new Promise(() => undefined);
        },
      };
      await assert.rejects(connect({ ...through, knownHostsFiles: [await knownHosts()] }, never), {
        reason: 'unreachable',
      });
      const controller = new AbortController();
      const asking: ConnectPrompts = {
        acceptHostKey: () => {
          controller.abort();
          return new Promise(() => undefined);
        },
      };
      await assert.rejects(connect({ ...through, knownHostsFiles: [await knownHosts()] }, asking, controller.signal), {
        reason: 'cancelled',
      });
      await until('no connection is left', () => proxy.connections === 0);
      await proxy.stop();
    });
  });

  describe('by our key', () => {
    let agent: ChildProcess;
    let socket: string;
    before(async () => {
      socket = path.join(folder, 'agent');
      agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
      const add = (file: string): Promise<boolean> =>
        exec('ssh-add', ['-q', file], { env: { ...process.env, SSH_AUTH_SOCK: socket } }).then(
          () => true,
          () => false,
        );
      await until('the agent answers', () => add(other.file));
      await add(lab.identityFile);
    });
    after(() => agent.kill());

    /** With an agent and a home directory that are the test's own. */
    async function withEnvironment<T>(variables: Record<string, string>, work: () => Promise<T>): Promise<T> {
      const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
      Object.assign(process.env, variables);
      try {
        return await work();
      } finally {
        for (const [name, value] of before) {
          if (value === undefined) Reflect.deleteProperty(process.env, name);
          else process.env[name] = value;
        }
      }
    }

    /** Without an identity file. */
    function bare(user: string, changes: Partial<SshTarget> = {}): SshTarget {
      const { address, port, knownHostsFile } = lab;
      return { type: 'ssh', host: address, port, user, knownHostsFiles: [knownHostsFile], ...changes };
    }

    const refused = (check: (error: NetnsError) => void) => (error: NetnsError) => {
      assert.equal(error.reason, 'login', String(error));
      assert.ok(error.advice);
      check(error);
      return true;
    };

    it('uses the agent, past a key of it that is refused', async () => {
      await withEnvironment({ SSH_AUTH_SOCK: socket, HOME: folder }, async () => {
        (await connect(bare('ops'), noPrompts)).dispose();
      });
    });

    it('uses the usual files when there is no agent, and leaves out what it cannot use', async () => {
      const home = path.join(folder, 'home');
      await mkdir(path.join(home, '.ssh'), { recursive: true });
      await makeKeyPair(path.join(home, '.ssh/id_rsa'), 'rsa', 'secret');
      await writeFile(path.join(home, '.ssh/id_ecdsa'), await readFile(lab.identityFile), { mode: 0o600 });
      const nobody = { SSH_AUTH_SOCK: path.join(folder, 'nobody'), HOME: home };
      await withEnvironment(nobody, async () => {
        (await connect(bare('ops'), noPrompts)).dispose();
        await rm(path.join(home, '.ssh/id_ecdsa'));
        const check = refused(({ message, hostSaid }) => {
          assert.match(message, /no key to try/);
          assert.match(message, /id_rsa is protected by a passphrase/);
          assert.match(message, /The SSH agent cannot be used/);
          assert.match(hostSaid ?? '', /Permission denied \(publickey\)/);
        });
        await assert.rejects(connect(bare('ops'), noPrompts), check);
      });
    });

    it('is refused with a key that the host does not know: whom, where, what was tried', async () => {
      const check = refused(({ message, hostSaid }) => {
        assert.ok(message.includes(`${lab.address}:22 refused the login of root`), message);
        assert.ok(message.includes(`Tried: ${other.file}.`), message);
        assert.equal(hostSaid, 'Permission denied (publickey).');
      });
      await assert.rejects(connect(root({ identityFile: other.file }), noPrompts), check);
      await assert.rejects(connect(targetOf(lab, 'no-such-user'), noPrompts), { reason: 'login' });
    });

    it('is refused when the host has had enough', async () => {
      const port = await startSshd(lab, ['MaxAuthTries 1']);
      const knownHostsFiles = [await knownHosts(`[${lab.address}]:${port} ${hostKey}`)];
      await withEnvironment({ SSH_AUTH_SOCK: socket, HOME: folder }, async () => {
        await assert.rejects(
          connect(bare('root', { port, knownHostsFiles }), noPrompts),
          refused(({ hostSaid }) => {
            assert.match(hostSaid ?? '', /Too many authentication failures/);
          }),
        );
      });
    });

    it('is refused where only passwords are taken, and says that', async () => {
      const port = await startSshd(lab, ['PubkeyAuthentication no', 'PasswordAuthentication yes']);
      const knownHostsFiles = [await knownHosts(`[${lab.address}]:${port} ${hostKey}`)];
      await assert.rejects(
        connect(root({ port, knownHostsFiles }), noPrompts),
        refused(({ advice, hostSaid }) => {
          assert.match(advice ?? '', /takes a password and no key/);
          assert.match(hostSaid ?? '', /password/);
        }),
      );
    });

    it('cannot be used when the file is wrong', async () => {
      const key = await readFile(lab.identityFile, 'utf8');
      const locked = await makeKeyPair(path.join(folder, 'locked'), 'ed25519', 'secret');
      const broken = path.join(folder, 'broken');
      await writeFile(broken, key.slice(0, 100));
      for (const identityFile of [path.join(folder, 'missing'), locked.file, broken, `${other.file}.pub`]) {
        await assert.rejects(
          connect(root({ identityFile }), noPrompts),
          refused(({ message }) => {
            assert.ok(message.includes(identityFile), message);
            assert.ok(!message.includes(key.slice(60, 90)));
          }),
        );
      }
    });

    it('finds no algorithm in common, and is told what the host wants', async () => {
      await lab.run('ssh-keygen -q -t rsa -b 2048 -N "" -f /run/rsa');
      const wanted: Readonly<Record<string, RegExp>> = {
        'KexAlgorithms sntrup761x25519-sha512@openssh.com': /quantum computers \(sntrup761x25519-sha512@openssh\.com\)/,
        'HostKeyAlgorithms ssh-rsa': /^(?!.*quantum).*host keys are ssh-rsa; SHA-1/,
        'Ciphers aes128-cbc': /encrypts only by aes128-cbc/,
      };
      for (const [line, words] of Object.entries(wanted)) {
        const port = await startSshd(lab, line.startsWith('HostKey') ? ['HostKey /run/rsa', line] : [line]);
        const knownHostsFiles = [await knownHosts(`[${lab.address}]:${port} ${hostKey}`)];
        await assert.rejects(connect(root({ port, knownHostsFiles }), noPrompts), (error: NetnsError) => {
          assert.equal(error.reason, 'unsupported', String(error));
          assert.match(error.message, words);
          assert.ok(error.advice);
          return true;
        });
      }
    });
  });

  it('turns Nagle’s algorithm off', async () => {
    const original = Object.getOwnPropertyDescriptor(Socket.prototype, 'setNoDelay')!;
    const calls: unknown[] = [];
    Socket.prototype.setNoDelay = function (this: Socket, noDelay?: boolean) {
      calls.push(noDelay);
      return (original.value as typeof this.setNoDelay).call(this, noDelay);
    };
    try {
      (await connect(root(), noPrompts)).dispose();
      assert.ok(calls.includes(true));
    } finally {
      Object.defineProperty(Socket.prototype, 'setNoDelay', original);
    }
  });

  it('names keys as ssh-keygen does', async () => {
    const { stdout } = await exec('ssh-keygen', ['-l', '-f', `${other.file}.pub`]);
    assert.ok(stdout.includes(` ${fingerprintOf(Buffer.from(keyOf(other).split(' ')[1] ?? '', 'base64'))} `), stdout);
  });
});
