import { quoteArgument } from '../base/shell-quote';
import { revisionOf, stateDirectory } from './script-launcher';

/**
 * The dead-man's switch of a plan that could cut the host off. Once its last step is done, the worker waits on the host,
 * whatever becomes of the connection that started it, until somebody who came over a fresh connection has written the
 * script's token into a pipe beside the journal. If nobody does in time, it takes everything back.
 *
 * Variables: token, journal; function rest. Used by the worker.
 */
export const confirmationFunctions = `
# Made before the first step, so that a full disk is noticed before anything is changed.
prepare_confirmation() {
  [ "$confirm_within" -eq 0 ] || { mkfifo "$journal/confirm-$token" && : >"$journal/outcome"; }
}

# The end of the old connection says nothing any more: a change of routes may have cut it, and left the host well.
await_confirmation() {
  rest
  armed=yes
  # Opened here, or what is written before the reader is there would be lost.
  exec 5<>"$journal/confirm-$token"
  { while IFS= read -r word; do [ "$word" != "confirm $token" ] || exit 0; done; } <&5 3<&- 9>&- >/dev/null 2>&1 &
  confirmer=$!
  limit "$confirm_within" 3<&- 5<&- 9>&- >/dev/null &
  timer=$!
  say armed
  # What stops us from here on ends the confirmer, too: a signal just before the waiting would not end that.
  [ -n "$stop" ] || wait "$confirmer"
  code=$?
  while [ -z "$stop" ] && is_running "$confirmer"; do
    wait "$confirmer"
    code=$?
  done
  # A signal came as it ended.
  [ "$code" -le 128 ] || [ -n "$stop" ] || { wait "$confirmer"; code=$?; }
  armed=
  exec 5<&-
  [ "$code" -eq 0 ] && [ -z "$stop" ]
}

# For whoever confirmed, and had opened the file before: it can be read though its name is gone.
tell_outcome() {
  [ ! -e "$journal/outcome" ] || echo "$*" 2>/dev/null >"$journal/outcome"
}
`;

/**
 * What the fresh connection runs, as root: confirms, and waits until it is known what became of the work. It prints one line,
 * `@TOKEN committed`, `@TOKEN rolled-back WHY`, or `@TOKEN gone REVISION` where nothing waits for a confirmation any more, with
 * the revision of the lab's manifest that lies there now (0: none).
 *
 * @param token the one that the plan's script was compiled with
 */
export function confirmationScript(token: string, lab: string): string {
  return `
token=${quoteArgument(token)}
base=${stateDirectory}
journal=$base/journal
pipe=$journal/confirm-$token
manifest=$base/labs/${quoteArgument(lab)}/manifest.json
gone() {
  revision=$(${revisionOf('$manifest')} 2>/dev/null)
  printf '@%s gone %s\\n' "$token" "\${revision:-0}"
  exit 0
}
nap() { sleep 0.05 2>/dev/null || sleep 1; }
[ -p "$pipe" ] || gone
command exec 6<"$journal/outcome" || gone
printf 'confirm %s\\n' "$token" 1<>"$pipe" || gone
# The journal goes when the work is over; until then somebody holds the lock, unless all of them were killed.
while [ -p "$pipe" ]; do
  nap
  (command exec 7<"$base/lock" && ! flock -s -n 7) 2>/dev/null || [ ! -p "$pipe" ] || gone
done
outcome=
read -r outcome <&6
[ -n "$outcome" ] || gone
printf '@%s %s\\n' "$token" "$outcome"
`;
}
