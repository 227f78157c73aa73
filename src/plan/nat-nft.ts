import { shortHash } from './names';
import { natChains, type NatChain, type NatFamily, type NatMatch, type NatRule } from './nat-rules';

/**
 * NAT rules as nftables text (nft(8)). One table per lab, family and namespace, so that a lab's rules are recognised,
 * replaced and taken away as a whole, and nothing of anyone else's is touched.
 *
 * Each rule carries a comment with its name and a hash of its text: by these the observed table is compared with the wanted
 * one, since the kernel does not keep a rule's own spelling.
 */
export interface NftTable {
  readonly family: NatFamily;
  readonly name: string;
  /** The table as a script for `nft -f`. */
  readonly text: string;
  /** The comments of its rules, in order. */
  readonly comments: readonly string[];
}

/** Chains with their hooks; the priority names are nft's (dstnat is -100; `output` knows only the number). */
const hooks: Readonly<Record<NatChain, string>> = {
  guard: 'type filter hook prerouting priority raw; policy accept;',
  prerouting: 'type nat hook prerouting priority dstnat; policy accept;',
  output: 'type nat hook output priority -100; policy accept;',
  postrouting: 'type nat hook postrouting priority srcnat; policy accept;',
};

/** The tables that hold the rules, one for each family that has any. */
export function nftTables(name: string, rules: readonly NatRule[]): NftTable[] {
  return (['ip', 'ip6'] as const).flatMap((family) => {
    const own = rules.filter((rule) => rule.family === family);
    return own.length === 0 ? [] : [table(name, family, own)];
  });
}

function table(name: string, family: NatFamily, rules: readonly NatRule[]): NftTable {
  const comments: string[] = [];
  const chains = natChains.flatMap((chain) => {
    const own = rules.filter((rule) => rule.chain === chain);
    if (own.length === 0) return [];
    const lines = own.map((rule) => {
      comments.push(nftComment(rule));
      return `    ${nftRule(rule)}`;
    });
    return [`  chain ${chain} {`, `    ${hooks[chain]}`, ...lines, '  }'];
  });
  return { family, name, comments, text: [`table ${family} ${name} {`, ...chains, '}', ''].join('\n') };
}

/** A chain of ours as `nft add chain` takes it, for a table that has it not yet. */
export function nftChain(chain: NatChain): string {
  return `${chain} { ${hooks[chain]} }`;
}

/** The whole rule: what it matches, its counter, what it does, and its comment. */
export function nftRule(rule: NatRule): string {
  return [...matchWords(rule), 'counter', actionWord(rule), `comment "${nftComment(rule)}"`].join(' ');
}

export function nftComment(rule: NatRule): string {
  return `${rule.label} #${shortHash([rule.chain, ...matchWords(rule), actionWord(rule)].join(' '))}`;
}

function matchWords({ family, match }: NatRule): string[] {
  const words: Readonly<Record<keyof NatMatch, string | undefined>> = {
    translated: match.translated === true ? 'ct status dnat' : undefined,
    in: match.in === undefined ? undefined : `iifname ${quote(match.in)}`,
    source: match.source === undefined ? undefined : `${family} saddr ${match.source}`,
    out: match.out === undefined ? undefined : `oifname ${quote(match.out)}`,
    notOut: match.notOut === undefined ? undefined : `oifname != ${quote(match.notOut)}`,
    notDestination: match.notDestination === undefined ? undefined : `${family} daddr != ${match.notDestination}`,
    toItself: match.toItself === true ? 'fib daddr type local' : undefined,
    destination: match.destination === undefined ? undefined : `${family} daddr ${match.destination}`,
    protocol: undefined,
    port: match.port === undefined ? undefined : `${match.protocol ?? 'tcp'} dport ${match.port}`,
  };
  return Object.values(words).filter((word) => word !== undefined);
}

function actionWord({ family, action }: NatRule): string {
  switch (action.type) {
    case 'snat':
      return `snat to ${action.address}`;
    case 'dnat':
      return `dnat to ${family === 'ip6' ? `[${action.address}]` : action.address}:${action.port}`;
    default:
      return action.type;
  }
}

/** An interface name as an nft string. The planner has refused names with a quote or a backslash. */
function quote(name: string): string {
  return `"${name}"`;
}
