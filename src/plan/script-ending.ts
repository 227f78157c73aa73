/** The variable in the environment of every program that a script starts, by which all of them are found again. */
export const programMark = 'NETNS_TOPOLOGY_CHECKS';

/**
 * Ends all that a script has started, wherever it went; for its trap. The script says `token` and exports the mark. It looks
 * again until nothing is left twice in a row: a part of the script that is just about to start a program does not bear the mark.
 */
export const endingFunctions = `
end_all() {
  trap : TERM
  quiet=0
  for pass in 1 2 3 4 5 6 7 8 9 10; do
    quiet=$((quiet + 1))
    for file in $(grep -lszxF "${programMark}=$token" /proc/[0-9]*/environ); do
      pid=\${file#/proc/}
      kill "\${pid%/environ}" 2>/dev/null && quiet=0
    done
    [ "$quiet" -lt 2 ] || break
    sleep 0.1 2>/dev/null || sleep 1
  done
  exit 143
}
`;
