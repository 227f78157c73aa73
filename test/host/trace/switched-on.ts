import assert from 'node:assert/strict';
import { quoteText } from '../../../src/base/shell-quote';
import type { LabHost } from '../../lab-host';
import { until } from '../observed-lab';

/** In the host's own namespace, and in each that has a name. */
function everywhere(command: string): string {
  const inside = `ip netns exec "$ns" sh -c ${quoteText(command)}`;
  return `${command}; for ns in $(ip netns list | cut -d' ' -f1 | sort); do echo "in $ns"; ${inside}; done`;
}

/** All that a trace switches on for its look, and what else a look of that kind could: how each is seen, in every namespace. */
const looks = {
  'programs that watch, follow, or send':
    "ps -eo args= | grep -E 'tcpdump|ping|netns-trace|nft (monitor|-i)|python3 -c|/dev/(tcp|udp)|NETNS_TOPOLOGY' | grep -v grep",
  'sockets that see packets': everywhere('tail -n +2 /proc/net/packet | wc -l'),
  // Groups of nfnetlink: connections (1 to 3), its tables (7), the trace of packets (9); linux/netfilter/nfnetlink.h.
  'listeners to the packet filter': everywhere('awk \'$2 == 12 && $4 != "00000000" { print $4 }\' /proc/net/netlink'),
  'tables that mark the probe': everywhere('nft list tables'),
  'rules that trace or mark packets': everywhere(
    "{ iptables-save -t raw; ip6tables-save -t raw; } | grep -v '^#'; nft list ruleset | grep nftrace",
  ),
  'settings of connections, of their log and of the reverse path filter': everywhere(
    "sysctl -a -r '^net[.](netfilter[.]|ipv4[.]conf[.].*[.](rp_filter|log_martians))' | grep -v -e nf_conntrack_count -e nf_conntrack_buckets",
  ),
  'interfaces that take what is not for them': everywhere(
    "ip -d -o link show | sed -n 's/^[0-9]*: \\([^:@]*\\).* promiscuity \\([0-9]*\\).*/\\1 \\2/p'",
  ),
  'filters and queues at interfaces': everywhere('tc qdisc show'),
  // Not below: the project's own folder may lie there.
  files: 'find /tmp /var/tmp /dev/shm /run /run/netns-topology -maxdepth 1 -type f | sort',
} as const;

type Look = keyof typeof looks;

/** Those that a trace does switch on. */
const ofTrace: readonly Look[] = [
  'programs that watch, follow, or send',
  'sockets that see packets',
  'listeners to the packet filter',
  'tables that mark the probe',
  'rules that trace or mark packets',
];

export type SwitchedOn = Readonly<Record<Look, string>>;

export async function whatIsOn(lab: LabHost): Promise<SwitchedOn> {
  const names = Object.keys(looks) as Look[];
  const script = names.map((name) => `echo '=== '; { ${looks[name]}; } 2>/dev/null`).join('\n');
  const parts = (await lab.run(`${script}\n:`)).stdout.split('=== \n').slice(1);
  return Object.fromEntries(names.map((name, index) => [name, parts[index] ?? 'not looked at'])) as SwitchedOn;
}

/** Waits until all is as it was. A tcpdump whose shell was killed ends by itself after 12 seconds. */
export async function nothingIsOn(lab: LabHost, atFirst: SwitchedOn, after: string): Promise<void> {
  let now = atFirst;
  await until(
    async () => {
      now = await whatIsOn(lab);
      return JSON.stringify(now) === JSON.stringify(atFirst);
    },
    `all is off, ${after}`,
    20_000,
  ).catch((error: unknown) => assert.deepEqual(now, atFirst, String(error)));
}

/** Waits until each that a trace switches on is seen to be on. */
export async function allAreOn(lab: LabHost, atFirst: SwitchedOn): Promise<void> {
  const unseen = new Set<Look>(ofTrace);
  await until(async () => {
    const now = await whatIsOn(lab);
    for (const look of unseen) if (now[look] !== atFirst[look]) unseen.delete(look);
    return unseen.size === 0;
  }, 'all that a trace switches on is on').catch((error: unknown) => assert.deepEqual([...unseen], [], String(error)));
}
