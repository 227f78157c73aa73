import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import type { Plan, Step } from '../../../src/plan/model';
import { compileScript } from '../../../src/plan/script';
import { confirmationScript } from '../../../src/plan/script-confirmation';
import { stateDirectory } from '../../../src/plan/script-launcher';
import { plan, Running, shells, step, token, workerOf } from './running-script';

for (const shell of shells) {
  describe(`the script of a plan, in ${shell}`, () => {
    let directory = '';
    let things = '';
    let state = '';

    beforeEach(() => {
      directory = mkdtempSync(path.join(tmpdir(), 'netns-script-'));
      things = path.join(directory, 'things');
      state = path.join(directory, 'run', 'netns-topology');
      mkdirSync(things);
      mkdirSync(path.join(directory, 'run'));
      mkdirSync(path.join(directory, 'bin'));
      symlinkSync(spawnSync('which', [shell], { encoding: 'utf8' }).stdout.trim(), path.join(directory, 'bin', 'sh'));
    });
    afterEach(() => rmSync(directory, { recursive: true, force: true }));

    function start(what: Plan, confirmWithin?: number): Running {
      const file = path.join(directory, 'script');
      writeFileSync(file, compileScript(what, token, confirmWithin).replaceAll(stateDirectory, state));
      return new Running(spawn('sh', [file], { env: environment(), detached: true }));
    }

    function environment(): NodeJS.ProcessEnv {
      return { ...process.env, PATH: `${path.join(directory, 'bin')}:${process.env['PATH'] ?? ''}` };
    }

    /** What a fresh connection runs; resolves with its answer. */
    function confirm(own = token): Promise<string> {
      const script = confirmationScript(own, 'test').replaceAll(stateDirectory, state);
      const child = spawn('sh', ['-c', script], { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
      return new Promise((resolve) => child.on('close', () => resolve(said.replace(`@${own} `, '').trim())));
    }

    /** A step that makes a directory: like an object of the kernel, it is there or not, and cannot be made twice. */
    const makes = (name: string): Step =>
      step([{ argv: ['mkdir', path.join(things, name)] }], [{ argv: ['rmdir', path.join(things, name)] }]);
    const three = (): Plan => plan([makes('a'), makes('b'), makes('c')]);

    function assertNothingLeft(expected: string[] = []): void {
      assert.deepEqual(readdirSync(things).sort(), expected);
      assert.equal(existsSync(state), false, 'the state directory is left');
    }

    it('runs every step and keeps the work when it is told to', async () => {
      const running = start(three());
      await running.until('ready');
      assert.equal(existsSync(path.join(state, 'labs')), false, 'nothing is recorded before it is confirmed');
      running.say('commit');
      assert.equal(await running.exited, 0);
      assert.deepEqual(running.types(), [
        ...['begin 0', 'done 0', 'begin 1', 'done 1', 'begin 2', 'done 2'],
        ...['ready', 'committed'],
      ]);
      assert.deepEqual(readdirSync(things), ['a', 'b', 'c']);
      assert.equal(
        readFileSync(path.join(state, 'labs/test/manifest.json'), 'utf8'),
        '{\n "revision": 1,\n "x": 1\n}\n',
      );
      assert.deepEqual(readdirSync(state), ['labs']);
    });

    it('undoes in reverse what ran before a command that fails, and leaves what was there before', async () => {
      mkdirSync(path.join(things, 'c'));
      const running = start(three());
      assert.equal(await running.exited, 1);
      assert.deepEqual(running.types().slice(-7), [
        ...['begin 2', 'failed 2', 'undo 1', 'undone 1', 'undo 0', 'undone 0'],
        'rolled-back',
      ]);
      const failed = running.events.find(({ type }) => type === 'failed');
      assert.ok(failed?.type === 'failed' && failed.said.includes('File exists'));
      assertNothingLeft(['c']);
    });

    it('undoes a step whose second command fails', async () => {
      const half = step(
        [{ argv: ['mkdir', path.join(things, 'b')] }, { argv: ['false'] }],
        [{ argv: ['rmdir', path.join(things, 'b')] }],
      );
      const running = start(plan([makes('a'), half]));
      await running.exited;
      assertNothingLeft();
    });

    for (const [name, stop] of [
      ['its input ends', (running: Running) => running.child.stdin.end()],
      ['it is told to stop', (running: Running) => running.say('cancel')],
      ['a signal comes', (running: Running) => running.child.kill('SIGTERM')],
      ['nobody listens any more', (running: Running) => (running.child.stdout.destroy(), running.child.stdin.end())],
    ] as const) {
      it(`leaves nothing behind when ${name} after any step`, async () => {
        for (let k = 0; k < 3; k++) {
          const running = start(three());
          await running.until('done', k);
          stop(running);
          assert.equal(await running.exited, 1);
          assertNothingLeft();
        }
      });
    }

    it('ends a command that takes long when it is told to stop, with what that started', async () => {
      const started = path.join(things, 'started');
      const long = step(
        [{ argv: ['sh', '-c', `mkdir ${started}; sleep 300 & sleep 300`] }],
        [{ argv: ['rmdir', started] }],
        { interruptible: true },
      );
      const running = start(plan([makes('a'), long]));
      const begin = Date.now();
      while (!existsSync(started)) await new Promise((resolve) => setImmediate(resolve));
      running.say('cancel');
      await running.exited;
      assert.ok(Date.now() - begin < 10_000);
      assertNothingLeft();
      assert.equal(spawnSync('pgrep', ['-f', '^sleep 300$']).stdout.toString(), '');
    });

    it('says what could not be undone, and goes on undoing', async () => {
      const stuck = step(
        [{ argv: ['mkdir', path.join(things, 'b')] }],
        [{ argv: ['sh', '-c', 'echo stuck >&2; exit 3'] }],
      );
      const running = start(plan([makes('a'), stuck, step([{ argv: ['false'] }], [])]));
      await running.exited;
      const left = running.events.find(({ type }) => type === 'undo-failed');
      assert.deepEqual(left, { type: 'undo-failed', step: 1, said: 'stuck' });
      assertNothingLeft(['b']);
    });

    it('lets only one at a time change the host, and says who does', async () => {
      const first = start(three());
      await first.until('ready');
      const second = start(plan([makes('d')], { lab: 'other' }));
      assert.equal(await second.exited, 1);
      const busy = second.events.at(-1);
      assert.ok(busy?.type === 'busy' && busy.said.startsWith('Lab test, by '), busy?.type);
      first.say('commit');
      assert.equal(await first.exited, 0);
      assert.deepEqual(readdirSync(things), ['a', 'b', 'c']);
    });

    it('refuses a plan that was made from another manifest', async () => {
      const first = start(three());
      await first.until('ready');
      first.say('commit');
      await first.exited;
      const second = start(plan([makes('d')]));
      await second.exited;
      assert.deepEqual(second.types(), ['outdated']);
      const third = start(plan([makes('d')], { basedOn: 1, record: { type: 'remove' } }));
      await third.until('ready');
      third.say('commit');
      assert.equal(await third.exited, 0);
      assertNothingLeft(['a', 'b', 'c', 'd']);
    });

    it('is rolled back by its launcher when the worker is killed', async () => {
      const running = start(three());
      await running.until('ready');
      process.kill(workerOf(state), 'SIGKILL');
      await running.exited;
      assert.equal(running.events.at(-1)?.type, 'rolled-back');
      assertNothingLeft();
    });

    it('is rolled back by whoever comes next when all of it is killed', async () => {
      const running = start(three());
      await running.until('ready');
      running.child.kill('SIGSTOP');
      const worker = workerOf(state);
      process.kill(running.child.pid!, 'SIGKILL');
      process.kill(-worker, 'SIGKILL');
      await running.exited;
      assert.deepEqual(readdirSync(things), ['a', 'b', 'c']);
      const next = start(plan([makes('d')]));
      await next.exited;
      assert.deepEqual(next.types(), ['recovered']);
      assertNothingLeft();
      const after = start(plan([makes('d')]));
      await after.until('ready');
      after.say('commit');
      assert.equal(await after.exited, 0);
    });

    describe('where the plan could cut the host off', () => {
      const risky = (): Plan => ({ ...three(), risks: ['addresses'] });

      it('is kept when somebody else confirms, also when the first connection is gone', async () => {
        for (const isCut of [false, true]) {
          const what = isCut ? { ...risky(), basedOn: 1, steps: [makes('d')] } : risky();
          const running = start(what, 60);
          await running.until('armed');
          if (isCut) running.child.stdin.end();
          assert.equal(await confirm(), 'committed');
          await running.exited;
          assert.equal(running.types().at(-1), 'committed');
        }
        assert.deepEqual(readdirSync(things), ['a', 'b', 'c', 'd']);
        assert.deepEqual(readdirSync(state), ['labs']);
      });

      it('is undone when nobody confirms in time, and a late confirmation is told so', async () => {
        const running = start(risky(), 1);
        await running.until('armed');
        running.child.stdin.end();
        await running.exited;
        assert.deepEqual(running.events.at(-1), { type: 'rolled-back', why: 'overdue' });
        assertNothingLeft();
        assert.equal(await confirm(), 'gone 0');
        assert.equal(existsSync(state), false);
      });

      it('takes no confirmation but its own, and none over the first connection', async () => {
        const running = start(risky(), 2);
        await running.until('armed');
        running.say('commit');
        assert.equal(await confirm('SOMEBODYELSES'), 'gone 0');
        await running.exited;
        assert.deepEqual(running.events.at(-1), { type: 'rolled-back', why: 'overdue' });
        assertNothingLeft();
      });

      it('is undone when it is told to stop meanwhile, or the connection was lost before', async () => {
        const stopped = start(risky(), 60);
        await stopped.until('armed');
        stopped.say('cancel');
        await stopped.exited;
        assert.deepEqual(stopped.events.at(-1), { type: 'rolled-back', why: 'cancelled' });
        assertNothingLeft();
        // It takes long: the loss must be noticed before all is done.
        const long = step([{ argv: ['sleep', '60'] }], [], { interruptible: true });
        const lost = start({ ...risky(), steps: [makes('a'), long] }, 60);
        await lost.until('begin', 1);
        lost.child.stdin.end();
        await lost.exited;
        assert.equal(lost.events.at(-1)?.type, 'rolled-back');
        assertNothingLeft();
      });

      it('is undone by its launcher when the worker is killed, and whoever confirms is told', async () => {
        const running = start(risky(), 60);
        await running.until('armed');
        running.child.kill('SIGSTOP');
        process.kill(workerOf(state), 'SIGKILL');
        const answer = confirm();
        running.child.kill('SIGCONT');
        assert.match(await answer, /^(rolled-back ended|gone 0)$/);
        await running.exited;
        assertNothingLeft();
      });

      it('is kept as any other where no time is given', async () => {
        const running = start(risky(), 0);
        await running.until('ready');
        running.say('commit');
        assert.equal(await running.exited, 0);
      });
    });

    it('hands every word and every input to its command unchanged', async () => {
      const name = fc
        .string({ unit: 'binary', minLength: 1, maxLength: 20 })
        .filter((text) => /^[^\0\n\r/]+$/.test(text) && !/^\.\.?$/.test(text));
      const input = fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => !text.includes('\0'));
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(name, { minLength: 1, maxLength: 6 }), input, async (names, text) => {
          const copy = path.join(directory, 'copy');
          const running = start(
            plan([...names.map((own) => makes(own)), step([{ argv: ['dd', `of=${copy}`], stdin: text }], [])]),
          );
          await running.until('ready');
          assert.deepEqual(readdirSync(things).sort(), [...names].sort());
          assert.equal(readFileSync(copy, 'utf8'), text.endsWith('\n') ? text : `${text}\n`);
          running.say('cancel');
          await running.exited;
          assertNothingLeft();
        }),
        { numRuns: 8 },
      );
    }).timeout(60_000);

    it('does not mistake the words of a command for its own', async () => {
      const liar = step(
        [{ argv: ['sh', '-eu'], stdin: `echo '@${token} committed'\necho '@${token} said x'\nexit 3\n` }],
        [],
      );
      const running = start(plan([makes('a'), liar]));
      await running.exited;
      const failed = running.events.find(({ type }) => type === 'failed');
      assert.deepEqual(failed, {
        type: 'failed',
        step: 1,
        command: 0,
        code: 3,
        said: `@${token} committed\n@${token} said x`,
      });
      assert.ok(running.events.every(({ type }) => type !== 'committed'));
    });
  });
}
