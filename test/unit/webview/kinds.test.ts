import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { buildGraphView } from '../../../src/lab/graph-view';
import type { HostSnapshot } from '../../../src/host/model';
import { stackedHost, tunnelHost } from '../graph/stacked-hosts';
import { statesHost } from './pictured-hosts';
import { dark, highContrastLight, light, type TestTheme } from './themes';
import { pictures, useGraphBrowser } from './use-graph-browser';

describe('Kinds and states in a real browser', function () {
  this.timeout(120_000);
  const openPage = useGraphBrowser('kinds and states');

  const draw = async (name: string, snapshot: HostSnapshot, theme: TestTheme) => {
    const graph = await openPage({ theme, viewport: { width: 900, height: 620 } });
    await graph.draw({ type: 'view', view: buildGraphView({ hostName: 'lab1', snapshot }), hosts: [] });
    await graph.page.screenshot({ path: `${pictures}/${name}-${theme.name}.png` });
    return graph;
  };

  for (const theme of [dark, light, highContrastLight]) {
    it(`tells states apart by stroke and mark, ${theme.name}`, async () => {
      const graph = await draw('states', statesHost(), theme);
      const listed = (await graph.listed()).filter((text) => / eth0 of (?!the)|tap0/.test(text)).join('\n');
      for (const state of [/ of up.*, up$/m, / of down.*, down$/m, /, lower layer down: /, /tap0.*, no carrier: /])
        assert.match(listed, state);
    });

    it(`draws tunnels as pipes and what is stacked with a bar at its foot, ${theme.name}`, async () => {
      const graph = await draw('tunnel', tunnelHost({}), theme);
      await graph.send({ type: 'render', format: 'svg' });
      await graph.until('the image', async () => (await graph.count('rendered')) > 0);
      const data = (await graph.sent()).flatMap((one) => (one.type === 'rendered' ? [one.image.data] : [])).join('');
      assert.match(data, /stroke-width="8"/, 'the pipe’s outline');
      assert.match(data, /VXLAN 42/);
      writeFileSync(`${pictures}/tunnel-${theme.name}.svg`, data);
      const stacked = await draw('stacked', stackedHost(), theme);
      assert.ok(
        (await stacked.listed()).some((text) => text.startsWith('macvlan from mac0 of red to lan of the host')),
      );
    });
  }
});
