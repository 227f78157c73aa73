import { NetnsError } from '../../base/errors';
import { rootNamespace, type HostSnapshot, type ObservedNamespace } from '../../host/model';
import { contains, parseCidr } from '../../plan/cidr';
import { parseAddress } from '../../topology/addresses';
import type { TraceQuestion, TraceSource } from '../../trace/model';
import { labelOf } from '../../trace/facts';

/** What a person asks, in words: a namespace, `host`, `outside`; an address, a namespace, `NAMESPACE:PORT`, a URL, a name. */
export interface AskedTrace {
  readonly from: string;
  readonly to: string;
  readonly protocol?: 'icmp' | 'tcp' | 'udp';
  readonly port?: number;
}

/** A question whose destination is a name that the source still has to look up. */
export type ReadQuestion =
  TraceQuestion | { readonly name: string; readonly question: Omit<TraceQuestion, 'destination'> };

/** @throws NetnsError `unsupported` where a place is not there, or has no address. */
export function readQuestion({ from, to, protocol, port }: AskedTrace, snapshot: HostSnapshot): ReadQuestion {
  const source = readSource(from, snapshot);
  const target = readTarget(to);
  const asked = protocol ?? target.protocol ?? ((port ?? target.port) ? 'tcp' : 'icmp');
  const wanted = port ?? target.port;
  if (asked !== 'icmp' && wanted === undefined) {
    throw new NetnsError('unsupported', `A trace over ${asked.toUpperCase()} needs a port.`, {
      advice: 'Write it behind the destination: NAME:PORT.',
    });
  }
  const question = {
    from: source,
    protocol: asked,
    ...(asked === 'icmp' || wanted === undefined ? {} : { port: wanted }),
  };
  if (parseAddress(target.place) !== undefined) return { ...question, destination: target.place };
  const [place = '', dev] = splitDevice(target.place);
  const namespace = findPlace(place, snapshot);
  if (namespace === undefined) return { name: checkedName(target.place), question };
  const destination = addressOf(namespace, dev, source, snapshot);
  if (destination === undefined) {
    throw new NetnsError('unsupported', `${labelOf(namespace)} has no address that could be the destination.`, {
      advice: 'Give one of its interfaces an address, or name an address as the destination.',
    });
  }
  return { ...question, destination, meantNamespaceId: namespace.id };
}

function readSource(text: string, snapshot: HostSnapshot): TraceSource {
  const [place = '', address] = text.split('@');
  if (place === 'outside' || place.startsWith('outside:')) {
    const root = rootNamespace(snapshot);
    const route = root.routes.find(({ to, family }) => to === 'default' && family === 'inet');
    const dev = route?.dev;
    const given = place.slice('outside:'.length) || route?.via;
    if (dev === undefined || given === undefined || parseAddress(given) === undefined) {
      throw new NetnsError('unsupported', 'The host has no default route, so it is not known where the outside is.', {
        advice: 'Write its address: outside:203.0.113.8.',
      });
    }
    return { type: 'outside', dev, address: given };
  }
  const namespace = findPlace(place, snapshot);
  if (namespace === undefined) {
    throw new NetnsError('unsupported', `There is no namespace ${place} on the host.`, {
      advice: 'Name one of its namespaces, host, or outside.',
    });
  }
  return { type: 'namespace', namespaceId: namespace.id, ...(address === undefined ? {} : { address }) };
}

interface Target {
  readonly place: string;
  readonly port?: number;
  readonly protocol?: 'tcp' | 'udp';
}

function readTarget(text: string): Target {
  if (/^https?:\/\//.test(text) && URL.canParse(text)) {
    const { hostname, port, protocol } = new URL(text);
    const usual = protocol === 'https:' ? 443 : 80;
    return { place: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? usual : Number(port), protocol: 'tcp' };
  }
  if (parseAddress(text) !== undefined) return { place: text };
  const match = /^(?:\[([^\]]+)\]|(.*?)):(\d{1,5})$/.exec(text);
  const place = match?.[1] ?? match?.[2];
  return place === undefined ? { place: text.replace(/^\[(.*)\]$/, '$1') } : { place, port: Number(match?.[3]) };
}

/** `earth:eth0` names an interface's address. */
function splitDevice(text: string): string[] {
  const colon = text.indexOf(':');
  return colon === -1 ? [text] : [text.slice(0, colon), text.slice(colon + 1)];
}

function findPlace(name: string, snapshot: HostSnapshot): ObservedNamespace | undefined {
  if (name === 'host') return rootNamespace(snapshot);
  return snapshot.namespaces.find(
    (one) => !one.isRoot && (one.name === name || labelOf(one) === name || one.id === name),
  );
}

/** Of a namespace's addresses the one on a network of the source, before others; IPv4 before IPv6. */
function addressOf(
  namespace: ObservedNamespace,
  dev: string | undefined,
  source: TraceSource,
  snapshot: HostSnapshot,
): string | undefined {
  const all = namespace.links
    .filter(({ name, kind }) => (dev === undefined ? kind !== 'loopback' : name === dev))
    .flatMap(({ addresses }) => addresses)
    .filter(({ scope }) => scope === 'global' || dev !== undefined)
    .sort((a, b) => a.family.length - b.family.length)
    .flatMap(({ cidr }) => parseCidr(cidr) ?? []);
  const from =
    source.type === 'namespace' ? snapshot.namespaces.find(({ id }) => id === source.namespaceId) : undefined;
  const own = (from?.links ?? []).flatMap(({ addresses }) => addresses.flatMap(({ cidr }) => parseCidr(cidr) ?? []));
  const near = all.find(({ family, address }) => own.some((one) => one.family === family && contains(one, address)));
  return (near ?? all[0])?.address;
}

function checkedName(name: string): string {
  if (/^[A-Za-z0-9._-]{1,253}$/.test(name) && !name.startsWith('-')) return name;
  throw new NetnsError('unsupported', `“${name}” is neither an address, nor a namespace of this host, nor a name.`, {
    advice: 'Write an address, a namespace, NAMESPACE:PORT, or a URL.',
  });
}
