import * as l10n from '@vscode/l10n';
import { randomBytes } from 'node:crypto';
import { NetnsError } from '../base/errors';
import { chainKey, chainReadingScript, readChains, type ChainPlace } from '../host/chain-reading';
import type { HostSnapshot, ObservedNamespace, ObservedNatRule, RulePlace } from '../host/model';
import { iptablesProgram } from '../plan/iptables';
import type { Step } from '../plan/model';
import { planForwardingBack, planForwardingOn } from '../plan/nat-forwarding-switch';
import { isInterfaceName } from '../plan/names';
import { broughtOnlyBy } from '../plan/nat-brought';
import { planSwitchOff, planSwitchOn } from '../plan/nat-switch';
import { planWay } from '../plan/nat-way';
import type { Transport } from '../transport/transport';
import { runSteps } from './actions/run-change';
import type { NatGroup } from './nat-groups';

/**
 * Switches what these groups hold off or on, all of it or nothing, with forwarding. A rule that is switched off is kept on
 * the host.
 *
 * @param snapshot read a moment ago
 * @returns the steps that were done; none where everything is so already
 * @throws NetnsError `unsupported` for a rule that cannot be reached, `conflict` if it is gone; and what `runPlan` throws
 */
export async function switchNat(
  transport: Transport,
  snapshot: HostSnapshot,
  groups: readonly NatGroup[],
  on: boolean,
  signal?: AbortSignal,
): Promise<readonly Step[]> {
  const steps = await planSwitch(transport, snapshot, groups, on, signal);
  const title = on ? l10n.t`Switch NAT On` : l10n.t`Switch NAT Off`;
  await runSteps(transport, title, snapshot, steps, signal === undefined ? {} : { signal });
  return steps;
}

/** The steps of `switchNat`, without running them. */
export async function planSwitch(
  transport: Transport,
  snapshot: HostSnapshot,
  groups: readonly NatGroup[],
  on: boolean,
  signal?: AbortSignal,
): Promise<Step[]> {
  const live = groups.flatMap(({ namespace, live: rules }) =>
    rules.map((rule) => ({
      place: chainPlace(snapshot, namespace, rule),
      namespaceId: namespace.id,
      rule: placedRule(rule),
    })),
  );
  const off = groups.flatMap(({ namespace, off: records }) =>
    records.map((record) => ({ place: chainPlace(snapshot, namespace, record.rule), record })),
  );
  const places = new Map((on ? off : live).map(({ place }) => [chainKey(place), place]));
  if (places.size === 0) return [];
  const boundary = randomBytes(12).toString('hex');
  const list = [...places.values()];
  const { stdout } = await transport.run(chainReadingScript(list, boundary), signal === undefined ? {} : { signal });
  const listings = readChains(list, stdout, boundary);
  const namespaces = [...new Set(groups.map(({ namespace }) => namespace))];
  if (on) {
    return [
      ...namespaces.flatMap((namespace) =>
        familiesIn(groups, namespace).flatMap((family) => planForwardingOn(namespace, family)),
      ),
      ...planSwitchOn(listings, off),
      ...planWays(
        snapshot,
        off.map(({ record }) => record.rule),
        { open: true },
      ),
    ];
  }
  const newId = (): string => randomBytes(8).toString('hex');
  return [
    ...planWays(
      snapshot,
      live.map(({ rule }) => rule),
      { open: false, staying: rulesBeside(groups) },
    ),
    ...planSwitchOff(listings, live, snapshot.switchedOff ?? [], newId),
    ...namespaces.flatMap((namespace) => {
      const gone = new Set(groups.flatMap(({ live: rules }) => rules));
      const remaining = namespace.nat.filter((rule) => !gone.has(rule));
      return familiesIn(groups, namespace).flatMap((family) =>
        planForwardingBack(snapshot, namespace, family, remaining),
      );
    }),
  ];
}

/** The rules of those namespaces that are in none of the groups, and stay. */
export function rulesBeside(groups: readonly NatGroup[]): ObservedNatRule[] {
  const going = new Set(groups.flatMap(({ live }) => live));
  const namespaces = [...new Set(groups.map(({ namespace }) => namespace))];
  return namespaces.flatMap(({ nat }) => nat.filter((rule) => !going.has(rule)));
}

/** The ways through the host's FORWARD chains that came with rules come with them, and go with the last that brought them. */
export function planWays(
  snapshot: HostSnapshot,
  rules: readonly (ObservedNatRule & { readonly place: RulePlace })[],
  { open, staying = [] }: { readonly open: boolean; readonly staying?: readonly ObservedNatRule[] },
): Step[] {
  return (['ip', 'ip6'] as const).flatMap((family) => {
    const ofFamily = rules.filter(({ place }) => (place.family === 'ip6') === (family === 'ip6'));
    const kept = staying.filter(({ place }) => (place?.family === 'ip6') === (family === 'ip6'));
    return broughtOnlyBy('way', ofFamily, kept)
      .filter(isInterfaceName)
      .flatMap((device) => planWay(snapshot, device, family, open));
  });
}

function familiesIn(groups: readonly NatGroup[], namespace: ObservedNamespace): ('ip' | 'ip6')[] {
  const families = groups.filter((group) => group.namespace === namespace).map(({ rule }) => rule.place?.family);
  return (['ip', 'ip6'] as const).filter((family) => families.some((own) => own === family || own === 'inet'));
}

/** @throws NetnsError `unsupported` for a rule that no tool on the host speaks to */
export function placedRule(rule: ObservedNatRule): ObservedNatRule & { readonly place: RulePlace } {
  const { place } = rule;
  if (place === undefined) throw outOfReach(rule);
  return { ...rule, place };
}

/** Where a rule is, and what speaks to it. */
export function chainPlace(snapshot: HostSnapshot, namespace: ObservedNamespace, rule: ObservedNatRule): ChainPlace {
  const { engine, table, chain } = rule;
  const { family, backend } = placedRule(rule).place;
  if (!namespace.isRoot && namespace.name === undefined) {
    throw new NetnsError(
      'unsupported',
      l10n.t`The namespace of this rule has no name, so no command reaches into it.`,
      {
        advice: l10n.t`Give it one with: ip netns attach NAME PID`,
      },
    );
  }
  const program =
    backend === undefined ? undefined : iptablesProgram(snapshot, backend, family === 'ip6' ? 'ip6' : 'ip');
  if (engine === 'iptables' && (backend === undefined || program === undefined)) throw outOfReach(rule);
  return {
    ...(namespace.name === undefined || namespace.isRoot ? {} : { namespace: namespace.name }),
    engine,
    ...(backend === undefined ? {} : { backend }),
    ...(program === undefined ? {} : { program }),
    family,
    table,
    chain,
  };
}

function outOfReach({ text }: ObservedNatRule): NetnsError {
  return new NetnsError(
    'unsupported',
    l10n.t`This rule was made with iptables, which the host does not have any more: ${text}`,
    {
      advice: l10n.t`Install iptables on the host.`,
    },
  );
}
