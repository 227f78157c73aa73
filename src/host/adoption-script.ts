import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';
import { quoteArgument, quoteText } from '../base/shell-quote';

/**
 * The script that reads what a topology file can say and an everyday reading leaves out: kernel parameters that are not as
 * in a new namespace, MAC addresses that somebody set, name servers, and the processes with their arguments. One round trip,
 * POSIX sh, run as root; it changes nothing. Sections as in `readingScript`, numbered by the place in the list.
 *
 * @param namespaces names under /run/netns
 * @param boundary letters and digits that nothing on the host can guess
 */
export function adoptionScript(namespaces: readonly string[], boundary: string): string {
  if (!/^[A-Za-z0-9]{8,}$/.test(boundary)) {
    throw new NetnsError('internal', l10n.t`A boundary needs eight letters or digits.`);
  }
  return `
boundary=${quoteArgument(boundary)}
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin LC_ALL=C
export PATH LC_ALL
exec </dev/null
section() { printf '\\n@%s %s\\n' "$boundary" "$*"; }
inside=${quoteText(insideScript)}
${processesScript}
read_namespace() {
  ip netns exec "$2" sh -c "$inside" netns-topology-reading "$boundary" "$1" 2>/dev/null
  section nameservers "$1"
  cat "/etc/netns/$2/resolv.conf" 2>/dev/null
  section processes "$1"
  for pid in $(ip netns pids "$2" 2>/dev/null); do process "$pid"; done
}
section macs host
grep -sx 3 /dev/null /sys/class/net/*/addr_assign_type
${namespaces.map((name, index) => `read_namespace ${index} ${quoteArgument(name)}`).join('\n')}
section end
`;
}

/** Runs in a namespace: `sh -c SCRIPT name BOUNDARY NUMBER`. `ip netns exec` has put the namespace's own /sys there. */
const insideScript = `
section() { printf '\\n@%s %s %s\\n' "$1" "$2" "$3"; }
section "$1" macs "$2"
# 3 is NET_ADDR_SET (linux/netdevice.h): somebody chose it.
grep -sx 3 /dev/null /sys/class/net/*/addr_assign_type
section "$1" sysctls "$2"
if command -v awk >/dev/null 2>&1 && command -v unshare >/dev/null 2>&1; then
  # What a new namespace has comes first. A new interface has what "default" has, but for lo, which is there from the beginning.
  {
    unshare --net grep -rs '' /proc/sys/net
    echo "now:"
    grep -rs '' /proc/sys/net
  } | awk '
    {
      colon = index($0, ":")
      path = substr($0, 1, colon - 1)
      value = substr($0, colon + 1)
    }
    $0 == "now:" { now = 1; next }
    !now { fresh[path] = value; next }
    path in fresh { if (fresh[path] != value) print; next }
    match(path, "/(conf|neigh)/") {
      head = substr(path, 1, RSTART + RLENGTH - 1)
      tail = path
      sub(".*/", "", tail)
      if (fresh[head "default/" tail] != value) print
    }'
else
  section "$1" no-sysctls "$2"
fi
section "$1" listening "$2"
ss -Hlntup 2>/dev/null
`;

/** One process: a line of facts, its working directory, its arguments (line breaks in them as the byte 1). */
const processesScript = `
process() {
  section process "$1"
  if tr '\\0' '\\n' <"/proc/$1/environ" 2>/dev/null | grep -q '^NETNS_TOPOLOGY_SERVICE='; then echo ours; else echo; fi
  sed -n 's/^PPid:[[:space:]]*//p' "/proc/$1/status" 2>/dev/null
  stat -c %U "/proc/$1" 2>/dev/null || echo
  readlink "/proc/$1/cwd" 2>/dev/null || echo
  tr '\\n\\0' '\\001\\n' <"/proc/$1/cmdline" 2>/dev/null
}`;
