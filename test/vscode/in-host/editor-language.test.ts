import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { waitFor } from '../machinery/wait-for';
import { activateExtension, closeEditors, configureHosts, openTopology } from './support';

const lab = `name: pair
bridges:
  br0: { addresses: [10.0.0.1/24] }
namespaces:
  earth:
    interfaces:
      earth-veth: { addresses: [10.0.0.10/24] }
  mars:
links:
  - endpoints: [earth:earth-veth, br0]
checks:
  - { from: earth, ping: 10.0.0.1 }
`;

/** Opens a text that marks the cursor with `|`. */
async function openAt(marked: string): Promise<{ document: vscode.TextDocument; position: vscode.Position }> {
  const offset = marked.indexOf('|');
  assert.ok(offset >= 0);
  const document = await openTopology(marked.replace('|', ''));
  return { document, position: document.positionAt(offset) };
}

describe('The language in the editor, with no host', () => {
  before(async () => {
    await configureHosts(await activateExtension(), [], []);
  });
  afterEach(closeEditors);

  const completions = async (marked: string): Promise<vscode.CompletionItem[]> => {
    const { document, position } = await openAt(marked);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      position,
    );
    return list.items;
  };

  it('completes keys with what makes their value easy to write, and explains them', async () => {
    const items = await completions(lab.replace('  mars:\n', '  mars:\n    |\n'));
    const routes = items.find(({ label }) => label === 'routes');
    assert.ok(routes);
    assert.deepEqual((routes.insertText as vscode.SnippetString).value, 'routes:\n      - $0');
    assert.match((routes.documentation as vscode.MarkdownString).value, /Routing table/);
  });

  it('completes what the file knows, in a line that is half-written', async () => {
    const items = await completions(lab.replace('links:\n', 'links:\n  - endpoints: [mars:|\n'));
    assert.ok(items.some(({ label }) => label === 'mars:eth0'));
    assert.ok(!items.some(({ label }) => label === 'earth:earth-veth'));
  });

  it('explains what stands under the mouse', async () => {
    const { document, position } = await openAt(lab.replace('earth:earth-veth', 'earth:earth|-veth'));
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      position,
    );
    const text = hovers.flatMap(({ contents }) => contents.map((part) => (part as vscode.MarkdownString).value)).join();
    assert.match(text, /leads to `br0:/);
    assert.ok(hovers[0]?.range !== undefined);
    assert.equal(document.getText(hovers[0].range), 'earth:earth-veth');
  });

  it('goes to a definition, lists the uses, and marks them', async () => {
    const { document, position } = await openAt(lab.replace('from: earth', 'from: ea|rth'));
    const run = async <T>(command: string): Promise<T[]> =>
      await vscode.commands.executeCommand<T[]>(command, document.uri, position);
    const definitions = await run<vscode.Location>('vscode.executeDefinitionProvider');
    assert.deepEqual(
      definitions.map(({ range }) => document.lineAt(range.start).text),
      ['  earth:'],
    );
    assert.equal((await run('vscode.executeReferenceProvider')).length, 3);
    assert.equal((await run('vscode.executeDocumentHighlights')).length, 3);
  });

  it('renames in all uses in one edit, and refuses a bad name with its reason', async () => {
    const { document, position } = await openAt(lab.replace('from: earth', 'from: ea|rth'));
    const rename = async (name: string): Promise<vscode.WorkspaceEdit> =>
      await vscode.commands.executeCommand('vscode.executeDocumentRenameProvider', document.uri, position, name);
    await assert.rejects(rename('mars'), /There is a namespace "mars" already/);
    await vscode.workspace.applyEdit(await rename('terra'));
    assert.equal(document.getText(), lab.replaceAll(/earth\b(?!-)/g, 'terra'));
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), lab);
  });

  it('folds, hints, colours names and formats', async () => {
    const untidy = lab.replace('  br0:', '    br0:').replace('  mars:', '  mars:  ');
    const { document } = await openAt(`|${untidy}`);
    const { uri } = document;
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      uri,
    );
    assert.ok(folds.some(({ start, end }) => start === 1 && end === 2));
    const hints = await vscode.commands.executeCommand<vscode.InlayHint[]>(
      'vscode.executeInlayHintProvider',
      uri,
      new vscode.Range(0, 0, document.lineCount, 0),
    );
    assert.deepEqual(
      hints.slice(0, 2).map(({ label }) => label),
      ['in 10.0.0.0/24', 'in 10.0.0.0/24'],
    );
    assert.ok(typeof hints[2]?.label === 'string');
    assert.match(hints[2].label, /^:earth-/);
    const tokens = await vscode.commands.executeCommand<vscode.SemanticTokens>(
      'vscode.provideDocumentSemanticTokens',
      uri,
    );
    assert.equal(tokens.data.length / 5, 8);
    const edits = await vscode.commands.executeCommand<vscode.TextEdit[]>('vscode.executeFormatDocumentProvider', uri, {
      tabSize: 2,
      insertSpaces: true,
    });
    const edit = new vscode.WorkspaceEdit();
    edit.set(uri, edits);
    await vscode.workspace.applyEdit(edit);
    assert.equal(document.getText(), lab);
  });

  it('mends what has one likely answer, in one undoable edit', async () => {
    const natted = lab.replace('checks:', 'nat:\n  out: { masquerade: 10.0.0.0/24 } # mind this\nchecks:');
    const { document } = await openAt(`|${natted}`);
    const problem = await waitFor('the missing route', () =>
      vscode.languages.getDiagnostics(document.uri).find(({ code }) => code === 'default-route-missing'),
    );
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      problem.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const fix = actions.find(({ title }) => title === 'Add a default route via 10.0.0.1');
    assert.ok(fix?.edit !== undefined && fix.isPreferred === true);
    await vscode.workspace.applyEdit(fix.edit);
    const route = '    routes: [{ to: default, via: 10.0.0.1 }]\n';
    assert.equal(document.getText(), natted.replace('  mars:\n', `${route}  mars:\n`));
  });
});
