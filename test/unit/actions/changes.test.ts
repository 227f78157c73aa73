import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { printCommand } from '../../../src/base/command';
import { allChanges } from '../../../src/lab/actions/all-changes';
import { newCable } from '../../../src/lab/actions/device-changes';
import { planOf } from '../../../src/lab/actions/run-change';
import { resolveTarget } from '../../../src/lab/actions/target';
import { thingsOf } from '../../../src/lab/actions/things';
import { readImpairmentText } from '../../../src/plan/actions/impair';
import { readRoute } from '../../../src/plan/actions/routes';
import { undoOf } from '../../../src/plan/actions/things';
import { placed } from '../../../src/plan/actions/place';
import { subjectTypes } from '../../../src/protocol/subject';
import { CommandId } from '../../../src/vscode/ids';
import { assertGoldenFile } from '../../fixtures/golden';
import { actionsDocument, actionsTable } from './actions-document';
import { hostOfExamples } from './example-host';

describe('The changes by hand', () => {
  const snapshot = hostOfExamples();

  it('are what docs/actions.md says', () => {
    assertGoldenFile(path.resolve(__dirname, '../../../docs/actions.md'), actionsDocument());
  });

  it('are what the README says', () => {
    const file = path.resolve(__dirname, '../../../README.md');
    const mark = ['<!-- made from the code: actions -->\n\n', '\n\n<!-- end of actions -->'] as const;
    const [before, rest = ''] = readFileSync(file, 'utf8').split(mark[0]);
    const [, after] = rest.split(mark[1]);
    assert.ok(before !== undefined && after !== undefined, 'the marks are gone');
    assertGoldenFile(file, [before, mark[0], actionsTable(), mark[1], after].join(''));
  });

  it('each have a command of their own', () => {
    const ids = allChanges.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    const known = new Set<string>(Object.values(CommandId));
    for (const id of ids) assert.ok(known.has(id), `${id} is no command`);
  });

  it('offer in the palette nothing that they do not take', () => {
    for (const change of allChanges) {
      for (const { subject } of thingsOf('lab1', snapshot, change.appliesTo)) {
        assert.ok(change.appliesTo.includes(subject.type), `${change.id} on ${subject.type}`);
        const target = resolveTarget(subject, snapshot);
        if (change.accepts?.(target) === false) continue;
        // A question is made without an exception for everything that is offered.
        change.questions?.[0]?.([target], []);
        change.danger?.([target], ['']);
      }
    }
  });

  it('find every thing again that they list', () => {
    const things = thingsOf('lab1', snapshot, subjectTypes);
    assert.ok(things.length > 12, String(things.length));
    for (const { subject } of things) assert.doesNotThrow(() => resolveTarget(subject, snapshot));
    const names = things.filter(({ subject }) => subject.type === 'cable').map(({ label }) => label);
    assert.deepEqual(names, ['earth-br-veth — earth:earth-veth', 'mars-br-veth — mars:mars-veth']);
  });

  it('that are undone and done again run the same commands', () => {
    const [target] = [
      resolveTarget({ type: 'interface', hostId: 'lab1', namespace: 'earth', name: 'earth-veth' }, snapshot),
    ];
    const down = allChanges.find(({ id }) => id === 'netns.interface.down')!.steps([target], []);
    assert.deepEqual(
      undoOf(undoOf(down)).map(({ run }) => run),
      down.map(({ run }) => run),
    );
    assert.deepEqual(
      undoOf(down).flatMap(({ run }) => run.map(printCommand)),
      ['ip -n earth link set dev earth-veth up', 'ip -n earth route replace default via 10.10.0.1 dev earth-veth'],
    );
  });

  it('that would cut the SSH connection are problems of the plan', () => {
    const ssh = { clientAddress: '198.51.100.9', serverAddress: '198.51.100.2', serverPort: 22 };
    const here = { ...snapshot, ssh };
    const nic = resolveTarget({ type: 'interface', hostId: 'lab1', name: 'eth0' }, here);
    for (const id of ['netns.interface.down', 'netns.interface.flap', 'netns.interface.mtu']) {
      const steps = allChanges.find((change) => change.id === id)!.steps([nic], [id.endsWith('mtu') ? '1300' : '1']);
      const plan = planOf('x', here, steps);
      assert.deepEqual([plan.problems[0]?.reason, plan.problems[0]?.severity], ['unsafe', 'error'], id);
      assert.doesNotMatch(plan.problems[0]?.advice ?? '', /file/);
    }
  });

  it('propose names for a cable that are free and fit', () => {
    const [earth, bridge] = [
      resolveTarget({ type: 'namespace', hostId: 'lab1', name: 'earth' }, snapshot),
      resolveTarget({ type: 'bridge', hostId: 'lab1', name: 'planet-br' }, snapshot),
    ];
    const question = newCable.questions?.[1]?.([earth, bridge], ['']);
    assert.ok(question?.type === 'text');
    assert.equal(question.value, 'eth0 veth-earth');
    assert.equal(question.objection(question.value), undefined);
    assert.match(question.objection('earth-veth veth-earth') ?? '', /earth-veth in earth already/);
    assert.match(question.objection('one') ?? '', /two names/);
    assert.match(question.objection('one a-very-long-interface-name') ?? '', /at most 15/);
  });
});

describe('A route as a person writes it', () => {
  it('is read as ip route add reads it', () => {
    assert.deepEqual(readRoute('default via 10.10.0.1'), { to: 'default', type: 'unicast', via: '10.10.0.1' });
    assert.deepEqual(readRoute(' ip route add 10.20.0.0/16  dev eth0 metric 7 src 10.0.0.1 table 100'), {
      to: '10.20.0.0/16',
      type: 'unicast',
      dev: 'eth0',
      metric: 7,
      src: '10.0.0.1',
      table: '100',
    });
    assert.deepEqual(readRoute('blackhole 10.0.0.0/8'), { to: '10.0.0.0/8', type: 'blackhole' });
  });

  it('is refused with a sentence where it is none', () => {
    const wrong = [
      '',
      'x',
      'default',
      '10.0.0.0/8',
      '10.0.0.0/33 dev a',
      'default via',
      'default via x',
      'default dev -a',
      'default via 10.0.0.1 onlink yes',
      'default via 10.0.0.1 via 10.0.0.2',
      '2001:db8::/32 via 10.0.0.1',
      'default via 10.0.0.1 table -x',
    ];
    for (const text of wrong) assert.equal(typeof readRoute(text), 'string', text);
  });

  it('never lets a word of an option through', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const route = readRoute(text);
        if (typeof route === 'string') assert.match(route, /[.?16]$/);
      }),
    );
    for (const word of ['-force', '--help', '-n'])
      assert.equal(typeof readRoute(`default dev ${word}`), 'string', word);
  });
});

describe('A command in its place', () => {
  it('is typed as its namespace wants it', () => {
    const show = { argv: ['ip', 'addr'] };
    const ping = { argv: ['ping', '10.0.0.1'] };
    const typed = (place: Parameters<typeof placed>[0]): string[] =>
      [show, ping].map((one) => printCommand(placed(place, one)));
    assert.deepEqual(typed({ type: 'root' }), ['ip addr', 'ping 10.0.0.1']);
    assert.deepEqual(typed({ type: 'named', name: 'a b' }), [`ip -n 'a b' addr`, `ip netns exec 'a b' ping 10.0.0.1`]);
    assert.deepEqual(typed({ type: 'process', pid: 7 }), [
      'nsenter --net=/proc/7/ns/net ip addr',
      'nsenter --net=/proc/7/ns/net ping 10.0.0.1',
    ]);
  });
});

describe('An impairment as a person writes it', () => {
  it('is read in the words of a topology file', () => {
    assert.deepEqual(readImpairmentText('delay 50ms jitter 10ms, loss 1% rate: 10mbit'), {
      delay: 0.05,
      jitter: 0.01,
      loss: 0.01,
      rate: 1_250_000,
    });
  });

  it('is refused with a sentence where it is none', () => {
    for (const text of [
      '',
      'slow',
      'delay',
      'delay 50',
      'loss 101%',
      'loss 0%',
      'jitter 5ms',
      'reorder 5%',
      'rate 1x',
      'toString 1',
    ]) {
      assert.equal(typeof readImpairmentText(text), 'string', text);
    }
  });
});
