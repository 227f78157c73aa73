import { l10n, commands } from 'vscode';
import { allChanges } from '../../lab/actions/all-changes';
import { DisposableList, type Disposable } from '../../base/disposable';
import { CommandId } from '../ids';
import { showInformation } from '../notify';
import type { Action, ActionParts } from './action';
import { capture, captureFiltered, captureInTerminal } from './capture';
import { undo } from './carry-out';
import { changeAction } from './change-action';
import { registerAskAgain } from './confirm';
import { copyAddress, copyAsCommand, copyMac, copyName } from './copy';
import { followLog, followProcess } from './follow';
import { removeForward } from './forwards';
import { measureActions } from './measure';
import { openInBrowser } from './open-in-browser';
import { openShell } from './open-shell';
import { registerActions } from './register';
import { runCommand } from './run-command';
import { toggleNat } from './toggle-nat';
import { showConnections } from './show-connections';
import { startWebServer } from './web-server';

const withCommands: readonly Action[] = [
  openShell,
  runCommand,
  capture,
  captureFiltered,
  captureInTerminal,
  ...measureActions,
  startWebServer,
  followLog,
  showConnections,
  followProcess,
  ...allChanges.map(changeAction),
  removeForward,
  openInBrowser,
  toggleNat,
];

/** Every action on live things, in the order of docs/actions.md. */
export const allActions: readonly Action[] = [
  ...withCommands,
  copyAsCommand(withCommands),
  copyName,
  copyAddress,
  copyMac,
];

/** Registers the actions' commands and those about what was done with them. */
export function registerAllActions(parts: ActionParts): Disposable {
  const list = new DisposableList();
  list.add(registerActions(allActions, parts));
  list.add(registerAskAgain(parts));
  list.add(commands.registerCommand(CommandId.undo, () => undoNewest(parts)));
  return list;
}

async function undoNewest(parts: ActionParts): Promise<boolean> {
  const { connector, undo: list, log } = parts;
  const host = await connector.pick(
    l10n.t('Undo the last action on which host?'),
    ({ id }) => list.newest(id) !== undefined,
  );
  const entry = host === undefined ? undefined : list.newest(host.id);
  if (entry === undefined) {
    showInformation(log, l10n.t('There is nothing to undo: nothing was changed by hand since VS Code started.'));
    return false;
  }
  return await undo(parts, entry);
}
