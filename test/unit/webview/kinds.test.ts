import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { buildGraphView } from '../../../src/lab/graph-view';
import type { HostSnapshot } from '../../../src/host/model';
import { eth0, host, link, namespace, peer } from '../graph/hosts';
import { stackedHost, tunnelHost } from '../graph/stacked-hosts';
import { dark, highContrastLight, light, type TestTheme } from './themes';
import { pictures, useGraphBrowser } from './use-graph-browser';

/** One namespace for each state that a cable can have, on a Linux and on an Open vSwitch bridge. */
function statesHost(): HostSnapshot {
  const states = {
    up: {},
    down: { up: false, operState: 'down', carrier: false },
    'lower-down': { operState: 'lowerlayerdown', carrier: false },
  };
  const names = Object.keys(states) as (keyof typeof states)[];
  return host(
    [
      eth0(),
      link(5, 'br0', { kind: 'bridge', addresses: ['10.0.0.1/24'] }),
      link(6, 'ovs0', { kind: 'openvswitch', addresses: ['10.1.0.1/24'] }),
      ...names.map((name, index) =>
        link(10 + index, `v-${name}`, { master: index < 2 ? 'br0' : 'ovs0', peer: peer(name, 'eth0') }),
      ),
    ],
    [
      namespace('no-carrier', [link(2, 'tap0', { kind: 'tun', operState: 'down', carrier: false, addresses: ['10.2.0.1/24'] })]),
      ...names.map((name, index) => namespace(name, [
        link(2, 'eth0', { addresses: [`10.${index < 2 ? 0 : 1}.0.1${index}/24`], peer: peer('root', `v-${name}`), ...states[name] }),
      ])),
    ],
  ); // prettier-ignore
}

describe('Kinds and states in a real browser', function () {
  this.timeout(60_000);
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
