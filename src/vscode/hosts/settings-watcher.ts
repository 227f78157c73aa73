import { ConfigurationTarget, workspace, type LogOutputChannel } from 'vscode';
import type { Disposable } from '../../base/disposable';
import { SettingId, settingsSection } from '../ids';
import { editHostsChoice, showWarning } from '../notify';
import { withChangedEntry, withMovedEntry, withoutEntry, type HostEntries } from './host-entries';
import type { HostRegistry } from './host-registry';
import { readHostSettings } from './host-settings';

/** Hands the setting `netns.hosts` to the registry, now and whenever it changes, and tells what is wrong with it. */
export function followHostSettings(registry: HostRegistry, log: LogOutputChannel): Disposable {
  let told = '';
  const read = (): void => {
    const { hosts, problems } = readHostSettings(hostsSetting());
    registry.update(hosts);
    const message = problems.join(' ');
    if (message !== '' && message !== told) showWarning(log, message, [editHostsChoice]);
    told = message;
  };
  read();
  return workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${settingsSection}.${SettingId.hosts}`)) read();
  });
}

/** The setting's value as it stands, for reading and for adding to it. */
function hostsSetting(): unknown {
  return workspace.getConfiguration(settingsSection).get(SettingId.hosts);
}

/** Adds an entry where the setting stands: in the workspace if that has a list of its own, else for the user. */
export async function addHostEntry(entry: Readonly<Record<string, unknown>>): Promise<void> {
  await changeEntries((entries) => [...entries, entry]);
}

/** Removes the entry of that id where the setting stands. */
export async function removeHostEntry(id: string): Promise<void> {
  await changeEntries((entries) => withoutEntry(entries, id));
}

/** Changes keys of the entry of that id; undefined takes one out. */
export async function changeHostEntry(id: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
  await changeEntries((entries) => withChangedEntry(entries, id, changes));
}

/** Moves the entry of that id up (-1) or down (1) by one. */
export async function moveHostEntry(id: string, by: -1 | 1): Promise<void> {
  await changeEntries((entries) => withMovedEntry(entries, id, by));
}

async function changeEntries(change: (entries: HostEntries) => HostEntries): Promise<void> {
  const { value, target } = writableHosts();
  await workspace.getConfiguration(settingsSection).update(SettingId.hosts, change(value), target);
}

function writableHosts(): { value: readonly unknown[]; target: ConfigurationTarget } {
  const setting = workspace.getConfiguration(settingsSection).inspect<unknown>(SettingId.hosts);
  const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
  if (isList(setting?.workspaceFolderValue)) {
    return { value: setting.workspaceFolderValue, target: ConfigurationTarget.WorkspaceFolder };
  }
  if (isList(setting?.workspaceValue)) return { value: setting.workspaceValue, target: ConfigurationTarget.Workspace };
  return { value: isList(setting?.globalValue) ? setting.globalValue : [], target: ConfigurationTarget.Global };
}
