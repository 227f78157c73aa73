import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from '../../../src/base/command';
import type { Step } from '../../../src/plan/model';
import { compileScript } from '../../../src/plan/script';
import { stateDirectory } from '../../../src/plan/script-launcher';
import { plan, Running, shells, step, token } from './running-script';

for (const shell of shells) {
  describe(`a command that hangs, of a plan in ${shell}`, function () {
    this.timeout(120_000);
    let directory = '';
    let things = '';

    beforeEach(() => {
      directory = mkdtempSync(path.join(tmpdir(), 'netns-watch-'));
      things = path.join(directory, 'things');
      for (const name of ['things', 'run', 'bin']) mkdirSync(path.join(directory, name));
      symlinkSync(spawnSync('which', [shell], { encoding: 'utf8' }).stdout.trim(), path.join(directory, 'bin', 'sh'));
    });
    afterEach(() => rmSync(directory, { recursive: true, force: true }));

    function start(steps: Step[], hangLimit: number): Running {
      const file = path.join(directory, 'script');
      const state = path.join(directory, 'run', 'netns-topology');
      writeFileSync(file, compileScript(plan(steps), token, 0, hangLimit).replaceAll(stateDirectory, state));
      const PATH = `${path.join(directory, 'bin')}:${process.env['PATH'] ?? ''}`;
      return new Running(spawn('sh', [file], { env: { ...process.env, PATH }, detached: true }));
    }

    const makes = (name: string): Step =>
      step([{ argv: ['mkdir', path.join(things, name)] }], [{ argv: ['rmdir', path.join(things, name)] }]);

    /** Does its work, and does not end; what it started does not either. Marked, so that it is found. */
    const hanging = (name: string): Command => ({
      argv: ['sh', '-c', `mkdir '${path.join(things, name)}'; sleep 5151 & echo last words; wait; : ${directory}`],
    });
    const isLeft = (): boolean => spawnSync('pgrep', ['-f', directory]).status === 0;

    it('is ended with what it started, and said to have done nothing; all is undone', async () => {
      const stuck = { ...makes('b'), run: [hanging('b')] };
      const running = start([makes('a'), stuck, makes('c')], 2);
      assert.equal(await running.exited, 1);
      const failure = running.events.find((event) => event.type === 'failed');
      assert.ok(failure?.type === 'failed');
      assert.deepEqual([failure.step, failure.command, failure.code], [1, 0, 137]);
      assert.match(failure.said, /^last words\n(?:.*Killed.*\n)?\(It did nothing for \d+ seconds, and was ended\.\)$/);
      assert.deepEqual(running.types().slice(-3), ['undone 1', 'undo 0', 'undone 0'].concat('rolled-back').slice(-3));
      assert.deepEqual(readdirSync(things), []);
      assert.ok(!isLeft());
    });

    it('is ended while it is undone, and said to be left', async () => {
      const stuck = { ...makes('a'), undo: [hanging('b')] };
      const running = start([stuck, step([{ argv: ['false'] }], [])], 2);
      await running.exited;
      const failure = running.events.find((event) => event.type === 'undo-failed');
      assert.match(failure?.type === 'undo-failed' ? failure.said : '', /It did nothing for \d+ seconds/);
      assert.ok(!isLeft());
    });

    // What takes long, and is the same in all shells.
    if (shell !== shells[0]) return;

    it('is ended too where it can be, in the middle, by a stop', async () => {
      const running = start([{ ...makes('a'), run: [hanging('a')] }], 30);
      await running.until('begin', 0);
      running.say('cancel');
      await running.exited;
      assert.equal(running.types().at(-1), 'rolled-back');
      assert.deepEqual(readdirSync(things), []);
      assert.ok(!isLeft());
    });

    it('is none that works on, or that waits since the file says so', async () => {
      const works = {
        argv: [
          'sh',
          '-c',
          'n=0; while [ $n -lt 30 ]; do sleep 0.1; n=$((n + 1)); done; : >"$0"',
          path.join(things, 'a'),
        ],
      };
      const waits = { argv: ['sh', '-c', 'sleep 3; : >"$0"', path.join(things, 'b')] };
      const steps = [step([works], []), step([waits], [], { interruptible: true, waits: 3 })];
      const running = start(steps, 1);
      await running.until('ready');
      running.say('commit');
      assert.equal(await running.exited, 0);
      assert.ok(existsSync(path.join(things, 'a')) && existsSync(path.join(things, 'b')));
      assert.ok(!isLeft());
    });
  });
}
