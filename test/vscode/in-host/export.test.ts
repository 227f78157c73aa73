import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { NetnsApi } from '../../../src/vscode/api';
import { CommandId } from '../../../src/vscode/ids';
import { waitFor } from '../machinery/wait-for';
import { activateExtension, closeEditors, configureHosts, labEntry, labHost, openTopology } from './support';

const text = `name: export-lab
namespaces:
  el-a: { interfaces: { eth0: { addresses: [10.96.0.1/24] } } }
  el-b: { interfaces: { eth0: { addresses: [10.96.0.2/24] } } }
links:
  - endpoints: [el-a:eth0, el-b:eth0]
nat:
  out: { masquerade: 10.96.0.0/24 }
`;

interface Exported {
  readonly up: vscode.Uri;
  readonly down: vscode.Uri;
}

describe('Export as Shell Script', function () {
  this.timeout(120_000);
  const lab = labHost();

  afterEach(() => closeEditors());

  const textOf = async (uri: vscode.Uri): Promise<string> => (await vscode.workspace.openTextDocument(uri)).getText();
  const run = async (...words: unknown[]): Promise<Exported> => {
    const exported = await vscode.commands.executeCommand<Exported | undefined>(CommandId.exportScript, ...words);
    assert.ok(exported);
    return exported;
  };

  it('opens both scripts unsaved, to be saved beside the file, and again with another text', async () => {
    await activateExtension();
    const document = await openTopology(text);
    const { up, down } = await run(document.uri, { filter: 'iptables' });
    assert.equal(up.scheme, 'untitled');
    assert.equal(up.path, vscode.Uri.joinPath(document.uri, '../export-lab-up.sh').path);
    assert.match(await textOf(up), /^#!\/bin\/sh\n[^]*iptables -t nat -A POSTROUTING -s 10\.96\.0\.0\/24/);
    assert.match(await textOf(down), /ip netns del el-a/);
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), up.toString());
    assert.equal((await vscode.workspace.openTextDocument(up)).languageId, 'shellscript');
    const again = await run(document.uri, { filter: 'nftables' });
    assert.equal(again.up.toString(), up.toString());
    assert.doesNotMatch(await textOf(up), /iptables/);
  });

  it('is offered by a plan, for the host of the plan', async function () {
    if (lab === undefined) return this.skip();
    const api: NetnsApi = await activateExtension();
    await configureHosts(api, [labEntry(lab)], ['lab1']);
    try {
      const document = await openTopology(text);
      await vscode.commands.executeCommand(CommandId.connect, 'lab1');
      await vscode.commands.executeCommand(CommandId.plan, document.uri);
      await waitFor('the plan', () => vscode.window.activeTextEditor?.document.uri.scheme === 'netns-plan');
      const { up } = await run();
      assert.match(await textOf(up), /table ip lab-export-lab/);
    } finally {
      await vscode.commands.executeCommand(CommandId.disconnect, 'lab1');
      await configureHosts(api, [], []);
    }
  });
});
