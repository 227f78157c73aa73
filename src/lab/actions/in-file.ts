import { rootNamespace } from '../../host/model';
import { pluggedEnd, socketsOf } from '../../plan/actions/plugs';
import { readImpairmentText } from '../../plan/actions/impair';
import { readRoute } from '../../plan/actions/routes';
import { linkName, peerOfLink, type OfLink } from '../../plan/actions/things';
import { printImpairment } from '../../plan/impairment';
import { ownerOf } from '../../plan/names';
import type { MendRequest, MendRoute } from '../../topology/mend-request';
import { linkNodeId, namespaceKey } from '../graph/live-ids';
import { bridgeNodeId, hostId, namespaceNodeId } from '../graph/picture';
import type { GraphEditRequest } from '../graph/edit-graph';
import type { ChangeId, Targets } from './change';
import { linkOf, type Target } from './target';

/** What a lab's file would say after a change by hand. Names are those of the host, which are the file's. */
export interface FileChange {
  readonly lab: string;
  readonly requests: readonly MendRequest[];
}

/**
 * What the file of the lab that made the things has to say, so that the next apply leaves a change by hand as it is. undefined: no
 * lab made them, several did, or files have no word for it.
 *
 * @param answers as the change's steps took them
 */
export function fileChange(id: ChangeId, targets: Targets, answers: readonly string[]): FileChange | undefined {
  const lab = labOf(targets);
  if (lab === undefined) return undefined;
  const requests = targets.flatMap((target) => requestsFor(id, target, answers));
  return requests.length === 0 ? undefined : { lab, requests };
}

/** The lab that all of these belong to; of an address and a route that of its interface, or of its namespace. */
export function labOf(targets: readonly Target[]): string | undefined {
  const labs = new Set(targets.map((target) => target.lab ?? ownerOfPlace(target)));
  const [only] = labs;
  return labs.size === 1 ? only : undefined;
}

function ownerOfPlace({ namespace }: Target): string | undefined {
  return namespace.isRoot ? undefined : ownerOf(namespace.links.find(({ kind }) => kind === 'loopback')?.alias);
}

function requestsFor(id: ChangeId, target: Target, answers: readonly string[]): MendRequest[] {
  const [first = ''] = answers;
  const where = placeOf(target);
  switch (id) {
    case 'netns.interface.up':
      return ends(target).map((end) => ({ type: 'up', ...interfaceOf(end) }));
    case 'netns.interface.down':
      return [{ type: 'down', ...interfaceOf(linkOf(target)) }];
    case 'netns.interface.mtu':
      return ends(target).map((end) => ({ type: 'mtu', ...interfaceOf(end), mtu: Number(first) }));
    case 'netns.interface.addAddress':
      return [{ type: 'address', ...interfaceOf(linkOf(target)), add: first.trim() }];
    case 'netns.interface.removeAddress':
      return [{ type: 'address', ...interfaceOf(linkOf(target)), remove: target.address?.cidr ?? first }];
    case 'netns.route.add': {
      const route = routeOf(first);
      return route === undefined ? [] : [{ type: 'route', ...where, add: route }];
    }
    case 'netns.route.remove': {
      const { route } = target;
      if (route === undefined) return [];
      const { to, via, dev, table } = route;
      const way = via !== undefined ? { via } : dev !== undefined ? { dev } : {};
      const remove = { to, ...way, ...(table === 'main' ? {} : { table }) };
      return [{ type: 'route', ...where, remove }];
    }
    case 'netns.cable.unplug': {
      const port = pluggedEnd(linkOf(target))?.link.name;
      return port === undefined ? [] : [{ type: 'unplug', port }];
    }
    case 'netns.cable.impair':
      return impairRequests(target, answers);
    case 'netns.cable.plugIn': {
      const socket = socketsOf(linkOf(target)).find(
        ({ end, bridge }) => linkName({ namespace: end.namespace, link: bridge }) === first,
      );
      const port = socket?.end.link.name ?? pluggedEnd(linkOf(target))?.link.name;
      return port === undefined ? [] : [{ type: 'plug', bridge: first.split(':').at(-1) ?? first, port }];
    }
    case 'netns.cable.clearImpairment':
      return [{ type: 'unimpaired', ...interfaceOf(linkOf(target)) }];
    case 'netns.forward.add': {
      const [chosen = '', typed = '', listen = ''] = answers;
      const to = /^\d+/.test(chosen) ? chosen : typed;
      const [, port = '', protocol] = /^(\d+)(?:\/(tcp|udp))?$/.exec(to.trim()) ?? [];
      if (port === '' || target.namespace.name === undefined) return [];
      const suffix = protocol === 'udp' ? '/udp' : '';
      return [{ type: 'port-forward', listen: `${listen.trim()}${suffix}`, to: `${target.namespace.name}:${port}` }];
    }
    default:
      return [];
  }
}

/** What ends by itself after a while is not for a file. */
function impairRequests(
  target: Target,
  [preset = '', typed = '', direction, duration = '']: readonly string[],
): MendRequest[] {
  const read = readImpairmentText(typed.trim() === '' ? preset : typed);
  if (typeof read === 'string' || duration.trim() !== '') return [];
  const way = direction === 'out' || direction === 'in' ? direction : 'both';
  return [{ type: 'impair', ...interfaceOf(linkOf(target)), direction: way, impair: printImpairment(read) }];
}

function routeOf(text: string): MendRoute | undefined {
  const read = readRoute(text);
  if (typeof read === 'string') return undefined;
  const { to, via, dev, metric, src, type, table } = read;
  return {
    to,
    ...(via === undefined ? {} : { via }),
    ...(dev === undefined ? {} : { dev }),
    ...(metric === undefined ? {} : { metric }),
    ...(src === undefined ? {} : { src }),
    ...(type === 'unicast' ? {} : { type }),
    ...(table === undefined ? {} : { table }),
  };
}

function ends(target: Target): OfLink[] {
  const end = linkOf(target);
  const peer = target.subject.type === 'cable' ? peerOfLink(end) : undefined;
  return peer === undefined ? [end] : [end, peer];
}

function interfaceOf({ namespace, link }: OfLink): { readonly namespace?: string; readonly interface: string } {
  return { ...(namespace.name === undefined ? {} : { namespace: namespace.name }), interface: link.name };
}

function placeOf({ namespace }: Target): { readonly namespace?: string } {
  return namespace.name === undefined ? {} : { namespace: namespace.name };
}

/** An edit of a lab's file that can be made instead of a change by hand; what is still open the editor of files asks. */
export type FileEdit =
  | Extract<GraphEditRequest, { type: 'delete' }>
  | { readonly type: 'connect'; readonly from: string; readonly to?: string }
  | { readonly type: 'add'; readonly kind: 'namespace' | 'bridge' };

/** What of creating and deleting by hand a lab's file can say instead; undefined for any other change. */
export function editInstead(id: ChangeId, [target, ...others]: Targets): FileEdit | undefined {
  switch (id) {
    case 'netns.namespace.create':
      return { type: 'add', kind: 'namespace' };
    case 'netns.bridge.create':
      return target.namespace.isRoot ? { type: 'add', kind: 'bridge' } : undefined;
    case 'netns.cable.create': {
      const [second] = others;
      return { type: 'connect', from: nodeOf(target), ...(second === undefined ? {} : { to: nodeOf(second) }) };
    }
    case 'netns.namespace.delete':
    case 'netns.bridge.delete':
    case 'netns.cable.delete':
    case 'netns.interface.delete':
      // One thing at a time: each may take others along, and says so.
      return others.length > 0 ? undefined : { type: 'delete', nodeId: nodeOf(target) };
    default:
      return undefined;
  }
}

/** The labs whose files a change can be made in: that of the thing, else those on the host. */
export function labsFor(targets: Targets): string[] {
  const own = labOf(targets);
  if (own !== undefined) return [own];
  const [{ subject, snapshot, namespace }] = targets;
  return subject.type === 'host' && namespace === rootNamespace(snapshot) ? snapshot.labs.map(({ name }) => name) : [];
}

function nodeOf({ namespace, link, subject }: Target): string {
  const key = namespaceKey(namespace);
  if (link === undefined || subject.type === 'namespace') return key === undefined ? hostId : namespaceNodeId(key);
  return subject.type === 'bridge' ? bridgeNodeId(key, link.name) : linkNodeId(namespace, link);
}
