import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { GraphDrawn, NetnsApi } from '../../../src/vscode/api';
import { CommandId } from '../../../src/vscode/ids';
import { waitFor } from '../machinery/wait-for';
import { activateExtension, closeEditors, configureHosts, openTopology, replaceMethod } from './support';

describe('Exporting a graph', () => {
  let api: NetnsApi;
  let folder: string;
  const undo: (() => void)[] = [];
  before(async () => {
    api = await activateExtension();
    await configureHosts(api, [], []);
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'netns-export-'));
    undo.push(() => rmSync(folder, { recursive: true }));
  });
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) step();
    await closeEditors();
  });

  it('writes the picture as SVG or PNG, as the file’s name ends, and nothing where nobody says where', async () => {
    const drawn: GraphDrawn[] = [];
    const subscription = api.onDidDrawGraph((one) => drawn.push(one));
    undo.push(() => subscription.dispose());
    const document = await openTopology('name: solo\nnamespaces:\n  earth: {}\n');
    assert.equal(await vscode.commands.executeCommand(CommandId.graphExport), false, 'no graph is in front');
    await vscode.commands.executeCommand(CommandId.showTopologyGraph, document.uri);
    await waitFor('a drawing', () => drawn.at(-1));
    const proposed: (string | undefined)[] = [];
    const saveAs = (name: string | undefined): void => {
      const show = (options?: vscode.SaveDialogOptions): Promise<vscode.Uri | undefined> => {
        proposed.push(options?.defaultUri?.path.split('/').at(-1));
        return Promise.resolve(name === undefined ? undefined : vscode.Uri.file(path.join(folder, name)));
      };
      undo.push(replaceMethod(vscode.window, 'showSaveDialog', show));
    };
    saveAs('one.svg');
    assert.equal(await vscode.commands.executeCommand(CommandId.graphExport), true);
    assert.match(readFileSync(path.join(folder, 'one.svg'), 'utf8'), /^<svg [^]*>earth<\/text>[^]*<\/svg>\n$/);
    saveAs('two.PNG');
    assert.equal(await vscode.commands.executeCommand(CommandId.graphExport), true);
    assert.equal(readFileSync(path.join(folder, 'two.PNG')).subarray(1, 4).toString(), 'PNG');
    saveAs(undefined);
    assert.equal(await vscode.commands.executeCommand(CommandId.graphExport), false);
    assert.ok(!existsSync(path.join(folder, 'three.svg')));
    assert.match(proposed[0] ?? '', /^test-\d+\.svg$/);
  });
});
