import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What a configured host looks like in the setting `netns.hosts`. */
export interface HostSetting {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly identityFile: string;
  readonly knownHostsFiles: readonly string[];
}

/** A user's settings: a quiet VS Code, and the hosts that the extension is to know. */
export function userSettings(hosts: readonly HostSetting[]): Readonly<Record<string, unknown>> {
  return {
    'netns.hosts': hosts,
    // The examples run commands; the tests of this question switch it on.
    'netns.commands.askFirst': false,
    'window.autoDetectColorScheme': true,
    'telemetry.telemetryLevel': 'off',
    'workbench.startupEditor': 'none',
    'workbench.tips.enabled': false,
    'workbench.enableExperiments': false,
    'workbench.settings.enableNaturalLanguageSearch': false,
    'chat.disableAIFeatures': true,
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'extensions.autoCheckUpdates': false,
    'extensions.autoUpdate': false,
    'extensions.ignoreRecommendations': true,
    'security.workspace.trust.enabled': false,
    'update.mode': 'none',
    'update.showReleaseNotes': false,
    'git.enabled': false,
    'window.commandCenter': false,
    'editor.minimap.enabled': false,
    'files.autoSave': 'off',
  };
}

/** Writes the user's settings of a fresh user data folder. */
export async function writeSettings(userData: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  await mkdir(path.join(userData, 'User'), { recursive: true });
  await writeFile(path.join(userData, 'User/settings.json'), JSON.stringify(settings, undefined, 2));
}
