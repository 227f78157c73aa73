import { l10n, commands, workspace, type LogOutputChannel } from 'vscode';
import { NetnsError } from '../base/errors';
import { showError, type Choice } from './notify';

/** What a person can do where Restricted Mode is in the way. */
export const manageTrust: Choice = {
  title: l10n.t('Manage Workspace Trust'),
  run: () => commands.executeCommand('workbench.trust.manage'),
};

/** Why nothing connects or runs in a workspace that is not trusted. */
export function restrictedMode(): NetnsError {
  return new NetnsError(
    'unsupported',
    l10n.t('This window is in Restricted Mode, where nothing connects and nothing runs.'),
    {
      advice: l10n.t('Trust the workspace first.'),
    },
  );
}

/** Whether work may begin: before anything is asked that would be answered in vain. Says why not. */
export function mayRun(log: LogOutputChannel): boolean {
  if (workspace.isTrusted) return true;
  showError(log, l10n.t('Nothing was run'), restrictedMode(), [manageTrust]);
  return false;
}
