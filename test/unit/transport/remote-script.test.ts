import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { quoteText } from '../../../src/base/shell-quote';
import { invoke, invokeOnTerminal, type Input, type Invocation } from '../../../src/transport/remote-script';
import { hasProgram, startInLoginShell, startShell, type ShellResult } from '../../fixtures/remote-shell';

const fixed = (stdin = ''): Input => ({ type: 'fixed', stdin });
const invocation = (script: string, input = fixed()): Invocation => invoke(script, { input });

/** The shells that a host may have as its `sh`; our loader calls whichever is first on the PATH. */
const posixShells = [['dash'], ['bash', '--posix'], ['busybox', 'sh']];

function runWith(shell: readonly string[], script: string, input = fixed(), more = ''): Promise<ShellResult> {
  const { argv, preamble, ...markers } = invocation(script, input);
  return startShell([...shell, ...argv.slice(1)], preamble + more, markers).result;
}

const anyText = fc.string({ unit: 'grapheme', maxLength: 60 }).map((text) => text.replaceAll('\0', ''));

describe('a script for a host', () => {
  for (const shell of posixShells) {
    describe(`run by ${shell.join(' ')}`, () => {
      before(function () {
        if (!hasProgram(shell[0]!)) this.skip();
      });

      it('keeps outputs and code apart, and gets exactly its input', async () => {
        const result = await runWith(shell, 'cat; echo oops >&2; exit 5', fixed('häl\nlo'));
        assert.deepEqual(result, { code: 5, stdout: 'häl\nlo', stderr: 'oops\n' });
      });

      it('sees the end of its input though the channel stays open', async () => {
        assert.equal((await runWith(shell, 'wc -c')).stdout.trim(), '0');
      });

      it('may be larger than an argument can be, and so may its input', async () => {
        const script = `printf %s ${quoteText('x'.repeat(400_000))} | wc -c; wc -c`;
        const { stdout } = await runWith(shell, script, fixed('y'.repeat(3_000_000)));
        assert.deepEqual(stdout.split('\n').map(Number), [400_000, 3_000_000, 0]);
      });

      it('need not read its input', async () => {
        assert.equal((await runWith(shell, 'exit 4', fixed('y'.repeat(1_000_000)))).code, 4);
      });

      it('may be empty, end in a comment, in a here-document or without a line break', async () => {
        for (const [script, stdout] of [
          ['', ''],
          ['# nothing', ''],
          ['echo a # b', 'a\n'],
          ['cat <<E\na\nE', 'a\n'],
        ] as const) {
          assert.deepEqual(await runWith(shell, script), { code: 0, stdout, stderr: '' }, script);
        }
      });

      it('gives 128 + the number for a signal, and says nothing of its own about it', async () => {
        assert.deepEqual(await runWith(shell, 'kill -KILL $$'), { code: 137, stdout: '', stderr: '' });
      });

      it('runs nothing of a script that does not parse', async () => {
        const { code, stdout } = await runWith(shell, 'echo begun\nif true; then echo x');
        assert.notEqual(code, 0);
        assert.equal(stdout, '');
      });

      it('hands live input on as it comes', async () => {
        const { argv, preamble, ...markers } = invocation('read -r a; echo "got $a"; exit 3', { type: 'live' });
        const running = startShell([...shell, ...argv.slice(1)], preamble, markers);
        running.write('one\n');
        assert.deepEqual(await running.result, { code: 3, stdout: 'got one\n', stderr: '' });
      });

      it('ends, children included, when its input ends', async () => {
        const script = 'echo $$; sleep 1000 & sleep 1000';
        const { argv, preamble, ...markers } = invocation(script, { type: 'live' });
        const running = startShell([...shell, ...argv.slice(1)], preamble, markers);
        const group = await running.saysNumber();
        running.closeInput();
        assert.equal((await running.result).code, 143);
        await groupIsGone(group);
      });

      it('ends though it never reads its input, which is more than a pipe holds', async () => {
        const { argv, preamble, ...markers } = invocation('echo $$; exec sleep 1000', fixed('y'.repeat(300_000)));
        const running = startShell([...shell, ...argv.slice(1)], preamble, markers);
        const group = await running.saysNumber();
        running.closeInput();
        assert.equal((await running.result).code, 143);
        await groupIsGone(group);
      });

      it('gets line breaks at the end of its input, and any characters', async () => {
        for (const stdin of ['\n', 'a\n\n\n', 'x', '\nxx\n', 'é\u2028\\n%s\n']) {
          assert.equal((await runWith(shell, 'cat', fixed(stdin))).stdout, stdin);
        }
      });

      it('is killed when it does not end by itself', async () => {
        const { argv, preamble, ...markers } = invocation('trap "" TERM; echo $$; sleep 1000; echo still here');
        const running = startShell([...shell, ...argv.slice(1)], preamble, markers);
        const group = await running.saysNumber();
        running.closeInput();
        assert.deepEqual(await running.result, { code: 137, stdout: `${group}\n`, stderr: '' });
        await groupIsGone(group);
      });

      it('ends a child that outlives the script it was told to end with', async () => {
        // The script itself ends at once on SIGTERM; its child does not.
        const script = '(trap "" TERM; exec sleep 1000 >/dev/null 2>&1) & echo $$; wait';
        const { argv, preamble, ...markers } = invocation(script);
        const running = startShell([...shell, ...argv.slice(1)], preamble, markers);
        const group = await running.saysNumber();
        running.closeInput();
        await groupIsGone(group);
      });

      it('leaves what it started in the background alone when it ends by itself', async () => {
        const { stdout } = await runWith(shell, 'sleep 1000 >/dev/null 2>&1 & echo $!');
        const pid = Number(stdout);
        process.kill(pid, 'SIGKILL');
      });

      it('owns its input if it is to, and is not ended for it', async () => {
        const { argv, preamble, ...markers } = invocation('cat; sleep 0.2; echo cleaned up; exit 7', {
          type: 'script',
        });
        const running = startShell([...shell, ...argv.slice(1)], `${preamble}one\n`, markers);
        running.closeInput();
        assert.deepEqual(await running.result, { code: 7, stdout: 'one\ncleaned up\n', stderr: '' });
      });
    });
  }

  it('says any text as it was given', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (text, stdin) => {
        const { stdout } = await runWith(['dash'], `printf %s ${quoteText(text)}; cat`, fixed(stdin));
        assert.equal(stdout, text + stdin);
      }),
      { numRuns: 50 },
    );
  });

  it('refuses NUL, which a shell would drop', () => {
    for (const input of [fixed(), { type: 'live' }, { type: 'script' }] as const) {
      assert.throws(() => invocation('echo a\0b', input), { reason: 'internal' });
    }
    assert.throws(() => invocation('cat', fixed('a\0b')), { reason: 'internal' });
    assert.throws(() => invokeOnTerminal('echo a\0b', {}), { reason: 'internal' });
  });

  it('finds programs in sbin, and speaks English', async () => {
    const { stdout } = await runWith(['dash'], 'echo "$PATH $LC_ALL"');
    assert.match(stdout, /:\/usr\/sbin:\/sbin C$/m);
  });
});

describe('a script that did not arrive whole', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'netns-cut-'));
  });
  after(() => rm(folder, { recursive: true }));

  for (const type of ['fixed', 'live', 'script'] as const) {
    it(`runs nothing at all (${type} input)`, async () => {
      const ran = path.join(folder, 'ran');
      const script = `: >${quoteText(ran)}\n${'echo more\n'.repeat(5)}`;
      const { argv, preamble } = invocation(script, type === 'fixed' ? fixed() : { type });
      // The last line break is not needed for the script to be whole.
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: preamble.length - 2 }), async (length) => {
          const running = startShell(argv, preamble.slice(0, length));
          running.closeInput();
          await running.result;
          assert.ok(!existsSync(ran), `it ran after ${length} of ${preamble.length} characters`);
        }),
        { numRuns: 60 },
      );
      const whole = startShell(argv, preamble);
      await until(() => existsSync(ran));
      whole.closeInput();
      await whole.result;
      await rm(ran);
    });
  }
});

describe('any login shell', () => {
  for (const shell of [['sh'], ['bash'], ['fish'], ['tcsh'], ['tcsh', '-f'], ['busybox', 'sh']]) {
    describe(shell.join(' '), () => {
      before(function () {
        this.timeout(120_000);
        if (!hasProgram(shell[0]!)) this.skip();
      });

      it('hands a script on unchanged', async () => {
        const nasty = `it's "$HOME" \\n \\\\ !! !x \`id\` $(id) %s {a,b} * ~ #é\n'\\''`;
        const { result } = startInLoginShell(
          shell,
          invocation(`printf %s ${quoteText(nasty)}; cat; exit 9`, fixed('in')),
        );
        assert.deepEqual(await result, { code: 9, stdout: `${nasty}in`, stderr: '' });
      });

      it('hands a script for a terminal on unchanged', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.string({
              unit: fc.constantFrom("'", '"', '\\', '!', '\n', '$', '%', '0', '4', '`', 'é', ' ', '{', '#'),
            }),
            async (text) => {
              const { commandLine } = invokeOnTerminal(`printf %s ${quoteText(text)}\nexit 9`, {});
              const { code, stdout } = await startShell([...shell, '-c', commandLine], '').result;
              assert.deepEqual({ code, stdout }, { code: 9, stdout: text });
            },
          ),
          { numRuns: 25 },
        );
      });
    });
  }

  it('sees a loader without the characters that shells disagree on', () => {
    const { commandLine } = invoke('', { input: fixed(), become: 'sudo' });
    assert.match(commandLine, /^exec 'sudo' -n -- sh -c '[^'\\!\n]+'$|^exec sudo -n -- sh -c '[^'\\!\n]+'$/);
  });

  it('is told when a script for a terminal is too long for an argument', () => {
    assert.throws(() => invokeOnTerminal('x'.repeat(25 * 1024), {}), { reason: 'internal' });
    const { commandLine } = invokeOnTerminal("'".repeat(24 * 1024), { become: 'sudo' });
    assert.ok(commandLine.length < 128 * 1024);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Waits until no process of a group is left. */
async function groupIsGone(group: number): Promise<void> {
  assert.ok(group > 1);
  await until(() => {
    try {
      process.kill(-group, 0);
      return false;
    } catch {
      return true;
    }
  });
}
