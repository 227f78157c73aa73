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

/** Seconds that the worker waits for the confirmation when all steps are done: a half-open connection never says EOF. */
const confirmationLimit = 60;

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
    [ -z "\${SSH_CONNECTION:-}" ] || printf 'from %s ' "\${SSH_CONNECTION%% *}"
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
  [ ! -e "$manifest" ] || have=$(sed -n 's/^ "revision": \\([0-9]*\\),$/\\1/p' "$manifest")
  [ "$have" = "$based_on" ] || refuse outdated
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
  if ! { mkdir "$base/journal" && cat <&5 >"$base/journal/script"; }; then
    rm -rf "$base/journal"
    refuse failed-to-start
  fi
  exec 5<&-
  trap 'kill -TERM "$worker" 2>/dev/null' HUP INT TERM
  setsid sh "$base/journal/script" run <&3 3<&- &
  worker=$!
  exec 3<&-
  wait "$worker"
  code=$?
  while kill -0 "$worker" 2>/dev/null; do
    wait "$worker"
    code=$?
  done
  [ ! -d "$base/journal" ] || sh "$base/journal/script" recover </dev/null
  # It was killed: not even the lock's file was taken away.
  [ "$code" -le 1 ] || leave
  exit "$code"
}
`;

/** Variables: token, base, lab, count; functions do_N, undo_N, prepare_record, record, is_recorded and discard_record. Then `main run` or `main recover`. */
export const workerFunctions = `
say() { printf '@%s %s\\n' "$token" "$*" 2>/dev/null; }

# The last words of a command, each line framed, so that nothing a host says can look like an event.
say_output() {
  tail -c 4096 "$1" 2>/dev/null | while IFS= read -r line || [ -n "$line" ]; do say "said $line"; done
}

# The step and the command that are about to run, for whoever has to roll back in our place.
at() {
  command=$1
  printf '%s %s\\n' "$step" "$command" 2>/dev/null >"$journal/progress" && return
  echo "cannot write $journal" >"$journal/out"
  [ "$command" -ne 0 ] || untouched=yes
  return 1
}

# A command that takes milliseconds: signals wait until it has ended, so that it is known whether it took effect.
run() {
  [ -z "$stop" ] || return 75
  "$@" <&4 >"$journal/out" 2>&1 3<&- 4<&- 9>&-
}

# The same where it is the step's first: if the kernel refused it, nothing of this step is there to be undone, and what
# is there under that name belongs to someone else.
run_first() {
  run "$@" && return
  code=$?
  untouched=yes
  return "$code"
}

# A command that may take long: it is ended, with its whole process group, when the work is stopped.
run_long() {
  [ -z "$stop" ] || return 75
  setsid "$@" <&4 >"$journal/out" 2>&1 3<&- 4<&- 9>&- &
  child=$!
  note_group "$child" child
  [ -z "$stop" ] || end_child
  wait "$child"
  code=$?
  while kill -0 "$child" 2>/dev/null; do
    wait "$child"
    code=$?
  done
  child=
  rm -f "$journal/child"
  return "$code"
}

end_child() { kill -TERM -- "-$child" 2>/dev/null || kill -TERM "$child" 2>/dev/null; }

halt() {
  stop=\${stop:-$1}
  [ -z "$child" ] || end_child
}

# One command of an undo. What it wants to take away may be gone already, or never have come.
undo() {
  "$@" <&4 >"$journal/out" 2>&1 3<&- 4<&- 9>&- && return
  case $(cat "$journal/out") in
    *'No such file or directory'* | *'Cannot find device'* | *'No such process'* | *'No such device'* | \\
      *'Cannot assign requested address'* | *'File exists'* | *'does not exist'*) return ;;
  esac
  cat "$journal/out" >>"$journal/undo-errors"
  bad=yes
}

start_of() {
  read -r stat <"/proc/$1/stat" 2>/dev/null || return
  set -- \${stat##*) }
  echo "\${20}"
}

# Remembers the leader of a process group, so that whoever takes over can end what is left of it.
note_group() { printf '%s %s\\n' "$1" "$(start_of "$1")" 2>/dev/null >"$journal/$2"; }

# Ends such a group: a command that its dead leader started may still be about to take effect. While a group has members
# its number is given to no other process, so unless there is another leader, it is the one that was noted.
end_group() {
  read -r leader leader_start <"$journal/$1" 2>/dev/null || return 0
  [ ! -e "/proc/$leader" ] || [ "$(start_of "$leader")" = "$leader_start" ] || return 0
  tries=0
  while kill -TERM -- "-$leader" 2>/dev/null && [ "$tries" -lt 100 ]; do
    sleep 0.05
    tries=$((tries + 1))
  done
  kill -KILL -- "-$leader" 2>/dev/null
}

# A signal to the worker, if its number still is its own.
tell() { [ "$(start_of $$)" != "$started" ] || kill "-$1" $$ 2>/dev/null; }

# What the client says; the end of it means that the connection is lost.
listen() {
  while IFS= read -r word; do
    case $word in
      "commit $token") exit 0 ;;
      "cancel $token") tell USR1; exit 10 ;;
    esac
  done
  tell USR2
  exit 11
}

limit_confirmation() {
  sleep ${confirmationLimit} &
  sleeper=$!
  trap 'kill "$sleeper" 2>/dev/null; exit' TERM
  wait "$sleeper"
  tell USR2
}

forward() {
  step=0
  while [ "$step" -lt "$count" ]; do
    [ -z "$stop" ] || { step=$((step - 1)); return 1; }
    untouched=
    say "begin $step"
    "do_$step" 4</dev/null
    code=$?
    if [ "$code" -ne 0 ]; then
      if [ -z "$stop" ]; then
        say_output "$journal/out"
        say "failed $step $command $code"
      fi
      [ -z "$untouched" ] || step=$((step - 1))
      return 1
    fi
    say "done $step"
    step=$((step + 1))
  done
  step=$((count - 1))
  [ -z "$stop" ] || return 1
  limit_confirmation 3<&- 9>&- >/dev/null &
  timer=$!
  say ready
  wait "$listener"
  [ $? -eq 0 ] && [ -z "$stop" ] || return 1
  { prepare_record && echo record >"$journal/progress" && record; } >"$journal/out" 2>&1 && return
  discard_record
  say_output "$journal/out"
  say record-failed
  return 1
}

back() {
  trap : HUP INT TERM USR1 USR2
  stop=
  while [ "$step" -ge 0 ]; do
    say "undo $step"
    bad=
    "undo_$step" 4</dev/null
    if [ -n "$bad" ]; then
      say_output "$journal/undo-errors"
      rm -f "$journal/undo-errors"
      say "undo-failed $step"
    else
      say "undone $step"
    fi
    step=$((step - 1))
  done
}

# Nothing of ours stays but what the lab has.
tidy() {
  for process in "$timer" "$listener"; do
    [ -z "$process" ] || kill "$process" 2>/dev/null
  done
  rm -rf "$journal"
  for directory in "labs/$lab/services" "labs/$lab/sysctls" "labs/$lab" labs; do
    rmdir "$base/$directory" 2>/dev/null
  done
}

# Last of all: from here on someone else may begin.
unlock() {
  rm -f "$base/lock"
  rmdir "$base" 2>/dev/null
}

main() {
  journal=$base/journal
  stop= child= timer= listener= command=0
  trap : PIPE
  if [ "$1" = recover ]; then
    end_group worker 2>/dev/null
    end_group child 2>/dev/null
    read -r step command <"$journal/progress" || step=-1
    if [ "$step" = record ]; then
      # Writing the manifest is one system call. Before it the work counts for nothing, after it the work is done.
      if is_recorded; then
        say committed
        tidy
        exit 0
      fi
      discard_record
      step=$((count - 1))
    fi
    back
    tidy
    say rolled-back
    exit 1
  fi
  started=$(start_of $$)
  note_group $$ worker
  trap 'halt cancelled' USR1
  trap 'halt lost' USR2
  trap 'halt ended' HUP INT TERM
  exec 3<&0 </dev/null
  listen <&3 3<&- 9>&- >/dev/null &
  listener=$!
  exec 3<&-
  step=-1
  if : >"$journal/out" && at 0 && forward; then
    say committed
    tidy
    unlock
    exit 0
  fi
  why=$stop
  back
  tidy
  unlock
  say "rolled-back $why"
  exit 1
}
`;
