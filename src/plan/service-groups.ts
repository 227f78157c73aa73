import { quoteArgument } from '../base/shell-quote';
import type { ServiceRecord } from './manifest';

/**
 * The control group of a service, as shell: what was started in it cannot leave it, whatever it does to hide (cgroups(7)).
 *
 * It is made where the host has its control groups: version 2 at its usual place or beside version 1, else in one of the
 * hierarchies of version 1 that let anything be a member. Where the host has mounted none of them, version 2 is mounted for
 * the moment in a mount namespace of our own, so that the host's tree of files stays as it was.
 */
const roots = ['', '/unified', '/pids', '/freezer', '/systemd'].map((place) => `/sys/fs/cgroup${place}`).join(' ');

const mountForUs = 'mount -t cgroup2 none /sys/fs/cgroup';

/** The number is the root namespace's, for hosts that share a kernel (containers) may share the tree of groups. */
function groupVariable(lab: string, { namespace, name }: ServiceRecord): string {
  return `group=netns-topology/$(stat -L -c %i /proc/self/ns/net)/${lab}/${quoteArgument(namespace)}/${name}`;
}

/** Puts the shell that runs these lines into the service's group; where the kernel has no groups, it stays where it is. */
export function joinGroup(lab: string, service: ServiceRecord): string[] {
  return [
    groupVariable(lab, service),
    "member=$(exec sh -c 'echo $PPID')",
    `join='for root in ${roots}; do`,
    '  [ -e "$root/cgroup.procs" ] || continue',
    '  # Once more: another service may just have taken away an empty group above.',
    '  mkdir -p "$root/$1" || mkdir -p "$root/$1" || continue',
    '  echo "$2" >"$root/$1/cgroup.procs" && exit',
    "done; exit 1'",
    '{',
    '  sh -c "$join" sh "$group" "$member" ||',
    `    unshare -m sh -c "${mountForUs} && $join" sh "$group" "$member" || :`,
    '} 2>/dev/null',
  ];
}

/** Runs the lines where the service's groups are seen, with `groups` (lists them, the innermost first) and `remove_groups`. */
export function amongGroups(lab: string, service: ServiceRecord, lines: readonly string[]): string[] {
  return [
    groupVariable(lab, service),
    'where=',
    `for root in ${roots}; do [ ! -d "$root/$group" ] || where=$root; done`,
    'own=',
    '[ -n "$where" ] || ! unshare -m true 2>/dev/null || own="unshare -m"',
    `$own sh -eu -s "$group" "$own" <<'INSIDE'`,
    'group=$1',
    `[ -z "$2" ] || ${mountForUs} 2>/dev/null || :`,
    `groups() { for root in ${roots}; do [ ! -d "$root/$group" ] || find "$root/$group" -depth -type d; done; }`,
    'remove_groups() {',
    '  groups | while IFS= read -r one; do rmdir "$one" || :; done',
    `  for root in ${roots}; do`,
    '    [ ! -d "$root/netns-topology" ] || (cd "$root" && rmdir -p "${group%/*}") || :',
    '  done',
    '} 2>/dev/null',
    ...lines,
    'INSIDE',
  ];
}
