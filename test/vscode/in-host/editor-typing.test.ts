import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { waitFor } from '../machinery/wait-for';
import { activateExtension, closeEditors, openTopology } from './support';

/** Opens a text, puts the cursor where `|` marks it, and types as a keyboard does. */
async function typing(marked: string, keys: string): Promise<string> {
  const document = await openTopology(marked.replace('|', ''));
  const editor = vscode.window.activeTextEditor;
  assert.equal(editor?.document, document);
  const cursor = document.positionAt(marked.indexOf('|'));
  editor.selection = new vscode.Selection(cursor, cursor);
  for (const key of Array.from(keys)) await vscode.commands.executeCommand('type', { text: key });
  return await waitFor('the keys to arrive', () => document.version > 1 && document.getText());
}

describe('Typing in a topology file', () => {
  before(activateExtension);
  afterEach(closeEditors);

  for (const [what, before, after] of [
    ['a key without a value', 'namespaces:|\n', 'namespaces:\n  x\n'],
    ['a key in a block', 'namespaces:\n  earth:|\n', 'namespaces:\n  earth:\n    x\n'],
    ['a key that a comment follows', 'namespaces: # these|\n', 'namespaces: # these\n  x\n'],
    ['the key of a list’s item', 'links:\n  - endpoints:|\n', 'links:\n  - endpoints:\n    x\n'],
  ] as const) {
    it(`begins a deeper line behind ${what}`, async () => {
      assert.equal(await typing(before, '\nx'), after);
    });
  }

  for (const [what, before, after] of [
    ['a key and its value', 'name: a|\n', 'name: a\nx\n'],
    ['an item', 'links:\n  - endpoints: [a:b, c:d]|\n', 'links:\n  - endpoints: [a:b, c:d]\n  x\n'],
    ['a comment that ends in a colon', 'namespaces:\n  # as in:|\n', 'namespaces:\n  # as in:\n  x\n'],
  ] as const) {
    it(`stays at its depth behind ${what}`, async () => {
      assert.equal(await typing(before, '\nx'), after);
    });
  }

  it('closes what is opened', async () => {
    assert.equal(await typing('bridges:\n  br0: |\n', '{'), 'bridges:\n  br0: {}\n');
  });
});
