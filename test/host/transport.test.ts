import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { quoteText } from '../../src/base/shell-quote';
import { connect } from '../../src/transport/connect';
import type { RemoteProcess, Transport } from '../../src/transport/transport';
import { hasProgram } from '../fixtures/remote-shell';
import { noPrompts, targetOf, until } from '../fixtures/ssh';
import { startLabHost, type LabHost } from '../lab-host';

/** Collects what a process says on its standard output. */
function listen(process: RemoteProcess): { readonly text: string } {
  const heard = { text: '' };
  process.onStdout((text) => (heard.text += text));
  return heard;
}

describe('running things on a machine', () => {
  let lab: LabHost;
  before(async () => {
    lab = await startLabHost();
  });
  after(() => lab.stop());

  const ways: { name: string; open: () => Promise<Transport>; isRunning: (pid: number) => Promise<boolean> }[] = [
    ...['root', 'ops'].map((user) => ({
      name: `over SSH as ${user}`,
      open: () => connect(targetOf(lab, user), noPrompts),
      isRunning: async (pid: number) => (await lab.run(`[ -d /proc/${pid} ]`)).code === 0,
    })),
    {
      name: 'on this computer',
      open: () => connect({ type: 'local' }, noPrompts),
      isRunning: (pid) => Promise.resolve(isAlive(pid)),
    },
  ];

  for (const { name, open, isRunning } of ways) {
    describe(name, () => {
      let transport: Transport;
      before(async () => {
        transport = await open();
      });
      after(() => transport.dispose());

      const ended = (pid: number): Promise<void> =>
        until(`process ${pid} is gone`, async () => !(await isRunning(pid)));

      it('is root, or the user where root is not asked for', async () => {
        assert.equal((await transport.run('id -u')).stdout, '0\n');
        const { stdout } = await transport.run('id -un', { asRoot: false });
        assert.equal(stdout, name.endsWith('ops') ? 'ops\n' : 'root\n');
      });

      it('hands back both outputs and the code, and does not mind an error', async () => {
        const result = await transport.run('echo out; echo err >&2; cat; exit 7', { stdin: 'in é\n' });
        assert.deepEqual(result, { code: 7, stdout: 'out\nin é\n', stderr: 'err\n' });
      });

      it('gives 128 + the number when a signal ended the script', async () => {
        assert.equal((await transport.run('kill -TERM $$')).code, 143);
      });

      it('takes a script and an input of megabytes, and gives as much', async () => {
        const long = 'é'.repeat(500_000);
        const { stdout } = await transport.run(`printf %s ${quoteText(long)}; cat`, { stdin: long });
        assert.ok(stdout === long + long);
      });

      it('refuses more output than allowed, and ends what makes it', async () => {
        const file = `/tmp/netns-test-${process.pid}`;
        const run = transport.run(`echo $$ >${file}; exec yes`, { maxOutput: 100_000 });
        await assert.rejects(run, { reason: 'unexpectedOutput' });
        await ended(Number((await transport.run(`cat ${file}; rm ${file}`)).stdout));
      });

      it('runs many things at once', async () => {
        const numbers = Array.from({ length: 25 }, (_, n) => n);
        const results = await Promise.all(numbers.map((n) => transport.run(`sleep 0.05; echo ${n}`)));
        assert.deepEqual(
          results.map(({ stdout }) => Number(stdout)),
          numbers,
        );
      });

      it('ends a run that is cancelled, and says so', async () => {
        const controller = new AbortController();
        const file = `/tmp/netns-test-${process.pid}`;
        const run = transport.run(`echo $$ >${file}; sleep 1000; echo never`, { signal: controller.signal });
        const pid = async (): Promise<number> => Number((await transport.run(`cat ${file} 2>/dev/null`)).stdout);
        await until('the script runs', async () => (await pid()) > 0);
        const number = await pid();
        controller.abort();
        await assert.rejects(run, { reason: 'cancelled' });
        await ended(number);
        await transport.run(`rm ${file}`);
        await assert.rejects(transport.run('echo', { signal: controller.signal }), { reason: 'cancelled' });
      });

      it('settles however soon a run is cancelled', async () => {
        for (const delay of [0, 1, 3, 6, 10, 20]) {
          const run = transport.run('sleep 1000', { signal: AbortSignal.timeout(delay) });
          await assert.rejects(run, { reason: 'cancelled' });
        }
        assert.equal((await transport.run('echo on')).stdout, 'on\n');
      });

      it('hands output on as it comes, and input in', async () => {
        const process = await transport.start('while read -r line; do echo "<$line>"; done');
        const heard = listen(process);
        for (const word of ['one', 'zwölf']) {
          process.write(`${word}\n`);
          await until(`it says ${word}`, () => heard.text.endsWith(`<${word}>\n`));
        }
        process.dispose();
        await process.exited;
      });

      it('loses no output of a process that ends before anyone listens', async () => {
        const process = await transport.start('printf quick; printf err >&2; exit 3');
        assert.equal(await process.exited, 3);
        const heard = listen(process);
        let stderr = '';
        process.onStderr((text) => (stderr += text));
        await Promise.resolve();
        assert.deepEqual([heard.text, stderr], ['quick', 'err']);
      });

      it('ends a process and its children with its handle', async () => {
        const process = await transport.start('sleep 1000 & echo $! $$; wait');
        const heard = listen(process);
        await until('it says its numbers', () => heard.text.endsWith('\n'));
        process.dispose();
        process.dispose();
        assert.equal(await process.exited, 143);
        for (const pid of heard.text.trim().split(' ')) await ended(Number(pid));
      });

      it('kills a process that will not end', async () => {
        const process = await transport.start('trap "" TERM; echo $$; sleep 1000; sleep 1000');
        const heard = listen(process);
        await until('it says its number', () => heard.text.endsWith('\n'));
        process.closeInput();
        assert.equal(await process.exited, 137);
        await ended(Number(heard.text));
      });

      it('ends a process with its signal', async () => {
        const controller = new AbortController();
        const process = await transport.start('echo $$; exec sleep 1000', { signal: controller.signal });
        const heard = listen(process);
        await until('it says its number', () => heard.text.endsWith('\n'));
        controller.abort();
        await assert.rejects(process.exited, { reason: 'cancelled' });
        await ended(Number(heard.text));
      });

      it('lets a script that sees to its own end clean up', async () => {
        const process = await transport.start(
          'trap "" PIPE; echo up; cat >/dev/null; sleep 0.3; echo cleaned; exit 5',
          {
            lifeline: 'script',
          },
        );
        const heard = listen(process);
        await until('it is up', () => heard.text === 'up\n');
        process.dispose();
        assert.equal(await process.exited, 5);
        assert.equal(heard.text, 'up\ncleaned\n');
      });

      it('does not wait for a service that keeps the output open', async () => {
        const { code, stdout } = await transport.run('sleep 30 & echo $!; exit 4');
        assert.equal(code, 4);
        const process = await transport.start('sleep 30 & echo $!; exit 5', { lifeline: 'script' });
        const heard = listen(process);
        assert.equal(await process.exited, 5);
        await transport.run(`kill ${Number(heard.text)}`);
        await transport.run(`kill ${Number(stdout)}`);
      });

      it('does not take a code for the whole truth when what runs the script was killed', async () => {
        const grandparent = 'read -r a b c runner rest <"/proc/$PPID/stat"';
        const killed = transport.run(`${grandparent}; kill -KILL "$runner"; sleep 0.2`);
        await assert.rejects(killed, { reason: 'connectionLost', message: /broke off/ });
      });

      it('ends a script that lost what runs it', async function () {
        this.timeout(120_000);
        const process = await transport.start(
          'echo $$; read -r a b c runner rest <"/proc/$PPID/stat"; kill -KILL "$runner"; exec sleep 1000',
        );
        const heard = listen(process);
        await assert.rejects(process.exited, { reason: 'connectionLost', message: /broke off/ });
        await ended(Number(heard.text));
      });

      it('opens a terminal with a size, and another size later', async () => {
        const script = 'stty size; trap "stty size; exit 6" WINCH; echo ready; while :; do sleep 0.05; done';
        const terminal = await transport.openTerminal(script, { columns: 101, rows: 33 });
        let heard = '';
        terminal.onData((text) => (heard += text));
        await until('it is ready', () => heard.includes('ready'));
        assert.match(heard, /^33 101\r\n/);
        terminal.resize({ columns: 77, rows: 22 });
        assert.equal(await terminal.exited, 6);
        assert.match(heard, /22 77\r\n$/);
      });

      it('takes keys on a terminal, as whom it was asked to', async () => {
        const terminal = await transport.openTerminal(
          'id -un; read -r x; echo "<$x>"; [ -t 0 ] && [ -t 1 ] && exit 9',
          { columns: 80, rows: 24 },
          { asRoot: false },
        );
        let heard = '';
        terminal.onData((text) => (heard += text));
        await until('it says its name', () => heard.includes('\n'));
        assert.equal(heard, name.endsWith('ops') ? 'ops\r\n' : 'root\r\n');
        terminal.write('zwölf\r');
        assert.equal(await terminal.exited, 9);
        assert.ok(heard.endsWith('<zwölf>\r\n'), heard);
      });

      it('hangs up when a terminal is closed', async () => {
        const terminal = await transport.openTerminal('echo "pid $$"; sleep 1000', { columns: 80, rows: 24 });
        let heard = '';
        terminal.onData((text) => (heard += text));
        await until('it says its number', () => /pid \d+\r\n/.test(heard));
        terminal.dispose();
        terminal.write('x');
        terminal.resize({ columns: 1, rows: 1 });
        await ended(Number(/pid (\d+)/.exec(heard)?.[1]));
        await terminal.exited.catch(() => undefined);
      });

      it('keeps channels for short work when terminals and watches have all of theirs', async () => {
        const processes: RemoteProcess[] = [];
        for (let n = 0; n < 6; n++) processes.push(await transport.start('cat'));
        await assert.rejects(transport.start('cat'), { reason: 'busy' });
        assert.equal((await transport.run('echo still')).stdout, 'still\n');
        for (const process of processes) process.dispose();
        // Those that are just being ended are no reason to refuse another.
        (await transport.start('cat')).dispose();
        await Promise.all(processes.map(({ exited }) => exited));
        (await transport.start('cat')).dispose();
      });

      it('ends everything when it is disposed, tells once, and takes no more', async () => {
        const own = await open();
        let closes = 0;
        own.onDidClose((error) => {
          assert.equal(error, undefined);
          closes++;
        });
        const process = await own.start('echo $$; exec sleep 1000');
        const heard = listen(process);
        await until('it says its number', () => heard.text.endsWith('\n'));
        const run = own.run('sleep 1000');
        own.dispose();
        own.dispose();
        await assert.rejects(process.exited, { reason: 'cancelled' });
        await assert.rejects(run, { reason: 'cancelled' });
        await assert.rejects(own.run('echo'), { reason: 'cancelled' });
        await assert.rejects(own.openTerminal('echo', { columns: 80, rows: 24 }), { reason: 'cancelled' });
        assert.equal(closes, 1);
        await ended(Number(heard.text));
      });
    });
  }

  it('says what is missing for a user whose sudo wants a password, who can still do without root', async () => {
    const transport = await connect(targetOf(lab, 'student'), noPrompts);
    assert.equal(transport.privilege?.type, 'none');
    const privilege = { reason: 'privilege', hostSaid: 'sudo: a password is required' };
    await assert.rejects(transport.run('id -u'), privilege);
    await assert.rejects(transport.start('id -u'), privilege);
    await assert.rejects(transport.openTerminal('id', { columns: 80, rows: 24 }), privilege);
    await assert.rejects(transport.run('id'), (error: { advice: string }) => error.advice.includes('NOPASSWD'));
    assert.equal((await transport.run('id -un', { asRoot: false })).stdout, 'student\n');
    transport.dispose();
  });

  it('tells when sudo refuses only later', async () => {
    const transport = await connect(targetOf(lab, 'ops'), noPrompts);
    assert.equal(transport.privilege?.type, 'sudo');
    await lab.run("sed -i 's/^ops .*/ops ALL=(ALL:ALL) ALL/' /etc/sudoers");
    await assert.rejects(transport.run('id'), { reason: 'privilege', hostSaid: 'sudo: a password is required' });
    await assert.rejects(transport.start('id'), { reason: 'privilege' });
    await lab.run("sed -i 's/^ops .*/ops ALL=(ALL:ALL) NOPASSWD: ALL/' /etc/sudoers");
    assert.equal((await transport.run('id -u')).stdout, '0\n');
    transport.dispose();
  });

  it('puts nothing of a script into the log of sudo or the list of processes', async () => {
    const transport = await connect(targetOf(lab, 'ops'), noPrompts);
    const secret = 'xyzzy-not-for-everyone';
    const process = await transport.start(`: ${secret}\nread -r x`);
    const { stdout } = await lab.run("cat /proc/[0-9]*/cmdline | tr '\\0' ' '; cat /var/log/* 2>/dev/null");
    assert.ok(stdout.includes('sudo -n --') && !stdout.includes(secret), stdout);
    process.dispose();
    await process.exited;
    transport.dispose();
  });

  it('is not confused by what start-up files of the login shell say', async () => {
    await lab.run("printf 'echo noise; echo more noise >&2\\n' >/run/home/root/.bashrc");
    const transport = await connect(targetOf(lab, 'root'), noPrompts);
    assert.deepEqual(await transport.run('echo a; echo b >&2'), { code: 0, stdout: 'a\n', stderr: 'b\n' });
    transport.dispose();
    await lab.run('rm /run/home/root/.bashrc');
  });
});

describe('hosts that are not like the others', () => {
  it('work with fish and csh as login shells', async function () {
    if (!hasProgram('fish') || !hasProgram('tcsh')) this.skip();
    const shells = { ops: '/usr/bin/fish', student: '/usr/bin/tcsh' };
    const lab = await startLabHost({ shells });
    try {
      await lab.run('echo "echo noise" >/run/home/student/.tcshrc');
      for (const user of ['ops', 'student'] as const) {
        const transport = await connect(targetOf(lab, user), noPrompts);
        const asRoot = user === 'ops';
        const nasty = `it's "$HOME" \\n !! \`id\` %s {a,b}`;
        const { stdout } = await transport.run(`printf '%s\\n' ${quoteText(nasty)}; id -u`, {
          asRoot,
        });
        assert.equal(stdout, `${nasty}\n${asRoot ? 0 : 64002}\n`);
        const terminal = await transport.openTerminal(
          `printf '%s\\n' ${quoteText(nasty)}; exit 8`,
          { columns: 90, rows: 9 },
          { asRoot },
        );
        let heard = '';
        terminal.onData((text) => (heard += text));
        assert.equal(await terminal.exited, 8);
        assert.ok(heard.endsWith(`${nasty}\r\n`), heard);
        transport.dispose();
      }
    } finally {
      await lab.stop();
    }
  });

  it('are told apart: no shell to log in to, no sudo', async () => {
    const lab = await startLabHost({ shells: { student: '/usr/sbin/nologin' }, without: ['sudo', 'doas'] });
    try {
      await assert.rejects(
        connect(targetOf(lab, 'student'), noPrompts),
        (error: { reason: string; hostSaid: string }) => {
          assert.equal(error.reason, 'unexpectedOutput');
          assert.match(error.hostSaid, /not available/);
          return true;
        },
      );
      const transport = await connect(targetOf(lab, 'ops'), noPrompts);
      await assert.rejects(transport.run('id'), /there is neither sudo nor doas/);
      transport.dispose();
    } finally {
      await lab.stop();
    }
  });

  it('need setsid and dd, and are told so', async () => {
    for (const [program, reason] of [
      ['setsid', 'missingTool'],
      ['dd', 'unexpectedOutput'],
    ] as const) {
      const lab = await startLabHost({ without: [program] });
      try {
        await assert.rejects(connect(targetOf(lab, 'root'), noPrompts), { reason }, program);
      } finally {
        await lab.stop();
      }
    }
  });
});

describe('this computer', () => {
  it('leaves no process behind when the program that uses it is killed', async () => {
    const program = path.join(__dirname, '../fixtures/local-user.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', program]);
    let heard = '';
    child.stdout.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    await until('both say their numbers', () => /^\d+\s+\d+\s*$/.test(heard));
    child.kill('SIGKILL');
    for (const pid of heard.trim().split(/\s+/)) {
      await until(`process ${pid} is gone`, () => !isAlive(Number(pid)));
    }
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
