/**
 * The worker's functions that end a command which hangs. A hanging ip(8) would otherwise hold the work, and the host's lock, for
 * ever: the shell hears no signal while it waits for a command.
 *
 * Not how long a command takes is watched, but whether it does anything: a batch of a thousand lines on a slow host takes long, and
 * its process is given the processor again and again (proc(5): /proc/PID/stat, /proc/PID/schedstat). A command is ended, with
 * all that it started, when none of its processes did anything for `hang_limit` seconds, or when it is busy ten times as long.
 * Once one hung, or the work was told to stop, the limit is a sixth: whoever waits wants the host back.
 *
 * Variables: journal; hang_limit in seconds; longest_wait, how long a command may wait because the file says so; functions
 * end_processes, is_running.
 */
export const watchFunctions = `
# Sets found to the processes that a process started itself: by the kernel's list, or by everybody's parent.
children_of() {
  found=
  if [ -e "/proc/$1/task/$1/children" ]; then
    for file in /proc/"$1"/task/*/children; do
      list=
      { read -r list <"$file"; } 2>/dev/null
      found="$found $list"
    done
    return
  fi
  for file in /proc/[0-9]*/stat; do
    read -r stat 2>/dev/null <"$file" || continue
    one=\${file#/proc/}
    one=\${one%/stat}
    parent=\${stat##*) ? }
    [ "\${parent%% *}" != "$1" ] || found="$found $one"
  done
}

# Sets commands to those that run, theirs to all of their processes, and life to what differs once one of them did anything.
look() {
  commands= theirs= life=
  queue=$$
  while [ -n "$queue" ]; do
    parents=$queue queue=
    for parent in $parents; do
      children_of "$parent"
      for one in $found; do
        [ "$one" != "$watcher" ] || continue
        stat= sched= line=
        { read -r stat <"/proc/$one/stat"; } 2>/dev/null || continue
        { read -r line <"/proc/$one/cmdline"; read -r sched <"/proc/$one/schedstat"; } 2>/dev/null
        case " $theirs " in
          *" $parent "*) ;;
          *)
            # Parts of this script, and its own naps, are no commands.
            if [ "$line" = "$ours" ]; then
              queue="$queue $one"
              continue
            fi
            case $line in sleep0.02 | sleep0.003 | sleep1) continue ;; esac
            commands="$commands $one"
            ;;
        esac
        theirs="$theirs $one"
        life="$life $stat $sched"
        queue="$queue $one"
      done
    done
  done
}

watch_commands() {
  told=
  trap told=yes TERM
  read -r watcher line </proc/self/stat
  watcher=\${watcher%% *}
  { read -r ours <"/proc/$$/cmdline"; } 2>/dev/null
  quiet=0 busy=0 last_life= last_commands= limit=$hang_limit short=$((hang_limit / 6 + 1))
  while [ -z "$told" ]; do
    sleep 1 &
    sleeper=$!
    [ -n "$told" ] || wait "$sleeper"
    line=
    { read -r line <"/proc/$$/cmdline"; } 2>/dev/null
    # The worker may have been killed.
    [ -z "$told" ] && [ "$line" = "$ours" ] || break
    # While the work waits to be confirmed no command runs.
    [ ! -e "$journal/idle" ] || continue
    look
    [ ! -e "$journal/stopped" ] || limit=$short
    [ "$life" = "$last_life" ] && quiet=$((quiet + 1)) || quiet=0
    [ "$commands" = "$last_commands" ] && busy=$((busy + 1)) || busy=0
    last_life=$life last_commands=$commands
    [ -n "$commands" ] || continue
    if [ "$quiet" -ge $((limit + longest_wait)) ]; then
      echo "(It did nothing for $quiet seconds, and was ended.)" 2>/dev/null >"$journal/hung"
    elif [ "$busy" -ge $((limit * 10 + longest_wait)) ]; then
      echo "(It had not ended after $busy seconds, and was ended.)" 2>/dev/null >"$journal/hung"
    else
      continue
    fi
    kill -KILL $theirs 2>/dev/null
    quiet=0 busy=0 limit=$short
  done
  end_processes "$sleeper"
}

# From here on the worker only waits for somebody's word: until \`rest_ends\`.
rest() { true 2>/dev/null >"$journal/idle"; }
rest_ends() { rm -f "$journal/idle"; }

# Where a command was ended because it hung, the file of what it said says so, in place of the shell's word for it.
take_hung() {
  [ -e "$journal/hung" ] || return 0
  { grep -vx Killed "$1"; cat "$journal/hung"; } >"$1-hung" 2>/dev/null
  mv -f "$1-hung" "$1"
  rm -f "$journal/hung"
}
`;
