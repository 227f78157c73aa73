import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { GraphDrawn, NetnsApi } from '../../../src/vscode/api';
import { CommandId } from '../../../src/vscode/ids';
import { waitFor } from '../machinery/wait-for';
import { activateExtension, closeEditors, configureHosts, openTopology } from './support';

describe('The graph of a file', () => {
  let api: NetnsApi;
  let drawn: GraphDrawn[];
  let subscription: { dispose(): void };
  before(async () => {
    api = await activateExtension();
    await configureHosts(api, [], []);
  });
  beforeEach(() => {
    drawn = [];
    subscription = api.onDidDrawGraph((one) => drawn.push(one));
  });
  afterEach(async () => {
    subscription.dispose();
    await closeEditors();
  });

  it('is drawn without a host, follows the text, and stays while the text is broken', async () => {
    const document = await openTopology('name: solo\nnamespaces:\n  earth: {}\n');
    assert.equal(await vscode.commands.executeCommand(CommandId.showTopologyGraph, document.uri), true);
    const first = await waitFor('a drawing', () => drawn.at(-1));
    assert.equal(first.topologyUri, document.uri.toString());
    await replaceText(document, 'name: solo\nnamespaces:\n  earth: {}\n  mars: {}\n');
    await waitFor('one more node', () => drawn.at(-1)?.nodes === first.nodes + 1);
    const count = drawn.length;
    await replaceText(document, 'name: solo\nnamespaces: [\n');
    await replaceText(document, 'name: solo\nnamespaces:\n  earth: {}\n  mars: {}\n  venus: {}\n');
    await waitFor('venus', () => drawn.at(-1)?.nodes === first.nodes + 2);
    assert.ok(
      drawn.slice(count).every((one) => one.nodes >= first.nodes),
      JSON.stringify(drawn),
    );
  });

  it('is one tab, however often it is asked for', async () => {
    const document = await openTopology('name: solo\nnamespaces:\n  earth: {}\n');
    await vscode.commands.executeCommand(CommandId.showTopologyGraph, document.uri);
    await vscode.commands.executeCommand(CommandId.showTopologyGraph, document.uri);
    await waitFor('a drawing', () => drawn.at(-1));
    const graphs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter((tab) => tab.input instanceof vscode.TabInputWebview);
    assert.equal(graphs.length, 1);
  });
});

async function replaceText(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  await vscode.workspace.applyEdit(edit);
}
