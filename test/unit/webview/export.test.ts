import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { buildGraphView } from '../../../src/lab/graph-view';
import type { RenderedImage } from '../../../src/protocol/image';
import { parseTopology } from '../../../src/topology/parse';
import { roundedPath } from '../../../webview/svg-export';
import { planetsHost } from '../graph/hosts';
import { planets } from '../language/mutations';
import type { GraphTestPage } from './graph-browser';
import { dark, highContrast, highContrastLight, light } from './themes';
import { pictures, useGraphBrowser } from './use-graph-browser';

describe('The picture as an image', function () {
  this.timeout(120_000);
  const openPage = useGraphBrowser('the picture as an image');
  let graph: GraphTestPage;

  const { topology } = parseTopology(planets.replaceAll('neptune', 'pluto'));
  const view = buildGraphView({ hostName: 'lab1 <&">', snapshot: planetsHost(), topology });

  it('is black on white for print, and the screen keeps its colours', async () => {
    graph = await openPage({ theme: highContrast });
    await graph.draw({ type: 'view', view, hosts: [] });
    const ground = ({ data }: RenderedImage): string | undefined => /<rect [^>]*fill="([^"]+)"/.exec(data)?.[1];
    const before = (await graph.render('svg')).data;
    const paper = await graph.render('svg', true);
    writeFileSync(`${pictures}/export-print.svg`, paper.data);
    assert.equal(ground(paper), 'rgb(255, 255, 255)');
    assert.match(paper.data, /fill="rgb\(0,\s?0,\s?0\)"[^>]*>earth</);
    assert.equal((await graph.render('svg')).data, before);
  });

  for (const theme of [dark, light, highContrast, highContrastLight]) {
    it(`is an SVG that a browser can read, with every name and address in it, ${theme.name}`, async () => {
      graph = await openPage({ theme, viewport: { width: 1200, height: 760 } });
      await graph.draw({ type: 'view', view, hosts: [] });
      await graph.page.screenshot({ path: `${pictures}/canvas-${theme.name}.png` });
      await graph.select('ns:earth');
      const { data, error } = await graph.render('svg');
      assert.equal(error, undefined);
      const read = await graph.page.evaluate((text) => {
        const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
        return {
          broken: parsed.querySelector('parsererror')?.textContent,
          texts: [...parsed.querySelectorAll('text')].map((each) => each.textContent),
          dimmed: parsed.querySelectorAll('g[opacity]').length,
          paths: parsed.querySelectorAll('path').length,
          strange: [...parsed.querySelectorAll('*')].flatMap((each) => each.getAttributeNames().filter((name) => /NaN|undefined/.test(each.getAttribute(name) ?? ''))),
        };
      }, data); // prettier-ignore
      assert.equal(read.broken, undefined);
      assert.match(
        data,
        /<pattern [^>]*><path d="M-2 2L2 -2M0 8L8 0M6 10L10 6" stroke="[^"]+" stroke-width="1\.4"\/><\/pattern>/,
      );
      assert.deepEqual(read.strange, []);
      for (const text of [
        'earth',
        '+ pluto',
        '− neptune',
        'planet-br',
        '10.10.0.1/16',
        '10.10.0.10/16',
        'lab1 <&">',
        'outside',
      ]) {
        assert.ok(read.texts.includes(text), `${text} is not among ${read.texts.join(', ')}`);
      }
      assert.equal(read.dimmed, 0, 'what is selected does not belong into an image');
      assert.ok(read.paths > 30);
      writeFileSync(`${pictures}/export-${theme.name}.svg`, data);
      // For people to look at: the SVG as a browser draws it.
      const other = await openPage({ theme, viewport: { width: 1200, height: 760 } });
      await other.page.setContent(data);
      await other.page.screenshot({ path: `${pictures}/export-${theme.name}.png` });
      assert.deepEqual(await graph.page.locator('#graph-list [aria-pressed=true]').allTextContents(), [
        'Namespace earth, web :8000, 1 process',
      ]);
    });
  }

  it('is a PNG of the whole picture at twice its size', async () => {
    graph = await openPage({ theme: dark, viewport: { width: 700, height: 400 } });
    await graph.draw({ type: 'view', view, hosts: [] });
    const { data } = await graph.render('png');
    const bytes = Buffer.from(data, 'base64');
    assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
    const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    assert.ok(width > 1200 && height > 800, `${width} × ${height}`);
    writeFileSync(`${pictures}/export.png`, bytes);
  });

  it('gets onto the clipboard, or it is said why not', async () => {
    graph = await openPage({ theme: dark });
    await graph.draw({ type: 'view', view, hosts: [] });
    await graph.page.context().grantPermissions(['clipboard-write', 'clipboard-read']);
    await graph.page.locator('.canvas').focus();
    assert.deepEqual(await graph.render('clipboard'), { format: 'clipboard', data: '' });
    const types = await graph.page.evaluate(async () =>
      (await navigator.clipboard.read()).flatMap((item) => item.types),
    );
    assert.deepEqual(types, ['image/png']);
    await graph.page.evaluate(() => {
      Object.assign(navigator.clipboard, { write: () => Promise.reject(new Error('not allowed here')) });
    });
    assert.deepEqual(await graph.render('clipboard'), { format: 'clipboard', data: '', error: 'not allowed here' });
  });
});

describe('A path with round corners', () => {
  it('is straight where there is none, and rounds no more than there is room for', () => {
    assert.equal(roundedPath([{ x: 0, y: 0 }, { x: 5, y: 0 }], 8), 'M 0 0 L 5 0');
    assert.equal(
      roundedPath([{ x: 0, y: 0 }, { x: 0, y: 20 }, { x: 10, y: 20 }], 8),
      'M 0 0 L 0 15 Q 0 20 5 20 L 10 20',
    );
    assert.equal(roundedPath([], 8), '');
  }); // prettier-ignore
});
