import { batchFunctions } from './script-batch-functions';
import { processFunctions } from './script-processes';
import { confirmationFunctions } from './script-confirmation';
import { watchFunctions } from './script-watch';

/**
 * What the kernel and its tools say when an undo finds nothing to take away, or what it would bring back already there.
 * (strerror(3), iproute2's and ovs-vsctl's own words; the script runs with LC_ALL=C.)
 */
export const harmlessInUndo: readonly string[] = [
  'No such file or directory',
  'No such process',
  'No such device',
  'Cannot find device',
  'Cannot assign requested address',
  'does not exist',
  'no bridge named',
  'File exists',
  // Since Linux 6.x for IPv4 and IPv6, in place of "File exists" and "Cannot assign requested address".
  'ddress already assigned',
  'ddress not found',
];

/** Seconds that the worker waits for the confirmation when all steps are done: a half-open connection never says EOF. */
const confirmationLimit = 60;

/** Variables: token, base, lab, count, segments, confirm_within, hang_limit, longest_wait; functions do_N, undo_N, prepare_record, record, is_recorded and discard_record. Then `main run` or `main recover`. */
export const workerFunctions = `
say() { printf '@%s %s\\n' "$token" "$*" 2>/dev/null; }

# The last words of a command, each line framed, so that nothing a host says can look like an event.
say_output() {
  tail -c 4096 "$1" 2>/dev/null | while IFS= read -r line || [ -n "$line" ]; do
    # The number of a line in a batch, which nobody has seen.
    case $line in 'Command failed -:'*) continue ;; esac
    say "said $line"
  done
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
  # Of one that was killed nobody knows.
  [ "$code" -ge 128 ] || untouched=yes
  return "$code"
}

# A command that may take long: it is ended, with its whole process group, when the work is stopped.
run_long() {
  [ -z "$stop" ] || return 75
  setsid "$@" <&4 >"$journal/out" 2>&1 3<&- 4<&- 9>&- &
  child=$!
  note_group "$child" child
  [ -n "$stop" ] || wait "$child"
  code=$?
  while is_running "$child"; do
    if [ -n "$stop" ]; then
      end_child
      nap
    else
      wait "$child"
      code=$?
    fi
  done
  child=
  rm -f "$journal/child"
  return "$code"
}

halt() {
  stop=\${stop:-$1}
  # For those who run batches at the same time.
  true 2>/dev/null >"$journal/halt"
  [ -z "$child" ] || end_child
  [ -z "$confirmer" ] || kill "$confirmer" 2>/dev/null
}

start_undo() {
  undoing=yes
  say "undo $step"
}

# One command of an undo. What it wants to take away may be gone already, or never have come.
undo() {
  "$@" <&4 >"$journal/out" 2>&1 3<&- 4<&- 9>&- && return
  # Open vSwitch's database did what it was told, and its daemon has not answered (SIGALRM): that follows once it is there.
  if [ "$?:$1" = 142:ovs-vsctl ]; then
    shift
    ovs-vsctl --no-wait "$@" >"$journal/out" 2>&1 4<&- 9>&- && return
    case $(cat "$journal/out") in *'already exists'*) return ;; esac
  fi
  take_hung "$journal/out"
  case $(cat "$journal/out") in
    ${harmlessInUndo.map((words) => `*'${words}'*`).join(' | ')}) return ;;
  esac
  cat "$journal/out" >>"$journal/undo-errors"
  bad=yes
}

# A signal to the worker, if its number still is its own.
tell() { [ "$(start_of $$)" != "$started" ] || kill "-$1" $$ 2>/dev/null; }

# For the watch: the worker itself hears nothing while a command runs.
note_stop() { true 2>/dev/null >"$journal/stopped"; }

# What the client says; the end of it means that the connection is lost.
listen() {
  while IFS= read -r word; do
    case $word in
      "commit $token") exit 0 ;;
      "cancel $token") note_stop; tell USR1; exit 10 ;;
    esac
  done
  note_stop
  tell USR2
  exit 11
}

limit() {
  # Whoever is quick would otherwise end us before we know our sleeper, and leave it behind.
  told=
  trap told=yes TERM
  sleep "$1" &
  sleeper=$!
  trap 'end_processes "$sleeper"; exit' TERM
  if [ -n "$told" ]; then
    end_processes "$sleeper"
    exit
  fi
  wait "$sleeper"
  tell ALRM
}

# Waits for the client's word to keep the work.
await_commit() {
  rest
  limit ${confirmationLimit} 3<&- 9>&- >/dev/null &
  timer=$!
  say ready
  wait "$listener"
  [ $? -eq 0 ] && [ -z "$stop" ]
}
${processFunctions}${watchFunctions}${confirmationFunctions}${batchFunctions}
# A step that runs for itself.
forward_one() {
  say "begin $step"
  "do_$step" 4</dev/null
  code=$?
  if [ "$code" -ne 0 ]; then
    if [ -z "$stop" ]; then
      take_hung "$journal/out"
      say_output "$journal/out"
      say "failed $step $command $code"
    fi
    return 1
  fi
  say "done $step"
}

# Several at once. The function sets step to the last of them.
forward_segment() {
  begun=$step
  "do_$step" && [ -z "$stop" ] && return
  [ -n "$stop" ] || tell_failure "$begun"
  return 1
}

forward() {
  step=0
  while [ "$step" -lt "$count" ]; do
    [ -z "$stop" ] || { step=$((step - 1)); return 1; }
    untouched=
    case $segments in
      *" $step "*) forward_segment ;;
      *) forward_one ;;
    esac
    if [ $? -ne 0 ]; then
      [ -z "$untouched" ] || step=$((step - 1))
      return 1
    fi
    step=$((step + 1))
  done
  step=$((count - 1))
  [ -z "$stop" ] || return 1
  if [ "$confirm_within" -gt 0 ]; then await_confirmation; else await_commit; fi || return 1
  { prepare_record && echo record >"$journal/progress" && record; } >"$journal/out" 2>&1 && return
  discard_record
  say_output "$journal/out"
  say record-failed
  return 1
}

back() {
  trap : HUP INT TERM USR1 USR2 ALRM
  rest_ends
  stop=
  read_batches
  while [ "$step" -ge 0 ]; do
    bad= undoing=
    "undo_$step" 4</dev/null
    if [ -z "$undoing" ]; then
      # Of this one nothing had run.
      :
    elif [ -n "$bad" ]; then
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
  end_processes $timer $listener $confirmer $watch
  rm -rf "$journal"
  # It goes on with the others where one is not empty.
  rmdir "$base/labs/$lab/services" "$base/labs/$lab/sysctls" "$base/labs/$lab" "$base/labs" 2>/dev/null
}

# Last of all: from here on someone else may begin.
unlock() {
  rm -f "$base/lock"
  rmdir "$base" 2>/dev/null
}

start_watch() {
  watch_commands 3<&- 9>&- >/dev/null 2>&1 &
  watch=$!
}

main() {
  journal=$base/journal
  stop= child= timer= listener= confirmer= watch= armed= command=0
  nsenter=$(command -v nsenter) python=$(command -v python3)
  trap : PIPE
  if [ "$1" = recover ]; then
    end_group worker 2>/dev/null
    end_group child 2>/dev/null
    read -r step command <"$journal/progress" || step=-1
    if [ "$step" = record ]; then
      # Writing the manifest is one system call. Before it the work counts for nothing, after it the work is done.
      if is_recorded; then
        tell_outcome committed
        say committed
        tidy
        exit 0
      fi
      discard_record
      step=$((count - 1))
    fi
    start_watch
    back
    tell_outcome rolled-back ended
    tidy
    say rolled-back
    exit 1
  fi
  started=$(start_of $$)
  note_group $$ worker
  trap 'halt cancelled' USR1
  trap '[ -n "$armed" ] || halt lost' USR2
  trap 'halt overdue' ALRM
  trap 'halt ended' HUP INT TERM
  exec 3<&0 </dev/null
  listen <&3 3<&- 9>&- >/dev/null &
  listener=$!
  exec 3<&-
  start_watch
  step=-1
  if ! { prepare_confirmation && : >"$journal/out"; } 2>/dev/null; then
    tidy
    unlock
    say failed-to-start
    exit 1
  fi
  if at 0 && forward; then
    tell_outcome committed
    say committed
    tidy
    unlock
    exit 0
  fi
  why=$stop
  back
  tell_outcome "rolled-back $why"
  tidy
  unlock
  say "rolled-back $why"
  exit 1
}
`;
