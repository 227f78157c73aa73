import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { GraphDrawn, NetnsApi } from '../../../src/vscode/api';
import { CommandId } from '../../../src/vscode/ids';
import { waitFor } from '../machinery/wait-for';
import {
  activateExtension,
  closeEditors,
  configureHosts,
  openTopology,
  recordNotifications,
  replaceMethod,
} from './support';

const lab = `name: lab # the lab
bridges:
  br0: { addresses: [10.0.0.1/24] } # the switch
namespaces:
  earth:
    # keeps this comment
    interfaces: { 'earth-veth': { addresses: [10.0.0.10/24] } }
    routes: [{ to: default, via: 10.0.0.1 }]
links:
  - endpoints: [earth:earth-veth, br0]
checks:
  - { from: earth, ping: 10.0.0.1 }
`;

describe('Editing a file from its graph', () => {
  let api: NetnsApi;
  let drawn: GraphDrawn[];
  const undo: (() => void)[] = [];
  before(async () => {
    api = await activateExtension();
    await configureHosts(api, [], []);
  });
  beforeEach(() => {
    drawn = [];
    const subscription = api.onDidDrawGraph((one) => drawn.push(one));
    undo.push(() => subscription.dispose());
  });
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) step();
    await closeEditors();
  });

  /** Opens a file with its graph beside it. */
  async function openGraph(text: string): Promise<vscode.TextDocument> {
    const document = await openTopology(text);
    await vscode.commands.executeCommand(CommandId.showTopologyGraph, document.uri);
    await waitFor('a drawing', () => drawn.at(-1));
    return document;
  }

  /** What a context menu hands over. */
  function on(document: vscode.TextDocument, netnsNode?: string): unknown {
    return {
      webviewSection: 'namespace',
      netnsSubject: { type: 'host', name: '', file: document.uri.toString() },
      netnsNode,
    };
  }

  /** Answers the next input box; the validation's words stand in `said`. */
  function type(name: string): { said: unknown[]; proposed: (string | undefined)[] } {
    const seen = { said: [] as unknown[], proposed: [] as (string | undefined)[] };
    const show = async (options: vscode.InputBoxOptions = {}): Promise<string | undefined> => {
      seen.proposed.push(options.value);
      const objection = await options.validateInput?.(name);
      seen.said.push(objection);
      return objection === undefined || objection === null ? name : undefined;
    };
    undo.push(replaceMethod(vscode.window, 'showInputBox', show as typeof vscode.window.showInputBox));
    return seen;
  }

  /** Answers the next question; what was asked stands in the list. */
  function answer(button: string | undefined, meanwhile?: () => Promise<unknown>): string[] {
    const asked: string[] = [];
    const show = async (message: string, options: vscode.MessageOptions): Promise<string | undefined> => {
      asked.push([message, options.detail ?? ''].join('\n'));
      await meanwhile?.();
      return button;
    };
    undo.push(
      replaceMethod(vscode.window, 'showWarningMessage', show as unknown as typeof vscode.window.showWarningMessage),
    );
    return asked;
  }

  function notifications(): string[] {
    const recorded = recordNotifications();
    undo.push(() => recorded.stop());
    return recorded.messages;
  }

  const onDisk = (document: vscode.TextDocument): string => readFileSync(document.uri.fsPath, 'utf8');

  it('writes nothing when it is opened; an edit makes the document dirty and saves nothing', async () => {
    const document = await openGraph(lab);
    assert.equal(document.isDirty, false);
    assert.equal(document.version, 1);
    const seen = type('mars');
    assert.equal(await vscode.commands.executeCommand(CommandId.graphAddNamespace, on(document)), true);
    assert.deepEqual(seen.proposed, ['ns1']);
    assert.equal(document.getText(), lab.replace('links:\n', '  mars:\nlinks:\n'));
    assert.equal(document.isDirty, true);
    assert.equal(onDisk(document), lab);
  });

  it('each edit is one step, which Undo takes back and Redo makes again', async () => {
    const document = await openGraph(lab.replace('links:\n', '  mars:\nlinks:\n'));
    const before = document.getText();
    const place = { nodeId: 'bridge:br0' };
    const pick = replaceMethod(vscode.window, 'showQuickPick', ((items: readonly { nodeId: string }[]) =>
      Promise.resolve(
        items.find(({ nodeId }) => nodeId === place.nodeId),
      )) as unknown as typeof vscode.window.showQuickPick);
    undo.push(pick);
    assert.equal(await vscode.commands.executeCommand(CommandId.graphConnect, on(document, 'ns:mars')), true);
    const after = document.getText();
    assert.ok(after.includes('mars-veth: { addresses: [10.0.0.11/24] }'), after);
    assert.ok(after.includes('    routes: [{ to: default, via: 10.0.0.1 }]\nlinks:'), after);
    assert.ok(
      after.includes('  - endpoints: [earth:earth-veth, br0]\n  - endpoints: [mars:mars-veth, br0]\nchecks:'),
      after,
    );
    assert.ok(after.includes("    # keeps this comment\n    interfaces: { 'earth-veth'"), after);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before);
    await vscode.commands.executeCommand('redo');
    assert.equal(document.getText(), after);
  });

  it('the graph draws and selects what was added at once', async () => {
    const document = await openGraph(lab);
    const { nodes } = drawn.at(-1) ?? { nodes: 0 };
    type('br1');
    await vscode.commands.executeCommand(CommandId.graphAddBridge, on(document));
    await waitFor('one node more', () => drawn.at(-1)?.nodes === nodes + 1);
  });

  it('asks with a list of what goes before it deletes, and does nothing without a yes', async () => {
    const document = await openGraph(lab);
    const asked = answer(undefined);
    assert.equal(await vscode.commands.executeCommand(CommandId.graphDelete, on(document, 'ns:earth')), false);
    assert.equal(document.getText(), lab);
    assert.match(
      asked[0] ?? '',
      /Delete namespace earth from .*\n[^]*• Cable earth:earth-veth – br0\n• Check: earth: ping 10\.0\.0\.1/,
    );
    answer('Delete');
    assert.equal(await vscode.commands.executeCommand(CommandId.graphDelete, on(document, 'ns:earth')), true);
    assert.equal(
      document.getText(),
      'name: lab # the lab\nbridges:\n  br0: { addresses: [10.0.0.1/24] } # the switch\n',
    );
  });

  it('renames in all uses, and says what is wrong with a name before it is taken', async () => {
    const document = await openGraph(lab);
    const wrong = type('br0');
    assert.equal(await vscode.commands.executeCommand(CommandId.graphRename, on(document, 'ns:earth')), false);
    assert.deepEqual(wrong.said, ['There is a bridge "br0" already.']);
    assert.deepEqual(wrong.proposed, ['earth']);
    type('terra');
    assert.equal(await vscode.commands.executeCommand(CommandId.graphRename, on(document, 'ns:earth')), true);
    assert.equal(document.getText(), lab.replaceAll(/earth(?!-)/g, 'terra'));
  });

  it('shows where something is declared', async () => {
    const document = await openGraph(lab);
    assert.equal(await vscode.commands.executeCommand(CommandId.graphShowInFile, on(document, 'bridge:br0')), true);
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.toString(), document.uri.toString());
    assert.equal(document.getText(editor.selection), 'br0');
  });

  it('says that a file has an error, where, and changes nothing', async () => {
    const broken = lab.replace('10.0.0.10/24', '10.0.0.300/24');
    const document = await openGraph(broken);
    type('mars');
    const said = notifications();
    assert.equal(await vscode.commands.executeCommand(CommandId.graphAddNamespace, on(document)), false);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /has an error in line 7: .*10\.0\.0\.300.*Mend that first; nothing was changed/);
    assert.equal(document.getText(), broken);
  });

  it('says that a file is read-only', async () => {
    const document = await openGraph(lab);
    const configuration = vscode.workspace.getConfiguration('files');
    await configuration.update('readonlyInclude', { '**/*.netns.yaml': true }, vscode.ConfigurationTarget.Global);
    try {
      const said = notifications();
      assert.equal(await vscode.commands.executeCommand(CommandId.graphAddNamespace, on(document)), false);
      assert.match(said.join(), /is read-only\. Nothing was changed/);
      assert.equal(document.getText(), lab);
    } finally {
      await configuration.update('readonlyInclude', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('says that a file was changed meanwhile, and loses nothing', async () => {
    const document = await openGraph(lab);
    answer('Delete', async () => {
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(0, 0), '# typed meanwhile\n');
      await vscode.workspace.applyEdit(edit);
    });
    const said: string[] = [];
    undo.push(
      replaceMethod(vscode.window, 'showErrorMessage', (message: string) => {
        said.push(message);
        return Promise.resolve(undefined);
      }),
    );
    assert.equal(await vscode.commands.executeCommand(CommandId.graphDelete, on(document, 'ns:earth')), false);
    assert.match(said.join(), /changed meanwhile\. Nothing was edited; try again/);
    assert.equal(document.getText(), `# typed meanwhile\n${lab}`);
    assert.equal(await vscode.commands.executeCommand(CommandId.graphDelete, on(document, 'ns:gone')), false);
    assert.match(said.at(-1) ?? '', /not in the file any more/);
  });

  it('edits no file that no graph shows, whatever a page hands over', async () => {
    const document = await openTopology(lab);
    for (const argument of [on(document, 'ns:earth'), { netnsNode: 7 }, 'ns:earth', { netnsSubject: { file: 1 } }]) {
      assert.equal(await vscode.commands.executeCommand(CommandId.graphDelete, argument), false);
    }
    assert.equal(document.getText(), lab);
  });
});
