import type { Direction } from '../model';
import type { ObservedNamespace } from '../../host/model';
import { traceTablePrefix } from '../../host/nat-marks';
import { readListing } from '../../host/nft-ruleset';

/** The kernel's own word on the probe's way through one chain of the packet filter (`nft monitor trace`). */
export interface ChainTrace {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  /** What became of it at each rule that took it, by the rule's position in its chain. */
  readonly verdicts: ReadonlyMap<number, string>;
  /** The policy, where no rule decided. */
  readonly policy?: string;
  /** In nft's words: rules that took it but are not in the listing that was read; then the positions are not all. */
  readonly unlisted: readonly string[];
}

/** By direction and `FAMILY TABLE CHAIN`; a chain that the probe did not come to is absent. */
export type FilterTrace = Readonly<Record<Direction, ReadonlyMap<string, ChainTrace>>>;

interface Growing extends Omit<ChainTrace, 'policy'> {
  readonly verdicts: Map<number, string>;
  readonly unlisted: string[];
  policy?: string;
}

const linePattern =
  /^trace id ([0-9a-f]+) (\S+) (\S+) (\S+) (packet: |rule |unknown rule handle |policy |verdict )(.*)$/;

/**
 * Reads what `watch` printed of the packet filters, by namespace id.
 *
 * @param printed `NUMBER LINE` as the functions of filter-watch-script.ts print them
 * @param sourcePort the port that the probe comes from; of a ping: undefined
 * @param listings `nft -a list ruleset` of each place, in the same order
 */
export function readFilterTraces(
  printed: string,
  places: readonly ObservedNamespace[],
  sourcePort: number | undefined,
  listings: readonly string[],
): ReadonlyMap<string, FilterTrace> {
  const lines = new Map<number, string[]>();
  for (const line of printed.split('\n')) {
    const match = /^(\d+) (trace id .*)$/.exec(line);
    if (match === null) continue;
    const number = Number(match[1]);
    lines.set(number, [...(lines.get(number) ?? []), match[2] ?? '']);
  }
  return new Map(
    [...lines].flatMap(([number, own]) => {
      const namespace = places[number];
      if (namespace === undefined) return [];
      return [[namespace.id, readOne(own, sourcePort, listings[number] ?? '')] as const];
    }),
  );
}

function readOne(lines: readonly string[], sourcePort: number | undefined, listing: string): FilterTrace {
  const positions = positionsIn(listing);
  const trace = { out: new Map<string, Growing>(), back: new Map<string, Growing>() };
  // Packets of one connection may have one id, one after the other; each says so anew at every chain.
  const directions = new Map<string, Direction | undefined>();
  for (const line of lines) {
    const [, id = '', family = '', table = '', chain = '', kind = '', rest = ''] = linePattern.exec(line) ?? [];
    if (id === '') continue;
    if (kind === 'packet: ') directions.set(id, isProbe(rest) ? directionOf(rest, sourcePort) : undefined);
    const direction = directions.get(id);
    if (table.startsWith(traceTablePrefix) || direction === undefined) continue;
    const key = `${family} ${table} ${chain}`;
    const known: Growing = trace[direction].get(key) ?? { family, table, chain, verdicts: new Map(), unlisted: [] };
    trace[direction].set(key, known);
    if (kind === 'policy ') known.policy = rest.trim().split(' ')[0] ?? '';
    if (kind !== 'rule ' && kind !== 'unknown rule handle ') continue;
    const [, rule = '', verdict = ''] = /^(.*?) ?\(verdict ([^()]*)\)\s*(?:meta .*)?$/.exec(rest) ?? [];
    const text = plainRule(rule);
    const found =
      (kind === 'rule ' ? positions.texts.get(`${key} ${text}`) : positions.handles.get(`${key} ${text}`)) ?? [];
    for (const position of found) known.verdicts.set(position, verdict);
    if (found.length === 0) known.unlisted.push(`${text} (verdict ${verdict})`);
  }
  return trace;
}

/** Of TCP the probe is what begins the connection, and the answer what agrees or refuses: what follows meets other rules. */
function isProbe(packet: string): boolean {
  const flags = /\btcp flags == (\S+(?: \| \w+)*)/.exec(packet)?.[1];
  if (flags === undefined) return true;
  const bits = /^0x/.test(flags) ? Number(flags) : 0;
  return /\b(?:syn|rst)\b/.test(flags) || (bits & 0x06) !== 0;
}

/** A packet is our own if it comes from the port that was chosen; of pings the kind says it. */
function directionOf(packet: string, sourcePort: number | undefined): Direction {
  if (sourcePort === undefined) return packet.includes('echo-request') ? 'out' : 'back';
  return new RegExp(` (?:tcp|udp) sport ${sourcePort} `).test(` ${packet} `) ? 'out' : 'back';
}

/** Two rules with the same words cannot be told from each other by them: both positions are given. */
function positionsIn(listing: string) {
  const texts = new Map<string, number[]>();
  const handles = new Map<string, number[]>();
  const counts = new Map<string, number>();
  for (const { family, table, chain, handle, text } of readListing(listing)) {
    const key = `${family} ${table} ${chain}`;
    const position = (counts.get(key) ?? 0) + 1;
    counts.set(key, position);
    const named = `${key} ${plainRule(text)}`;
    texts.set(named, [...(texts.get(named) ?? []), position]);
    handles.set(`${key} ${handle}`, [position]);
  }
  return { texts, handles };
}

/** A rule's words without what it counted and used up, which differ between two looks. */
function plainRule(text: string): string {
  return text
    .replaceAll(/\bcounter packets \d+ bytes \d+/g, 'counter')
    .replaceAll(/ (?:used|expires) \S+(?: bytes)?/g, '')
    .trim();
}
