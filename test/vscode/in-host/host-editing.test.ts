import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { NetnsApi } from '../../../src/vscode/api';
import { CommandId, settingsSection, SettingId } from '../../../src/vscode/ids';
import { waitFor } from '../machinery/wait-for';
import { activateExtension, configureHosts, openTopology, closeEditors, replaceMethod } from './support';

describe('The list of hosts', () => {
  let api: NetnsApi;
  const restore: (() => void)[] = [];
  before(async () => {
    api = await activateExtension();
  });
  beforeEach(() =>
    configureHosts(
      api,
      [
        { id: 'a', host: '203.0.113.1', user: 'root' },
        { id: 'b', alias: 'lab-b', label: 'Second' },
        { id: 'c', host: '203.0.113.3' },
      ],
      ['a', 'b', 'c'],
    ),
  );
  afterEach(async () => {
    for (const one of restore.splice(0)) one();
    await closeEditors();
    await configureHosts(api, [], []);
  });

  const entries = (): Record<string, unknown>[] =>
    vscode.workspace.getConfiguration(settingsSection).get<Record<string, unknown>[]>(SettingId.hosts) ?? [];
  const run = (id: CommandId, host: string): Thenable<unknown> => vscode.commands.executeCommand(id, host);
  const ids = (): string => api.hosts.map(({ id }) => id).join('');

  /** A person who picks the item of that label, and types these texts. */
  function person(label: string, ...texts: readonly string[]): { readonly refused: (string | undefined)[] } {
    const refused: (string | undefined)[] = [];
    const left = [...texts];
    restore.push(
      replaceMethod(vscode.window, 'showQuickPick', ((items: readonly vscode.QuickPickItem[]) =>
        Promise.resolve(items.find((item) => item.label.includes(label)))) as never),
      replaceMethod(vscode.window, 'showInputBox', (async (options: vscode.InputBoxOptions) => {
        for (let text = left.shift(); text !== undefined; text = left.shift()) {
          const why = await options.validateInput?.(text);
          if (why === undefined || why === null || why === '') return text;
          refused.push(typeof why === 'string' ? why : why.message);
        }
        return undefined;
      }) as never),
    );
    return { refused };
  }

  it('is put in another order', async () => {
    await run(CommandId.moveHostUp, 'c');
    await waitFor('c stands before b', () => ids() === 'acb');
    await run(CommandId.moveHostDown, 'a');
    await waitFor('a stands behind c', () => ids() === 'cab');
    await run(CommandId.moveHostUp, 'c');
    assert.equal(ids(), 'cab');
  });

  it('has its entries edited: label, address, alias and id; what cannot be is not taken', async () => {
    person('Label…', 'First lab');
    assert.equal(await run(CommandId.editHost, 'a'), true);
    await waitFor('the label', () => api.hosts[0]?.label === 'First lab');
    person('Address…', 'root@', 'ops@203.0.113.9:2222');
    assert.equal(await run(CommandId.editHost, 'a'), true);
    await waitFor('the address', () => entries()[0]?.['port'] === 2222);
    assert.deepEqual(entries()[0], { id: 'a', host: '203.0.113.9', user: 'ops', label: 'First lab', port: 2222 });
    person('Address…', 'two words', 'lab-c');
    assert.equal(await run(CommandId.editHost, 'b'), true);
    await waitFor('the alias', () => entries()[1]?.['alias'] === 'lab-c');
    const { refused } = person('Id…', 'a', 'not a word', 'new');
    assert.equal(await run(CommandId.editHost, 'c'), true);
    assert.deepEqual(refused, ['Another host has this id.', 'A word of letters, digits, “.”, “_” and “-”.']);
    await waitFor('the id', () => ids() === 'abnew');
    person('Label…');
    assert.equal(await run(CommandId.editHost, 'a'), false);
  });

  it('has one that the workspace’s topologies are for', async () => {
    const document = await openTopology('name: for-b\nnamespaces: { earth: }\n');
    const lenses = async (): Promise<(string | undefined)[]> => {
      const command = 'vscode.executeCodeLensProvider';
      const found = await vscode.commands.executeCommand<vscode.CodeLens[]>(command, document.uri, 20);
      return found.map((lens) => lens.command?.title);
    };
    assert.equal(await run(CommandId.useHost, 'b'), 'b');
    await waitFor('a lens for it', async () => (await lenses()).some((title) => title?.includes('Apply to Second')));
    assert.equal(await run(CommandId.useHost, 'c'), 'c');
    await waitFor('a lens for the other', async () => (await lenses()).some((title) => title?.includes('Apply to c')));
  });
});
