import * as l10n from '@vscode/l10n';
import { command } from '../../base/command';
import type { ObservedNamespace } from '../../host/model';
import type { Step } from '../model';
import { objectRef } from '../planning';
import { byHand, namespaceName } from './things';

/** The signals that can be sent to a process, the kindest first; what each does by itself (signal(7)). */
export const signals = {
  TERM: l10n.t`ask it to end`,
  INT: l10n.t`as Ctrl-C does`,
  HUP: l10n.t`hang up; many services read their settings again`,
  KILL: l10n.t`end it at once, without a chance to tidy up`,
  STOP: l10n.t`pause it`,
  CONT: l10n.t`let it go on`,
  USR1: l10n.t`what it means is up to the program`,
  USR2: l10n.t`what it means is up to the program`,
} as const;
export type Signal = keyof typeof signals;

export function isSignal(text: string): text is Signal {
  return Object.hasOwn(signals, text);
}

/** Sends a signal to a process. There is no way back, but from STOP. */
export function signalProcess(
  namespace: ObservedNamespace,
  process: { readonly pid: number; readonly name: string },
  signal: Signal,
): Step[] {
  const send = (name: Signal) => command('kill', `-${name}`, String(process.pid));
  return [
    {
      action: 'change',
      object: objectRef('process', `${process.name} (${process.pid})`, namespaceName(namespace)),
      why: byHand,
      run: [send(signal)],
      undo: signal === 'STOP' ? [send('CONT')] : [],
    },
  ];
}
