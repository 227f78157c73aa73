import assert from 'node:assert/strict';
import { withReach } from '../../../src/lab/graph/reach';
import type { GraphNode, GraphView } from '../../../src/protocol/graph';
import type { MatrixCell } from '../../../src/protocol/ping-matrix';

const node = (id: string, name: string): GraphNode => ({
  id,
  kind: id === 'host' ? 'host' : 'namespace',
  name,
  facts: ['forwarding on'],
  state: 'up',
  presence: 'both',
});
const view: GraphView = {
  hostName: 'lab1',
  nodes: [node('host', 'lab1'), node('ns:earth', 'earth'), node('ns:mars', 'mars'), node('ns:other', 'other')],
  cables: [],
  nat: [],
  forwarding: true,
};
const cell = (from: string, to: string, more: Partial<MatrixCell> = {}): MatrixCell => ({
  from,
  to,
  family: 'inet',
  address: '10.0.0.1',
  outcome: 'reached',
  milliseconds: 0.05,
  ...more,
});

describe('who reaches whom, on the graph', () => {
  it('stands on each place that pinged, and in its details with the reason', () => {
    const cells = [
      cell('earth', 'mars'),
      cell('earth', 'mars', {
        family: 'inet6',
        address: '2001:db8::2',
        outcome: 'unreached',
        said: 'From 2001:db8::1: no way',
      }),
      cell('earth', 'host', { outcome: 'notRun', said: 'There is no namespace earth on the host.' }),
      cell('mars', 'earth', { outcome: 'unreached', said: '100% packet loss', expectedToFail: true }),
      cell('host', 'mars', { expectedToFail: true }),
    ];
    const drawn = withReach(view, { cells }).nodes.map(({ reach, details }) => [reach, ...(details?.[0]?.lines ?? [])]);
    assert.deepEqual(drawn, [
      ['✗ 1/1', '✗ mars (10.0.0.1), 0.05 ms (a check says that it must fail)'],
      [
        '✗ 1/3',
        '✓ mars over IPv4 (10.0.0.1), 0.05 ms',
        '✗ mars over IPv6 (2001:db8::2): From 2001:db8::1: no way',
        '– host (10.0.0.1): could not be tried. There is no namespace earth on the host.',
      ],
      ['✓ 0/1', '✓ earth (10.0.0.1): 100% packet loss (as a check says)'],
      [undefined],
    ]);
  });

  it('leaves the picture as it is where nothing was pinged', () => {
    assert.equal(withReach(view, { cells: [] }), view);
  });
});
