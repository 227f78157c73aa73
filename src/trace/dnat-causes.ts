import * as l10n from '@vscode/l10n';
import type { ObservedNamespace } from '../host/model';
import { labelOf, ownerLink, type TraceFacts } from './facts';
import { addNat } from './filter-causes';
import type { FilterRule } from './filter/model';
import type { Translation } from './filter-walk';
import { editFor } from './mending';
import type { Cause, Fix, TopologyEdit } from './model';
import { withPort, type Packet } from './packet';

/** The causes that lie in a port forward. */

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
  return {
    id: 'dnat-missing',
    direction: 'out',
    namespaceId: namespace.id,
    place: label,
    text: l10n.t`Nobody listens on ${packet.protocol} port ${port} in ${label} itself, and no DNAT rule leads on to ${labelOf(server.namespace)}, where somebody does.`,
    evidence: [l10n.t`ss -ln in ${labelOf(server.namespace)}: ${packet.protocol} ${to}`, ...near],
    fix: {
      title: l10n.t`Forward port ${port} to ${to}`,
      ...addDnat(facts, namespace, packet, 'PREROUTING', to),
      edit: portForwardEdit(namespace, listenOf(packet), `${labelOf(server.namespace)}:${port}`),
    },
  };
}

/** Leads a packet's port on: what others send to it in PREROUTING, what the namespace itself sends in OUTPUT. */
function addDnat(
  facts: TraceFacts,
  namespace: ObservedNamespace,
  { family, protocol, destination, destinationPort = 0 }: Packet,
  chain: 'PREROUTING' | 'OUTPUT',
  to: string,
): ReturnType<typeof addNat> {
  const port = String(destinationPort);
  const match = ['-d', destination, '-p', protocol, '-m', protocol, '--dport', port];
  return addNat(
    facts,
    namespace,
    family,
    chain,
    [...match, '-j', 'DNAT', '--to-destination', to],
    `${family === 'inet6' ? 'ip6' : 'ip'} daddr ${destination} ${protocol} dport ${port} dnat to ${to}`,
  );
}

/** What a packet asks for, as a file's port forward writes it. */
export function listenOf({ protocol, destinationPort = 0 }: Packet): string {
  return protocol === 'udp' ? `${destinationPort}/udp` : String(destinationPort);
}

/** A port forward of a file works for others and for the host itself. */
export function portForwardEdit(
  namespace: ObservedNamespace,
  listen: string,
  to: string,
  text = l10n.t`a port forward ${namespace.isRoot ? l10n.t`at the top` : l10n.t`under namespaces.${labelOf(namespace)}`}`,
): TopologyEdit {
  return editFor(namespace, text, `port-forwards:\n  forward: { listen: ${listen}, to: "${to}" }`, {
    type: 'port-forward',
    listen,
    to,
  });
}

/** A file names the namespace where it can; its address may change. */
function inFileWords(
  { snapshot }: TraceFacts,
  { address, port }: { readonly address: string; readonly port: number },
): string {
  const owner = snapshot.namespaces.find((one) => one.name !== undefined && ownerLink(one, address) !== undefined);
  return owner?.name === undefined ? withPort(address, port) : `${owner.name}:${port}`;
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
  return {
    id: 'dnat-not-for-host',
    direction: 'out',
    namespaceId: namespace.id,
    place: label,
    text: l10n.t`The DNAT rule is in prerouting, which packets from ${label} itself do not pass: port ${port} leads to ${target} for others only.`,
    evidence: [rule.text],
    fix: {
      title: l10n.t`Forward port ${port} for ${label} itself, too`,
      ...addDnat(facts, namespace, packet, 'OUTPUT', target),
      edit: portForwardEdit(namespace, listenOf(packet), inFileWords(facts, to)),
    },
  };
}

/** The other way round: the answer would not come back by the NAT that changed the packet. */
export function hairpinFix(facts: TraceFacts, { namespace, before, after }: Translation): Fix {
  const { family, protocol, source, destination, destinationPort } = after;
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
    edit: portForwardEdit(
      namespace,
      listenOf(before),
      inFileWords(facts, { address: destination, port: destinationPort ?? 0 }),
    ),
  };
}
