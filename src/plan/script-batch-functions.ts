import type { Batch } from './script-batches';

/** The fewest batches of a wave that are worth running side by side. */
const worthSharing = 8;

/**
 * How many run at the same time (1,000 namespaces on two processors: 4.3 s one by one, 2.2 s four at a time). Many more would only
 * wait for each other, as the kernel has one lock for all of rtnetlink.
 */
const shares = 4;

/** After so many batches of a share it is told how far they are: each telling is a packet for sshd and for the client. */
const toldAfter = 10;

/** So many batches are worth the start of a program (some 40 ms) that does them all in one process. */
const worthProgram = 16;

/** Whether a program does the batches of a wave, where the host has python3 (`wave-program.ts`). */
export function isForProgram(wave: readonly Batch[]): boolean {
  return wave.length >= worthProgram;
}

/** After so many batches that the program had to leave to ip(8) it is not asked again: it does not know this lab's commands. */
const mostRests = 3;

/**
 * The worker's functions for batches of ip(8) (`script-batches.ts`). What ran is kept in the journal, batch for batch: `ID 999999`
 * before it runs (it may have run), `ID COUNT` once it is known how many of its lines did. By that, and whoever does it, only
 * those steps are undone of which something ran.
 *
 * Variables: journal, stop, nsenter, python; token; functions say, say_output, take_hung, is_running, batch_ID.
 */
export const batchFunctions = `
newline='
'

# batch ID NAMESPACE FAMILY LINES, its text on standard input. LINES has a word for each line of the text, STEP:COMMAND, with
# a b where the step begins and a d where it is done.
batch() {
  if [ -n "$is_list" ]; then
    printf '%s\\n' "$1" "$2" "$3" "$4"
    while IFS= read -r text; do printf '%s\\n' "$text"; done
    echo .
    return
  fi
  [ -z "$stop" ] && [ ! -e "$journal/halt" ] || return 75
  if ! printf '%s 999999\\n' "$1" 2>/dev/null >>"$journal/batches"; then
    echo "cannot write $journal" >"$journal/out-$share"
    fail_batch "$4" 1 1
    return 1
  fi
  # Lines that the program did already.
  done_lines=0
  while [ "$done_lines" -lt "$skip" ]; do
    IFS= read -r text
    done_lines=$((done_lines + 1))
  done
  if [ -z "$2" ]; then
    ip $3 -batch - >"$journal/out-$share" 2>&1 3<&- 9>&-
  elif [ -n "$nsenter" ]; then
    nsenter --net="/run/netns/$2" ip $3 -batch - >"$journal/out-$share" 2>&1 3<&- 9>&-
  else
    ip -n "$2" $3 -batch - >"$journal/out-$share" 2>&1 3<&- 9>&-
  fi
  code=$?
  if [ "$code" -eq 0 ]; then
    note_progress "$4"
    return
  fi
  line=$(sed -n 's/^Command failed -:\\([0-9]*\\)$/\\1/p' "$journal/out-$share")
  # Without the number it is not known which: ip(8) ends at once where it does not understand a word.
  [ -z "$line" ] || line=$((line + skip))
  [ -z "$line" ] || printf '%s %s\\n' "$1" $((line - 1)) 2>/dev/null >>"$journal/batches"
  case $code:$line:$4 in
    12[89]::*' '* | 1[3-9]?::*' '*) echo '(It is one of several commands of one ip -batch.)' 2>/dev/null >>"$journal/out-$share" ;;
  esac
  fail_batch "$4" "\${line:-$((skip + 1))}" "$code"
  return 1
}

# Says which step failed: LINES LINE CODE.
fail_batch() {
  line=$2 code=$3
  set -- $1
  while [ "$line" -gt 1 ] && [ $# -gt 1 ]; do
    note_progress "$1"
    line=$((line - 1))
    shift
  done
  case $1 in *b*) progress="$progress@$token begin \${1%%:*}$newline" ;; esac
  place=\${1#*:}
  printf '%s %s %s\\n' "\${1%%:*}" "\${place%%[bd]*}" "$code" 2>/dev/null >"$journal/failed-$share"
  true 2>/dev/null >"$journal/halt"
}

# What the words say of the steps; told by whoever runs the batch.
note_progress() {
  for word in $1; do
    case $word in *b*) progress="$progress@$token begin \${word%%[:bd]*}$newline" ;; esac
    case $word in *d) progress="$progress@$token done \${word%%[:bd]*}$newline" ;; esac
  done
}

tell_progress() {
  progress=
  note_progress "$1"
  printf %s "$progress" 2>/dev/null
}

# wave FIRST LAST: batches that do not need each other.
wave() {
  from=$1 to=$2 share=0 shares=1 is_list= skip=0
  [ $((to - from)) -lt ${worthProgram - 1} ] || run_program || return
  if [ $((to - from)) -lt ${worthSharing - 1} ]; then
    run_share
    return
  fi
  shares=${shares} sharers=
  while [ "$share" -lt "$shares" ]; do
    { trap : PIPE; run_share; } 3<&- &
    sharers="$sharers $!"
    share=$((share + 1))
  done
  outcome=0
  for sharer in $sharers; do
    await "$sharer" || outcome=$?
  done
  return "$outcome"
}

# Until a process of ours has ended: a signal ends the waiting, not the work.
await() {
  wait "$1"
  code=$?
  while is_running "$1"; do
    wait "$1"
    code=$?
  done
  return "$code"
}

# The batches as the program reads them.
list_batches() {
  printf '%s\\n' "$token" "$journal"
  is_list=yes
  while [ "$from" -le "$to" ]; do
    "batch_$from"
    from=$((from + 1))
  done
}

# Batches in namespaces, all in one process; what is left for ip(8) of them begins at from afterwards.
run_program() {
  rests=0
  while [ -n "$python" ] && [ "$rests" -lt ${mostRests} ] && [ "$from" -le "$to" ]; do
    rm -f "$journal/rest"
    { list_batches | "$python" -I -S -c "$wave_program" 2>"$journal/out"; } 3<&- 9>&- &
    await $!
    code=$?
    [ -z "$stop" ] && [ ! -e "$journal/halt" ] || return 75
    [ "$code" -ne 0 ] || { from=$((to + 1)); return; }
    if [ "$code" -ne 3 ] || ! read -r from skip 2>/dev/null <"$journal/rest"; then
      # It is not known what it had done; if it has not begun, the shell can do all of it.
      grep -q "^$from 999999$" "$journal/batches" 2>/dev/null || { python=; rm -f "$journal/hung"; return 0; }
      return "$code"
    fi
    rests=$((rests + 1)) progress=
    "batch_$from"
    code=$?
    printf %s "$progress" 2>/dev/null
    skip=0
    [ "$code" -eq 0 ] || return "$code"
    from=$((from + 1))
  done
}

run_share() {
  id=$((from + share)) untold=0 progress=
  while [ "$id" -le "$to" ]; do
    "batch_$id"
    failure=$?
    untold=$((untold + 1))
    if [ "$failure" -ne 0 ] || [ "$untold" -ge ${toldAfter} ] || [ "$((id + shares))" -gt "$to" ]; then
      [ -z "$progress" ] || printf %s "$progress" 2>/dev/null
      progress= untold=0
    fi
    [ "$failure" -eq 0 ] || return "$failure"
    id=$((id + shares))
  done
}

# Which of the batches that failed at the same time is told: the one of the first step. FIRST: where nobody could say it.
tell_failure() {
  failed=$1 failed_command=0 code=1 out=$journal/out
  set --
  for file in "$journal"/failed-*; do
    read -r one one_command one_code 2>/dev/null <"$file" || continue
    [ $# -eq 0 ] || [ "$one" -lt "$failed" ] || continue
    failed=$one failed_command=$one_command code=$one_code out=$journal/out-\${file##*-}
    set -- found
  done
  take_hung "$out"
  say_output "$out"
  say "failed $failed $failed_command $code"
}

read_batches() {
  [ -e "$journal/batches" ] || return
  while read -r id ran_lines; do eval "ran_$id=$ran_lines"; done <"$journal/batches"
}

# Whether one of the lines was run, or may have been: ID LINE …
ran() {
  while [ $# -gt 0 ]; do
    eval "[ \\"\\\${ran_$1:-0}\\" -ge $2 ]" && return
    shift 2
  done
  return 1
}
`;
