import * as l10n from '@vscode/l10n';
import { PacketRing } from '../../capture/packet-ring';
import type { PcapngFile } from '../../capture/pcapng-reader';
import type { WhereOf } from '../../capture/row';
import type { CapturePhase } from '../../lab/capture/capture-session';

/** What a panel shows: a capture, or what is left of one. */
export interface CaptureContent {
  readonly ring: PacketRing;
  readonly whereOf: WhereOf;
  readonly phase: CapturePhase;
  readonly error: Error | undefined;
  readonly notes: readonly string[];
  readonly dropped: number;
  clear(): void;
}

/** The packets that were kept while the window was reloaded. */
export function restoredContent(file: PcapngFile | undefined): CaptureContent {
  const note =
    file === undefined
      ? l10n.t`This capture ended when its window was closed or reloaded. Its packets were not kept.`
      : l10n.t`This capture ended when its window was closed or reloaded. These packets were kept.`;
  return { ...fileContent(file), notes: [note] };
}

/** The packets of a saved capture. */
export function fileContent(file: PcapngFile | undefined): CaptureContent {
  const ring = new PacketRing({ packets: Infinity, bytes: Infinity });
  ring.add(file?.packets ?? []);
  return {
    ring,
    whereOf: ({ point }) => file?.interfaces[point] ?? '?',
    phase: 'ended',
    error: undefined,
    notes: file?.comment === undefined || file.comment === '' ? [] : [file.comment],
    dropped: 0,
    clear: () => ring.clear(),
  };
}

/** A capture that could not be begun: the panel says why. */
export function emptyContent(phase: CapturePhase): CaptureContent {
  return { ...restoredContent(undefined), phase, notes: [] };
}
