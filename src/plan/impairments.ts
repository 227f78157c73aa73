import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import type { ObservedLink } from '../host/model';
import { tc } from './commands';
import { defaultMtu, type DeviceRef } from './manifest';
import type { DesiredEnd } from './desired';
import { recordedSettings } from './devices';
import {
  impairmentInWords,
  isSameImpairment,
  observedImpairment,
  qdiscWords,
  type Impairment,
  type QdiscWords,
} from './impairment';
import { deviceName, objectRef, type Planning } from './planning';

/** Holds packets back on their way out of a new cable's end; nothing to do for a sound one. */
export function impairNew(planning: Planning, end: DesiredEnd): Command[] {
  return end.impairment === undefined ? [] : [setQdisc(end, wantedWords(planning, end, end.impairment))];
}

/** Changes what differs on a cable that is there, and takes away what an earlier apply gave it. */
export function changeImpairment(planning: Planning, end: DesiredEnd, observed: ObservedLink): void {
  const { impairment: wanted } = end;
  const { qdisc } = observed;
  const now = qdisc === undefined ? undefined : observedImpairment(qdisc);
  if (qdisc !== undefined && now === undefined) {
    if (wanted === undefined) return;
    const message = l10n.t`Interface ${deviceName(end)} has a queueing discipline that someone else gave it (${qdisc.kind}).`;
    planning.refuse('conflict', message, end.path, l10n.t`Take that away by hand, or leave \`impair\` out.`);
    return;
  }
  const wasOurs = recordedSettings(planning, end)?.impaired === true;
  const isRight =
    wanted === undefined
      ? now === undefined || !wasOurs
      : now !== undefined && qdisc?.kind === kindFor(planning, wanted) && isSameImpairment(now, wanted);
  if (isRight) return;
  planning.addStep('settings', {
    action: 'change',
    object: objectRef('interface', deviceName(end), end.namespace),
    why: l10n.t`is ${impairmentInWords(now)}, should be ${impairmentInWords(wanted)}`,
    run: [wanted === undefined ? deleteQdisc(end) : setQdisc(end, wantedWords(planning, end, wanted))],
    undo: restoreQdisc(end, observed, wanted !== undefined),
    path: end.path,
  });
}

/** The discipline that an interface had, for bringing it back. */
export function restoreQdisc(ref: DeviceRef, { qdisc, mtu }: ObservedLink, isThere: boolean): Command[] {
  const impairment = qdisc === undefined ? undefined : observedImpairment(qdisc);
  if (qdisc === undefined || impairment === undefined) return isThere ? [deleteQdisc(ref)] : [];
  return [setQdisc(ref, qdiscWords(impairment, qdisc.kind === 'tbf' ? 'tbf' : 'netem', mtu))];
}

function wantedWords(planning: Planning, end: DesiredEnd, impairment: Impairment): QdiscWords {
  return qdiscWords(impairment, kindFor(planning, impairment), end.mtu ?? defaultMtu);
}

/** netem can do everything; a rate alone is as well held by tbf, where the kernel has no netem. */
function kindFor({ snapshot: { missingKinds = [] } }: Planning, impairment: Impairment): 'netem' | 'tbf' {
  return missingKinds.includes('netem') && Object.keys(impairment).join() === 'rate' ? 'tbf' : 'netem';
}

function setQdisc({ namespace, name }: DeviceRef, words: QdiscWords): Command {
  return tc(namespace, 'qdisc', 'replace', 'dev', name, 'root', ...words);
}

function deleteQdisc({ namespace, name }: DeviceRef): Command {
  return tc(namespace, 'qdisc', 'del', 'dev', name, 'root');
}
