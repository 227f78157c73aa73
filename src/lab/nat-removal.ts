import { randomBytes } from 'node:crypto';
import { chainKey, chainReadingScript, readChains } from '../host/chain-reading';
import type { HostSnapshot, ObservedNatRule } from '../host/model';
import type { Step } from '../plan/model';
import { isHairpin } from '../plan/nat-meaning';
import { planTakeOut } from '../plan/nat-switch';
import { forget, remember } from '../plan/nat-switch-commands';
import { deviceOfWay } from '../plan/nat-way';
import { objectRef } from '../plan/planning';
import type { Transport } from '../transport/transport';
import type { NatGroup } from './nat-groups';
import { chainPlace, placedRule, planWays } from './nat-toggle';
import { natLabel } from './nat-words';

/**
 * The steps that take port forwards away for good, with the rules that are only there for them, and what was kept of those that
 * are switched off. Forwarding stays: other traffic may need it.
 *
 * @param snapshot read a moment ago
 * @throws NetnsError `unsupported` for a rule that cannot be reached, `conflict` if it is gone; and what `run` throws
 */
export async function planRemoval(
  transport: Transport,
  snapshot: HostSnapshot,
  groups: readonly NatGroup[],
  signal?: AbortSignal,
): Promise<Step[]> {
  const rules = groups.flatMap((group) =>
    [...group.live, ...ofItsOwn(group, groups)].map((rule) => ({
      place: chainPlace(snapshot, group.namespace, rule),
      namespaceId: group.namespace.id,
      rule: placedRule(rule),
    })),
  );
  const unique = [
    ...new Map(rules.map((one) => [`${one.namespaceId} ${one.place.table} ${one.rule.text}`, one])).values(),
  ];
  const places = [...new Map(unique.map(({ place }) => [chainKey(place), place])).values()];
  const boundary = randomBytes(12).toString('hex');
  const options = signal === undefined ? {} : { signal };
  const listings =
    places.length === 0
      ? []
      : readChains(places, (await transport.run(chainReadingScript(places, boundary), options)).stdout, boundary);
  const kept = groups.flatMap(({ off }) =>
    off.map((record): Step => ({
      action: 'remove',
      object: objectRef('nat', natLabel(snapshot, record.rule), undefined),
      why: 'switched off, and not wanted any more',
      run: [forget(record.id)],
      undo: [remember(record)],
    })),
  );
  const going = unique.map(({ rule }) => rule);
  const staying = groups.flatMap(({ namespace }) =>
    namespace.nat.filter((rule) => !going.some(({ text }) => text === rule.text)),
  );
  const ways = going.filter(({ text }) => !staying.some((rule) => deviceOfWay(rule.text) === deviceOfWay(text)));
  return [...planWays(snapshot, ways, false), ...planTakeOut(listings, unique), ...kept];
}

/** The ways back of a port forward, where no other forward leads to the same place. */
function ofItsOwn(group: NatGroup, groups: readonly NatGroup[]): ObservedNatRule[] {
  const { namespace, rule } = group;
  const going = new Set(groups.flatMap(({ live }) => live));
  const isShared = namespace.nat.some((one) => one.to === rule.to && one.kind === 'dnat' && !going.has(one));
  if (isShared || rule.to === undefined) return [];
  return namespace.nat.filter(
    (one) => isHairpin(one) && one.lab === rule.lab && one.maker === rule.maker && leadsTo(one, rule.to ?? ''),
  );
}

function leadsTo({ destination = '', port }: ObservedNatRule, to: string): boolean {
  const address = destination.split('/')[0] ?? '';
  return port !== undefined && (to === `${address}:${port}` || to === `[${address}]:${port}`);
}
