import type { ObservedNatRule } from '../../../host/model';
import type { LensPlace } from '../../../language/lens-places';
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
      return ruleState(rulesFor(place, lab, facts, (rule) => isSourceNat(rule, place.rule)));
    case 'port-forward':
      return ruleState(rulesFor(place, lab, facts, (rule) => isForward(rule, place.forward)));
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
  if (missing.length > 0) return { icon: 'warning', words: `${listed(missing)} not there` };
  const down = up.filter((one) => scope.links.get(one)?.up === false);
  if (down.length > 0) return { icon: 'warning', words: `${listed(down)} down` };
  return { icon: 'pass', words: 'up' };
}

function bridgeState(
  { name, namespace }: Extract<LensPlace, { kind: 'bridge' }>,
  facts: LiveFacts,
  host: string,
): ThingState {
  const scope = facts.scope(namespace);
  const bridge = scope?.links.get(name);
  if (scope === undefined || bridge === undefined) return absent(host);
  const nat = sourceNatOf(scope, bridge);
  const words = [
    ...(bridge.up ? [] : ['down']),
    `NAT ${nat.length > 0 ? 'on' : 'off'}`,
    counted(scope.ports.get(name) ?? 0, 'port'),
    ...packetWords(nat),
  ];
  return { icon: bridge.up ? 'pass' : 'warning', words: words.join(' · ') };
}

function serviceState(state: ServiceState | undefined, host: string): ThingState {
  if (state === undefined) return absent(host);
  return { icon: state.isRunning ? 'pass' : 'warning', words: serviceInWords(state) };
}

function ruleState(rules: readonly ObservedNatRule[]): ThingState {
  if (rules.length === 0) return { icon: 'circle-slash', words: 'off' };
  return { icon: 'pass', words: ['on', ...packetWords(rules)].join(' · ') };
}

function rulesFor(
  { namespace }: { readonly namespace?: string },
  lab: string,
  facts: LiveFacts,
  matches: (rule: ObservedNatRule) => boolean,
): ObservedNatRule[] {
  const rules = facts.scope(namespace)?.namespace.nat ?? [];
  return rules.filter((rule) => rule.lab === lab && matches(rule));
}

function isSourceNat(rule: ObservedNatRule, declared: NatDeclaration): boolean {
  return (
    rule.kind === declared.kind &&
    rule.source === declared.source &&
    rule.out === declared.out &&
    rule.notOut === declared.notOut
  );
}

/** A port forward is a rule for what comes in and one for what the host itself sends; both translate to the same port. */
function isForward(rule: ObservedNatRule, declared: PortForwardDeclaration): boolean {
  return (
    rule.kind === 'dnat' &&
    rule.port === declared.listenPort &&
    (rule.protocol ?? 'tcp') === declared.protocol &&
    (declared.listenAddress === undefined || rule.destination === declared.listenAddress)
  );
}

function packetWords(rules: readonly ObservedNatRule[]): string[] {
  const counts = rules.map(({ packets }) => packets).filter((count) => count !== undefined);
  return counts.length === 0
    ? []
    : [
        counted(
          counts.reduce((sum, count) => sum + count, 0),
          'packet',
        ),
      ];
}

function absent(host: string): ThingState {
  return { icon: 'circle-slash', words: `not on ${host}` };
}

function listed(names: readonly string[]): string {
  const [first = '', ...rest] = names;
  return rest.length === 0 ? `${first} is` : `${first} and ${rest.length} more are`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
