import assert from 'node:assert/strict';
import type { Frame, Locator } from 'playwright-core';
import { startLabHost } from '../../lab-host';
import type { LabHost } from '../../lab-host';
import { hostSetting } from '../machinery/suite-setup';
import { waitFor } from '../machinery/wait-for';
import { screenshotOnFailure, Session, stepsOfOneStory } from './session';
import { untilFrameWith } from './webview-frames';

describe('the tree of hosts and their graphs, by hand', function () {
  this.timeout(240_000);
  let lab: LabHost;
  let session: Session;
  const undo: (() => Promise<void>)[] = [];

  before(async () => {
    lab = await startLabHost();
    undo.push(() => lab.stop());
    await lab.run(`ip netns add earth; ip netns add neptune; ip netns add a-namespace-with-a-very-long-name-indeed
      ip link add planet-br type bridge; ip link set planet-br up; ip addr add 10.10.0.1/16 dev planet-br
      ip link add moon-br type bridge; ip link set moon-br up
      ip link add p0 master moon-br up type veth peer name eth0 netns neptune; ip -n neptune link set eth0 up
      ip -n neptune addr add 10.10.0.20/16 dev eth0; ip -n neptune link set lo up
      ip -n neptune rule add not to 10.10.0.0/16 prohibit priority 400
      ip netns exec neptune nft 'add table ip t; add chain ip t p { type nat hook output priority -100; }; add rule ip t p ip daddr 10.10.0.9 counter dnat to 127.0.0.1'
      ip netns exec neptune python3 -m http.server --bind 10.10.0.20 8000 >/dev/null 2>&1 &
      ip netns exec neptune ping -c 1 10.10.0.9; ip netns exec neptune ping -c 1 -W 1 10.10.0.99; ip netns exec neptune ip neigh add 10.10.0.77 lladdr 02:00:00:00:00:77 dev eth0
      bridge fdb add 02:00:00:00:00:99 dev p0 master static; true`);
    session = await Session.start([hostSetting(lab)]);
    undo.push(() => session.close());
  });
  after(async () => {
    for (const step of undo.reverse()) await step();
  });
  afterEach(screenshotOnFailure(() => session));
  stepsOfOneStory();

  const row = (label: string) => session.workbench.treeRow(label).first();

  it('opens a host that is connected, and says in the status bar how it stands', async () => {
    const { workbench } = session;
    await workbench.openNetnsView();
    await row('lab1').waitFor();
    await workbench.runCommand('Netns: Connect to Host');
    await row('earth').waitFor({ timeout: 60_000 });
    await row('planet-br').waitFor();
    await session.screenshot('tree-1-host');
  });

  it('is filtered while somebody types; Escape gives back what was before', async () => {
    const { workbench } = session;
    await workbench.expand('neptune');
    await workbench.runCommand('Netns: Filter…');
    await workbench.quickInput.fill('neptune eth0');
    await waitFor('earth to go', async () => (await workbench.treeRow('earth').count()) === 0);
    // The interface that was found is opened to.
    await row('eth0 ↔ moon-br').waitFor();
    await session.screenshot('tree-2-filter');
    await workbench.page.keyboard.press('Escape');
    await row('earth').waitFor();
    await row('eth0 ↔ moon-br').waitFor();
  });

  it('keeps a filter that is accepted, says so, and clears it', async () => {
    const { workbench } = session;
    await workbench.runCommand('Netns: Filter…');
    await workbench.quickInput.fill('no such thing');
    await workbench.page.keyboard.press('Enter');
    await workbench.page.getByText('Nothing on your hosts holds these words.').waitFor();
    await session.screenshot('tree-3-nothing');
    await workbench.page.getByRole('button', { name: 'Clear Filter' }).last().click();
    await row('earth').waitFor();
  });

  it('plugs a namespace into the bridge that it is dropped onto', async () => {
    const { workbench } = session;
    // Rows that are still coming would move others away from under the mouse.
    for (const label of ['host', 'neptune', 'planet-br', 'moon-br']) await row(label).waitFor();
    await workbench.settled(row('moon-br'));
    await row('earth').dragTo(row('planet-br'));
    for (const said of [/names of its two ends/, /An address/]) {
      await waitFor('the question', async () =>
        said.test(
          await workbench.page
            .locator('.quick-input-widget:visible')
            .innerText()
            .catch(() => ''),
        ),
      );
      if (said.source.includes('address')) await workbench.quickInput.fill('10.10.0.10/16');
      await workbench.page.keyboard.press('Enter');
    }
    await workbench.notification(/are connected/);
    const { stdout } = await lab.run('ip netns exec earth ping -c1 -W2 10.10.0.1 >/dev/null && echo reached');
    assert.equal(stdout, 'reached\n');
    await session.screenshot('tree-4-dropped');
  });

  it('shows what is live in a namespace and on a bridge: rules, neighbours, sockets, parameters, connections, MAC addresses', async () => {
    const { workbench } = session;
    await workbench.clearNotifications();
    await workbench.expand('neptune');
    for (const group of ['Policy Rules', 'Neighbours', 'Listening']) await workbench.expand(group);
    await row('not from all to 10.10.0.0/16').waitFor();
    await row('10.10.0.99').waitFor();
    await row('tcp 10.10.0.20:8000').waitFor();
    await row('Connections').waitFor();
    await row('Kernel Parameters').waitFor();
    await session.screenshot('tree-5-live-rows');
    await row('Connections').hover();
    await workbench.page.getByRole('button', { name: 'Show Connections' }).first().click();
    await workbench.page.getByRole('tab', { name: /Connections of neptune/ }).waitFor();
    await session.screenshot('tree-6-connections');
    for (const group of ['Policy Rules', 'Neighbours', 'Listening', 'neptune']) await workbench.collapse(group);
    await workbench.expand('moon-br');
    await workbench.expand('MAC Addresses');
    await row('02:00:00:00:00:99').waitFor();
    await session.screenshot('tree-7-bridge');
    await workbench.collapse('moon-br');
  });

  it('plugs a cable into the other bridge when its port is dropped there', async () => {
    const { workbench } = session;
    await workbench.clearNotifications();
    await workbench.expand('moon-br');
    await workbench.settled(row('moon-br'));
    await row('p0 ↔ neptune:eth0').dragTo(row('planet-br'));
    await workbench.notification(/is plugged into planet-br/);
    const { stdout } = await lab.run('ip -br link show master planet-br | grep -c p0');
    assert.equal(stdout, '1\n');
  });

  const inGraph = (id: string): string => `#graph-list [data-node="${id}"]`;
  /** The graph of the host: the one that draws its second bridge. */
  const hostGraph = (): Promise<Frame> =>
    untilFrameWith(session.workbench.page, 'the graph of the host', inGraph('bridge:moon-br'));
  const moments = (graph: Frame): Locator => graph.locator('.history li button');

  it('draws the host with its history: what happened in order, the host as it was then, and back to now', async () => {
    const { workbench } = session;
    await workbench.clearNotifications();
    await workbench.runCommand('Netns: Show Host Graph');
    const graph = await hostGraph();
    await lab.run('ip netns add mars');
    await graph.locator(inGraph('ns:mars')).waitFor({ state: 'attached' });
    await lab.run('ip netns del mars');
    await graph.locator(inGraph('ns:mars')).waitFor({ state: 'detached' });
    await graph.getByRole('button', { name: 'Show History' }).click();
    const words = async (): Promise<string[]> => await moments(graph).allInnerTexts();
    const came = moments(graph).filter({ hasText: 'namespace mars appeared' }).last();
    await came.waitFor();
    await moments(graph).filter({ hasText: 'namespace mars went' }).last().waitFor();
    const told = await words();
    const at = (text: string): number => told.findLastIndex((row) => row.includes(text));
    assert.ok(at('mars appeared') < at('mars went'), told.join('\n'));
    assert.equal(at('Now'), told.length - 1);
    await came.click();
    await graph.locator(inGraph('ns:mars')).waitFor({ state: 'attached' });
    await graph.locator('.stage.past').waitFor();
    await session.screenshot('tree-8-history');
    await moments(graph).last().click();
    await graph.locator(inGraph('ns:mars')).waitFor({ state: 'detached' });
    await graph.locator('.stage.past').waitFor({ state: 'detached' });
    await graph.getByRole('button', { name: 'Close History' }).click();
    await workbench.page.getByRole('tab', { name: /Graph: lab1/ }).waitFor();
  });

  /** The graph of the file: of the two it alone draws what only the file declares. */
  const fileGraph = (): Promise<Frame> =>
    untilFrameWith(session.workbench.page, 'the graph of the file', inGraph('if:neptune/neptune-veth'));

  it('shows two graphs at once, of the host and of a file, which both follow', async () => {
    const { workbench } = session;
    await workbench.openFile('planets.netns.yaml');
    await workbench.runCommand('Netns: Show Graph');
    const ofFile = await fileGraph();
    // The host’s graph lies behind the file’s text: it comes back to the front beside the file’s graph.
    await workbench.page.getByRole('tab', { name: /Graph: lab1/ }).click();
    const ofHost = await hostGraph();
    const seen = workbench.page.locator('iframe.webview.ready:visible');
    await waitFor('both to be seen', async () => (await seen.count()) === 2);
    for (const graph of [ofFile, ofHost]) await graph.locator('canvas').first().waitFor();
    await lab.run('ip netns add mars');
    for (const graph of [ofHost, ofFile]) await graph.locator(inGraph('ns:mars')).waitFor({ state: 'attached' });
    await session.screenshot('tree-9-two-graphs');
    await lab.run('ip netns del mars');
    for (const graph of [ofHost, ofFile]) await graph.locator(inGraph('ns:mars')).waitFor({ state: 'detached' });
  });

  it('shows one graph alone on the whole screen, and gives everything back', async () => {
    const { workbench } = session;
    const sidebar = workbench.page.locator('.part.sidebar');
    await sidebar.waitFor();
    await workbench.page.getByRole('tab', { name: /Graph: lab1/ }).click();
    await workbench.runCommand('Netns: Toggle Graph in Full Screen');
    await sidebar.waitFor({ state: 'hidden' });
    await session.screenshot('tree-10-full-screen');
    await workbench.runCommand('Netns: Toggle Graph in Full Screen');
    await sidebar.waitFor();
  });

  it('has both graphs again after the window was reloaded, live as before', async () => {
    const { workbench } = session;
    await workbench.runCommand('Developer: Reload Window');
    await workbench.page.locator('[id="workbench.parts.statusbar"]').waitFor();
    for (const name of [/Graph: lab1/, /Graph: planets\.netns\.yaml/])
      await workbench.page.getByRole('tab', { name }).waitFor({ timeout: 60_000 });
    // What helps stands in the picture's place.
    const asking = await untilFrameWith(workbench.page, 'the graph that wants its host', '.notice button:visible');
    await asking.getByRole('button', { name: 'Connect to Host' }).click();
    const ofHost = await hostGraph();
    await fileGraph();
    await lab.run('ip netns add mars');
    await ofHost.locator(inGraph('ns:mars')).waitFor({ state: 'attached' });
    await session.screenshot('tree-11-reloaded');
    await lab.run('ip netns del mars');
    await ofHost.locator(inGraph('ns:mars')).waitFor({ state: 'detached' });
  });

  /** How many programs of ours follow the host there, and how many bytes the first of them has written so far. */
  async function followers(): Promise<{ count: number; written: number }> {
    const { stdout } = await lab.run(
      'set -- $(pgrep -f "[n]etns-topology-agent"); echo $#; [ $# -eq 0 ] || sed -n "s/^wchar: //p" /proc/$1/io',
    );
    const [count = 0, written = 0] = stdout.split('\n').map(Number);
    return { count, written };
  }
  const written = async (): Promise<number> => (await followers()).written;

  it('runs on the host only what a view that is seen needs: no counting without a graph, nothing at all without views', async () => {
    const { workbench } = session;
    await workbench.runCommand('View: Close All Editors');
    await workbench.openNetnsView();
    await row('neptune').waitFor();
    await workbench.runCommand('Netns: Show Host Graph');
    await hostGraph();
    // Each second it tells what passed, even where that is nothing.
    const before = await written();
    await waitFor('the rates', async () => (await written()) > before, { seconds: 20 });
    await workbench.runCommand('View: Close All Editors');
    await waitFor(
      'nothing to be told any more, as nothing happens',
      async () => {
        const now = await written();
        return now > 0 && now === (await settledWritten(now));
      },
      { seconds: 60 },
    );
    assert.ok((await followers()).count > 0, 'the tree is still seen');
    await workbench.runCommand('View: Show Explorer');
    await waitFor('what follows the host to end', async () => (await followers()).count === 0, { seconds: 30 });
    await lab.run('ip netns add unseen');
    assert.equal((await followers()).count, 0);
    await workbench.openNetnsView();
    await row('unseen').waitFor();
    assert.ok((await followers()).count > 0);
  });

  /** How much it has written when two more rates would have been told. */
  async function settledWritten(now: number): Promise<number> {
    const until = Date.now() + 2500;
    let last = now;
    await waitFor('two rates', async () => {
      last = await written();
      return last !== now || Date.now() > until;
    });
    return last;
  }
});
