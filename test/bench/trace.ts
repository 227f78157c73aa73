/**
 * Measures a trace from the asking to the verdict on a lab host with 20, 200 and 1,000 namespaces, over SSH:
 * `npm run bench:trace [COUNT …]` as root. Prints a table; the reading of the host is the store's, which has it already.
 */
import { observe } from '../../src/lab/observe';
import { traceRoute } from '../../src/lab/trace/trace';
import type { AskedTrace } from '../../src/lab/trace/question';
import type { Transport } from '../../src/transport/transport';
import { connectTo } from '../host/observed-lab';
import { makeWorld, serve } from '../host/trace/world';
import { startLabHost, type LabHost } from '../lab-host';

/** Namespaces that have nothing to do with the way, in pairs on cables with addresses and routes. */
async function crowd(lab: LabHost, from: number, count: number): Promise<void> {
  const { stderr } = await lab.run(`
    for i in $(seq ${from + 1} ${count}); do echo netns add crowd$i; done | ip -batch -
    for i in $(seq ${from + 1} 2 ${count}); do
      echo link add c$i netns crowd$i up type veth peer name c netns crowd$((i + 1))
    done | ip -batch -
    for i in $(seq ${from + 1} 2 ${count}); do
      printf 'addr add 10.200.0.1/30 dev c%s\\nroute add default via 10.200.0.2\\n' $i | ip -n crowd$i -batch -
    done`);
  if (stderr !== '') throw new Error(stderr);
}

const cases: readonly { readonly title: string; readonly asked: AskedTrace; readonly expected: string }[] = [
  { title: 'answered: a ping to the internet', asked: { from: 'earth', to: '8.8.8.8' }, expected: 'yes' },
  { title: 'answered: TCP through a port forward', asked: { from: 'mars', to: '198.51.100.2:8080' }, expected: 'yes' },
  { title: 'refused: nobody listens', asked: { from: 'neptune', to: 'earth:8888' }, expected: 'no' },
  { title: 'lost: nobody has the address', asked: { from: 'earth', to: '10.10.0.77' }, expected: 'no' },
  { title: 'lost: the far side is silent', asked: { from: 'earth', to: '203.0.113.99' }, expected: 'no' },
];

async function seconds(
  transport: Transport,
  asked: AskedTrace,
  expected: string,
): Promise<{ trace: number; read: number }> {
  let begun = performance.now();
  const snapshot = await observe(transport, undefined, { probeKernel: false });
  const read = (performance.now() - begun) / 1000;
  begun = performance.now();
  const { reached, verdict } = await traceRoute(transport, snapshot, asked);
  if (reached !== expected) throw new Error(verdict);
  return { trace: (performance.now() - begun) / 1000, read };
}

async function main(): Promise<void> {
  const given = process.argv.slice(2).map(Number);
  const lab = await startLabHost();
  const transport = await connectTo(lab);
  console.log(
    '| namespaces | what is asked | to the verdict, s (median of 3) | longest | with a reading of the host first |',
  );
  console.log('| --- | --- | --- | --- | --- |');
  try {
    await makeWorld(lab);
    await serve(lab, 'mars', 'tcp,0.0.0.0,7000');
    let there = 0;
    for (const count of given.length > 0 ? given : [20, 200, 1000]) {
      await crowd(lab, there, count - 4);
      there = count - 4;
      for (const { title, asked, expected } of cases) {
        const rounds = [];
        for (let round = 0; round < 3; round++) rounds.push(await seconds(transport, asked, expected));
        const sorted = rounds.map(({ trace }) => trace).sort((a, b) => a - b);
        const whole = rounds.map(({ trace, read }) => trace + read).sort((a, b) => a - b)[1] ?? 0;
        const columns = [count, title, sorted[1]?.toFixed(2), sorted[2]?.toFixed(2), whole.toFixed(2)];
        console.log(`| ${columns.join(' | ')} |`);
      }
    }
  } finally {
    transport.dispose();
    await lab.stop();
  }
}

void main();
