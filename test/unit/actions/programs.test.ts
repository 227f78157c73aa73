import assert from 'node:assert/strict';
import { captureOf, lineIn } from '../../../src/lab/actions/programs';
import type { Subject } from '../../../src/protocol/subject';
import { hostOfExamples } from './example-host';

describe('programs in namespaces', () => {
  const earth: Subject = { type: 'namespace', hostId: 'lab1', name: 'earth' };
  const bridge: Subject = { type: 'bridge', hostId: 'lab1', name: 'planet-br' };
  const ssh = { clientAddress: '198.51.100.9', serverAddress: '198.51.100.2', serverPort: 2222 };
  const snapshot = { ...hostOfExamples(), ssh };

  it('hand a line over as one argument, whatever it holds', () => {
    const { script } = lineIn(earth, snapshot, `echo 'it'"s" $HOME; exit 3`);
    assert.equal(script, `exec ip netns exec earth sh -c 'echo '\\''it'\\''"s" $HOME; exit 3' 2>&1`);
  });

  it('capture all of a namespace, or one interface', () => {
    assert.deepEqual(captureOf(earth, snapshot).command.argv.slice(0, 4), ['ip', 'netns', 'exec', 'earth']);
    assert.deepEqual(captureOf(earth, snapshot).command.argv.slice(-2), ['-i', 'any']);
    const onInterface = { type: 'interface', hostId: 'lab1', namespace: 'earth', name: 'earth-veth' } as const;
    assert.deepEqual(captureOf(onInterface, snapshot).command.argv.slice(-2), ['-i', 'earth-veth']);
  });

  it('leave out the SSH connection where it can come by, and only there', () => {
    const own = 'not (host 198.51.100.9 and tcp port 2222)';
    assert.equal(captureOf(bridge, snapshot).command.argv.at(-1), own);
    assert.equal(captureOf({ type: 'host', hostId: 'lab1', name: 'lab1' }, snapshot).command.argv.at(-1), own);
    assert.ok(!captureOf(earth, snapshot).command.argv.includes(own));
  });

  it('refuse what is not there', () => {
    assert.throws(() => captureOf({ ...bridge, name: 'gone-br' }, snapshot), { reason: 'unsupported' });
    assert.throws(() => lineIn({ ...earth, name: 'pluto' }, snapshot, 'true'), { reason: 'unsupported' });
  });
});
