/** The variable in the environment of every program that a script starts, by which all of them are found again. */
export const programMark = 'NETNS_TOPOLOGY_CHECKS';

/** Ends all that a script has started, wherever it went; for its trap. The script says `token` and exports the mark. */
export const endingFunctions = `
end_all() {
  trap : TERM
  for file in $(grep -lszxF "${programMark}=$token" /proc/[0-9]*/environ); do
    pid=\${file#/proc/}
    kill "\${pid%/environ}" 2>/dev/null
  done
  exit 143
}
`;
