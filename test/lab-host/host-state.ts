import { AssertionError } from 'node:assert/strict';
import type { LabHost } from './index';

/**
 * Prints everything about the host's network that a topology could change, in sections headed by `=== FORMAT TITLE`.
 * `ip` prints JSON, because its text holds interface numbers.
 */
const captureScript = String.raw`
in_namespace() { if [ -n "$1" ]; then ns=$1; shift; ip netns exec "$ns" "$@"; else shift; "$@"; fi; }
section() { echo; echo "=== $*"; }

section lines namespaces
ip netns list | cut -d' ' -f1 | sort
for ns in '' $(ip netns list | cut -d' ' -f1 | sort); do
  at="in $ns"
  [ -n "$ns" ] || at="in the root namespace"
  section json "links $at"; in_namespace "$ns" ip -j -d link show
  section json "addresses $at"; in_namespace "$ns" ip -j -d address show
  section json "routes $at"; in_namespace "$ns" ip -j -d -4 route show table all
  section json "IPv6 routes $at"; in_namespace "$ns" ip -j -d -6 route show table all
  section json "rules $at"; in_namespace "$ns" ip -j rule show
  section json "IPv6 rules $at"; in_namespace "$ns" ip -j -6 rule show
  section lines "nftables $at"; in_namespace "$ns" nft list ruleset
  for save in iptables-save ip6tables-save iptables-legacy-save ip6tables-legacy-save; do
    command -v $save >/dev/null || continue
    section lines "$save $at"; in_namespace "$ns" $save
  done
  section lines "sysctls $at"; in_namespace "$ns" sysctl -a -r '^net\.(ipv4|ipv6|bridge)\.'
done 2>/dev/null
section lines files
for dir in /etc/netns /run/netns-topology /var/lib/netns-topology; do
  [ ! -d $dir ] || find $dir -type f -printf '%p (%m %u)\n' -exec cat {} \; -o -printf '%p (%m %u)\n'
done
section lines mounts
cut -d' ' -f5 /proc/self/mountinfo | sort
section processes "own $$"
ps -eo pid=,ppid=,user=,args=
`;

/**
 * Everything about the lab host's network as text: two captures are equal exactly when a person would call the host
 * unchanged. Interface numbers, counters, timers and the sessions of sshd itself are left out.
 */
export async function captureHostState(lab: LabHost): Promise<string> {
  const { code, stdout, stderr } = await lab.run(captureScript);
  if (code !== 0) throw new Error(`The host's state could not be read: ${stderr}`);
  return stdout.split(/^=== /m).slice(1).map(normaliseSection).join('\n');
}

/**
 * Fails, with the difference, unless the host's state becomes `before` within some seconds: processes and the sessions
 * that ended a moment ago may take a while to go.
 */
export async function assertHostState(
  lab: LabHost,
  before: string,
  message = 'The host is not as it was',
): Promise<void> {
  const deadline = Date.now() + 5000;
  for (;;) {
    const now = await captureHostState(lab);
    if (now === before) return;
    if (Date.now() > deadline) {
      throw new AssertionError({ message: `${message}:\n${differences(before, now).join('\n')}` });
    }
  }
}

/** The host's state once two looks at it are the same: what follows the host reads it now and then, with programs of its own. */
export async function captureHostAtRest(lab: LabHost): Promise<string> {
  const deadline = Date.now() + 20_000;
  let before = await captureHostState(lab);
  for (;;) {
    const now = await captureHostState(lab);
    if (now === before) return now;
    if (Date.now() > deadline) {
      throw new AssertionError({ message: `The host does not come to rest:\n${differences(before, now).join('\n')}` });
    }
    before = now;
  }
}

/** The lines that only one of the states has, or more often; with each the section it stands in. */
function differences(before: string, now: string): string[] {
  const counts = new Map<string, number>();
  for (const line of linesWithSection(before)) counts.set(line, (counts.get(line) ?? 0) + 1);
  const added = linesWithSection(now).filter((line) => {
    const left = counts.get(line) ?? 0;
    counts.set(line, left - 1);
    return left <= 0;
  });
  const missing = [...counts].filter(([, left]) => left > 0).map(([line]) => line);
  const lines = [...missing.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)];
  // A whole namespace more or less is hundreds of sysctls; the first lines say it.
  return lines.length <= 60 ? lines : [...lines.slice(0, 60), `… and ${lines.length - 60} more`];
}

function linesWithSection(state: string): string[] {
  let section = '';
  return state.split('\n').flatMap((line) => {
    if (line.startsWith('  ')) return [`${section}: ${line.trim()}`];
    section = line;
    return [];
  });
}

function normaliseSection(text: string): string {
  const [heading = '', ...lines] = text.trimEnd().split('\n');
  const [format, title = ''] = /^(\w+) (.*)$/.exec(heading)?.slice(1) ?? [];
  const body = lines.join('\n');
  switch (format) {
    case 'json':
      return [title, ...normaliseJson(body)].join('\n  ');
    case 'processes':
      return ['processes', ...otherProcesses(lines, Number(title.split(' ')[1]))].join('\n  ');
    default:
      return [title, ...lines.map(normaliseLine).filter((line) => line !== undefined)].join('\n  ');
  }
}

/** One line per object. Left out: interface numbers, life times of addresses and routes, timers, what is still settling. */
function normaliseJson(text: string): string[] {
  const volatile = /^(ifindex|link_index|link_netnsid|.*_timer|.*_life_time|expires|tentative|fdb_n_learned)$/;
  // The kernel's own route to each IPv6 address comes when duplicate address detection is over, a second or so after it.
  const settling = /^\{"type":"(local|anycast)","dst":"[^"]*:/;
  const objects = JSON.parse(text === '' ? '[]' : text, (key, value: unknown) =>
    volatile.test(key) ? undefined : value,
  ) as unknown[];
  return objects.map((object) => JSON.stringify(object)).filter((line) => line !== '{}' && !settling.test(line));
}

function normaliseLine(line: string): string | undefined {
  // iptables-save heads and ends each table with the time; a bind mount over /run/netns stays after the first namespace.
  if (line.startsWith('# ') || line.trim() === '' || line === '/run/netns') return undefined;
  return line
    .replace(/\[\d+:\d+\]/, '[packets:bytes]')
    .replace(/counter packets \d+ bytes \d+/, 'counter')
    .trimEnd();
}

/** What runs on the host besides its first process, sshd and its sessions, and this very capture. */
function otherProcesses(lines: readonly string[], ownShell: number): string[] {
  const own = new Set([ownShell]);
  const found: string[] = [];
  for (const line of lines) {
    const [, pid, parent, rest] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined || rest === undefined) continue;
    // ps prints parents first unless process ids wrapped around; a lab host does not live that long.
    if (own.has(Number(parent))) own.add(Number(pid));
    if (pid === '1' || own.has(Number(pid)) || / sshd: /.test(` ${rest.replace(/^\S+\s+/, '')}`)) continue;
    found.push(rest);
  }
  return found.sort();
}
