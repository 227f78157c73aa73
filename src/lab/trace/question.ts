import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import { namespaceTitle, rootNamespace, type HostSnapshot, type ObservedNamespace } from '../../host/model';
import { contains, parseCidr } from '../../plan/cidr';
import { parseAddress } from '../../topology/addresses';
import type { TraceQuestion, TraceSource } from '../../trace/model';
import { labelOf, linkNamed, ownerLink } from '../../trace/facts';
import { lookUp } from '../../trace/routing';

/** What a person asks, in words: a namespace, `host`, `outside`; an address, a namespace, `NAMESPACE:PORT`, a URL, a name. */
export interface AskedTrace {
  readonly from: string;
  readonly to: string;
  readonly protocol?: 'icmp' | 'tcp' | 'udp';
  readonly port?: number;
  /** Bytes of the whole packet; only of a ping or a datagram. */
  readonly size?: number;
}

/** A question whose destination is a name that the source still has to look up. */
export type ReadQuestion =
  | TraceQuestion
  | { readonly name: string; readonly question: UnaimedQuestion }
  /** The namespace that is meant has no address (there). */
  | { readonly withoutAddress: string; readonly dev?: string; readonly question: UnaimedQuestion };

export type UnaimedQuestion = Omit<TraceQuestion, 'destination'>;

/**
 * Reads what a person asks.
 *
 * @throws NetnsError `unsupported` where a place is not there, or the question makes no sense
 */
export function readQuestion({ from, to, protocol, port, size }: AskedTrace, snapshot: HostSnapshot): ReadQuestion {
  const source = readSource(from, snapshot);
  const target = readTarget(to);
  const asked = protocol ?? target.protocol ?? ((port ?? target.port) ? 'tcp' : 'icmp');
  const wanted = port ?? target.port;
  if (asked !== 'icmp' && wanted === undefined) {
    throw new NetnsError('unsupported', l10n.t`A trace over ${asked.toUpperCase()} needs a port.`, {
      advice: l10n.t`Write it behind the destination: NAME:PORT.`,
    });
  }
  if (wanted !== undefined && !(wanted > 0 && wanted < 65_536)) {
    throw new NetnsError('unsupported', l10n.t`${wanted} is no port: they go from 1 to 65535.`);
  }
  if (size !== undefined) checkSize(size, asked);
  const question = {
    from: source,
    protocol: asked,
    ...(asked === 'icmp' || wanted === undefined ? {} : { port: wanted }),
    ...(size === undefined ? {} : { size }),
  };
  if (parseAddress(target.place) !== undefined) return { ...question, destination: target.place };
  const [place = '', dev] = splitDevice(target.place);
  const namespace = findPlace(target.place, snapshot) ?? findPlace(place, snapshot);
  if (namespace === undefined) return { name: checkedName(target.place), question };
  const device = namespace === findPlace(target.place, snapshot) ? undefined : dev;
  const destination = addressOf(namespace, device, source, snapshot);
  if (destination === undefined) {
    return { question, withoutAddress: namespace.id, ...(device === undefined ? {} : { dev: device }) };
  }
  return { ...question, destination, meantNamespaceId: namespace.id };
}

/** A ping needs room for its mark. */
const sizes = { least: 84, most: 65_535 };

function checkSize(size: number, protocol: TraceQuestion['protocol']): void {
  if (protocol === 'tcp') {
    throw new NetnsError(
      'unsupported',
      l10n.t`A connection has no size; its packets are as large as its ends agree on.`,
      {
        advice: l10n.t`Trace a ping or a datagram (--udp) of that size.`,
      },
    );
  }
  if (!Number.isInteger(size) || size < sizes.least || size > sizes.most) {
    throw new NetnsError(
      'unsupported',
      l10n.t`A packet of a trace has ${sizes.least} to ${sizes.most} bytes, not ${size}.`,
    );
  }
}

function readSource(text: string, snapshot: HostSnapshot): TraceSource {
  if (text === 'outside' || text.startsWith('outside:')) return readOutside(text.slice('outside:'.length), snapshot);
  const whole = findPlace(text, snapshot);
  const [place = '', address] = whole === undefined ? text.split('@') : [text];
  const namespace = whole ?? findPlace(place, snapshot);
  if (namespace === undefined) {
    throw new NetnsError('unsupported', l10n.t`There is no namespace ${place} on the host.`, {
      advice: l10n.t`Name one of its namespaces or containers, host, or outside.`,
    });
  }
  if (address !== undefined && ownerLink(namespace, address) === undefined) {
    throw new NetnsError('unsupported', l10n.t`${labelOf(namespace)} does not have the address ${address}.`, {
      advice: l10n.t`It has ${allAddresses(namespace).join(', ') || l10n.t`none`}.`,
    });
  }
  return { type: 'namespace', namespaceId: namespace.id, ...(address === undefined ? {} : { address }) };
}

/** `outside`, `outside:ADDRESS`, `outside:INTERFACE`, `outside:ADDRESS@INTERFACE`. */
function readOutside(words: string, snapshot: HostSnapshot): TraceSource {
  const root = rootNamespace(snapshot);
  const [first = '', second] = words.split('@');
  const isAddress = parseAddress(first) !== undefined;
  const named = second ?? (isAddress || first === '' ? undefined : first);
  if (named !== undefined && linkNamed(root, named) === undefined) {
    throw new NetnsError('unsupported', l10n.t`The host has no interface ${named}.`, {
      advice: l10n.t`Write outside:ADDRESS, or outside:ADDRESS@INTERFACE.`,
    });
  }
  const defaults = root.routes.filter(({ to, via }) => to === 'default' && via !== undefined);
  const usual = defaults.find(({ dev }) => named === undefined || dev === named);
  const address = isAddress ? first : usual?.via;
  const dev = named ?? (isAddress ? devFor(root, first) : usual?.dev);
  if (dev === undefined || address === undefined) {
    throw new NetnsError(
      'unsupported',
      l10n.t`The host has no default route there, so it is not known who the outside is.`,
      {
        advice: l10n.t`Write an address and the interface it comes in by: outside:203.0.113.8@eth0.`,
      },
    );
  }
  return { type: 'outside', dev, address };
}

/** The interface by which the host itself would go to an address. */
function devFor(root: ObservedNamespace, destination: string): string | undefined {
  const family = destination.includes(':') ? 'inet6' : 'inet';
  const way = lookUp(root, { family, protocol: 'icmp', source: '', destination, state: 'new' });
  return way.type === 'unicast' ? way.dev : undefined;
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
    // As written: the name of a namespace may have large letters, which a URL's host has not.
    const written = /^https?:\/\/(?:[^/?#@]*@)?([^/?#@:[\]]+)/.exec(text)?.[1];
    return {
      place: written ?? hostname.replace(/^\[(.*)\]$/, '$1'),
      port: port === '' ? usual : Number(port),
      protocol: 'tcp',
    };
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

/** A namespace by its name, by what people call it (a container), or by its inode. */
function findPlace(name: string, snapshot: HostSnapshot): ObservedNamespace | undefined {
  if (name === 'host') return rootNamespace(snapshot);
  const others = snapshot.namespaces.filter(({ isRoot }) => !isRoot);
  return (
    others.find((one) => one.name === name) ??
    others.find((one) => namespaceTitle(one) === name || labelOf(one) === name || one.id === name)
  );
}

function allAddresses({ links }: ObservedNamespace): string[] {
  return links.flatMap(({ addresses }) => addresses.map(({ cidr }) => cidr.split('/')[0] ?? ''));
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
    // A link-local address means nothing without the interface that it is asked on.
    .filter(({ scope }) => scope === 'global' || scope === 'site' || (scope === 'host' && dev !== undefined))
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
  throw new NetnsError(
    'unsupported',
    l10n.t`“${name}” is neither an address, nor a namespace of this host, nor a name.`,
    {
      advice: l10n.t`Write an address, a namespace, NAMESPACE:PORT, or a URL.`,
    },
  );
}
