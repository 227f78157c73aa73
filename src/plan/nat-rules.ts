import type { NatDeclaration, NetworkScope, PortForwardDeclaration, Topology } from '../topology/model';
import { contains, networkOf, parseCidr, type Cidr } from './cidr';
import { nftTableName, shortHash } from './names';

/**
 * The NAT of one scope as nftables text (nft(8)). One table per lab, family and namespace, so that a lab's rules are
 * recognised, replaced and taken away as a whole, and nothing of anyone else's is touched.
 *
 * Each rule carries a comment with its name and a hash of its text: by these the observed table is compared with the wanted
 * one, since the kernel does not keep a rule's own spelling.
 */
export interface NftTable {
  readonly family: 'ip' | 'ip6';
  readonly name: string;
  /** The table as a script for `nft -f`. */
  readonly text: string;
  /** The comments of its rules, in order. */
  readonly comments: readonly string[];
}

interface Rule {
  readonly family: 'ip' | 'ip6';
  readonly chain: keyof typeof hooks;
  /** `masquerade internet`, as the first part of the comment. */
  readonly label: string;
  readonly text: string;
}

/** Chains with their hooks; the priority names are nft's (dstnat is -100; `output` knows only the number). */
const hooks = {
  prerouting: 'type nat hook prerouting priority dstnat; policy accept;',
  output: 'type nat hook output priority -100; policy accept;',
  postrouting: 'type nat hook postrouting priority srcnat; policy accept;',
} as const;

/** The tables that a scope's NAT rules and port forwards make; none where there is nothing to translate. */
export function nftTables(topology: Topology, namespace: string | undefined, scope: NetworkScope): NftTable[] {
  const rules = [
    ...scope.portForwards
      .filter(({ enabled }) => enabled)
      .flatMap((forward) => forwardRules(topology, namespace, forward)),
    ...scope.nat.filter(({ enabled }) => enabled).flatMap(natRules),
  ];
  return (['ip', 'ip6'] as const).flatMap((family) => {
    const own = rules.filter((rule) => rule.family === family);
    return own.length === 0 ? [] : [table(nftTableName(topology.name), family, own)];
  });
}

function table(name: string, family: 'ip' | 'ip6', rules: readonly Rule[]): NftTable {
  const comments: string[] = [];
  const chains = (Object.keys(hooks) as (keyof typeof hooks)[]).flatMap((chain) => {
    const own = rules.filter((rule) => rule.chain === chain).filter(isFirstOfItsText);
    if (own.length === 0) return [];
    const lines = own.map(({ label, text }) => {
      const comment = `${label} #${shortHash(`${chain} ${text}`)}`;
      comments.push(comment);
      return `    ${withCounter(text)} comment "${comment}"`;
    });
    return [`  chain ${chain} {`, `    ${hooks[chain]}`, ...lines, '  }'];
  });
  return { family, name, comments, text: [`table ${family} ${name} {`, ...chains, '}', ''].join('\n') };
}

/** Counts what the rule matches: the statement stands before the one that decides (nft(8), "Counter statement"). */
function withCounter(text: string): string {
  return text.replace(/(masquerade|[sd]nat to \S+)$/, 'counter $1');
}

/** Two forwards to one target need the way back only once. */
function isFirstOfItsText(rule: Rule, index: number, rules: readonly Rule[]): boolean {
  return rules.findIndex(({ text }) => text === rule.text) === index;
}

function natRules(rule: NatDeclaration): Rule[] {
  const source = parseCidr(rule.source);
  if (source === undefined) return [];
  const family = nftFamily(source);
  const words = [`${family} saddr ${printNetwork(networkOf(source))}`];
  if (rule.out !== undefined) words.push(`oifname ${quote(rule.out)}`);
  if (rule.notOut !== undefined) words.push(`oifname != ${quote(rule.notOut)}`);
  words.push(rule.kind === 'snat' ? `snat to ${rule.to ?? ''}` : 'masquerade');
  return [{ family, chain: 'postrouting', label: `${rule.kind} ${plain(rule.name)}`, text: words.join(' ') }];
}

/**
 * A port forward, from every side:
 * - from outside and from other namespaces: translated as it comes in (prerouting)
 * - from the namespace itself, to one of its own addresses: translated as it leaves (output). Not for 127.0.0.0/8: the kernel
 *   drops such packets on the way out unless route_localnet is set, which would open the loopback to the network.
 * - from the target's own network: the answer would go straight to the asker, who waits for it from elsewhere; so the
 *   source is translated too (hairpin)
 */
function forwardRules(topology: Topology, namespace: string | undefined, forward: PortForwardDeclaration): Rule[] {
  const target = portForwardTarget(topology, namespace, forward);
  if (target === undefined) return [];
  const family = nftFamily(target);
  const label = `port-forward ${plain(forward.name)}`;
  const listen = forward.listenAddress === undefined ? undefined : parseCidr(forward.listenAddress);
  const destination = listen === undefined ? 'fib daddr type local' : `${family} daddr ${listen.address}`;
  const port = `${forward.protocol} dport ${forward.listenPort}`;
  const address = family === 'ip6' ? `[${target.address}]` : target.address;
  const translate = `dnat to ${address}:${forward.toPort}`;
  const incoming = forward.in === undefined ? [] : [`iifname ${quote(forward.in)}`];
  const rules: Rule[] = [
    { family, chain: 'prerouting', label, text: [...incoming, destination, port, translate].join(' ') },
  ];
  // What is said to come in by one interface does not come from here.
  if (forward.in === undefined) {
    const notLoopback = family === 'ip' ? 'ip daddr != 127.0.0.0/8' : 'ip6 daddr != ::1';
    rules.push({ family, chain: 'output', label, text: [notLoopback, destination, port, translate].join(' ') });
  }
  const network = target.prefix < (target.family === 'inet' ? 32 : 128) ? networkOf(target) : undefined;
  if (network !== undefined) {
    const back = [
      'ct status dnat',
      `${family} saddr ${printNetwork(network)}`,
      `${family} daddr ${target.address}`,
      `${forward.protocol} dport ${forward.toPort}`,
      'masquerade',
    ];
    rules.push({ family, chain: 'postrouting', label: `hairpin ${plain(forward.name)}`, text: back.join(' ') });
  }
  return rules;
}

/**
 * Where a port forward leads: the target's address with its prefix where the lab declares it. Of a namespace with several
 * addresses, the first one on a network that the forwarding side is connected to, else its first.
 */
export function portForwardTarget(
  topology: Topology,
  namespace: string | undefined,
  forward: PortForwardDeclaration,
): Cidr | undefined {
  if ('address' in forward.to) {
    const { address } = forward.to;
    const declared = allAddresses(topology).find((cidr) => cidr.address === parseCidr(address)?.address);
    return declared ?? parseCidr(address);
  }
  const listen = forward.listenAddress === undefined ? undefined : parseCidr(forward.listenAddress);
  const candidates = addressesIn(topology, forward.to.namespace).filter(
    ({ family }) => listen === undefined || family === listen.family,
  );
  const near = addressesIn(topology, namespace);
  return candidates.find(({ address }) => near.some((own) => contains(own, address))) ?? candidates[0];
}

/**
 * The addresses that the lab declares in a namespace (undefined: the root namespace), interfaces first, then bridges; or
 * those of one interface or bridge there.
 */
export function addressesIn(topology: Topology, namespace: string | undefined, device?: string): Cidr[] {
  const scope = namespace === undefined ? topology.host : topology.namespaces.find(({ name }) => name === namespace);
  const bridges = topology.bridges.filter((bridge) => bridge.namespace === namespace);
  return [...(scope?.interfaces ?? []), ...bridges]
    .filter(({ name }) => device === undefined || name === device)
    .flatMap(({ addresses }) => addresses)
    .map(parseCidr)
    .filter((cidr) => cidr !== undefined);
}

function allAddresses(topology: Topology): Cidr[] {
  const namespaces = [undefined, ...topology.namespaces.map(({ name }) => name)];
  return namespaces.flatMap((namespace) => addressesIn(topology, namespace));
}

function nftFamily(cidr: Cidr): 'ip' | 'ip6' {
  return cidr.family === 'inet' ? 'ip' : 'ip6';
}

function printNetwork(network: Cidr): string {
  return network.text;
}

/** An interface name as an nft string. The planner has refused names with a quote or a backslash. */
function quote(name: string): string {
  return `"${name}"`;
}

/** A rule's name inside a comment: nft has no escapes in strings and takes 128 bytes (NFTNL_UDATA_COMMENT_MAXLEN). */
function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, 60);
}
