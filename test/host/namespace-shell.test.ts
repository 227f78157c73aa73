import assert from 'node:assert/strict';
import { quoteArgument } from '../../src/base/shell-quote';
import type { Place } from '../../src/plan/actions/place';
import { hostShellScript, shellScript } from '../../src/plan/actions/shell-script';
import { connect } from '../../src/transport/connect';
import type { RemoteTerminal, Transport } from '../../src/transport/transport';
import { hasProgram } from '../fixtures/remote-shell';
import { noPrompts, targetOf, until } from '../fixtures/ssh';
import { startLabHost, type LabHost } from '../lab-host';

const size = { columns: 100, rows: 30 };

/** A terminal and all that it has shown, without colours. */
class Screen {
  raw = '';

  constructor(readonly terminal: RemoteTerminal) {
    terminal.onData((text) => (this.raw += text));
  }

  get text(): string {
    // eslint-disable-next-line no-control-regex -- escape sequences are what is taken out
    return this.raw.replace(/\x1b(\[[0-9;?<>=]*[A-Za-z]|\][^\x07\x1b]*(\x07|\x1b\\)|[()][A-Z0-9]|[=>])/g, '');
  }

  /** Types a line and waits until something is seen behind it. */
  async type(line: string, expected: RegExp): Promise<string> {
    const begin = this.text.length;
    this.terminal.write(`${line}\r`);
    const since = (): string => this.text.slice(begin).slice(line.length);
    await this.shows(expected, since);
    return since();
  }

  async shows(expected: RegExp, text: () => string = () => this.text): Promise<void> {
    await until(`${expected} is seen`, () => expected.test(text())).catch((error: unknown) => {
      throw new Error(`${String(error)}\nThe terminal shows:\n${JSON.stringify(text())}`);
    });
  }
}

describe('a shell in a namespace', () => {
  let lab: LabHost;
  const nasty = ['earth', 'with space', 'v1.2', '地球', `a'b"c$(touch pwned)\`id\``];
  before(async () => {
    lab = await startLabHost();
    for (const [index, name] of nasty.entries()) {
      const { code, stderr } = await lab.run(
        `ip netns add ${quoteArgument(name)} && ip -n ${quoteArgument(name)} addr add 10.9.${index}.1/24 dev lo`,
      );
      assert.equal(code, 0, stderr);
    }
  });
  after(() => lab.stop());

  const named = (name: string): Place => ({ type: 'named', name });

  async function shellIn(transport: Transport, place: Place, label: string): Promise<Screen> {
    return new Screen(await transport.openTerminal(shellScript(place, label), size));
  }

  /** Every process on the host that lives in the namespace or belongs to a terminal. */
  async function left(namespace: string): Promise<string> {
    const { stdout } = await lab.run(
      `ip netns pids ${quoteArgument(namespace)} | xargs -r ps -o pid=,args= -p; ps -e -o tty=,pid=,args= | grep '^pts' || :`,
    );
    return stdout.trim();
  }

  async function untilNothingIsLeft(namespace: string): Promise<void> {
    let processes = '';
    try {
      await until('nothing is left', async () => (processes = await left(namespace)) === '');
    } catch (error) {
      throw new Error(`It left on the host:\n${processes}`, { cause: error });
    }
  }

  for (const user of ['root', 'ops']) {
    describe(`of ${user}`, () => {
      let transport: Transport;
      before(async () => {
        transport = await connect(targetOf(lab, user), noPrompts);
      });
      after(() => transport.dispose());

      it('is the user’s own, inside, and its prompt says where', async () => {
        const screen = await shellIn(transport, named('earth'), 'earth');
        await screen.shows(new RegExp(`^\\(earth\\) ${user}@lab1:~[#$] $`, 'm'));
        assert.match(await screen.type('ip -br addr', /\(earth\).*[#$] $/), /10\.9\.0\.1\/24/);
        assert.match(
          await screen.type('id -un; pwd; echo $SHELL', /\(earth\).*[#$] $/),
          new RegExp(`${user}\\s+/run/home/${user}\\s+/bin/bash`),
        );
        screen.terminal.write('exit\r');
        assert.equal(await screen.terminal.exited, 0);
        assert.equal(await left('earth'), '');
      });

      it('takes names with blanks, dots, letters of any language, and what a shell would run', async () => {
        for (const [index, name] of nasty.entries()) {
          const screen = await shellIn(transport, named(name), name);
          await screen.shows(/\(.*\) .*[#$] $/);
          assert.ok(screen.text.includes(`(${name}) `), screen.text);
          assert.match(await screen.type('ip -br addr', /\d\/24[^]*[#$] $/), new RegExp(`10\\.9\\.${index}\\.1/24`));
          assert.match(await screen.type('echo "grüße $((6 * 7))"', /[#$] $/), /grüße 42/);
          screen.terminal.dispose();
        }
        assert.equal((await lab.run('ls /run/home/*/pwned /pwned')).code, 2, 'a name was run as a command');
      });

      it('knows its size, and the new one', async () => {
        const screen = await shellIn(transport, named('earth'), 'earth');
        await screen.shows(/[#$] $/);
        assert.match(await screen.type('stty size', /\d+ \d+/), /30 100/);
        screen.terminal.resize({ columns: 77, rows: 22 });
        assert.match(await screen.type('stty size', /\d+ \d+/), /22 77/);
        screen.terminal.dispose();
      });

      it('runs an editor that takes the whole screen, and a program that draws itself anew', async function () {
        if (!hasProgram('busybox')) return this.skip();
        const screen = await shellIn(transport, named('earth'), 'earth');
        await screen.shows(/[#$] $/);
        screen.terminal.write('busybox vi /tmp/note\r');
        // The lines below the text of a screen of thirty.
        await screen.shows(/~\r?\n?~/);
        const typed = async (keys: string, expected: RegExp): Promise<void> => {
          const begin = screen.text.length;
          screen.terminal.write(keys);
          await screen.shows(expected, () => screen.text.slice(begin));
        };
        await typed('ihello from vi', /hello from vi/);
        // Escape by itself: with more behind it, it would be the beginning of another key.
        await typed('\x1b', /- \/tmp\/note/);
        await typed(':wq\r', /\(earth\).*[#$] $/);
        assert.match(await screen.type('cat /tmp/note; rm /tmp/note', /vi[^]*[#$] $/), /hello from vi/);
        screen.terminal.write('top -d 1\r');
        await screen.shows(/PID +USER/);
        await typed('q', /\(earth\).*[#$] $/);
        assert.match(await screen.type('echo code $?', /code \d+/), /code 0/);
        screen.terminal.dispose();
      });

      it('stops a program at Ctrl-C, also one that floods the terminal', async () => {
        const screen = await shellIn(transport, named('earth'), 'earth');
        await screen.shows(/[#$] $/);
        await screen.type('sleep 1000', /$/);
        await until('sleep runs', async () => (await left('earth')).includes('sleep 1000'));
        screen.terminal.write('\x03');
        assert.match(await screen.type('echo code $?', /code \d+/), /code 130/);
        await screen.type('yes', /y\r\ny\r\n/);
        screen.terminal.write('\x03');
        await screen.type('echo "done $((6 * 7))"', /done 42/);
        screen.terminal.dispose();
      });

      it('leaves nothing on the host when its terminal closes, whatever runs in it', async () => {
        const screen = await shellIn(transport, named('earth'), 'earth');
        await screen.shows(/[#$] $/);
        await screen.type('sleep 2000 & cat', /\[1\] \d+/);
        await until('cat runs', async () => /cat$/m.test(await left('earth')));
        screen.terminal.dispose();
        await untilNothingIsLeft('earth');
      });

      it('leaves nothing on the host when its connection ends', async () => {
        const own = await connect(targetOf(lab, user), noPrompts);
        const screen = await shellIn(own, named('earth'), 'earth');
        await screen.shows(/[#$] $/);
        await screen.type('vi /etc/hostname || less /etc/hostname', /lab1/);
        own.dispose();
        await assert.rejects(screen.terminal.exited);
        await untilNothingIsLeft('earth');
      });

      it('also enters through a process that lives in it', async () => {
        const { stdout } = await lab.run(
          'ip netns exec earth sleep 3000 >/dev/null 2>&1 & sleep 0.2; ip netns pids earth',
        );
        const pid = Number(stdout.trim().split('\n').at(-1));
        const screen = await shellIn(transport, { type: 'process', pid }, 'held by sleep');
        await screen.shows(/\(held by sleep\) /);
        assert.match(await screen.type('ip -br addr', /\d\/24[^]*[#$] $/), /10\.9\.0\.1\/24/);
        screen.terminal.dispose();
        await lab.run(`kill ${pid}`);
        await untilNothingIsLeft('earth');
      });

      it('says in the host’s words that the namespace is gone', async () => {
        const screen = await shellIn(transport, named('mars'), 'mars');
        assert.notEqual(await screen.terminal.exited, 0);
        assert.match(screen.text, /Cannot open network namespace "mars": No such file or directory/);
      });

      it('on the host itself is an ordinary login', async () => {
        const screen = new Screen(await transport.openTerminal(hostShellScript(), size, { asRoot: false }));
        await screen.shows(new RegExp(`^${user}@lab1:~[#$] $`, 'm'));
        assert.match(await screen.type('shopt login_shell; id -un', new RegExp(user)), /login_shell\s+on/);
        screen.terminal.write('exit\r');
        assert.equal(await screen.terminal.exited, 0);
      });
    });
  }

  it('keeps the user’s own prompt and start-up files, and touches none of them', async () => {
    const files = 'echo "read profile"; . ~/.bashrc';
    await lab.run(
      `cd /run/home/ops; echo '${files}' >.bash_profile; echo "PS1='mine> '; PROMPT_COMMAND='true;'" >.bashrc; chown ops: .bash*`,
    );
    const sums = async (): Promise<string> =>
      (await lab.run('cd /run/home/ops; ls -A; sha256sum .bashrc .bash_profile')).stdout;
    const before = await sums();
    const transport = await connect(targetOf(lab, 'ops'), noPrompts);
    const screen = await shellIn(transport, named('earth'), 'earth');
    await screen.shows(/read profile\s+\(earth\) mine> $/);
    await screen.type('history -c; false', /\(earth\) mine> $/);
    assert.match(await screen.type('echo $?', /\d/), /1\s+\(earth\) mine> $/);
    screen.terminal.dispose();
    await untilNothingIsLeft('earth');
    assert.equal((await sums()).replace('.bash_history\n', ''), before);
    transport.dispose();
    await lab.run('rm -f /run/home/ops/.bash*');
  });

  for (const [name, shell] of Object.entries({
    fish: '/usr/bin/fish',
    dash: '/bin/dash',
    zsh: '/usr/bin/zsh',
    tcsh: '/bin/tcsh',
    busybox: '/bin/sh',
  })) {
    it(`is ${name} for whoever logs in with it`, async function () {
      if (!hasProgram(shell)) {
        console.log(`      skipped: this machine has no ${shell}`);
        this.skip();
      }
      const own = await startLabHost({ shells: { ops: shell, root: shell } });
      try {
        await own.run(`ip netns add earth; ip -n earth addr add 10.9.0.1/24 dev lo`);
        for (const user of ['root', 'ops']) {
          const transport = await connect(targetOf(own, user), noPrompts);
          const files = async (): Promise<string> => (await own.run('ls -A /run/home/ops; ls -d /tmp/tmp.*')).stdout;
          const tmp = await files();
          const screen = await shellIn(transport, named('earth'), `ea$(id)rth`);
          await screen.shows(
            name === 'tcsh' ? /In namespace ea\$\(id\)rth[^]*[#$>%] $/ : /\(ea\$\(id\)rth\) .*[#$>%] ?\r?$/,
          );
          assert.match(await screen.type('ip -br addr', /10\.9\.0\.1/), /10\.9\.0\.1\/24/);
          screen.terminal.write('exit\r');
          await screen.terminal.exited;
          if (user === 'root') assert.equal(await files(), tmp);
          transport.dispose();
        }
      } finally {
        await own.stop();
      }
    });
  }
});
