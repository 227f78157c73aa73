import assert from 'node:assert/strict';
import { NetnsError } from '../../src/base/errors';
import { runMatrix } from '../../src/lab/matrix';
import type { MatrixCell } from '../../src/protocol/ping-matrix';
import { summarizeMatrix } from '../../src/protocol/ping-matrix';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { apply, destroy, example, topologyOf } from './lab-plans';
import { until } from './observed-lab';
import { useLabHost } from './use-lab-host';

describe('the ping matrix on a real host', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;

  useLabHost((host) => ({ lab, transport } = host));

  const wordsOf = ({ from, to, family, outcome, said }: MatrixCell): string =>
    `${from} → ${to} ${family}: ${outcome}${said === undefined ? '' : ` (${said})`}`;

  it('says who reaches whom, over both families, and in the tool’s words who does not', async () => {
    const topology = topologyOf(`name: mx
namespaces:
  mx-a: { interfaces: { e0: { addresses: [10.77.0.1/24, "2001:db8:77::1/64"] } } }
  mx-b: { interfaces: { e0: { addresses: [10.77.0.2/24, "2001:db8:77::2/64"] } } }
  mx-far: { interfaces: { lone: { kind: tap, addresses: [10.78.0.1/24] } } }
links:
  - endpoints: [mx-a:e0, mx-b:e0]
checks:
  - { from: mx-far, ping: 10.77.0.1, expect: fail }
`);
    await apply(transport, topology);
    const seen: MatrixCell[] = [];
    const matrix = await runMatrix(transport, topology, 'lab1', { onCell: (cell) => seen.push(cell) });
    assert.deepEqual(matrix.places, ['mx-a', 'mx-b', 'mx-far']);
    assert.equal(seen.length, matrix.cells.length);
    assert.deepEqual(matrix.cells.map(wordsOf), [
      'mx-a → mx-b inet: reached',
      'mx-a → mx-b inet6: reached',
      'mx-a → mx-far inet: unreached (ping: connect: Network is unreachable)',
      'mx-b → mx-a inet: reached',
      'mx-b → mx-a inet6: reached',
      'mx-b → mx-far inet: unreached (ping: connect: Network is unreachable)',
      'mx-far → mx-a inet: unreached (ping: connect: Network is unreachable)',
      'mx-far → mx-b inet: unreached (ping: connect: Network is unreachable)',
    ]);
    assert.ok((matrix.cells[0]?.milliseconds ?? -1) >= 0);
    assert.equal(summarizeMatrix(matrix), '4 of 8 pairs reached, 1 not reached as the checks say');

    const some = await runMatrix(transport, topology, 'lab1', {
      select: ({ to, family }) => to === 'mx-a' && family === 'inet6',
    });
    assert.deepEqual(some.cells.map(wordsOf), ['mx-b → mx-a inet6: reached']);

    await lab.run('ip -n mx-b link set e0 down');
    const cut = await runMatrix(transport, topology, 'lab1', {
      select: ({ from, family }) => from === 'mx-a' && family === 'inet',
    });
    assert.equal(cut.cells[0]?.outcome, 'unreached');
    await lab.run('ip netns del mx-far');
    const gone = await runMatrix(transport, topology, 'lab1', { select: ({ from }) => from === 'mx-far' });
    assert.deepEqual(gone.cells.map(wordsOf), [
      'mx-far → mx-a inet: notRun (There is no namespace mx-far on the host.)',
      'mx-far → mx-b inet: notRun (There is no namespace mx-far on the host.)',
    ]);
    await destroy(transport, 'mx');
  });

  it('has the host among its places where that is in the lab', async () => {
    const planets = await example('planets');
    await apply(transport, planets);
    const matrix = await runMatrix(transport, planets, 'lab1');
    assert.deepEqual(matrix.places, ['earth', 'neptune', 'host']);
    assert.equal(summarizeMatrix(matrix), '6 of 6 pairs reached');
    await destroy(transport, 'planets');
  });

  it('takes seconds for 50 namespaces, 2,450 pairs, though the neighbour table does not hold them all', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `mx${index}`);
    const topology = topologyOf(`name: mx50
bridges: { mxbr: {} }
namespaces:
${names.map((name, index) => `  ${name}: { interfaces: { e0: { addresses: [10.79.0.${index + 1}/16] } } }`).join('\n')}
links:
${names.map((name) => `  - endpoints: [${name}:e0, mxbr]`).join('\n')}
`);
    await apply(transport, topology);
    const begun = Date.now();
    const matrix = await runMatrix(transport, topology, 'lab1');
    console.log(`      2,450 pings took ${((Date.now() - begun) / 1000).toFixed(1)} s`);
    assert.equal(matrix.cells.length, 2450);
    assert.equal(summarizeMatrix(matrix), '2450 of 2450 pairs reached');

    const stop = new AbortController();
    let seen = 0;
    const running = runMatrix(transport, topology, 'lab1', { signal: stop.signal, onCell: () => seen++ }).catch(
      (error: unknown) => error,
    );
    await until(() => Promise.resolve(seen > 0), 'the first ping');
    stop.abort();
    const error = await running;
    assert.ok(error instanceof NetnsError && error.reason === 'cancelled');
    await until(async () => (await lab.run('pgrep -x ping')).stdout === '', 'the pings have ended');
    await destroy(transport, 'mx50');
  });
});
