import * as l10n from '@vscode/l10n';
import { isSame, withPort } from './packet';
import { labelOf, type Neighbour, type TraceFacts } from './facts';
import type { ChainTrace } from './filter/read-trace';
import type { Cause, TraceQuestion } from './model';
import type { ProbeOutcome, Sighting } from './sightings';
import type { PaperWay } from './walk';

/** What the probe itself showed. */
export interface ProbeFacts {
  readonly outcome: ProbeOutcome;
  readonly sightings: readonly Sighting[];
  /** By namespace id, as they were after the probe. */
  readonly neighboursAfter: ReadonlyMap<string, readonly Neighbour[]>;
}

/** The causes that only the probe shows, where nothing that was read explains what became of it. */
export function causesOfFact(
  paper: PaperWay,
  facts: TraceFacts,
  question: TraceQuestion,
  probe: ProbeFacts,
  from: string,
): readonly Cause[] {
  const { outcome, sightings } = probe;
  if (outcome.result === 'refused') {
    const goal = paper.hops.findLastIndex(({ direction }) => direction === 'out');
    return [
      {
        id: 'nobody-listens',
        direction: 'out',
        place: question.destination,
        // Its refusal was seen on the way back, up to the source; it ended where it was refused.
        ...(goal === -1 ? {} : { hop: goal }),
        text: l10n.t`${withPort(question.destination, question.port)} refuses the connection from ${from}: nobody listens there, or a filter says so.`,
        evidence: ['Connection refused'],
      },
    ];
  }
  if (outcome.result !== 'lost' && outcome.result !== 'unreachable') return [];
  const unanswered = silentNeighbour(paper, facts, probe);
  if (unanswered !== undefined) return [unanswered];
  const hasAnswer = sightings.some(({ kind }) => kind === 'reply');
  const edge = paper.hops.findLast(({ kind, direction }) => kind === 'leave' && direction === 'out');
  if (outcome.result !== 'lost' || paper.end !== 'outside' || hasAnswer) return [];
  const left = sightings.some(
    ({ kind, way, dev, namespaceId }) =>
      kind === 'request' && way === 'out' && dev === edge?.dev && namespaceId === edge.namespaceId,
  );
  // Seen inside and not leaving: something here stopped it after all, and nobody knows what.
  if (!left && sightings.some(({ kind }) => kind === 'request')) return [];
  return [
    {
      id: 'not-known',
      direction: 'back',
      place: 'outside',
      text: l10n.t`Nothing on this host stops it: it leaves by ${edge?.place ?? 'host'}:${edge?.dev ?? ''}, and no answer comes from outside.`,
      evidence: [],
      isLikely: true,
    },
  ];
}

/** A next hop that did not answer when it was asked for its hardware address, though somebody there has the address. */
function silentNeighbour(
  { hops }: PaperWay,
  { snapshot, details }: TraceFacts,
  { neighboursAfter, sightings }: ProbeFacts,
): Cause | undefined {
  for (const [index, { kind, direction, namespaceId, place, dev, next }] of hops.entries()) {
    if (kind !== 'leave' || namespaceId === undefined || next === undefined) continue;
    const entry = neighboursAfter.get(namespaceId)?.find((one) => one.dev === dev && isSame(one.address, next));
    if (entry === undefined || !entry.states.some((state) => state === 'FAILED' || state === 'INCOMPLETE')) continue;
    const asked = sightings.filter((one) => one.kind === 'who-has' && isSame(one.destination, next));
    const heardBy = [...new Set(asked.map((one) => `${one.place}:${one.dev}`))];
    const owner = snapshot.namespaces.find(({ links }) =>
      links.some(({ addresses }) => addresses.some(({ cidr }) => isSame(cidr.split('/')[0] ?? '', next))),
    );
    const dump =
      details.get(namespaceId) === undefined ? [] : [`ip neigh: ${next} dev ${dev ?? ''} ${entry.states.join(' ')}`];
    return {
      id: 'no-neighbour',
      direction,
      namespaceId,
      place,
      ...(dev === undefined ? {} : { dev }),
      hop: index,
      text: l10n.t`${place} asks on ${dev ?? ''} who has ${next}, and nobody answers${owner === undefined ? '' : thoughItIsThere(labelOf(owner), next)}.`,
      evidence: [...dump, ...(heardBy.length === 0 ? [] : [l10n.t`the question was seen at ${heardBy.join(', ')}`])],
    };
  }
  return undefined;
}

function thoughItIsThere(owner: string, address: string): string {
  return address.includes(':')
    ? l10n.t`, though ${owner} has it: neighbour discovery may be filtered on the way`
    : l10n.t`, though ${owner} has it: ARP may be switched off there (NOARP), filtered, or kept from it (arp_ignore)`;
}

/**
 * What the kernel says that its packet filter dropped, where nothing that was read says so: of rules that were not in the listing
 * when it was read, or on a way that is not on paper.
 */
export function droppedInFact({ causes }: PaperWay, { snapshot, traced }: TraceFacts): Cause[] {
  return [...(traced ?? [])].flatMap(([namespaceId, trace]) =>
    (['out', 'back'] as const).flatMap((direction) =>
      [...trace[direction].values()].flatMap((chain): Cause[] => {
        const { family, table, chain: name } = chain;
        const by = dropOf(chain);
        const isKnown = causes.some(
          ({ rule, namespaceId: id }) =>
            id === namespaceId && rule?.table === table && rule.family === family && rule.backend !== 'legacy',
        );
        const namespace = snapshot.namespaces.find(({ id }) => id === namespaceId);
        if (by === undefined || isKnown || namespace === undefined) return [];
        const place = labelOf(namespace);
        return [
          {
            id: chain.policy === 'drop' ? 'dropped-by-policy' : 'dropped-by-rule',
            direction,
            namespaceId,
            place,
            rule: { engine: 'nftables', family, table, chain: name },
            text: l10n.t`The chain ${family} ${table} ${name} in ${place} drops ${direction === 'out' ? l10n.t`the packet` : l10n.t`the answer`}: the kernel says so, though by what was read it lets it through.`,
            evidence: [`nft monitor trace: ${by}`],
          },
        ];
      }),
    ),
  );
}

function dropOf({ verdicts, unlisted, policy }: ChainTrace): string | undefined {
  if (policy === 'drop') return 'policy drop';
  const rule = [...verdicts].find(([, verdict]) => verdict === 'drop');
  return rule === undefined
    ? unlisted.find((text) => text.endsWith('(verdict drop)'))
    : `rule ${rule[0]}, verdict drop`;
}
