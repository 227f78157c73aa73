import { l10n, TerminalProfile, window, type Disposable } from 'vscode';
import type { Action, ActionParts } from '../actions/action';
import { chooseThings } from '../actions/choose';
import { ProfileId } from '../ids';
import { showError } from '../notify';
import { shellTerminalOptions } from './terminals';

/** The profile “Network Namespace” of the terminal's “+” menu: asks for the namespace, then opens a shell in it. */
export function registerTerminalProfile(parts: ActionParts, openShell: Action): Disposable {
  return window.registerTerminalProfileProvider(ProfileId.namespace, {
    async provideTerminalProfile() {
      try {
        const chosen = await chooseThings(parts, { ...openShell, many: false });
        if (chosen === undefined) return undefined;
        // Where it opens is up to VS Code here: the person has clicked in the place they mean.
        const { name, iconPath, pty } = shellTerminalOptions(parts, chosen.host, chosen.subjects[0]);
        return new TerminalProfile({ name, pty, ...(iconPath === undefined ? {} : { iconPath }) });
      } catch (error) {
        showError(parts.log, l10n.t('A terminal in a namespace cannot be opened'), error);
        return undefined;
      }
    },
  });
}
