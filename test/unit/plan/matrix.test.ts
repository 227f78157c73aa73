import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mostPairs, pingOf, planMatrix } from '../../../src/plan/matrix';
import { compileMatrix } from '../../../src/plan/matrix-script';
import { matrixHtml } from '../../../src/protocol/matrix-html';
import { describeMatrix } from '../../../src/protocol/matrix-text';
import { summarizeMatrix, type PingMatrix } from '../../../src/protocol/ping-matrix';
import { bridge, device, namespace, topology } from './build-topology';
import { assertGolden } from './golden';

const lab = topology({
  bridges: [bridge('br0', { addresses: ['10.1.0.1/16'] })],
  namespaces: [
    namespace('earth', {
      interfaces: [device('e0', '172.16.0.9/24', '10.1.0.10/16'), device('e6', '2001:db8::10/64')],
    }),
    namespace('mars', { interfaces: [device('m0', '10.1.0.20/16', 'fe80::1/64')] }),
    namespace('six', { interfaces: [device('s0', '2001:db8::20/64')] }),
    namespace('bare'),
  ],
  checks: [
    { path: [], from: 'mars', action: { type: 'ping', target: 'host' }, expect: 'fail', within: 5 },
    { path: [], from: 'earth', action: { type: 'ping', target: 'mars' }, expect: 'pass', within: 5 },
  ],
});

describe('the plan of a ping matrix', () => {
  it('has every pair with addresses of one family, both ways, and the host where it is in the lab', () => {
    const { places, pairs } = planMatrix(lab);
    assert.deepEqual(places, ['earth', 'mars', 'six', 'host']);
    assert.deepEqual(
      pairs.map(
        (pair) => `${pair.from} → ${pair.to} ${pair.address}${pair.expectedToFail === true ? ' (to fail)' : ''}`,
      ),
      [
        'earth → mars 10.1.0.20',
        'earth → six 2001:db8::20',
        'earth → host 10.1.0.1',
        'mars → earth 10.1.0.10',
        'mars → host 10.1.0.1 (to fail)',
        'six → earth 2001:db8::10',
        'host → earth 10.1.0.10',
        'host → mars 10.1.0.20',
      ],
    );
    assert.equal(pingOf(pairs[1]!).argv.join(' '), 'ip netns exec earth ping -6 -n -c 1 -w 2 2001:db8::20');
    assert.equal(pingOf(pairs[6]!).argv.join(' '), 'ping -n -c 1 -w 2 10.1.0.10');
    assert.deepEqual(
      planMatrix({ ...lab, bridges: [] }).places,
      ['earth', 'mars', 'six'],
      'the host is not in that lab',
    );
  });

  it('is refused where nobody could read it', () => {
    const namespaces = Array.from({ length: 200 }, (_, index) =>
      namespace(`n${index}`, { interfaces: [device('e0', `10.1.1.${index + 1}/16`)] }),
    );
    assert.throws(() => planMatrix(topology({ namespaces })), new RegExp(`more than ${mostPairs} pairs`));
  });
});

describe('the script of a ping matrix', () => {
  it('is one that a shell can read, whatever namespaces are called', () => {
    const namespaces = ["it's", '$(reboot)', '-n', 'a b'].map((name, index) =>
      namespace(name, { interfaces: [device('e0', `10.1.1.${index + 1}/16`)] }),
    );
    const script = compileMatrix(planMatrix(topology({ namespaces })).pairs, 'token1234');
    execFileSync('sh', ['-n'], { input: script });
    assert.ok(script.includes("source_of '$(reboot)' <<'PAIRS' &"));
  });

  it('goes in waves that the kernel’s neighbour table can hold', () => {
    const namespaces = Array.from({ length: 50 }, (_, index) =>
      namespace(`n${index}`, { interfaces: [device('e0', `10.1.1.${index + 1}/16`)] }),
    );
    const script = compileMatrix(planMatrix(topology({ namespaces })).pairs, 'token1234');
    const waves = script.split(/^wave_\d+\(\) \{$/m).slice(1);
    assert.equal(waves.length, 7);
    for (const wave of waves) assert.ok((wave.match(/^\d+ - 10\.1\.1\.\d+$/gm) ?? []).length <= 400);
    assert.equal(script.match(/^ {2}forget$/gm)?.length, 6);
  });
});

describe('a ping matrix as text', () => {
  const cell = { family: 'inet', address: '10.1.0.20' } as const;
  const matrix: PingMatrix = {
    lab: 'planets',
    host: 'lab1',
    places: ['earth', 'mars-of-the-long-name', 'host'],
    cells: [
      { ...cell, from: 'earth', to: 'mars-of-the-long-name', outcome: 'reached', milliseconds: 0.05 },
      { ...cell, from: 'earth', to: 'host', outcome: 'unreached', said: 'connect: Network is unreachable' },
      { ...cell, from: 'host', to: 'earth', outcome: 'unreached', said: 'no answer', expectedToFail: true },
      {
        ...cell,
        from: 'host',
        to: 'mars-of-the-long-name',
        outcome: 'reached',
        milliseconds: 1.5,
        expectedToFail: true,
      },
      { ...cell, from: 'mars-of-the-long-name', to: 'host', outcome: 'notRun', said: 'There is no namespace mars.' },
      { ...cell, from: 'earth', to: 'host', family: 'inet6', address: '2001:db8::1', outcome: 'reached' },
    ],
  };

  it('has rows that ping columns, a sign for each, and why what is not right', () => {
    assertGolden('ping-matrix.txt', `${describeMatrix(matrix)}\n`);
  });

  it('is on a page a table with headings, in which no word of anybody is markup', () => {
    const hostile = '<img src=x onerror=alert(1)>"';
    const cells = matrix.cells.map((one) => ({
      ...one,
      said: hostile,
      from: one.from === 'earth' ? hostile : one.from,
    }));
    const page = matrixHtml(
      { ...matrix, lab: hostile, places: [hostile, 'mars-of-the-long-name', 'host'], cells },
      { nonce: 'n', againUri: 'command:again?%5B%5D' },
    );
    assert.ok(!page.includes('<img'));
    assert.equal(page.match(/<table>/g)?.length, 2);
    assert.match(page, /<th scope="row">host<\/th>/);
    assert.match(page, /<td class="right" title="✓ [^"]*: 0.05 ms" aria-label="[^"]*">✓<\/td>/);
    assert.match(page, /<td class="wrong"[^>]*>✗<\/td>/);
    assert.match(page, /default-src 'none'; style-src 'nonce-n'/);
    assert.ok(!page.includes('<script'));
  });

  it('says in a line how it went', () => {
    assert.equal(
      summarizeMatrix(matrix),
      '3 of 6 pairs reached, 1 not reached as the checks say, 1 could not be tried',
    );
    assert.equal(summarizeMatrix({ ...matrix, cells: [] }), 'there are no two places with an address');
  });
});
