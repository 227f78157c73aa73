import type { Command } from '../../base/command';
import { movedBy, ownerOf } from '../names';

/**
 * The planner's commands as the tutorials write them, and without what only serves us: `ip netns exec NS ip …` for
 * `ip -n NS …`, no marks of ownership.
 *
 * @returns undefined for a command that did nothing but mark
 */
export function plainCommand({ argv, stdin }: Command): Command | undefined {
  const words = spelledOut(withoutMark(argv));
  if (words === undefined) return undefined;
  return { argv: words, ...(stdin === undefined ? {} : { stdin }) };
}

/** `ip link set dev X` by itself says nothing. */
function saysNothing(argv: readonly string[]): boolean {
  const [last, dev, verb, object] = [...argv].reverse();
  return last !== undefined && dev === 'dev' && verb === 'set' && object === 'link';
}

function withoutMark(argv: readonly string[]): readonly string[] | undefined {
  if (argv[0] === 'ovs-vsctl') return argv.filter((word) => !word.startsWith('external-ids:netns-topology='));
  const at = argv.indexOf('alias');
  const alias = at < 0 ? undefined : argv[at + 1];
  const isMark = alias === '' || ownerOf(alias) !== undefined || movedBy(alias) !== undefined;
  const words = isMark ? [...argv.slice(0, at), ...argv.slice(at + 2)] : argv;
  return saysNothing(words) ? undefined : words;
}

function spelledOut(argv: readonly string[] | undefined): readonly string[] | undefined {
  const [program, flag, namespace, ...rest] = argv ?? [];
  if (program === undefined || flag !== '-n' || namespace === undefined) return argv;
  if (!['ip', 'tc', 'bridge'].includes(program)) return argv;
  return ['ip', 'netns', 'exec', namespace, program, ...rest];
}
