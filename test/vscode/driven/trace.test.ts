import assert from 'node:assert/strict';
import type { Frame } from 'playwright-core';
import { startLabHost } from '../../lab-host';
import type { LabHost } from '../../lab-host';
import { hostSetting } from '../machinery/suite-setup';
import { waitFor } from '../machinery/wait-for';
import { GraphPage } from './graph-page';
import { screenshotOnFailure, Session, stepsOfOneStory } from './session';

/** The hunt of the first tutorial's fourth section, by hand: a ping to the internet that stops at the host. */
describe('a user who hunts a packet', function () {
  this.timeout(120_000);
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
    return await waitFor('the report', async () => {
      for (const frame of session.workbench.page.frames()) {
        const isIt = await frame
          .locator('main.trace h1')
          .count()
          .catch(() => 0);
        if (isIt > 0) return frame;
      }
      return undefined;
    });
  }

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
    await workbench.pick('ICMP');
    const begun = Date.now();
    await untilVerdict(/earth does not reach 8\.8\.8\.8: IPv4 forwarding is off/);
    console.log(`      from the last answer to the verdict on the page: ${Date.now() - begun} ms`);
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
    await session.screenshotForReadme('trace-ended-dark', 'trace.png');
    for (const [name, theme] of [
      ['light', 'Light Modern'],
      ['high-contrast', 'Dark High Contrast'],
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
  });

  it('applies the fix, and the next trace arrives', async () => {
    const page = await report();
    await page.getByRole('button', { name: 'Apply Fix' }).first().click();
    await untilVerdict(/earth reaches 8\.8\.8\.8/);
    assert.equal((await lab.run('sysctl -n net.ipv4.ip_forward')).stdout.trim(), '1');
    await session.workbench.webview.locator('.trace-way .badge .translated').first().waitFor({ state: 'attached' });
    await session.screenshot('trace-reached-dark');
    await page.getByRole('button', { name: 'Undo' }).click();
    await untilVerdict(/earth does not reach 8\.8\.8\.8/);
    assert.equal((await lab.run('sysctl -n net.ipv4.ip_forward')).stdout.trim(), '0');
  });

  it('takes the way off the graph with Escape', async () => {
    const { webview } = session.workbench;
    const canvas = webview.getByLabel(/^Network graph\./);
    await canvas.press('Escape');
    await canvas.press('Escape');
    await webview.locator('.trace-bar').waitFor({ state: 'hidden' });
    assert.equal(await webview.locator('.trace-way .badge').count(), 0);
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
    await legend.getByText(/^\d of \d+ checks do not hold\.$/).waitFor();
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
