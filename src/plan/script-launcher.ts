import { findSshConnection } from '../host/ssh-connection-script';

/**
 * The shell functions around a plan's steps, for any POSIX sh (tried with dash, bash and busybox).
 *
 * Two processes carry a plan on the host:
 *
 * - the *launcher* is what the transport started. It takes the lock, writes the journal (the worker's script), starts the
 *   worker and waits. If the worker is killed, it rolls back in its place.
 * - the *worker* runs the steps in a session of its own, so that whoever ends the launcher's session (sudo does it two
 *   seconds after its client went) does not end the rollback.
 *
 * The lock is a flock(2) on an open file: the kernel lets go of it however its holder dies, so no lock is ever stale. What
 * a dead holder leaves is the journal; whoever finds one under the lock rolls back by it first.
 */

/** Where everything of ours lies on a host. */
export const stateDirectory = '/run/netns-topology';

/** The command that prints the revision in a manifest, which stands on a line of its own. */
export function revisionOf(file: string): string {
  return `sed -n 's/^ "revision": \\([0-9]*\\),$/\\1/p' "${file}"`;
}

/** Waits until nobody holds the lock. It is only opened where it is there, and nothing is left behind. */
export const waitForLockScript = `
command exec 9<${stateDirectory}/lock || exit 0
flock 9
`;

/** Variables: token, base, lab, based_on. Then `launch` with the worker's script on descriptor 5. */
export const launcherFunctions = `
say() { printf '@%s %s\\n' "$token" "$*"; }

# Ends without having changed anything.
refuse() { say "$@"; leave; exit 1; }

leave() {
  rm -f "$base/lock"
  rmdir "$base" 2>/dev/null
}

take_lock() {
${findSshConnection}
  while :; do
    mkdir -p "$base" && command exec 9>>"$base/lock" || { rmdir "$base" 2>/dev/null; say "failed-to-start"; exit 1; }
    if ! flock -n 9; then
      while IFS= read -r line; do say "said $line"; done <"$base/lock"
      say busy
      exit 1
    fi
    # The last holder may have removed the file between our opening and locking it.
    [ "$base/lock" -ef "/proc/$$/fd/9" ] && break
    exec 9>&-
  done
  {
    printf 'Lab %s, ' "$lab"
    printf 'by %s ' "\${SUDO_USER:-$(id -un)}"
    [ -z "$connection" ] || printf 'from %s ' "\${connection%% *}"
    printf 'since %s (process %s)\\n' "$(date)" "$$"
  } >"$base/lock"
}

# A journal means that its writer was killed, and so was whoever could have rolled back for it.
recover() {
  [ -d "$base/journal" ] || return 0
  if [ -s "$base/journal/script" ] && [ -e "$base/journal/progress" ]; then
    sh "$base/journal/script" recover </dev/null >/dev/null 2>&1
  else
    # It had not begun.
    rm -rf "$base/journal"
    return 0
  fi
  refuse recovered
}

check_revision() {
  have=0
  manifest=$base/labs/$lab/manifest.json
  [ ! -e "$manifest" ] || have=$(${revisionOf('$manifest')})
  [ "$have" = "$based_on" ] || refuse outdated
}

# A signal to us is meant for the work: the worker undoes it, and we stay until it has.
tell_worker() {
  told=yes
  [ -z "$worker" ] || kill -TERM "$worker" 2>/dev/null
}

# Neither gone nor waiting to be reaped.
is_running() {
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  case \${stat##*) } in [ZX]*) return 1 ;; esac
}

launch() {
  umask 022
  trap : PIPE
  for tool in flock setsid sed; do
    command -v "$tool" >/dev/null 2>&1 || { say "missing $tool"; exit 1; }
  done
  take_lock
  recover
  check_revision
  # It holds the services' environment, and the token that confirms.
  if ! { mkdir -m 700 "$base/journal" && cat <&5 >"$base/journal/script"; }; then
    rm -rf "$base/journal"
    refuse failed-to-start
  fi
  exec 5<&-
  worker= told=
  trap tell_worker HUP INT TERM
  setsid sh "$base/journal/script" run <&3 3<&- &
  worker=$!
  exec 3<&-
  [ -n "$told" ] || wait "$worker"
  code=$?
  while kill -0 "$worker" 2>/dev/null; do
    # The signal may have come before the worker could hear it: dash loses what arrives between a fork and its exec.
    if [ -n "$told" ] && is_running "$worker"; then
      kill -TERM "$worker" 2>/dev/null
      sleep 0.05 2>/dev/null || sleep 1
    else
      wait "$worker"
      code=$?
    fi
  done
  # Its end may have been noticed while we slept; 127: the code was handed out before.
  wait "$worker"
  last=$?
  [ "$last" -eq 127 ] || code=$last
  [ ! -d "$base/journal" ] || sh "$base/journal/script" recover </dev/null
  # It was killed: not even the lock's file was taken away.
  [ "$code" -le 1 ] || leave
  exit "$code"
}
`;
