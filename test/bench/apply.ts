/**
 * Measures an apply, a re-apply and a destroy of namespaces on one bridge over SSH, against the same by hand on the same host:
 * `npm run bench:apply -- [COUNT …]` as root. Prints a table of seconds and ratios. Mininet is measured where `mn` is there.
 */
import { runPlan } from '../../src/lab/apply';
import { observe } from '../../src/lab/observe';
import { planApply } from '../../src/plan/plan-apply';
import { planDestroy } from '../../src/plan/plan-destroy';
import type { Topology } from '../../src/topology/model';
import { connectTo } from '../host/observed-lab';
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

/** As fast as it gets with ip(8): one batch on the host, then one in each namespace. */
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
i=0
while [ $i -lt ${count} ]; do
  printf 'link set lo up\\nlink set eth0 up\\naddr add 10.50.%s.%s/16 dev eth0\\n' $((i / 250)) $((i % 250 + 1)) |
    nsenter --net=/run/netns/h$i ip -batch -
  i=$((i + 1))
done`;

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

async function measure(lab: LabHost, count: number): Promise<string[]> {
  const topology = star(count);
  const batch = await typed(lab, byBatch(count));
  const batchRemoval = await typed(lab, removal);
  const hand = await typed(lab, byHand(count));
  await typed(lab, removal);
  const mininet = await mininetSeconds(lab, count);
  const transport = await connectTo(lab);
  try {
    const applyOnce = async (): Promise<unknown> => runPlan(transport, planApply(topology, await observe(transport)));
    const apply = await timed(applyOnce);
    const again = await timed(applyOnce);
    const destroy = await timed(async () => runPlan(transport, planDestroy('star', await observe(transport))));
    const row = (what: string, own: number, other: number | undefined): string => {
      if (other === undefined) return `| ${count} | ${what} | ${own.toFixed(2)} | not there | |`;
      return `| ${count} | ${what} | ${own.toFixed(2)} | ${other.toFixed(2)} | ${(own / other).toFixed(2)} |`;
    };
    return [
      row('apply, against `ip -batch`', apply, batch),
      row("apply, against the tutorials' commands", apply, hand),
      row('apply, against Mininet', apply, mininet),
      row('re-apply, against apply', again, apply),
      row('destroy, against `ip -batch`', destroy, batchRemoval),
    ];
  } finally {
    transport.dispose();
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
  console.log('| namespaces | what | ours, s | other, s | ours / other |');
  console.log('| --- | --- | --- | --- | --- |');
  try {
    for (const count of given.length > 0 ? given : [200, 1000]) {
      for (const line of await measure(lab, count)) console.log(line);
    }
  } finally {
    await lab.stop();
  }
}

void main();
