import assert from 'node:assert/strict';
import { verdictsOf, withChecks } from '../../../src/lab/graph/verdicts';
import type { CheckResult } from '../../../src/lab/model';
import { isVerdicts } from '../../../src/protocol/verdict';
import type { GraphView } from '../../../src/protocol/graph';
import type { MatrixCell } from '../../../src/protocol/ping-matrix';
import { parseTopology } from '../../../src/topology/parse';
import { host, link, namespace } from './hosts';

const text = `
name: lab
bridges: { br: { addresses: [10.0.0.254/24] } }
namespaces:
  earth: { interfaces: { e0: { addresses: [10.0.0.1/24, "fd00::1/64"] } } }
  mars: { interfaces: { m0: { addresses: [10.0.0.2/24] } } }
links: [{ endpoints: ["earth:e0", br] }, { endpoints: ["mars:m0", br] }]
checks:
  - { from: earth, ping: mars }
  - { from: earth, ping: 10.0.0.2 }
  - { from: mars, tcp: "earth:e0:80" }
  - { from: mars, ping: 10.0.0.254 }
  - { from: earth, http: "http://[fd00:0::1]:8000/" }
  - { from: mars, udp: "203.0.113.8:53" }
  - { from: host, command: "false" }
  - { from: mars, ping: 10.0.0.77, expect: fail }
`;

describe('what checks and pings found wrong, on the graph', () => {
  const { checks } = parseTopology(text).topology!;
  const results = (passed: (index: number) => boolean): CheckResult[] =>
    checks.map((check, index) => ({
      check,
      title: `check ${index}`,
      passed: passed(index),
      command: 'ping',
      output: 'PING\nno answer',
      milliseconds: 1,
    }));
  const snapshot = host(
    [link(2, 'br', { kind: 'bridge', addresses: ['10.0.0.254/24'] })],
    [
      namespace('earth', [link(2, 'e0', { addresses: ['10.0.0.1/24', 'fd00::1/64'] })]),
      namespace('mars', [link(2, 'm0', { addresses: ['10.0.0.2/24'] })]),
    ],
  );

  it('is nothing where all is as the file wants it', () => {
    const cell: MatrixCell = { from: 'earth', to: 'mars', family: 'inet', address: '10.0.0.2', outcome: 'reached' };
    assert.equal(
      verdictsOf(
        results(() => true),
        { cells: [cell] },
        snapshot,
      ),
      undefined,
    );
    assert.equal(verdictsOf([], undefined, snapshot), undefined);
  });

  it('is an arc between the two ends, one for each two, whatever was tried in which direction', () => {
    const verdicts = verdictsOf(
      results(() => false),
      undefined,
      snapshot,
    );
    assert.ok(isVerdicts(verdicts));
    assert.deepEqual(
      verdicts.arcs.map(({ from, to, label, isMutual }) => [from, to, label, isMutual]),
      [
        ['ns:earth', 'ns:mars', '✗ ping, tcp 80', true],
        ['ns:mars', 'bridge:br', '✗ ping', false],
        ['ns:mars', 'outside', '✗ udp 53, ping', false],
      ],
    );
    assert.equal(verdicts.said, '8 of 8 checks do not hold.');
  });

  it('is of a ping matrix what is not as the checks say, and says when it is too much to draw', () => {
    const places = Array.from({ length: 12 }, (_, n) => `n${n}`);
    const cells = places.flatMap((from) =>
      places
        .filter((to) => to !== from)
        .map((to): MatrixCell => ({ from, to, family: 'inet', address: '10.0.0.9', outcome: 'unreached' })),
    );
    const { arcs, said } = verdictsOf([], { cells }, snapshot)!;
    assert.deepEqual([arcs.length, arcs.every(({ isMutual }) => isMutual)], [40, true]);
    assert.equal(said, '132 of 132 pings are not as they should be. The picture shows 40 of 66 pairs.');
    assert.equal(
      verdictsOf([], { cells: cells.map((cell) => ({ ...cell, expectedToFail: true })) }, snapshot),
      undefined,
    );
  });

  it('stands beside each place that checks were run from, and in its details with the reason', () => {
    const view: GraphView = {
      hostName: 'lab1',
      nodes: ['ns:earth', 'ns:mars', 'ns:other'].map((id) => ({
        id,
        kind: 'namespace',
        name: id.slice(3),
        facts: [],
        state: 'up',
        presence: 'both',
      })),
      cables: [],
      nat: [],
      forwarding: true,
    };
    const found = withChecks(
      view,
      results((index) => index !== 2),
    ).nodes;
    assert.deepEqual(
      found.map(({ checked }) => checked),
      ['✓ 3/3', '✗ 3/4', undefined],
    );
    assert.deepEqual(found[1]?.details?.[0], {
      heading: 'Checks',
      lines: ['✗ check 2: no answer', '✓ check 3', '✓ check 5', '✓ check 7'],
    });
    assert.equal(withChecks(view, []), view);
  });
});
