import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { TopologyFile } from '../../../../src/topology/generated/topology-file';
import { writeTopology } from '../../../../src/topology/write/write-topology';

const noRemarks = { head: [], tail: [], notes: new Map() };

describe('writing a topology file', () => {
  it('reads back as what was written, whatever words are in it', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('1', 'true', '~', 'a: b', '- a', '# x', '', '0x1f', '{', '!x'),
    );
    const key = text.filter((name) => name !== '__proto__');
    const file = fc.record({
      name: text,
      description: text,
      namespaces: fc.dictionary(
        key,
        fc.record(
          {
            interfaces: fc.dictionary(
              key,
              fc.record({ addresses: fc.array(text), mtu: fc.nat(), up: fc.boolean() }, { requiredKeys: [] }),
            ),
            routes: fc.array(fc.record({ to: text, via: text }, { requiredKeys: ['to'] })),
            sysctls: fc.dictionary(key, fc.oneof(text, fc.nat())),
            nameservers: fc.array(text),
            services: fc.dictionary(
              key,
              fc.record({ command: fc.oneof(text, fc.array(text, { minLength: 1 })), env: fc.dictionary(key, text) }),
            ),
          },
          { requiredKeys: [] },
        ),
      ),
      links: fc.array(fc.record({ endpoints: fc.tuple(text, text), mtu: fc.nat() }, { requiredKeys: ['endpoints'] })),
    });
    fc.assert(
      fc.property(file, fc.array(text), (value, lines) => {
        const written = writeTopology(value as TopologyFile, { ...noRemarks, head: lines, tail: lines });
        assert.deepEqual(parse(written), JSON.parse(JSON.stringify(value)), written);
      }),
      { numRuns: 200 },
    );
  });

  it('puts an entry on one line where that is short, and its remark above it', () => {
    const web = { command: 'python3 -m http.server' };
    const written = writeTopology(
      {
        name: 'x',
        namespaces: { a: { interfaces: { e: { mtu: 1400 } }, services: { web } }, b: {} },
        links: [{ endpoints: ['a:e', 'b:e'] }, { endpoints: ['a:f', 'b:f'], mtu: 1400 }],
      },
      { head: ['one', 'two'], tail: ['- three'], notes: new Map([[web, ['guessed']]]) },
    );
    assert.equal(
      written,
      `# one
# two
name: x

namespaces:
  a:
    interfaces:
      e: { mtu: 1400 }
    services:
      # guessed
      web: { command: "python3 -m http.server" }
  b: {}

links:
  - endpoints: [a:e, b:e]
  - { endpoints: [a:f, b:f], mtu: 1400 }

# - three
`,
    );
  });
});
