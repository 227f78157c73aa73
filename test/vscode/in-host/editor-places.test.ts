import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId, languageId } from '../../../src/vscode/ids';
import { waitFor } from '../machinery/wait-for';
import { activateExtension, closeEditors, openTopology } from './support';

const text = `name: outer
bridges:
  br0:
    addresses: [10.0.0.1/24]
namespaces:
  earth:
    interfaces:
      eth0:
        addresses: [10.0.0.10/24]
links:
  - endpoints: [earth:eth0, br0]
`;

describe('Places in a topology file', () => {
  before(activateExtension);
  afterEach(closeEditors);

  it('link to the files that a comment names, and to the settings of the target', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'netns-links-'));
    try {
      await writeFile(path.join(folder, 'next-step.netns.yaml'), text);
      const file = path.join(folder, 'first.netns.yaml');
      await writeFile(file, '# Then: next-step.\nname: first\ntarget: lab1\nnamespaces: {}\n');
      const document = await vscode.workspace.openTextDocument(file);
      const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
        'vscode.executeLinkProvider',
        document.uri,
      );
      assert.deepEqual(
        links.map(({ range, target }) => [document.getText(range), target?.path.split('/').at(-1)]),
        [
          ['next-step', 'next-step.netns.yaml'],
          ['lab1', CommandId.editHosts],
        ],
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('fold by blocks', async () => {
    const document = await openTopology(text);
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      document.uri,
    );
    assert.deepEqual(
      folds.map(({ start, end }) => [start, end]),
      [
        [1, 3],
        [2, 3],
        [4, 8],
        [5, 8],
        [6, 8],
        [7, 8],
        [9, 10],
      ],
    );
  });

  it('have their colours by what they name', async () => {
    const document = await openTopology(text);
    const [legend, tokens] = await Promise.all([
      vscode.commands.executeCommand<vscode.SemanticTokensLegend>(
        'vscode.provideDocumentSemanticTokensLegend',
        document.uri,
      ),
      vscode.commands.executeCommand<vscode.SemanticTokens>('vscode.provideDocumentSemanticTokens', document.uri),
    ]);
    let [line, character] = [0, 0];
    const found: string[] = [];
    for (let index = 0; index < tokens.data.length; index += 5) {
      const [lines = 0, characters = 0, length = 0, type = 0, modifiers = 0] = tokens.data.slice(index, index + 5);
      [line, character] = [line + lines, lines === 0 ? character + characters : characters];
      const word = document.lineAt(line).text.slice(character, character + length);
      found.push(`${word} ${legend.tokenTypes[type]}${modifiers === 1 ? ' declaration' : ''}`);
    }
    assert.deepEqual(found, [
      'br0 class declaration',
      'earth namespace declaration',
      'eth0 interface declaration',
      'earth namespace',
      'eth0 interface',
      'br0 class',
    ]);
  });

  it('can be a whole new topology from a template', async () => {
    const made = vscode.commands.executeCommand<vscode.Uri | undefined>(CommandId.newTopology);
    // The list needs a moment to stand; what comes too early is heard by nobody.
    await waitFor('the template to be chosen', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return vscode.window.activeTextEditor?.document.languageId === languageId;
    });
    const uri = await made;
    const document = vscode.window.activeTextEditor!.document;
    assert.equal(document.uri.toString(), uri?.toString());
    assert.equal(document.isUntitled, true);
    assert.match(document.getText(), /^name: my-lab\n/);
  });
});
