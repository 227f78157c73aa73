import { l10n, commands, type LogOutputChannel } from 'vscode';
import type { Disposable } from '../../base/disposable';
import { NetnsError } from '../../base/errors';
import type { Subject } from '../../protocol/subject';
import { readArguments } from '../actions/arguments';
import { CommandId } from '../ids';
import { showError } from '../notify';

/**
 * “Reveal in Tree” of what the graph shows. The command returns whether there is a row for it; why not is told.
 *
 * @param reveal as the tree's own
 */
export function registerRevealInTree(
  { log }: { readonly log: LogOutputChannel },
  reveal: (subject: Subject) => Promise<boolean>,
): Disposable {
  return commands.registerCommand(CommandId.revealInTree, async (...args: unknown[]) => {
    try {
      const [subject] = readArguments(args).subjects ?? [];
      if (subject !== undefined && (await reveal(subject))) return true;
      throw new NetnsError('unsupported', l10n.t('The tree has no row for it.'), {
        advice: l10n.t('It shows what is on hosts that are connected.'),
      });
    } catch (error) {
      showError(log, l10n.t('Reveal in Tree failed'), error);
      return false;
    }
  });
}
