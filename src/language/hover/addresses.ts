import * as l10n from '@vscode/l10n';
import {
  familyOf,
  holds,
  lastAddress,
  parseAddress,
  parseCidr,
  printNetwork,
  sameAddress,
  type Address,
  type Cidr,
} from '../../topology/addresses';
import { hostsOf } from '../addressing';
import type { Facts, KnownAddress } from '../facts';
import { code, list, paragraphs } from './markdown';

/** What an address or a network is, and what the file has in it; undefined for a text that is neither. */
export function describeAddress(text: string, facts: Facts): string | undefined {
  const cidr = parseCidr(text);
  if (cidr !== undefined) return describeNetwork(cidr, facts);
  const address = parseAddress(text);
  return address && describeSingle(address, facts);
}

function describeNetwork(cidr: Cidr, facts: Facts): string {
  const { count, first, last } = hostsOf(cidr);
  const family = familyOf(cidr.address);
  const lines = [
    l10n.t`network ${code(printNetwork(cidr))}`,
    count === 1n
      ? l10n.t`one host: ${code(first.toString())}`
      : `${countHosts(count)}: ${code(first.toString())} to ${code(last.toString())}`,
    ...(family === 'IPv4' && cidr.prefix < 31 ? [l10n.t`broadcast ${code(lastAddress(cidr).toString())}`] : []),
  ];
  const inside = facts.addresses.filter(({ address }) => holds(cidr, address)).map(describeOwner);
  return paragraphs(
    `**${family}** ${kindOf(cidr.address)}`.trim(),
    list(lines),
    inside.length === 0 ? l10n.t`This file gives no address in it.` : `${l10n.t`In this file:`}\n\n${list(inside)}`,
  );
}

function describeSingle(address: Address, facts: Facts): string {
  const owners = facts.addresses.filter((known) => sameAddress(known.address, address)).map(describeOwner);
  const networks = facts.addresses.filter((known) => holds(known, address)).map(printNetwork);
  const where = [...new Set(networks)].map(code).join(', ');
  return paragraphs(
    `**${familyOf(address)}** ${kindOf(address)}`.trim(),
    owners.length > 0 ? list(owners) : l10n.t`No interface of this file has this address.`,
    where === '' ? '' : l10n.t`In ${where}`,
  );
}

function describeOwner({ address, prefix, namespace, interface: name }: KnownAddress): string {
  const place = namespace === undefined ? l10n.t`the host` : code(namespace);
  return l10n.t`${code(`${address.toString()}/${prefix}`)} ${code(name)} of ${place}`;
}

/** Exact while a person can read it; else the power of two that it is about. */
function countHosts(count: bigint): string {
  if (count < 100_000_000n) return l10n.t`${Number(count).toLocaleString('en')} hosts`;
  return l10n.t`about 2^${count.toString(2).length - (count & (count - 1n) ? 0 : 1)} hosts`;
}

function kindOf(address: Address): string {
  const kinds: Readonly<Partial<Record<string, string>>> = {
    private: l10n.t`private (RFC 1918)`,
    uniqueLocal: l10n.t`unique local (RFC 4193)`,
    linkLocal: l10n.t`link-local`,
    loopback: l10n.t`loopback`,
    multicast: l10n.t`multicast`,
    carrierGradeNat: l10n.t`shared (RFC 6598)`,
    reserved: l10n.t`reserved, as for documentation`,
    unicast: l10n.t`public`,
  };
  return kinds[address.range()] ?? '';
}
