import { workspace } from 'vscode';
import { SettingId, settingsSection } from './ids';

/** How long a host waits for the confirmation of a change of its own network, as `runPlan` takes it. */
export function confirmSetting(): { readonly confirmWithin?: number } {
  const seconds = workspace.getConfiguration(settingsSection).get<number>(SettingId.confirmWithin);
  return seconds === undefined ? {} : { confirmWithin: Math.max(0, Math.round(seconds)) };
}
