import { quoteArgument } from '../../base/shell-quote';

/** The client has to say something more often than that, in seconds: a connection that is cut in the middle ends nothing by itself. */
export const longestSilence = 60;

/**
 * The beginning of a script that its client has to keep alive: it ends the whole process group when its input ends, when nothing has
 * come on it for a while, or when a file is gone: what a lost connection does not tell a quiet program. It holds the script's input;
 * `timeout` is in coreutils and busybox.
 *
 * @param silence seconds
 */
export function endWhenSilent(silence = longestSilence, path?: string): string {
  const exists = path === undefined ? ':' : `[ -e ${quoteArgument(path)} ]`;
  return [
    'exec 3<&0 </dev/null',
    '{',
    `  while said=$(timeout ${silence} dd bs=64 count=1 2>/dev/null) && [ -n "$said" ] && ${exists}; do :; done`,
    "  trap '' TERM",
    '  kill -TERM 0',
    '  sleep 1',
    '  kill -KILL 0',
    '} <&3 3<&- >/dev/null 2>&1 &',
    'exec 3<&-',
  ].join('\n');
}

/** The end of such a script: whatever of its programs still runs ends with it. */
export const endGroup = ['code=$?', "trap '' TERM", 'kill -TERM 0', 'exit "$code"'].join('\n');
