import * as l10n from '@vscode/l10n';
import { plainLine } from '../../base/plain-text';
import type { HostSnapshot, ObservedLink, ObservedNamespace } from '../../host/model';
import { linkSubject } from '../../lab/actions/subjects';
import { cableEnd, impairmentFacts, linkContext, linkFace, portFacts, tellingAddresses } from './link-facts';
import { facts, type TreeNode } from './node';

export function interfaceNode(
  parentId: string,
  hostId: string,
  snapshot: HostSnapshot,
  namespace: ObservedNamespace,
  link: ObservedLink,
): TreeNode {
  const { words, icon } = linkFace(snapshot, namespace, link);
  const end = cableEnd(snapshot, namespace, link);
  const addresses = tellingAddresses(link).join(', ');
  const label = plainLine(link.name);
  return {
    id: `${parentId}/if/${link.name}`,
    hostId,
    context: linkContext('interface', link),
    label: end === undefined ? label : `${label} ↔ ${plainLine(end.short)}`,
    subject: linkSubject(hostId, namespace, link),
    description: facts(addresses, words, portFacts(namespace, link), impairmentFacts(link)),
    icon,
    tooltip: [
      ...(end === undefined ? [] : [l10n.t`Cable to ${end.long}`]),
      ...(link.master === undefined ? [] : [l10n.t`Port of ${link.master}`]),
      ...linkTooltip(link, words),
    ],
    accessibleLabel: [
      l10n.t`Interface ${label}`,
      end === undefined ? undefined : l10n.t`cable to ${plainLine(end.long)}`,
      addresses === '' ? l10n.t`no address` : addresses,
      words,
      portFacts(namespace, link),
      impairmentFacts(link),
    ]
      .filter((part) => part !== undefined)
      .join(', '),
    children: [],
  };
}

export function linkTooltip(link: ObservedLink, words: string): string[] {
  const addresses = link.addresses.map((address) => address.cidr);
  return [
    `${link.kind}, ${words} (operstate ${link.operState})`,
    ...(addresses.length > 0 ? [l10n.t`Addresses: ${addresses.join(', ')}`] : []),
    `MTU ${link.mtu}${link.mac === undefined ? '' : `, MAC ${link.mac}`}`,
    ...(link.driver === undefined ? [] : [l10n.t`Driver ${link.driver}`]),
  ];
}
