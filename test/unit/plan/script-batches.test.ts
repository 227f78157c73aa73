import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Step } from '../../../src/plan/model';
import { ip } from '../../../src/plan/commands';
import { compileScript } from '../../../src/plan/script';
import { findSegments, longestBatch, type Segment } from '../../../src/plan/script-batches';
import { stateDirectory } from '../../../src/plan/script-launcher';
import { plan, Running, shells, step, token, workerOf } from './running-script';

/** A namespace that is made and marked, as the planner has it. */
const makes = (name: string): Step =>
  step(
    [ip(undefined, 'netns', 'add', name), ip(name, 'link', 'set', 'dev', 'lo', 'up')],
    [ip(undefined, 'netns', 'del', name)],
  );

/** A cable between two of them. */
const cable = (a: string, b: string): Step =>
  step(
    [
      ip(undefined, 'link', 'add', 'name', 'x', 'netns', a, 'type', 'veth', 'peer', 'name', 'y', 'netns', b),
      ip(a, 'link', 'set', 'dev', 'x', 'up'),
      ip(b, 'link', 'set', 'dev', 'y', 'up'),
    ],
    [ip(a, 'link', 'del', 'dev', 'x')],
  );

/** The batches of the waves, as `namespace: line; line`. */
function shown({ waves }: Segment): string[][] {
  return waves.map((wave) =>
    wave.map(
      ({ namespace, family, lines }) =>
        `${namespace ?? 'host'}${family ?? ''}: ${lines.map(({ words }) => words.join(' ')).join('; ')}`,
    ),
  );
}

describe('which steps of a plan run as batches', () => {
  it('makes namespaces and cables in one batch, and does the rest in one for each namespace', () => {
    const address = step([ip('a', 'addr', 'add', '10.0.0.1/24', 'dev', 'x')], []);
    const [segment, ...others] = findSegments([makes('a'), makes('b'), cable('a', 'b'), address]);
    assert.deepEqual(others, []);
    assert.deepEqual(shown(segment!), [
      ['host: netns add a; netns add b; link add name x netns a type veth peer name y netns b'],
      [
        'a: link set dev lo up; link set dev x up; addr add 10.0.0.1/24 dev x',
        'b: link set dev lo up; link set dev y up',
      ],
    ]);
  });

  it('lets what reaches out of a namespace run once that is ready for it', () => {
    const child = step(
      [
        ip('a', 'link', 'add', 'link', 'x', 'name', 'm', 'netns', 'b', 'type', 'macvlan'),
        ip('b', 'link', 'set', 'dev', 'm', 'up'),
      ],
      [],
    );
    const [segment] = findSegments([makes('a'), makes('b'), cable('a', 'b'), child]);
    assert.deepEqual(shown(segment!).slice(1), [
      [
        'a: link set dev lo up; link set dev x up; link add link x name m netns b type macvlan',
        'b: link set dev lo up; link set dev y up',
      ],
      ['b: link set dev m up'],
    ]);
  });

  it('keeps the order of what is changed or removed as it stands', () => {
    const removes = (...words: Parameters<typeof ip>): Step => step([ip(...words)], [], { action: 'remove' });
    const [segment] = findSegments([
      removes('a', 'link', 'del', 'dev', 'm'),
      removes(undefined, 'link', 'del', 'dev', 'p'),
      removes('a', 'link', 'del', 'dev', 'n'),
    ]);
    assert.deepEqual(shown(segment!), [['a: link del dev m'], ['host: link del dev p'], ['a: link del dev n']]);
  });

  it('leaves to itself what ip(8) would read otherwise in a batch, and what is no plain command', () => {
    for (const word of ['', 'a b', '#a', `"a"`, `'a'`, 'a\\', 'a\tb', 'é']) {
      assert.deepEqual(
        findSegments([makes('a'), step([ip(undefined, 'netns', 'add', word)], [])]).map(({ last }) => last),
        [0],
      );
    }
    const others: Step[] = [
      step([{ argv: ['sh', '-eu'], stdin: 'true' }], []),
      step([ip(undefined, 'link', 'set', 'dev', 'x', 'netns', 'a')], []),
      step([ip(undefined, 'netns', 'exec', 'a', 'true')], []),
      step([ip(undefined, 'link', 'show')], [], { interruptible: true }),
    ];
    for (const other of others) {
      const segments = findSegments([makes('a'), other, makes('b')]);
      assert.deepEqual(
        segments.map(({ first, last }) => [first, last]),
        [
          [0, 0],
          [2, 2],
        ],
      );
    }
    assert.deepEqual(findSegments([step([ip(undefined, 'netns', 'add', 'a')], [])]), [], 'one command is no batch');
  });

  it('names the address family for a batch of its own, and ends a batch where it gets long', () => {
    const six = step([ip('a', '-6', 'route', 'add', 'default', 'dev', 'x')], []);
    assert.deepEqual(shown(findSegments([makes('a'), six])[0]!).at(-1), ['a-6: route add default dev x']);
    const many = Array.from({ length: longestBatch + 1 }, (_, n) => makes(`n${n}`));
    assert.deepEqual(
      findSegments(many)[0]!.waves.map((wave) => wave.length),
      [1, 1, longestBatch + 1],
    );
  });
});

/** Stands for ip(8): a namespace is a directory; `slow` takes until a file is there. */
const fakeIp = (things: string): string => `#!/bin/sh
one() {
  case $1-$2 in
    netns-add) mkdir "${things}/$3" ;;
    netns-del) rmdir "${things}/$3" ;;
    link-add) mkdir "${things}/$4" ;;
    link-del)
      if [ "$3" = dev ]; then rm -r "${things}/$4"; else
        for group in "${things}"/*/group; do read -r own <"$group"; [ "$own" != "$4" ] || rm -r "\${group%/group}"; done
      fi ;;
    link-set) case $4-$5 in *-group) echo "$6" >"${things}/$4/group" && { [ "$6" != default ] || rm "${things}/$4/group"; } ;; bad-*) echo 'it is bad' >&2; false ;; slow-*) while [ ! -e "${things}.go" ]; do sleep 0.02; done ;; esac ;;
  esac
}
[ "$1" != -n ] || shift 2
if [ "$1" != -batch ]; then one "$@"; exit; fi
n=0
while read -r line; do
  n=$((n + 1))
  one $line || { echo "Command failed -:$n" >&2; exit 1; }
done
`;

for (const shell of shells) {
  describe(`the batches of a plan, in ${shell}`, () => {
    let directory = '';
    let things = '';
    let state = '';

    beforeEach(() => {
      directory = mkdtempSync(path.join(tmpdir(), 'netns-batches-'));
      things = path.join(directory, 'things');
      state = path.join(directory, 'run', 'netns-topology');
      for (const name of ['things', 'run', 'bin']) mkdirSync(path.join(directory, name));
      program('ip', fakeIp(things));
      program('nsenter', '#!/bin/sh\nshift\nexec "$@"\n');
      symlinkSync(spawnSync('which', [shell], { encoding: 'utf8' }).stdout.trim(), path.join(directory, 'bin', 'sh'));
    });
    afterEach(() => rmSync(directory, { recursive: true, force: true }));

    function program(name: string, text: string): void {
      writeFileSync(path.join(directory, 'bin', name), text);
      chmodSync(path.join(directory, 'bin', name), 0o755);
    }

    function start(steps: Step[]): Running {
      const file = path.join(directory, 'script');
      writeFileSync(file, compileScript(plan(steps), token).replaceAll(stateDirectory, state));
      const env = { ...process.env, PATH: `${path.join(directory, 'bin')}:${process.env['PATH'] ?? ''}` };
      return new Running(spawn('sh', [file], { env, detached: true }));
    }

    function assertNothingLeft(expected: string[] = []): void {
      assert.deepEqual(readdirSync(things).sort(), expected);
      assert.equal(existsSync(state), false, 'the state directory is left');
    }

    const letters = Array.from('abcdefghijkl');
    const sets = (name: string, device: string): Step => step([ip(name, 'link', 'set', 'dev', device, 'up')], []);

    it('tell each step once, when it begins and when it is done', async () => {
      const running = start([...letters.map(makes), sets('a', 'x')]);
      await running.until('ready');
      running.say('commit');
      assert.equal(await running.exited, 0);
      assert.deepEqual(readdirSync(things), letters);
      const expected = letters.concat('x').flatMap((_, index) => [`begin ${index}`, `done ${index}`]);
      const said = running.types();
      assert.deepEqual(said.slice(0, -2).sort(), expected.sort());
      for (const index of letters.keys()) assert.ok(said.indexOf(`begin ${index}`) < said.indexOf(`done ${index}`));
      assert.deepEqual(said.slice(-2), ['ready', 'committed']);
    });

    it('undo what ran and leave what someone else had made meanwhile', async () => {
      mkdirSync(path.join(things, 'c'));
      const running = start(letters.map(makes));
      assert.equal(await running.exited, 1);
      assert.deepEqual(running.types(), [
        ...['begin 0', 'begin 1', 'begin 2', 'failed 2'],
        ...['undo 1', 'undone 1', 'undo 0', 'undone 0', 'rolled-back'],
      ]);
      const failed = running.events.find(({ type }) => type === 'failed');
      assert.ok(failed?.type === 'failed' && /File exists/.test(failed.said) && !/Command failed/.test(failed.said));
      assert.equal(failed.command, 0);
      assertNothingLeft(['c']);
    });

    it('say which command of which step failed in a namespace, and undo all', async () => {
      const running = start([...letters.map(makes), sets('k', 'bad'), sets('l', 'x')]);
      assert.equal(await running.exited, 1);
      const failed = running.events.find(({ type }) => type === 'failed');
      assert.deepEqual(failed, { type: 'failed', step: 12, command: 0, code: 1, said: 'it is bad' });
      assert.deepEqual(running.events.at(-1), { type: 'rolled-back', why: '' });
      assertNothingLeft();
    });

    it('are stopped between two of them', async () => {
      const running = start([...letters.map(makes), sets('a', 'slow'), sets('b', 'slow')]);
      await running.until('begin', 11);
      running.say('cancel');
      writeFileSync(`${things}.go`, '');
      assert.equal(await running.exited, 1);
      assert.deepEqual(running.events.at(-1), { type: 'rolled-back', why: 'cancelled' });
      assertNothingLeft();
    });

    it('come back from the program for many, which knows none of these namespaces, told and done once', async () => {
      const names = Array.from('abcdefghijklmnopqrst', (letter) => `program-${letter}`);
      const running = start([...names.map(makes), sets('program-s', 'bad')]);
      assert.equal(await running.exited, 1);
      const said = running.types();
      for (const index of names.keys()) {
        assert.equal(said.filter((one) => one === `begin ${index}`).length, 1);
        assert.ok(said.filter((one) => one === `done ${index}`).length <= 1);
      }
      assert.ok(said.includes('done 0') && said.includes('failed 20'));
      assertNothingLeft();
    });

    const removes = (name: string): Step =>
      step(
        [ip(undefined, 'link', 'del', 'dev', name)],
        [ip(undefined, 'link', 'add', 'name', name, 'type', 'veth', 'peer', 'name', 'far')],
        { action: 'remove' },
      );
    const destroys = (name: string): Step =>
      step([ip(undefined, 'netns', 'del', name)], [ip(undefined, 'netns', 'add', name)], { action: 'remove' });

    for (const many of [3, 60]) {
      const links = Array.from({ length: many }, (_, index) => `no-such-${index}`).sort();
      const make = (...names: string[]): void => names.forEach((name) => mkdirSync(path.join(things, name)));

      it(`remove ${many} interfaces as a group, and tell each step once`, async () => {
        make(...links, 'x', 'y');
        const running = start([...links.map(removes), destroys('x'), destroys('y')]);
        await running.until('ready');
        running.say('commit');
        assert.equal(await running.exited, 0);
        const said = running.types().slice(0, -2);
        const expected = [...links, 'x', 'y'].flatMap((_, index) => [`begin ${index}`, `done ${index}`]);
        assert.deepEqual([...said].sort(), expected.sort());
        assert.deepEqual(readdirSync(things), []);
      });

      it(`bring ${many} interfaces back when what comes after their group fails`, async () => {
        make(...links, 'y');
        const running = start([...links.map(removes), destroys('x'), destroys('y')]);
        assert.equal(await running.exited, 1);
        const said = running.types();
        assert.ok(said.includes(`failed ${many}`) && said.includes(`done ${many - 1}`) && said.includes('undone 0'));
        assertNothingLeft([...links, 'y']);
      });

      it(`do not say of ${many} interfaces that they were removed when one of their group is not there`, async () => {
        make(...links.slice(0, -1), 'x');
        const running = start([...links.map(removes), destroys('x')]);
        assert.equal(await running.exited, 1);
        const said = running.types();
        assert.ok(said.includes(`failed ${many - 1}`), said.join());
        assert.ok(!said.some((one) => one.startsWith('done')));
        assert.deepEqual(
          readdirSync(things, { recursive: true }).filter((name) => String(name).endsWith('group')),
          [],
          'they are still marked as a group',
        );
      });
    }

    for (const victim of ['worker', 'all'] as const) {
      it(`are undone when ${victim === 'all' ? 'all of it' : 'the worker'} is killed in the middle`, async () => {
        const running = start([...letters.map(makes), sets('a', 'slow')]);
        await running.until('begin', 11);
        const worker = workerOf(state);
        if (victim === 'worker') process.kill(worker, 'SIGKILL');
        else {
          process.kill(running.child.pid!, 'SIGKILL');
          process.kill(-worker, 'SIGKILL');
        }
        await running.exited;
        if (victim === 'all') {
          const next = start([makes('z')]);
          await next.exited;
          assert.deepEqual(next.types(), ['recovered']);
        }
        assertNothingLeft();
      });
    }
  });
}
