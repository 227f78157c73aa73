import { l10n, commands } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { isCancelled, NetnsError } from '../../base/errors';
import { subjectLabel } from '../../protocol/subject';
import { plainLine } from '../host-data';
import { showError } from '../notify';
import type { Action, ActionOptions, ActionOutcome, ActionParts } from './action';
import { applicable, readArguments } from './arguments';
import { chooseThings, hostsOf, type Chosen } from './choose';

/** Registers a command for each action. A command returns its `ActionOutcome`; errors are told, never thrown. */
export function registerActions(actions: readonly Action[], parts: ActionParts): Disposable {
  const list = new DisposableList();
  for (const action of actions) {
    list.add(commands.registerCommand(action.id, (...args: unknown[]) => callAction(action, parts, args)));
  }
  return list;
}

/** Finds out what the action is about, and does it on each host in turn. */
async function callAction(action: Action, parts: ActionParts, args: readonly unknown[]): Promise<ActionOutcome> {
  const { subjects, options } = readArguments(args, parts.selectedInTree);
  let chosen: readonly Chosen[] | undefined;
  try {
    chosen = await resolve(action, parts, subjects);
  } catch (error) {
    return tell(action, parts, undefined, error);
  }
  if (chosen === undefined || chosen.length === 0) return { outcome: 'refused' };
  let last: ActionOutcome = { outcome: 'refused' };
  for (const one of chosen) {
    last = await callOnHost(action, parts, one, options);
    if (last.outcome !== 'done') return last;
  }
  return last;
}

/** What the action is about, on hosts that are live; undefined if the person stopped or was told why not. */
export async function resolve(
  action: Action,
  parts: ActionParts,
  subjects: ReturnType<typeof readArguments>['subjects'],
): Promise<readonly Chosen[] | undefined> {
  if (subjects === undefined) {
    const chosen = await chooseThings(parts, action);
    return chosen === undefined ? undefined : [chosen];
  }
  const fitting = applicable(subjects, action);
  if (fitting.length === 0) {
    const [first] = subjects;
    const what = first === undefined ? 'this' : plainLine(subjectLabel(first));
    throw new NetnsError('unsupported', l10n.t('It cannot be done to {0}.', what));
  }
  return await hostsOf(parts, fitting);
}

async function callOnHost(
  action: Action,
  parts: ActionParts,
  { host, subjects }: Chosen,
  options: ActionOptions,
): Promise<ActionOutcome> {
  try {
    return await action.run({ subjects, host, parts, options });
  } catch (error) {
    return tell(action, parts, { host, subjects }, error);
  }
}

function tell(action: Action, { log }: ActionParts, chosen: Chosen | undefined, error: unknown): ActionOutcome {
  const about =
    chosen === undefined
      ? ''
      : l10n.t(
          ' on {0} of {1}',
          chosen.subjects.length === 1
            ? subjectLabel(chosen.subjects[0])
            : l10n.t('{0} things', chosen.subjects.length),
          chosen.host.label,
        );
  showError(log, plainLine(l10n.t('{0} failed', `${action.title}${about}`)), error);
  if (isCancelled(error)) return { outcome: 'cancelled' };
  return { outcome: 'failed', reason: error instanceof NetnsError ? error.reason : 'internal' };
}
