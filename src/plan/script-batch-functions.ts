/** The fewest batches of a wave that are worth running side by side. */
const worthSharing = 8;

/**
 * How many run at the same time (1,000 namespaces on two processors: 4.3 s one by one, 2.2 s four at a time). Many more would only
 * wait for each other, as the kernel has one lock for all of rtnetlink.
 */
const shares = 4;

/** After so many batches of a share it is told how far they are: each telling is a packet for sshd and for the client. */
const toldAfter = 10;

/**
 * The worker's functions for batches of ip(8) (`script-batches.ts`). What ran is kept in the journal, batch for batch: `ID 999999`
 * before it runs (it may have run), `ID COUNT` once it is known how many of its lines did. By that, and whoever does it, only
 * those steps are undone of which something ran.
 *
 * Variables: journal, stop; token; functions say, say_output, is_running, batch_ID.
 */
export const batchFunctions = `
newline='
'

# batch ID NAMESPACE FAMILY LINES, its text on standard input. LINES has a word for each line of the text, STEP:COMMAND, with
# a b where the step begins and a d where it is done.
batch() {
  [ -z "$stop" ] && [ ! -e "$journal/halt" ] || return 75
  if ! printf '%s 999999\\n' "$1" 2>/dev/null >>"$journal/batches"; then
    echo "cannot write $journal" >"$journal/out-$share"
    fail_batch "$4" 1 1
    return 1
  fi
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
  [ -z "$line" ] || printf '%s %s\\n' "$1" $((line - 1)) 2>/dev/null >>"$journal/batches"
  fail_batch "$4" "\${line:-1}" "$code"
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
  from=$1 to=$2 share=0 shares=1
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
    wait "$sharer"
    code=$?
    # A signal ends the waiting, not the work.
    while is_running "$sharer"; do
      wait "$sharer"
      code=$?
    done
    [ "$code" -eq 0 ] || outcome=$code
  done
  return "$outcome"
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
