import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { connect } from '../../../src/transport/connect';
import type { Transport } from '../../../src/transport/transport';
import type { NetnsApi } from '../../../src/vscode/api';
import { CommandId, settingsSection, SettingId } from '../../../src/vscode/ids';
import { waitFor } from '../machinery/wait-for';

export const extensionId = 'netns-topology.netns-topology';

/** What one of our terminals has been sent since now, as text. */
export function outputOf(terminal: vscode.Terminal): () => string {
  const { pty } = terminal.creationOptions as vscode.ExtensionTerminalOptions;
  let text = '';
  pty.onDidWrite((more) => (text += more));
  return () => text;
}

/** The running extension and what it exports. */
export async function activateExtension(): Promise<NetnsApi> {
  const extension = vscode.extensions.getExtension<NetnsApi>(extensionId);
  assert.ok(extension, `The extension ${extensionId} is not installed.`);
  return await extension.activate();
}

/** The lab host that the machinery started beside this VS Code. */
export interface LabHostAccess {
  readonly address: string;
  readonly port: number;
  readonly identityFile: string;
  readonly knownHostsFile: string;
}

/** undefined where the suite runs without one; the tests that need it then skip, by name. */
export function labHost(): LabHostAccess | undefined {
  const text = process.env['NETNS_TEST_LAB_HOST'];
  return text === undefined || text === '' ? undefined : (JSON.parse(text) as LabHostAccess);
}

/** An entry of `netns.hosts` for the lab host. */
export function labEntry(lab: LabHostAccess, changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: 'lab1',
    host: lab.address,
    port: lab.port,
    user: 'root',
    identityFile: lab.identityFile,
    knownHostsFiles: [lab.knownHostsFile],
    ...changes,
  };
}

/** Another connection to the lab host, as root: what other people do there, and a look at what was done. */
export async function secondWay(lab: LabHostAccess): Promise<Transport> {
  return await connect(
    {
      type: 'ssh',
      host: lab.address,
      port: lab.port,
      user: 'root',
      identityFile: lab.identityFile,
      knownHostsFiles: [lab.knownHostsFile],
    },
    { acceptHostKey: () => Promise.resolve(false) },
  );
}

/**
 * Before the tests of a suite: the lab host is the only host of the extension, and there is a second way to it.
 *
 * @param typed what somebody types there beforehand; must go without a word on stderr
 * @param connected whether the extension is connected to it, and has read it since
 * @returns the extension's API, and what other people type by; skips the suite where there is no lab host
 */
export async function beforeOnLabHost(
  suite: Mocha.Context,
  { typed, connected = false }: { readonly typed?: string; readonly connected?: boolean } = {},
): Promise<{ api: NetnsApi; elsewhere: Transport }> {
  const lab = labHost();
  if (lab === undefined) return suite.skip();
  const api = await activateExtension();
  const elsewhere = await secondWay(lab);
  if (typed !== undefined) assert.equal((await elsewhere.run(typed)).stderr, '');
  await configureHosts(api, [labEntry(lab)], ['lab1']);
  if (connected) {
    assert.equal(await vscode.commands.executeCommand(CommandId.connect, 'lab1'), true);
    // A host that is being watched already has yet to hear of what was just made.
    if (typed !== undefined) await vscode.commands.executeCommand(CommandId.refresh, 'lab1');
  }
  return { api, elsewhere };
}

/** Writes the setting `netns.hosts` and waits until the extension has taken it over. */
export async function configureHosts(
  api: NetnsApi,
  entries: readonly unknown[],
  idsExpected: readonly string[],
): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(settingsSection);
  await configuration.update(SettingId.hosts, entries, vscode.ConfigurationTarget.Global);
  await waitFor(`the hosts ${idsExpected.join(', ')}`, () => {
    return JSON.stringify(api.hosts.map((host) => host.id)) === JSON.stringify(idsExpected);
  });
}

let folder: string | undefined;
let filesMade = 0;

/**
 * Opens text as a topology file of a name of its own. (Unsaved documents share their names one after the other, and VS Code
 * may bring back what an earlier one of that name held.)
 */
export async function openTopology(content: string | Uint8Array): Promise<vscode.TextDocument> {
  folder ??= mkdtempSync(path.join(tmpdir(), 'netns-in-host-'));
  const file = path.join(folder, `test-${++filesMade}.netns.yaml`);
  writeFileSync(file, content);
  const document = await vscode.workspace.openTextDocument(file);
  await vscode.window.showTextDocument(document);
  return document;
}

/** Removes the files that `openTopology` made. */
export function removeTopologies(): void {
  if (folder !== undefined) rmSync(folder, { recursive: true });
  folder = undefined;
}

/** Closes every editor without asking, so that no test finds another's documents. */
export async function closeEditors(): Promise<void> {
  for (const tab of vscode.window.tabGroups.all.flatMap((group) => group.tabs)) {
    if (tab.input instanceof vscode.TabInputText && tab.isDirty) {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(tab.input.uri));
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** What stands on the tabs that are open. */
export function tabLabels(): string[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(({ label }) => label));
}

/** Waits until just these tabs begin with a text: VS Code tells of tabs a moment after they came or went. */
export async function untilTabs(beginning: string, wanted: readonly string[]): Promise<void> {
  await waitFor(`the tabs ${wanted.join(', ') || `of “${beginning}” to go`}`, () => {
    const found = tabLabels().filter((label) => label.startsWith(beginning));
    return found.join('\n') === wanted.join('\n');
  });
}

/** The problems of a document once there are as many as expected. */
export async function diagnosticsOf(document: vscode.TextDocument, count: number): Promise<vscode.Diagnostic[]> {
  return await waitFor(`${count} problems in the text`, () => {
    const found = vscode.languages.getDiagnostics(document.uri);
    return found.length === count && found;
  });
}

/** Takes the place of a method for the time of a test; call what it returns to put the old one back. */
export function replaceMethod<T extends object, K extends keyof T>(owner: T, name: K, method: T[K]): () => void {
  const before = owner[name];
  owner[name] = method;
  return () => {
    owner[name] = before;
  };
}

/** Catches the notifications that are shown from now on, and closes each as a person would who chooses no button. */
export function recordNotifications(): { readonly messages: string[]; stop(): void } {
  const messages: string[] = [];
  const show = (message: string): Promise<undefined> => {
    messages.push(message);
    return Promise.resolve(undefined);
  };
  const { window } = vscode;
  const restore = (['showErrorMessage', 'showWarningMessage', 'showInformationMessage'] as const).map((name) =>
    replaceMethod(window, name, show as (typeof window)[typeof name]),
  );
  return {
    messages,
    stop: () => {
      for (const one of restore) one();
    },
  };
}
