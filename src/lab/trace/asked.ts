import { namespaceTitle, rootNamespace, type HostSnapshot } from '../../host/model';
import { findService } from '../../plan/service-state';
import { isObject, isOneOf, isString, optional, type Shape } from '../../protocol/shape';
import type { Subject } from '../../protocol/subject';
import { parseAddress } from '../../topology/addresses';
import type { CheckDeclaration } from '../../topology/model';
import { withPort } from '../../trace/packet';
import { namespaceAt, namespaceOf } from '../actions/subjects';
import { natGroups } from '../nat-groups';
import type { AskedTrace } from './question';

/** What a person asks of a trace, made of what they clicked on, and in words. */

const isPort: Shape<number> = (value): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= 65_535;

/** As IP has it: no packet is larger. */
const isSize: Shape<number> = (value): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 65_535;

const isAsked = isObject<AskedTrace>({
  from: isString,
  to: isString,
  protocol: optional(isOneOf('icmp', 'tcp', 'udp')),
  port: optional(isPort),
  size: optional(isSize),
});

/** The question if the value is one; it may have been kept by an older version, or come from another extension. */
export function parseAsked(value: unknown): AskedTrace | undefined {
  if (!isAsked(value) || value.from.trim() === '' || value.to.trim() === '') return undefined;
  const { from, to, protocol, port, size } = value;
  return {
    from: from.trim(),
    to: to.trim(),
    ...(protocol === undefined ? {} : { protocol }),
    ...(port === undefined ? {} : { port }),
    ...(size === undefined ? {} : { size }),
  };
}

/** `earth → 8.8.8.8`, `host → earth:8000`. A namespace that is asked for by its inode, or by a made-up name, is called as people call it. */
export function askedTitle({ from, to, port }: AskedTrace, snapshot?: HostSnapshot): string {
  const named = (text: string): string => {
    const namespace = snapshot?.namespaces.find(({ id, name, isRoot }) => !isRoot && (id === text || name === text));
    return namespace === undefined ? text : namespaceTitle(namespace);
  };
  const isAddress = parseAddress(to) !== undefined;
  const goal = port === undefined ? named(to) : isAddress ? withPort(to, port) : `${named(to)}:${port}`;
  return `${named(from)} → ${goal}`;
}

/** `earth → 8.8.8.8, ICMP`. Without a protocol the destination says it: a URL or a port means TCP. */
export function describeAsked(asked: AskedTrace, snapshot?: HostSnapshot): string {
  const protocol = asked.protocol ?? (asked.port !== undefined || hasPort(asked.to) ? 'tcp' : 'icmp');
  return `${askedTitle(asked, snapshot)}, ${protocol.toUpperCase()}`;
}

/** Whether a destination names a port, as `NAME:PORT` or as a URL. */
export function hasPort(to: string): boolean {
  if (/^https?:\/\//.test(to)) return true;
  if (parseAddress(to) !== undefined) return false;
  return /^\[[^\]]+\]:\d{1,5}$/.test(to) || /^[^:]*(:[^:]*)?:\d{1,5}$/.test(to);
}

/** Two questions are the same if these are equal. */
export function askedKey({ from, to, protocol, port, size }: AskedTrace): string {
  return JSON.stringify([from, to, protocol ?? null, port ?? null, size ?? null]);
}

/** The source that a thing stands for: the namespace that it is, or lies in. undefined for what no packet comes from. */
export function sourceOf(subject: Subject, snapshot: HostSnapshot): string | undefined {
  if (subject.type === 'lab' || subject.type === 'nat') return undefined;
  const namespace = namespaceOf(snapshot, subject);
  if (namespace === undefined) return undefined;
  return namespace.isRoot ? 'host' : (namespace.name ?? namespace.id);
}

/** The destination that a thing stands for: its address, with the port where it serves one. undefined for what has none. */
export function destinationOf(subject: Subject, snapshot: HostSnapshot): Omit<AskedTrace, 'from'> | undefined {
  const place = sourceOf(subject, snapshot);
  switch (subject.type) {
    case 'host':
    case 'namespace':
      return place === undefined ? undefined : { to: place };
    case 'interface':
    case 'bridge':
      return place === undefined ? undefined : { to: `${place}:${subject.name}` };
    case 'address':
      return { to: subject.name.split('/')[0] ?? subject.name };
    case 'socket': {
      const { port, protocol = 'tcp', name } = subject;
      if (place === undefined || port === undefined) return undefined;
      const address = name.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
      const isEvery = ['*', '0.0.0.0', '::'].includes(address) || parseAddress(address) === undefined;
      return { to: isEvery ? place : address, protocol, port };
    }
    case 'service': {
      const ready = findService(snapshot, subject)?.record.ready;
      return place !== undefined && ready !== undefined && 'tcp' in ready
        ? { to: place, protocol: 'tcp', port: ready.tcp }
        : undefined;
    }
    case 'nat':
      return forwardOf(subject, snapshot);
    default:
      return undefined;
  }
}

/** Where a port forward is reached: at the address that it listens on, else at the host's own. */
function forwardOf(subject: Subject, snapshot: HostSnapshot): Omit<AskedTrace, 'from'> | undefined {
  const group = natGroups(snapshot).find(({ key, isForward }) => isForward && key === subject.key);
  if (group?.rule.port === undefined) return undefined;
  const { destination, protocol, port } = group.rule;
  const root = rootNamespace(snapshot);
  const uplink = root.routes.find(({ to, family }) => to === 'default' && family === 'inet')?.dev;
  const own = root.links.find(({ name }) => name === uplink)?.addresses.find(({ family }) => family === 'inet')?.cidr;
  const to = destination?.split('/')[0] ?? own?.split('/')[0] ?? 'host';
  return { to, protocol: protocol === 'udp' ? 'udp' : 'tcp', port };
}

/** The packet that a check sends; undefined where it sends none that can be followed (a command). */
export function questionOfCheck({ from, action }: CheckDeclaration, snapshot: HostSnapshot): AskedTrace | undefined {
  switch (action.type) {
    case 'ping':
      return { from, to: action.target, protocol: 'icmp' };
    case 'tcp':
    case 'udp':
      return { from, to: action.target, protocol: action.type, port: action.port };
    case 'http':
      return { from, to: action.url };
    case 'dns': {
      const namespace = namespaceAt(snapshot, from === 'host' ? {} : { namespace: from });
      const server = /^\s*nameserver\s+(\S+)/m.exec(namespace?.resolvConf ?? '')?.[1];
      return server === undefined ? undefined : { from, to: server, protocol: 'udp', port: 53 };
    }
    case 'command':
      return undefined;
  }
}
