import ipaddr from 'ipaddr.js';
import { bitsOf, familyOf, holds, networkAddress, type Address, type Cidr } from '../topology/addresses';

/**
 * The next address of a network that nobody has: the one after the highest that is taken, as people number on, or else the
 * lowest that is free. undefined where none is, or where the network has no room for hosts.
 */
export function nextFreeAddress(network: Cidr, taken: readonly Address[]): Address | undefined {
  const { first, last } = hostRange(network);
  const numbers = new Set(taken.filter((address) => holds(network, address)).map(toNumber));
  const inRange = [...numbers].filter((number) => first <= number && number <= last);
  const highest = inRange.reduce((most, number) => (number > most ? number : most), first - 1n);
  if (highest < last) return fromNumber(highest + 1n, network);
  for (let number = first; number <= last && number - first <= BigInt(numbers.size); number++) {
    if (!numbers.has(number)) return fromNumber(number, network);
  }
  return undefined;
}

/** How many hosts a network has room for, and the first and last of their addresses. */
export function hostsOf(network: Cidr): { readonly count: bigint; readonly first: Address; readonly last: Address } {
  const { first, last } = hostRange(network);
  return { count: last - first + 1n, first: fromNumber(first, network), last: fromNumber(last, network) };
}

/** Without IPv4's network and broadcast address (RFC 950), and IPv6's subnet-router anycast address (RFC 4291, 2.6.1). */
function hostRange(network: Cidr): { first: bigint; last: bigint } {
  const lowest = toNumber(networkAddress(network));
  const bits = bitsOf(network.address) - network.prefix;
  const highest = lowest + (1n << BigInt(bits)) - 1n;
  // Both addresses of a point-to-point link are its hosts' (RFC 3021, RFC 6164).
  if (bits <= 1) return { first: lowest, last: highest };
  return { first: lowest + 1n, last: familyOf(network.address) === 'IPv4' ? highest - 1n : highest };
}

function toNumber(address: Address): bigint {
  return address.toByteArray().reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
}

function fromNumber(number: bigint, { address }: Cidr): Address {
  const length = bitsOf(address) / 8;
  const bytes = Array.from({ length }, (_, index) => Number((number >> BigInt(8 * (length - 1 - index))) & 0xffn));
  return ipaddr.fromByteArray(bytes);
}
