import * as l10n from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import { chainKey, chainReadingScript, readChains } from '../host/chain-reading';
import type { HostSnapshot, ObservedNatRule } from '../host/model';
import type { Step } from '../plan/model';
import { takeForwardNeedsBack } from '../plan/actions/forwards';
import { planForwardingBack } from '../plan/nat-forwarding-switch';
import { isHairpin, isInside } from '../plan/nat-meaning';
import { planTakeOut } from '../plan/nat-switch';
import { forget, remember } from '../plan/nat-switch-commands';
import { objectRef } from '../plan/planning';
import type { Transport } from '../transport/transport';
import type { NatGroup } from './nat-groups';
import { chainPlace, placedRule, planWays, rulesBeside } from './nat-toggle';
import { natLabel } from './nat-words';

const loopback = '127.0.0.0/8';

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
    [...group.live, ...ofItsOwn(snapshot, group, groups)].map((rule) => ({
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
      why: l10n.t`switched off, and not wanted any more`,
      run: [forget(record.id)],
      undo: [remember(record)],
    })),
  );
  const going = unique.map(({ rule }) => rule);
  const staying = groups.flatMap(({ namespace }) =>
    namespace.nat.filter((rule) => !going.some(({ text }) => text === rule.text)),
  );
  const namespaces = [...new Set(groups.map(({ namespace }) => namespace))].filter(({ isRoot }) => isRoot);
  return [
    ...planWays(snapshot, going, { open: false, staying }),
    ...planTakeOut(listings, unique),
    ...namespaces.flatMap((namespace) => takeForwardNeedsBack(snapshot, namespace, going, staying)),
    ...kept,
  ];
}

/**
 * As `planRemoval`, to take back port forwards that were just made: forwarding, too, is as it was before if nothing else needs it.
 *
 * @throws NetnsError as `planRemoval` does
 */
export async function planForwardsBack(
  transport: Transport,
  snapshot: HostSnapshot,
  groups: readonly NatGroup[],
  signal?: AbortSignal,
): Promise<Step[]> {
  const steps = await planRemoval(transport, snapshot, groups, signal);
  const remaining = rulesBeside(groups).filter((rule) => !isHairpin(rule));
  return [
    ...steps,
    ...[...new Set(groups.map(({ namespace }) => namespace))].flatMap((namespace) =>
      (['ip', 'ip6'] as const)
        .filter((family) => groups.some(({ rule }) => rule.place?.family === family))
        .flatMap((family) => planForwardingBack(snapshot, namespace, family, remaining)),
    ),
  ];
}

/** The ways back of a port forward, where no other forward leads to the same place, also none that is switched off. */
function ofItsOwn(snapshot: HostSnapshot, group: NatGroup, groups: readonly NatGroup[]): ObservedNatRule[] {
  const { namespace, rule } = group;
  const going = new Set(groups.flatMap(({ live, off }) => [...live, ...off.map((record) => record.rule)]));
  const off = (snapshot.switchedOff ?? []).filter(({ namespaceId }) => namespaceId === namespace.id);
  const others = [...namespace.nat, ...off.map((record) => record.rule)].filter(
    (one) => one.kind === 'dnat' && isTo(one, rule) && !going.has(one),
  );
  return namespace.nat.filter(
    (one) =>
      isHairpin(one) &&
      isOfSame(one, rule) &&
      leadsTo(one, rule.to ?? '') &&
      !others.some((other) => needs(other, isInside(one.source ?? '', loopback))),
  );
}

/** Whether a forward needs the way back of 127.0.0.1, or that of the target's own network. */
function needs({ destination }: ObservedNatRule, ofLoopback: boolean): boolean {
  return destination === undefined || isInside(destination, loopback) === ofLoopback;
}

function isTo(one: ObservedNatRule, rule: ObservedNatRule): boolean {
  return one.to === rule.to && isOfSame(one, rule);
}

function isOfSame(one: ObservedNatRule, rule: ObservedNatRule): boolean {
  return one.protocol === rule.protocol && one.lab === rule.lab && one.maker === rule.maker;
}

function leadsTo({ destination = '', port }: ObservedNatRule, to: string): boolean {
  const address = destination.split('/')[0] ?? '';
  return port !== undefined && (to === `${address}:${port}` || to === `[${address}]:${port}`);
}
