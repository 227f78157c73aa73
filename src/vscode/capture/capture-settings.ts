import { workspace } from 'vscode';
import type { CaptureLimits } from '../../lab/capture/capture-limits';
import { SettingId, settingsSection } from '../ids';

/** What the settings say; what is no number of the right size becomes the next that is. */
export function captureLimits(): CaptureLimits {
  const configuration = workspace.getConfiguration(settingsSection);
  const read = (id: string, least: number, most: number, usual: number): number => {
    const value: unknown = configuration.get(id);
    if (typeof value !== 'number' || !Number.isFinite(value)) return usual;
    return Math.round(Math.max(least, Math.min(most, value)));
  };
  return {
    snapLength: read(SettingId.captureSnapLength, 64, 262_144, 262_144),
    keepPackets: read(SettingId.captureKeepPackets, 1000, 1_000_000, 100_000),
    keepMegabytes: read(SettingId.captureKeepMegabytes, 1, 1024, 128),
    stopAfterPackets: read(SettingId.captureStopAfterPackets, 0, Number.MAX_SAFE_INTEGER, 0),
    stopAfterMegabytes: read(SettingId.captureStopAfterMegabytes, 0, Number.MAX_SAFE_INTEGER, 0),
    // A timer holds no more.
    stopAfterSeconds: read(SettingId.captureStopAfterSeconds, 0, 2_000_000, 0),
  };
}

/** The program of the setting `netns.capture.wireshark`. */
export function wiresharkProgram(): string {
  const value: unknown = workspace.getConfiguration(settingsSection).get(SettingId.captureWireshark);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : 'wireshark';
}
