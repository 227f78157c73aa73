import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { parseTopology } from '../../../src/topology/parse';
import { labAround, placeOfSnippet } from '../../fixtures/snippet-places';
import { activateExtension, closeEditors, configureHosts, openTopology } from './support';

const shared = `name: shared
bridges:
  br0: { addresses: [10.0.0.1/24] }
namespaces:
  earth: &planet
    routes: [{ to: default, via: 10.0.0.1 }]
    interfaces: { eth0: { addresses: [10.0.0.2/24] } }
  mars:
    <<: *planet
    interfaces: { eth0: { addresses: [10.0.0.3/24] } }
links:
  - endpoints: [earth:eth0, br0]
  - endpoints: [mars:eth0, br0]
`;

describe('Entries and anchors in the editor', () => {
  before(async () => {
    await configureHosts(await activateExtension(), [], []);
  });
  afterEach(closeEditors);

  for (const [title, place] of Object.entries(placeOfSnippet)) {
    it(`the snippet “${title}” writes an entry where it belongs`, async () => {
      const [before, after] = labAround(place);
      const document = await openTopology(before + after);
      const editor = vscode.window.activeTextEditor!;
      const cursor = document.positionAt(before.length);
      editor.selection = new vscode.Selection(cursor, cursor);
      await vscode.commands.executeCommand('editor.action.insertSnippet', { langId: 'netns-topology', name: title });
      const text = document.getText();
      assert.ok(text.length > (before + after).length, text);
      const errors = parseTopology(text).problems.filter(
        ({ severity, code }) => severity === 'error' && code !== 'interface-without-origin',
      );
      assert.deepEqual(errors, [], text);
    });
  }

  const at = async <T>(command: string, document: vscode.TextDocument, word: string, ...args: unknown[]): Promise<T> =>
    await vscode.commands.executeCommand<T>(
      command,
      document.uri,
      document.positionAt(document.getText().indexOf(word) + 2),
      ...args,
    );

  it('an alias leads to its anchor, is listed and marked with it, and is renamed with it', async () => {
    const document = await openTopology(shared);
    const [definition] = await at<vscode.Location[]>('vscode.executeDefinitionProvider', document, '*planet');
    assert.equal(definition && document.getText(definition.range), 'planet');
    assert.equal(definition?.range.start.line, 4);
    assert.equal((await at<vscode.Location[]>('vscode.executeReferenceProvider', document, '&planet')).length, 2);
    assert.equal((await at<unknown[]>('vscode.executeDocumentHighlights', document, '&planet')).length, 2);
    const edit = await at<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', document, '*planet', 'rocky');
    await vscode.workspace.applyEdit(edit);
    assert.equal(document.getText(), shared.replaceAll('planet', 'rocky'));
  });

  it('anchors are offered behind a star', async () => {
    const document = await openTopology(shared.replace('*planet', '*'));
    const offset = document.getText().indexOf('<<: *') + '<<: *'.length;
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      document.positionAt(offset),
      '*',
    );
    const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    assert.deepEqual(
      labels.filter((label) => label.startsWith('*')),
      ['*planet'],
    );
  });
});
