import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { startLabHost } from '../../lab-host';
import type { LabHost } from '../../lab-host';
import { hostSetting } from '../machinery/suite-setup';
import { waitFor } from '../machinery/wait-for';
import { GraphPage } from './graph-page';
import { screenshotOnFailure, Session, stepsOfOneStory } from './session';
import { frameWith as frameOf } from './webview-frames';

/** What of the graph's page is looked at. */
interface PageOfGraph {
  readonly document: {
    drawnWays: { readonly mark: string; readonly at: number }[];
    readonly body: unknown;
    querySelector(selector: string): { readonly className: string } | null;
  };
  readonly MutationObserver: new (onChange: () => void) => { observe(target: unknown, what: object): void };
}

/** The hunt of the first tutorial's fourth section, by hand: a ping to the internet that stops at the host. */
describe('a user who hunts a packet', function () {
  this.timeout(240_000);
  let lab: LabHost;
  let session: Session;
  const undo: (() => Promise<void>)[] = [];

  before(async () => {
    lab = await startLabHost();
    undo.push(() => lab.stop());
    session = await Session.start([hostSetting(lab)], {
      settings: { 'workbench.secondarySideBar.defaultVisibility': 'hidden' },
    });
    undo.push(() => session.close());
    const { workbench } = session;
    await workbench.openFile('planets.netns.yaml');
    await workbench.codeLens('Apply to lab1').click();
    await workbench.notification(/planets is on lab1/, 60);
    await lab.run('sysctl -w net.ipv4.ip_forward=0');
    await workbench.clearNotifications();
  });
  after(async () => {
    for (const step of undo.reverse()) await step();
  });
  afterEach(screenshotOnFailure(() => session));
  stepsOfOneStory();

  /** The report's page, among the webviews that are open. */
  async function report(): Promise<Frame> {
    return await waitFor('the report', () => frameWith('main.trace h1'));
  }

  const frameWith = (selector: string): Promise<Frame | undefined> => frameOf(session.workbench.page, selector);

  async function untilVerdict(pattern: RegExp): Promise<void> {
    await waitFor(
      `a verdict of ${String(pattern)}`,
      async () => {
        const page = await report();
        const text = await page
          .locator('main.trace[aria-busy=false] h1')
          .innerText({ timeout: 1000 })
          .catch(() => '');
        return pattern.test(text);
      },
      { seconds: 30 },
    );
  }

  it('asks on the host’s graph with T, from earth to the outside', async () => {
    const { workbench } = session;
    await workbench.runCommand('View: Close All Editors');
    await workbench.runCommand('Netns: Show Host Graph');
    const graph = new GraphPage(workbench);
    await graph.waitForNodes(['ns:earth', 'outside']);
    await graph.select('ns:earth');
    const canvas = workbench.webview.getByLabel(/^Network graph\./);
    await canvas.press('t');
    await workbench.webview
      .locator('.trace-bar')
      .getByText(/Namespace earth: now click/)
      .waitFor();
    await graph.select('outside');
    await canvas.press('Enter');
    await workbench.quickInput.waitFor();
    await workbench.quickInput.fill('8.8.8.8');
    await workbench.page.keyboard.press('Enter');
    // What the graph draws from now on, each with the milliseconds since the last answer.
    await canvas.evaluate(() => {
      const { document, MutationObserver } = globalThis as unknown as PageOfGraph;
      document.drawnWays = [];
      new MutationObserver(() => {
        const mark = document.querySelector('.trace-bar:not([hidden]) .mark')?.className;
        const isDrawn = document.querySelector('.trace-way:not([hidden]) .badge') !== null;
        if (mark === undefined || !isDrawn || document.drawnWays.at(-1)?.mark === mark) return;
        document.drawnWays.push({ mark, at: Date.now() });
      }).observe(document.body, { subtree: true, childList: true, attributes: true });
    });
    await workbench.pick('ICMP');
    const begun = Date.now();
    await untilVerdict(/earth does not reach 8\.8\.8\.8: IPv4 forwarding is off/);
    const told = Date.now() - begun;
    const drawn = await waitFor('the way in fact on the graph', async () => {
      const ways = await canvas.evaluate(() => (globalThis as unknown as PageOfGraph).document.drawnWays);
      return ways.length > 1 && ways;
    });
    // Nobody waits for the probe before the way is seen: first that on paper, then what became of it.
    assert.deepEqual(
      drawn.map(({ mark }) => mark),
      ['mark running', 'mark ended'],
    );
    const [paper = 0, fact = 0] = drawn.map(({ at }) => at - begun);
    console.log(
      `      from the last answer: way on paper ${paper} ms, in fact ${fact} ms, verdict on the page ${told} ms`,
    );
  });

  it('sees the way on the graph, with the place where it ended', async () => {
    const { workbench } = session;
    const { webview } = workbench;
    await webview.locator('.trace-way .badge.end .cross').waitFor({ state: 'attached' });
    await webview
      .locator('.trace-bar')
      .getByText(/earth → 8\.8\.8\.8/)
      .waitFor();
    await workbench.runCommand('View: Close Primary Side Bar').catch(() => undefined);
    for (const [name, theme] of [
      ['light', 'Light Modern'],
      ['high-contrast', 'Dark High Contrast'],
      ['high-contrast-light', 'Light High Contrast'],
    ] as const) {
      await workbench.runCommand('Preferences: Color Theme');
      await workbench.quickInput.fill(theme);
      await workbench.pick(theme);
      await waitFor(`the theme ${theme}`, async () => (await workbench.quickInput.count()) === 0);
      await session.screenshot(`trace-ended-${name}`);
    }
    await workbench.runCommand('Preferences: Color Theme');
    await workbench.quickInput.fill('Dark Modern');
    await workbench.pick('Dark Modern');
    await waitFor('the dark theme', async () => (await workbench.quickInput.count()) === 0);
    await session.screenshotForReadme('trace-ended-dark', 'trace.png');
  });

  it('gets from a stop to its packets, its row, its route’s row and its line of the file', async () => {
    const { workbench } = session;
    const { page } = workbench;
    const shown = await report();
    await shown
      .getByRole('button', { name: /^\d+ packets?$/ })
      .first()
      .click();
    const packets = await waitFor('the packets’ view', () => frameWith('.packets .grid'));
    const places = packets.locator('.rows .row .where');
    await waitFor('the packets of one interface', async () => {
      const all = await places.allInnerTexts();
      return all.length > 0 && all.every((place) => /earth:earth-veth/.test(place));
    });
    assert.equal(
      await packets.locator('vscode-text-field').evaluate((field) => (field as HTMLInputElement).value),
      'where:=earth:earth-veth',
    );
    await session.screenshot('trace-packets');
    await workbench.runCommand('View: Close Editor');
    const selected = page.locator('.pane-body .monaco-list-row.selected .label-name');
    await (await report()).getByRole('button', { name: 'Reveal in Tree' }).first().click();
    await waitFor('the row of earth', async () => (await selected.allInnerTexts()).join() === 'earth');
    await (
      await report()
    )
      .getByRole('button', { name: /^default via 10\.10\.0\.1/ })
      .first()
      .click();
    await waitFor('the row of the route', async () => (await selected.allInnerTexts()).join() === 'default');
    await session.screenshot('trace-tree');
    await (await report()).getByRole('button', { name: 'Show in File' }).first().click();
    await page.locator('.tab.active', { hasText: 'planets.netns.yaml' }).waitFor();
    await waitFor('the line of earth', async () => (await workbench.cursorLine()) === 11);
    // In this order: the report behind the file takes the keyboard when it comes to the front, from a palette as well.
    await workbench.runCommand('View: Close Primary Side Bar');
    await workbench.runCommand('View: Close Editor');
  });

  it('applies the fix, and the next trace arrives', async () => {
    const page = await report();
    await page.getByRole('button', { name: 'Apply Fix' }).first().click();
    await untilVerdict(/earth reaches 8\.8\.8\.8/);
    assert.equal((await lab.run('sysctl -n net.ipv4.ip_forward')).stdout.trim(), '1');
    await session.workbench.webview.locator('.trace-way .badge .translated').first().waitFor({ state: 'attached' });
    await session.screenshotForReadme('trace-reached-dark', 'trace-reached.png');
    await page.getByRole('button', { name: 'Undo' }).click();
    await untilVerdict(/earth does not reach 8\.8\.8\.8/);
    assert.equal((await lab.run('sysctl -n net.ipv4.ip_forward')).stdout.trim(), '0');
  });

  it('reads the rule that drops it, where that stands in its chain', async () => {
    const { page } = session.workbench;
    await lab.run('sysctl -w net.ipv4.ip_forward=1; iptables -A FORWARD -p icmp -i planet-br -j DROP');
    await (await report()).getByRole('button', { name: 'Trace Again' }).click();
    await untilVerdict(/earth does not reach 8\.8\.8\.8: .*FORWARD/);
    await (
      await report()
    )
      .getByRole('button', { name: /-A FORWARD .*-j DROP/ })
      .first()
      .click();
    await page.locator('.tab.active', { hasText: 'filter FORWARD of host @ lab1' }).waitFor();
    await page.locator('.monaco-editor .view-line', { hasText: '-i planet-br -p icmp -j DROP' }).waitFor();
    assert.ok((await session.workbench.cursorLine()) > 1, 'the rule is selected, not the policy');
    await session.screenshot('trace-rule');
    await session.workbench.runCommand('View: Close Editor');
    await lab.run('iptables -D FORWARD -p icmp -i planet-br -j DROP; sysctl -w net.ipv4.ip_forward=0');
    await (await report()).getByRole('button', { name: 'Trace Again' }).click();
    await untilVerdict(/earth does not reach 8\.8\.8\.8: IPv4 forwarding is off/);
  });

  it('takes the way off the graph with Escape', async () => {
    const { webview } = session.workbench;
    const canvas = webview.getByLabel(/^Network graph\./);
    await canvas.press('Escape');
    await canvas.press('Escape');
    await webview.locator('.trace-bar').waitFor({ state: 'hidden' });
    assert.equal(await webview.locator('.trace-way .badge').count(), 0);
  });

  it('asks why a check failed: above its line, and in the Test Explorer', async () => {
    const { workbench } = session;
    const { page } = workbench;
    await workbench.runCommand('View: Close All Editors');
    await workbench.openFile('planets.netns.yaml');
    await workbench.codeLens('Verify').click();
    await workbench.notification(/checks do not hold/, 60);
    await workbench.clearNotifications();
    await page.locator('.monaco-editor .view-line').first().click();
    await page.keyboard.press('Control+End');
    await workbench.codeLens('Why?').first().click();
    await untilVerdict(/earth does not reach 8\.8\.8\.8/);
    await workbench.runCommand('View: Close All Editors');
    await workbench.runCommand('Testing: Focus on Test Explorer View');
    const rows = page.locator('.test-explorer .monaco-list-row');
    await rows.first().waitFor();
    const file = rows.filter({ hasText: /planets\.netns\.yaml/ }).first();
    await file.waitFor();
    if ((await file.getAttribute('aria-expanded')) === 'false') await file.locator('.monaco-tl-twistie').click();
    const check = rows.filter({ hasText: /neptune.*8\.8\.8\.8/ }).first();
    await check.click({ button: 'right' });
    const why = page.getByRole('menuitem', { name: 'Why Does This Check Fail?' });
    await why.waitFor();
    // A menu takes no click in its first moments.
    await waitFor('the menu to go', async () => {
      await why.click({ timeout: 1000 }).catch(() => undefined);
      return (await why.count()) === 0;
    });
    await untilVerdict(/neptune does not reach 8\.8\.8\.8: IPv4 forwarding is off/);
    await session.screenshot('trace-why');
  });

  it('sees the report again after the window was reloaded, and traces again', async () => {
    const { workbench } = session;
    await workbench.runCommand('Developer: Reload Window');
    const kept = await waitFor(
      'the report of before',
      async () => {
        const frame = await frameWith('main.trace .facts');
        const facts =
          (await frame
            ?.locator('.facts')
            .innerText({ timeout: 1000 })
            .catch(() => '')) ?? '';
        return /from before the window was reloaded/.test(facts) ? frame : undefined;
      },
      { seconds: 60 },
    );
    assert.match(await kept.locator('h1').innerText(), /neptune does not reach 8\.8\.8\.8/);
    await session.screenshot('trace-kept');
    await kept.getByRole('button', { name: 'Trace Again' }).click();
    await waitFor(
      'a report of now',
      async () => !/before the window/.test(await kept.locator('main[aria-busy=false] .facts').innerText()),
      { seconds: 60 },
    );
    await untilVerdict(/neptune does not reach 8\.8\.8\.8/);
  });

  it('sees on the graph of the file which checks do not hold, and between whom', async () => {
    const { workbench } = session;
    await workbench.runCommand('View: Close All Editors');
    await workbench.openFile('planets.netns.yaml');
    await workbench.runCommand('Netns: Show Graph');
    const graph = new GraphPage(workbench);
    await graph.waitForNodes(['ns:earth', 'ns:neptune']);
    await lab.run('ip link set dev neptune-br-veth down');
    await waitFor('the graph to have heard of it', async () => /neptune-br-veth.*down/.test(await graph.text()));
    await workbench.runCommand('View: Focus First Editor Group');
    await workbench.runCommand('Netns: Verify Topology');
    const legend = workbench.webview.locator('.verdict-legend');
    await legend.getByText(/^\d of \d+ checks do not hold\.$/).waitFor({ timeout: 60_000 });
    await waitFor('the places to say so', async () => /earth, checks ✗ \d of \d/.test(await graph.text()));
    await workbench.clearNotifications();
    await session.screenshot('verdicts-checks');
    await workbench.runCommand('Netns: Show Ping Matrix');
    await workbench.page.getByRole('tab', { name: /Ping Matrix/ }).waitFor();
    await workbench.runCommand('View: Close Editor');
    await legend.getByText(/checks do not hold, \d of \d pings are not as they should be\.$/).waitFor();
    await session.screenshot('verdicts-pings');
    await legend.getByRole('button', { name: 'Hide' }).click();
    await session.screenshot('verdicts-hidden');
  });
});
