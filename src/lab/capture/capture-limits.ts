import * as l10n from '@vscode/l10n';
/** How much of a capture is kept, and when it ends by itself. 0: no limit. */
export interface CaptureLimits {
  /** Bytes taken of each packet. */
  readonly snapLength: number;
  /** The newest packets that are kept. */
  readonly keepPackets: number;
  readonly keepMegabytes: number;
  readonly stopAfterPackets: number;
  readonly stopAfterMegabytes: number;
  readonly stopAfterSeconds: number;
}

const many = new Intl.NumberFormat('en-US');

/** `keeps the newest 100,000 packets (64 MB), stops after 60 s` */
export function describeLimits(limits: CaptureLimits): string {
  const { keepPackets, keepMegabytes, stopAfterPackets, stopAfterMegabytes, stopAfterSeconds } = limits;
  const stops = [
    ...(stopAfterPackets > 0 ? [l10n.t`${many.format(stopAfterPackets)} packets`] : []),
    ...(stopAfterMegabytes > 0 ? [`${many.format(stopAfterMegabytes)} MB`] : []),
    ...(stopAfterSeconds > 0 ? [`${many.format(stopAfterSeconds)} s`] : []),
  ];
  const kept = l10n.t`keeps the newest ${many.format(keepPackets)} packets, up to ${many.format(keepMegabytes)} MB`;
  return stops.length === 0 ? kept : l10n.t`${kept}; stops after ${stops.join(l10n.t` or `)}`;
}

/** What is over, as the reason of the end; undefined while nothing is. */
export function reached(
  limits: CaptureLimits,
  { packets, bytes, seconds }: { readonly packets: number; readonly bytes: number; readonly seconds: number },
): string | undefined {
  const { stopAfterPackets, stopAfterMegabytes, stopAfterSeconds } = limits;
  if (stopAfterPackets > 0 && packets >= stopAfterPackets)
    return l10n.t`Stopped after ${many.format(stopAfterPackets)} packets.`;
  if (stopAfterMegabytes > 0 && bytes >= stopAfterMegabytes * 1_000_000) {
    return l10n.t`Stopped after ${many.format(stopAfterMegabytes)} MB.`;
  }
  if (stopAfterSeconds > 0 && seconds >= stopAfterSeconds)
    return l10n.t`Stopped after ${many.format(stopAfterSeconds)} s.`;
  return undefined;
}
