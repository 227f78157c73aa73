import { command, type Command } from '../../base/command';
import { quoteArgument } from '../../base/shell-quote';

/** What it does, by hand: once, where the script looks again each second. */
export function followProcessCommand(pid: number): Command {
  return command('ps', '-o', 'pid,stat,pcpu,rss,nlwp,etime,args', '-p', String(pid));
}

/**
 * A script for a terminal that follows one process by /proc (proc(5)): what it is, then a line whenever its state, its share of a
 * processor, its memory, its threads or its sockets have changed, looked at each second; and what it writes, where that goes into
 * a file (from a pipe it would be taken away). It ends when the process does, and says with what, where that can still be seen.
 *
 * @param log of the service that the process is: what it says goes there
 */
export function followProcessScript(pid: number, log?: string): string {
  const followed =
    log === undefined
      ? [
          'for fd in 1 2; do',
          '  file=$(readlink "$p/fd/$fd") || continue',
          '  [ -f "$p/fd/$fd" ] && [ "$file" != "$last" ] || continue',
          '  last=$file',
          `  printf 'output: %s\\n' "$file"`,
          '  tail -n 20 -f "$p/fd/$fd" 2>/dev/null &',
          '  tails="$tails $!"',
          'done',
          '[ -n "$last" ] || echo "output: $(readlink "$p/fd/1" || echo unknown), which cannot be followed"',
        ]
      : ['echo "output: $log"', 'tail -n 20 -F "$log" 2>/dev/null &', 'tails="$tails $!"'];
  return `
p=/proc/${pid} log=${quoteArgument(log ?? '')} tails= last= shown= before=
LC_ALL=C; export LC_ALL
trap 'kill $tails 2>/dev/null' EXIT
trap 'exit 130' INT HUP TERM
hertz=$(getconf CLK_TCK 2>/dev/null) || hertz=100
look() { all=$(cat $p/stat 2>/dev/null) && set -- \${all##*) } && state=$1 parent=$2 used=$((\${12} + \${13})) threads=\${18} began=\${20} ended=\${50:-}; }
if ! look; then echo "There is no process ${pid} any more."; exit 1; fi
born=$began
printf 'process ${pid}: %s\\n' "$(tr '\\0' ' ' <$p/cmdline | tr -d '\\000-\\037')"
printf 'started by: %s %s\\n' "$parent" "$(tr -d '\\000-\\037' </proc/$parent/comm 2>/dev/null)"
${followed.join('\n')}
while look && [ "$began" = "$born" ]; do
  case $state in
    R) word=running ;; S) word=sleeping ;; D) word='waiting for a device' ;; T | t) word=paused ;; Z) word='ended, not waited for' ;;
    I) word=idle ;; *) word=$state ;;
  esac
  memory=$(sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\).*/\\1/p' $p/status 2>/dev/null)
  sockets=$(ls -l $p/fd 2>/dev/null | grep -c 'socket:')
  share=$(( (used - \${before:-$used}) * 100 / hertz )) before=$used
  line="$word, CPU $share %, memory $(( (\${memory:-0} + 512) / 1024 )) MB, threads $threads, sockets $sockets"
  [ "$line" = "$shown" ] || { shown=$line; echo "$(date +%T)  $line"; }
  if [ "$state" = Z ]; then
    [ -z "$ended" ] || if [ $((ended & 127)) -eq 0 ]; then echo "exit code $((ended >> 8))"; else echo "by signal $((ended & 127))"; fi
    break
  fi
  sleep 1
done
# What it wrote last is still on its way.
[ -z "$tails" ] || sleep 1
echo "$(date +%T)  The process has ended."
`;
}
