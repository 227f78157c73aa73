import * as l10n from '@vscode/l10n';
import { natGroupsIn, type NatGroup } from '../../../lab/nat-groups';
import type { LensPlace } from '../../../language/lens-places';
import { plainRuleName } from '../../../plan/nat-rules';
import { findService, serviceInWords, type ServiceState } from '../../../plan/service-state';
import type { NatDeclaration, PortForwardDeclaration } from '../../../topology/model';
import { sourceNatOf, type LiveFacts } from './live-facts';

/** What a lens says of a thing, in a few words; they hold names from the file and the host. */
export interface ThingState {
  readonly icon: 'pass' | 'warning' | 'circle-slash';
  readonly words: string;
}

/**
 * What a host shows of a declared thing.
 *
 * @param host the host's name, for what is not there
 */
export function thingState(
  place: Exclude<LensPlace, { kind: 'check' }>,
  lab: string,
  facts: LiveFacts,
  host: string,
): ThingState {
  switch (place.kind) {
    case 'namespace':
      return namespaceState(place, facts, host);
    case 'bridge':
      return bridgeState(place, facts, host);
    case 'service':
      return serviceState(findService(facts.snapshot, { ...place, lab }), host);
    case 'nat':
      return ruleState(groupsFor(place, lab, facts, (group) => isSourceNat(group, place.rule)));
    case 'port-forward':
      return ruleState(groupsFor(place, lab, facts, (group) => isForward(group, place.forward)));
  }
}

function namespaceState(
  { name, up }: Extract<LensPlace, { kind: 'namespace' }>,
  facts: LiveFacts,
  host: string,
): ThingState {
  const scope = facts.scope(name);
  if (scope === undefined) return absent(host);
  const missing = up.filter((one) => !scope.links.has(one));
  if (missing.length > 0) return { icon: 'warning', words: l10n.t`${listed(missing)} not there` };
  const down = up.filter((one) => scope.links.get(one)?.up === false);
  if (down.length > 0) return { icon: 'warning', words: l10n.t`${listed(down)} down` };
  return { icon: 'pass', words: l10n.t`up` };
}

function bridgeState(
  { name, namespace }: Extract<LensPlace, { kind: 'bridge' }>,
  facts: LiveFacts,
  host: string,
): ThingState {
  const scope = facts.scope(namespace);
  const bridge = scope?.links.get(name);
  if (scope === undefined || bridge === undefined) return absent(host);
  const nat = sourceNatOf(facts, scope, bridge);
  const isOn = nat.some(({ state }) => state !== 'off');
  const words = [
    ...(bridge.up ? [] : [l10n.t`down`]),
    isOn ? l10n.t`NAT on` : l10n.t`NAT off`,
    portCount(scope.ports.get(name) ?? 0),
    ...packetWords(nat),
  ];
  return { icon: bridge.up ? 'pass' : 'warning', words: words.join(' · ') };
}

function serviceState(state: ServiceState | undefined, host: string): ThingState {
  if (state === undefined) return absent(host);
  return { icon: state.isRunning ? 'pass' : 'warning', words: serviceInWords(state) };
}

function ruleState(groups: readonly NatGroup[]): ThingState {
  const isOn = groups.some(({ state }) => state !== 'off');
  if (isOn) return { icon: 'pass', words: [l10n.t`on`, ...packetWords(groups)].join(' · ') };
  const [record] = groups.flatMap(({ off }) => off);
  const by = record === undefined ? l10n.t`off` : l10n.t`switched off by ${record.by}`;
  return { icon: 'circle-slash', words: [by, ...packetWords(groups)].join(' · ') };
}

function groupsFor(
  { namespace }: { readonly namespace?: string },
  lab: string,
  facts: LiveFacts,
  matches: (group: NatGroup) => boolean,
): NatGroup[] {
  const scope = facts.scope(namespace);
  const groups = scope === undefined ? [] : natGroupsIn(facts.snapshot, scope.namespace);
  return groups.filter((group) => group.lab === lab && matches(group));
}

function isSourceNat({ declared, rule }: NatGroup, wanted: NatDeclaration): boolean {
  if (declared !== undefined) return declared.kind === 'nat' && declared.name === plainRuleName(wanted.name);
  return (
    rule.kind === wanted.kind &&
    rule.source === wanted.source &&
    rule.out === wanted.out &&
    rule.notOut === wanted.notOut
  );
}

/** A port forward is a rule for what comes in and one for what the host itself sends; both translate to the same port. */
function isForward({ declared, rule }: NatGroup, wanted: PortForwardDeclaration): boolean {
  if (declared !== undefined) return declared.kind === 'port-forward' && declared.name === plainRuleName(wanted.name);
  return (
    rule.kind === 'dnat' &&
    rule.port === wanted.listenPort &&
    (rule.protocol ?? 'tcp') === wanted.protocol &&
    (wanted.listenAddress === undefined || rule.destination === wanted.listenAddress)
  );
}

function packetWords(rules: readonly NatGroup[]): string[] {
  const counts = rules.map(({ packets }) => packets).filter((count) => count !== undefined);
  return counts.length === 0 ? [] : [packetCount(counts.reduce((sum, count) => sum + count, 0))];
}

function absent(host: string): ThingState {
  return { icon: 'circle-slash', words: l10n.t`not on ${host}` };
}

function listed(names: readonly string[]): string {
  const [first = '', ...rest] = names;
  return rest.length === 0 ? l10n.t`${first} is` : l10n.t`${first} and ${rest.length} more are`;
}

function portCount(count: number): string {
  return count === 1 ? l10n.t`1 port` : l10n.t`${count} ports`;
}

function packetCount(count: number): string {
  return count === 1 ? l10n.t`1 packet` : l10n.t`${count} packets`;
}
