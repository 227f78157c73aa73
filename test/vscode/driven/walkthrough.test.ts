import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { startLabHost } from '../../lab-host';
import type { LabHost } from '../../lab-host';
import { hostSetting } from '../machinery/suite-setup';
import { waitFor } from '../machinery/wait-for';
import { GraphPage } from './graph-page';
import { screenshotOnFailure, Session, stepsOfOneStory } from './session';

/** The first tutorial, led by the walkthrough: each step is done by its button, and completes itself. */
describe('The walkthrough, as a person follows it', function () {
  this.timeout(240_000);
  let lab: LabHost;
  let session: Session;
  const undo: (() => Promise<void>)[] = [];

  before(async () => {
    lab = await startLabHost();
    undo.push(() => lab.stop());
    session = await Session.start([hostSetting(lab)]);
    undo.push(() => session.close());
  });
  after(async () => {
    for (const one of undo.reverse()) await one();
  });
  afterEach(screenshotOnFailure(() => session));
  stepsOfOneStory();

  const step = (title: string): Locator =>
    session.workbench.page.locator('.getting-started-step').filter({ hasText: title }).first();

  /** Back to the walkthrough, with that step open. */
  async function goTo(title: string): Promise<Locator> {
    const { workbench } = session;
    if (!(await step(title).isVisible())) {
      await workbench.runCommand('Welcome: Open Walkthrough...');
      await workbench.quickRows.filter({ hasText: 'Your First Network Lab' }).first().click();
      await step(title).waitFor();
    }
    if ((await step(title).getAttribute('class'))?.includes('expanded') !== true) await step(title).click();
    return step(title);
  }

  const isDone = async (title: string): Promise<boolean> =>
    (await step(title).locator('.codicon-getting-started-step-checked').count()) > 0;

  /** Shows the graph by its step, and leaves it as the only webview. */
  async function showGraph(): Promise<GraphPage> {
    const { workbench } = session;
    await (await goTo('See it')).getByRole('button', { name: 'Show Graph', exact: true }).click();
    await workbench.page.locator('.tab.active', { hasText: 'Graph:' }).waitFor();
    const welcome = workbench.page.getByRole('tab', { name: /^(Welcome|Walkthrough)/ }).first();
    await welcome.click({ button: 'middle' });
    await waitFor('the walkthrough to close', async () => !(await step('See it').isVisible()));
    const graph = new GraphPage(workbench);
    await graph.waitForNodes(['ns:earth', 'ns:neptune', 'bridge:planet-br']);
    return graph;
  }

  /** Presses a step's button, which was not done before. */
  async function press(title: string, button: string): Promise<void> {
    const one = await goTo(title);
    assert.equal(await isDone(title), false, `“${title}” is done already`);
    await one.getByRole('button', { name: button, exact: true }).click();
  }

  async function untilDone(title: string): Promise<void> {
    await goTo(title);
    await waitFor(`“${title}” to complete itself`, () => isDone(title));
  }

  it('connects to the host', async () => {
    await press('Connect to a Linux host', 'Connect');
    await untilDone('Connect to a Linux host');
  });

  it('opens the first lab', async () => {
    const { page } = session.workbench;
    await goTo('Open the lab of the planets');
    await page.frameLocator('iframe.webview').frameLocator('#active-frame').getByText('A lab as a file').waitFor();
    await session.screenshot('walkthrough');
    await press('Open the lab of the planets', 'Open the Planets');
    await waitFor(
      'the planets in the editor',
      async () =>
        (await page.locator('.view-lines').first().textContent())?.replace(/\u00a0/g, ' ').includes('name: planets') ===
        true,
    );
    await untilDone('Open the lab of the planets');
  });

  it('plans it, and changes nothing by that', async () => {
    const { workbench } = session;
    await press('Look at the plan', 'Plan');
    await workbench.page.locator('.tab.active').filter({ hasText: /plan/i }).waitFor();
    await untilDone('Look at the plan');
    assert.equal((await lab.run('ip netns list')).stdout, '');
  });

  it('applies it', async () => {
    await press('Apply it', 'Apply');
    await session.workbench.notification(/planets is on lab1/, 60);
    await untilDone('Apply it');
    assert.equal((await lab.run('ip netns list | cut -d" " -f1 | sort')).stdout, 'earth\nneptune\n');
    await session.workbench.clearNotifications();
  });

  it('shows it', async () => {
    await goTo('See it');
    assert.equal(await isDone('See it'), false);
    await showGraph();
    await untilDone('See it');
  });

  it('goes inside', async () => {
    const { workbench } = session;
    await press('Go inside', 'Open Shell');
    await workbench.pick('earth');
    await workbench.page.keyboard.press('Enter');
    const shells = 'ip netns pids earth | xargs ps -o tty= -p | grep pts';
    await waitFor('a shell in earth', async () => (await lab.run(shells)).code === 0);
    await untilDone('Go inside');
    await workbench.runCommand('Terminal: Kill All Terminals');
    await waitFor('no shell in earth', async () => (await lab.run(shells)).code !== 0);
  });

  it('verifies it', async () => {
    await press('Verify it', 'Verify');
    await session.workbench.notification(/all \d+ checks hold/, 60);
    await untilDone('Verify it');
    await session.workbench.clearNotifications();
  });

  it('breaks it, and sees what is marked', async () => {
    const { workbench } = session;
    await press('Break it, and mend it', 'Set Down…');
    await workbench.quickInput.fill('earth-veth');
    await workbench.pick('earth-veth');
    await workbench.page.keyboard.press('Enter');
    await workbench.notification(/is down on lab1/);
    await untilDone('Break it, and mend it');
    await workbench.clearNotifications();
    await (await goTo('Break it, and mend it')).getByRole('button', { name: 'Apply', exact: true }).click();
    await workbench.notification(/planets is on lab1/, 60);
    await workbench.clearNotifications();
  });

  it('measures from earth to neptune by a drag in the graph, with the mouse', async () => {
    const { workbench } = session;
    const { page, webview } = workbench;
    const graph = await showGraph();
    const [from, to] = [await graph.placeOf('ns:earth'), await graph.placeOf('ns:neptune')];
    await webview.getByRole('button', { name: 'Measure from One Thing to Another (M)' }).click();
    await webview.locator('.trace-bar').getByText('where to measure to').waitFor();
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 8 });
    await session.screenshot('measure-dragged');
    await page.mouse.up();
    await workbench.quickRows.filter({ hasText: 'router by router' }).first().waitFor();
    await session.screenshot('measure-what');
    await workbench.pick('Ping');
    const isPinging = async (): Promise<boolean> => (await lab.run("pgrep -f 'ping .*10[.]10[.]0[.]20'")).code === 0;
    await waitFor('a ping on the host', isPinging);
    await waitFor('the chart', async () => (await page.locator('.tab.active', { hasText: /ping/i }).count()) > 0);
    await workbench.runCommand('View: Close Editor');
    await waitFor('no ping on the host', async () => !(await isPinging()));
  });

  it('takes it away, and is done', async () => {
    const { workbench } = session;
    await press('Take it away', 'Destroy');
    await workbench.answerDialog('Destroy');
    await workbench.notification(/planets is gone|gone from lab1|destroyed/i, 60);
    await untilDone('Take it away');
    await session.screenshot('walkthrough-done');
    assert.equal((await lab.run('ip netns list')).stdout, '');
  });
});
