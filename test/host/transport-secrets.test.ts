import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describeError, type NetnsError } from '../../src/base/errors';
import { connect } from '../../src/transport/connect';
import { SessionSecrets } from '../../src/transport/session-secrets';
import type { ConnectPrompts, Transport } from '../../src/transport/transport';
import { personWith } from '../fixtures/prompts';
import { makeKeyPair, noPrompts, startSshd, targetOf, until, type SshTarget } from '../fixtures/ssh';
import { startLabHost, type LabHost } from '../lab-host';

const exec = promisify(execFile);

describe('a login that needs a person', () => {
  let lab: LabHost;
  let folder: string;
  let hostKey: string;
  let password: string;
  before(async () => {
    lab = await startLabHost();
    password = lab.users.password;
    folder = await mkdtemp(path.join(tmpdir(), 'netns-secrets-'));
    hostKey = (await readFile(lab.knownHostsFile, 'utf8')).trim().split(' ').slice(1, 3).join(' ');
  });
  after(async () => {
    await lab.stop();
    await rm(folder, { recursive: true });
  });

  async function targetAt(port: number, user: string, changes: Partial<SshTarget> = {}): Promise<SshTarget> {
    const file = path.join(folder, `known_hosts_${port}`);
    await writeFile(file, `[${lab.address}]:${port} ${hostKey}\n`);
    return targetOf(lab, user, { port, knownHostsFiles: [file], ...changes });
  }
  const whoami = async (transport: Transport, asRoot: boolean): Promise<string> =>
    (await transport.run('id -un', { asRoot })).stdout.trim();

  describe('by a key with a passphrase', () => {
    const wrongThenRight = () => personWith({ passphrase: ['wrong', 'a passphrase'] });
    const kinds: readonly [name: string, make: (file: string) => Promise<unknown>][] = [
      ['ed25519, OpenSSH', (file) => makeKeyPair(file, 'ed25519', 'a passphrase')],
      ['RSA, OpenSSH', (file) => makeKeyPair(file, 'rsa', 'a passphrase')],
      ['ECDSA, OpenSSH', (file) => makeKeyPair(file, 'ecdsa', 'a passphrase')],
      ['RSA, PEM', (file) => exec('ssh-keygen', ['-q', '-t', 'rsa', '-m', 'PEM', '-N', 'a passphrase', '-f', file])],
      [
        'ECDSA, PEM',
        (file) => exec('ssh-keygen', ['-q', '-t', 'ecdsa', '-m', 'PEM', '-N', 'a passphrase', '-f', file]),
      ],
      [
        'RSA, PKCS #8',
        (file) => exec('ssh-keygen', ['-q', '-t', 'rsa', '-m', 'PKCS8', '-N', 'a passphrase', '-f', file]),
      ],
      [
        'ECDSA, PKCS #8',
        (file) => exec('ssh-keygen', ['-q', '-t', 'ecdsa', '-m', 'PKCS8', '-N', 'a passphrase', '-f', file]),
      ],
      ['ed25519, PKCS #8', (file) => makePkcs8Ed25519(file)],
    ];

    /** ssh-keygen writes no Ed25519 key in PKCS #8, openssl does. */
    async function makePkcs8Ed25519(file: string): Promise<void> {
      const { generateKeyPairSync } = await import('node:crypto');
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const pem = privateKey.export({
        type: 'pkcs8',
        format: 'pem',
        cipher: 'aes-256-cbc',
        passphrase: 'a passphrase',
      });
      await writeFile(file, pem, { mode: 0o600 });
      const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
      const field = (part: Buffer): Buffer => {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(part.length);
        return Buffer.concat([length, part]);
      };
      const blob = Buffer.concat([field(Buffer.from('ssh-ed25519')), field(raw)]);
      await writeFile(`${file}.pub`, `ssh-ed25519 ${blob.toString('base64')} test\n`);
    }

    for (const [name, make] of kinds) {
      for (const besides of ['with', 'without']) {
        it(`${name}, ${besides} its public key beside it`, async () => {
          const file = path.join(folder, `${name} ${besides}`.replaceAll(/\W/g, '_'));
          await make(file);
          const publicLine = (await readFile(`${file}.pub`, 'utf8')).trim();
          await lab.run(`echo '${publicLine}' >>/run/lab/authorized_keys`);
          if (besides === 'without') await rename(`${file}.pub`, `${file}.hidden`);
          const person = wrongThenRight();
          const transport = await connect(targetOf(lab, 'root', { identityFile: file }), person);
          assert.equal(await whoami(transport, false), 'root');
          transport.dispose();
          assert.deepEqual(person.asked, [`passphrase ${file}`, `again: passphrase ${file}`]);
          assert.deepEqual(person.accepted, [`passphrase ${file}`]);
        });
      }
    }

    it('is not asked for where the host does not take the key', async () => {
      const { file } = await makeKeyPair(path.join(folder, 'stranger'), 'ed25519', 'a passphrase');
      const person = wrongThenRight();
      await assert.rejects(connect(targetOf(lab, 'root', { identityFile: file }), person), { reason: 'login' });
      assert.deepEqual(person.asked, []);
    });

    it('ends quietly where the person gives up, and loudly after three wrong ones', async () => {
      const { file, publicLine } = await makeKeyPair(path.join(folder, 'given-up'), 'ed25519', 'a passphrase');
      await lab.run(`echo '${publicLine}' >>/run/lab/authorized_keys`);
      const target = targetOf(lab, 'root', { identityFile: file });
      await assert.rejects(connect(target, personWith({})), { reason: 'cancelled' });
      const wrong = personWith({ passphrase: ['first-try', 'second-try', 'third-try'] });
      await assert.rejects(connect(target, wrong), (error: NetnsError) => {
        assert.equal(error.reason, 'login');
        assert.match(error.message, /wrong three times/);
        assert.doesNotMatch(`${describeError(error)} ${JSON.stringify(error)} ${String(error.stack)}`, /-try/);
        return true;
      });
    });
  });

  describe('by password', () => {
    let port: number;
    before(async () => {
      port = await startSshd(lab, ['PubkeyAuthentication no', 'PasswordAuthentication yes']);
    });

    it('asks until it is right', async () => {
      const person = personWith({ password: ['wrong', password] });
      const transport = await connect(await targetAt(port, 'student'), person);
      assert.equal(await whoami(transport, false), 'student');
      transport.dispose();
      const subject = `student@${lab.address}:${port}`;
      assert.deepEqual(person.asked.slice(0, 2), [`password ${subject}`, `again: password ${subject}`]);
      assert.deepEqual(person.accepted, [`password ${subject}`]);
    });

    it('gives up after three, names no password, and is cancelled by no answer', async () => {
      const wrong = personWith({ password: ['first-try', 'second-try', 'third-try', 'fourth-try'] });
      await assert.rejects(connect(await targetAt(port, 'student'), wrong), (error: NetnsError) => {
        assert.equal(error.reason, 'login');
        assert.match(error.message, /Tried: .*a password/);
        assert.doesNotMatch(`${describeError(error)} ${JSON.stringify(error)}`, /-try/);
        return true;
      });
      assert.equal(wrong.asked.length, 3);
      assert.deepEqual(wrong.accepted, []);
      await assert.rejects(connect(await targetAt(port, 'student'), personWith({})), { reason: 'cancelled' });
    });

    it('takes its question back when the host goes or the work is cancelled', async () => {
      const controller = new AbortController();
      let takenBack = 0;
      const slow: ConnectPrompts = {
        ...noPrompts,
        askSecret: (_question, signal) => {
          signal.addEventListener('abort', () => takenBack++);
          controller.abort();
          return new Promise(() => undefined);
        },
      };
      await assert.rejects(connect(await targetAt(port, 'student'), slow, controller.signal), { reason: 'cancelled' });
      assert.equal(takenBack, 1);
    });

    it('after a key, where the host wants both', async () => {
      const both = await startSshd(lab, ['PasswordAuthentication yes', 'AuthenticationMethods publickey,password']);
      const person = personWith({ password: [password] });
      const transport = await connect(await targetAt(both, 'student'), person);
      assert.equal(await whoami(transport, false), 'student');
      transport.dispose();
      assert.equal(person.accepted.length, 1);
    });

    it('as PAM asks for it, by keyboard-interactive', async () => {
      await lab.run(
        `printf '%s\\n' 'auth required pam_unix.so nodelay' 'account required pam_unix.so' 'session required pam_permit.so' >/etc/pam.d/sshd`,
      );
      const pam = await startSshd(lab, ['UsePAM yes', 'KbdInteractiveAuthentication yes', 'PubkeyAuthentication no']);
      const person = personWith({ password: ['wrong', password] });
      const transport = await connect(await targetAt(pam, 'student'), person);
      assert.equal(await whoami(transport, false), 'student');
      transport.dispose();
      assert.deepEqual(person.challenges, []);
      assert.equal(person.accepted.length, 1);
    });

    it('is remembered for a connection that is made anew, and nobody is asked then', async () => {
      const person = personWith({ password: [password], sudo: [password] });
      const session = new SessionSecrets(person);
      const target = await targetAt(port, 'student');
      const first = await connect(target, session);
      const anew = await first.connectAnew?.();
      assert.equal(anew && (await whoami(anew, true)), 'root');
      anew?.dispose();
      first.dispose();
      const again = await connect(target, session.unattended());
      assert.equal(await whoami(again, true), 'root');
      again.dispose();
      assert.equal(person.asked.length, 2);
      session.forget();
      await assert.rejects(connect(target, session.unattended()), { reason: 'login', message: /password is needed/ });
    });
  });

  describe('to become root with sudo’s password', () => {
    const student = (): SshTarget => targetOf(lab, 'student');

    it('asks once per connection, again where it was wrong, and runs everything as root', async () => {
      const person = personWith({ sudo: ['wrong', password] });
      const transport = await connect(student(), person);
      const subject = `student@${lab.address}:22`;
      assert.deepEqual(person.asked, [`sudo ${subject}`, `again: sudo ${subject}`]);
      assert.deepEqual(person.accepted, [`sudo ${subject}`]);
      assert.equal(transport.privilege?.type, 'sudo');
      const runs = await Promise.all(
        Array.from({ length: 6 }, (_, n) => transport.run(`id -un; cat; echo ${n}`, { stdin: `in ${n}\n` })),
      );
      assert.deepEqual(
        runs.map(({ stdout, stderr }) => stdout + stderr),
        runs.map((_, n) => `root\nin ${n}\n${n}\n`),
      );
      assert.equal(await whoami(transport, false), 'student');
      const process = await transport.start('id -un; read line; echo "got $line"');
      let heard = '';
      process.onStdout((text) => (heard += text));
      process.write('a line\n');
      assert.equal(await process.exited, 0);
      assert.equal(heard, 'root\ngot a line\n');
      transport.dispose();
    });

    it('on a terminal, which shows nothing of it', async () => {
      const transport = await connect(student(), personWith({ sudo: [password] }));
      const terminal = await transport.openTerminal('id -un; read line; echo "got $line"', { columns: 80, rows: 24 });
      let heard = '';
      terminal.onData((text) => (heard += text));
      await until('root has said so', () => heard.includes('root'));
      terminal.write('a line\r');
      assert.equal(await terminal.exited, 0);
      assert.equal(heard.replaceAll('\r', ''), 'root\na line\ngot a line\n');
      transport.dispose();
    });

    it('goes on without root where the person gives none, or it is wrong three times', async () => {
      for (const [secrets, why] of [
        [[], /was not given/],
        [['first-try', 'second-try', 'third-try'], /did not take the password/],
      ] as const) {
        const transport = await connect(student(), personWith({ sudo: secrets }));
        assert.equal(await whoami(transport, false), 'student');
        await assert.rejects(transport.run('id'), (error: NetnsError) => {
          assert.equal(error.reason, 'privilege');
          assert.match(error.message, why);
          assert.doesNotMatch(`${describeError(error)} ${JSON.stringify(error)}`, /-try/);
          return true;
        });
        transport.dispose();
      }
    });

    it('says in sudo’s own words that it is not allowed at all', async () => {
      await lab.run('sed -i "/^student/d" /etc/sudoers');
      try {
        const transport = await connect(student(), personWith({ sudo: [password] }));
        const { privilege } = transport;
        assert.ok(privilege?.type === 'none');
        assert.match(privilege.error.hostSaid ?? '', /not in the sudoers file/);
        transport.dispose();
      } finally {
        await lab.run('echo "student ALL=(ALL:ALL) ALL" >>/etc/sudoers');
      }
    });

    it('gives the password to sudo alone: not to a shell that prints its commands, not to one that needs none any more', async () => {
      await lab.run(
        `echo 'set -x; echo noise; echo noise >&2' >/run/home/student/.bashrc; chown student /run/home/student/.bashrc`,
      );
      const transport = await connect(student(), personWith({ sudo: [password] }));
      try {
        await lab.run('sed -i "s/^student.*/student ALL=(ALL:ALL) NOPASSWD: ALL/" /etc/sudoers');
        const { stdout, stderr } = await transport.run('id -un; cat', { stdin: 'mine' });
        assert.equal(stdout, 'root\nmine');
        assert.ok(!stderr.includes(password));
      } finally {
        await lab.run('sed -i "s/^student.*/student ALL=(ALL:ALL) ALL/" /etc/sudoers; rm /run/home/student/.bashrc');
      }
      assert.equal(await whoami(transport, true), 'root');
      transport.dispose();
    });

    it('says so when sudo no longer takes it, and leaves nothing waiting there', async () => {
      const transport = await connect(student(), personWith({ sudo: [password] }));
      try {
        await lab.run(`echo 'student:another' | chpasswd`);
        await assert.rejects(transport.run('id'), { reason: 'privilege', message: /did not take/ });
      } finally {
        await lab.run(`echo 'student:${password}' | chpasswd`);
      }
      transport.dispose();
      await until('no sudo is left', async () => (await lab.run('pgrep -x sudo')).code === 1);
    });

    it('is cancelled while sudo thinks', async () => {
      const transport = await connect(student(), personWith({ sudo: [password] }));
      try {
        await lab.run(`sed -i '1i auth required pam_exec.so /bin/sleep 20' /etc/pam.d/sudo`);
        const controller = new AbortController();
        const run = transport.run('id', { signal: controller.signal });
        // Not before: a sleep that begins after it was to be killed would hold up the next sudo, too.
        await until('sudo thinks', async () => (await lab.run(`pgrep -x -f '/bin/sleep 20'`)).code === 0);
        controller.abort();
        await assert.rejects(run, { reason: 'cancelled' });
      } finally {
        await lab.run(`sed -i 1d /etc/pam.d/sudo; pkill -x -f '/bin/sleep 20'`);
      }
      assert.equal(await whoami(transport, true), 'root');
      transport.dispose();
    });

    describe('doas, which takes it only at a terminal', () => {
      before(async () => {
        // The lab host's /usr is the machine's own: what hides sudo is a mount that nobody else sees.
        const hide = 'mount --no-mtab --bind /dev/null "$(readlink -f "$(command -v sudo)")"';
        const { stderr } = await lab.run(`echo 'permit student' >/etc/doas.conf; chmod 600 /etc/doas.conf; ${hide}`);
        assert.equal(stderr, '');
      });
      after(() => lab.run('rm /etc/doas.conf; umount /usr/bin/sudo'));

      it('gets it once, again after a wrong one, and leaves the streams of the process as they are', async () => {
        const person = personWith({ doas: ['not-it', password] });
        const transport = await connect(student(), person);
        const [first = '', ...more] = person.asked;
        assert.match(first, /^doas student@/);
        assert.deepEqual(more, [`again: ${first}`]);
        const { code, stdout, stderr } = await transport.run('id -un; cat; echo aside >&2; exit 7', {
          stdin: 'mine\r\n',
        });
        assert.deepEqual({ code, stdout, stderr }, { code: 7, stdout: 'root\nmine\r\n', stderr: 'aside\n' });
        const process = await transport.start('read line; echo "got $line"; yes | head -1');
        let heard = '';
        process.onStdout((text) => (heard += text));
        process.write('a line\n');
        assert.equal(await process.exited, 0);
        assert.equal(heard, 'got a line\ny\n');
        assert.equal(await whoami(transport, false), 'student');
        transport.dispose();
      });

      it('on a terminal, which shows nothing of it', async () => {
        const transport = await connect(student(), personWith({ doas: [password] }));
        const terminal = await transport.openTerminal('id -un; read line; echo "got $line"', { columns: 80, rows: 24 });
        let heard = '';
        terminal.onData((text) => (heard += text));
        await until('root has said so', () => heard.includes('root'));
        terminal.write('a line\r');
        assert.equal(await terminal.exited, 0);
        assert.equal(heard.replaceAll('\r', '').trim(), 'root\na line\ngot a line');
        transport.dispose();
      });

      it('goes on without root where it is wrong or not given, and names no secret', async () => {
        for (const [secrets, why] of [
          [[], /doas asks for a password that was not given/],
          [['first-try', 'second-try', 'third-try'], /doas did not take the password/],
        ] as const) {
          const transport = await connect(student(), personWith({ doas: secrets }));
          await assert.rejects(transport.run('id'), (error: NetnsError) => {
            assert.equal(error.reason, 'privilege');
            assert.match(error.message, why);
            assert.doesNotMatch(`${describeError(error)} ${JSON.stringify(error)}`, /-try/);
            return true;
          });
          transport.dispose();
        }
      });

      it('alone: not a shell that prints its commands and asks for one, nor a doas that needs none any more', async () => {
        await lab.run(
          `echo 'set -x; echo "doas (student@here) password: "' >/run/home/student/.bashrc; chown student /run/home/student/.bashrc`,
        );
        const transport = await connect(student(), personWith({ doas: [password] }));
        try {
          await lab.run(`echo 'permit nopass student' >/etc/doas.conf`);
          const { stdout, stderr } = await transport.run('id -un; cat', { stdin: 'mine' });
          assert.equal(stdout, 'root\nmine');
          assert.ok(!stderr.includes(password));
        } finally {
          await lab.run(`echo 'permit student' >/etc/doas.conf; rm /run/home/student/.bashrc`);
        }
        transport.dispose();
      });

      it('leaves nothing there when a script ends, is cancelled, or the password is no longer right', async () => {
        const transport = await connect(student(), personWith({ doas: [password] }));
        const controller = new AbortController();
        const run = transport.run('sleep 600', { signal: controller.signal });
        await until('it sleeps', async () => (await lab.run(`pgrep -x -f 'sleep 600'`)).code === 0);
        controller.abort();
        await assert.rejects(run, { reason: 'cancelled' });
        try {
          await lab.run(`echo 'student:another' | chpasswd`);
          await assert.rejects(transport.run('id'), { reason: 'privilege', message: /did not take/ });
        } finally {
          await lab.run(`echo 'student:${password}' | chpasswd`);
        }
        transport.dispose();
        const left = `pgrep -x doas; pgrep -x -f 'sleep 600'; pgrep -f '[f]romhex'`;
        await until('nothing is left', async () => (await lab.run(left)).stdout === '');
      });
    });

    it('by doas where it asks nothing', async () => {
      await lab.run(`echo 'permit nopass student' >/etc/doas.conf; chmod 600 /etc/doas.conf`);
      try {
        const person = personWith({});
        const transport = await connect(student(), person);
        assert.equal(transport.privilege?.type, 'sudo');
        assert.equal(await whoami(transport, true), 'root');
        const terminal = await transport.openTerminal('id -un', { columns: 80, rows: 24 });
        let heard = '';
        terminal.onData((text) => (heard += text));
        await terminal.exited;
        assert.equal(heard.trim(), 'root');
        transport.dispose();
        assert.deepEqual(person.asked, []);
      } finally {
        await lab.run('rm /etc/doas.conf');
      }
    });
  });
});
