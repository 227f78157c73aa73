import * as l10n from '@vscode/l10n';
import { rootNamespace, type ObservedForwardChain, type ObservedMarkedRule } from '../host/model';
import { markComment } from '../host/nat-marks';
import type { Topology } from '../topology/model';
import { parseCidr } from './cidr';
import { iptablesProgram } from './iptables';
import { letThroughRules, type LetThrough } from './nat-let-through';
import {
  hasPlainName,
  insertInIptables,
  insertInNftables,
  wayBackInIptables,
  wayBackInNftables,
  type FilterPlace,
  type Insertion,
} from './nat-insertion';
import { areBridgesFiltered } from './nat-hairpin';
import { objectRef, type Planning } from './planning';

/**
 * Lets the lab's traffic through where the host drops what it is to pass on (Docker sets that policy; firewalls do). An
 * accept in a table of one's own cannot undo another's drop, so the rules go to the head of the chain that drops: into
 * Docker's DOCKER-USER where it is, which Docker leaves alone. They are marked, put back when somebody flushed them, and go
 * with the lab; the policy is never touched.
 */
export function planForwarding(planning: Planning, topology: Topology): void {
  const firewall = rootNamespace(planning.snapshot).firewall;
  const marked = (firewall?.marked ?? []).filter(({ lab, label }) => lab === planning.lab && label.startsWith('let '));
  const places = placesThatForward(firewall?.forwardChains ?? [], true);
  const seen = new Set<ObservedMarkedRule>();
  for (const place of places) {
    const found = marked.filter((rule) => isAt(rule, place));
    for (const rule of found) seen.add(rule);
    const wanted = letThroughRules(
      (label) => markComment(planning.lab, label),
      place.engine,
      wantedIn(planning, topology, place.family),
    );
    planPlace(planning, place, found, wanted);
  }
  // Where nothing drops any more, nothing of ours is needed.
  const left = new Map<string, ObservedMarkedRule[]>();
  for (const rule of marked.filter((one) => !seen.has(one))) {
    const key = [rule.engine, rule.backend, rule.family, rule.table, rule.chain].join(' ');
    left.set(key, [...(left.get(key) ?? []), rule]);
  }
  for (const rules of left.values()) {
    const [first] = rules;
    if (first !== undefined) planPlace(planning, first, rules, []);
  }
}

/** Where rules have to stand to let something through: in all chains that decide about it, or in those alone that drop. */
export function placesThatForward(chains: readonly ObservedForwardChain[], onlyDropping: boolean): FilterPlace[] {
  return chains.filter(({ drops }) => drops || !onlyDropping).flatMap(placeOf);
}

/** Where a rule has to stand to let something through a chain. */
function placeOf({ engine, backend, family, table, chain, userChain }: ObservedForwardChain): FilterPlace[] {
  if (family !== 'ip' && family !== 'ip6' && family !== 'inet') return [];
  const place = { engine, ...(backend === undefined ? {} : { backend }), family, table, chain: userChain ?? chain };
  return hasPlainName(place) ? [place] : [];
}

function isAt(rule: ObservedMarkedRule, place: FilterPlace): boolean {
  const keys = ['engine', 'backend', 'family', 'table', 'chain'] as const;
  return keys.every((key) => rule[key] === place[key]);
}

/** What of the lab a chain of that family has to let through. */
function wantedIn(planning: Planning, topology: Topology, family: string): LetThrough[] {
  const { host, bridges, links } = topology;
  const root = rootNamespace(planning.snapshot);
  const families = family === 'ip' ? ['inet'] : family === 'ip6' ? ['inet6'] : ['inet', 'inet6'];
  if (!familiesOf(topology).some((own) => families.includes(own))) return [];
  const isRouted = host.forwarding ?? [...host.nat, ...host.portForwards].some((rule) => rule.enabled);
  const isFiltered = families.some((own) => areBridgesFiltered(root, own === 'inet' ? 'inet' : 'inet6'));
  const own = bridges.filter(({ namespace }) => namespace === undefined);
  const hostEnds = links.flatMap(({ endpoints }) =>
    endpoints.filter(({ type }) => type === 'host').map((end) => end.interface),
  );
  const ports = new Set(bridges.flatMap((bridge) => bridge.ports));
  const devices = [
    ...hostEnds,
    ...host.interfaces.filter(({ kind }) => kind !== 'physical' && kind !== 'loopback').map(({ name }) => name),
  ].filter((name) => !ports.has(name));
  return [
    ...own.flatMap(({ name, kind }): LetThrough[] => {
      if (isRouted) return [{ device: name, what: 'routed' }];
      // Open vSwitch passes frames on by itself, out of br_netfilter's sight.
      return isFiltered && kind === 'linux' ? [{ device: name, what: 'bridged' }] : [];
    }),
    ...(isRouted ? [...new Set(devices)].map((device): LetThrough => ({ device, what: 'routed' })) : []),
  ];
}

function familiesOf(topology: Topology): ('inet' | 'inet6')[] {
  const scopes = [topology.host, ...topology.namespaces];
  const addresses = [...topology.bridges, ...scopes.flatMap(({ interfaces }) => interfaces)].flatMap(
    (own) => own.addresses,
  );
  return [...new Set(addresses.flatMap((address) => parseCidr(address)?.family ?? []))];
}

function planPlace(
  planning: Planning,
  place: FilterPlace,
  found: readonly ObservedMarkedRule[],
  wanted: readonly Insertion[],
): void {
  if (JSON.stringify(found.map(({ label }) => label)) === JSON.stringify(wanted.map(({ label }) => label))) return;
  const family = place.family === 'ip6' ? 'ip6' : 'ip';
  const program = place.backend === undefined ? 'nft' : iptablesProgram(planning.snapshot, place.backend, family);
  if (program === undefined) return;
  const isRemoval = wanted.length === 0;
  const run =
    place.engine === 'nftables'
      ? insertInNftables(place, found, wanted)
      : insertInIptables(program, place, found, wanted);
  const undo =
    place.engine === 'nftables'
      ? wayBackInNftables(markComment(planning.lab, 'let '), place, found)
      : wayBackInIptables(program, place, found, wanted);
  planning.addStep(isRemoval ? 'removeNat' : 'nat', {
    action: isRemoval ? 'remove' : found.length === 0 ? 'create' : 'replace',
    object: objectRef('nat', `chain ${place.chain} of table ${place.family} ${place.table} (${program})`, undefined),
    why: isRemoval
      ? l10n.t`the lab needs no way through it any more`
      : l10n.t`the host drops what it passes on, unless a rule there lets it through`,
    run: [run],
    undo: [undo],
  });
}
