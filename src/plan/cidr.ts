import ipaddr from 'ipaddr.js';

export type Family = 'inet' | 'inet6';

/** An address with its prefix length, in the one spelling that we compare. */
export interface Cidr {
  readonly family: Family;
  /** Without the prefix. */
  readonly address: string;
  readonly prefix: number;
  /** `10.10.0.1/16`. */
  readonly text: string;
}

/** Reads `ADDRESS` or `ADDRESS/PREFIX`; without a prefix it is a single host. Undefined for anything else. */
export function parseCidr(text: string): Cidr | undefined {
  const [addressText = '', prefixText, ...rest] = text.split('/');
  if (rest.length > 0) return undefined;
  const isV4 = ipaddr.IPv4.isValidFourPartDecimal(addressText);
  if (!isV4 && (!ipaddr.IPv6.isValid(addressText) || addressText.includes('%'))) return undefined;
  const parsed = ipaddr.parse(addressText);
  const bits = isV4 ? 32 : 128;
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return undefined;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  if (prefix > bits) return undefined;
  const address = isV4 ? parsed.toString() : (parsed as ipaddr.IPv6).toRFC5952String();
  return { family: isV4 ? 'inet' : 'inet6', address, prefix, text: `${address}/${prefix}` };
}

/** The network that `cidr` lies in: `10.10.0.1/16` → `10.10.0.0/16`. */
export function networkOf(cidr: Cidr): Cidr {
  const bytes = ipaddr.parse(cidr.address).toByteArray();
  const masked = bytes.map((byte, index) => {
    const bitsHere = Math.min(8, Math.max(0, cidr.prefix - index * 8));
    return byte & (0xff << (8 - bitsHere)) & 0xff;
  });
  const address = ipaddr.fromByteArray(masked);
  const text = address instanceof ipaddr.IPv6 ? address.toRFC5952String() : address.toString();
  return { ...cidr, address: text, text: `${text}/${cidr.prefix}` };
}

/** True if `address` lies in the network of `cidr`. */
export function contains(cidr: Cidr, address: string): boolean {
  const other = parseCidr(address);
  if (other?.family !== cidr.family) return false;
  return networkOf({ ...other, prefix: cidr.prefix }).address === networkOf(cidr).address;
}

/** True if both networks share at least one address. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.prefix <= b.prefix ? contains(a, b.address) : contains(b, a.address);
}

/** The one spelling of a CIDR, or the text itself where it is none (`default`). */
export function normalCidr(text: string): string {
  return parseCidr(text)?.text ?? text;
}
