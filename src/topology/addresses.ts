import * as l10n from '@vscode/l10n';
import ipaddr from 'ipaddr.js';
import { quote } from './names';

/** An IPv4 or IPv6 address, as bytes. */
export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** An address with the length of its network's prefix. */
export interface Cidr {
  readonly address: Address;
  readonly prefix: number;
}

/** The addresses read last, by their text: a file's are asked for by each of many rules, at each keystroke. */
const known = new Map<string, Address | undefined>();
const mostKnown = 20_000;

/** Reads an address in the one way that `ip` writes it: four decimal parts, or IPv6 without a zone. */
export function parseAddress(text: string): Address | undefined {
  if (known.has(text)) return known.get(text);
  const address = readAddress(text);
  if (known.size >= mostKnown) known.clear();
  // The longest IPv6 address has 45 letters; longer texts are no addresses, and are not kept.
  if (text.length <= 45) known.set(text, address);
  return address;
}

function readAddress(text: string): Address | undefined {
  // The patterns first: for a text that is no address the package throws and catches, which is slow for many names.
  if (/^[0-9.]+$/.test(text)) return ipaddr.IPv4.isValidFourPartDecimal(text) ? ipaddr.IPv4.parse(text) : undefined;
  const isLikely = text.includes(':') && /^[0-9A-Fa-f:.]+$/.test(text);
  return isLikely && ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : undefined;
}

/** Reads `ADDRESS/PREFIX`. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const address = parseAddress(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (address === undefined || !/^(0|[1-9][0-9]{0,2})$/.test(digits)) return undefined;
  const prefix = Number(digits);
  return prefix <= bitsOf(address) ? { address, prefix } : undefined;
}

/** Reads a network, or a single address as the network that holds nothing else. */
export function parseNetwork(text: string): Cidr | undefined {
  const address = parseAddress(text);
  return address === undefined ? parseCidr(text) : { address, prefix: bitsOf(address) };
}

export function familyOf(address: Address): 'IPv4' | 'IPv6' {
  return address.kind() === 'ipv4' ? 'IPv4' : 'IPv6';
}

export function bitsOf(address: Address): 32 | 128 {
  return address.kind() === 'ipv4' ? 32 : 128;
}

/** Whether the network that `cidr` lies in holds `address`; false between the families. */
export function holds(cidr: Cidr, address: Address): boolean {
  if (cidr.address instanceof ipaddr.IPv4)
    return address instanceof ipaddr.IPv4 && address.match(cidr.address, cidr.prefix);
  return address instanceof ipaddr.IPv6 && address.match(cidr.address, cidr.prefix);
}

/** Whether two networks have an address in common. */
export function overlap(a: Cidr, b: Cidr): boolean {
  return a.prefix <= b.prefix ? holds(a, b.address) : holds(b, a.address);
}

/** The first address of the network: all host bits 0. */
export function networkAddress({ address, prefix }: Cidr): Address {
  return withHostBits(address, prefix, 0);
}

/** The last address of the network: all host bits 1, IPv4's broadcast address. */
export function lastAddress({ address, prefix }: Cidr): Address {
  return withHostBits(address, prefix, 1);
}

/** The network as `ip route` shows it: `10.10.0.0/16`. */
export function printNetwork(cidr: Cidr): string {
  return `${networkAddress(cidr).toString()}/${cidr.prefix}`;
}

/** Whether two addresses are the same, however they are written. */
export function sameAddress(a: Address, b: Address): boolean {
  return holds({ address: a, prefix: bitsOf(a) }, b);
}

/** IPv6 addresses that hold on one link only (fe80::/10, RFC 4291). */
export function isLinkLocal(address: Address): boolean {
  return address.kind() === 'ipv6' && address.range() === 'linkLocal';
}

/**
 * Says what is wrong with a text that should be an address, with `prefix` one that needs, may have or must not have the
 * length of its prefix. Only for texts that did not parse.
 */
export function explainBadAddress(
  text: string,
  prefix: 'needed' | 'possible' | 'none',
): { message: string; suggestion?: string } {
  const shown = quote(text);
  const [head = '', tail, ...more] = text.split('/');
  const address = parseAddress(head);
  if (address === undefined) {
    // Without the zone, and without leading zeros.
    const likely = head.replace(/%.*$/, '').replaceAll(/(^|\.)0+(?=[0-9])/g, '$1');
    const suggestion =
      likely === head || parseAddress(likely) === undefined ? undefined : likely + text.slice(head.length);
    const message = l10n.t`${shown} is not an address: ${explainHead(head)}`;
    return suggestion === undefined ? { message } : { message, suggestion };
  }
  if (tail === undefined) {
    const suggestion = `${head}/${bitsOf(address) === 32 ? 24 : 64}`;
    return {
      message: l10n.t`${shown} needs the length of its network's prefix, such as \`${suggestion}\`.`,
      suggestion,
    };
  }
  if (prefix === 'none') {
    return { message: l10n.t`${shown} should be an address without a prefix length: \`${head}\`.`, suggestion: head };
  }
  const mask = parseAddress(tail);
  const length = mask?.prefixLengthFromSubnetMask();
  if (more.length === 0 && typeof length === 'number') {
    const suggestion = `${head}/${length}`;
    return { message: l10n.t`${shown} has a netmask; write the prefix length instead: \`${suggestion}\`.`, suggestion };
  }
  return {
    message: l10n.t`${shown} is not an address: an ${familyOf(address)} prefix length is a number from 0 to ${bitsOf(address)}.`,
  };
}

function explainHead(head: string): string {
  if (head === '') return l10n.t`there is nothing before the \`/\`.`;
  if (head.includes('%')) return l10n.t`write it without the zone, and name the interface under \`dev\`.`;
  if (head.includes(':'))
    return l10n.t`an IPv6 address has up to eight groups of hexadecimal digits, with \`::\` at most once.`;
  const parts = head.split('.');
  const tooLarge = parts.find((part) => /^[0-9]+$/.test(part) && Number(part) > 255);
  if (tooLarge !== undefined) return l10n.t`${tooLarge} is over 255.`;
  const padded = parts.find((part) => /^0[0-9]+$/.test(part));
  if (padded !== undefined)
    return l10n.t`write ${Number(padded)} without leading zeros, which some programs read as octal.`;
  if (parts.every((part) => /^[0-9]+$/.test(part))) {
    return l10n.t`an IPv4 address has four numbers, this has ${parts.length}.`;
  }
  return l10n.t`an address looks like \`10.10.0.10\` or \`2001:db8::10\`.`;
}

function withHostBits(address: Address, prefix: number, bit: 0 | 1): Address {
  const bytes = address.toByteArray().map((byte, index) => {
    const kept = Math.min(Math.max(prefix - index * 8, 0), 8);
    const mask = (0xff << (8 - kept)) & 0xff;
    return (byte & mask) | (bit === 1 ? ~mask & 0xff : 0);
  });
  return ipaddr.fromByteArray(bytes);
}
