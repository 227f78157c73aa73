import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import type { CapturePoint } from '../../capture/packet';
import type { HostSnapshot, ObservedNamespace, SshConnection } from '../../host/model';
import { mostCaptureSources, withoutOwnStream, type CaptureSource } from '../../plan/actions/capture-script';
import { placeOfNamespace } from '../../plan/actions/place';
import { ownerOf } from '../../plan/names';
import { subjectLabel, type Subject } from '../../protocol/subject';
import { goneError, nameOf } from '../actions/shell';
import { namespaceAt, namespaceOf, namespaceSubject } from '../actions/subjects';

/** One place of a capture, and what people call it. */
export interface CapturePlan {
  readonly source: CaptureSource;
  readonly point: CapturePoint;
  /** The inode of its namespace. */
  readonly namespaceId: string;
}

/** What a capture can be about. */
export const capturableTypes = ['namespace', 'bridge', 'interface', 'cable', 'address', 'host', 'lab'] as const;

/**
 * The places where the packets of these things are seen, each once: of a namespace (or of the host) all its interfaces, of a cable
 * both its ends, of a lab all its namespaces. The SSH connection of the reading is left out where it passes.
 *
 * @param filter for pcap-filter(7); empty: everything
 * @throws NetnsError `unsupported` for what is not there, or for more places than one capture can have.
 */
export function captureSources(subjects: readonly Subject[], snapshot: HostSnapshot, filter: string): CapturePlan[] {
  const spots = subjects.flatMap((subject) => spotsOf(subject, snapshot));
  const whole = new Set(spots.filter((spot) => spot.interface === undefined).map(({ namespace }) => namespace.id));
  // Whoever captures all of a namespace has its interfaces already.
  const wanted = spots.filter((spot) => spot.interface === undefined || !whole.has(spot.namespace.id));
  const unique = [...new Map(wanted.map((spot) => [`${spot.namespace.id} ${spot.interface ?? ''}`, spot])).values()];
  if (unique.length > mostCaptureSources) {
    throw new NetnsError('unsupported', l10n.t`${unique.length} places are more than one capture can have.`, {
      advice: l10n.t`Choose up to ${mostCaptureSources} namespaces, bridges or interfaces.`,
    });
  }
  return unique.map((spot) => planOf(spot, snapshot, filter));
}

interface Spot {
  readonly namespace: ObservedNamespace;
  readonly interface?: string;
}

function spotsOf(subject: Subject, snapshot: HostSnapshot): Spot[] {
  if (subject.type === 'lab') {
    const own = snapshot.namespaces.filter(({ links, isRoot }) => {
      const loopback = links.find(({ kind }) => kind === 'loopback');
      return !isRoot && ownerOf(loopback?.alias) === subject.name;
    });
    if (own.length > 0) return own.map((namespace) => ({ namespace }));
    throw new NetnsError('unsupported', l10n.t`The lab “${subject.name}” has no namespaces on the host.`, {
      advice: l10n.t`Apply its topology first.`,
    });
  }
  const namespace = namespaceOf(snapshot, subject);
  if (namespace === undefined) throw goneError(subject);
  if (subject.type === 'host' || subject.type === 'namespace') return [{ namespace }];
  const name = subject.type === 'address' ? (subject.dev ?? '') : subject.name;
  const ends: Spot[] = [{ namespace, interface: name }];
  if (subject.type === 'cable' && subject.peer !== undefined) {
    const other = namespaceAt(snapshot, subject.peer);
    if (other !== undefined) ends.push({ namespace: other, interface: subject.peer.name });
  }
  const missing = ends.some((end) => !end.namespace.links.some((link) => link.name === end.interface));
  if (missing) throw goneError(subject);
  return ends;
}

function planOf({ namespace, interface: name }: Spot, snapshot: HostSnapshot, filter: string): CapturePlan {
  const ssh = carriesSsh(namespace, snapshot.ssh) ? snapshot.ssh : undefined;
  const which = name === undefined ? {} : { interface: name };
  return {
    source: { place: placeOfNamespace(namespace), filter: withoutOwnStream(filter, ssh), ...which },
    point: {
      namespace: namespace.isRoot ? '' : nameOf(namespaceSubject('', namespace), snapshot),
      interfaceNames: Object.fromEntries(namespace.links.map((link) => [link.index, link.name])),
      ...which,
    },
    namespaceId: namespace.id,
  };
}

/** Whether our SSH connection may pass here: through the root namespace always, through others that have its addresses. */
function carriesSsh(namespace: ObservedNamespace, ssh: SshConnection | undefined): boolean {
  if (ssh === undefined) return false;
  if (namespace.isRoot) return true;
  const addresses = namespace.links.flatMap((link) => link.addresses.map(({ cidr }) => cidr.split('/')[0]));
  return addresses.includes(ssh.clientAddress) || addresses.includes(ssh.serverAddress);
}

/** `earth, mars`, or `earth and 5 more`. */
export function captureName(subjects: readonly Subject[], snapshot: HostSnapshot | undefined): string {
  const names = subjects.map((subject) =>
    subject.type === 'namespace' && snapshot !== undefined ? nameOf(subject, snapshot) : subjectLabel(subject),
  );
  if (names.length <= 3) return names.join(', ');
  return l10n.t`${names[0] ?? ''} and ${names.length - 1} more`;
}
