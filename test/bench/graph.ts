/**
 * Measures the graph's page in a real browser with 50, 200 and 1,000 namespaces, as they are drawn at first (groups collapsed beyond what a
 * person can read) and with everything opened: `npm run bench:graph`. Prints a table, in milliseconds and megabytes.
 */
import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import type { HostSnapshot } from '../../src/host/model';
import { buildGraphView } from '../../src/lab/graph-view';
import type { ToGraph } from '../../src/protocol/messages';
import { largeHost } from '../unit/graph/hosts';
import { GraphBrowser, type GraphTestPage } from '../unit/webview/graph-browser';
import { dark } from '../unit/webview/themes';
import { freshState } from '../../webview/page-state';
import { ViewSender } from '../../src/vscode/graph/view-sender';

type ViewMessage = Extract<ToGraph, { type: 'view' }>;
type Column = ReadonlyMap<string, number | undefined>;

const sizes = [50, 200, 1000];
const changes = 7;

function viewOf(snapshot: HostSnapshot): ViewMessage {
  return { type: 'view', view: buildGraphView({ hostName: 'lab1', snapshot }), hosts: [] };
}

/** The host with the interfaces of its last namespace changed; the others stay the same objects, as the agent has it. */
function changed(host: HostSnapshot, turn: number): HostSnapshot {
  const last = host.namespaces.length - 1;
  return {
    ...host,
    namespaces: host.namespaces.map((one, index) =>
      index !== last
        ? one
        : { ...one, links: one.links.map((link) => ({ ...link, mtu: 1400 + turn, up: turn % 2 === 0 })) },
    ),
  };
}

const bridgesFor = (count: number): number => Math.max(1, Math.round(count / 50));

/** As the panel tells it: all at first, then what changed. */
function change(
  sender: ViewSender,
  snapshot: HostSnapshot,
): { readonly message: ToGraph; readonly milliseconds: number } {
  const begun = performance.now();
  const message = sender.messageFor(viewOf(snapshot));
  return { message, milliseconds: performance.now() - begun };
}

async function measure(browser: GraphBrowser, count: number, opened: boolean): Promise<Column> {
  const values = new Map<string, number | undefined>();
  const heapBefore = heapNow();
  const snapshot = largeHost(count, bridgesFor(count));
  const sender = new ViewSender();
  const first = change(sender, snapshot);
  values.set('the view, in the extension host, ms', first.milliseconds);
  values.set('the view, KiB', JSON.stringify(first.message).length / 1024);

  const state = opened ? { ...freshState, collapsed: [] } : undefined;
  const graph = await browser.open({ theme: dark, viewport: { width: 1400, height: 900 }, state });
  try {
    values.set('first drawing, ms', await drawn(graph, first.message));
    const told: number[] = [];
    const shown: number[] = [];
    let size = 0;
    for (let turn = 0; turn < changes; turn++) {
      const { message, milliseconds } = change(sender, changed(snapshot, turn));
      told.push(milliseconds);
      size = JSON.stringify(message).length / 1024;
      shown.push(await drawn(graph, message));
    }
    values.set('a change, in the extension host, ms', median(told));
    values.set('a change, KiB', size);
    values.set('a change to the screen, ms', median(shown));
    const more = change(sender, largeHost(count + 1, bridgesFor(count)));
    values.set('one more namespace to the screen, ms', await drawn(graph, more.message));
    values.set('a frame while panning, ms', await frames(graph, 'pan'));
    values.set('a frame while zooming, ms', await frames(graph, 'zoom'));
    values.set('heap of the page, MB', await heap(graph));
    values.set('more heap in the extension host, MB', (heapNow() - heapBefore) / 1e6);
  } finally {
    await graph.close();
  }
  return values;
}

/** From the message's arrival in the page until the second frame after it was drawn. */
async function drawn(graph: GraphTestPage, message: ToGraph): Promise<number> {
  return graph.page.evaluate(
    (data) =>
      new Promise<number>((resolve, reject) => {
        const count = (): number => window.pretence.sent.filter(({ type }) => type === 'drawn').length;
        const before = count();
        const begun = performance.now();
        window.postMessage(data, '*');
        const look = (): void => {
          if (count() > before)
            requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - begun)));
          else if (performance.now() - begun > 120_000) reject(new Error('Nothing was drawn in two minutes.'));
          else setTimeout(look, 1);
        };
        look();
      }),
    message,
  );
}

/** The median time between frames while a hand drags the picture, or turns the wheel over it. */
async function frames(graph: GraphTestPage, how: 'pan' | 'zoom'): Promise<number> {
  const canvas = await graph.page.locator('.canvas').boundingBox();
  if (canvas === null) throw new Error('There is no picture.');
  const middle = { x: canvas.x + 8, y: canvas.y + canvas.height / 2 };
  await graph.page.mouse.move(middle.x, middle.y);
  await graph.page.evaluate(() => {
    const times: number[] = [];
    const next = (time: number): void => {
      times.push(time);
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
    Object.assign(window, { frameTimes: times });
  });
  if (how === 'pan') await graph.page.mouse.down();
  for (let step = 1; step <= 30; step++) {
    if (how === 'pan') await graph.page.mouse.move(middle.x + step * 4, middle.y + step * 2);
    else await graph.page.mouse.wheel(0, step % 2 === 0 ? 60 : -60);
  }
  if (how === 'pan') await graph.page.mouse.up();
  const times = await graph.page.evaluate(() => (window as unknown as { frameTimes: number[] }).frameTimes);
  return median(times.slice(1).map((time, index) => time - (times[index] ?? 0)));
}

async function heap(graph: GraphTestPage): Promise<number> {
  const session = await graph.page.context().newCDPSession(graph.page);
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.enable').then(() => session.send('Performance.getMetrics'));
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? NaN) / 1e6;
}

/** What this process holds besides garbage, in bytes. `npm run bench:graph` lets it collect that. */
function heapNow(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

async function main(): Promise<void> {
  execFileSync(process.execPath, ['scripts/build.mjs', '--only', 'webview', '--production', '--quiet'], {
    stdio: 'inherit',
  });
  const browser = await GraphBrowser.start();
  const columns: { readonly title: string; readonly values: Column }[] = [];
  try {
    for (const count of sizes) {
      columns.push({ title: `${count}`, values: await measure(browser, count, false) });
      if (count > 120) columns.push({ title: `${count}, all opened`, values: await measure(browser, count, true) });
    }
  } finally {
    await browser.stop();
  }
  // What else ran on the machine made everything slower.
  console.log(`${cpus().length} processors, load ${loadavg()[0]?.toFixed(1)}\n`);
  console.log(`| namespaces | ${columns.map(({ title }) => title).join(' | ')} |`);
  console.log(`| --- |${columns.map(() => ' ---: |').join('')}`);
  for (const name of columns[0]?.values.keys() ?? []) {
    console.log(`| ${name} | ${columns.map(({ values }) => (values.get(name) ?? NaN).toFixed(0)).join(' | ')} |`);
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
