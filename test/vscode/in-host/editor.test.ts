import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { CommandId } from '../../../src/vscode/ids';
import { waitFor } from '../machinery/wait-for';
import { activateExtension, closeEditors, configureHosts, diagnosticsOf, openTopology } from './support';

const good = `name: pair
namespaces:
  earth:
    interfaces:
      earth-veth: { addresses: [10.0.0.1/24] }
  neptune:
    interfaces:
      neptune-veth: { addresses: [10.0.0.2/24] }
links:
  - endpoints: [earth:earth-veth, neptune:neptune-veth]
checks:
  - { from: earth, ping: neptune }
`;

describe('A topology file in the editor', () => {
  before(async () => {
    const api = await activateExtension();
    await configureHosts(api, [], []);
  });
  afterEach(closeEditors);

  it('has the language netns-topology by its name, and other YAML has not', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'netns-in-host-'));
    try {
      const languageOf = async (name: string): Promise<string> => {
        await writeFile(path.join(folder, name), good);
        return (await vscode.workspace.openTextDocument(path.join(folder, name))).languageId;
      };
      assert.equal(await languageOf('a.netns.yaml'), 'netns-topology');
      assert.equal(await languageOf('b.netns.yml'), 'netns-topology');
      assert.equal(await languageOf('c.yaml'), 'yaml');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('without a mistake has no problem', async () => {
    const document = await openTopology(good);
    await lensTitles(document);
    assert.deepEqual(vscode.languages.getDiagnostics(document.uri), []);
  });

  const mistakes: readonly { what: string; text: string; marked: string; says: RegExp }[] = [
    {
      what: 'an unknown key',
      text: good.replace('{ addresses: [10.0.0.1/24] }', '{ adresses: [10.0.0.1/24] }'),
      marked: 'adresses',
      says: /addresses/,
    },
    {
      what: 'a bad address',
      text: good.replace('10.0.0.1/24', '10.0.0.300/24'),
      marked: '10.0.0.300/24',
      says: /10\.0\.0\.300/,
    },
    {
      what: 'an interface name of 16 letters',
      text: good.replaceAll('earth-veth', 'earth-veth-is-16'),
      marked: 'earth-veth-is-16',
      says: /15/,
    },
  ];
  for (const { what, text, marked, says } of mistakes) {
    it(`with ${what} is marked exactly there`, async () => {
      const document = await openTopology(text);
      const found = await waitFor('a problem', () => {
        const all = vscode.languages.getDiagnostics(document.uri);
        return all.length > 0 && all;
      });
      const errors = found.filter((one) => one.severity === vscode.DiagnosticSeverity.Error);
      const [first] = errors;
      assert.ok(first, JSON.stringify(found));
      assert.equal(document.getText(first.range), marked);
      assert.match(first.message, says);
      assert.equal(first.source, 'netns');
      assert.ok(typeof first.code === 'string' && /^[a-z0-9-]+$/.test(first.code));
    });
  }

  it('loses its problems when they are mended, and when it is closed', async () => {
    const document = await openTopology(good.replace('10.0.0.1/24', '10.0.0.300/24'));
    const [problem] = await diagnosticsOf(document, 1);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, problem!.range, '10.0.0.1/24');
    await vscode.workspace.applyEdit(edit);
    await diagnosticsOf(document, 0);
  });

  it('gets a quick fix for a misspelt key that changes nothing else', async () => {
    const text = good.replace('{ addresses: [10.0.0.1/24] }', '{ adresses: [10.0.0.1/24] } # mind this');
    const document = await openTopology(text);
    const problem = await waitFor('the misspelt key', () =>
      vscode.languages.getDiagnostics(document.uri).find((one) => one.code === 'unknown-key'),
    );
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      problem.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const fix = actions.find((action) => action.title.includes('addresses'));
    assert.ok(fix?.edit, `only ${actions.map((action) => action.title).join(', ')}`);
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(document.getText(), text.replace('adresses', 'addresses'));
  });

  it('has the lenses at its top, without a host’s name while there is no host', async () => {
    const document = await openTopology(`# a comment first\n${good}`);
    const lenses = (await lensesOf(document)).filter((lens) => lens.range.start.line === 1);
    assert.deepEqual(
      lenses.map((lens) => lens.command?.title.replace('\u00a0', ' ')),
      ['$(play) Apply', 'Plan', 'Verify', 'Destroy', 'Show Graph', 'no host chosen'],
    );
    assert.deepEqual(
      lenses.map((lens) => lens.command?.command),
      [
        CommandId.apply,
        CommandId.plan,
        CommandId.verify,
        CommandId.destroy,
        CommandId.showTopologyGraph,
        CommandId.selectTarget,
      ],
    );
  });

  it('names the host in its lens where it is known', async () => {
    const api = await activateExtension();
    const document = await openTopology(good);
    await configureHosts(api, [{ id: 'one', host: '203.0.113.1' }], ['one']);
    await waitFor('the host in the lens', async () => (await lensTitles(document))[0] === '$(play) Apply to one');
    await configureHosts(
      api,
      [
        { id: 'one', host: '203.0.113.1' },
        { id: 'two', host: '203.0.113.2' },
      ],
      ['one', 'two'],
    );
    await waitFor('no host in the lens', async () => (await lensTitles(document))[0] === '$(play) Apply');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(1, 0), 'target: two\n');
    await vscode.workspace.applyEdit(edit);
    await waitFor(
      'the file’s host in the lens',
      async () => (await lensTitles(document))[0] === '$(play) Apply to two',
    );
    await configureHosts(api, [], []);
  });

  it('has an outline', async () => {
    const document = await openTopology(good);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    const outline = (items: readonly vscode.DocumentSymbol[], indent = ''): string[] =>
      items.flatMap((item) => [`${indent}${item.name}`, ...outline(item.children, `${indent}  `)]);
    assert.deepEqual(outline(symbols), [
      'namespaces',
      '  earth',
      '    earth-veth',
      '  neptune',
      '    neptune-veth',
      'links',
      '  earth:earth-veth ↔ neptune:neptune-veth',
      'checks',
      '  earth: ping neptune',
    ]);
  });

  it('with an error is not applied; the error is shown at its place', async () => {
    const document = await openTopology(good.replace('10.0.0.1/24', '10.0.0.300/24'));
    const result = await vscode.commands.executeCommand<{ outcome: string }>(CommandId.apply, document.uri);
    assert.equal(result.outcome, 'refused');
    await waitFor('the error to be selected', () => {
      const editor = vscode.window.activeTextEditor;
      return editor?.document === document && document.getText(editor.selection) === '10.0.0.300/24';
    });
  });

  for (const [what, text] of [
    ['nothing at all', ''],
    ['no YAML', '\t:{[&*\u0001'],
    ['a list', '- a\n- b\n'],
    ['two documents', `${good}---\n${good}`],
    ['a name of nothing', 'name:\nnamespaces:\n  __proto__: {}\n'],
  ] as const) {
    it(`that holds ${what} keeps every feature answering`, async () => {
      const document = await openTopology(text);
      await lensesOf(document);
      await vscode.commands.executeCommand('vscode.executeDocumentSymbolProvider', document.uri);
      const result = await vscode.commands.executeCommand<{ outcome: string }>(CommandId.plan, document.uri);
      assert.equal(result.outcome, 'refused');
    });
  }
});

async function lensesOf(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
  return await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri);
}

async function lensTitles(document: vscode.TextDocument): Promise<(string | undefined)[]> {
  return (await lensesOf(document)).map((lens) => lens.command?.title.replace('\u00a0', ' '));
}
