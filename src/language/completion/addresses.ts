import * as l10n from '@vscode/l10n';
import { holds, networkAddress, parseCidr, printNetwork, sameAddress, type Cidr } from '../../topology/addresses';
import { nextFreeAddress } from '../addressing';
import type { Facts, KnownAddress } from '../facts';
import type { Place, Role } from '../roles';
import type { Idea } from './idea';

/** For the first address of a file: of the private networks (RFC 1918) one that few home routers use. */
const firstNetworks = ['10.10.0.0/16', '172.16.10.0/24', '192.168.15.0/24'];

/** The next free address of each network of the file, those first that the interface is cabled to. */
export function interfaceAddressIdeas(facts: Facts, { namespace, owner }: Place<Role>): Idea[] {
  const near = owner === undefined ? [] : facts.neighboursOf(namespace, owner).map(printNetwork);
  const networks = networksOf(facts.addresses);
  if (networks.size === 0) {
    for (const text of firstNetworks) networks.set(text, parseCidr(text) as Cidr);
  }
  const taken = facts.addresses.map(({ address }) => address);
  return [...networks].flatMap(([text, network]): Idea[] => {
    const free = nextFreeAddress(network, taken);
    if (free === undefined) return [];
    const address = `${free.toString()}/${network.prefix}`;
    const isNear = near.includes(text);
    const detail = isNear ? l10n.t`next free, on this cable's network` : l10n.t`next free in ${text}`;
    return [{ label: address, text: address, kind: 'address', detail, rank: isNear ? 0 : 1 }];
  });
}

/** Routers on the networks that a namespace is connected to. */
export function gatewayIdeas(facts: Facts, { namespace }: Place<Role>): Idea[] {
  const own = facts.addresses.filter((address) => address.namespace === namespace);
  return facts.addresses
    .filter((other) => other.namespace !== namespace && own.some((mine) => holds(mine, other.address)))
    .map((other): Idea => {
      const isRouter = other.namespace === undefined || facts.routers.has(other.namespace);
      return { ...addressIdea(other), rank: isRouter ? 0 : 1 };
    });
}

export function ownAddressIdeas(facts: Facts, { namespace }: Place<Role>): Idea[] {
  return facts.addresses.filter((address) => address.namespace === namespace).map(addressIdea);
}

export function otherAddressIdeas(facts: Facts, { namespace }: Place<Role>): Idea[] {
  return facts.addresses.filter((address) => address.namespace !== namespace).map(addressIdea);
}

/** `default`, and the networks that a namespace is not on itself. */
export function destinationIdeas(facts: Facts, { namespace }: Place<Role>): Idea[] {
  const own = facts.addresses.filter((address) => address.namespace === namespace).map(printNetwork);
  const everything: Idea = {
    label: 'default',
    text: 'default',
    kind: 'word',
    detail: l10n.t`everything else`,
    rank: 0,
  };
  return [everything, ...networkIdeas(facts).filter(({ label }) => !own.includes(label))];
}

export function networkIdeas(facts: Facts): Idea[] {
  return [...networksOf(facts.addresses)].map(([text]) => ({ label: text, text, kind: 'network', rank: 1 }));
}

export function addressIdea({ address, namespace, interface: name }: KnownAddress): Idea {
  const text = address.toString();
  return { label: text, text, kind: 'address', detail: l10n.t`${name} of ${namespace ?? l10n.t`the host`}`, rank: 1 };
}

/** Each network once, by its text; single addresses are none. */
function networksOf(addresses: readonly KnownAddress[]): Map<string, Cidr> {
  const networks = new Map<string, Cidr>();
  for (const cidr of addresses) {
    const address = networkAddress(cidr);
    const isSingle = sameAddress(address, cidr.address) && cidr.prefix >= 32 && cidr.prefix % 32 === 0;
    if (!isSingle) networks.set(printNetwork(cidr), { address, prefix: cidr.prefix });
  }
  return networks;
}
