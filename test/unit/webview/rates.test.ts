import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { GraphRate } from '../../../src/protocol/rates';
import { drawRates } from '../../../src/lab/graph/rates';
import { buildGraphView } from '../../../src/lab/graph-view';
import type { PageState } from '../../../webview/page-state';
import { flowLines, longRate, shortRate, trafficLabel, widthFor } from '../../../webview/rate-words';
import { largeHost, planetsHost } from '../graph/hosts';
import { dark } from './themes';
import { pictures, useGraphBrowser } from './use-graph-browser';

const flow = (bits: number, packets = bits / 8000, lost = 0) => ({ bits, packets, lost });

describe('Rates in words', () => {
  it('are short on a cable, and spelt as tc(8) spells them elsewhere', () => {
    const amounts = [0, 784, 999.4, 999.6, 1234, 9_960, 24_000, 999_499, 999_500, 1_200_000, 3e9, 2e15];
    assert.deepEqual(amounts.map(shortRate), [
      '0',
      '784',
      '999',
      '1.0k',
      '1.2k',
      '10k',
      '24k',
      '999k',
      '1.0M',
      '1.2M',
      '3.0G',
      '2000T',
    ]);
    assert.equal(longRate(1_200_000), '1.2 Mbit/s');
    assert.equal(longRate(784), '784 bit/s');
  });

  it('are never longer than four characters below a petabit, and never shrink as a number grows', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 9e14, noNaN: true }), (bits) => assert.ok(shortRate(bits).length <= 4)),
    );
    const wide = (bits: number): number => widthFor({ forth: flow(bits), back: flow(0) });
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e12, noNaN: true }),
        fc.double({ min: 1, max: 1000, noNaN: true }),
        (bits, times) => {
          assert.ok(wide(bits * times) >= wide(bits));
          assert.ok(wide(bits) > 2 && wide(bits) <= 8);
        },
      ),
    );
  });

  it('say both directions and what is lost, and nothing of silence', () => {
    const traffic = { forth: flow(1_200_000), back: flow(80_000, 10, 3) };
    assert.equal(trafficLabel(traffic, ['↓', '↑']), '↓1.2M ↑80k bit/s ✕3');
    assert.equal(trafficLabel({ forth: flow(784), back: flow(0) }, ['↓', '↑']), '↓784 bit/s');
    assert.deepEqual(flowLines(['sends', 'receives'], flow(784, 1), flow(80_000, 10, 3)), [
      'sends 784 bit/s, 1 packet/s',
      'receives 80 kbit/s, 10 packets/s, 3 lost/s',
    ]);
    assert.deepEqual(flowLines(['sends', 'receives'], flow(0), flow(0)), []);
  });
});

describe('Rates as the graph draws them', () => {
  const direction = (packets: number) => ({ packets, bytes: packets * 98, errors: 0, drops: 1 });

  it('are those of the interfaces that are drawn', () => {
    const rate = { received: direction(1), sent: direction(2) };
    const idle = { received: { ...direction(0), drops: 0 }, sent: { ...direction(0), drops: 0 } };
    const rates = {
      namespaces: { 'id-earth': { 1: rate, 3: rate }, 'id-root': { 5: rate, 6: idle }, 'id-gone': { 3: rate } },
    };
    const drawn = drawRates(planetsHost(), rates);
    assert.deepEqual(
      drawn.map(({ id }) => id),
      ['bridge:planet-br', 'if:earth/earth-veth'],
      'not the loopback, not what is idle, not what is gone',
    );
    assert.deepEqual(drawn[1]?.sent, { bits: 1568, packets: 2, lost: 1 });
  });
});

describe('Rates in a real browser', function () {
  this.timeout(120_000);
  const open = useGraphBrowser('the rates');
  const view = (snapshot = planetsHost()) => ({
    type: 'view' as const,
    view: buildGraphView({ hostName: 'lab1', snapshot }),
    hosts: [],
  });
  const earth: GraphRate = { id: 'if:earth/earth-veth', sent: flow(1_200_000), received: flow(80_000) };
  const rates: readonly GraphRate[] = [
    earth,
    { id: 'if:/earth-br-veth', sent: earth.received, received: { ...earth.sent, lost: 2 } },
    { id: 'if:/nept-br-veth', sent: flow(784, 1), received: flow(784, 1) },
    { id: 'if:/eth0', sent: flow(900_000_000), received: flow(4_000) },
  ];

  it('are asked for while they are shown, and stand on the cables and in the details', async () => {
    const graph = await open({ theme: dark });
    await graph.draw(view());
    const asked = async () => (await graph.sent()).filter(({ type }) => type === 'watchRates');
    assert.deepEqual(await asked(), [{ type: 'watchRates', on: true }]);
    await graph.page.locator('.canvas').focus();
    await graph.send({ type: 'rates', rates });
    await graph.select('if:earth/earth-veth');
    await graph.page.keyboard.press('Enter');
    await graph.page.locator('.traffic').waitFor();
    assert.equal(
      await graph.page.locator('.traffic').textContent(),
      'Trafficsends 1.2 Mbit/s, 150 packets/sreceives 80 kbit/s, 10 packets/s',
    );
    await graph.page.keyboard.press('Escape');
    await graph.page.screenshot({ path: `${pictures}/rates.png` });
    // Silence takes them away, and a redrawing does not bring them back.
    await graph.send({ type: 'rates', rates: [] });
    await graph.draw(view());
    await graph.page.getByRole('button', { name: 'Show Rates' }).click();
    assert.deepEqual((await asked()).at(-1), { type: 'watchRates', on: false });
    assert.equal(((await graph.state()) as PageState).rates, false, 'kept over a reload');
  });

  it('of a collapsed group are the sum of its members, and a large host is not asked by itself', async () => {
    const graph = await open({ theme: dark });
    await graph.draw(view(largeHost(200, 2)));
    assert.equal(await graph.count('watchRates'), 0);
    await graph.page.getByRole('button', { name: 'Show Rates' }).click();
    assert.equal(await graph.count('watchRates'), 1);
    const each = (name: string): GraphRate => ({
      id: `if:${name}/eth0`,
      sent: flow(1_000_000, 100),
      received: flow(500),
    });
    // node-1 and node-3 are on the first bridge.
    await graph.send({ type: 'rates', rates: [each('node-1'), each('node-3'), each('node-2')] });
    await graph.select('cable:group:bridge:br0');
    await graph.page.locator('.canvas').focus();
    await graph.page.keyboard.press('Enter');
    await graph.page.locator('.traffic').waitFor();
    assert.match(
      (await graph.page.locator('.traffic').textContent()) ?? '',
      /to Bridge br0: 2\.0 Mbit\/s, 200 packets/,
    );
    await graph.page.screenshot({ path: `${pictures}/rates-collapsed.png` });
  });

  it('say why there are none', async () => {
    const graph = await open({ theme: dark });
    await graph.draw(view());
    await graph.send({ type: 'rates', rates: [], unavailable: 'lab1 tells no rates: they need python3 on the host.' });
    const status = graph.page.locator('[aria-live=polite]');
    await graph.until('the reason', async () => /python3/.test((await status.textContent()) ?? ''));
    assert.match(
      (await graph.page.locator('vscode-button[aria-label^="Show Rates"]').getAttribute('title')) ?? '',
      /python3/,
    );
  });
});
