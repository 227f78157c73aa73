/**
 * Measures one observation of a lab host with a chain of 20, 200 and 1000 namespaces, over SSH:
 * `npx tsx test/bench/observe.ts [COUNT …]` as root. Prints a table.
 */
import { observe } from '../../src/lab/observe';
import { startWatch } from '../../src/lab/watch';
import type { Transport } from '../../src/transport/transport';
import { connectTo } from '../host/observed-lab';
import { startLabHost, type LabHost } from '../lab-host';

/** Namespaces n1 … n`count`, each with a cable to the next; `from` of them are there already. */
async function grow(lab: LabHost, from: number, count: number): Promise<void> {
  const { stderr } = await lab.run(`
    for i in $(seq ${from + 1} ${count}); do echo netns add n$i; done | ip -batch -
    for i in $(seq ${Math.max(from, 1)} ${count - 1}); do
      echo link add v$i netns n$i type veth peer name w$i netns n$((i + 1))
    done | ip -batch -`);
  if (stderr !== '') throw new Error(stderr);
}

/** The transport, counting what its runs print. */
function counting(transport: Transport): { transport: Transport; characters: () => number } {
  let characters = 0;
  const run: Transport['run'] = async (script, options) => {
    const result = await transport.run(script, options);
    characters = result.stdout.length;
    return result;
  };
  return { transport: Object.create(transport, { run: { value: run } }) as Transport, characters: () => characters };
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const begun = performance.now();
  const result = await work();
  return [result, (performance.now() - begun) / 1000];
}

async function main(): Promise<void> {
  const given = process.argv.slice(2).map(Number);
  const lab = await startLabHost();
  const connection = await connectTo(lab);
  const { transport, characters } = counting(connection);
  console.log('| namespaces | one observation, s (best of 3) | kB | watch ready, s | cables without peer |');
  console.log('| --- | --- | --- | --- | --- |');
  try {
    let there = 0;
    for (const count of given.length > 0 ? given : [20, 200, 1000]) {
      await grow(lab, there, count);
      there = count;
      const rounds = [];
      for (let round = 0; round < 3; round++) rounds.push(await timed(() => observe(transport)));
      const seconds = Math.min(...rounds.map(([, one]) => one));
      const cables = rounds[0]![0].namespaces.filter(({ isRoot }) => !isRoot).flatMap(({ links }) => links);
      const loose = cables.filter(({ kind, peer }) => kind === 'veth' && peer === undefined).length;
      const [watch, ready] = await timed(() => startWatch(transport, () => undefined));
      watch.dispose();
      const columns = [count, seconds.toFixed(2), (characters() / 1000).toFixed(0), ready.toFixed(2), loose];
      console.log(`| ${columns.join(' | ')} |`);
    }
  } finally {
    connection.dispose();
    await lab.stop();
  }
}

void main();
