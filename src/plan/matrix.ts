import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import { NetnsError } from '../base/errors';
import type { HostSnapshot } from '../host/model';
import type { Topology } from '../topology/model';
import { addressesOf, resolveTarget } from './check-targets';
import { contains, type Cidr, type Family } from './cidr';
import { inNamespace } from './commands';

/** Every pair of a lab's places that have addresses, as pings to run. */
export interface MatrixPlan {
  readonly lab: string;
  readonly places: readonly string[];
  /** In the order of their sources. */
  readonly pairs: readonly MatrixPair[];
}

export interface MatrixPair {
  readonly from: string;
  /** The namespace of `from`; undefined is the root namespace. */
  readonly namespace: string | undefined;
  readonly to: string;
  readonly family: Family;
  readonly address: string;
  readonly expectedToFail?: true;
}

/** More pairs than anybody reads, and minutes of pings. */
export const mostPairs = 20_000;

/** Seconds after which no answer is none. */
const patience = 2;

/**
 * All pairs of the lab's namespaces that have an address of one family, IPv4 and IPv6 each for itself, both ways; and the
 * host, where it has an address in the lab. Of several addresses the one is tried that the source is connected to.
 *
 * @param snapshot says the addresses of namespaces whose addresses the file does not
 * @throws NetnsError `unsupported` where there are more than `mostPairs`.
 */
export function planMatrix(topology: Topology, snapshot?: HostSnapshot): MatrixPlan {
  const places = [
    ...topology.namespaces.map(({ name }) => placeOf(name, name, addressesOf(name, topology, snapshot))),
    // The host's other addresses have nothing to do with the lab.
    placeOf('host', undefined, addressesOf(undefined, topology)),
  ].filter(({ addresses }) => addresses.length > 0);
  const toFail = failingPings(topology, snapshot);
  const pairs: MatrixPair[] = [];
  for (const from of places) {
    for (const to of places) {
      if (from === to) continue;
      for (const family of ['inet', 'inet6'] as const) {
        const address = addressFor(from.addresses, to.addresses, family);
        if (address === undefined) continue;
        const expected = toFail.has(pairKey(from.name, address)) ? { expectedToFail: true as const } : {};
        pairs.push({ from: from.name, namespace: from.namespace, to: to.name, family, address, ...expected });
      }
    }
    if (pairs.length > mostPairs) throw tooManyPairs(topology, places.length);
  }
  return { lab: topology.name, places: places.map(({ name }) => name), pairs };
}

/** The ping of a pair, as a person would type it. `-w`: goes on until it is answered once, at most so many seconds. */
export function pingOf({ namespace, family, address }: MatrixPair): Command {
  const option = family === 'inet6' ? ['-6'] : [];
  return inNamespace(namespace, { argv: ['ping', ...option, ...pingOptions, address] });
}

export const pingOptions: readonly string[] = ['-n', '-c', '1', '-w', String(patience)];

interface Place {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly addresses: readonly Cidr[];
}

function placeOf(name: string, namespace: string | undefined, addresses: readonly Cidr[]): Place {
  // A link-local address says nothing without its interface, and loopback's is everybody's own.
  return { name, namespace, addresses: addresses.filter(({ address }) => !/^(fe[89ab].:|::1$|127\.)/.test(address)) };
}

function addressFor(from: readonly Cidr[], to: readonly Cidr[], family: Family): string | undefined {
  if (!from.some((own) => own.family === family)) return undefined;
  const candidates = to.filter((one) => one.family === family);
  const near = candidates.find(({ address }) => from.some((own) => own.family === family && contains(own, address)));
  return (near ?? candidates[0])?.address;
}

/** The pings that the file's checks expect to fail. */
function failingPings({ checks, ...topology }: Topology, snapshot: HostSnapshot | undefined): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { from, action, expect } of checks) {
    if (action.type !== 'ping' || expect !== 'fail') continue;
    const namespace = from === 'host' ? undefined : from;
    const address = resolveTarget(action.target, namespace, { checks, ...topology }, snapshot);
    if (address !== undefined) keys.add(pairKey(from, address));
  }
  return keys;
}

function pairKey(from: string, address: string): string {
  return `${from} ${address}`;
}

function tooManyPairs({ name }: Topology, places: number): NetnsError {
  return new NetnsError(
    'unsupported',
    l10n.t`${name} has ${places} places: a ping matrix of more than ${mostPairs} pairs.`,
    {
      advice: l10n.t`Write checks for the pairs that matter.`,
    },
  );
}
