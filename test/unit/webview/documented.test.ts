import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { buildGraphView } from '../../../src/lab/graph-view';
import type { HostSnapshot } from '../../../src/host/model';
import type { NoticeAction, ToGraph } from '../../../src/protocol/messages';
import type { PageState } from '../../../webview/page-state';
import { parseTopology } from '../../../src/topology/parse';
import { eth0, host, largeHost, link, namespace, peer, planetsHost } from '../graph/hosts';
import { stackedHost, tunnelHost } from '../graph/stacked-hosts';
import type { GraphTestPage } from './graph-browser';
import { comparedTopology, statesHost } from './pictured-hosts';
import { dark, highContrast, highContrastLight, light, type TestTheme } from './themes';
import { pictures, useGraphBrowser } from './use-graph-browser';

const documentation = 'docs/graph.md';
const folder = 'docs/graph';

const view = (snapshot: HostSnapshot, text?: string): Extract<ToGraph, { type: 'view' }> => {
  const topology = text === undefined ? undefined : parseTopology(text).topology;
  return {
    type: 'view',
    view: buildGraphView({ hostName: 'lab1', snapshot, topology }),
    hosts: [{ id: 'one', label: 'lab1' }],
    selectedHost: 'one',
  };
};

const notice = (title: string, text: string, actions: readonly NoticeAction[], busy = false): ToGraph => ({
  type: 'notice',
  title,
  text,
  actions,
  ...(busy && { busy }),
  hosts: [{ id: 'one', label: 'lab1' }],
  selectedHost: 'one',
});
const showLog: NoticeAction = { id: 'showLog', label: 'Show Log' };

interface Documented {
  readonly name: string;
  readonly theme: TestTheme;
  readonly message: ToGraph;
  readonly size?: { readonly width: number; readonly height: number };
  /** What the extension says first. */
  readonly before?: ToGraph;
  /** What a person does then. */
  readonly then?: (graph: GraphTestPage) => Promise<void>;
}

const flow = (bits: number, packets: number, lost = 0) => ({ bits, packets, lost });

/** Each state of the graph that the documentation shows. */
const documented: readonly Documented[] = [
  ...[dark, light, highContrast, highContrastLight].map((theme) => ({
    name: `planets-${theme.name}`,
    theme,
    message: view(planetsHost()),
    size: { width: 640, height: 560 },
  })),
  { name: 'states', theme: light, message: view(statesHost()), size: { width: 900, height: 470 } },
  {
    name: 'compared',
    theme: dark,
    message: view(planetsWithMars(), comparedTopology),
    size: { width: 900, height: 520 },
  },
  {
    name: 'rates',
    theme: dark,
    message: view(planetsHost()),
    size: { width: 640, height: 560 },
    then: async (graph) => {
      const rates = [
        { id: 'if:earth/earth-veth', sent: flow(8_400_000, 900), received: flow(212_000, 400) },
        { id: 'if:neptune/neptune-veth', sent: flow(784, 1), received: flow(784, 1, 3) },
        { id: 'if:/eth0', sent: flow(8_900_000, 950), received: flow(240_000, 420) },
      ];
      await graph.send({ type: 'rates', rates });
    },
  },
  { name: 'tunnel', theme: dark, message: view(tunnelHost({})), size: { width: 860, height: 500 } },
  { name: 'stacked', theme: light, message: view(stackedHost()), size: { width: 860, height: 440 } },
  { name: 'collapsed', theme: dark, message: view(largeHost(1000, 6)), size: { width: 1180, height: 420 } },
  {
    name: 'details',
    theme: light,
    message: view(planetsHost()),
    size: { width: 980, height: 560 },
    then: async (graph) => {
      await graph.select('ns:earth');
      await graph.page.locator('.canvas').focus();
      await graph.page.keyboard.press('Enter');
      await graph.page.locator('.details').waitFor();
    },
  },
  {
    name: 'search',
    theme: dark,
    message: view(largeHost(12, 3)),
    size: { width: 980, height: 560 },
    then: async (graph) => {
      await graph.page.locator('.canvas').focus();
      await graph.page.keyboard.press('/');
      await graph.page.keyboard.type('10.1.');
      await graph.page.getByText('found', { exact: false }).first().waitFor();
    },
  },
  {
    name: 'reading',
    theme: dark,
    message: view(largeHost(240, 6)),
    before: { type: 'reading', reading: { read: 240, of: 1000 } },
    size: { width: 1180, height: 420 },
  },
  {
    name: 'history',
    theme: dark,
    message: { ...view(planetsWithMars()), moment: 2 },
    before: {
      type: 'moments',
      moments: [
        { id: 1, time: Date.UTC(2026, 0, 2, 12, 0, 0), events: [] },
        {
          id: 2,
          time: Date.UTC(2026, 0, 2, 12, 0, 7),
          events: [{ what: 'appeared', words: 'namespace mars appeared' }],
        },
        {
          id: 3,
          time: Date.UTC(2026, 0, 2, 12, 1, 30),
          events: [
            { what: 'went', words: 'namespace mars went' },
            { what: 'changed', words: 'neptune:neptune-veth is down' },
          ],
        },
      ],
    },
    size: { width: 900, height: 620 },
    then: async (graph) => {
      await graph.page.getByRole('button', { name: 'Show History' }).click();
      await graph.page.locator('.history li').first().waitFor();
    },
  },
  {
    name: 'neighbours',
    theme: light,
    message: view(largeHost(12, 3)),
    size: { width: 980, height: 480 },
    then: async (graph) => {
      await graph.select('bridge:br1');
      await graph.page.locator('.canvas').focus();
      await graph.page.keyboard.press('f');
      await graph.until('the rest to be hidden', async () => {
        const hidden = graph.page.locator('#graph-list li[hidden]');
        return (await hidden.count()) > 0;
      });
    },
  },
  {
    name: 'no-host',
    theme: dark,
    message: {
      type: 'notice',
      title: 'No host to show',
      text: 'Connect to a Linux host to see its network namespaces, or design a lab in a topology file.',
      actions: [
        { id: 'connect', label: 'Connect to a Host' },
        { id: 'newTopology', label: 'Start from a Template' },
      ],
      hosts: [],
    },
    size: { width: 760, height: 300 },
  },
  { name: 'nothing', theme: light, message: view(host([eth0()], [])), size: { width: 760, height: 440 } },
  {
    name: 'read-only',
    theme: dark,
    message: {
      ...view(host([eth0()], [namespace('earth', []), namespace('neptune', [])])),
      readOnly:
        'There is no root on lab1 for us. What is in namespaces, NAT and others’ processes are not seen, and nothing can be changed.',
    },
    size: { width: 900, height: 440 },
  },
  {
    name: 'by-bridge',
    theme: light,
    message: view(largeHost(24, 3)),
    size: { width: 980, height: 640 },
    then: byBridge,
  },
  {
    name: 'connecting',
    theme: dark,
    message: notice('Connecting to lab1…', '', [], true),
    size: { width: 760, height: 260 },
  },
  {
    name: 'lost',
    theme: light,
    message: notice(
      'The connection to lab1 was lost',
      'The host did not answer for 45 seconds.\nReconnecting by itself (try 2).',
      [{ id: 'retry', label: 'Reconnect Now' }, showLog],
      true,
    ),
    size: { width: 760, height: 300 },
  },
];

/** Chooses another layout, and waits until the picture has it. */
async function byBridge(graph: GraphTestPage): Promise<void> {
  await graph.send({ type: 'layout', layout: 'bridges' });
  await graph.until('the layout', async () => {
    const state = (await graph.state()) as PageState | undefined;
    return state?.positions['bridges one'] !== undefined;
  });
}

/** Whether all of the picture lies in its canvas, by Cytoscape's own account. */
function fits({ page }: GraphTestPage): Promise<boolean> {
  return page.evaluate(() => {
    interface Drawn {
      elements(): { renderedBoundingBox(): { readonly x2: number; readonly y2: number } };
      width(): number;
      height(): number;
    }
    const { _cyreg: registered } = document.querySelector('.canvas') as unknown as { _cyreg: { cy: Drawn } };
    const { x2, y2 } = registered.cy.elements().renderedBoundingBox();
    return x2 <= registered.cy.width() && y2 <= registered.cy.height();
  });
}

function planetsWithMars(): HostSnapshot {
  const planets = planetsHost();
  const mars = namespace('mars', [
    link(3, 'mars-veth', { addresses: ['10.10.0.40/16'], peer: peer('root', 'mars-br') }),
  ]);
  const port = link(9, 'mars-br', { master: 'planet-br', peer: peer('mars', 'mars-veth') });
  return {
    ...planets,
    namespaces: [
      ...planets.namespaces.map((one) => (one.isRoot ? { ...one, links: [...one.links, port] } : one)),
      mars,
    ],
  };
}

describe('The graph as the documentation shows it', function () {
  this.timeout(120_000);
  const open = useGraphBrowser('the documentation’s pictures');

  for (const { name, theme, message, size, before: first, then } of documented) {
    it(name, async () => {
      const graph = await open({ theme, ...(size && { viewport: size }) });
      if (first !== undefined) await graph.send(first);
      if (message.type === 'view') await graph.draw(message);
      else {
        await graph.send(message);
        await graph.page.locator('.notice').waitFor();
      }
      await then?.(graph);
      // What takes room from the picture has it fitted anew a moment later, so that nothing moves away under a double click.
      if (message.type === 'view') await graph.until('the picture to fit', () => fits(graph));
      await graph.still();
      const file = `${pictures}/documented-${name}.png`;
      await graph.page.screenshot({ path: file });
      if (process.env['UPDATE_SCREENSHOTS'] === '1') {
        mkdirSync(folder, { recursive: true });
        copyFileSync(file, `${folder}/${name}.png`);
      }
      assert.ok(existsSync(`${folder}/${name}.png`), 'UPDATE_SCREENSHOTS=1 makes it');
      assert.match(readFileSync(documentation, 'utf8'), new RegExp(`\\(graph/${name}\\.png\\)`), 'nobody would see it');
    });
  }

  it('shows no picture that is not made here', () => {
    const shown = [...readFileSync(documentation, 'utf8').matchAll(/\(graph\/([\w-]+)\.png\)/g)].map(
      ([, name]) => name,
    );
    assert.deepEqual(shown.toSorted(), documented.map(({ name }) => name).toSorted());
  });
});
