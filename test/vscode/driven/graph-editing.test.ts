import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { waitFor } from '../machinery/wait-for';
import { GraphPage } from './graph-page';
import { screenshotOnFailure, Session, stepsOfOneStory } from './session';

const file = 'drawn.netns.yaml';
const text = `name: drawn # a lab
bridges:
  switch: { addresses: [10.1.0.1/24] } # the middle
namespaces:
  earth:
    interfaces: { earth-veth: { addresses: [10.1.0.10/24] } }
    routes: [{ to: default, via: 10.1.0.1 }]
  mars: # nothing yet
links:
  - endpoints: [earth:earth-veth, switch]
`;
const drawn = `name: drawn # a lab
bridges:
  switch: { addresses: [10.1.0.1/24] } # the middle
namespaces:
  earth:
    interfaces: { earth-veth: { addresses: [10.1.0.10/24] } }
    routes: [{ to: default, via: 10.1.0.1 }]
  mars: # nothing yet
    interfaces:
      mars-veth: { addresses: [10.1.0.11/24] }
    routes: [{ to: default, via: 10.1.0.1 }]
links:
  - endpoints: [earth:earth-veth, switch]
  - endpoints: [mars:mars-veth, switch]
`;

describe('editing a topology file in its graph, by hand', function () {
  this.timeout(240_000);
  let session: Session;
  let graph: GraphPage;

  before(async () => {
    // Without inlay hints the lines on the screen are the text.
    const settings = { 'editor.inlayHints.enabled': 'off' };
    session = await Session.start([], { files: { [file]: text }, settings });
    graph = new GraphPage(session.workbench);
    await session.workbench.openFile(file);
    await session.workbench.codeLens('Show Graph').click();
    await graph.waitForNodes(['ns:mars', 'bridge:switch']);
  });
  after(async () => {
    await (session as Session | undefined)?.close();
  });
  stepsOfOneStory();
  afterEach(screenshotOnFailure(() => session));

  /** What the file's editor shows; the whole file is on the screen. */
  async function shown(): Promise<string> {
    const lines = session.workbench.page.locator('.monaco-editor[data-uri$="drawn.netns.yaml"] .view-line');
    const placed = await lines.evaluateAll((all) =>
      all.map((line) => ({ top: Number.parseFloat((line as HTMLElement).style.top), text: line.textContent })),
    );
    return placed
      .sort((a, b) => a.top - b.top)
      .map((line) => line.text.replaceAll('\u00a0', ' '))
      .join('\n');
  }
  const untilShown = async (wanted: string): Promise<void> => {
    await waitFor('the text', async () => (await shown()) === wanted).catch(async () => {
      assert.equal(await shown(), wanted);
    });
  };
  const handle = (): Locator => session.workbench.webview.locator('.cable-handle');

  const picture = (): Locator => session.workbench.webview.getByLabel(/^Network graph\./);
  /** The graph has the keyboard again. */
  const untilFocused = async (): Promise<void> => {
    await waitFor('the graph to have the keyboard', () =>
      picture().evaluate((canvas) => document.hasFocus() && document.activeElement === canvas),
    );
  };

  /** Marks a node by its line in the text, or else by the list; says where its handle is, on the page. */
  async function handleOf(id: string, line?: string): Promise<{ x: number; y: number }> {
    if (line === undefined) await graph.select(id);
    else await session.workbench.clickText(line, line.split(':')[0] ?? line);
    await waitFor(`${id} to be selected`, () => graph.isSelected(id));
    await handle().waitFor();
    const box = await handle().boundingBox();
    assert.ok(box);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  it('a cable drawn with the mouse stands in the text, with names, address and route, and nothing is saved', async () => {
    const { page } = session.workbench;
    const to = await handleOf('bridge:switch', 'switch: {');
    const from = await handleOf('ns:mars', 'mars: #');
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x - 30, to.y, { steps: 8 });
    await session.screenshot('graph-cable-drawn');
    await page.mouse.up();
    await graph.waitForNodes(['if:mars/mars-veth']);
    await untilShown(drawn);
    await session.screenshot('graph-cable-done');
    assert.equal(readFileSync(path.join(session.workspace, file), 'utf8'), text);
    assert.equal(await page.locator('.tab.dirty[data-resource-name="drawn.netns.yaml"]').count(), 1);
  });

  it('Ctrl+Z in the graph takes it back whole, and Ctrl+Y makes it again', async () => {
    const { page } = session.workbench;
    await untilFocused();
    await page.keyboard.press('Control+Z');
    await untilShown(text);
    await untilFocused();
    await waitFor('the cable to go', async () => (await graph.node('if:mars/mars-veth').count()) === 0);
    assert.equal(await page.locator('.tab.dirty[data-resource-name="drawn.netns.yaml"]').count(), 0);
    await page.keyboard.press('Control+Y');
    await untilShown(drawn);
    await untilFocused();
    await page.keyboard.press('Control+Z');
    await untilShown(text);
  });

  it('a right click opens VS Code’s menu, and what it says is done', async () => {
    const { page } = session.workbench;
    const item = (title: string): Locator => page.locator('.monaco-menu .action-label', { hasText: title });
    // The picture may still be moving to what the step before has drawn: then the click goes beside the node.
    await waitFor('the menu of mars', async () => {
      await page.keyboard.press('Escape');
      const at = await handleOf('ns:mars');
      await page.mouse.move(at.x - 30, at.y - 10);
      await page.mouse.click(at.x - 30, at.y - 10, { button: 'right' });
      const shown = item('Rename in File…').waitFor({ timeout: 2000 });
      return await shown.then(
        () => true,
        () => false,
      );
    });
    await session.screenshot('graph-context-menu');
    assert.equal(await item('Paste').count(), 0);
    await item('Rename in File…').click();
    await session.workbench.quickInput.fill('earth');
    await page.locator('.quick-input-message', { hasText: 'There is a namespace "earth" already.' }).waitFor();
    await session.workbench.quickInput.fill('venus');
    await page.keyboard.press('Enter');
    await untilShown(text.replace('mars:', 'venus:'));
    await graph.waitForNodes(['ns:venus']);
  });

  it('all of it is done by the keyboard alone', async () => {
    const { page } = session.workbench;
    await picture().press('Escape');
    await picture().press('n');
    await session.workbench.quickInput.waitFor();
    await page.keyboard.press('Enter');
    await graph.waitForNodes(['ns:ns1']);
    await waitFor('ns1 to be selected', () => graph.isSelected('ns:ns1'));
    await picture().press('c');
    await session.workbench.pick('venus');
    await waitFor('the cable', async () => (await shown()).includes('- endpoints: [ns1:eth0, venus:eth0]'));
    await picture().press('Escape');
    await graph.select('ns:ns1');
    await picture().press('Delete');
    await session.workbench.modalDialog.waitFor();
    await session.screenshot('graph-delete');
    await session.workbench.answerDialog('Delete');
    await untilShown(text.replace('mars:', 'venus:'));
    await picture().press('Shift+F10');
    await page.locator('.monaco-menu .action-label', { hasText: 'Add Namespace to File…' }).waitFor();
    await page.keyboard.press('Escape');
  });
});
