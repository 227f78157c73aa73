import * as l10n from '@vscode/l10n';
import type { HostSnapshot, ObservedLink, ObservedNamespace } from '../../host/model';
import { serviceInWords, servicesOn } from '../../plan/service-state';
import { subjectKey, subjectLabel, type Subject, type SubjectType } from '../../protocol/subject';
import { makerInWords, natGroups } from '../nat-groups';
import { natSubject } from '../nat-subjects';
import {
  addressSubject,
  cableSubject,
  hostSubject,
  labSubject,
  linkSubject,
  namespaceSubject,
  processSubject,
  routeSubject,
  serviceSubject,
  socketSubject,
} from './subjects';

/** Something on a host that can be picked from a list. */
export interface Thing {
  readonly subject: Subject;
  readonly label: string;
  /** Facts that tell it from its neighbours. */
  readonly description: string;
}

/** The live things of some types on a host, in the order of the tree: the palette's list. */
export function thingsOf(hostId: string, snapshot: HostSnapshot, types: readonly SubjectType[]): Thing[] {
  const things = types.flatMap((type) => listed[type]?.(hostId, snapshot) ?? []);
  return [...new Map(things.map((thing) => [subjectKey(thing.subject), thing])).values()];
}

type Lister = (hostId: string, snapshot: HostSnapshot) => Thing[];

const listed: Partial<Record<SubjectType, Lister>> = {
  host: (hostId, snapshot) => [thing(hostSubject(hostId), l10n.t`${snapshot.hostname}, the host itself`)],
  namespace: (hostId, { namespaces }) =>
    namespaces
      .filter(({ isRoot }) => !isRoot)
      .map((namespace) => thing(namespaceSubject(hostId, namespace), namespaceFacts(namespace))),
  bridge: (hostId, snapshot) =>
    eachLink(snapshot, (namespace, link) => {
      const subject = linkSubject(hostId, namespace, link);
      return subject.type === 'bridge' ? thing(subject, linkFacts(link)) : undefined;
    }),
  interface: (hostId, snapshot) =>
    eachLink(snapshot, (namespace, link) => {
      const subject = linkSubject(hostId, namespace, link);
      return subject.type === 'interface' && link.kind !== 'loopback' ? thing(subject, linkFacts(link)) : undefined;
    }),
  cable: (hostId, snapshot) => {
    const seen = new Set<string>();
    return eachLink(snapshot, (namespace, link) => {
      const subject = cableSubject(hostId, snapshot, namespace, link);
      if (subject === undefined || link.peer === undefined) return undefined;
      const ends = [`${namespace.id}/${link.name}`, `${link.peer.namespaceId}/${link.peer.name}`].sort().join();
      if (seen.has(ends)) return undefined;
      seen.add(ends);
      return thing(subject, linkFacts(link));
    });
  },
  route: (hostId, { namespaces }) =>
    namespaces.flatMap((namespace) =>
      namespace.routes
        .filter(({ table, protocol }) => table !== 'local' && protocol !== 'kernel')
        .map((route) => {
          const way = [
            route.via === undefined ? '' : l10n.t`via ${route.via}`,
            route.dev === undefined ? '' : l10n.t`dev ${route.dev}`,
          ];
          return thing(routeSubject(hostId, namespace, route), way.filter((part) => part !== '').join(' '));
        }),
    ),
  address: (hostId, snapshot) =>
    snapshot.namespaces.flatMap((namespace) =>
      namespace.links.flatMap((link) =>
        link.addresses
          .filter(({ scope }) => scope === 'global' || scope === 'site')
          .map((address) => thing(addressSubject(hostId, namespace, link, address), l10n.t`on ${link.name}`)),
      ),
    ),
  process: (hostId, { namespaces }) =>
    namespaces.flatMap((namespace) =>
      namespace.isRoot
        ? []
        : namespace.processes.map((process) =>
            thing(processSubject(hostId, namespace, process), `${namespace.name ?? ''} · ${process.command}`),
          ),
    ),
  socket: (hostId, { namespaces }) =>
    namespaces.flatMap((namespace) =>
      (namespace.sockets ?? []).map((socket) =>
        thing(
          socketSubject(hostId, namespace, socket),
          [socket.protocol, socket.process?.program].filter((fact) => fact !== undefined).join(' · '),
        ),
      ),
    ),
  service: (hostId, snapshot) =>
    servicesOn(snapshot).map((state) => thing(serviceSubject(hostId, state), serviceInWords(state))),
  nat: (hostId, snapshot) =>
    natGroups(snapshot).map((group) =>
      thing(
        natSubject(hostId, snapshot, group),
        [group.state, group.isForward ? l10n.t`port forward` : group.rule.kind, makerInWords(group)].join(' · '),
      ),
    ),
  lab: (hostId, { labs }) => labs.map(({ name }) => thing(labSubject(hostId, name), 'lab')),
};

function thing(subject: Subject, description: string): Thing {
  return { subject, label: subjectLabel(subject), description };
}

function eachLink(
  { namespaces }: HostSnapshot,
  make: (namespace: ObservedNamespace, link: ObservedLink) => Thing | undefined,
): Thing[] {
  return namespaces.flatMap((namespace) =>
    namespace.links.map((link) => make(namespace, link)).filter((one) => one !== undefined),
  );
}

function linkFacts(link: ObservedLink): string {
  return [link.kind, ...shownAddresses(link), link.up ? 'up' : 'down'].join(' · ');
}

function namespaceFacts(namespace: ObservedNamespace): string {
  const addresses = namespace.links.filter(({ kind }) => kind !== 'loopback').flatMap(shownAddresses);
  const [first] = namespace.processes;
  const holder =
    namespace.name === undefined && first !== undefined ? [l10n.t`held by ${first.command} (${first.pid})`] : [];
  return [...holder, ...addresses.slice(0, 3)].join(' · ');
}

function shownAddresses({ addresses }: ObservedLink): string[] {
  return addresses.filter(({ scope }) => scope === 'global').map(({ cidr }) => cidr);
}
