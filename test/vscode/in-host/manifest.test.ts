import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CommandId } from '../../../src/vscode/ids';
import { activateExtension, extensionId } from './support';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
  };
}

describe('The manifest and the running extension', () => {
  const manifest = (): Manifest => vscode.extensions.getExtension(extensionId)?.packageJSON as Manifest;

  it('activates, and says how long that took', async () => {
    const api = await activateExtension();
    assert.equal(api.version, 1);
    assert.ok(api.activationMilliseconds > 0);
    console.log(`      activated in ${api.activationMilliseconds.toFixed(1)} ms`);
  });

  it('contributes exactly the commands that the code knows, each registered and in the category Netns', async () => {
    await activateExtension();
    const contributed = manifest().contributes.commands;
    assert.deepEqual(contributed.map(({ command }) => command).sort(), Object.values(CommandId).sort());
    const registered = new Set(await vscode.commands.getCommands(true));
    for (const { command, title, category } of contributed) {
      assert.ok(registered.has(command), `${command} is contributed but not registered`);
      assert.equal(category, 'Netns');
      assert.match(title, /^[A-Z]/);
    }
  });

  it('names only existing commands in its menus', () => {
    const known = new Set(manifest().contributes.commands.map(({ command }) => command));
    for (const [menu, items] of Object.entries(manifest().contributes.menus)) {
      for (const { command } of items) assert.ok(known.has(command), `${menu} names ${command}`);
    }
  });
});
