import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CommandId } from '../../../src/vscode/ids';
import { WalkthroughContext } from '../../../src/vscode/walkthrough';
import { activateExtension, extensionId } from './support';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly keybindings: readonly { readonly key: string; readonly command: string; readonly when?: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly id: string;
        readonly description: string;
        readonly completionEvents: readonly string[];
      }[];
    }[];
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

  it('takes no key that VS Code has for the same place already', async () => {
    await activateExtension();
    const uri = vscode.Uri.parse('vscode://defaultsettings/keybindings.json');
    const text = (await vscode.workspace.openTextDocument(uri)).getText();
    // The document has comments around a list of plain objects.
    const defaults = [
      ...text.matchAll(
        /\{ "key": "((?:[^"\\\\]|\\\\.)*)",\s*"command": "([^"]*)"(?:,\s*"when": "((?:[^"\\\\]|\\\\.)*)")?/g,
      ),
    ];
    assert.ok(defaults.length > 300, `only ${defaults.length} default keys were read`);
    const known = new Set(Object.values<string>(CommandId));
    for (const { key, command, when } of manifest().contributes.keybindings) {
      assert.ok(known.has(command), `${key} is for ${command}`);
      assert.match(
        when ?? '',
        /editorLangId == netns-topology|focusedView == netns\.hosts/,
        `${key} is for all of VS Code`,
      );
      const taken = defaults.filter(([, each, theirs]) => each === key && theirs !== command);
      const collides = taken.filter(([, , , place]) => place === undefined || collidesWith(when ?? '', place));
      assert.deepEqual(
        collides.map(([, , theirs, place]) => `${key}: ${theirs ?? ''} when ${place ?? 'always'}`),
        [],
      );
    }
  });

  it('has a walkthrough whose buttons and completions exist', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const contexts = new Set<string>(Object.values(WalkthroughContext));
    for (const { steps } of manifest().contributes.walkthroughs) {
      assert.equal(new Set(steps.map(({ id }) => id)).size, steps.length);
      for (const { description, completionEvents } of steps) {
        const buttons = [...description.matchAll(/\]\(command:([\w.]+)/g)].map(([, command]) => command ?? '');
        assert.ok(buttons.length > 0, description);
        for (const command of buttons) assert.ok(registered.has(command), command);
        for (const event of completionEvents) {
          const [, kind, name = ''] = /^(onCommand|onContext):(.+)$/.exec(event) ?? [];
          assert.ok(kind === 'onCommand' ? registered.has(name) : contexts.has(name), event);
        }
      }
    }
  });

  it('names only existing commands in its menus', () => {
    const known = new Set(manifest().contributes.commands.map(({ command }) => command));
    for (const [menu, items] of Object.entries(manifest().contributes.menus)) {
      for (const { command } of items) assert.ok(known.has(command), `${menu} names ${command}`);
    }
  });
});

/** Whether a default key's place can be the same as ours: in a text editor, or in a list. */
function collidesWith(ours: string, theirs: string): boolean {
  const inEditor = ours.includes('editorTextFocus');
  if (inEditor) return /^(editorTextFocus|textInputFocus|editorFocus)$/.test(theirs.trim());
  return /^listFocus( && !inputFocus)?$/.test(theirs.trim());
}
