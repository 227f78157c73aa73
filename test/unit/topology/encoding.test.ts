import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseTopology } from '../../../src/topology/parse';
import { readYaml } from '../../../src/topology/yaml/read-yaml';

const text = 'name: planets\ndescription: Zürich – 行星\nbridges:\n  br0:\n';
const codes = (bytes: Uint8Array): string[] =>
  parseTopology(new TextDecoder().decode(bytes)).problems.map(({ code, message }) => `${code}: ${message}`);

describe('A file that is not UTF-8', () => {
  it('of UTF-8 with or without a byte order mark says nothing', () => {
    assert.deepEqual(codes(Buffer.from(text)), []);
    assert.deepEqual(codes(Buffer.from(`\ufeff${text}`)), []);
    assert.deepEqual(parseTopology(`\ufeff${text}`).problems, []);
  });

  it('in Latin-1 is said to be so at the first place, and the rest is still checked', () => {
    const bytes = Buffer.from('name: planets\ndescription: Zürich\nbridge: {}\n', 'latin1');
    const { problems, topology } = parseTopology(bytes.toString('utf8'));
    assert.deepEqual(
      problems.map(({ code, range }) => [code, range.start]),
      [
        ['not-utf8', 28],
        ['unknown-key', 34],
      ],
    );
    assert.equal(topology?.name, 'planets');
  });

  it('in UTF-16, of either order, with or without a byte order mark, is one error', () => {
    for (const mark of ['', '\ufeff']) {
      const little = Buffer.from(mark + text, 'utf16le');
      for (const bytes of [little, Buffer.from(little).swap16()]) {
        const [first, ...others] = codes(bytes);
        assert.match(first ?? '', /^not-utf8: .*UTF-16.*Save it with the encoding UTF-8/);
        assert.deepEqual(others, []);
      }
    }
  });

  it('of any bytes gives an answer, also where a long text is read in pieces', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        codes(bytes);
      }),
    );
    const long = `${text}namespaces:\n${Array.from({ length: 1000 }, (_, index) => `  n${index}: # \ufffd\n`).join('')}`;
    assert.deepEqual(
      readYaml(long).problems.map(({ code, range }) => [code, range.start]),
      [['not-utf8', long.indexOf('\ufffd')]],
    );
  });
});
