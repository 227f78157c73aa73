import { NetnsError } from '../base/errors';
import type { Privilege, RunResult } from './transport';

/** Asks who we are, and whether sudo gives us root without a password. Run once, when connecting. */
export const privilegeScript = `set -- "$(id -u)" "$(id -un)"
printf '%s %s\\n' "$1" "$2"
[ "$1" = 0 ] && exit
command -v sudo >/dev/null || exit 40
sudo -n -- sh -c : </dev/null || exit 41`;

/**
 * What the answer to `privilegeScript` means: which user we are, and whether that user can get root.
 *
 * @param where The machine, for people.
 * @throws NetnsError `unexpectedOutput` for no answer, `missingTool` where scripts cannot run at all.
 */
export function readPrivilege(
  { code, stdout, stderr }: RunResult,
  where: string,
): { readonly user: string; readonly privilege: Privilege } {
  const [, uid, user = ''] = /^(\d+) (.*)\n/.exec(stdout) ?? [];
  // Every script of ours is started through it.
  if (uid === undefined && /\bsetsid\b/.test(stderr)) {
    throw new NetnsError('missingTool', `${where} lacks setsid.`, {
      hostSaid: stderr,
      advice: 'Install it on the host (Debian: apt install util-linux).',
    });
  }
  if (uid === undefined) {
    throw new NetnsError('unexpectedOutput', `${where} does not say which user we are.`, {
      hostSaid: `${stdout}\n${stderr}`,
      advice: 'The host needs a POSIX shell and the usual commands (Debian: dash and coreutils).',
    });
  }
  if (uid === '0') return { user, privilege: { type: 'root' } };
  if (code === 0) return { user, privilege: { type: 'sudo' } };
  const error = noRoot(where, user, code === 40 ? 'missing' : 'refused', stderr);
  return { user, privilege: { type: 'none', error } };
}

/** The error for work that needs root where there is none to be had. */
export function noRoot(where: string, user: string, sudo: 'missing' | 'refused', hostSaid: string): NetnsError {
  const why = sudo === 'missing' ? 'there is no sudo on the host' : 'sudo does not allow it without a password';
  const rule = `${user} ALL=(ALL:ALL) NOPASSWD: ALL`;
  const advice =
    sudo === 'missing'
      ? 'Log in as root, or install sudo on the host.'
      : `Log in as root, or give ${user} sudo without a password: put the line "${rule}" into ` +
        `/etc/sudoers.d/netns-topology with visudo. Asking for a password is not supported yet.`;
  return new NetnsError('privilege', `This needs root on ${where}, and ${why}.`, { hostSaid, advice });
}
