import * as l10n from '@vscode/l10n';
import type { ObservedNamespace } from '../host/model';
import { contains, networkOf, parseCidr } from '../plan/cidr';
import { labelOf, linkNamed, type TraceFacts } from './facts';
import { commandIn } from './commands';
import { addNat, dropMarked, iptablesFor, takeOut } from './filter-causes';
import type { PacketFilter, Condition } from './filter/model';
import { meets } from './filter/match';
import { baseChains, isNat, runNat, type AtHook, type Decider } from './filter/run';
import { editFor } from './mending';
import type { Cause, Fix } from './model';
import { describePacket, type Packet } from './packet';
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
  more: { readonly insteadOfSnat?: true } = {},
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
      { type: 'masquerade', source: network, ...(isByBridge ? { notOut: inner.name } : { out: oif }), ...more },
    ),
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
  const hidden = masquerade(facts, namespace, packet, iif, oif, { insteadOfSnat: true });
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
