import { optionOf } from './iptables-save';
import { isObject, optional, text } from './json';
import type { ObservedFirewall, ObservedForwardChain, ObservedMarkedRule, ObservedOwnChain } from './model';
import { readMark } from './nat-marks';
import type { NftRule, NftRuleset } from './nft-ruleset';
import type { SavedIptables } from './read-iptables';

/** Docker's chain for the rules of others, asked before its own (docs.docker.com, "Packet filtering and firewalls"). */
const userChain = 'DOCKER-USER';

/** Chains of ours in iptables' tables are called so, with the lab's name behind it. */
const ownChainPrefix = 'NETNS-';

/** What the packet filter of a namespace says of forwarding, and what of it is ours; undefined where that is nothing. */
export function readFirewall(
  ruleset: NftRuleset | undefined,
  saved: readonly SavedIptables[],
): ObservedFirewall | undefined {
  // What iptables-save prints whole, nft shows as well.
  const printed = new Set(saved.filter(({ backend }) => backend === 'nft').flatMap(tableKeys));
  const ofNft = (rule: { readonly family: string; readonly table: string }): boolean =>
    !printed.has(`${rule.family} ${rule.table}`);
  const rules = ruleset?.rules.filter(ofNft) ?? [];
  const firewall = {
    forwardChains: [
      ...(ruleset?.chains ?? [])
        .filter(ofNft)
        .filter(({ type, hook }) => type === 'filter' && hook === 'forward')
        .map(({ family, table, name, policy }): ObservedForwardChain => {
          const last = rules.filter(({ chain, ...rule }) => chain === name && isIn(rule, family, table)).at(-1);
          const drops = policy === 'drop' || (last !== undefined && dropsAll(last));
          return { engine: 'nftables', family, table, chain: name, drops };
        }),
      ...saved.flatMap(forwardChains),
    ],
    marked: [
      ...rules.flatMap((rule) => {
        const { family, table, chain, position, handle, comment } = rule;
        const mark = readMark(comment);
        if (mark === undefined) return [];
        const place = { family, table, chain, position, ...optional('handle', handle) };
        return { engine: 'nftables' as const, ...place, ...mark, text: rule.text };
      }),
      ...saved.flatMap(markedRules),
    ],
    ownChains: saved.flatMap(ownChains),
    iptablesInUse: [...new Set(saved.filter(holdsRules).map(({ backend }) => backend))],
  };
  return Object.values(firewall).every((list) => list.length === 0) ? undefined : firewall;
}

function isIn(rule: Pick<NftRule, 'family' | 'table'>, family: string, table: string): boolean {
  return rule.family === family && rule.table === table;
}

function tableKeys({ family, chains }: SavedIptables): string[] {
  return chains.map(({ table }) => `${family} ${table}`);
}

/** True for a rule that drops or rejects whatever comes as far as it. */
function dropsAll({ expressions }: NftRule): boolean {
  const decisive = expressions.filter((expression) => !('counter' in expression) && !('log' in expression));
  const [only, ...others] = decisive;
  return only !== undefined && others.length === 0 && ('drop' in only || 'reject' in only || isRejecting(only['xt']));
}

function isRejecting(xt: unknown): boolean {
  return isObject(xt) && xt['type'] === 'target' && text(xt['name']) === 'REJECT';
}

function forwardChains({ chains, rules, backend, family }: SavedIptables): ObservedForwardChain[] {
  return chains
    .filter(({ table, name }) => table === 'filter' && name === 'FORWARD')
    .map(({ table, name, policy }) => {
      const own = rules.filter((rule) => rule.table === table && rule.chain === name);
      const last = own.at(-1);
      const dropsLast = last?.options.every(
        ({ name: option, value }) =>
          ['-A', '--reject-with'].includes(option) || (option === '-j' && ['DROP', 'REJECT'].includes(value ?? '')),
      );
      const hasUserChain =
        chains.some((chain) => chain.table === table && chain.name === userChain) &&
        own.some((rule) => optionOf(rule, '-j') === userChain);
      return {
        engine: 'iptables',
        backend,
        family,
        table,
        chain: name,
        drops: policy === 'DROP' || dropsLast === true,
        ...(hasUserChain ? { userChain } : {}),
      };
    });
}

function markedRules({ rules, backend, family }: SavedIptables): ObservedMarkedRule[] {
  return rules.flatMap((rule) => {
    const mark = readMark(optionOf(rule, '--comment'));
    if (mark === undefined) return [];
    const { table, chain, position, text: words } = rule;
    return { engine: 'iptables', backend, family, table, chain, position, ...mark, text: words };
  });
}

function ownChains({ chains, backend, family }: SavedIptables): ObservedOwnChain[] {
  return chains
    .filter(({ name }) => name.startsWith(ownChainPrefix))
    .map(({ table, name }) => ({ backend, family, table, chain: name }));
}

/** True if it has any rule, or a policy that lets not everything through. */
function holdsRules({ chains, rules }: SavedIptables): boolean {
  return rules.length > 0 || chains.some(({ policy }) => policy === 'DROP');
}
