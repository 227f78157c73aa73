import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId } from '../../../src/vscode/ids';
import { waitFor } from '../machinery/wait-for';
import { activateExtension, closeEditors, configureHosts } from './support';

/** What a person may have written that no tool would: all of it stays. */
const texts: Readonly<Record<string, string>> = {
  'with untidy layout': 'name:   untidy   \n\n\nnamespaces:\n      earth:   {}   # here\n',
  'with Windows line ends': 'name: a\r\nnamespaces:\r\n  earth: {}\r\n',
  'with a byte order mark': '\ufeffname: a\nnamespaces:\n  earth: {}\n',
  'with mistakes': 'name: A B\nnamespases:\n\tearth: [10.0.0.300/24\n',
  'without a last line end': 'name: a\nnamespaces:\n  earth: {}',
  'with nothing in it': '',
};

describe('Opening a topology file', () => {
  let folder: string;
  before(async () => {
    await configureHosts(await activateExtension(), [], []);
    folder = await mkdtemp(path.join(tmpdir(), 'netns-untouched-'));
  });
  afterEach(closeEditors);
  after(() => rm(folder, { recursive: true }));

  for (const [what, text] of Object.entries(texts)) {
    it(`never writes it, ${what}`, async () => {
      const file = path.join(folder, `${what.replaceAll(' ', '-')}.netns.yaml`);
      await writeFile(file, text);
      const long = new Date('2020-02-02T02:02:02Z');
      await utimes(file, long, long);
      const document = await vscode.workspace.openTextDocument(file);
      const changes: vscode.TextDocumentChangeEvent[] = [];
      const subscription = vscode.workspace.onDidChangeTextDocument((change) => {
        if (change.document === document) changes.push(change);
      });
      try {
        await vscode.window.showTextDocument(document);
        await useEverything(document);
        assert.equal(document.isDirty, false);
        assert.equal(document.version, 1);
        assert.deepEqual(changes, []);
        // There is nothing that could be undone.
        await vscode.commands.executeCommand('undo');
        assert.deepEqual(changes, []);
      } finally {
        subscription.dispose();
      }
      assert.equal((await stat(file)).mtimeMs, long.getTime());
      assert.equal(await readFile(file, 'utf8'), text);
    });
  }

  /** All that VS Code and a person ask for without meaning to change the text. */
  async function useEverything(document: vscode.TextDocument): Promise<void> {
    const { uri } = document;
    const run = (command: string, ...args: unknown[]): Thenable<unknown> =>
      vscode.commands.executeCommand(command, ...args);
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const start = new vscode.Position(0, 0);
    await run('vscode.executeCodeLensProvider', uri, 100);
    await run('vscode.executeDocumentSymbolProvider', uri);
    await run('vscode.executeFoldingRangeProvider', uri);
    await run('vscode.executeInlayHintProvider', uri, whole);
    await run('vscode.executeLinkProvider', uri);
    await run('vscode.provideDocumentSemanticTokens', uri);
    await run('vscode.executeCodeActionProvider', uri, whole);
    await run('vscode.executeHoverProvider', uri, start);
    await run('vscode.executeDefinitionProvider', uri, start);
    await run('vscode.executeReferenceProvider', uri, start);
    await run('vscode.executeDocumentHighlights', uri, start);
    await run('vscode.executeCompletionItemProvider', uri, start);
    await run('vscode.executeFormatDocumentProvider', uri, { tabSize: 2, insertSpaces: true });
    await run(CommandId.showTopologyGraph, uri);
    await run(CommandId.plan, uri);
    await vscode.window.showTextDocument(document);
    await waitFor('the file to be the active editor', () => vscode.window.activeTextEditor?.document === document);
  }
});
