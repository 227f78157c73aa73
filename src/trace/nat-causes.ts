import type { ObservedNamespace } from '../host/model';
import { contains, networkOf, parseCidr } from '../plan/cidr';
import { labelOf, linkNamed, type TraceFacts } from './facts';
import { addNat } from './filter-causes';
import type { PacketFilter, Condition, FilterRule } from './filter/model';
import { baseChains, isNat, meets, type AtHook } from './filter/run';
import { editFor } from './mending';
import type { Cause, Fix } from './model';
import { withPort, type Packet } from './packet';
import { isBridge } from './wire';

/** A packet leaves the host with an address that nobody outside knows a way back to. */
export function missingNat(
  facts: TraceFacts,
  namespace: ObservedNamespace,
  packet: Packet,
  iif: string | undefined,
  oif: string,
  filter: PacketFilter | undefined,
  at: AtHook,
): Cause {
  const label = labelOf(namespace);
  const near = filter === undefined ? [] : nearMisses(filter, 'postrouting', at);
  return {
    id: 'missing-nat',
    direction: 'back',
    namespaceId: namespace.id,
    place: label,
    dev: oif,
    text: `The packet leaves ${label}:${oif} with the private address ${packet.source}, to which nobody outside knows a way back: NAT is missing.`,
    evidence: [
      ...near,
      ...(near.length === 0 ? [`no NAT rule at postrouting in ${label} takes packets from ${packet.source}`] : []),
    ],
    fix: masquerade(facts, namespace, packet, iif, oif),
    isLikely: true,
  };
}

/** NAT rules that nearly take a packet, and what of them does not. */
export function nearMisses(filter: PacketFilter, hook: 'postrouting' | 'prerouting' | 'output', at: AtHook): string[] {
  return baseChains(filter, hook, at.packet)
    .flatMap((chain) => chain.rules)
    .filter(isNat)
    .flatMap((rule) => {
      const failing = rule.conditions.filter((condition) => meets(condition, at) === false);
      return failing.length === 0 || failing.length > 2
        ? []
        : [`${rule.text} does not take it: ${failing.map((one) => wanted(one, at)).join('; ')}`];
    });
}

function wanted(condition: Condition, { packet, in: iif, out: oif }: AtHook): string {
  switch (condition.type) {
    case 'iif':
    case 'oif': {
      const has = condition.type === 'iif' ? iif : oif;
      return `the interface ${condition.negated ? 'must not be' : 'must be'} ${condition.names.join(', ')}, and is ${has ?? 'none'}`;
    }
    case 'source':
    case 'destination':
      return `the ${condition.type} ${condition.negated ? 'must not be' : 'must be'} ${condition.networks.join(', ')}, and is ${packet[condition.type]}`;
    case 'protocol':
      return `it is for ${condition.names.join(', ')}, and this is ${packet.protocol}`;
    case 'sourcePort':
    case 'destinationPort':
      return `the port must be ${condition.ranges.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(', ')}, and is ${packet[condition.type] ?? 'none'}`;
    default:
      return condition.type === 'unknown' ? condition.text : condition.type;
  }
}

/** The tutorials' rule: whatever comes from the inner network and does not go back into it is hidden behind the host. */
function masquerade(
  facts: TraceFacts,
  namespace: ObservedNamespace,
  { source, family }: Packet,
  iif: string | undefined,
  oif: string,
): Fix {
  const inner = linkNamed(namespace, iif);
  const network =
    inner?.addresses
      .flatMap(({ cidr }) => parseCidr(cidr) ?? [])
      .filter((one) => contains(one, source))
      .map((one) => networkOf(one).text)[0] ?? source;
  const isByBridge = inner !== undefined && isBridge(inner);
  const iptables = isByBridge ? ['!', '-o', inner.name] : ['-o', oif];
  const nft = isByBridge ? `oifname != "${inner.name}"` : `oifname "${oif}"`;
  const ipWord = family === 'inet6' ? 'ip6' : 'ip';
  return {
    title: `Hide ${network} behind ${labelOf(namespace)} (masquerade)`,
    ...addNat(
      facts,
      namespace,
      family,
      'POSTROUTING',
      ['-s', network, ...iptables, '-j', 'MASQUERADE'],
      `${ipWord} saddr ${network} ${nft} masquerade`,
    ),
    edit: editFor(
      namespace,
      `a NAT rule ${namespace.isRoot ? 'at the top' : `under namespaces.${labelOf(namespace)}`}`,
      `nat:\n  internet: { masquerade: ${network}, ${isByBridge ? `not-out: ${inner.name}` : `out: ${oif}`} }`,
      { type: 'masquerade', source: network, ...(isByBridge ? { notOut: inner.name } : { out: oif }) },
    ),
  };
}

/** A port of the host that nothing leads on from, though somebody inside serves it. */
export function missingDnat(
  facts: TraceFacts,
  namespace: ObservedNamespace,
  packet: Packet,
  server: { readonly namespace: ObservedNamespace; readonly address: string },
  near: readonly string[],
): Cause {
  const label = labelOf(namespace);
  const port = packet.destinationPort ?? 0;
  const to = withPort(server.address, port);
  const listen = packet.protocol === 'udp' ? `${port}/udp` : String(port);
  const match = ['-d', packet.destination, '-p', packet.protocol, '-m', packet.protocol, '--dport', String(port)];
  return {
    id: 'dnat-missing',
    direction: 'out',
    namespaceId: namespace.id,
    place: label,
    text: `Nobody listens on ${packet.protocol} port ${port} in ${label} itself, and no DNAT rule leads on to ${labelOf(server.namespace)}, where somebody does.`,
    evidence: [`ss -ln in ${labelOf(server.namespace)}: ${packet.protocol} ${to}`, ...near],
    fix: {
      title: `Forward port ${port} to ${to}`,
      ...addNat(
        facts,
        namespace,
        packet.family,
        'PREROUTING',
        [...match, '-j', 'DNAT', '--to-destination', to],
        `${packet.family === 'inet6' ? 'ip6' : 'ip'} daddr ${packet.destination} ${packet.protocol} dport ${port} dnat to ${to}`,
      ),
      edit: editFor(
        namespace,
        `a port forward ${namespace.isRoot ? 'at the top' : `under namespaces.${label}`}`,
        `port-forwards:\n  forward: { listen: ${listen}, to: "${labelOf(server.namespace)}:${port}" }`,
        { type: 'port-forward', listen, to: `${labelOf(server.namespace)}:${port}` },
      ),
    },
  };
}

/** DNAT stands in PREROUTING, which the host's own packets never pass. */
export function dnatNotForHost(
  facts: TraceFacts,
  namespace: ObservedNamespace,
  packet: Packet,
  rule: FilterRule,
  to: { readonly address: string; readonly port: number },
): Cause {
  const label = labelOf(namespace);
  const port = packet.destinationPort ?? 0;
  const target = withPort(to.address, to.port);
  const match = ['-d', packet.destination, '-p', packet.protocol, '-m', packet.protocol, '--dport', String(port)];
  return {
    id: 'dnat-not-for-host',
    direction: 'out',
    namespaceId: namespace.id,
    place: label,
    text: `The DNAT rule is in prerouting, which packets from ${label} itself do not pass: port ${port} leads to ${target} for others only.`,
    evidence: [rule.text],
    fix: {
      title: `Forward port ${port} for ${label} itself, too`,
      ...addNat(
        facts,
        namespace,
        packet.family,
        'OUTPUT',
        [...match, '-j', 'DNAT', '--to-destination', target],
        `${packet.family === 'inet6' ? 'ip6' : 'ip'} daddr ${packet.destination} ${packet.protocol} dport ${port} dnat to ${target}`,
      ),
    },
  };
}
