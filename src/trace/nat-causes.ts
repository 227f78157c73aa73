import * as l10n from '@vscode/l10n';
import type { ObservedNamespace } from '../host/model';
import { contains, networkOf, parseCidr } from '../plan/cidr';
import { labelOf, linkNamed, type TraceFacts } from './facts';
import { commandIn } from './commands';
import { addNat, dropMarked, iptablesFor, takeOut } from './filter-causes';
import type { PacketFilter, Condition, FilterRule } from './filter/model';
import { meets } from './filter/match';
import { baseChains, isNat, runNat, type AtHook, type Decider } from './filter/run';
import { editFor } from './mending';
import type { Cause, Fix } from './model';
import { describePacket, withPort, type Packet } from './packet';
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
  const spared = filter === undefined ? undefined : runNat(filter, 'postrouting', at).spared;
  const near = [
    ...(spared?.rule === undefined ? [] : [l10n.t`${spared.rule.text} takes it first, and leaves it as it is`]),
    ...(filter === undefined || spared !== undefined ? [] : nearMisses(filter, 'postrouting', at)),
  ];
  const before = spared === undefined ? undefined : takeOut(facts, namespace, spared);
  return {
    id: 'missing-nat',
    direction: 'back',
    namespaceId: namespace.id,
    place: label,
    dev: oif,
    text: l10n.t`The packet leaves ${label}:${oif} with the private address ${packet.source}, to which nobody outside knows a way back: NAT is missing.`,
    evidence: [
      ...near,
      ...(near.length === 0
        ? [l10n.t`no NAT rule at postrouting in ${label} takes packets from ${packet.source}`]
        : []),
    ],
    fix: before ?? masquerade(facts, namespace, packet, iif, oif),
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
        : [l10n.t`${rule.text} does not take it: ${failing.map((one) => wanted(one, at)).join('; ')}`];
    });
}

function wanted(condition: Condition, { packet, in: iif, out: oif }: AtHook): string {
  switch (condition.type) {
    case 'iif':
    case 'oif': {
      const has = condition.type === 'iif' ? iif : oif;
      const names = condition.names.join(', ');
      return condition.negated
        ? l10n.t`the interface must not be ${names}, and is ${has ?? l10n.t`none`}`
        : l10n.t`the interface must be ${names}, and is ${has ?? l10n.t`none`}`;
    }
    case 'source':
    case 'destination': {
      const what = condition.type === 'source' ? l10n.t`source` : l10n.t`destination`;
      const networks = condition.networks.join(', ');
      return condition.negated
        ? l10n.t`the ${what} must not be ${networks}, and is ${packet[condition.type]}`
        : l10n.t`the ${what} must be ${networks}, and is ${packet[condition.type]}`;
    }
    case 'protocol':
      return l10n.t`it is for ${condition.names.join(', ')}, and this is ${packet.protocol}`;
    case 'sourcePort':
    case 'destinationPort':
      return l10n.t`the port must be ${condition.ranges.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(', ')}, and is ${packet[condition.type] ?? l10n.t`none`}`;
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
    title: l10n.t`Hide ${network} behind ${labelOf(namespace)} (masquerade)`,
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
      l10n.t`a NAT rule ${namespace.isRoot ? l10n.t`at the top` : l10n.t`under namespaces.${labelOf(namespace)}`}`,
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
    text: l10n.t`Nobody listens on ${packet.protocol} port ${port} in ${label} itself, and no DNAT rule leads on to ${labelOf(server.namespace)}, where somebody does.`,
    evidence: [l10n.t`ss -ln in ${labelOf(server.namespace)}: ${packet.protocol} ${to}`, ...near],
    fix: {
      title: l10n.t`Forward port ${port} to ${to}`,
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
        l10n.t`a port forward ${namespace.isRoot ? l10n.t`at the top` : l10n.t`under namespaces.${label}`}`,
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
    text: l10n.t`The DNAT rule is in prerouting, which packets from ${label} itself do not pass: port ${port} leads to ${target} for others only.`,
    evidence: [rule.text],
    fix: {
      title: l10n.t`Forward port ${port} for ${label} itself, too`,
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

/** SNAT to an address that nobody has: answers to it go nowhere. */
export function natWrongSource(
  facts: TraceFacts,
  namespace: ObservedNamespace,
  packet: Packet,
  by: Decider,
  iif: string | undefined,
  oif: string,
): Cause {
  const label = labelOf(namespace);
  const taken = takeOut(facts, namespace, by);
  const hidden = masquerade(facts, namespace, packet, iif, oif);
  const fix: Fix | undefined =
    taken === undefined
      ? undefined
      : {
          ...hidden,
          title: l10n.t`Masquerade instead, behind the address that ${label} has`,
          run: [...taken.run, ...hidden.run],
          undo: [...hidden.undo, ...taken.undo],
        };
  return {
    id: 'nat-wrong-source',
    direction: 'out',
    namespaceId: namespace.id,
    place: label,
    dev: oif,
    text: l10n.t`SNAT gives the packet the source ${by.rule?.action.type === 'snat' ? (by.rule.action.address ?? '') : ''}, which ${label} does not have: the answer finds nobody.`,
    evidence: [by.rule?.text ?? ''],
    ...(fix === undefined ? {} : { fix }),
    isLikely: true,
  };
}

/** A filter further on drops a packet only because NAT changed its source, although it never leaves the host. */
export function natInside(
  facts: TraceFacts,
  namespace: ObservedNamespace,
  { before, after, by }: { readonly before: Packet; readonly after: Packet; readonly by: Decider },
  network: string,
): Cause {
  const label = labelOf(namespace);
  const { chain, rule } = by;
  const match = ['-s', before.source, '-d', network];
  const word = before.family === 'inet6' ? 'ip6' : 'ip';
  const mark = 'netns-trace-inside';
  const place = [chain.family, chain.table, chain.name];
  const fix: Fix =
    chain.engine === 'iptables'
      ? {
          title: l10n.t`Leave what stays inside as it is`,
          run: [
            commandIn(namespace, iptablesFor(facts, chain), '-t', 'nat', '-I', chain.name, ...match, '-j', 'ACCEPT'),
          ],
          undo: [
            commandIn(namespace, iptablesFor(facts, chain), '-t', 'nat', '-D', chain.name, ...match, '-j', 'ACCEPT'),
          ],
        }
      : {
          title: l10n.t`Leave what stays inside as it is`,
          run: [
            commandIn(
              namespace,
              ...['nft', 'insert', 'rule', ...place, word, 'saddr', before.source, word, 'daddr', network],
              ...['accept', 'comment', mark],
            ),
          ],
          undo: [dropMarked(namespace, place, mark)],
        };
  return {
    id: 'nat-inside',
    direction: 'out',
    namespaceId: namespace.id,
    place: label,
    text: l10n.t`NAT in ${label} changes the source of a packet that stays inside, to ${after.source}; further on it is dropped for that.`,
    evidence: [rule?.text ?? '', l10n.t`it was ${describePacket(before)}`],
    fix,
  };
}

/** The other way round: the answer would not come back by the NAT that changed the packet. */
export function hairpinFix(
  facts: TraceFacts,
  namespace: ObservedNamespace,
  { family, protocol, source, destination, destinationPort }: Packet,
): Fix {
  const port = destinationPort === undefined ? [] : ['--dport', String(destinationPort)];
  const word = family === 'inet6' ? 'ip6' : 'ip';
  return {
    title: l10n.t`Hide ${source} behind ${labelOf(namespace)} on its way to ${destination} (hairpin NAT)`,
    ...addNat(
      facts,
      namespace,
      family,
      'POSTROUTING',
      ['-s', source, '-d', destination, '-p', protocol, ...port, '-j', 'MASQUERADE'],
      `${word} saddr ${source} ${word} daddr ${destination} masquerade`,
    ),
  };
}
