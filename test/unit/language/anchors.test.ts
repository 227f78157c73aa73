import assert from 'node:assert/strict';
import fc from 'fast-check';
import { complete } from '../../../src/language/completion/complete';
import { hoverAt } from '../../../src/language/hover/hover';
import { inlayFacts } from '../../../src/language/inlay-hints';
import { outline } from '../../../src/language/outline';
import { quickFixes } from '../../../src/language/quick-fixes';
import { referencesAt } from '../../../src/language/symbols/navigate';
import { occurrencesIn } from '../../../src/language/symbols/occurrences';
import { anchorsIn } from '../../../src/language/symbols/anchors';
import { definitionPlaces, referencePlaces, renamablePlace, renamePlaces } from '../../../src/language/symbols/places';
import { renameAt } from '../../../src/language/symbols/rename';
import { parseTopology } from '../../../src/topology/parse';
import { applyEdits } from './at-cursor';
import { mutatedWithOffset } from './mutations';

/** A lab whose second namespace is made of the first by a merge key, and whose third is the second by an alias. */
const text = `name: t
bridges: { br0: { addresses: [10.0.0.1/24] } }
namespaces:
  earth: &planet
    interfaces: &cards
      eth0: { addresses: [10.0.0.2/24] }
    routes: [{ to: default, via: 10.0.0.1, dev: eth0 }]
  mars:
    <<: *planet
    interfaces: { eth0: { addresses: [10.0.0.3/24] } }
  moon: *planet
links:
  - endpoints: [earth:eth0, br0]
  - endpoints: [mars:eth0, br0]
  - &link { endpoints: [moon:eth0, br0], up: false }
`;

describe('anchors, aliases and merge keys', () => {
  const parsed = parseTopology(text);
  const at = (word: string, plus = 0): number => text.indexOf(word) + plus;

  it('mean what they repeat', () => {
    assert.deepEqual(parsed.problems, []);
    const [earth, mars, moon] = parsed.topology?.namespaces ?? [];
    assert.deepEqual(mars?.routes.map(({ via }) => via), earth?.routes.map(({ via }) => via)); // prettier-ignore
    assert.deepEqual(moon?.interfaces[0]?.addresses, ['10.0.0.2/24']);
    assert.deepEqual(mars?.interfaces[0]?.addresses, ['10.0.0.3/24']);
  });

  it('are shown and coloured where they are written, once', () => {
    const places = occurrencesIn(parsed).map(({ range }) => `${range.start}-${range.end}`);
    assert.equal(new Set(places).size, places.length);
    const hints = inlayFacts(parsed).map(({ offset }) => offset);
    assert.equal(new Set(hints).size, hints.length);
    assert.equal(hints.filter((offset) => text.slice(0, offset).endsWith('10.0.0.2/24')).length, 1);
    const namespaces = outline(parsed).find(({ name }) => name === 'namespaces');
    assert.deepEqual(
      namespaces?.children.map(({ name, children }) => [name, children.length]),
      [
        ['earth', 1],
        ['mars', 1],
        ['moon', 0],
      ],
    );
  });

  it('are followed by references and by a rename, to where the name is written', () => {
    const words = referencesAt(parsed, at('eth0:')).map(({ range }) => text.slice(range.start, range.end));
    assert.deepEqual(words, ['eth0', 'eth0', 'eth0']);
    const renaming = renameAt(parsed, at('mars:'), 'phobos');
    assert.ok('edits' in renaming);
    assert.equal(applyEdits(text, renaming.edits), text.replaceAll('mars', 'phobos'));
  });

  it('are refused where a rename would reach only one of the places', () => {
    // What earth calls eth0 is moon's as well, and moon's cable would be without it.
    assert.ok('refusal' in renameAt(parsed, at('eth0:'), 'eth9'));
  });

  it('are explained under the mouse', () => {
    assert.match(
      hoverAt(parsed, at('moon:', 1))?.markdown ?? '',
      /\*\*Namespace\*\* `moon`\n\n- `eth0` `10\.0\.0\.2\/24`/,
    );
    assert.match(hoverAt(parsed, at('*planet\nlinks', 1))?.markdown ?? '', /Namespace|^$/);
  });

  it('have their mistakes shown once, where they are written', () => {
    const broken = text.replace('10.0.0.1, dev: eth0', '10.9.9.9, dev: eth0');
    const { problems } = parseTopology(broken);
    const places = new Set(problems.map(({ range }) => broken.slice(range.start, range.end)));
    assert.deepEqual([...places], ['10.9.9.9']);
    const bad = text.replace('[10.0.0.2/24]', '[10.0.0.299/24]');
    assert.deepEqual(
      parseTopology(bad).problems.map(({ code, range }) => [code, bad.slice(range.start, range.end)]),
      [['bad-address', '10.0.0.299/24']],
    );
  });

  it('are left alone by a fix that would change them for others', () => {
    const missing = `${text.replace('routes: [{ to: default, via: 10.0.0.1, dev: eth0 }]', 'forwarding: false')}nat: { out: { masquerade: 10.0.0.0/24 } }\n`;
    const { problems } = parseTopology(missing);
    const fixes = quickFixes(parseTopology(missing), { start: 0, end: missing.length });
    const titles = (name: string): string[] =>
      fixes.filter(({ problem }) => problem.data?.['namespace'] === name).map(({ title }) => title);
    assert.ok(problems.some(({ data }) => data?.['namespace'] === 'moon'));
    assert.deepEqual(titles('earth'), ['Add a default route via 10.0.0.1']);
    assert.deepEqual(titles('mars'), ['Add a default route via 10.0.0.1']);
    assert.deepEqual(titles('moon'), []);
  });

  it('do not keep completion from its place', () => {
    const open = text.replace('via: 10.0.0.1, dev: eth0', 'via: ');
    const labels = complete(open, open.indexOf('via: ') + 5).map(({ label }) => label);
    assert.ok(labels.includes('10.0.0.1'), labels.join());
  });

  it('have names to go to, to list and to rename, each with its own aliases where a name is given twice', () => {
    const twice = `${text}host:\n  interfaces: &planet { "a*b &c": { addresses: ['*planet'] } } # *planet\n  sysctls: *planet\n`;
    const file = parseTopology(twice);
    const words = (places: readonly { range: { start: number; end: number } }[]): [string, number][] =>
      places.map(({ range: { start, end } }) => [twice.slice(start, end), twice.slice(0, start).split('\n').length]);
    const alias = twice.indexOf('*planet');
    assert.deepEqual(words(definitionPlaces(file, alias)), [['planet', 4]]);
    assert.deepEqual(words(definitionPlaces(file, alias + '*planet'.length)), [['planet', 4]]);
    assert.deepEqual(words(referencePlaces(file, twice.indexOf('&planet') + 3)), [
      ['planet', 4],
      ['planet', 9],
      ['planet', 11],
    ]);
    assert.deepEqual(words(definitionPlaces(file, twice.lastIndexOf('*planet') + 1)), [['planet', 17]]);
    assert.deepEqual(definitionPlaces(file, twice.indexOf("'*planet'") + 2), []);
    const renaming = renamePlaces(parsed, at('*planet'), 'world');
    assert.ok('edits' in renaming);
    assert.equal(applyEdits(text, renaming.edits), text.replaceAll(/([&*])planet/g, '$1world'));
    for (const bad of ['cards', 'a b', '', 'x]', 'x:']) {
      assert.ok('refusal' in renamePlaces(parsed, at('*planet'), bad), bad);
    }
    assert.deepEqual(renamablePlace(parsed, at('*planet')), { range: { start: at('*planet', 1), end: at('*planet', 7) }, name: 'planet' }); // prettier-ignore
  });

  it('are found at the same places as the parser has them, in any text', () => {
    fc.assert(
      fc.property(mutatedWithOffset, ({ text: mutated, offset }) => {
        const file = parseTopology(mutated);
        for (const { range, name } of anchorsIn(file)) {
          assert.equal(mutated.slice(range.start, range.end), name);
          assert.match(mutated[range.start - 1] ?? '', /[&*]/);
        }
        complete(mutated, offset);
        for (const { range } of referencePlaces(file, offset)) assert.ok(range.end <= mutated.length);
      }),
    );
  });

  it('are offered behind a star and as what is merged, the nearest first, and nowhere else', () => {
    const labels = (marked: string): string[] => {
      const offset = marked.indexOf('|');
      const proposals = complete(marked.replace('|', ''), offset);
      return proposals.filter(({ kind }) => kind === 'alias').map(({ label }) => label);
    };
    assert.deepEqual(labels(text.replace('moon: *planet', 'moon: *pl|')), ['*cards', '*planet']);
    assert.deepEqual(labels(text.replace('<<: *planet', '<<: |')), ['*cards', '*planet']);
    assert.deepEqual(labels(text.replace('<<: *planet', '<<: [*|]')), ['*cards', '*planet']);
    assert.deepEqual(labels(`${text}  - *|`), ['*link', '*cards', '*planet']);
    for (const none of ['  moon: "*|', '  moon: # *|', '  moon: a *|', '  moon: |', '  moon*|']) {
      assert.deepEqual(labels(text.replace('  moon: *planet', none)), [], none);
    }
    const [proposal] = complete(text.replace('moon: *planet', 'moon: *plxy'), text.indexOf('moon: *pl') + 9);
    assert.ok(proposal);
    assert.deepEqual([proposal.text, proposal.detail], ['*cards', 'interfaces: &cards']);
    assert.equal(proposal.replacing.end - proposal.replacing.start, '*plxy'.length);
  });
});
