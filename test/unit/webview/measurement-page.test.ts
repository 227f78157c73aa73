import assert from 'node:assert/strict';
import type { FromMeasure, MeasurePoint, MeasureStatus, ToMeasure } from '../../../src/protocol/measure';
import type { GraphTestPage } from './graph-browser';
import { dark, highContrast, highContrastLight, light, type TestTheme } from './themes';
import { pictures, useGraphBrowser } from './use-graph-browser';

const names = ['earth → neptune', 'earth → a-namespace-with-a-rather-long-name', 'earth → 203.0.113.8'];
const status: MeasureStatus = {
  phase: 'running',
  title: 'Ping: earth → neptune and 2 more @ lab1',
  unit: 'ms',
  quantity: 'Round-trip time',
  notes: [],
  failed: false,
  canRestart: true,
  canSwap: false,
  series: names.map((name, index) => ({
    name,
    target: ['10.10.0.20', 'fd00:10::20', '203.0.113.8'][index] ?? '',
    isOver: false,
    figures: [
      ['Newest', '0.045 ms'],
      ['Least', '0.031 ms'],
      ['Mean', '0.052 ms'],
      ['Most', '1.20 ms'],
      ['Jitter', '0.010 ms'],
      ['Lost', '3 of 90 (3 %)'],
    ],
  })),
};

/** A minute and a half of three paths; the third loses some. */
const points: MeasurePoint[] = Array.from({ length: 90 }, (_, second) =>
  names.map((_name, series): MeasurePoint => {
    const at = second * 1000 + series * 40;
    if (series === 2 && second % 30 > 26) return { series, at, note: 'Destination Host Unreachable (10.10.0.1)' };
    return { series, at, value: 0.2 + series * 0.35 + 0.12 * Math.abs(Math.sin(second / (4 + series))) };
  }),
).flat();

describe('The page of a measurement', function () {
  this.timeout(120_000);
  const openPage = useGraphBrowser('the page of a measurement');

  async function open(theme: TestTheme = dark, viewport = { width: 1100, height: 720 }): Promise<GraphTestPage> {
    return await openPage({ theme, viewport, page: 'measurement' });
  }
  const send = (page: GraphTestPage, message: ToMeasure): Promise<void> => page.send(message as never);
  const commands = async (page: GraphTestPage): Promise<string[]> =>
    ((await page.sent()) as readonly unknown[] as readonly FromMeasure[]).flatMap((message) =>
      message.type === 'command' ? [message.command] : [],
    );

  for (const theme of [dark, light, highContrast, highContrastLight]) {
    it(`draws a line for each path, and says the same as tables, ${theme.name}`, async () => {
      const desk = await open(theme);
      const { page } = desk;
      await send(desk, { type: 'points', anew: true, points });
      await send(desk, { type: 'status', status });
      await page.locator('.chart polyline').first().waitFor();
      assert.equal(await page.locator('.chart .lost').count(), 9);
      assert.equal(
        await page.locator('.chart .lost title').first().textContent(),
        points.find(({ note }) => note)?.note,
      );
      await page.locator('details > summary').click();
      await page.getByRole('table', { name: 'All values' }).waitFor();
      const table = page.getByRole('table', { name: 'Round-trip time' });
      assert.match(await table.innerText(), /earth → neptune\s+10\.10\.0\.20\s+0\.045 ms/);
      await page.locator('details > summary').click();
      await page.screenshot({ path: `${pictures}/measurement-${theme.name}.png` });
    });
  }

  it('shows the way as a table', async () => {
    const desk = await open(light);
    const hops = [
      { number: 1, addresses: ['10.10.0.1'], owner: 'host', times: [0.033, 0.006, 0.005] },
      { number: 2, addresses: [], times: [] },
      { number: 3, addresses: ['203.0.113.8'], times: [12.1, 11.8], note: 'host unreachable' },
    ];
    const series = [{ name: 'earth → 203.0.113.8', target: '203.0.113.8', figures: [], isOver: true, hops }];
    const title = 'Trace Route: earth → 203.0.113.8 @ lab1';
    const notes = ['Done.'];
    await send(desk, { type: 'status', status: { ...status, phase: 'ended', unit: '', title, notes, series } });
    const table = desk.page.getByRole('table');
    await table.waitFor();
    assert.match(await table.innerText(), /1\s+10\.10\.0\.1\s+host\s+0\.033[^]*no answer[^]*host unreachable/);
    assert.equal(await desk.page.locator('.chart').isVisible(), false);
    await desk.page.screenshot({ path: `${pictures}/measurement-route.png` });
  });

  it('says that it waits, and what went wrong, also where it is narrow', async () => {
    const desk = await open(dark, { width: 420, height: 600 });
    await send(desk, { type: 'status', status });
    await desk.page.getByText('Waiting for the first answer…').waitFor();
    const notes = [
      'This host has no iperf3, which measures how much goes through. Install it there, as root: apt install iperf3',
    ];
    const series = status.series.map((one) => ({ ...one, problem: 'unable to connect to server: Connection refused' }));
    await send(desk, { type: 'status', status: { ...status, phase: 'ended', failed: true, notes, series } });
    await desk.page.getByText('Nothing was measured.').waitFor();
    assert.equal(await desk.page.getByRole('status').textContent(), `Ended: ${status.title}. ${notes[0] ?? ''}`);
    await desk.page.screenshot({ path: `${pictures}/measurement-failed.png` });
  });

  it('sends each button’s command', async () => {
    const desk = await open();
    await send(desk, { type: 'status', status: { ...status, canSwap: true } });
    for (const name of ['Stop', 'Measure from the Other End', 'Copy as Command', 'Save as CSV…']) {
      await desk.page.getByRole('button', { name }).click();
    }
    await send(desk, { type: 'status', status: { ...status, phase: 'ended' } });
    await desk.page.getByRole('button', { name: 'Start Again' }).click();
    assert.deepEqual(await commands(desk), ['stop', 'swap', 'copy', 'save', 'restart']);
  });
});
