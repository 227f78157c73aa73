import * as l10n from '@vscode/l10n';
import { lastAddress, networkAddress, printNetwork, sameAddress } from '../addresses';
import type { PlacedAddress } from './lab-index';
import { nameOf, type Rule } from './rule';

/** Two interfaces with one address that hear each other: both would answer for it. */
export const addressesAreUnique: Rule = function* (_topology, lab) {
  const seen = new Map<string, PlacedAddress>();
  for (const address of lab.addresses) {
    const { namespace, interface: name, path } = address;
    // In IPv6's own spelling, so that an address counts as the same however it is written.
    const key = `${address.address.toString()} ${lab.domains.of(namespace, name)}`;
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, address);
      continue;
    }
    const owner = `\`${first.interface}\` of ${nameOf(first.namespace)}`;
    const reason = first.namespace === namespace && first.interface === name ? '' : l10n.t`, on the same network`;
    const message = l10n.t`${address.address.toString()} is the address of ${owner} already${reason}.`;
    yield {
      code: 'duplicate-address',
      message,
      path,
      related: [{ path: first.path, message: l10n.t`The same address` }],
    };
  }
};

/** A network's first and last IPv4 address are the network's own and its broadcast address (RFC 919, RFC 950). */
export const addressesAreForHosts: Rule = function* (_topology, lab) {
  for (const address of lab.addresses) {
    // A /31 has no such addresses (RFC 3021), nor has a /32; IPv6 has no broadcast.
    if (address.address.kind() !== 'ipv4' || address.prefix > 30) continue;
    const isNetwork = sameAddress(address.address, networkAddress(address));
    if (!isNetwork && !sameAddress(address.address, lastAddress(address))) continue;
    const what = isNetwork ? l10n.t`the address of the network itself` : l10n.t`the broadcast address of its network`;
    yield {
      severity: 'warning',
      code: isNetwork ? 'network-address' : 'broadcast-address',
      message: l10n.t`${address.address.toString()} is ${what}, ${printNetwork(address)}: a host cannot use it.`,
      path: address.path,
    };
  }
};
