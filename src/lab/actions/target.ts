import type {
  HostSnapshot,
  ObservedAddress,
  ObservedLink,
  ObservedNamespace,
  ObservedProcess,
  ObservedRoute,
} from '../../host/model';
import { ownerOf } from '../../plan/names';
import { findService, type ServiceState } from '../../plan/service-state';
import type { OfLink } from '../../plan/actions/things';
import type { Subject } from '../../protocol/subject';
import { goneError } from './shell';
import { namespaceOf, routeSubject } from './subjects';
import { subjectKey } from '../../protocol/subject';

/** What a subject is on the host, as it was last seen there. */
export interface Target {
  readonly subject: Subject;
  readonly snapshot: HostSnapshot;
  /** The namespace that it is, or lies in. */
  readonly namespace: ObservedNamespace;
  /** An interface or a bridge; of a cable the end that the subject names; of an address its interface. */
  readonly link?: ObservedLink;
  readonly address?: ObservedAddress;
  readonly route?: ObservedRoute;
  readonly process?: ObservedProcess;
  readonly service?: ServiceState;
  /** The lab that made it. */
  readonly lab?: string;
}

/** @throws NetnsError `unsupported` where it is not there (any more). */
export function resolveTarget(subject: Subject, snapshot: HostSnapshot): Target {
  const namespace = namespaceOf(snapshot, subject);
  if (namespace === undefined) throw goneError(subject);
  const target = { subject, snapshot, namespace };
  switch (subject.type) {
    case 'bridge':
    case 'interface':
    case 'cable':
      return { ...target, ...withLink(subject, namespace, subject.name) };
    case 'address': {
      const found = withLink(subject, namespace, subject.dev ?? '');
      const address = found.link.addresses.find(({ cidr }) => cidr === subject.name);
      if (address === undefined) throw goneError(subject);
      return { ...target, ...found, address };
    }
    case 'route': {
      const key = subjectKey({ ...subject, type: 'route' });
      const route = namespace.routes.find(
        (one) => subjectKey(routeSubject(subject.hostId ?? '', namespace, one)) === key,
      );
      if (route === undefined) throw goneError(subject);
      return { ...target, route };
    }
    case 'process': {
      const process = namespace.processes.find(({ pid }) => pid === subject.pid);
      if (process === undefined) throw goneError(subject);
      return { ...target, process, ...labOf(namespace.links.find(({ kind }) => kind === 'loopback')) };
    }
    case 'service': {
      const service = findService(snapshot, subject);
      if (service === undefined) throw goneError(subject);
      return { ...target, service, lab: service.lab };
    }
    case 'namespace':
      return { ...target, ...labOf(namespace.links.find(({ kind }) => kind === 'loopback')) };
    default:
      return target;
  }
}

/** The target as an interface. @throws NetnsError `unsupported` where it is none. */
export function linkOf({ subject, snapshot, namespace, link }: Target): OfLink {
  if (link === undefined) throw goneError(subject);
  return { snapshot, namespace, link };
}

function withLink(subject: Subject, namespace: ObservedNamespace, name: string): { link: ObservedLink; lab?: string } {
  const link = namespace.links.find((one) => one.name === name);
  if (link === undefined) throw goneError(subject);
  return { link, ...labOf(link) };
}

function labOf(link: ObservedLink | undefined): { lab?: string } {
  const lab = ownerOf(link?.alias);
  return lab === undefined ? {} : { lab };
}
