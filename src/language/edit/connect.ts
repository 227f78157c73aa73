import * as l10n from '@vscode/l10n';
import { bitsOf, familyOf, holds, isLinkLocal, parseAddress, printNetwork, type Cidr } from '../../topology/addresses';
import { splitEndpoint } from '../../topology/endpoints';
import type { Topology } from '../../topology/model';
import type { ParsedTopology } from '../../topology/parse';
import { nextFreeAddress } from '../addressing';
import { factsOf } from '../facts';
import { takenNames } from './add';
import { nameAfter, nameEnd, nameLikeSiblings, type Sibling } from './cable-names';
import { editFile, type Edited } from './editing';
import type { TreeChange } from './tree-change';

/** Where a cable can be plugged in. */
export type CablePlace =
  | { readonly type: 'namespace'; readonly name: string }
  | { readonly type: 'bridge'; readonly name: string }
  | { readonly type: 'host' };

export type Connecting =
  | (Edited & {
      /** The ends as they are written in the file: `ns1:eth0`, `planet-br`. */
      readonly endpoints: readonly [string, string];
      readonly addresses: readonly string[];
    })
  | { readonly refusal: string };

/**
 * Draws a cable between two places, with what a person would write by hand: names as the neighbours' are, the next free
 * address of the bridge's network, and the default route that the others on the bridge have.
 */
export function connect(parsed: ParsedTopology, from: CablePlace, to: CablePlace): Connecting {
  const { topology } = parsed;
  if (topology === undefined) return { refusal: l10n.t`This is no topology yet.` };
  if (from.type === to.type && nameOf(from) === nameOf(to)) {
    return { refusal: l10n.t`A cable leads from one place to another.` };
  }
  const ends: [EndPlan, EndPlan] = [planEnd(parsed, from, to), planEnd(parsed, to, from)];
  const changes: TreeChange[] = ends.flatMap((end) => settings(topology, end));
  const endpoints: [string, string] = [ends[0].endpoint, ends[1].endpoint];
  const done = editFile(parsed, [{ type: 'append', path: ['links'], item: { endpoints } }, ...changes]);
  if ('refusal' in done) return done;
  return { ...done, endpoints, addresses: ends.flatMap(({ addresses }) => addresses) };
}

interface EndPlan {
  readonly place: CablePlace;
  readonly endpoint: string;
  readonly interface: string | undefined;
  readonly addresses: readonly string[];
  /** Gateways of default routes. */
  readonly gateways: readonly string[];
}

function planEnd(parsed: ParsedTopology, place: CablePlace, other: CablePlace): EndPlan {
  const bridge = other.type === 'bridge' ? other.name : undefined;
  const siblings = bridge === undefined ? [] : siblingsOn(parsed, bridge).filter(({ type }) => type === place.type);
  const ends = siblings.map(({ end }) => end);
  switch (place.type) {
    case 'bridge': {
      const named = other.type === 'bridge' ? undefined : portName(parsed, place.name, nameOf(other));
      const endpoint = named === undefined ? place.name : `${place.name}:${named}`;
      return { place, endpoint, interface: named, addresses: [], gateways: [] };
    }
    case 'host': {
      const taken = takenNames(parsed, undefined);
      const name = nameLikeSiblings('', ends, taken) ?? nameAfter('veth-', nameOf(other), taken);
      const isOwn = bridge !== undefined && hasHostAddress(parsed, bridge);
      const addresses = bridge === undefined || isOwn ? [] : freeAddresses(parsed, bridge);
      return { place, endpoint: `host:${name}`, interface: name, addresses, gateways: [] };
    }
    case 'namespace': {
      const name = nameEnd(place.name, ends, takenNames(parsed, place.name));
      const addresses = bridge === undefined ? [] : freeAddresses(parsed, bridge);
      const gateways = bridge === undefined ? [] : gatewaysFor(parsed, place.name, ends, addresses);
      return { place, endpoint: `${place.name}:${name}`, interface: name, addresses, gateways };
    }
  }
}

function settings({ host }: Topology, { place, interface: name, addresses, gateways }: EndPlan): TreeChange[] {
  if (name === undefined || place.type === 'bridge' || addresses.length === 0) return [];
  const scope = place.type === 'host' ? host.path : ['namespaces', place.name];
  return [
    { type: 'set', path: [...scope, 'interfaces'], key: name, value: { addresses } },
    ...gateways.map((via): TreeChange => ({
      type: 'append',
      path: [...scope, 'routes'],
      item: { to: 'default', via },
    })),
  ];
}

interface BridgeSibling {
  readonly type: CablePlace['type'];
  readonly end: Sibling;
  /** The bridge's port, where the file names it. */
  readonly port: string | undefined;
}

/** What is plugged into a bridge, in the order of the file. The host's ends have no place in their names. */
function siblingsOn(parsed: ParsedTopology, bridge: string): BridgeSibling[] {
  const facts = factsOf(parsed);
  return facts.ends.flatMap((ends) => {
    const [own, other] = ends
      .map(splitEndpoint)
      .sort((a, b) => Number(b.place === bridge) - Number(a.place === bridge));
    if (own?.place !== bridge || other?.interface === undefined) return [];
    const type = other.place === 'host' ? 'host' : facts.namespaces.has(other.place) ? 'namespace' : 'bridge';
    const end = { place: type === 'host' ? '' : other.place, name: other.interface };
    return [{ type, end, port: own.interface }];
  });
}

/** As the other ports are named, where they are named; else the file leaves it to the language. */
function portName(parsed: ParsedTopology, bridge: string, other: string): string | undefined {
  const named = siblingsOn(parsed, bridge).flatMap(({ end, port }) =>
    port === undefined ? [] : [{ place: end.place, name: port }],
  );
  return nameLikeSiblings(other, named, takenNames(parsed, factsOf(parsed).bridges.get(bridge)));
}

/** The networks of a bridge: its own addresses', or else those of what is plugged into it. */
function networksOf(parsed: ParsedTopology, bridge: string): Cidr[] {
  const facts = factsOf(parsed);
  const all = facts.neighboursOf(facts.bridges.get(bridge), bridge).filter(({ address }) => !isLinkLocal(address));
  const own = all.filter((known) => known.interface === bridge && known.namespace === facts.bridges.get(bridge));
  const networks = new Map<string, Cidr>();
  for (const cidr of own.length > 0 ? own : all) {
    const key = printNetwork(cidr);
    if (cidr.prefix < bitsOf(cidr.address) && !networks.has(key)) networks.set(key, cidr);
  }
  return [...networks.values()];
}

function freeAddresses(parsed: ParsedTopology, bridge: string): string[] {
  const taken = factsOf(parsed).addresses.map(({ address }) => address);
  return networksOf(parsed, bridge).flatMap((network) => {
    const free = nextFreeAddress(network, taken);
    return free === undefined ? [] : [`${free.toString()}/${network.prefix}`];
  });
}

/** A bridge of the host's with an address is itself the host's interface in that network. */
function hasHostAddress(parsed: ParsedTopology, bridge: string): boolean {
  const facts = factsOf(parsed);
  if (facts.bridges.get(bridge) !== undefined) return false;
  return facts.addresses.some((known) => known.namespace === undefined && known.interface === bridge);
}

/** The gateways of the siblings' default routes that the new addresses reach, one of each family that has no route yet. */
function gatewaysFor(
  { topology }: ParsedTopology,
  name: string,
  siblings: readonly Sibling[],
  addresses: readonly string[],
): string[] {
  const defaultsOf = (namespace: string) =>
    topology?.namespaces
      .find((each) => each.name === namespace)
      ?.routes.flatMap(({ to, via }) => {
        const address = via === undefined ? undefined : parseAddress(via);
        return address !== undefined && ['default', '0.0.0.0/0', '::/0'].includes(to) ? [address] : [];
      }) ?? [];
  const own = defaultsOf(name).map(familyOf);
  const gateways = new Map<string, string>();
  for (const gateway of siblings.flatMap(({ place }) => defaultsOf(place))) {
    const family = familyOf(gateway);
    const isReached = addresses.some((cidr) => {
      const [address = '', prefix] = cidr.split('/');
      const parsed = parseAddress(address);
      return parsed !== undefined && holds({ address: parsed, prefix: Number(prefix) }, gateway);
    });
    if (isReached && !own.includes(family) && !gateways.has(family)) gateways.set(family, gateway.toString());
  }
  return [...gateways.values()];
}

function nameOf(place: CablePlace): string {
  return place.type === 'host' ? 'host' : place.name;
}
