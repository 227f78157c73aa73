import assert from 'node:assert/strict';
import { startLabHost } from '../../lab-host';
import type { LabHost } from '../../lab-host';
import { hostSetting } from '../machinery/suite-setup';
import { waitFor } from '../machinery/wait-for';
import { screenshotOnFailure, Session, stepsOfOneStory } from './session';

describe('the tree of hosts, by hand', function () {
  this.timeout(120_000);
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
      ip -n neptune addr add 10.10.0.20/16 dev eth0`);
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
});
