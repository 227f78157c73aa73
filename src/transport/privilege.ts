import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';
import type { Become } from './remote-script';
import type { AskingProgram } from './sudo-channel';
import type { RunResult } from './transport';

/** Asks who we are, and whether sudo or doas gives us root without a password. Run once, when connecting. */
export const privilegeScript = `set -- "$(id -u)" "$(id -un)"
printf '%s %s\\n' "$1" "$2"
[ "$1" = 0 ] && exit
code=40
if command -v sudo >/dev/null; then
  sudo -n -- sh -c : </dev/null && exit
  code=41
fi
if command -v doas >/dev/null; then
  # Where sudo has said why not, that is what people can mend: a doas that nobody set up would only add to it.
  said=$(doas -n -- sh -c : </dev/null 2>&1) && exit 42
  [ "$code" = 41 ] || {
    printf '%s\\n' "$said" >&2
    code=43
    command -v python3 >/dev/null && code=44
  }
fi
exit "$code"`;

/** How root can be had on a machine, as far as a machine can say by itself. */
export type WayToRoot =
  | { readonly type: 'root' }
  | { readonly type: 'without password'; readonly become: Extract<Become, string> }
  /** The program wants to know who we are; whether it then lets us through is another question. */
  | { readonly type: 'with password'; readonly program: AskingProgram; readonly otherwise: NetnsError }
  | { readonly type: 'none'; readonly error: NetnsError };

/**
 * What the answer to `privilegeScript` means: which user we are, and how that user can get root.
 *
 * @param where The machine, for people.
 * @throws NetnsError `unexpectedOutput` for no answer, `missingTool` where scripts cannot run at all.
 */
export function readPrivilege(
  { code, stdout, stderr }: RunResult,
  where: string,
): { readonly user: string; readonly way: WayToRoot } {
  const [, uid, user = ''] = /^(\d+) (.*)\n/.exec(stdout) ?? [];
  // Every script of ours is started through it.
  if (uid === undefined && /\bsetsid\b/.test(stderr)) {
    throw new NetnsError('missingTool', l10n.t`${where} lacks setsid.`, {
      hostSaid: stderr,
      advice: l10n.t`Install it on the host (Debian: apt install util-linux).`,
    });
  }
  if (uid === undefined) {
    throw new NetnsError('unexpectedOutput', l10n.t`${where} does not say which user we are.`, {
      hostSaid: `${stdout}\n${stderr}`,
      advice: l10n.t`The host needs a POSIX shell and the usual commands (Debian: dash and coreutils).`,
    });
  }
  if (uid === '0') return { user, way: { type: 'root' } };
  if (code === 0) return { user, way: { type: 'without password', become: 'sudo' } };
  if (code === 42) return { user, way: { type: 'without password', become: 'doas' } };
  if (code === 43 || code === 44) {
    const error = noRoot(where, user, 'doas', stderr);
    const asks = code === 44 && /Authentication required/i.test(stderr);
    return { user, way: asks ? { type: 'with password', program: 'doas', otherwise: error } : { type: 'none', error } };
  }
  if (code !== 41) return { user, way: { type: 'none', error: noRoot(where, user, 'missing', stderr) } };
  const error = noRoot(where, user, 'refused', stderr);
  // "a password is required" of sudo, "interactive authentication is required" of sudo-rs.
  return {
    user,
    way: /password|authentication/i.test(stderr)
      ? { type: 'with password', program: 'sudo', otherwise: error }
      : { type: 'none', error },
  };
}

const reasons = {
  missing: () => l10n.t`there is neither sudo nor doas on the host`,
  doas: () => l10n.t`doas does not allow it without a password`,
  refused: () => l10n.t`sudo does not allow it without a password`,
  unanswered: (program: AskingProgram) => l10n.t`${program} asks for a password that was not given`,
  wrong: (program: AskingProgram) => l10n.t`${program} did not take the password`,
  failed: (program: AskingProgram) => l10n.t`${program} does not allow it`,
} as const;

/** The error for work that needs root where there is none to be had. */
export function noRoot(
  where: string,
  user: string,
  why: keyof typeof reasons,
  hostSaid = '',
  program: AskingProgram = 'sudo',
): NetnsError {
  return new NetnsError('privilege', l10n.t`This needs root on ${where}, and ${reasons[why](program)}.`, {
    hostSaid,
    advice: adviceFor(why, user, program),
  });
}

function adviceFor(why: keyof typeof reasons, user: string, program: AskingProgram): string {
  switch (why) {
    case 'missing':
      return l10n.t`Log in as root, or install sudo on the host.`;
    case 'doas':
      return l10n.t`Log in as root, or put the line "permit nopass ${user}" into /etc/doas.conf. doas takes a password only at a terminal: where somebody can be asked for it, the host needs python3 to make one.`;
    case 'unanswered':
    case 'wrong':
      return l10n.t`Connect again, and give the password that ${program} asks for.`;
    case 'refused':
    case 'failed':
      if (program === 'doas')
        return l10n.t`Log in as root, or put the line "permit ${user}" into /etc/doas.conf (with nopass after permit no password is asked for).`;
      return l10n.t`Log in as root, or allow ${user} to use sudo: put the line "${user} ALL=(ALL:ALL) NOPASSWD: ALL" into /etc/sudoers.d/netns-topology with visudo (without NOPASSWD: the password is asked for when you connect).`;
  }
}
