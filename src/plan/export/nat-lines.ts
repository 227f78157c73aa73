import type { Command } from '../../base/command';
import type { HostSnapshot } from '../../host/model';
import type { Topology } from '../../topology/model';
import { inNamespace, nft } from '../commands';
import { scopesOf } from '../desired';
import { chooseBackend, iptablesProgram } from '../iptables';
import { iptablesPlace, plainIptablesWords } from '../nat-iptables';
import { nftTables } from '../nat-nft';
import { natRules, type NatRule } from '../nat-rules';
import { areBridgesFiltered } from '../nat-hairpin';
import { findNamespace } from '../../host/model';
import { comment, commandLines } from './script-text';

/** A part of a script: how it is made, and how it is taken away. */
export interface Lines {
  readonly up: readonly string[];
  readonly down: readonly string[];
}

/** The address translation of the whole lab, in the host's own packet filter. */
export function natLines(topology: Topology, snapshot: HostSnapshot): Lines {
  const parts = scopesOf(topology).map(({ namespace, scope }) => {
    const surroundings = findNamespace(snapshot, namespace) ?? findNamespace(snapshot, undefined);
    const rules = natRules(topology, namespace, scope, { bridgesFiltered: areBridgesFiltered(surroundings, 'inet') });
    return snapshot.tools['nft'] === undefined
      ? inIptables(snapshot, namespace, rules)
      : inNftables(topology.name, namespace, rules);
  });
  return { up: parts.flatMap(({ up }) => up), down: parts.flatMap(({ down }) => down) };
}

/** One table for the lab: it goes as a whole, and touches nobody else's rules. */
function inNftables(lab: string, namespace: string | undefined, rules: readonly NatRule[]): Lines {
  const tables = nftTables(`lab-${lab}`, rules);
  return {
    up: tables.flatMap(({ text }) => commandLines(nft(namespace, text.replaceAll(/ #[0-9a-f]{8}"$/gm, '"')))),
    // What is in a namespace goes with it.
    down:
      namespace === undefined
        ? tables.flatMap(({ family, name }) => commandLines({ argv: ['nft', 'delete', 'table', family, name] }))
        : [],
  };
}

/** Each rule by itself, as the tutorials type them. */
function inIptables(snapshot: HostSnapshot, namespace: string | undefined, rules: readonly NatRule[]): Lines {
  const backend = chooseBackend(snapshot)?.backend ?? 'nft';
  const command = (verb: '-A' | '-D', rule: NatRule): Command => {
    const { table, hook } = iptablesPlace(rule);
    const program = iptablesProgram(snapshot, backend, rule.family) ?? 'iptables';
    return inNamespace(namespace, { argv: [program, '-t', table, verb, hook, ...plainIptablesWords(rule)] });
  };
  return {
    up: rules.flatMap((rule) => [...comment(rule.label), ...commandLines(command('-A', rule))]),
    down: namespace === undefined ? rules.flatMap((rule) => commandLines(command('-D', rule))) : [],
  };
}
