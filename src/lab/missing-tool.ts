import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';
import { installCommand } from '../host/check/packages';
import { missingToolMark } from '../plan/actions/needs-tool';

/**
 * What a script said of a program that the host lacks (`needsTool`), as an error with the command that installs it.
 *
 * @param said the script's standard error
 * @param purpose ends the sentence: `which captures the packets`
 * @returns undefined where it said nothing of that
 */
export function readMissingTool(said: string, purpose: string): NetnsError | undefined {
  const [, program, ids = ''] = new RegExp(`^${missingToolMark}(\\S+); (.*)$`, 'm').exec(said) ?? [];
  if (program === undefined) return undefined;
  const install = installCommand(program, ids.toLowerCase().split(' ').filter(Boolean));
  return new NetnsError('missingTool', l10n.t`This host has no ${program}, ${purpose}.`, {
    advice:
      install === undefined
        ? l10n.t`Install the package ${program} there, as root.`
        : l10n.t`Install it there, as root: ${install}`,
  });
}
