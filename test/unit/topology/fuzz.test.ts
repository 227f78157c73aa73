import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { objectToInterfaceName } from '../../../src/topology/names';
import { parseTopology, type ParsedTopology } from '../../../src/topology/parse';

const planets = readFileSync(new URL('../../../examples/planets.netns.yaml', `file://${__filename}`), 'utf8');

/** What holds for every text: places lie in the text, derived names are names, whatever is declared can be found. */
function check(text: string): ParsedTopology {
  const parsed = parseTopology(text);
  for (const { range, related = [], message, code } of parsed.problems) {
    for (const place of [range, ...related.map((other) => other.range)]) {
      assert.ok(
        0 <= place.start && place.start <= place.end && place.end <= text.length,
        `${code} ${JSON.stringify(place)}`,
      );
    }
    assert.doesNotMatch(message, /undefined|\[object|[\n\r]/, code);
  }
  for (const link of parsed.topology?.links ?? []) {
    for (const end of link.endpoints) {
      assert.equal(objectToInterfaceName(end.interface), undefined);
      assert.ok(parsed.rangeOf(end.path));
    }
  }
  for (const { path } of [...(parsed.topology?.namespaces ?? []), ...(parsed.topology?.bridges ?? [])]) {
    assert.ok(parsed.rangeOf(path));
  }
  return parsed;
}

/** Values and keys that occur in topologies, and some that break naive programs. */
const word = fc.constantFrom(
  'earth', 'br0', 'host', 'earth:e0', 'br0:p', '10.0.0.1/24', '10.0.0.1', '::1/64', 'default', 'yes', '~', '""', '5', '1e999',
  '.nan', '*a', '&a', '<<', '__proto__', 'constructor', 'x'.repeat(40), '|', '>', '- ', '? ', ': ', '{}', '[]', '!!int', '"', "'", '#', '\t',
); // prettier-ignore
const key = fc.constantFrom(
  'name', 'namespaces', 'bridges', 'links', 'host', 'nat', 'port-forwards', 'checks', 'interfaces', 'routes', 'rules', 'sysctls',
  'addresses', 'endpoints', 'endpoint', 'vlan', 'trunk', 'to', 'via', 'dev', 'listen', 'from', 'ping', 'tcp', 'http', 'masquerade', 'snat',
  'kind', 'parent', 'id', 'ports', 'namespace', 'services', 'command', 'ready', 'earth', 'br0', 'e0', '<<', '__proto__',
); // prettier-ignore

/** Any tree of the language's own keys and words, as YAML in flow style. */
const tree = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    word,
    fc.array(tie('node'), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
    fc
      .array(fc.tuple(key, tie('node')), { maxLength: 6 })
      .map((pairs) => `{ ${pairs.map((pair) => pair.join(': ')).join(', ')} }`),
  ),
})).node;

describe('any text as a topology file', () => {
  it('is answered if it is random', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => void check(text)),
      { numRuns: 500 },
    );
  });

  it('is answered if it is made of the words of the language', () => {
    fc.assert(
      fc.property(tree, (text) => void check(text)),
      { numRuns: 1000 },
    );
    const file = fc.array(fc.tuple(key, tree), { maxLength: 8 });
    fc.assert(
      fc.property(file, (pairs) => void check(pairs.map((pair) => pair.join(': ')).join('\n'))),
      { numRuns: 1000 },
    );
  });

  it('is answered if it is a good file with a part cut out, doubled or replaced', () => {
    const place = fc.nat(planets.length);
    fc.assert(
      fc.property(
        place,
        fc.nat(60),
        fc.oneof(word, key, fc.constant(''), fc.string({ unit: 'binary', maxLength: 5 })),
        (start, length, put) => {
          check(planets.slice(0, start) + put + planets.slice(start + length));
        },
      ),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(place, place, (a, b) => void check(planets.slice(0, Math.max(a, b)) + planets.slice(Math.min(a, b)))),
      { numRuns: 300 },
    );
  });

  it('tells for each offset a path that leads back to it', () => {
    const parsed = check(planets);
    for (let offset = 0; offset < planets.length; offset++) {
      const path = parsed.pathAt(offset);
      if (path.length === 0) continue;
      const [key, value] = [parsed.keyRangeOf(path), parsed.valueRangeOf(path)];
      const start = Math.min(key?.start ?? Infinity, value?.start ?? Infinity);
      const end = Math.max(key?.end ?? 0, value?.end ?? 0);
      assert.ok(start <= offset && offset <= end, `${offset}: ${JSON.stringify(path)}`);
    }
    const at = (text: string): string => parsed.pathAt(planets.indexOf(text)).join('/');
    assert.equal(at('10.10.0.20/16'), 'namespaces/neptune/interfaces/neptune-veth/addresses/0');
    assert.equal(at('planet-br:earth-br-veth'), 'links/0/endpoints/1');
    assert.equal(at('forwards:'), 'port-forwards');
  });
});
