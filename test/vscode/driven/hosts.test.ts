import assert from 'node:assert/strict';
import { startLabHost } from '../../lab-host';
import type { LabHost } from '../../lab-host';
import { hostSetting } from '../machinery/suite-setup';
import { waitFor } from '../machinery/wait-for';
import { screenshotOnFailure, Session, stepsOfOneStory } from './session';

/** A name that anybody with root on a host can give: markup, an escape sequence that clears a screen, a command, a turned direction. */
const hostileName = '<img src=x onerror=alert(1)>\u001b[2J$(touch pwned)`id`\u202ez';
const shownName = hostileName.replaceAll('\u001b', '\ufffd').replaceAll('\u202e', '\ufffd');

const file = `name: trust
target: lab1
namespaces:
  trusted:
checks:
  - { from: trusted, command: "test -d /proc; echo a command of a file that somebody sent" }
`;

describe('a host that means no good, a file from elsewhere, and a window that is closed', function () {
  this.timeout(240_000);
  let lab: LabHost;
  let session: Session;
  let processesBefore: string;

  /** What runs on the host, apart from what asks. */
  const processes = async (): Promise<string> => {
    const { stdout } = await lab.run('ps -e -o args= | grep -v "^ps -e"');
    const lines = stdout
      .trim()
      .split('\n')
      .filter((line) => !/^(?:sh -c ps|grep|\[)/.test(line));
    return lines.sort().join('\n');
  };

  before(async () => {
    lab = await startLabHost();
    const octal = [...Buffer.from(hostileName)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
    const { code, stderr } = await lab.run(`ip netns add "$(printf '${octal}')" && ip netns add mild`);
    assert.equal(code, 0, stderr);
    processesBefore = await processes();
    session = await Session.start([hostSetting(lab)], {
      files: { 'trust.netns.yaml': file },
      settings: { 'netns.commands.askFirst': true },
    });
  });
  after(async () => {
    await session.close();
    await lab.stop();
  });
  afterEach(screenshotOnFailure(() => session));
  stepsOfOneStory();

  it('the commands of the file are shown before they run, and not again', async () => {
    const { workbench } = session;
    await workbench.openFile('trust.netns.yaml');
    await workbench.codeLens('Apply to lab1').click();
    await workbench.notification(/trust is on lab1/);
    await workbench.clearNotifications();
    await workbench.codeLens('Verify').click();
    await workbench.modalDialog.waitFor();
    const text = await workbench.modalDialog.innerText();
    assert.match(text, /trust\.netns\.yaml runs 1 command on lab1 that you have not seen yet/);
    assert.match(text, /check from trusted — test -d \/proc; echo a command of a file/);
    await session.screenshot('commands-of-a-file');
    await workbench.answerDialog('Run');
    await workbench.notification(/^trust on lab1: /);
    await workbench.clearNotifications();
    await workbench.codeLens('Verify').click();
    await workbench.notification(/^trust on lab1: /);
    assert.equal(await workbench.modalDialog.count(), 0);
    await workbench.clearNotifications();
  });

  it('names from the host are text: in the tree, the graph, terminals and shells', async () => {
    const { workbench } = session;
    await workbench.openNetnsView();
    await workbench.expand('lab1');
    await workbench.expand('Namespaces');
    await workbench.treeRow(shownName).first().waitFor();
    await workbench.runCommand('Netns: Show Host Graph');
    const frame = await workbench.webviewFrame();
    await waitFor('the graph', () => frame.evaluate(() => document.querySelectorAll('canvas').length > 0));
    assert.equal(await frame.evaluate(() => document.querySelectorAll('img').length), 0);
    await workbench.runCommand('Netns: Open Shell');
    await workbench.pick(shownName);
    await workbench.page.keyboard.press('Enter');
    await waitFor('a shell in the namespace', async () => {
      const { stdout } = await lab.run('for n in /run/netns/*img*; do ip netns pids "${n#/run/netns/}"; done');
      return stdout.trim() !== '';
    });
    await session.screenshot('hostile-names');
    const title = await workbench.page.title();
    assert.ok(!title.includes('\u001b') && !title.includes('\u202e'), JSON.stringify(title));
    const touched = await lab.run('find / -xdev -name "pwned*" 2>/dev/null; find /run /tmp -name "pwned*"');
    assert.equal(touched.stdout, '');
  });

  it('a terminal of the profile Network Namespace is a shell in the namespace that is chosen', async () => {
    const { workbench } = session;
    await workbench.runCommand('Create New Terminal (With Profile)');
    await workbench.pick('Network Namespace');
    await workbench.pick('mild');
    await waitFor('a shell in mild', async () => (await lab.run('ip netns pids mild')).stdout.trim() !== '');
  });

  it('a window that is closed leaves no process on the host', async () => {
    assert.notEqual(await processes(), processesBefore);
    await session.workbench.page.goto('about:blank');
    await waitFor('nothing of ours runs there', async () => (await processes()) === processesBefore, { seconds: 60 });
  });
});
