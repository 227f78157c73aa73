import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { stateOf, untilStateIs } from '../../host/lab-plans';
import { startLabHost, type LabHost } from '../../lab-host';
import { hostSetting } from '../machinery/suite-setup';
import { waitFor } from '../machinery/wait-for';
import { screenshotOnFailure, Session } from './session';

const slow = `name: slow
namespaces:
  sl-a:
    interfaces: { a0: { addresses: [10.96.0.1/24] } }
    services:
      # Its readiness is waited for until the window is killed.
      never: { command: sleep 600, ready: { tcp: 9 } }
  sl-b:
    interfaces: { b0: { addresses: [10.96.0.2/24] } }
links:
  - endpoints: [sl-a:a0, sl-b:b0]
`;

describe('a window whose extension host is killed while a lab is applied', function () {
  this.timeout(240_000);
  let lab: LabHost;
  let session: Session;
  const undo: (() => Promise<void>)[] = [];

  before(async () => {
    lab = await startLabHost();
    undo.push(() => lab.stop());
    session = await Session.start([hostSetting(lab)], { files: { 'slow.netns.yaml': slow } });
    undo.push(() => session.close());
  });
  after(async () => {
    for (const step of undo.reverse()) await step();
  });
  afterEach(screenshotOnFailure(() => session));

  it('leaves the host as it was', async () => {
    const { workbench } = session;
    const before = await stateOf(lab);
    await workbench.openFile('slow.netns.yaml');
    await workbench.codeLens('Apply to lab1').click();
    const isWaiting = async (): Promise<boolean> => (await lab.run('pgrep -fx "sleep 600"')).code === 0;
    await waitFor('the service to be waited for', isWaiting, { seconds: 60 });
    const [pid, ...others] = await extensionHosts(path.dirname(session.workspace));
    assert.ok(pid !== undefined && others.length === 0, String([pid, ...others]));
    process.kill(pid, 'SIGKILL');
    await untilStateIs(lab, before, 'after the extension host was killed');
  });
});

/** The process ids of the extension hosts of the VS Code whose data lie in a folder. */
async function extensionHosts(folder: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const read = (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
    const isExtensionHost = (await read('cmdline')).includes('--type=extensionHost');
    if (isExtensionHost && (await read('environ')).includes(`XDG_DATA_HOME=${folder}/data\0`)) found.push(Number(pid));
  }
  return found;
}
