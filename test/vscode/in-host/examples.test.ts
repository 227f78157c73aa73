import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Transport } from '../../../src/transport/transport';
import type { NetnsApi } from '../../../src/vscode/api';
import { CommandId } from '../../../src/vscode/ids';
import type { ActionResult } from '../../../src/vscode/topology/action';
import { exampleHost, exampleNames, isBeyondKernel } from '../../host/example-hosts';
import { startOpenVswitch } from '../../host/open-vswitch-host';
import { waitFor } from '../machinery/wait-for';
import {
  activateExtension,
  closeEditors,
  configureHosts,
  labEntry,
  labHost,
  recordNotifications,
  secondWay,
} from './support';

describe('Each example, by the commands of VS Code', function () {
  this.timeout(120_000);
  const lab = labHost();
  let api: NetnsApi;
  /** What other people type on the host. */
  let elsewhere: Transport;

  before(async function () {
    if (lab === undefined) return this.skip();
    api = await activateExtension();
    elsewhere = await secondWay(lab);
    await startOpenVswitch(elsewhere);
    await configureHosts(api, [labEntry(lab)], ['lab1']);
  });
  after(async () => {
    if (lab === undefined) return;
    await elsewhere.run('ovs-appctl exit; ovs-appctl -t ovsdb-server exit; rm -rf /run/openvswitch');
    elsewhere.dispose();
    await configureHosts(api, [], []);
  });
  afterEach(closeEditors);

  const typeAll = async (lines: readonly string[]): Promise<void> => {
    for (const line of lines) {
      const { code, stderr } = await elsewhere.run(line);
      assert.equal(code, 0, `${line}: ${stderr}`);
    }
  };
  /** What a lab can leave behind. Which interfaces there are is enough: host tests compare all else. */
  const traces = async (): Promise<string> =>
    (
      await elsewhere.run(
        'ip netns; ip -o link | cut -d: -f2; ip -o addr; ip route; nft list tables; sysctl net.ipv4.ip_forward; ovs-vsctl list-br; ls /run/netns-topology 2>&1',
      )
    ).stdout;

  for (const name of exampleNames) {
    it(`${name} is applied, verified and destroyed`, async function () {
      if (await isBeyondKernel(name)) return this.skip();
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
      assert.ok(folder !== undefined);
      const uri = vscode.Uri.joinPath(folder, `${name}.netns.yaml`);
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
      const host = exampleHost(name);
      const act = (id: CommandId, options?: unknown): Promise<ActionResult> =>
        Promise.resolve(vscode.commands.executeCommand<ActionResult>(id, uri, options));
      const before = await traces();
      const shown = recordNotifications();
      try {
        await typeAll(host.make);
        const applied = await act(CommandId.apply);
        assert.equal(applied.outcome, 'done', shown.messages.join('\n'));
        const verified = await act(CommandId.verify);
        assert.deepEqual(
          [verified.outcome, verified.checks?.passed],
          ['done', verified.checks?.total],
          shown.messages.join('\n'),
        );
        assert.ok((verified.checks?.total ?? 0) > 0);
        assert.equal((await act(CommandId.apply)).outcome, 'unchanged', shown.messages.join('\n'));
      } finally {
        const destroyed = await act(CommandId.destroy, { confirmed: true });
        shown.stop();
        await typeAll(host.undo);
        assert.equal(destroyed.outcome, 'done', shown.messages.join('\n'));
      }
      // The kernel takes a namespace apart after `ip netns del` has returned.
      await waitFor('nothing to be left', async () => (await traces()) === before).catch(async () =>
        assert.equal(await traces(), before),
      );
    });
  }
});
