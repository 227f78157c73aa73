import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { HostSnapshot } from '../../../src/host/model';
import { buildGraphView } from '../../../src/lab/graph-view';
import { drawnPaper, drawnTrace } from '../../../src/lab/trace/drawn-trace';
import { readQuestion } from '../../../src/lab/trace/question';
import type { DrawnTrace } from '../../../src/protocol/graph-trace';
import type { RenderedImage } from '../../../src/protocol/image';
import type { FromGraph, ToGraph } from '../../../src/protocol/messages';
import { reportOf } from '../../../src/trace/report';
import { walk } from '../../../src/trace/walk';
import { planetsHost } from '../graph/hosts';
import type { GraphTestPage, OpenOptions } from './graph-browser';
import { dark, highContrast, highContrastLight, light } from './themes';
import { pictures, useGraphBrowser } from './use-graph-browser';

describe('A trace in the graph', function () {
  this.timeout(120_000);
  const openPage = useGraphBrowser('traces in the graph');
  const view = (snapshot: HostSnapshot): Extract<ToGraph, { type: 'view' }> => ({
    type: 'view',
    view: buildGraphView({ hostName: 'lab1', snapshot }),
    hosts: [{ id: 'one', label: 'lab1' }],
    selectedHost: 'one',
  });

  function trace(
    from: string,
    to: string,
    how: 'answered' | 'lost' | 'refused' | 'unreachable' | 'paper',
    snapshot = planetsHost(),
  ): DrawnTrace {
    const question = readQuestion({ from, to }, snapshot);
    assert.ok('destination' in question);
    const facts = { snapshot, details: new Map() };
    const paper = walk(facts, question);
    if (how === 'paper') return drawnPaper(`${from} → ${to}`, paper.hops, snapshot);
    const watch = { outcome: { result: how }, sightings: [], packets: [], notWatched: [] };
    const report = reportOf(question, { paper, watch, facts, counted: new Map(), watchedIds: new Set() });
    return drawnTrace(`${from} → ${to}`, report, snapshot, Date.UTC(2026, 10, 28, 16, 29));
  }

  async function open(options: Partial<OpenOptions> = {}): Promise<GraphTestPage> {
    const graph = await openPage({ theme: dark, ...options });
    await graph.draw(view(planetsHost()));
    return graph;
  }

  async function draw(graph: GraphTestPage, drawn: DrawnTrace): Promise<void> {
    await graph.send({ type: 'trace', trace: drawn });
    await graph.page.locator('.trace-way .badge').first().waitFor({ state: 'attached' });
  }

  const messages = async (graph: GraphTestPage, type: FromGraph['type']): Promise<FromGraph[]> =>
    (await graph.sent()).filter((one) => one.type === type);

  for (const theme of [dark, light, highContrast, highContrastLight]) {
    it(`is drawn stop by stop, with a mark where it ended, ${theme.name}`, async () => {
      const graph = await open({ theme });
      const drawn = trace('earth', '8.8.8.8', 'lost');
      await draw(graph, drawn);
      await graph.page.screenshot({ path: `${pictures}/trace-graph-ended-${theme.name}.png` });
      const numbers = await graph.page.locator('.trace-way .number').allTextContents();
      assert.deepEqual(
        numbers,
        drawn.stops.map(({ number }) => String(number)),
      );
      assert.equal(await graph.page.locator('.trace-way .badge.end .cross').count(), 1);
      assert.match(await graph.page.locator('.trace-bar').innerText(), /earth → 8\.8\.8\.8 not reached: /);
      await draw(graph, trace('earth', 'neptune', 'answered'));
      await graph.page.screenshot({ path: `${pictures}/trace-graph-reached-${theme.name}.png` });
      assert.equal(await graph.page.locator('.trace-way .cross').count(), 0);
      const refused = trace('neptune', 'earth:8888', 'refused');
      await draw(graph, refused);
      await graph.page.screenshot({ path: `${pictures}/trace-graph-refused-${theme.name}.png` });
      assert.equal(refused.stops.find(({ isEnd }) => isEnd)?.nodeId, 'if:earth/earth-veth');
      const { namespaces, ...rest } = planetsHost();
      const without = namespaces.map((one) =>
        one.name === 'earth' ? { ...one, routes: one.routes.filter(({ to }) => to !== 'default') } : one,
      );
      const stuck = trace('earth', '8.8.8.8', 'unreachable', { ...rest, namespaces: without });
      await draw(graph, stuck);
      await graph.page.screenshot({ path: `${pictures}/trace-graph-no-route-${theme.name}.png` });
      assert.deepEqual(stuck.stops[0], { ...stuck.stops[0], nodeId: 'ns:earth', isEnd: true });
      assert.equal(await graph.page.locator('.trace-way .badge.end .cross').count(), 1);
    });
  }

  /** A ping through NAT, as a host with its packet filter read reports it. */
  const translated: DrawnTrace = {
    title: 'earth → 8.8.8.8',
    said: 'earth reaches 8.8.8.8: the answer came after 0.532 ms.',
    outcome: 'reached',
    at: Date.UTC(2026, 10, 28, 16, 29),
    stops: [
      ...['ns:earth', 'if:earth/earth-veth', 'if:/earth-br-veth', 'bridge:planet-br', 'nat', 'if:/eth0', 'outside'],
      ...['outside', 'if:/eth0', 'nat', 'bridge:planet-br', 'if:/earth-br-veth', 'if:earth/earth-veth'],
    ].map((nodeId, index) => ({
      number: index + 1,
      direction: index < 7 ? 'out' : 'back',
      nodeId: nodeId === 'nat' ? 'nat:NAT 10.10.0.0/16' : nodeId,
      state: 'seen',
      ...(index === 4 ? { translated: '10.10.0.10 → 198.51.100.2' } : {}),
      ...(index === 9 ? { translated: '198.51.100.2 → 10.10.0.10' } : {}),
      text: nodeId,
    })),
  };

  for (const theme of [dark, light, highContrast, highContrastLight]) {
    it(`says what NAT makes of the addresses, above the lines, ${theme.name}`, async () => {
      const graph = await open({ theme });
      await draw(graph, translated);
      await graph.page.screenshot({ path: `${pictures}/trace-graph-nat-${theme.name}.png` });
      assert.deepEqual(await graph.page.locator('.trace-way .translated').allTextContents(), [
        '10.10.0.10 → 198.51.100.2',
        '198.51.100.2 → 10.10.0.10',
      ]);
      const tags = await graph.page.locator('.trace-way .tag').evaluateAll((all) =>
        all.map((tag) => {
          const [own, text] = [tag, tag.nextElementSibling].map((each) => each?.getBoundingClientRect());
          return own !== undefined && text !== undefined && own.left <= text.left && own.right >= text.right;
        }),
      );
      assert.deepEqual(tags, [true, true], 'each has its ground');
      const arrows = await graph.page
        .locator('.trace-way .arrow')
        .evaluateAll((all) => all.map((arrow) => arrow.getBoundingClientRect().toJSON() as DOMRect));
      assert.ok(arrows.length > 6);
      const touching = arrows.flatMap((a, index) =>
        arrows
          .slice(index + 1)
          .filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
      );
      assert.deepEqual(touching, [], 'the arrows out and back do not lie on each other');
      assert.ok((await graph.page.locator('.trace-way mask g rect').count()) > 0, 'lines pass below the addresses');
      // Far away they are as large as before, and as near to their numbers as in the picture.
      const beside = () =>
        graph.page.locator('.trace-way .tag').evaluateAll((all) =>
          all.map((tag) => {
            const [own, number] = [tag, tag.closest('.badge')?.querySelector('.shape')].map((each) => {
              const { left, right, top, bottom } = each?.getBoundingClientRect() ?? new DOMRect();
              return { x: (left + right) / 2, y: (top + bottom) / 2, width: right - left };
            });
            if (own === undefined || number === undefined) throw new Error('A tag without its number.');
            return { width: own.width, apart: Math.hypot(own.x - number.x, own.y - number.y) };
          }),
        );
      const before = await beside();
      for (let press = 0; press < 4; press++) await graph.page.locator('.canvas').press('-');
      await graph.until('both to be nearer', async () =>
        (await beside()).every(({ apart }, index) => apart < (before[index]?.apart ?? 0) * 0.8),
      );
      for (const { width } of await beside()) assert.ok(width > 100, `${width} is too small to be read`);
      await graph.page.screenshot({ path: `${pictures}/trace-graph-nat-far-${theme.name}.png` });
    });
  }

  it('marks the end where a number stands beside it, and leads past what lies between two things', async () => {
    const graph = await open();
    const [, , , bridge, , eth0] = translated.stops;
    assert.ok(bridge && eth0);
    await draw(graph, {
      ...translated,
      outcome: 'ended',
      stops: [bridge, { ...eth0, isEnd: true }, { ...eth0, number: 7, state: 'beyond' }],
    });
    await graph.page.screenshot({ path: `${pictures}/trace-graph-end-beside.png` });
    const boxOf = async (selector: string) =>
      (await graph.page.locator(selector).first().boundingBox()) ?? assert.fail();
    const [cross, next] = [await boxOf('.badge.end .cross'), await boxOf('.badge.beyond .shape')];
    const apart = cross.x + cross.width / 2 - (next.x + next.width / 2);
    assert.ok(apart > 15, `the cross is seen: ${apart}`);
    const leg = await boxOf('.leg.out');
    for (const id of ['nat:NAT 10.10.0.0/16', 'nat::8000 → earth:8000'] as const) {
      const known = await graph.pointOf(id).catch(() => undefined);
      if (known !== undefined) assert.ok(Math.abs(leg.x + leg.width / 2 - known.x) > 60, `the line passes ${id}`);
    }
  });

  it('says when it was, and goes with a thing of its way', async () => {
    const graph = await open();
    await draw(graph, trace('earth', 'neptune', 'answered'));
    assert.match(await graph.page.locator('.trace-bar .when').innerText(), /^\d\d:29:00$/);
    await graph.draw(view(planetsHost()));
    assert.equal(await graph.page.locator('.trace-bar').isVisible(), true);
    const { namespaces, ...rest } = planetsHost();
    await graph.draw(view({ ...rest, namespaces: namespaces.filter(({ name }) => name !== 'neptune') }));
    await graph.page.locator('.trace-bar').waitFor({ state: 'hidden' });
    assert.deepEqual((await messages(graph, 'drawnTrace')).at(-1), { type: 'drawnTrace', wanted: 'dismiss' });
  });

  it('is drawn on paper while the probe is under way, and follows zoom and what is moved', async () => {
    const graph = await open();
    await draw(graph, trace('earth', '8.8.8.8', 'paper'));
    await graph.page.screenshot({ path: `${pictures}/trace-graph-paper.png` });
    assert.ok((await graph.page.locator('.trace-way .leg.paper').count()) > 3);
    const place = () =>
      graph.page
        .locator('.trace-way .badge')
        .first()
        .evaluate((one) => one.getBoundingClientRect().x);
    const before = await place();
    await graph.zoomByKeys();
    await graph.page.keyboard.press('-');
    await graph.until('the way to follow', async () => Math.abs((await place()) - before) > 1);
  });

  it('stays in the image of the picture: on the screen’s ground, on paper, as pixels', async () => {
    const graph = await open();
    const drawn = trace('earth', '8.8.8.8', 'lost');
    /** How many pixels of an image are of a colour, or nearly. */
    const pixels = ({ data }: RenderedImage, [r, g, b]: readonly [number, number, number]): Promise<number> =>
      graph.page.evaluate(
        async ([source, red, green, blue]) => {
          const image = new Image();
          image.src = `data:image/png;base64,${source}`;
          await image.decode();
          const context = new OffscreenCanvas(image.width, image.height).getContext('2d');
          if (context === null) return -1;
          context.drawImage(image, 0, 0);
          const { data: all } = context.getImageData(0, 0, image.width, image.height);
          let count = 0;
          for (let at = 0; at < all.length; at += 4) {
            const away = [red, green, blue].map((wanted, part) => Math.abs(wanted - (all[at + part] ?? 0)));
            if (Math.max(...away) < 12) count++;
          }
          return count;
        },
        [data, r, g, b] as const,
      );
    const red = [0xf1, 0x4c, 0x4c] as const;
    const [svgBefore, pngBefore] = [await graph.render('svg'), await graph.render('png')];
    await draw(graph, drawn);
    assert.equal(svgBefore.data.includes('<mask'), false);
    for (const forPrint of [false, true]) {
      const { data, error } = await graph.render('svg', forPrint);
      assert.equal(error, undefined);
      writeFileSync(`${pictures}/trace-export${forPrint ? '-print' : ''}.svg`, data);
      const read = await graph.page.evaluate((text) => {
        const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
        const way = parsed.querySelector('mask')?.parentElement;
        return {
          broken: parsed.querySelector('parsererror')?.textContent,
          texts: [...(way?.querySelectorAll('text') ?? [])].map((each) => each.textContent),
          styled: way?.querySelectorAll('[class], [style]').length,
          fills: [...(way?.querySelectorAll('text') ?? [])].map((each) => each.getAttribute('fill')),
        };
      }, data);
      assert.equal(read.broken, undefined);
      assert.equal(read.styled, 0, 'an image has no style sheet');
      for (const { number, translated } of drawn.stops) {
        assert.ok(read.texts.includes(String(number)), `${number} is missing`);
        if (translated !== undefined) assert.ok(read.texts.includes(translated), `${translated} is missing`);
      }
      assert.equal(read.fills.includes('rgb(68, 68, 68)'), forPrint, 'on paper the colours are those for paper');
    }
    const png = await graph.render('png');
    writeFileSync(`${pictures}/trace-export.png`, Buffer.from(png.data, 'base64'));
    assert.ok((await pixels(png, red)) > (await pixels(pngBefore, red)) + 300, 'the mark where it ended is red');
  });

  it('is read out, leads to its report, and is taken away by Escape', async () => {
    const graph = await open();
    const drawn = trace('earth', '8.8.8.8', 'lost');
    await draw(graph, drawn);
    const status = graph.page.locator('[role=status][aria-live=polite]');
    await graph.until('the live region', async () =>
      /It ended at stop \d+ of \d+/.test((await status.first().textContent()) ?? ''),
    );
    await graph.page.getByRole('button', { name: 'Report' }).click();
    assert.deepEqual(await messages(graph, 'drawnTrace'), [{ type: 'drawnTrace', wanted: 'report' }]);
    await graph.page.locator('.canvas').focus();
    await graph.page.keyboard.press('Escape');
    await graph.page.locator('.trace-bar').waitFor({ state: 'hidden' });
    assert.equal(await graph.page.locator('.trace-way .badge').count(), 0);
    assert.deepEqual((await messages(graph, 'drawnTrace')).at(-1), { type: 'drawnTrace', wanted: 'dismiss' });
  });

  it('is asked for by T and two clicks, by a drag, and by the keys alone', async () => {
    const graph = await open();
    await graph.zoomByKeys();
    const { page } = graph;
    const [earth, neptune] = [await graph.pointOf('ns:earth'), await graph.pointOf('ns:neptune')];
    await page.keyboard.press('t');
    const bar = page.locator('.trace-bar');
    await bar.getByText('drag from where it starts').waitFor();
    await page.mouse.click(earth.x, earth.y);
    await bar.getByText(/Namespace earth: now click/).waitFor();
    await page.screenshot({ path: `${pictures}/trace-graph-asking.png` });
    await page.mouse.click(neptune.x, neptune.y);
    assert.deepEqual(await messages(graph, 'trace'), [{ type: 'trace', from: 'ns:earth', to: 'ns:neptune' }]);
    assert.equal(await bar.isVisible(), false);

    await page.getByRole('button', { name: 'Trace a Packet (T)' }).click();
    await page.mouse.move(neptune.x, neptune.y);
    await page.mouse.down();
    await page.mouse.move(earth.x, earth.y, { steps: 6 });
    await page.screenshot({ path: `${pictures}/trace-graph-dragged.png` });
    await page.mouse.up();
    assert.deepEqual((await messages(graph, 'trace')).at(-1), { type: 'trace', from: 'ns:neptune', to: 'ns:earth' });

    await page.locator('#graph-list [data-node="ns:earth"]').evaluate((button: HTMLElement) => button.click());
    await page.locator('.canvas').focus();
    await page.keyboard.press('t');
    await page.locator('#graph-list [data-node="outside"]').evaluate((button: HTMLElement) => button.click());
    await page.keyboard.press('Enter');
    assert.deepEqual((await messages(graph, 'trace')).at(-1), { type: 'trace', from: 'ns:earth', to: 'outside' });
    await page.keyboard.press('t');
    await page.keyboard.press('Escape');
    await bar.waitFor({ state: 'hidden' });
    assert.equal((await messages(graph, 'trace')).length, 3);
  });

  it('is asked for beside measurements, by M in the same ways; from outside nothing is measured', async () => {
    const graph = await open();
    await graph.zoomByKeys();
    const { page } = graph;
    const [earth, neptune] = [await graph.pointOf('ns:earth'), await graph.pointOf('ns:neptune')];
    const bar = page.locator('.trace-bar');
    const drag = async (from: typeof earth, to: typeof earth): Promise<void> => {
      await page.mouse.move(from.x, from.y);
      await page.mouse.down();
      await page.mouse.move(to.x, to.y, { steps: 6 });
      await page.mouse.up();
    };
    await page.keyboard.press('m');
    await bar.getByText('Ping, trace route, throughput or HTTP').waitFor();
    await page.locator('.toolbar .pressed[title^="Measure from One"]').waitFor();
    await page.screenshot({ path: `${pictures}/measure-graph-asking.png` });
    // The bar has pushed the picture down.
    const outside = await graph.pointOf('outside');
    await drag(outside, earth);
    await bar.getByText('Ping, trace route, throughput or HTTP').waitFor();
    await drag(neptune, earth);
    assert.deepEqual(await messages(graph, 'measure'), [{ type: 'measure', from: 'ns:neptune', to: 'ns:earth' }]);
    assert.equal(await bar.isVisible(), false);

    await page.getByRole('button', { name: 'Measure from One' }).click();
    // What is wanted may be changed while it is asked for.
    await page.getByRole('button', { name: 'Trace a Packet (T)' }).click();
    await bar.getByText('Trace a packet').waitFor();
    await page.locator('.canvas').focus();
    await page.keyboard.press('m');
    await bar.getByText('Ping, trace route, throughput or HTTP').waitFor();
    await page.mouse.click(earth.x, earth.y);
    await bar.getByText(/Namespace earth: now click/).waitFor();
    await page.mouse.click(outside.x, outside.y);
    assert.deepEqual((await messages(graph, 'measure')).at(-1), { type: 'measure', from: 'ns:earth', to: 'outside' });
    assert.deepEqual(await messages(graph, 'trace'), []);
  });

  it('is not to be asked for where there is no host', async () => {
    const graph = await openPage({ theme: dark });
    const { selectedHost, ...design } = view(planetsHost());
    assert.ok(selectedHost);
    await graph.draw(design);
    assert.equal(await graph.page.getByRole('button', { name: 'Trace a Packet (T)' }).count(), 0);
    assert.equal(await graph.page.getByRole('button', { name: 'Measure from One' }).count(), 0);
    await graph.page.locator('.canvas').focus();
    await graph.page.keyboard.press('t');
    assert.equal(await graph.page.locator('.trace-bar').isVisible(), false);
  });
});
