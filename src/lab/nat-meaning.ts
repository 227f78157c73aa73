import type { ObservedNatRule } from '../host/model';
import { holds, parseNetwork } from '../topology/addresses';

/** Whether `address` (with or without a prefix) lies in `network`, a CIDR or a single address. False for what is neither. */
export function isInside(address: string, network: string): boolean {
  const candidate = parseNetwork(address);
  const range = parseNetwork(network);
  return candidate !== undefined && range !== undefined && holds(range, candidate.address);
}

/**
 * Masquerading between hosts of one network: the way back of a port forward that is used from the target's own network, as
 * we and Docker write it. A detail of that forward, not a way to anywhere, so nobody wants to see it beside the others.
 */
export function isHairpin({ kind, source, destination }: ObservedNatRule): boolean {
  return kind === 'masquerade' && source !== undefined && destination !== undefined && isInside(destination, source);
}
