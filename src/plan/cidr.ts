import { bitsOf, holds, networkAddress, parseNetwork, type Address } from '../topology/addresses';

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

/** What was read last, by its text: a plan compares each address of the host with many others. */
const known = new Map<string, Cidr | undefined>();
const mostKnown = 20_000;
/** Of the longest IPv6 address with its prefix; longer texts are none, and are not kept. */
const longestText = 49;

/** Reads `ADDRESS` or `ADDRESS/PREFIX`; without a prefix it is a single host. Undefined for anything else. */
export function parseCidr(text: string): Cidr | undefined {
  const before = known.get(text);
  if (before !== undefined || known.has(text)) return before;
  const parsed = parseNetwork(text);
  const cidr = parsed === undefined ? undefined : printed(parsed.address, parsed.prefix);
  if (known.size >= mostKnown) known.clear();
  if (text.length <= longestText) known.set(text, cidr);
  return cidr;
}

/** The network that `cidr` lies in: `10.10.0.1/16` → `10.10.0.0/16`. */
export function networkOf(cidr: Cidr): Cidr {
  return printed(networkAddress(parsedAgain(cidr)), cidr.prefix);
}

/** True if `address` lies in the network of `cidr`. */
export function contains(cidr: Cidr, address: string): boolean {
  const other = parseNetwork(address);
  return other !== undefined && holds(parsedAgain(cidr), other.address);
}

/** The one spelling of a CIDR, or the text itself where it is none (`default`). */
export function normalCidr(text: string): string {
  return parseCidr(text)?.text ?? text;
}

function printed(address: Address, prefix: number): Cidr {
  const text = 'toRFC5952String' in address ? address.toRFC5952String() : address.toString();
  return { family: bitsOf(address) === 32 ? 'inet' : 'inet6', address: text, prefix, text: `${text}/${prefix}` };
}

function parsedAgain({ text }: Cidr): NonNullable<ReturnType<typeof parseNetwork>> {
  const parsed = parseNetwork(text);
  if (parsed === undefined) throw new Error(`Not a CIDR, though it was one: ${text}`);
  return parsed;
}
