import type { ObservedNatRule } from '../host/model';
import { holds, parseNetwork } from '../topology/addresses';

/** Whether `address` (with or without a prefix) lies in `network`, a CIDR or a single address. False for what is neither. */
export function isInside(address: string, network: string): boolean {
  const candidate = parseNetwork(address);
  const range = parseNetwork(network);
  return candidate !== undefined && range !== undefined && holds(range, candidate.address);
}

/**
 * The way back of a port forward, as we and Docker write it: masquerading between hosts of one network, for who uses it from
 * the target's own network, or of 127.0.0.1. A detail of that forward, not a way to anywhere, so nobody wants to see it
 * beside the others.
 */
export function isHairpin({ kind, source, destination }: ObservedNatRule): boolean {
  if (kind !== 'masquerade' || source === undefined || destination === undefined) return false;
  return isInside(destination, source) || isInside(source, '127.0.0.0/8');
}
