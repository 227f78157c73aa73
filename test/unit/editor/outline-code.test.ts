import assert from 'node:assert/strict';
import { outline, type OutlineEntry } from '../../../src/language/outline';
import { parseTopology } from '../../../src/topology/parse';
import { encodeOutline, outlineKinds, outlineStride } from '../../../src/vscode/editor/service/outline-code';
import { largeTopology } from '../../bench/language-file';

describe('The outline between threads', () => {
  // prettier-ignore
  for (const [what, text] of [
    ['a few entries', 'name: t\nnamespaces:\n  earth: { interfaces: { eth0: } }\n  mars:\nchecks:\n  - { from: earth, ping: mars }\n'],
    ['lines that end with CR LF', 'name: t\r\nbridges:\r\n  br0: {}\r\nnamespaces:\r\n  earth:\r\n    services:\r\n      web: { command: x }\r\n'],
    ['a large lab', largeTopology(20)],
    ['nothing', ''],
  ] as const) {
    it(`says the same as the outline itself, of ${what}`, () => {
      const parsed = parseTopology(text);
      const { names, details, numbers } = encodeOutline(parsed);
      const lines = text.split('\n');
      const offset = (line: number, character: number): number =>
        lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
      const found = names.map((name, index) => {
        const [depth = 0, kind = 0, ...places] = numbers.slice(index * outlineStride, (index + 1) * outlineStride);
        const at = (place: number): number => offset(places[place] ?? 0, places[place + 1] ?? 0);
        return [depth, name, details[index], outlineKinds[kind], at(0), at(2), at(4), at(6)];
      });
      const flat = (entries: readonly OutlineEntry[], depth: number): unknown[] =>
        entries.flatMap(({ name, detail, kind, range, selection, children }) => [
          [depth, name, detail, kind, range.start, range.end, selection.start, selection.end],
          ...flat(children, depth + 1),
        ]);
      assert.deepEqual(found, flat(outline(parsed), 0));
      assert.equal(found.length > 0, text !== '');
    });
  }
});
