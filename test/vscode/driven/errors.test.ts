import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startLabHost } from '../../lab-host';
import type { LabHost } from '../../lab-host';
import { assertHostState, captureHostState } from '../../lab-host/host-state';
import type { HostSetting } from '../machinery/settings';
import { hostSetting } from '../machinery/suite-setup';
import { waitFor } from '../machinery/wait-for';
import { screenshotOnFailure, Session } from './session';

const unknownKey = `name: mistakes
namespaces:
  earth:
    adresses: [10.0.0.1/24]
`;
const badAddress = `name: mistakes
namespaces:
  earth:
    interfaces:
      veth0: { addresses: [10.0.0.300/24] }
  mars: {}
links:
  - endpoints: [earth:veth0, mars:veth0]
`;
const longName = `name: mistakes
namespaces: { earth: {}, mars: {} }
links:
  - endpoints: [earth:abcdefghijklmnop, mars:veth0]
`;

/** A lab of one namespace for a host of the settings. */
function labFor(host: string): string {
  return `name: never\ntarget: ${host}\nnamespaces:\n  pluto: {}\n`;
}

const files = {
  'wrong-key.netns.yaml': labFor('wrong-key'),
  'refused.netns.yaml': labFor('refused'),
  'no-ip.netns.yaml': labFor('no-ip'),
  'stranger.netns.yaml': labFor('stranger'),
  'nowhere.netns.yaml': labFor('nowhere'),
  'unknown-key.netns.yaml': `target: lab1\n${unknownKey}`,
  'bad-address.netns.yaml': `target: lab1\n${badAddress}`,
  'long-name.netns.yaml': `target: lab1\n${longName}`,
};

describe('what goes wrong is said once, in the right place, and changes nothing', function () {
  this.timeout(240_000);
  let lab: LabHost;
  let withoutIp: LabHost;
  let session: Session;
  let untouched: string;
  const undo: (() => Promise<void>)[] = [];

  before(async () => {
    lab = await startLabHost();
    undo.push(() => lab.stop());
    withoutIp = await startLabHost({ without: ['ip'] });
    undo.push(() => withoutIp.stop());
    untouched = await captureHostState(lab);
    session = await Session.start(await hosts(lab, withoutIp), { files });
    undo.push(() => session.close());
  });
  after(async () => {
    for (const step of undo.reverse()) await step();
  });
  beforeEach(async () => {
    if ((await session.workbench.notifications.count()) > 0) await session.workbench.clearNotifications();
  });
  afterEach(screenshotOnFailure(() => session));
  afterEach('nothing changed on the host', async () => {
    await assertHostState(lab, untouched);
  });

  /** Clicks Apply in a file, and returns the one notification that comes of it. */
  async function applyAndRead(file: string): Promise<string> {
    const { workbench } = session;
    await workbench.openFile(file);
    await workbench.codeLens('Apply').click();
    await workbench.notifications.locator('.codicon-error').first().waitFor();
    // A second one would come with the first or never: both are made in one turn.
    const texts = await waitFor('the progress to end', async () => {
      const all = await workbench.notificationTexts();
      return all.every((text) => !/^(Connecting|Applying) .*…?$/.test(text)) && all;
    });
    await session.screenshot(`error-${file.replace('.netns.yaml', '')}`);
    assert.equal(texts.length, 1, `not one notification but:\n${texts.join('\n')}`);
    const [text = ''] = texts;
    assert.ok(!text.endsWith('…'), `what to do is cut off: ${text}`);
    return text;
  }

  it('a host key that is another than the known one', async () => {
    const text = await applyAndRead('wrong-key.netns.yaml');
    assert.match(text, /SHA256:.*known_hosts.*another/);
    assert.match(text, /ssh-keygen|remove|forget/);
  });

  it('a refused login', async () => {
    const text = await applyAndRead('refused.netns.yaml');
    assert.match(text, /root/);
    assert.match(text, /log ?in|key/i);
  });

  it('a host that does not answer', async () => {
    assert.match(await applyAndRead('nowhere.netns.yaml'), /127\.0\.0\.1/);
  });

  it('a host without ip', async () => {
    const text = await applyAndRead('no-ip.netns.yaml');
    assert.match(text, /\bip\b/);
    assert.match(text, /iproute2/);
    const { stdout } = await withoutIp.run('ls /run/netns 2>/dev/null');
    assert.equal(stdout, '');
  });

  it('an unknown host key that nobody trusts', async () => {
    const { workbench } = session;
    await workbench.openFile('stranger.netns.yaml');
    await workbench.codeLens('Apply').click();
    await workbench.modalDialog.waitFor();
    await workbench.answerDialog('Cancel');
    await waitFor('the progress to end', async () => {
      const texts = await workbench.notificationTexts();
      return texts.every((text) => !text.startsWith('Connecting'));
    });
    assert.equal(readFileSync(path.join(lab.directory, 'empty_known_hosts'), 'utf8'), '');
    assert.ok((await workbench.notificationTexts()).length <= 1);
  });

  const mistakes = [
    { file: 'unknown-key.netns.yaml', place: /Ln 5, Col 5/, says: /adresses/ },
    { file: 'bad-address.netns.yaml', place: /Ln 6, Col \d+/, says: /10\.0\.0\.300\/24/ },
    { file: 'long-name.netns.yaml', place: /Ln 5, Col \d+/, says: /abcdefghijklmnop.*15|15.*abcdefghijklmnop/ },
  ];
  for (const { file, place, says } of mistakes) {
    it(`${file}: a diagnostic at the place, and no apply`, async () => {
      const { workbench } = session;
      await workbench.closeAllEditors();
      await workbench.openFile(file);
      const rows = await waitFor('a diagnostic', async () => {
        const all = await workbench.problems();
        return all.some((row) => says.test(row)) && all;
      });
      const matching = rows.filter((row) => says.test(row));
      assert.equal(matching.length, 1, rows.join('\n'));
      assert.match(matching[0] ?? '', place);
      await workbench.runCommand('View: Hide Panel');
      const text = await applyAndRead(file);
      assert.match(text, says);
      assert.match(text, /Nothing was changed/);
    });
  }
});

/** A good host, and one for each way in which a connection can fail. */
async function hosts(lab: LabHost, withoutIp: LabHost): Promise<HostSetting[]> {
  const good = hostSetting(lab);
  const otherKey = path.join(lab.directory, 'other_key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', otherKey]);
  const wrongKnownHosts = path.join(lab.directory, 'wrong_known_hosts');
  const [type, key] = readFileSync(`${otherKey}.pub`, 'utf8').split(' ');
  await writeFile(wrongKnownHosts, `${lab.address} ${type} ${key}\n`);
  const emptyKnownHosts = path.join(lab.directory, 'empty_known_hosts');
  await writeFile(emptyKnownHosts, '');
  return [
    good,
    { ...good, id: 'wrong-key', knownHostsFiles: [wrongKnownHosts] },
    { ...good, id: 'refused', identityFile: otherKey },
    { ...good, id: 'stranger', knownHostsFiles: [emptyKnownHosts] },
    { ...good, id: 'nowhere', host: '127.0.0.1', port: 1 },
    { ...hostSetting(withoutIp), id: 'no-ip' },
  ];
}
