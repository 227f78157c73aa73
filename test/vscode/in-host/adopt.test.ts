import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Transport } from '../../../src/transport/transport';
import { CommandId, languageId } from '../../../src/vscode/ids';
import { waitFor } from '../machinery/wait-for';
import { activateExtension, beforeOnLabHost, closeEditors, configureHosts, labHost } from './support';

describe('Save Live State as Topology', function () {
  this.timeout(120_000);
  const lab = labHost();
  let elsewhere: Transport;

  before(async function () {
    ({ elsewhere } = await beforeOnLabHost(this));
    const { code, stderr } = await elsewhere.run(
      'ip netns add al-a && ip netns add al-b && ip link add eth0 netns al-a type veth peer name eth0 netns al-b &&' +
        'for ns in al-a al-b; do ip -n $ns link set eth0 up; done && ip -n al-a addr add 10.95.0.1/24 dev eth0 && ip netns add al-c',
    );
    assert.equal(code, 0, stderr);
  });
  after(async () => {
    if (lab === undefined) return;
    await elsewhere.run('for ns in al-a al-b al-c; do ip netns del $ns; done');
    elsewhere.dispose();
    await vscode.commands.executeCommand(CommandId.disconnect, 'lab1');
    await configureHosts(await activateExtension(), [], []);
  });
  afterEach(() => closeEditors());

  const adopt = async (...words: unknown[]): Promise<vscode.TextDocument> => {
    const uri = await vscode.commands.executeCommand<vscode.Uri | undefined>(CommandId.adopt, ...words);
    assert.ok(uri);
    return await vscode.workspace.openTextDocument(uri);
  };

  it('opens what was typed on the host as an unsaved topology without errors', async () => {
    const document = await adopt('lab1', { namespaces: 'all' });
    assert.equal(document.languageId, languageId);
    assert.equal(document.isUntitled, true);
    assert.match(document.uri.path, /\/lab1-live\.netns\.yaml$/);
    assert.match(document.getText(), /eth0: \{ addresses: \[10\.95\.0\.1\/24\] \}/);
    assert.match(document.getText(), /- endpoints: \[al-a:eth0, al-b:eth0\]/);
    await waitFor('no errors', () =>
      vscode.languages
        .getDiagnostics(document.uri)
        .every(({ severity }) => severity !== vscode.DiagnosticSeverity.Error),
    );
  });

  it('takes the namespaces of the rows that were clicked', async () => {
    const document = await adopt({ type: 'namespace', hostId: 'lab1', name: 'al-a' });
    assert.match(document.getText(), / {2}al-a: \{\}/);
    assert.doesNotMatch(document.getText(), /al-c/);
    assert.match(document.getText(), /# - cable at al-a:eth0: its other end is in no namespace of this file\./);
  });
});
