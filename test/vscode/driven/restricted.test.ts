import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { waitFor } from '../machinery/wait-for';
import { GraphPage } from './graph-page';
import { screenshotOnFailure, Session } from './session';

const lab = `name: far
target: far
namespaces:
  earth:
    interfaces:
      veth0: { addresses: [10.0.0.300/24] }
  mars:
links:
  - endpoints: [earth:veth0, mars:veth0]
checks:
  - { from: earth, ping: mars }
`;

/** Commands that would work on a host, as a person finds them in the palette. */
const runCommands = [
  'Apply Topology',
  'Plan Topology',
  'Verify Topology',
  'Destroy Lab',
  'Connect to Host',
  'Open Shell',
];

describe('In Restricted Mode', function () {
  this.timeout(240_000);
  let server: Server;
  let connections = 0;
  let session: Session;

  before(async () => {
    // A host that anything could connect to.
    server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const host = {
      id: 'far',
      host: '127.0.0.1',
      port,
      user: 'root',
      identityFile: '/none',
      knownHostsFiles: ['/none'],
    };
    session = await Session.start([host], {
      files: { 'far.netns.yaml': lab },
      restricted: true,
      settings: {
        'security.workspace.trust.enabled': true,
        'security.workspace.trust.startupPrompt': 'never',
        'security.workspace.trust.banner': 'never',
      },
      keys: { 'ctrl+alt+9': 'netns.topology.apply' },
    });
    await session.workbench.openFile('far.netns.yaml');
  });
  after(async () => {
    await session.close();
    await new Promise((resolve) => server.close(resolve));
  });
  afterEach(screenshotOnFailure(() => session));

  const page = () => session.workbench.page;
  const editorText = async (): Promise<string> =>
    (await page().locator('.editor-group-container.active .view-lines').innerText()).replaceAll('\u00a0', ' ');
  const word = (text: string) => page().locator('.view-line span span', { hasText: text }).first();

  const goToLine = async (line: number): Promise<void> => {
    await page().keyboard.press('Control+G');
    await session.workbench.quickInput.fill(`:${line}`);
    await page().keyboard.press('Enter');
    await session.workbench.quickInput.waitFor({ state: 'detached' });
    await page().locator('.editor-group-container.active .monaco-editor.focused').waitFor();
    await waitFor(`line ${line}`, async () => (await session.workbench.cursorLine()) === line);
  };

  it('the window says so, and so do the lenses, in place of what runs', async () => {
    await page().locator('.statusbar-item', { hasText: 'Restricted Mode' }).waitFor();
    await session.workbench.codeLens('Restricted Mode: nothing connects or runs').waitFor();
    await session.workbench.codeLens('Show Graph').waitFor();
    for (const lens of ['Apply', 'Plan', 'Verify', 'Destroy', 'Run', 'Shell'])
      assert.equal(await session.workbench.codeLens(lens).count(), 0, lens);
    await session.screenshot('restricted-mode');
  });

  it('mistakes are marked', async () => {
    const problems = await session.workbench.problems();
    assert.ok(
      problems.some((text) => text.includes('10.0.0.300')),
      problems.join('\n'),
    );
  });

  it('hovering explains', async () => {
    await word('endpoints').hover();
    const hover = page().locator('.monaco-hover:visible .hover-contents');
    await hover.filter({ hasText: 'cable' }).first().waitFor();
    await page().keyboard.press('Escape');
  });

  it('completion offers what may be written', async () => {
    await goToLine(7);
    await page().keyboard.press('End');
    await page().keyboard.press('Enter');
    await page().keyboard.type('rout');
    const offered = page().locator('.suggest-widget.visible .monaco-list-row', { hasText: 'routes' });
    await offered.first().waitFor();
    await page().keyboard.press('Escape');
    await waitFor('the text to be as before', async () => {
      await page().keyboard.press('Control+Z');
      return !(await editorText()).includes('rout');
    });
  });

  it('rename works', async () => {
    await goToLine(7);
    await page().keyboard.press('Home');
    await page().keyboard.press('F2');
    const input = page().locator('.rename-box input');
    await input.fill('venus');
    await page().keyboard.press('Enter');
    await waitFor('venus in all places', async () => (await editorText()).match(/venus/g)?.length === 3);
  });

  it('the graph is drawn', async () => {
    await session.workbench.codeLens('Show Graph').click();
    await new GraphPage(session.workbench).waitForNodes(['ns:earth', 'ns:venus']);
    await session.workbench.openFile('far.netns.yaml');
  });

  it('what runs is not offered by the palette', async () => {
    await page().keyboard.press('F1');
    await session.workbench.quickInput.fill('>Netns: ');
    const offered = session.workbench.quickRows.locator('.label-name');
    await offered.filter({ hasText: 'Netns: New Topology from Template…' }).first().waitFor();
    const titles = await offered.allInnerTexts();
    for (const command of runCommands) assert.ok(!titles.includes(`Netns: ${command}`), titles.join('\n'));
    await page().keyboard.press('Escape');
  });

  it('what is run all the same, by a key, does nothing and says why', async () => {
    await session.workbench.openFile('tun-and-tap.netns.yaml');
    await page().keyboard.press('Control+Alt+9');
    const said = await session.workbench.notification('Restricted Mode');
    assert.match(said, /Trust the workspace first/);
    assert.equal(connections, 0);
    await session.workbench.clearNotifications();
  });

  it('trusting the workspace brings back what runs', async () => {
    await session.workbench.codeLens('Restricted Mode').click();
    await page().locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).first().click();
    // A file that no other row of the list resembles, such as its own graph.
    await session.workbench.openFile('spanning-tree.netns.yaml');
    await session.workbench.codeLens('Apply to far').waitFor();
    assert.equal(connections, 0);
  });
});
