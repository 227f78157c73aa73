import assert from 'node:assert/strict';
import { localizedManifest } from '../../fixtures/manifest';
import { buildGraphView } from '../../../src/lab/graph-view';
import type { DrawnFile, FromGraph, ToGraph } from '../../../src/protocol/messages';
import { parseTopology } from '../../../src/topology/parse';
import { graphMenu, type MenuManifest } from '../../../src/vscode/graph/graph-menu';
import { planetsHost } from '../graph/hosts';
import { planets } from '../language/mutations';
import type { GraphTestPage } from './graph-browser';
import { dark, highContrast, highContrastLight, light, type TestTheme } from './themes';
import { pictures, useGraphBrowser } from './use-graph-browser';

const drawnFile: DrawnFile = { uri: 'file:///lab/planets.netns.yaml', name: 'planets.netns.yaml' };
const menu = graphMenu(localizedManifest() as MenuManifest);
const withMars = planets.replace('namespaces:\n', 'namespaces:\n  mars:\n');

type ViewMessage = Extract<ToGraph, { type: 'view' }>;

function design(text: string, file: Partial<DrawnFile> = {}): ViewMessage {
  const { topology } = parseTopology(text);
  assert.ok(topology);
  return { type: 'view', view: buildGraphView({ hostName: '', topology }), hosts: [], file: { ...drawnFile, ...file } };
}

function overlaid(text: string): ViewMessage {
  const { topology } = parseTopology(text);
  const view = buildGraphView({ hostName: 'lab1', snapshot: planetsHost(), topology });
  return { type: 'view', view, hosts: [{ id: 'one', label: 'lab1' }], selectedHost: 'one', file: drawnFile };
}

describe('Editing in the graph, in a real browser', function () {
  this.timeout(120_000);
  const openPage = useGraphBrowser('editing in the graph');
  let graph: GraphTestPage;

  async function open(message: ViewMessage, theme: TestTheme = dark): Promise<void> {
    graph = await openPage({ theme, viewport: { width: 1200, height: 760 } });
    await graph.send({ type: 'menu', items: menu });
    await graph.draw(message);
    await graph.zoomByKeys();
  }

  const key = 'ranks ';
  const last = async (type: FromGraph['type']): Promise<FromGraph | undefined> =>
    (await graph.sent()).filter((message) => message.type === type).at(-1);
  const edits = async (): Promise<unknown[]> =>
    (await graph.sent()).flatMap((message) => (message.type === 'edit' ? [message.edit] : []));
  const handle = () => graph.page.locator('.cable-handle');

  /** Moves onto a node until its handle is there, and says where that is. */
  async function handleOf(unit: string, from = key): Promise<{ x: number; y: number }> {
    const { x, y } = await graph.pointOf(unit, from);
    await graph.page.mouse.move(x, y - 12);
    // The handle of the node before may still be there for a moment.
    let [box, before] = [await handle().boundingBox(), ''];
    await graph.until('the handle to rest', async () => {
      before = JSON.stringify(box);
      await graph.page.waitForTimeout(200);
      box = await handle().boundingBox();
      return box !== null && JSON.stringify(box) === before;
    });
    assert.ok(box);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  async function drag(from: string, to: { x: number; y: number }): Promise<void> {
    const { mouse } = graph.page;
    const start = await handleOf(from);
    await mouse.move(start.x, start.y);
    await mouse.down();
    await mouse.move(to.x, to.y, { steps: 5 });
  }

  it('a cable is drawn from the handle of one node to another, and nowhere else', async () => {
    await open(design(withMars));
    const bridge = await graph.pointOf('bridge:planet-br', key);
    await drag('ns:mars', bridge);
    await graph.page.screenshot({ path: `${pictures}/cable-dark.png` });
    assert.equal(await graph.page.locator('.cable-line.on-target').count(), 1);
    await graph.page.mouse.up();
    assert.deepEqual(await edits(), [{ type: 'connect', from: 'ns:mars', to: 'bridge:planet-br' }]);
    const earth = await graph.pointOf('ns:earth', key);
    await drag('bridge:planet-br', earth);
    await graph.page.mouse.up();
    assert.deepEqual((await edits()).at(-1), { type: 'connect', from: 'bridge:planet-br', to: 'ns:earth' });
    // Into the void, and back to itself: nothing.
    await drag('ns:mars', { x: 20, y: 730 });
    await graph.page.mouse.up();
    const mars = await graph.pointOf('ns:mars', key);
    await drag('ns:mars', { x: mars.x, y: mars.y });
    await graph.page.mouse.up();
    assert.equal((await edits()).length, 2);
    // Escape gives up while the button is still down.
    await drag('ns:mars', bridge);
    await graph.page.keyboard.press('Escape');
    await graph.page.mouse.up();
    assert.equal((await edits()).length, 2);
    assert.equal(await graph.page.locator('.cable-line').isVisible(), false);
  });

  it('a click on the handle asks where the cable leads', async () => {
    await open(design(planets));
    const at = await handleOf('ns:earth');
    await graph.page.mouse.click(at.x, at.y);
    assert.deepEqual(await edits(), [{ type: 'connect', from: 'ns:earth' }]);
  });

  it('there is no handle where the file does not declare a node, or where there is no file', async () => {
    await open(overlaid(planets.replaceAll('neptune', 'pluto')));
    await handleOf('ns:earth', 'ranks one');
    const { x, y } = await graph.pointOf('ns:neptune', 'ranks one');
    await graph.page.mouse.move(x, y - 12);
    await graph.until('the handle to go', async () => !(await handle().isVisible()));
    await graph.draw({
      type: 'view',
      view: buildGraphView({ hostName: 'lab1', snapshot: planetsHost() }),
      hosts: [{ id: 'one', label: 'lab1' }],
      selectedHost: 'one',
    });
    const earth = await graph.pointOf('ns:earth', 'ranks one');
    await graph.page.mouse.move(earth.x, earth.y - 12);
    await graph.page.waitForTimeout(200);
    assert.equal(await handle().isVisible(), false);
    assert.equal(await graph.page.getByRole('button', { name: 'Add Namespace' }).isVisible(), false);
    await graph.page.keyboard.press('n');
    assert.deepEqual(await edits(), []);
  }); // prettier-ignore

  it('keys and buttons ask for each edit, on what is selected', async () => {
    await open(design(planets));
    const { keyboard } = graph.page;
    await graph.page.getByRole('button', { name: 'Add Namespace' }).click();
    await graph.page.getByRole('button', { name: 'Add Bridge' }).click();
    await graph.page.locator('.canvas').focus();
    for (const press of ['n', 'b', 'c', 'F2', 'Delete']) await keyboard.press(press);
    const adds = [
      { type: 'add', kind: 'namespace' },
      { type: 'add', kind: 'bridge' },
    ];
    assert.deepEqual(await edits(), [...adds, ...adds], 'without a selection only adding does anything');
    await graph.select('ns:earth');
    await graph.until('the handle', () => handle().isVisible());
    for (const press of ['c', 'F2', 'Delete', 'Backspace']) await keyboard.press(press);
    assert.deepEqual((await edits()).slice(4), [
      { type: 'connect', from: 'ns:earth' },
      { type: 'rename', nodeId: 'ns:earth' },
      { type: 'delete', nodeId: 'ns:earth' },
      { type: 'delete', nodeId: 'ns:earth' },
    ]);
    for (const press of ['Control+z', 'Control+Shift+z', 'Control+y']) await keyboard.press(press);
    const steps = (await graph.sent()).flatMap((message) => (message.type === 'history' ? [message.step] : []));
    assert.deepEqual(steps, ['undo', 'redo', 'redo']);
  });

  it('what was done is said to the eye and the ear, with the way back', async () => {
    await open(design(planets));
    await graph.send({ type: 'edited', said: 'Added the cable mars:eth0 – planet-br, 10.10.0.21/16' });
    await graph.page.getByRole('button', { name: 'Undo' }).waitFor();
    assert.match((await graph.page.locator('[aria-live=polite]').textContent()) ?? '', /^Added the cable mars/);
    await graph.page.getByRole('button', { name: 'Undo' }).click();
    assert.deepEqual(await last('history'), { type: 'history', step: 'undo' });
    assert.equal(await graph.page.locator('.edited').isVisible(), false);
  });

  it('the file’s error is said above the picture, with the way to it', async () => {
    const note = 'planets.netns.yaml has an error in line 7: “x” is not an address. The graph shows the file as it was before.';
    await open(design(planets, { note }));
    assert.equal(await graph.page.locator('.banner:not([hidden]) span:not(.codicon)').textContent(), note);
    await graph.page.getByRole('button', { name: 'Show Problem' }).click();
    assert.deepEqual(await last('showProblem'), { type: 'showProblem' });
    await graph.draw(design(planets));
    assert.equal(await graph.page.locator('.banner:not([hidden])').count(), 0);
  }); // prettier-ignore

  describe('context menus', () => {
    /** Hears the event where VS Code does, and reads what VS Code reads. */
    async function listen(): Promise<void> {
      await graph.page.evaluate(() => {
        const heard: unknown[] = [];
        Object.assign(window, { heard });
        document.addEventListener('contextmenu', (event) => {
          if (event.defaultPrevented) return;
          event.preventDefault();
          const holder = (event.target as Element).closest<HTMLElement>('[data-vscode-context]');
          const { clientX, clientY } = event;
          heard.push({ context: JSON.parse(holder?.dataset['vscodeContext'] ?? 'null') as unknown, clientX, clientY });
        });
      });
    }
    interface Heard {
      readonly context: unknown;
      readonly clientX: number;
      readonly clientY: number;
    }
    const heard = async (): Promise<Heard[]> =>
      graph.page.evaluate(() => (window as unknown as { heard: Heard[] }).heard);
    const earth = {
      webviewSection: 'namespace',
      preventDefaultContextMenuItems: true,
      netnsSubject: { type: 'namespace', name: 'earth', lab: 'planets', hostId: 'one', file: drawnFile.uri },
      netnsNode: 'ns:earth',
      netnsDeclared: true,
      netnsLive: true,
    };
    const ground = {
      webviewSection: 'canvas',
      preventDefaultContextMenuItems: true,
      netnsSubject: { type: 'host', name: 'one', hostId: 'one', file: drawnFile.uri },
      netnsDeclared: true,
      netnsLive: true,
    };

    it('are about what the pointer is on, whatever is selected', async () => {
      await open(overlaid(planets));
      await listen();
      const at = await graph.pointOf('ns:earth', 'ranks one');
      await graph.page.mouse.move(at.x, at.y - 12);
      await graph.page.mouse.click(at.x, at.y - 12, { button: 'right' });
      await graph.select('ns:neptune');
      await graph.page.mouse.move(15, 700);
      await graph.page.mouse.click(15, 700, { button: 'right' });
      const [first, second] = await heard();
      assert.deepEqual(first?.context, earth);
      assert.deepEqual(second?.context, ground);
    });

    it('come by the keyboard where the selected thing is drawn', async () => {
      await open(overlaid(planets));
      await listen();
      await graph.page.locator('.canvas').focus();
      await graph.page.keyboard.press('Tab');
      await graph.page.keyboard.press('Tab');
      await graph.page.keyboard.press('Shift+F10');
      await graph.until('the menu', async () => (await heard()).length > 0);
      const [menuAt] = await heard();
      const { x, y } = await graph.pointOf('ns:earth', 'ranks one');
      assert.deepEqual(menuAt?.context, earth);
      assert.ok(
        Math.abs(menuAt.clientX - x) < 40 && Math.abs(menuAt.clientY - y) < 40,
        JSON.stringify({ menuAt, x, y }),
      );
      await graph.page.keyboard.press('Escape');
      await graph.page.keyboard.press('Shift+F10');
      await graph.until('the second menu', async () => (await heard()).length > 1);
      assert.deepEqual((await heard())[1]?.context, ground);
    });

    it('come from the list as well', async () => {
      await open(overlaid(planets));
      await listen();
      await graph.page.locator('#graph-list [data-node="nat:NAT 10.10.0.0/16"]').focus();
      await graph.page.keyboard.press('Shift+F10');
      await graph.until('the menu', async () => (await heard()).length > 0);
      assert.deepEqual((await heard()).map(({ context }) => (context as { webviewSection: string }).webviewSection), ['nat']);
    }); // prettier-ignore
  });

  it('a double click asks for the first thing that can be done', async () => {
    await open(design(planets));
    const { x, y } = await graph.pointOf('ns:earth', key);
    await graph.page.mouse.dblclick(x, y - 12);
    await graph.waitForMessage('open');
    assert.deepEqual(await last('open'), { type: 'open', nodeId: 'ns:earth' });
  });

  it('the details offer what the menu offers', async () => {
    await open(design(planets));
    const buttons = async (nodeId: string): Promise<string[]> => {
      await graph.page.locator(`#graph-list [data-node="${nodeId}"]`).evaluate((button: HTMLElement) => {
        button.click();
      });
      return await graph.page.locator('.details .actions vscode-button').allTextContents();
    };
    const ofNamespace = ['Show in File', 'Draw Cable To…', 'Rename in File…', 'Delete from File…'];
    const offered = await buttons('ns:earth');
    assert.deepEqual(offered.filter((title) => ofNamespace.includes(title)), ofNamespace);
    // The first few are there at once, the rest when asked for, and so for the next thing too.
    const remove = graph.page.locator('.details').getByText('Delete from File…');
    assert.equal(await remove.isVisible(), false);
    await graph.page.getByRole('button', { name: 'More Actions' }).click();
    await remove.click();
    assert.deepEqual(await last('command'), { type: 'command', command: 'netns.graph.delete', nodeId: 'ns:earth' });
    assert.ok(!(await buttons('nat:NAT 10.10.0.0/16')).includes('Rename in File…'));
    assert.ok((await buttons('host')).includes('Add Bridge to File…'));
    await buttons('ns:neptune');
    assert.equal(await remove.isVisible(), true);
  }); // prettier-ignore

  describe('for people to look at', () => {
    const themes: readonly TestTheme[] = [dark, light, highContrast, highContrastLight];
    for (const theme of themes) {
      it(`the handle, the message and the banner, ${theme.name}`, async () => {
        await open(design(withMars, { note: 'planets.netns.yaml has an error in line 7: “10.10.0.300/16” is not an address: 300 is over 255. The graph shows the file as it was before.' }), theme);
        await graph.send({ type: 'edited', said: 'Added the cable mars:mars-veth – planet-br:mars-br-veth, 10.10.0.21/16' });
        const bridge = await graph.pointOf('bridge:planet-br', key);
        await drag('ns:mars', bridge);
        await graph.page.screenshot({ path: `${pictures}/editing-${theme.name}.png` });
        await graph.page.mouse.up();
        const at = await graph.pointOf('ns:earth', key);
        await graph.page.mouse.click(at.x, at.y - 12);
        await graph.page.locator('.details').waitFor();
        await graph.page.screenshot({ path: `${pictures}/actions-${theme.name}.png` });
      }); // prettier-ignore
    }
  });
});
