import { worthProgram } from './script-rows';

/** The fewest batches of a wave that are worth running side by side. */
const worthSharing = 8;

/**
 * How many run at the same time (1,000 namespaces on two processors: 4.3 s one by one, 2.2 s four at a time). Many more would only
 * wait for each other, as the kernel has one lock for all of rtnetlink.
 */
const shares = 4;

/** After so many batches of a share it is told how far they are: each telling is a packet for sshd and for the client. */
const toldAfter = 10;

/** After so many batches that the program had to leave to ip(8) it is not asked again: it does not know this lab's commands. */
const mostRests = 3;

/**
 * The worker's functions for batches of ip(8) (`script-batches.ts`). What ran is kept in the journal, batch for batch: `ID 999999`
 * before it runs (it may have run), `ID COUNT` once it is known how many of its lines did, `ID 999999 LINE` where all but that line may
 * have run. By that, and whoever does it, only
 * those steps are undone of which something ran.
 *
 * Variables: journal, stop, nsenter, python; token; functions say, say_output, take_hung, is_running, batch_ID.
 */
export const batchFunctions = `
newline='
'

# batch ID NAMESPACE FAMILY LINES, its text on standard input. LINES has a word for each line of the text, STEP:COMMAND, with
# a b where the step begins and a d where it is done; with a g where that is so once its group is removed, by the line with a G.
batch() {
  if [ -n "$is_list" ]; then
    printf '%s\\n' "$1" "$2" "$3" "$4"
    # The shell reads each byte by itself, and a short text in less time than it takes to start a process.
    if [ -n "$is_row" ]; then cat; else while IFS= read -r text; do printf '%s\\n' "$text"; done; fi
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
  case $unsure:$line in
    *:) ;;
    :*) printf '%s %s\\n' "$1" $((line - 1)) 2>/dev/null >>"$journal/batches" ;;
    *:$((skip + 1))) printf '%s 999999 %s\\n' "$1" "$line" 2>/dev/null >>"$journal/batches" ;;
  esac
  case $code:$line:$4 in
    12[89]::*' '* | 1[3-9]?::*' '*) echo '(It is one of several commands of one ip -batch.)' 2>/dev/null >>"$journal/out-$share" ;;
  esac
  fail_batch "$4" "\${line:-$((skip + 1))}" "$code"
  return 1
}

# Says which step failed: LINES LINE CODE.
fail_batch() {
  line=$2 code=$3 group=
  set -- $1
  while [ "$line" -gt 1 ] && [ $# -gt 1 ]; do
    case $1 in
      *g) group="$group $1" ;;
      *G) note_progress "$group"; group= ;;
      *) note_progress "$1" ;;
    esac
    line=$((line - 1))
    shift
  done
  case $1 in *[bG]*) progress="$progress@$token begin \${1%%:*}$newline" ;; esac
  place=\${1#*:}
  printf '%s %s %s\\n' "\${1%%:*}" "\${place%%[bdgG]*}" "$code" 2>/dev/null >"$journal/failed-$share"
  true 2>/dev/null >"$journal/halt"
}

# What the words say of the steps; told by whoever runs the batch.
note_progress() {
  for word in $1; do
    case $word in *b*) progress="$progress@$token begin \${word%%[:bd]*}$newline" ;; esac
    case $word in *d*) progress="$progress@$token done \${word%%[:bd]*}$newline" ;; esac
  done
}

tell_progress() {
  progress=
  note_progress "$1"
  printf %s "$progress" 2>/dev/null
}

# wave FIRST LAST: batches that do not need each other.
wave() {
  from=$1 to=$2 share=0 shares=1 is_list= is_row= skip=0 unsure=
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

# row FIRST LAST PROGRAM: batches of removals, one after the other; PROGRAM where they are worth one.
row() {
  from=$1 to=$2 share=0 shares=1 is_list= is_row=yes skip=0 unsure=
  [ -z "$3" ] || run_program || return
  while [ "$from" -le "$2" ]; do
    to=$from
    run_share || return
    from=$((from + 1))
  done
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

# Batches all in one process; what is left for ip(8) of them begins at from afterwards.
run_program() {
  rests=0
  while [ -n "$python" ] && [ "$rests" -lt ${mostRests} ] && [ "$from" -le "$to" ]; do
    rm -f "$journal/rest"
    { list_batches | "$python" -I -S -c "$wave_program" 2>"$journal/out"; } 3<&- 9>&- &
    await $!
    code=$?
    [ -z "$stop" ] && [ ! -e "$journal/halt" ] || return 75
    [ "$code" -ne 0 ] || { from=$((to + 1)); return; }
    if [ "$code" -ne 3 ] || ! read -r from skip unsure 2>/dev/null <"$journal/rest"; then
      # It is not known what it had done; if it has not begun, the shell can do all of it.
      grep -q "^$from 999999$" "$journal/batches" 2>/dev/null || { python=; rm -f "$journal/hung"; return 0; }
      return "$code"
    fi
    rests=$((rests + 1)) progress=
    "batch_$from"
    code=$?
    printf %s "$progress" 2>/dev/null
    skip=0 unsure=
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
  while read -r id ran_lines but; do eval "ran_$id=$ran_lines but_$id=$but"; done <"$journal/batches"
}

# Whether one of the lines was run, or may have been: ID LINE …
ran() {
  while [ $# -gt 0 ]; do
    eval "[ \\"\\\${ran_$1:-0}\\" -ge $2 ] && [ \\"\\$but_$1\\" != $2 ]" && return
    shift 2
  done
  return 1
}
`;
