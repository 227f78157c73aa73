/**
 * The worker's functions for ending processes that it started, for certain: also when it takes over from a killed one.
 *
 * Variables: journal, child.
 */
export const processFunctions = `
nap() { sleep "\${1:-0.02}" 2>/dev/null || sleep 1; }

# Neither gone nor waiting to be reaped.
is_running() {
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  case \${stat##*) } in [ZX]*) return 1 ;; esac
}

# dash loses a signal that arrives between a child's fork and its exec: so until it has worked.
end_processes() {
  tries=0
  for process in "$@"; do
    while [ -n "$process" ] && is_running "$process" && [ "$tries" -lt 200 ]; do
      kill -TERM "$@" 2>/dev/null
      # Most are gone at once.
      if [ "$tries" -lt 8 ]; then nap 0.003; else nap; fi
      tries=$((tries + 1))
    done
  done
}

end_child() { kill -TERM "-$child" 2>/dev/null || kill -TERM "$child" 2>/dev/null; }

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
  while group_is_running && [ "$tries" -lt 200 ]; do
    kill -TERM "-$leader" 2>/dev/null
    nap
    tries=$((tries + 1))
  done
  kill -KILL "-$leader" 2>/dev/null
}

# Whether the group of $leader has a member that is not dead; /proc/PID/stat: state, parent, group after the name in brackets.
group_is_running() {
  for file in /proc/[0-9]*/stat; do
    read -r stat 2>/dev/null <"$file" || continue
    set -- \${stat##*) }
    [ "$3" = "$leader" ] || continue
    case $1 in [ZX]) ;; *) return 0 ;; esac
  done
  return 1
}
`;
