import { l10n } from 'vscode';
import type { Change, Targets, UndoPlanner } from '../../lab/actions/change';
import { resolveTarget } from '../../lab/actions/target';
import { NetnsError } from '../../base/errors';
import type { HostSnapshot } from '../../host/model';
import { subjectLabel, type Subject } from '../../protocol/subject';
import { showInformation } from '../notify';
import type { Action, ActionCall, ActionOutcome } from './action';
import { askAll } from './ask';
import { carryOut, undo } from './carry-out';
import { confirmDanger } from './confirm';
import { alsoInFile, askWhere, insteadInFile } from './in-file';

/** A change as an action: asks, warns, carries out, offers Undo. */
export function changeAction(change: Change): Action {
  const { id, title, question, appliesTo, many, accepts } = change;
  return {
    id,
    title,
    question,
    appliesTo,
    many,
    ...(accepts === undefined
      ? {}
      : { accepts: (subject: Subject, snapshot: HostSnapshot) => accepts(resolveTarget(subject, snapshot)) }),
    run: (call) => runChange(change, call),
    async commands(call) {
      const targets = targetsOf(call.subjects, snapshotOf(call));
      const answers = await askAll(change, targets, call.options.input);
      return answers && change.steps(targets, answers).flatMap(({ run }) => run);
    },
  };
}

async function runChange(change: Change, { subjects, host, parts, options }: ActionCall): Promise<ActionOutcome> {
  const targets = targetsOf(subjects, snapshotOf({ host }));
  // A caller that is no person means the host.
  const isAsked = options.input === undefined && options.confirmed !== true;
  const files = isAsked ? await insteadInFile(parts, change, targets) : [];
  if (files.length > 0 && change.danger === undefined) {
    const where = await askWhere(change.title, host, files);
    if (where === undefined) return { outcome: 'cancelled' };
    if (where !== 'host') return await where.run();
  }
  const answers = await askAll(change, targets, options.input);
  if (answers === undefined) return { outcome: 'cancelled' };
  const danger = change.danger?.(targets, answers);
  if (danger !== undefined && options.confirmed !== true) {
    const [file] = files;
    const instead = file === undefined ? undefined : l10n.t('{0} in {1} Instead', danger.button, file.name);
    const answer = await confirmDanger(parts, host, change.id, danger, targets, instead);
    if (answer === 'instead') return (await file?.run()) ?? { outcome: 'cancelled' };
    if (!answer) return { outcome: 'cancelled' };
  }
  const title = `${change.title.replace('…', '')}${about(subjects)}`;
  let done = '';
  let undoPlanner: UndoPlanner | undefined;
  const steps = await carryOut(parts, host, title, (snapshot) => {
    const now = targetsOf(subjects, snapshot);
    done = change.done(now, answers);
    undoPlanner = change.undo?.(now, answers);
    return change.steps(now, answers);
  });
  if (steps.length === 0) {
    showInformation(parts.log, l10n.t('{0} on {1} already.', done, host.label));
    return { outcome: 'unchanged' };
  }
  const entry = change.isFinal === true ? undefined : parts.undo.add(host.id, title, steps, undoPlanner);
  const inFile = await alsoInFile(parts, change, targets, answers);
  showInformation(parts.log, l10n.t('{0} on {1}.', done, host.label), [
    ...(entry === undefined ? [] : [{ title: l10n.t('Undo'), run: () => undo(parts, entry) }]),
    ...(inFile === undefined ? [] : [inFile]),
  ]);
  return { outcome: 'done' };
}

function snapshotOf({ host }: Pick<ActionCall, 'host'>): HostSnapshot {
  if (host.snapshot !== undefined) return host.snapshot;
  throw new NetnsError('connectionLost', l10n.t('{0} is not connected.', host.label), {
    advice: l10n.t('Connect to the host first.'),
  });
}

function targetsOf([first, ...others]: readonly [Subject, ...Subject[]], snapshot: HostSnapshot): Targets {
  return [resolveTarget(first, snapshot), ...others.map((subject) => resolveTarget(subject, snapshot))];
}

/** What the work is about; the host itself is named anyway. */
function about(subjects: ActionCall['subjects']): string {
  const [first, second] = subjects;
  if (subjects.length > 2) return l10n.t(' {0} things', subjects.length);
  if (second !== undefined) return l10n.t(': {0} and {1}', subjectLabel(first), subjectLabel(second));
  return first.type === 'host' ? '' : ` ${subjectLabel(first)}`;
}
