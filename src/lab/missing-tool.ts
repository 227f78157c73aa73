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
  return new NetnsError('missingTool', `This host has no ${program}, ${purpose}.`, {
    advice:
      install === undefined
        ? `Install the package ${program} there, as root.`
        : `Install it there, as root: ${install}`,
  });
}
