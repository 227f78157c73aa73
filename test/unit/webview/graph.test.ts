import assert from 'node:assert/strict';
import { buildGraphView } from '../../../src/lab/graph-view';
import type { HostSnapshot } from '../../../src/host/model';
import type { ToGraph } from '../../../src/protocol/messages';
import { parseTopology } from '../../../src/topology/parse';
import type { PageState } from '../../../webview/page-state';
import { eth0, host, largeHost, link, namespace, peer, planetsHost } from '../graph/hosts';
import type { GraphTestPage, OpenOptions } from './graph-browser';
import { dark, highContrast, highContrastLight, light, type TestTheme } from './themes';
import { pictures, useGraphBrowser } from './use-graph-browser';

const hosts = [
  { id: 'one', label: 'lab1' },
  { id: 'two', label: 'lab2' },
];

type ViewMessage = Extract<ToGraph, { type: 'view' }>;

function viewOf(snapshot: HostSnapshot, topologyText?: string): ViewMessage {
  const topology = topologyText === undefined ? undefined : parseTopology(topologyText).topology;
  const view = buildGraphView({ hostName: 'lab1', snapshot, ...(topology === undefined ? {} : { topology }) });
  return { type: 'view', view, hosts, selectedHost: 'one' };
}

function plus(snapshot: HostSnapshot, ...names: string[]): HostSnapshot {
  return { ...snapshot, namespaces: [...snapshot.namespaces, ...names.map((name) => namespace(name, []))] };
}

describe('The graph in a real browser', function () {
  this.timeout(120_000);
  const openPage = useGraphBrowser('the graph');
  let graph: GraphTestPage;

  async function open(options: Partial<OpenOptions> = {}): Promise<GraphTestPage> {
    graph = await openPage({ theme: dark, ...options });
    return graph;
  }

  it('says ready, then how much it drew, and draws more than the background', async () => {
    await open();
    await graph.draw(viewOf(planetsHost()));
    const sent = await graph.sent();
    assert.deepEqual(sent[0], { type: 'ready' });
    assert.deepEqual(
      sent.find(({ type }) => type === 'drawn'),
      { type: 'drawn', nodes: 10, cables: 3 },
    );
    const colours = await graph.page.evaluate(() => {
      const seen = new Set<string>();
      for (const canvas of document.querySelectorAll('canvas')) {
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        for (let i = 0; i < pixels.length; i += 4) if (pixels[i + 3] === 255) seen.add(pixels.slice(i, i + 3).join());
      }
      return [...seen];
    });
    assert.ok(colours.includes('137,209,133'), 'the green of a cable that is up');
    assert.ok(colours.includes('209,134,22'), 'the orange of NAT');
  });

  it('has the picture as a list, in step with it', async () => {
    await open();
    await graph.draw(viewOf(planetsHost()));
    const listed = await graph.listed();
    assert.ok(listed.includes('Interface earth-veth of earth, 10.10.0.10/16, up'), listed.join('\n'));
    assert.ok(listed.includes('Cable from earth-veth of earth to earth-br-veth of planet-br, 10.10.0.10/16, up'));
    assert.ok(listed.includes('Port forward :8000 to earth:8000'));
    await graph.draw(viewOf(plus(planetsHost(), 'mars')));
    const later = await graph.listed();
    assert.deepEqual(
      later.filter((text) => !listed.includes(text)),
      ['Namespace mars'],
    );
    assert.equal(await graph.page.locator('[aria-live=polite]').textContent(), 'Namespace mars appeared');
    await graph.draw(viewOf(planetsHost()));
    assert.deepEqual(await graph.listed(), listed);
    assert.equal(await graph.page.locator('[aria-live=polite]').textContent(), 'Namespace mars is gone');
  });

  it('has the details beside the picture, or below it where the page is narrow, never on it', async () => {
    await open({ viewport: { width: 1100, height: 720 } });
    await graph.draw(viewOf(planetsHost()));
    await graph.select('ns:earth');
    await graph.page.locator('.canvas').focus();
    await graph.page.keyboard.press('Enter');
    const boxes = async () => {
      const [canvas, details] = await Promise.all(
        ['.canvas', '.details'].map((part) => graph.page.locator(part).boundingBox()),
      );
      assert.ok(canvas && details);
      return { canvas, details };
    };
    const wide = await boxes();
    assert.ok(wide.canvas.x + wide.canvas.width <= wide.details.x, JSON.stringify(wide));
    await graph.page.setViewportSize({ width: 560, height: 800 });
    const narrow = await boxes();
    assert.ok(narrow.canvas.y + narrow.canvas.height <= narrow.details.y, JSON.stringify(narrow));
    assert.equal(narrow.canvas.width, 560);
    await graph.page.screenshot({ path: `${pictures}/details-narrow.png` });
  });

  it('has a history: a row for what happened, the keys go through time, and back to now', async () => {
    await open({ viewport: { width: 1100, height: 720 } });
    await graph.draw(viewOf(planetsHost()));
    const moments = [
      { id: 1, time: Date.UTC(2026, 0, 1, 12, 0, 0), events: [] },
      {
        id: 2,
        time: Date.UTC(2026, 0, 1, 12, 0, 7),
        events: [
          { what: 'appeared' as const, words: 'namespace mars appeared' },
          { what: 'changed' as const, words: 'earth:earth-veth is down' },
          { what: 'went' as const, words: 'route default via 10.10.0.1 dev earth-veth in earth went' },
          { what: 'changed' as const, words: 'IPv4 forwarding is on in host' },
        ],
      },
    ];
    await graph.send({ type: 'moments', moments });
    const rows = graph.page.locator('.history li button');
    assert.equal(await rows.count(), 0, 'closed until it is asked for');
    await graph.page.getByRole('button', { name: 'Show History' }).click();
    const texts = (await rows.allTextContents()).map((text) => text.replace(/^[\d:]+/, ''));
    assert.deepEqual(texts, [
      'as it was first seen',
      'namespace mars appearedearth:earth-veth is downroute default via 10.10.0.1 dev earth-veth in earth wentand 1 more',
      'Now',
    ]);
    assert.equal(await rows.nth(2).getAttribute('aria-current'), 'true');
    await rows.nth(2).focus();
    await graph.page.keyboard.press('ArrowUp');
    assert.deepEqual((await graph.sent()).filter(({ type }) => type === 'chooseMoment').at(-1), {
      type: 'chooseMoment',
      moment: 2,
    });
    await graph.draw({ ...viewOf(plus(planetsHost(), 'mars')), moment: 2 });
    assert.equal(await rows.nth(1).getAttribute('aria-current'), 'true');
    assert.equal(await graph.page.locator('.stage.past').count(), 1);
    await graph.page.screenshot({ path: `${pictures}/history.png` });
    await graph.page.getByRole('button', { name: 'Close History' }).click();
    assert.deepEqual((await graph.sent()).filter(({ type }) => type !== 'places').at(-1)?.type, 'chooseMoment');
    await graph.draw(viewOf(planetsHost()));
    assert.equal(await graph.page.locator('.stage.past').count(), 0);
  });

  it('opens the details of a namespace that is clicked, tells so, and closes them', async () => {
    await open();
    await graph.draw(viewOf(planetsHost()));
    await graph.zoomByKeys();
    assert.equal(await graph.page.locator('.details').isVisible(), false);
    const { x, y } = await graph.pointOf('ns:earth');
    await graph.page.mouse.click(x, y - 20);
    await graph.page.locator('.details').waitFor();
    const text = (await graph.page.locator('.details').textContent()) ?? '';
    assert.match(text, /Namespace\s*earth/);
    assert.match(text, /default via 10\.10\.0\.1 dev earth-veth/);
    assert.match(text, /python3 -m http\.server/);
    assert.match(text, /earth-br-veth \(planet-br\)/);
    assert.deepEqual((await graph.sent()).filter(({ type }) => type !== 'places').at(-1), {
      type: 'selected',
      nodeId: 'ns:earth',
    });
    await graph.page.screenshot({ path: `${pictures}/details.png` });
    await graph.page.getByRole('button', { name: 'Close Details' }).click();
    assert.equal(await graph.page.locator('.details').isVisible(), false);
  });

  it('is worked by the keyboard alone', async () => {
    await open();
    await graph.draw(viewOf(planetsHost()));
    const { keyboard } = graph.page;
    await graph.page.locator('.canvas').focus();
    const selected = async (): Promise<unknown> => {
      const last = (await graph.sent()).filter(({ type }) => type !== 'places').at(-1);
      return last?.type === 'selected' ? last.nodeId : last;
    };
    await keyboard.press('Tab');
    assert.equal(await selected(), 'host');
    await keyboard.press('Tab');
    assert.equal(await selected(), 'ns:earth');
    assert.equal(await graph.page.locator('.details').isVisible(), false);
    await keyboard.press('ArrowRight');
    assert.equal(await selected(), 'ns:neptune');
    assert.equal(await graph.page.locator('[aria-live=polite]').textContent(), 'Namespace neptune');
    await keyboard.press('ArrowDown');
    assert.equal(await selected(), 'if:neptune/neptune-veth');
    await keyboard.press('Enter');
    assert.match((await graph.page.locator('.details').textContent()) ?? '', /neptune-veth/);
    await keyboard.press('Escape');
    assert.equal(await selected(), undefined);
    assert.equal(await graph.page.locator('.details').isVisible(), false);
    // After Escape the next Tab leaves the picture: nobody is trapped in it.
    await keyboard.press('Tab');
    assert.equal(await graph.page.evaluate(() => document.activeElement?.className.includes('canvas')), false);
  });

  it('keeps everything in its place when something appears', async () => {
    await open({ motion: true });
    await graph.draw(viewOf(planetsHost()));
    await graph.zoomByKeys();
    const before = ((await graph.state()) as PageState).positions['ranks one']!.positions;
    await graph.draw(viewOf(plus(planetsHost(), 'aaa', 'mars')));
    const after = ((await graph.state()) as PageState).positions['ranks one']!.positions;
    for (const [id, at] of Object.entries(before)) assert.deepEqual(after[id], at, id);
    assert.ok(after['ns:mars']);
  });

  it('keeps what a person has moved, also over a reload', async () => {
    await open();
    await graph.draw(viewOf(planetsHost()));
    await graph.zoomByKeys();
    const { mouse } = graph.page;
    const from = await graph.pointOf('ns:earth');
    await mouse.move(from.x, from.y - 10);
    await mouse.down();
    await mouse.move(from.x - 60, from.y - 50, { steps: 4 });
    await mouse.up();
    const moved = await graph.pointOf('ns:earth');
    assert.ok(
      Math.abs(moved.x - (from.x - 60)) < 3 && Math.abs(moved.y - (from.y - 40)) < 3,
      JSON.stringify({ from, moved }),
    );
    const state = await graph.state();
    await graph.close();
    await open({ state });
    await graph.draw(viewOf(plus(planetsHost(), 'mars')));
    assert.deepEqual(await graph.pointOf('ns:earth'), moved);
  });

  it('moves what lies in a box along with it, and the cables after it', async () => {
    await open();
    await graph.draw(viewOf(planetsHost()));
    await graph.zoomByKeys();
    const { mouse } = graph.page;
    const drag = async (grip: { x: number; y: number }, by: { x: number; y: number }): Promise<void> => {
      await mouse.move(grip.x, grip.y);
      await mouse.down();
      await mouse.move(grip.x + by.x, grip.y + by.y, { steps: 7 });
      await mouse.up();
    };
    const places = async (...ids: string[]) => await Promise.all(ids.map((id) => graph.middleOf(id)));
    const moved = (before: readonly { x: number; y: number }[], after: readonly { x: number; y: number }[]) =>
      after.map(({ x, y }, index) => [Math.round(x - before[index]!.x), Math.round(y - before[index]!.y)]);

    const card = ['ns:earth', 'if:earth/earth-veth', 'ns:earth~s', 'ns:neptune'];
    const before = await places(...card);
    await drag({ x: before[0]!.x, y: before[0]!.y - 12 }, { x: -40, y: -30 });
    const shift = moved(before, await places(...card));
    assert.deepEqual(shift.slice(0, 3), [
      [-40, -30],
      [-40, -30],
      [-40, -30],
    ]);
    assert.deepEqual(shift[3], [0, 0]);

    const inHost = ['bridge:planet-br', 'if:/eth0', 'host~s'];
    const title = await graph.middleOf('host~s');
    const resting = await places(...inHost);
    await drag({ x: title.x, y: title.y - 14 }, { x: 20, y: 35 });
    const shifts = moved(resting, await places(...inHost));
    for (const [x, y] of shifts) assert.ok(Math.abs(x! - 20) <= 1 && Math.abs(y! - 35) <= 1, JSON.stringify(shifts));
    const { pinned } = ((await graph.state()) as PageState).positions['ranks one']!;
    assert.ok(pinned.includes('bridge:planet-br') && !pinned.includes('ns:neptune'), pinned.join());
    await graph.page.screenshot({ path: `${pictures}/moved.png` });
  });

  it('says in the picture’s place what is the matter, with a button that is answered', async () => {
    await open();
    await graph.send({
      type: 'notice',
      title: 'The connection to lab1 was lost',
      text: 'The host did not answer for 45 seconds.',
      actions: [
        { id: 'retry', label: 'Reconnect' },
        { id: 'showLog', label: 'Show Log' },
      ],
      hosts,
      selectedHost: 'one',
    });
    await graph.page.getByText('The connection to lab1 was lost').first().waitFor();
    await graph.page.screenshot({ path: `${pictures}/notice.png` });
    const search = graph.page.locator('vscode-text-field');
    assert.equal(await search.isVisible(), false, 'there is nothing to search');
    assert.equal(await graph.page.locator('vscode-dropdown[aria-label=Host]').isVisible(), true);
    await graph.page.getByRole('button', { name: 'Reconnect' }).click();
    assert.deepEqual((await graph.sent()).filter(({ type }) => type !== 'places').at(-1), {
      type: 'action',
      action: 'retry',
    });
    await graph.draw(viewOf(planetsHost()));
    assert.equal(await graph.page.locator('.notice').isVisible(), false);
    assert.equal(await graph.page.locator('.canvas').isVisible(), true);
    assert.equal(await search.isVisible(), true);
  });

  it('offers a template where a host has nothing', async () => {
    await open();
    await graph.draw(viewOf(host([eth0()], [])));
    assert.match((await graph.page.locator('.notice').textContent()) ?? '', /No network namespaces on lab1/);
    await graph.page.getByRole('button', { name: 'Start from a Template' }).click();
    assert.deepEqual((await graph.sent()).filter(({ type }) => type !== 'places').at(-1), {
      type: 'action',
      action: 'newTopology',
    });
  });

  it('lets a host be chosen', async () => {
    await open();
    await graph.draw(viewOf(planetsHost()));
    await graph.page.locator('vscode-dropdown[aria-label=Host]').click();
    await graph.page.locator('vscode-option', { hasText: 'lab2' }).click();
    assert.deepEqual((await graph.sent()).filter(({ type }) => type !== 'places').at(-1), {
      type: 'chooseHost',
      hostId: 'two',
    });
  });

  it('finds names and addresses', async () => {
    await open();
    await graph.draw(viewOf(planetsHost()));
    const field = graph.page.locator('vscode-text-field input');
    await field.fill('10.10.0.20');
    assert.equal(await graph.page.locator('.matches').textContent(), '1 found');
    await field.press('Enter');
    assert.deepEqual((await graph.sent()).filter(({ type }) => type !== 'places').at(-1), {
      type: 'selected',
      nodeId: 'if:neptune/neptune-veth',
    });
    await field.fill('venus');
    assert.equal(await graph.page.locator('.matches').textContent(), 'Nothing found');
  });

  it('selects what the extension says, without saying it back', async () => {
    await open();
    await graph.draw(viewOf(planetsHost()));
    const before = await graph.count('selected');
    await graph.select('ns:neptune');
    await graph.until('the selection', async () =>
      (await graph.page.locator('#graph-list [aria-pressed=true]').allTextContents()).includes('Namespace neptune'),
    );
    assert.equal(await graph.count('selected'), before);
  });

  it('lays out by springs and back', async () => {
    await open();
    await graph.draw(viewOf(planetsHost()));
    const chosen = async (label: string, key: string): Promise<void> => {
      await graph.page.locator('vscode-dropdown[aria-label=Layout]').click();
      await graph.page.locator('vscode-option', { hasText: label }).click();
      await graph.until(`positions for ${key}`, async () => {
        const state = (await graph.state()) as PageState;
        return state.layout === key.split(' ')[0] && Object.keys(state.positions[key]?.positions ?? {}).length > 5;
      });
    };
    await chosen('Force', 'force one');
    await chosen('Ranks', 'ranks one');
  });

  it('begins as the setting says, and with what stood where the last time', async () => {
    const kept = { 'force one': { positions: { 'ns:earth': { x: -400, y: -300 } }, pinned: ['ns:earth'] } };
    await open();
    await graph.send({ type: 'places', layout: 'force', kept });
    await graph.draw(viewOf(planetsHost()));
    await graph.zoomByKeys();
    const { layout, positions } = (await graph.state()) as PageState;
    assert.equal(layout, 'force');
    assert.deepEqual(positions['force one']?.positions['ns:earth'], { x: -400, y: -300 });
    await graph.send({ type: 'layout', layout: 'ranks' });
    await graph.until('the other layout', async () => ((await graph.state()) as PageState).layout === 'ranks');
  });

  it('leaves the layout that was chosen in this tab alone', async () => {
    await open({ state: { version: 1, layout: 'ranks', labels: true, positions: {} } });
    await graph.send({ type: 'places', layout: 'force', kept: {} });
    await graph.draw(viewOf(planetsHost()));
    assert.equal(((await graph.state()) as PageState).layout, 'ranks');
  });

  it('tells where things stand, once they stand', async () => {
    await open();
    await graph.draw(viewOf(planetsHost()));
    await graph.waitForMessage('places');
    const [told] = (await graph.sent()).flatMap((message) => (message.type === 'places' ? [message] : []));
    assert.equal(told?.key, 'ranks one');
    assert.ok(told.places.positions['ns:earth']);
  });

  it('lets the file, the host or both be chosen, where there are both', async () => {
    const side = () => graph.page.locator('vscode-dropdown[aria-label="What to Draw"]');
    await open();
    await graph.draw(viewOf(planetsHost()));
    assert.equal(await side().isVisible(), false);
    await graph.draw({ ...viewOf(planetsHost(), 'name: t\n'), side: 'both' });
    await side().click();
    await graph.page.locator('vscode-option[value=live]').click();
    await graph.waitForMessage('chooseSide');
    assert.deepEqual(
      (await graph.sent()).filter(({ type }) => type === 'chooseSide'),
      [{ type: 'chooseSide', side: 'live' }],
    );
  });

  /** What the list holds that is in sight. */
  const inSight = async (): Promise<string[]> => {
    const items = graph.page.locator('#graph-list li:not([hidden]) button');
    return await items.evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset['node'] ?? ''));
  };

  it('shows only one thing and its neighbours, and everything again', async () => {
    await open();
    await graph.draw(viewOf(planetsHost()));
    const all = await inSight();
    await graph.select('ns:earth');
    await graph.page.locator('.canvas').focus();
    await graph.page.keyboard.press('f');
    const left = await inSight();
    for (const id of ['ns:earth', 'if:earth/earth-veth', 'bridge:planet-br', 'host']) assert.ok(left.includes(id), id);
    for (const id of ['ns:neptune', 'outside', 'if:/eth0']) assert.ok(!left.includes(id), id);
    assert.match((await graph.page.locator('[aria-live=polite]').textContent()) ?? '', /^\d+ of \d+ things are shown/);
    await graph.page.screenshot({ path: `${pictures}/focused.png` });
    // What comes meanwhile is no neighbour.
    await graph.draw(viewOf(plus(planetsHost(), 'mars')));
    assert.ok(!(await inSight()).includes('ns:mars'));
    await graph.page.keyboard.press('f');
    assert.equal((await inSight()).length, all.length + 1);
  });

  it('shows only what was found, where that is wanted', async () => {
    await open();
    await graph.draw(viewOf(largeHost(30, 3)));
    const all = await inSight();
    await graph.page.locator('vscode-text-field input').fill('node-17');
    assert.deepEqual(await inSight(), all);
    await graph.page.getByRole('button', { name: 'Show Only What Was Found' }).click();
    const left = await inSight();
    assert.ok(left.includes('ns:node-17') && !left.includes('ns:node-18'), left.join());
    await graph.page.screenshot({ path: `${pictures}/filtered.png` });
    await graph.page.locator('vscode-text-field input').fill('');
    assert.deepEqual(await inSight(), all);
  });

  it('collapses a bridge’s namespaces into one card, and opens it for what is looked for in it', async () => {
    await open();
    await graph.draw(viewOf(largeHost(30, 3)));
    const all = await inSight();
    await graph.select('bridge:br0');
    await graph.page.locator('.canvas').focus();
    await graph.page.keyboard.press('g');
    await graph.until('the card', async () => (await inSight()).includes('group:bridge:br0'));
    const left = await inSight();
    assert.equal(left.filter((id) => id.startsWith('ns:')).length, 20);
    assert.ok((await graph.listed()).some((text) => text.startsWith('Group of 10 namespaces, node-1 … node-28')));
    await graph.page.screenshot({ path: `${pictures}/collapsed-one.png` });
    assert.deepEqual(((await graph.state()) as PageState).collapsed, ['group:bridge:br0']);
    // The cursor in the text, a search, a link: whoever selects what is in it opens it.
    await graph.select('ns:node-4');
    await graph.until('the group to open', async () => (await inSight()).includes('ns:node-4'));
    assert.deepEqual((await inSight()).sort(), all.sort());
    await graph.page.keyboard.press('Escape');
    await graph.page.keyboard.press('g');
    await graph.until('all cards', async () => (await inSight()).filter((id) => id.startsWith('group:')).length === 3);
    await graph.page.screenshot({ path: `${pictures}/collapsed-all.png` });
  });

  it('begins with groups collapsed where there is more than a person can read', async () => {
    await open();
    await graph.draw(viewOf(largeHost(300, 4)));
    assert.equal((await inSight()).filter((id) => id.startsWith('ns:')).length, 0);
    assert.equal((await inSight()).filter((id) => id.startsWith('group:')).length, 4);
    await graph.page.screenshot({ path: `${pictures}/300-namespaces.png` });
    const [drawn] = (await graph.sent()).flatMap((message) => (message.type === 'drawn' ? [message] : []));
    assert.ok((drawn?.nodes ?? 0) > 600, 'all that there is was taken');
  });

  it('follows the theme', async () => {
    await open();
    await graph.draw(viewOf(planetsHost()));
    await graph.setTheme(light);
    await graph.until('the light theme’s green', () =>
      graph.page.evaluate(() =>
        [...document.querySelectorAll('canvas')].some((canvas) => {
          // Of a copy: the browser complains of a canvas that is read again and again.
          const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
          copy?.drawImage(canvas, 0, 0);
          const pixels = copy?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
          for (let i = 0; i < pixels.length; i += 4) {
            if (pixels[i] === 56 && pixels[i + 1] === 138 && pixels[i + 2] === 52) return true;
          }
          return false;
        }),
      ),
    );
  });

  for (const { by, motion, bodyClass } of [
    { by: 'moves where nobody objects', motion: true, bodyClass: '' },
    { by: 'stands still where the system asks for less motion', motion: false, bodyClass: '' },
    { by: 'stands still where VS Code asks for less motion', motion: true, bodyClass: ' vscode-reduce-motion' },
  ]) {
    it(by, async () => {
      await open({ motion, theme: { ...dark, bodyClass: dark.bodyClass + bodyClass } });
      await graph.draw(viewOf(planetsHost()));
      await graph.zoomByKeys();
      // Looked at in the very task in which the page says that it has drawn: what is to move has not moved yet.
      const seen = await graph.page.evaluate(
        (view) =>
          new Promise<{ opacity: number; jumped: boolean }>((resolve) => {
            interface Drawn {
              zoom(): number;
              getElementById(id: string): { effectiveOpacity(): number };
            }
            const { _cyreg: registered } = document.querySelector('.canvas') as unknown as { _cyreg: { cy: Drawn } };
            const { sent } = window.pretence;
            const push = sent.push.bind(sent);
            sent.push = (...messages) => {
              if (messages.some(({ type }) => type === 'drawn')) {
                const opacity = registered.cy.getElementById('ns:mars').effectiveOpacity();
                const before = registered.cy.zoom();
                (document.querySelector('[aria-label="Fit Everything"]') as HTMLElement).click();
                resolve({ opacity, jumped: registered.cy.zoom() !== before });
              }
              return push(...messages);
            };
            window.postMessage(view, '*');
          }),
        viewOf(plus(planetsHost(), 'mars', 'venus', 'jupiter', 'saturn')),
      );
      const isStill = by.startsWith('stands');
      assert.deepEqual(seen, { opacity: isStill ? 1 : 0, jumped: isStill });
    });
  }

  it('ignores messages of unknown shape', async () => {
    await open();
    await graph.page.evaluate(() => window.postMessage({ type: 'view', view: { nodes: 7 } }, '*'));
    await graph.draw(viewOf(planetsHost()));
    assert.ok((await graph.listed()).length > 10);
  });

  describe('for people to look at', () => {
    const planetsText = `name: planets
bridges: { planet-br: { addresses: [10.10.0.1/16] } }
namespaces:
  earth: { interfaces: { earth-veth: { addresses: [10.10.0.10/16] } }, routes: [{ to: default, via: 10.10.0.1 }] }
  neptune: { interfaces: { neptune-veth: { addresses: [10.10.0.21/16] } } }
  pluto: { interfaces: { pluto-veth: { addresses: [10.10.0.30/16] } } }
links:
  - endpoints: [earth:earth-veth, planet-br:earth-br-veth]
  - endpoints: [neptune:neptune-veth, planet-br:nept-br-veth]
  - endpoints: [pluto:pluto-veth, planet-br]
nat: { internet: { masquerade: 10.10.0.0/16, not-out: planet-br } }
port-forwards: { web: { listen: 8000, to: "earth:8000" }, off: { listen: 3001, to: "earth:8000", enabled: false } }
`;
    const cases: readonly [string, ViewMessage][] = [
      ['planets', viewOf(planetsHost())],
      ['empty', viewOf(host([eth0()], []))],
      ['compared', viewOf(plus(planetsHost(), 'mars'), planetsText)],
      ['30-namespaces', viewOf(largeHost(30, 3))],
      ['long-names', viewOf(longNames())],
    ];
    const themes: readonly TestTheme[] = [dark, light, highContrast, highContrastLight];
    for (const theme of themes) {
      for (const [name, message] of cases) {
        it(`${name}, ${theme.name}`, async () => {
          await open({ theme, viewport: { width: 1200, height: 760 } });
          await graph.draw(message);
          await graph.page.screenshot({ path: `${pictures}/${name}-${theme.name}.png` });
        });
      }
    }
  });
});

function longNames(): HostSnapshot {
  const long = 'customer-frankfurt-production-database-replica-number-seventeen';
  return host(
    [
      eth0(),
      link(5, 'br-verylongname', { kind: 'bridge', addresses: ['2001:db8:1234:5678::1/64', '10.0.0.1/8'] }),
      link(6, 'port-longname15', { master: 'br-verylongname', peer: peer(long, 'interface-15chr') }),
      link(7, 'p2', { master: 'br-verylongname', peer: peer('x', 'e') }),
    ],
    [
      namespace(long, [
        link(2, 'interface-15chr', {
          addresses: ['2001:db8:1234:5678:9abc:def0:1234:5678/64', '10.0.0.2/8'],
          peer: peer('root', 'port-longname15'),
        }),
      ]),
      namespace('x', [link(2, 'e', { addresses: ['10.0.0.9/8'], peer: peer('root', 'p2') })]),
      namespace('имя с пробелами', []),
    ],
  );
}
