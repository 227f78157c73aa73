import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Problem } from '../../../src/topology/problem';
import { readInPieces, type ReadPieces } from '../../../src/topology/yaml/read-in-pieces';
import { readAtOnce, readYaml } from '../../../src/topology/yaml/read-yaml';
import { largeTopology } from '../../bench/language-file';

const namespace = (name: string): string => `  ${name}: # one
    interfaces:
      eth0: { addresses: [10.0.0.1/24, "fd00::1/64"], description: 'it''s' }
    routes:
    - to: default
      via: 10.0.0.254
    services:
      web:
        command: |
          one: two

          # no comment
        ready: { tcp: 8000 }
`;
const names = Array.from({ length: 24 }, (_, index) => `n${index}`);

/** Some hundred lines of all that YAML has, in each of the places where a text is cut. */
const plain = `# A lab
name: t
bridges:
  br0: { addresses: [10.0.0.254/24] }

namespaces:
${names.map(namespace).join('\n  # between two\n')}
links:
${names.map((name) => `- endpoints: [${name}:eth0, br0]\n  mtu: 1400`).join('\n')}
checks:
${names.map((name) => `  - { from: ${name}, ping: 10.0.0.254 } # check`).join('\n')}
# the end
`;
const withAnchors = plain
  .replace('  n3: # one\n', '  n3: &three\n')
  .replace('  n9: # one\n', '  n9:\n    <<: *three\n')
  .replace('- { from: n5,', '- &five { from: n5,')
  .replace('- { from: n7, ping: 10.0.0.254 }', '- *five');
const bases = [plain, withAnchors, plain.replaceAll('\n', '\r\n'), largeTopology(40)];

const put = fc.oneof(
  fc.constantFrom('', ' ', '\n', '\n  ', '\n    ', ':', ': ', '- ', '\n- ', '\n  - ', '[', ']', '{', '}', ',', '"', "'", '#', ' # ', '|', '>', '|+', '&a ', '*a', '&three ', '*three', '<<: ', '? ', '\t', '\n\t'),
  fc.constantFrom('x', 'x:', '\nx: y\n', '\n  x: y\n', '\n  x\n', '\nx\n', '---\n', '\n---\n', '\n...\n', '%', '!t ', '\r', '\r\n', '\u2028', '\ufeff', '\0', 'end-of-piece: 1', '\n  end-of-piece: 1\n', '\n- end-of-piece\n', '  n4:\n', '\nlinks:\n', '\nname: u\n'),
  fc.string({ unit: 'binary', maxLength: 5 }),
); // prettier-ignore
const change = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.oneof(fc.constant(0), fc.nat(3), fc.nat(80)),
  put,
);

function apply(text: string, changes: readonly (readonly [number, number, string])[]): string {
  let result = text;
  for (const [at, length, replacement] of changes) {
    const start = Math.floor(at * result.length);
    result = result.slice(0, start) + replacement + result.slice(start + length);
  }
  return result;
}

function inOrder(problems: readonly Problem[]): string[] {
  return [...new Set(problems.map((problem) => JSON.stringify(problem)))].sort();
}

/** Asserts that a text says in pieces, where it can be read so, what it says as a whole. */
function assertSame(text: string, before?: ReadPieces): ReadPieces | undefined {
  const pieces = readInPieces(text, before?.memory);
  if (pieces === undefined) return undefined;
  const whole = readAtOnce(text);
  assert.deepEqual(inOrder(pieces.problems), inOrder(whole.problems));
  assert.deepEqual(pieces.root, whole.root);
  return pieces;
}

describe('a text that is read in pieces', function () {
  // Many texts of some hundred lines, each read twice; this is no measure of speed.
  this.timeout(120_000);
  for (const [index, text] of bases.entries()) {
    it(`says what it says as a whole (${index + 1})`, () => {
      const pieces = assertSame(text);
      assert.ok(pieces !== undefined && pieces.memory.size > 8, String(pieces?.memory.size));
    });
  }

  it('says what it says as a whole, also with mistakes', () => {
    let inPieces = 0;
    fc.assert(
      fc.property(fc.constantFrom(...bases), fc.array(change, { minLength: 1, maxLength: 2 }), (base, changes) => {
        if (assertSame(apply(base, changes)) !== undefined) inPieces++;
      }),
      { numRuns: 400 },
    );
    assert.ok(inPieces > 20, `only ${inPieces} were read in pieces`);
  });

  it('says what it says as a whole after each of many changes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...bases), fc.array(change, { minLength: 2, maxLength: 6 }), (base, changes) => {
        let before = readInPieces(base);
        let text = base;
        for (const one of changes) {
          const next = apply(text, [one]);
          const after = assertSame(next, before);
          if (after === undefined) continue;
          [text, before] = [next, after];
        }
      }),
      { numRuns: 120 },
    );
  });

  it('keeps of the version before what has not changed', () => {
    const text = largeTopology(200);
    const before = readYaml(text);
    const at = text.indexOf('n100:') + 5;
    const after = readYaml(`${text.slice(0, at)} # now\n    forwarding: true${text.slice(at)}`, before);
    assert.ok(before.memory !== undefined && after.memory !== undefined);
    const known = before.memory;
    const fresh = [...after.memory.keys()].filter((id) => !known.has(id));
    assert.equal(fresh.length, 1);
    const first = (reading: typeof before): unknown =>
      reading.root?.type === 'map' && reading.root.entries.get('namespaces')?.value;
    assert.notEqual(first(before), first(after));
    assert.deepEqual(after.root, readAtOnce(`${text.slice(0, at)} # now\n    forwarding: true${text.slice(at)}`).root);
  });
});
