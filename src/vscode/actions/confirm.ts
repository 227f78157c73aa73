import { l10n, commands, window, type Disposable } from 'vscode';
import type { Danger, Targets } from '../../lab/actions/change';
import { plainLine } from '../host-data';
import { CommandId, dontAskKey } from '../ids';
import { showInformation } from '../notify';
import { listed } from '../topology/listed';
import type { ActionParts } from './action';

/**
 * Asks before something that takes away: what, how many, on which host. Where all of it belongs to one lab, the person may
 * choose not to be asked again for that lab.
 *
 * @param id of the action, for that memory
 * @param instead a button that does something else, and answers `instead`
 */
export async function confirmDanger(
  { workspaceState }: ActionParts,
  host: { readonly id: string; readonly label: string },
  id: string,
  danger: Danger,
  targets: Targets,
  instead?: string,
): Promise<boolean | 'instead'> {
  const { lab } = targets[0];
  const isOneLab = lab !== undefined && targets.every((target) => target.lab === lab);
  const key = isOneLab ? `${host.id}/${lab}/${id}` : undefined;
  const remembered = workspaceState.get<readonly string[]>(dontAskKey, []);
  if (key !== undefined && remembered.includes(key)) return true;
  const always = isOneLab ? l10n.t('{0}, and Don’t Ask Again for {1}', danger.button, lab) : undefined;
  const answer = await window.showWarningMessage(
    plainLine(l10n.t('{0} on {1}?', danger.question, host.label)),
    { modal: true, detail: listed(danger.lines.map(plainLine)) },
    danger.button,
    ...(always === undefined ? [] : [always]),
    ...(instead === undefined ? [] : [instead]),
  );
  if (answer === undefined) return false;
  if (answer === instead) return 'instead';
  if (key !== undefined && answer === always) await workspaceState.update(dontAskKey, [...remembered, key]);
  return true;
}

/** Forgets every “don't ask again”. */
export function registerAskAgain({ workspaceState, log }: Pick<ActionParts, 'workspaceState' | 'log'>): Disposable {
  return commands.registerCommand(CommandId.askAgain, async () => {
    await workspaceState.update(dontAskKey, undefined);
    showInformation(log, l10n.t('You will be asked again before something is taken away.'));
  });
}
