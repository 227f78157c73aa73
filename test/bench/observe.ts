/**
 * Measures what it costs to follow a lab host with 50, 200 and 1,000 namespaces on one bridge, over SSH:
 * `npm run bench:observe [-- COUNT …]` as root. Prints a table; takes some four minutes.
 */
import { createHostStore } from '../../src/lab/host-store';
import { observe } from '../../src/lab/observe';
import type { Transport } from '../../src/transport/transport';
import { connectTo, linkOf, untilStore } from '../host/observed-lab';
import { startLabHost, type LabHost } from '../lab-host';

/** Seconds for which a host is left alone, and for which rates are watched. */
const idleSeconds = 30;
const ratesSeconds = 10;
const changes = 20;

/** Namespaces n1 … n`count`, each with an address and a cable to the bridge, and NAT for them; `from` of them are there already. */
async function grow(lab: LabHost, from: number, count: number): Promise<void> {
  const { stderr } = await lab.run(`
    [ -e /sys/class/net/br0 ] || ip link add br0 up type bridge
    iptables -t nat -C POSTROUTING -s 10.9.0.0/16 -j MASQUERADE 2>/dev/null || iptables -t nat -A POSTROUTING -s 10.9.0.0/16 -j MASQUERADE
    for i in $(seq ${from + 1} ${count}); do echo netns add n$i; echo link add b$i up master br0 type veth peer name eth0 netns n$i; done | ip -batch -
    for i in $(seq ${from + 1} ${count}); do
      printf 'link set eth0 up\\naddr add 10.9.%d.%d/16 dev eth0\\nroute add default via 10.9.255.1\\n' $((i / 250)) $((i % 250 + 1)) |
        nsenter --net=/run/netns/n$i ip -batch -
    done`);
  if (stderr !== '') throw new Error(stderr);
}

/** The transport, counting what comes from the host. */
function counting(transport: Transport): { transport: Transport; characters: () => number } {
  let characters = 0;
  const start: Transport['start'] = async (script, options) => {
    const process = await transport.start(script, options);
    process.onStdout((text) => (characters += text.length));
    return process;
  };
  return {
    transport: Object.create(transport, { start: { value: start } }) as Transport,
    characters: () => characters,
  };
}

interface Usage {
  readonly milliseconds: number;
  readonly children: number;
  readonly megabytes: number;
}

/** What the agent has used so far: its own time, that of the programs it ran, and the memory that it has now. */
async function agentUsage(lab: LabHost): Promise<Usage> {
  const { stdout } = await lab.run(`
    pid=$(pgrep -f '^python3 -I -S -c # netns-topology-agent')
    cut -d ' ' -f 1 /proc/$pid/schedstat; sed 's/.*) //' /proc/$pid/stat | cut -d ' ' -f 14,15; grep VmRSS /proc/$pid/status`);
  const [nanoseconds = '', children = '', memory = ''] = stdout.split('\n');
  const ticks = children.split(' ').map(Number);
  return {
    milliseconds: Number(nanoseconds) / 1e6,
    children: ((ticks[0] ?? 0) + (ticks[1] ?? 0)) * 10,
    megabytes: Number(/\d+/.exec(memory)?.[0]) / 1024,
  };
}

const wait = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

const share = (before: Usage, after: Usage, seconds: number): string =>
  `${((after.milliseconds + after.children - before.milliseconds - before.children) / (seconds * 10)).toFixed(2)} %`;

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

async function secondsOf(work: Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work;
  return (performance.now() - begun) / 1000;
}

async function measure(lab: LabHost, connection: Transport, count: number): Promise<string[]> {
  const { transport, characters } = counting(connection);
  const plain = await secondsOf(observe(connection, undefined, { plainly: true }));
  const once = await secondsOf(observe(connection));

  const store = createHostStore(transport);
  let pictures = 0;
  store.onDidFail((error) => console.error(error));
  const begun = performance.now();
  store.onDidChange(() => pictures++);
  await untilStore(store, () => true, 120_000);
  const first = (performance.now() - begun) / 1000;
  try {
    const times: number[] = [];
    for (let change = 0; change < changes; change++) {
      const name = `n${1 + Math.floor((change * count) / changes)}`;
      const mtu = 1400 + change;
      const [milliseconds] = await Promise.all([
        untilStore(store, (snapshot) => linkOf(snapshot, name, 'eth0').mtu === mtu, 30_000),
        lab.run(`ip -n ${name} link set eth0 mtu ${mtu}`),
      ]);
      times.push(milliseconds);
      await wait(0.3);
    }
    // IPv6 goes on by itself for a while after an interface came up.
    for (let quietSince = -1; quietSince !== pictures;) {
      quietSince = pictures;
      await wait(5);
    }
    const [idleBegin, charactersBefore] = [await agentUsage(lab), characters()];
    await wait(idleSeconds);
    const [idleEnd, charactersAfter] = [await agentUsage(lab), characters()];
    const rates = store.watchRates?.(() => undefined);
    await wait(2);
    const ratesBegin = await agentUsage(lab);
    await wait(ratesSeconds);
    const ratesEnd = await agentUsage(lab);
    rates?.dispose();
    return [
      String(count),
      plain.toFixed(2),
      once.toFixed(2),
      first.toFixed(2),
      String(middle(times)),
      share(idleBegin, idleEnd, idleSeconds),
      String(Math.round(((charactersAfter - charactersBefore) * 60) / idleSeconds)),
      share(ratesBegin, ratesEnd, ratesSeconds),
      ratesEnd.megabytes.toFixed(0),
    ];
  } finally {
    store.dispose();
  }
}

async function main(): Promise<void> {
  const given = process.argv.slice(2).map(Number);
  const lab = await startLabHost();
  const connection = await connectTo(lab);
  const columns = [
    'namespaces',
    'read once by the shell, s',
    'once by the agent, s',
    'first picture, s',
    'change → store, ms (median)',
    'idle, of a core',
    'idle, bytes/min',
    'with rates, of a core',
    'agent, MB',
  ];
  console.log(`| ${columns.join(' | ')} |\n|${' --- |'.repeat(columns.length)}`);
  try {
    let there = 0;
    for (const count of given.length > 0 ? given : [50, 200, 1000]) {
      await grow(lab, there, count);
      there = count;
      await wait(3);
      console.log(`| ${(await measure(lab, connection, count)).join(' | ')} |`);
    }
  } finally {
    connection.dispose();
    await lab.stop();
  }
}

void main();
