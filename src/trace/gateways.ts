import type { ObservedLink, ObservedNamespace } from '../host/model';
import { contains, networkOf, parseCidr, type Cidr, type Family } from '../plan/cidr';
import { lastAddress, networkAddress, parseNetwork } from '../topology/addresses';
import type { TraceFacts } from './facts';
import { isBridge, reachFrom, type Reach } from './wire';

/** Somebody on a namespace's networks who could pass its packets on. */
export interface Gateway {
  readonly address: string;
  /** The namespace's interface that leads there. */
  readonly dev: string;
  readonly reach: Reach;
}

/**
 * Who could be the default gateway: a bridge's own address first, then the host's other ones, then those of namespaces that
 * stand between networks.
 */
export function gatewayFor(facts: TraceFacts, namespace: ObservedNamespace, family: Family): Gateway | undefined {
  const found: (Gateway & { readonly rank: number })[] = [];
  for (const link of namespace.links) {
    if (link.kind === 'loopback' || link.master !== undefined) continue;
    const networks = link.addresses.flatMap(({ cidr }) => ofFamily(cidr, family) ?? []);
    if (networks.length === 0) continue;
    for (const reach of reachFrom(facts, 'out', namespace, link)) {
      if (reach.namespace.id === namespace.id || reach.isEdge === true) continue;
      if (!reach.namespace.isRoot && !isBetween(reach.namespace)) continue;
      for (const { cidr } of reach.link.addresses) {
        const theirs = ofFamily(cidr, family);
        if (theirs === undefined || !networks.some((network) => contains(network, theirs.address))) continue;
        const rank = (reach.namespace.isRoot ? 0 : 2) + (isBridge(reach.link) ? 0 : 1);
        found.push({ address: theirs.address, dev: link.name, reach, rank });
      }
    }
  }
  return found.sort((a, b) => a.rank - b.rank)[0];
}

/** A bridge on a namespace's networks that has no address yet, so that nobody can be its gateway. */
export function bridgeWithoutAddress(
  facts: TraceFacts,
  namespace: ObservedNamespace,
  family: Family,
): { readonly namespace: ObservedNamespace; readonly bridge: ObservedLink; readonly suggestion?: string } | undefined {
  for (const link of namespace.links) {
    const network = link.addresses.map(({ cidr }) => ofFamily(cidr, family)).find((one) => one !== undefined);
    if (network === undefined || link.kind === 'loopback') continue;
    const reaches = reachFrom(facts, 'out', namespace, link);
    const bridge = reaches.find(
      (reach) =>
        isBridge(reach.link) &&
        reach.namespace.id !== namespace.id &&
        !reach.link.addresses.some(({ cidr }) => ofFamily(cidr, family) !== undefined),
    );
    if (bridge === undefined) continue;
    const suggestion = freeAddress(facts, network);
    return {
      namespace: bridge.namespace,
      bridge: bridge.link,
      ...(suggestion === undefined ? {} : { suggestion }),
    };
  }
  return undefined;
}

/** The first address of a network that nobody on the host has, or the last: where gateways are looked for. */
export function freeAddress({ snapshot }: TraceFacts, network: Cidr): string | undefined {
  const parsed = parseNetwork(networkOf(network).text);
  if (parsed === undefined || network.prefix > (network.family === 'inet' ? 30 : 126)) return undefined;
  const taken = new Set(
    snapshot.namespaces.flatMap(({ links }) =>
      links.flatMap(({ addresses }) => addresses.map(({ cidr }) => cidr.split('/')[0] ?? '')),
    ),
  );
  const first = moved(networkAddress(parsed).toByteArray(), 1);
  const last = moved(lastAddress(parsed).toByteArray(), network.family === 'inet' ? -1 : 0);
  for (const bytes of [first, last, moved(networkAddress(parsed).toByteArray(), 2)]) {
    const address = parseCidr(printBytes(bytes))?.address;
    if (address !== undefined && !taken.has(address)) return `${address}/${network.prefix}`;
  }
  return undefined;
}

/** A namespace between networks, next to this one, that has an interface in the destination's network. */
export function routerTo(
  facts: TraceFacts,
  namespace: ObservedNamespace,
  destination: string,
): { readonly address: string; readonly network: string } | undefined {
  const family: Family = destination.includes(':') ? 'inet6' : 'inet';
  for (const link of namespace.links) {
    if (link.kind === 'loopback' || link.master !== undefined) continue;
    const own = link.addresses.flatMap(({ cidr }) => ofFamily(cidr, family) ?? []);
    for (const reach of own.length === 0 ? [] : reachFrom(facts, 'out', namespace, link)) {
      if (reach.isEdge === true || reach.namespace.id === namespace.id) continue;
      const behind = reach.namespace.links
        .filter((other) => other !== reach.link)
        .flatMap(({ addresses }) => addresses.flatMap(({ cidr }) => ofFamily(cidr, family) ?? []))
        .find((network) => contains(network, destination));
      const address = reach.link.addresses
        .flatMap(({ cidr }) => ofFamily(cidr, family) ?? [])
        .find((one) => own.some((network) => contains(network, one.address)))?.address;
      if (behind !== undefined && address !== undefined) return { address, network: networkOf(behind).text };
    }
  }
  return undefined;
}

function ofFamily(cidr: string, family: Family): Cidr | undefined {
  const parsed = parseCidr(cidr);
  return parsed?.family === family && !/^(fe80|127\.|::1)/.test(parsed.address) ? parsed : undefined;
}

/** Has more than one cable, and so could pass packets on. */
export function isBetween({ links }: ObservedNamespace): boolean {
  return links.filter(({ kind, master }) => kind !== 'loopback' && master === undefined).length > 1;
}

function moved(bytes: readonly number[], by: number): number[] {
  const last = bytes.length - 1;
  return bytes.map((byte, index) => (index === last ? byte + by : byte));
}

function printBytes(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  return groups.join(':');
}
