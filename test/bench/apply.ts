/**
 * Measures an apply, a re-apply and a destroy of namespaces on one bridge over SSH, against the same by hand on the same host (the
 * batches over an open SSH connection as well, the tutorials' commands in a shell there):
 * `npm run bench:apply -- [--phases] [--near | --far] [--ours] [COUNT …]` as root. Prints a table of seconds and ratios, one of where
 * the time goes and how long the thread was blocked (`--phases`), and one of round trips to a host 200 ms away. Each is measured as in
 * VS Code, where the host is connected and followed, and as with the headless driver, which reads the whole host first. `--ours`
 * leaves out the tutorials' commands and Mininet, which take most of the time.
 */
import { NodeSSH } from 'node-ssh';
import { runPlan } from '../../src/lab/apply';
import { createHostStore } from '../../src/lab/host-store';
import type { HostStore } from '../../src/lab/model';
import { observe } from '../../src/lab/observe';
import { planApplyOnHost, planDestroyOnHost, type PlannedHost, type PlanOnHost } from '../../src/lab/plan-on-host';
import type { HostSnapshot } from '../../src/host/model';
import type { Topology } from '../../src/topology/model';
import type { Transport } from '../../src/transport/transport';
import { startSlowProxy } from '../fixtures/slow-proxy';
import { connectThrough, connectTo } from '../host/observed-lab';
import { topologyOf } from '../host/lab-plans';
import { startLabHost, type LabHost } from '../lab-host';
import { longestBlock } from './event-loop';
import { withPhases, type RunPhases } from './run-phases';

const addressOf = (i: number): string => `10.50.${Math.floor(i / 250)}.${(i % 250) + 1}`;

function star(count: number): Topology {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const namespaces = numbers.map((i) => `  h${i}: { interfaces: { eth0: { addresses: [${addressOf(i)}/16] } } }`);
  const links = numbers.map((i) => `  - { endpoints: ["h${i}:eth0", "br0:p${i}"] }`);
  return topologyOf(
    `name: star\nbridges: { br0: {} }\nnamespaces:\n${namespaces.join('\n')}\nlinks:\n${links.join('\n')}\n`,
  );
}

/** As fast as it gets with ip(8): one batch on the host, then one in each namespace, four at a time. */
const byBatch = (count: number): string => `
i=0
{
  echo link add name br0 up type bridge
  while [ $i -lt ${count} ]; do
    echo "netns add h$i"
    echo "link add name p$i up master br0 type veth peer name eth0 netns h$i"
    i=$((i + 1))
  done
} | ip -batch -
inside() {
  i=$1
  while [ $i -lt ${count} ]; do
    printf 'link set lo up\\nlink set eth0 up\\naddr add 10.50.%s.%s/16 dev eth0\\n' $((i / 250)) $((i % 250 + 1)) |
      nsenter --net=/run/netns/h$i ip -batch -
    i=$((i + 4))
  done
}
inside 0 & inside 1 & inside 2 & inside 3 &
wait`;

/** As the tutorials have it: a command after the other. */
const byHand = (count: number): string => `
ip link add br0 type bridge; ip link set br0 up
i=0
while [ $i -lt ${count} ]; do
  ip netns add h$i
  ip link add p$i type veth peer name c$i
  ip link set c$i netns h$i
  ip link set p$i master br0
  ip link set p$i up
  ip netns exec h$i ip link set lo up
  ip netns exec h$i ip link set c$i up
  ip netns exec h$i ip addr add 10.50.$((i / 250)).$((i % 250 + 1))/16 dev c$i
  i=$((i + 1))
done`;

const removal = `ls /run/netns | sed 's/^/netns del /' | ip -batch -
ip link del br0
while ip -o link | grep -q ' p[0-9]'; do sleep 0.02; done`;

/** Seconds that some work took, and those of its phases. */
interface Taken extends Partial<RunPhases> {
  readonly total: number;
  readonly reading?: number;
  readonly planning?: number;
  /** The longest time for which this thread answered nobody, in milliseconds. */
  readonly block?: number;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1000;
}

async function typed(lab: LabHost, script: string): Promise<number> {
  return await timed(async () => {
    const { stderr } = await lab.run(script);
    if (stderr !== '') throw new Error(stderr);
  });
}

/** As `typed`, over an open connection: what a person runs on a host that is elsewhere. */
async function typedOverSsh(ssh: NodeSSH, script: string): Promise<number> {
  return await timed(async () => {
    const { stderr } = await ssh.execCommand(script);
    if (stderr !== '') throw new Error(stderr);
  });
}

/** One of the user's actions on a host, as far as its plan. */
type MakePlan = (host: PlannedHost) => Promise<PlanOnHost>;

/** As `carryOut`, with how long the thread was blocked meanwhile. */
async function carriedOut(connection: Transport, host: PlannedHost, makePlan: MakePlan): Promise<Taken> {
  let taken: Taken | undefined;
  const block = await longestBlock(async () => {
    taken = await carryOut(connection, host, makePlan);
  });
  if (taken === undefined) throw new Error('Nothing was carried out.');
  return { ...taken, block };
}

/** Brings the picture of the host up to date, makes the plan and runs it, as Apply and Destroy do. */
async function carryOut(connection: Transport, host: PlannedHost, makePlan: MakePlan): Promise<Taken> {
  const { transport, phases } = withPhases(connection);
  const begun = performance.now();
  let read = begun;
  const noted = async (reading: Promise<HostSnapshot>): Promise<HostSnapshot> => {
    const snapshot = await reading;
    read = performance.now();
    return snapshot;
  };
  const { settle } = host;
  const { plan } = await makePlan({
    snapshot: host.snapshot,
    refresh: (signal) => noted(host.refresh(signal)),
    ...(settle === undefined ? {} : { settle: (names, signal) => noted(settle.call(host, names, signal)) }),
  });
  const planned = performance.now();
  await runPlan(transport, plan);
  const total = (performance.now() - begun) / 1000;
  const own = { total, reading: (read - begun) / 1000, planning: (planned - read) / 1000 };
  return plan.steps.length === 0 ? own : { ...own, ...phases(planned) };
}

/** A host that nobody follows, as the headless driver sees it. */
function unfollowed(transport: Transport, forDestroy: boolean): PlannedHost {
  return {
    snapshot: undefined,
    refresh: (signal) => observe(transport, signal, { forPlan: true, probeKernel: !forDestroy }),
  };
}

/** A host that is followed, as in VS Code. */
async function follow(transport: Transport): Promise<HostStore> {
  const store = createHostStore(transport);
  store.onDidChange(() => undefined);
  store.onDidFail((error) => console.error(error));
  await store.refresh();
  return store;
}

/** Milliseconds without a change after which a host has come to rest: IPv6 goes on by itself after an interface came up. */
const rest = 2500;

/** Looks at the host as VS Code does after each action, and waits until it has come to rest. */
async function lookAgain(store: HostStore): Promise<void> {
  await store.settle?.([]);
  for (let seen: HostSnapshot | undefined; seen !== store.snapshot;) {
    seen = store.snapshot;
    await new Promise((resolve) => setTimeout(resolve, rest));
  }
}

const quicker = (a: Taken | undefined, b: Taken): Taken => (a === undefined || b.total < a.total ? b : a);

/** How often each is tried, as this is not the only work of the machine; the quickest counts. */
const tries = 3;

interface Ours {
  readonly apply: Taken;
  readonly again: Taken;
  readonly destroy: Taken;
}

async function measureOurs(transport: Transport, topology: Topology, isFollowed: boolean): Promise<Ours> {
  const store = isFollowed ? await follow(transport) : undefined;
  const host = (forDestroy: boolean): PlannedHost => store ?? unfollowed(transport, forDestroy);
  const work = async (makePlan: MakePlan, forDestroy = false): Promise<Taken> => {
    const taken = await carriedOut(transport, host(forDestroy), makePlan);
    if (store !== undefined) await lookAgain(store);
    return taken;
  };
  let apply: Taken | undefined;
  let again: Taken | undefined;
  let destroy: Taken | undefined;
  try {
    for (let number = 0; number < tries; number++) {
      apply = quicker(apply, await work((on) => planApplyOnHost(on, topology)));
      for (let more = 0; more < tries; more++)
        again = quicker(again, await work((on) => planApplyOnHost(on, topology)));
      destroy = quicker(destroy, await work((on) => planDestroyOnHost(on, topology.name), true));
    }
  } finally {
    store?.dispose();
  }
  if (apply === undefined || again === undefined || destroy === undefined) throw new Error('Nothing was tried.');
  return { apply, again, destroy };
}

/** The quickest of some tries, with what takes it away again after each. */
async function quickest(work: () => Promise<number>, takeAway: () => Promise<void>): Promise<number> {
  let best = Infinity;
  for (let number = 0; number < tries; number++) {
    best = Math.min(best, await work());
    await takeAway();
  }
  return best;
}

async function measure(
  lab: LabHost,
  count: number,
  isOursOnly: boolean,
): Promise<{ rows: string[]; phases: string[] }> {
  const topology = star(count);
  const transport = await connectTo(lab);
  const ssh = new NodeSSH();
  try {
    await ssh.connect({ host: lab.address, port: lab.port, username: 'root', privateKeyPath: lab.identityFile });
    let batchRemoval = Infinity;
    const remove = async (): Promise<void> => {
      batchRemoval = Math.min(batchRemoval, await typedOverSsh(ssh, removal));
    };
    const batch = await quickest(() => typedOverSsh(ssh, byBatch(count)), remove);
    const followed = await measureOurs(transport, topology, true);
    const fresh = await measureOurs(transport, topology, false);
    const hand = isOursOnly ? undefined : await typed(lab, byHand(count));
    if (!isOursOnly) await remove();
    const mininet = isOursOnly ? undefined : await mininetSeconds(lab, count);
    const row = (what: string, own: Taken, against: string, other: number | undefined, aim: string): string => {
      const theirs = other === undefined ? 'not tried | ' : `${other.toFixed(2)} | ${(own.total / other).toFixed(2)}`;
      return `| ${count} | ${what} | ${own.total.toFixed(2)} | ${against} | ${theirs} | ${aim} |`;
    };
    const ipBatch = 'the best `ip -batch`';
    const rows = [
      row('apply', followed.apply, ipBatch, batch, '1.5'),
      row('apply', followed.apply, "the tutorials' commands", hand, '0.125'),
      row('apply', followed.apply, 'Mininet', mininet, '0.125'),
      row('apply again', followed.again, 'apply', followed.apply.total, '0.1'),
      row('destroy', followed.destroy, '`ip -batch`', batchRemoval, '1.5'),
      row('apply, not followed', fresh.apply, ipBatch, batch, ''),
      row('apply again, not followed', fresh.again, 'apply', fresh.apply.total, ''),
      row('destroy, not followed', fresh.destroy, '`ip -batch`', batchRemoval, ''),
    ];
    const phases = Object.entries({ followed, 'not followed': fresh }).flatMap(([how, ours]) =>
      Object.entries(ours).map(([what, taken]) => phaseRow(count, `${what}, ${how}`, taken as Taken)),
    );
    return { rows, phases };
  } finally {
    ssh.dispose();
    transport.dispose();
  }
}

const phaseNames = ['reading', 'planning', 'compiling', 'starting', 'steps', 'keeping', 'ending'] as const;

function phaseRow(count: number, what: string, taken: Taken): string {
  const cells = [...phaseNames.map((name) => taken[name]), taken.total].map((value) => value?.toFixed(3) ?? '');
  return `| ${count} | ${what} | ${cells.join(' | ')} | ${taken.block?.toFixed(0) ?? ''} |`;
}

/** The same over a connection whose every round trip takes 200 ms: how much longer it takes, in round trips. */
async function measureFarAway(lab: LabHost, count: number): Promise<string[]> {
  const roundTrip = 0.2;
  const proxy = await startSlowProxy({ host: lab.address, port: lab.port }, (roundTrip * 1000) / 2);
  const transport = await connectThrough(proxy.port, lab);
  const topology = star(count);
  try {
    const rows: string[] = [];
    const row = async (what: string, host: PlannedHost, makePlan: MakePlan): Promise<void> => {
      const before = proxy.turns;
      const { total, reading = 0 } = await carriedOut(transport, host, makePlan);
      const turns = proxy.turns - before;
      rows.push(`| ${count} | ${what} | ${total.toFixed(2)} | ${reading.toFixed(2)} | ${turns} |`);
    };
    const store = await follow(transport);
    for (const [how, onApply, onDestroy] of [
      ['followed', store, store],
      ['not followed', unfollowed(transport, false), unfollowed(transport, true)],
    ] as const) {
      if (how === 'not followed') store.dispose();
      await row(`apply, ${how}`, onApply, (on) => planApplyOnHost(on, topology));
      if (how === 'followed') await lookAgain(store);
      await row(`apply again, ${how}`, onApply, (on) => planApplyOnHost(on, topology));
      await row(`destroy, ${how}`, onDestroy, (on) => planDestroyOnHost(on, topology.name));
    }
    return rows;
  } finally {
    transport.dispose();
    await proxy.stop();
  }
}

/** Brings up the same with Mininet and takes it down again; undefined where there is no `mn`. */
async function mininetSeconds(lab: LabHost, count: number): Promise<number | undefined> {
  if ((await lab.run('command -v mn brctl')).code !== 0) return undefined;
  const { stdout, stderr } = await lab.run(
    `mn --switch lxbr --topo single,${count} --controller none --test none 2>&1; mn -c >/dev/null 2>&1`,
  );
  const [, seconds] = /completed in ([\d.]+) seconds/.exec(stdout) ?? [];
  if (seconds === undefined) throw new Error(`mn did not finish: ${stdout.slice(-500)}${stderr}`);
  return Number(seconds);
}

function table(head: readonly string[], rows: readonly string[]): void {
  console.log([`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`, ...rows, ''].join('\n'));
}

async function main(): Promise<void> {
  const given = process.argv.slice(2);
  const counts = given.filter((word) => !word.startsWith('--')).map(Number);
  const lab = await startLabHost();
  const rows: string[] = [];
  const phases: string[] = [];
  const far: string[] = [];
  try {
    for (const count of counts.length > 0 ? counts : [20, 200, 1000]) {
      if (!given.includes('--far')) {
        const near = await measure(lab, count, given.includes('--ours'));
        rows.push(...near.rows);
        phases.push(...near.phases);
      }
      if (!given.includes('--near')) far.push(...(await measureFarAway(lab, count)));
    }
  } finally {
    await lab.stop();
  }
  if (rows.length > 0) table(['namespaces', 'what', 'seconds', 'against', 'seconds', 'ratio', 'aim'], rows);
  if (given.includes('--phases')) {
    table(['namespaces', 'seconds of', ...phaseNames, 'together', 'longest block, ms'], phases);
  }
  if (far.length > 0) table(['namespaces', '200 ms away', 'seconds', 'of it reading', 'round trips'], far);
}

void main();
