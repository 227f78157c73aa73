import * as l10n from '@vscode/l10n';
import { findNamespace, type HostSnapshot, type ObservedLink, type ObservedNamespace } from '../../host/model';
import { ownerOf } from '../../plan/names';
import { isKeeping } from '../../plan/service-keeper';
import { findService, serviceInWords } from '../../plan/service-state';
import { parseAddress, parseNetwork, printNetwork, sameAddress } from '../../topology/addresses';
import type { LiveSubject, PlacedInterface } from './live-subject';
import { code, list, paragraphs, plain } from './markdown';

/**
 * How what a file declares is on a host now, in Markdown. Whatever the host says stands in it as inline code or escaped.
 *
 * @param host the host's name for people
 */
export function describeLive(subject: LiveSubject, snapshot: HostSnapshot, host: string): string {
  return paragraphs(l10n.t`**On ${plain(host)}** now:`, list(factsOf(subject, snapshot)));
}

function factsOf(subject: LiveSubject, snapshot: HostSnapshot): string[] {
  switch (subject.type) {
    case 'namespace':
      return namespaceFacts(subject.name, snapshot);
    case 'interface':
      return interfaceFacts(subject, snapshot);
    case 'address':
      return addressFacts(subject, subject.cidr, snapshot);
    case 'cable':
      return subject.ends.map((end) => `${code(nameOf(end))} ${stateOf(findLink(end, snapshot))}`);
    case 'route':
      return routeFacts(subject, snapshot);
    case 'sysctl': {
      const value = findNamespace(snapshot, subject.namespace)?.sysctls[subject.name];
      if (value === undefined) return [absence(subject.namespace, snapshot) ?? l10n.t`its value was not read`];
      return [
        value === subject.value ? l10n.t`is ${code(value)}` : l10n.t`is ${code(value)}, not ${code(subject.value)}`,
      ];
    }
    case 'service': {
      const state = findService(snapshot, subject);
      return [
        state === undefined
          ? (absence(subject.namespace, snapshot) ?? l10n.t`not started yet`)
          : plain(serviceInWords(state)),
      ];
    }
    case 'rule':
      return ruleFacts(subject, snapshot);
  }
}

function namespaceFacts(name: string | undefined, snapshot: HostSnapshot): string[] {
  const namespace = findNamespace(snapshot, name);
  if (namespace === undefined) return [l10n.t`it is not there`];
  const { links, routes } = namespace;
  const processes = namespace.processes.filter(({ command }) => !isKeeping(command));
  const interfaces = links.length === 1 ? l10n.t`1 interface` : l10n.t`${number(links.length)} interfaces`;
  const ways = routes.length === 1 ? l10n.t`1 route` : l10n.t`${number(routes.length)} routes`;
  const programs = processes.length === 1 ? l10n.t`1 process` : l10n.t`${number(processes.length)} processes`;
  const owner = ownerOf(links.find((link) => link.name === 'lo')?.alias);
  return [
    ...(namespace.isRoot
      ? []
      : [owner === undefined ? l10n.t`made by someone else` : l10n.t`made by lab ${code(owner)}`]),
    `${interfaces}, ${ways}${namespace.isRoot ? '' : `, ${programs}`}`,
    ...(isForwarding(namespace) ? [l10n.t`passes IPv4 packets on`] : []),
  ];
}

function interfaceFacts(place: PlacedInterface, snapshot: HostSnapshot): string[] {
  const link = findLink(place, snapshot);
  if (link === undefined) return [absence(place.namespace, snapshot) ?? l10n.t`it is not there`];
  const { mac, mtu, kind, master, addresses } = link;
  return [
    `${stateOf(link)}, ${code(kind)}, MTU ${mtu}${mac === undefined ? '' : `, ${code(mac)}`}`,
    ...(master === undefined ? [] : [l10n.t`port of ${code(master)}`]),
    ...addresses.map(({ cidr }) => code(cidr)),
  ];
}

function addressFacts(place: PlacedInterface, cidr: string, snapshot: HostSnapshot): string[] {
  const link = findLink(place, snapshot);
  if (link === undefined) return [absence(place.namespace, snapshot) ?? l10n.t`there is no ${code(place.interface)}`];
  const [address = '', prefix] = cidr.split('/');
  const wanted = parseAddress(address);
  const same = link.addresses.find((one) => {
    const there = parseAddress(one.cidr.split('/')[0] ?? '');
    return wanted !== undefined && there !== undefined && sameAddress(wanted, there);
  });
  const others = link.addresses.filter((one) => one !== same && one.scope !== 'link').map((one) => code(one.cidr));
  const here =
    same === undefined
      ? l10n.t`${code(place.interface)} does not have it`
      : same.cidr.endsWith(`/${prefix ?? ''}`)
        ? l10n.t`${code(place.interface)} has it, and is ${stateOf(link)}`
        : l10n.t`${code(place.interface)} has it as ${code(same.cidr)}`;
  return [here, ...(others.length === 0 ? [] : [l10n.t`besides it has ${others.join(', ')}`])];
}

function routeFacts(
  { namespace: name, to, via, dev }: Extract<LiveSubject, { type: 'route' }>,
  snapshot: HostSnapshot,
): string[] {
  const namespace = findNamespace(snapshot, name);
  if (namespace === undefined) return [absence(name, snapshot) ?? l10n.t`it is not there`];
  const family = via?.includes(':') === true || to.includes(':') ? 'inet6' : 'inet';
  const there = namespace.routes.filter(
    (route) => route.family === family && networkText(route.to) === networkText(to),
  );
  const isSame = (route: ObservedNamespace['routes'][number]): boolean =>
    (via === undefined || route.via === via) && (dev === undefined || route.dev === dev);
  const words = there.map((route) =>
    [l10n.t`to ${code(route.to)}`, over('via', route.via), over('dev', route.dev), over('metric', route.metric)].join(
      '',
    ),
  );
  if (there.length === 0) return [l10n.t`it is not there`];
  return there.some(isSame) ? words : [...words, l10n.t`none of them is this one`];
}

function ruleFacts(
  { namespace: name, lab, label, match }: Extract<LiveSubject, { type: 'rule' }>,
  snapshot: HostSnapshot,
): string[] {
  const namespace = findNamespace(snapshot, name);
  if (namespace === undefined) return [absence(name, snapshot) ?? l10n.t`it is not there`];
  const words = Object.entries(match) as [keyof typeof match, unknown][];
  const rules = namespace.nat.filter((rule) => rule.lab === lab && words.every(([key, value]) => rule[key] === value));
  const isNoted = namespace.nftTables.some(({ comments }) =>
    comments.some((comment) => comment.startsWith(`${label} #`)),
  );
  if (rules.length === 0) return [isNoted ? l10n.t`its rules are there` : l10n.t`it is not there`];
  return rules.map(({ text, packets }) =>
    packets === undefined
      ? code(text)
      : packets === 1
        ? l10n.t`${code(text)}: 1 connection`
        : l10n.t`${code(text)}: ${number(packets)} connections`,
  );
}

/** Why nothing can be found in a namespace. */
function absence(namespace: string | undefined, snapshot: HostSnapshot): string | undefined {
  return findNamespace(snapshot, namespace) === undefined
    ? l10n.t`there is no namespace ${code(namespace ?? '')}`
    : undefined;
}

function findLink({ namespace, interface: name }: PlacedInterface, snapshot: HostSnapshot): ObservedLink | undefined {
  return findNamespace(snapshot, namespace)?.links.find((link) => link.name === name);
}

function stateOf(link: ObservedLink | undefined): string {
  if (link === undefined) return l10n.t`is not there`;
  if (!link.up) return l10n.t`down`;
  return link.carrier || link.operState === 'unknown' ? l10n.t`up` : l10n.t`up, without a carrier`;
}

function isForwarding({ sysctls }: ObservedNamespace): boolean {
  return sysctls['net.ipv4.ip_forward'] === '1';
}

function nameOf({ namespace, interface: name }: PlacedInterface): string {
  return namespace === undefined ? name : `${namespace}:${name}`;
}

function networkText(text: string): string {
  const network = parseNetwork(text);
  return network === undefined ? text : printNetwork(network);
}

function number(count: number): string {
  return count.toLocaleString('en');
}

function over(word: string, value: string | number | undefined): string {
  return value === undefined ? '' : ` ${word} ${code(String(value))}`;
}
