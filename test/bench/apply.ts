/**
 * Measures an apply, a re-apply and a destroy of namespaces on one bridge over SSH, against the same by hand on the same host:
 * `npm run bench:apply -- [COUNT …]` as root. Prints a table of seconds and ratios, and one of round trips.
 */
import { runPlan } from '../../src/lab/apply';
import { observe } from '../../src/lab/observe';
import { planApply } from '../../src/plan/plan-apply';
import { planDestroy } from '../../src/plan/plan-destroy';
import type { Topology } from '../../src/topology/model';
import type { HostSnapshot } from '../../src/host/model';
import type { Plan } from '../../src/plan/model';
import type { Transport } from '../../src/transport/transport';
import { startSlowProxy } from '../fixtures/slow-proxy';
import { connectThrough, connectTo } from '../host/observed-lab';
import { topologyOf } from '../host/lab-plans';
import { startLabHost, type LabHost } from '../lab-host';

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

/** Seconds that some work took, and those of them that the host was read in. */
interface Taken {
  readonly total: number;
  readonly reading: number;
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

/** Reads the host, makes the plan and runs it, as Apply and Destroy do. */
async function carriedOut(transport: Transport, makePlan: (snapshot: HostSnapshot) => Plan): Promise<Taken> {
  let reading = 0;
  const total = await timed(async () => {
    let snapshot: HostSnapshot | undefined;
    reading = await timed(async () => (snapshot = await observe(transport)));
    if (snapshot !== undefined) await runPlan(transport, makePlan(snapshot));
  });
  return { total, reading };
}

/** The quickest of two tries, as this is not the only work of the machine. */
async function better(work: () => Promise<Taken>, inBetween: () => Promise<unknown>): Promise<Taken> {
  const first = await work();
  await inBetween();
  const second = await work();
  return first.total < second.total ? first : second;
}

const plainly = async (seconds: Promise<number>): Promise<Taken> => ({ total: await seconds, reading: 0 });

async function measure(lab: LabHost, count: number): Promise<string[]> {
  const topology = star(count);
  const transport = await connectTo(lab);
  try {
    const applyOnce = (): Promise<Taken> => carriedOut(transport, (snapshot) => planApply(topology, snapshot));
    const destroyOnce = (): Promise<Taken> => carriedOut(transport, (snapshot) => planDestroy('star', snapshot));
    let batchRemoval = Infinity;
    const remove = async (): Promise<void> => {
      batchRemoval = Math.min(batchRemoval, await typed(lab, removal));
    };
    const batch = await better(() => plainly(typed(lab, byBatch(count))), remove);
    await remove();
    const hand = await typed(lab, byHand(count));
    await remove();
    const mininet = await mininetSeconds(lab, count);
    let firstDestroy: Taken | undefined;
    const apply = await better(applyOnce, async () => (firstDestroy = await destroyOnce()));
    const again = await better(applyOnce, () => Promise.resolve());
    const secondDestroy = await destroyOnce();
    const destroy =
      firstDestroy !== undefined && firstDestroy.total < secondDestroy.total ? firstDestroy : secondDestroy;
    const row = (what: string, own: Taken, other: number | undefined, aim: string): string => {
      const ours = `${own.total.toFixed(2)} | ${own.reading.toFixed(2)}`;
      if (other === undefined) return `| ${count} | ${what} | ${ours} | not there | | ${aim} |`;
      return `| ${count} | ${what} | ${ours} | ${other.toFixed(2)} | ${(own.total / other).toFixed(2)} | ${aim} |`;
    };
    return [
      row('apply, against the best `ip -batch`', apply, batch.total, '1.5'),
      row("apply, against the tutorials' commands", apply, hand, '0.125'),
      row('apply, against Mininet', apply, mininet, '0.125'),
      row('apply again, against apply', again, apply.total, '0.1'),
      row('destroy, against `ip -batch`', destroy, batchRemoval, '1.5'),
    ];
  } finally {
    transport.dispose();
  }
}

/** The same over a connection whose every round trip takes 200 ms: how much longer it takes, in round trips. */
async function measureFarAway(lab: LabHost, count: number): Promise<string[]> {
  const roundTrip = 0.2;
  const proxy = await startSlowProxy({ host: lab.address, port: lab.port }, (roundTrip * 1000) / 2);
  const transport = await connectThrough(proxy.port, lab);
  const topology = star(count);
  try {
    const rows: string[] = [];
    const row = async (what: string, makePlan: (snapshot: HostSnapshot) => Plan): Promise<void> => {
      const before = proxy.turns;
      const { total, reading } = await carriedOut(transport, makePlan);
      const turns = proxy.turns - before;
      rows.push(`| ${count} | ${what}, 200 ms away | ${total.toFixed(2)} | ${reading.toFixed(2)} | ${turns} |`);
    };
    await row('apply', (snapshot) => planApply(topology, snapshot));
    await row('apply again', (snapshot) => planApply(topology, snapshot));
    await row('destroy', (snapshot) => planDestroy('star', snapshot));
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

async function main(): Promise<void> {
  const given = process.argv.slice(2).map(Number);
  const lab = await startLabHost();
  const counts = given.length > 0 ? given : [20, 200, 1000];
  try {
    console.log('| namespaces | what | ours, s | of it reading | other, s | ours / other | aim |');
    console.log('| --- | --- | --- | --- | --- | --- | --- |');
    for (const count of counts) {
      for (const line of await measure(lab, count)) console.log(line);
    }
    console.log('\n| namespaces | what | seconds | of it reading | round trips |\n| --- | --- | --- | --- | --- |');
    for (const count of counts) {
      for (const line of await measureFarAway(lab, count)) console.log(line);
    }
  } finally {
    await lab.stop();
  }
}

void main();
