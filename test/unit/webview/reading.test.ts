import assert from 'node:assert/strict';
import type { HostSnapshot } from '../../../src/host/model';
import { buildGraphView } from '../../../src/lab/graph-view';
import type { ToGraph } from '../../../src/protocol/messages';
import { freshState, type PageState } from '../../../webview/page-state';
import { largeHost } from '../graph/hosts';
import type { GraphTestPage } from './graph-browser';
import { dark, light } from './themes';
import { pictures, useGraphBrowser } from './use-graph-browser';

const count = 400;
const whole = largeHost(count, 6);

/** What is known once so many namespaces are read; the root namespace is read first. */
function part(read: number): HostSnapshot {
  return { ...whole, namespaces: whole.namespaces.slice(0, read) };
}

function viewOf(snapshot: HostSnapshot): Extract<ToGraph, { type: 'view' }> {
  const view = buildGraphView({ hostName: 'lab1', snapshot });
  return { type: 'view', view, hosts: [{ id: 'one', label: 'lab1' }], selectedHost: 'one' };
}

describe('A host that is still being read, in a real browser', function () {
  this.timeout(120_000);
  const open = useGraphBrowser('a host that is being read');
  let graph: GraphTestPage;

  const drawPart = async (read: number): Promise<void> => {
    await graph.send({ type: 'reading', reading: { read, of: count } });
    await graph.draw(viewOf(part(read)));
  };
  const drawWhole = async (): Promise<void> => {
    await graph.send({ type: 'reading' });
    await graph.draw(viewOf(whole));
  };
  const places = async (): Promise<Readonly<Record<string, { readonly x: number; readonly y: number }>>> =>
    ((await graph.state()) as PageState).positions['ranks one']?.positions ?? {};

  it('is drawn by what is known of it; what comes then moves nothing, and is not read out one by one', async () => {
    graph = await open({ theme: dark });
    const note = graph.page.locator('.reading-note');
    await drawPart(60);
    assert.equal(await note.locator('.words').textContent(), 'Reading… 60 of 400 namespaces');
    await graph.page.screenshot({ path: `${pictures}/reading.png` });
    const first = await places();
    assert.equal(Object.keys(first).filter((id) => id.startsWith('group:')).length, 6);
    assert.ok((await graph.listed()).some((text) => text.includes('10 namespaces')));
    await drawPart(250);
    assert.equal(await note.locator('progress').evaluate((bar: HTMLProgressElement) => bar.value), 250);
    const said = await graph.page.locator('#graph-list ~ [role=status]').textContent();
    assert.equal(said, 'The host is being read.');
    await drawWhole();
    assert.equal(await note.isVisible(), false);
    const last = await places();
    for (const [id, { x, y }] of Object.entries(first)) assert.deepEqual(last[id], { x, y }, id);
    assert.equal(Object.keys(last).length, Object.keys(first).length);
    assert.ok((await graph.listed()).some((text) => text.includes('67 namespaces')));
  });

  it('cannot be acted on or opened before all of it is there', async () => {
    graph = await open({ theme: light });
    await drawPart(100);
    const note = graph.page.locator('.reading-note .words');
    const trace = graph.page.getByRole('button', { name: /^Trace a Packet/ });
    assert.equal(await trace.isVisible(), false);
    await graph.page.locator('.canvas').focus();
    await graph.page.keyboard.press('g');
    assert.ok(
      (await graph.listed()).every((text) => !text.startsWith('Namespace node-')),
      'no group opens',
    );
    await drawWhole();
    assert.equal(await trace.isVisible(), true);
    await note.evaluate((words) => {
      const said: string[] = [];
      new MutationObserver(() => said.push(words.textContent)).observe(words, { childList: true });
      Object.assign(window, { said });
    });
    await graph.page.locator('.canvas').focus();
    await graph.page.keyboard.press('g');
    await graph.until('the groups to open', async () =>
      (await graph.listed()).some((text) => text.startsWith('Namespace node-')),
    );
    // So many take a while, and that is said before it begins.
    const said = await graph.page.evaluate(() => (window as unknown as { said: string[] }).said);
    assert.equal(said[0], 'Drawing 400 namespaces…');
    await graph.until('the note to go', async () => !(await note.isVisible()));
  });

  it('keeps the places of what is not read yet', async () => {
    const kept = { 'ns:node-399': { x: -700, y: -900 }, 'ns:node-1': { x: -500, y: -900 } };
    const state: PageState = {
      ...freshState,
      collapsed: ['group:bridge:br1', 'group:bridge:br3', 'group:bridge:br4', 'group:bridge:br5'],
      positions: { 'ranks one': { positions: kept, pinned: Object.keys(kept) } },
    };
    graph = await open({ theme: dark, state });
    await drawPart(60);
    assert.deepEqual((await places())['ns:node-1'], kept['ns:node-1']);
    await drawWhole();
    assert.deepEqual((await places())['ns:node-399'], kept['ns:node-399']);
  });
});
