import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describeTrace } from '../../../src/trace/describe';
import { mend, traceOn } from './cause-bench';
import type { CauseLab } from './cause-labs/cause-lab';
import { arpLabs } from './cause-labs/arp';
import { cableLabs } from './cause-labs/cables';
import { filterLabs } from './cause-labs/filters';
import { routeLabs } from './cause-labs/routes';
import { LabPool, type PooledHost } from './lab-pool';
import { makeWorld } from './world';

const hosts = 4;
/**
 * So many of the hundreds of pairs, the same at each run: a failure is about the change at hand. `SEED` takes others, `PAIRS=all` all,
 * `PAIRS=100-199` these of all, in the order in which they stand, `PAIRS=ARP` those with a lab whose name has that word.
 */
const usual = 16;
const usualSeed = 11;

/** Any two of the causes' labs that can live together: both are found, and the fixes mend both. */
describe('two causes at once', function () {
  this.timeout(process.env['PAIRS'] === undefined ? 180_000 : 3_600_000);
  const pool = new LabPool(hosts);

  after(() => pool.stop());

  it('are both found, and mended, whichever two they are', async () => {
    const pairs = pairsOf([...cableLabs, ...routeLabs, ...filterLabs, ...arpLabs].filter(isPlain));
    const chosen = choose(pairs);
    assert.notEqual(chosen.length, 0);
    const wrong = (await Promise.all(chosen.map((pair) => pool.run((host) => check(host, pair))))).flat();
    const all = `${wrong.length} of ${chosen.length} (of all ${pairs.length})`;
    assert.equal(wrong.length, 0, `${all}:\n\n${wrong.join('\n\n=====\n')}`);
  });

  async function check({ lab, transport }: PooledHost, [first, second]: Pair): Promise<string[]> {
    await makeWorld(lab);
    const title = `${first.name} + ${second.name}`;
    for (const command of [...first.broken, ...second.broken]) {
      const { code, stderr } = await lab.run(command);
      if (code !== 0) return [`${title}: ${command}: ${stderr}`];
    }
    const report = await traceOn(transport, first.ask);
    const found = new Set<string>(report.causes.map(({ id }) => id));
    const missing = [...first.causes, ...second.causes].filter((id) => !found.has(id));
    const shown = describeTrace(report);
    const isLater = oneAfterTheOther.some(({ names }) => names.includes(first.name) && names.includes(second.name));
    if ((missing.length > 0 && !isLater) || report.differences.length > 0)
      return [`${title}: not found: ${missing.join(', ')}\n${shown}`];
    const mended = await mend(transport, report, first.ask, ({ causes }) => causes.forEach(({ id }) => found.add(id)));
    if (mended.reached !== 'yes') return [`${title}: not mended:\n${shown}\n---\n${describeTrace(mended)}`];
    const never = missing.filter((id) => !found.has(id));
    return never.length === 0
      ? []
      : [`${title}: not found when the other was mended either: ${never.join(', ')}\n${shown}`];
  }
});

/** The second does not bite as long as the first is there: it is found in the trace after that one's fix. */
const oneAfterTheOther = [
  {
    names: ['masquerade hits traffic inside, and the goal takes its own network only', 'the router has no way back'],
    // What is masqueraded comes from the router's own network, to which it needs no route.
  },
];

type Pair = readonly [CauseLab, CauseLab];

function choose(pairs: readonly Pair[]): readonly Pair[] {
  const { PAIRS, SEED } = process.env;
  if (PAIRS === 'all') return pairs;
  const [, from, to] = /^(\d+)-(\d+)$/.exec(PAIRS ?? '') ?? [];
  if (from !== undefined) return pairs.slice(Number(from), Number(to) + 1);
  if (PAIRS !== undefined) return pairs.filter((pair) => pair.some(({ name }) => name.includes(PAIRS)));
  const some = fc.shuffledSubarray([...pairs], { minLength: usual, maxLength: usual });
  const later = pairs.filter((pair) =>
    oneAfterTheOther.some(({ names }) => pair.every(({ name }) => names.includes(name))),
  );
  return [...new Set([...later, ...fc.sample(some, { seed: Number(SEED ?? usualSeed), numRuns: 1 }).flat()])];
}

/**
 * It stops the packet, needs nothing that this kernel may lack, its fix mends it, and there is an address to ask for. What only
 * the kernel can tell is not told of a packet that does not get there.
 */
function isPlain({ needs, reached, byHand, causes, sees }: CauseLab): boolean {
  const isOfKernel = sees?.startsWith('nft monitor trace') === true;
  return ![needs, reached, byHand].some((one) => one !== undefined) && !causes.includes('no-address') && !isOfKernel;
}

/** Those that ask the same and work on other things: one would otherwise undo what the other broke, or hide it. */
function pairsOf(labs: readonly CauseLab[]): Pair[] {
  return labs.flatMap((first, index) =>
    labs.slice(index + 1).flatMap((second): Pair[] => {
      const isSameQuestion = JSON.stringify(first.ask) === JSON.stringify(second.ask);
      const others = touched(second);
      const areApart = [...touched(first)].every((one) => !others.has(one));
      return isSameQuestion && areApart ? [[first, second]] : [];
    }),
  );
}

/** What a lab's commands work on: `earth addr`, `nat`, `net.ipv4.ip_forward`. */
function touched({ broken }: CauseLab): ReadonlySet<string> {
  return new Set(
    broken.map((command) => {
      const where = /(?:-n|exec) (\w+)/.exec(command)?.[1] ?? 'host';
      if (command.includes('iptables')) return `${where} ${/-t (\w+)/.exec(command)?.[1] ?? 'filter'}`;
      if (command.includes('nft ')) return `${where} nft`;
      const sysctl = /(\S+)=\d/.exec(command)?.[1];
      if (command.includes('sysctl') && sysctl !== undefined) return `${where} ${sysctl}`;
      return `${where} ip`;
    }),
  );
}
