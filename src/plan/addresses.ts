import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import type { ObservedAddress, ObservedLink } from '../host/model';
import { contains, normalCidr, parseCidr } from './cidr';
import { ip } from './commands';
import { inScope, type Desired, type Placed } from './desired';
import type { AddressRecord, DeviceRef } from './manifest';
import { deviceKey, deviceName, objectRef, type Planning } from './planning';
import { addAddress, routeCommand, routesThrough, type RouteWords } from './restore';

/** Adds the addresses that are missing and takes back those that an earlier apply gave and the file no longer has. */
export function planAddresses(planning: Planning, desired: Desired): void {
  const devices = new Map<string, { ref: DeviceRef; wanted: (Placed & AddressRecord)[]; recorded: AddressRecord[] }>();
  const deviceOf = ({
    namespace,
    dev,
  }: AddressRecord): { wanted: (Placed & AddressRecord)[]; recorded: AddressRecord[] } => {
    const ref = { ...inScope(namespace), name: dev };
    const known = devices.get(deviceKey(ref)) ?? { ref, wanted: [], recorded: [] };
    devices.set(deviceKey(ref), known);
    return known;
  };
  for (const address of desired.addresses) deviceOf(address).wanted.push(address);
  for (const address of planning.manifest.addresses) deviceOf(address).recorded.push(address);
  for (const { ref, wanted, recorded } of devices.values()) {
    const observed = planning.link(ref);
    const missing = wanted.filter(({ cidr }) => !hasAddress(observed, cidr));
    const isUnwanted = (record: AddressRecord): boolean =>
      hasAddress(observed, record.cidr) && !wanted.some(({ cidr }) => cidr === normalCidr(record.cidr));
    const unwanted = observed === undefined ? [] : lastFirst(observed, recorded.filter(isUnwanted));
    if (unwanted.length > 0 && observed !== undefined) changeAddresses(planning, ref, observed, missing, unwanted);
    else for (const address of missing) addOne(planning, ref, address);
  }
}

/** True if an interface has an address, whatever the way in which it is written. */
export function hasAddress(link: ObservedLink | undefined, cidr: string): boolean {
  return link?.addresses.some((address) => normalCidr(address.cidr) === normalCidr(cidr)) === true;
}

/** Secondary addresses before their primary one, which would take them along. */
function lastFirst(link: ObservedLink, records: readonly AddressRecord[]): AddressRecord[] {
  const place = ({ cidr }: AddressRecord): number =>
    link.addresses.findIndex((address) => normalCidr(address.cidr) === normalCidr(cidr));
  return [...records].sort((a, b) => place(b) - place(a));
}

function addOne(planning: Planning, ref: DeviceRef, { cidr, path }: Placed & AddressRecord): void {
  planning.addStep('addresses', {
    action: 'create',
    object: objectRef('address', `${cidr} on ${deviceName(ref)}`, ref.namespace),
    why: l10n.t`not on the interface yet`,
    run: [addAddress(ref.namespace, ref.name, cidr)],
    undo: [deleteAddress(ref, cidr)],
    path,
  });
}

function deleteAddress(ref: DeviceRef, cidr: string): Command {
  return ip(ref.namespace, 'addr', 'del', cidr, 'dev', ref.name);
}

/**
 * Changes the addresses of a living interface. When an IPv4 address goes, the kernel takes more with it: its secondary
 * addresses of the same network (unless `promote_secondaries`), and the routes through an interface that has no address
 * left (fib_disable_ip in net/ipv4/fib_frontend.c). What is to stay is therefore said again afterwards.
 */
function changeAddresses(
  planning: Planning,
  ref: DeviceRef,
  observed: ObservedLink,
  missing: readonly (Placed & AddressRecord)[],
  unwanted: readonly AddressRecord[],
): void {
  const gone = new Set(unwanted.map(({ cidr }) => normalCidr(cidr)));
  const staying = observed.addresses.filter(({ cidr, scope }) => scope !== 'link' && !gone.has(normalCidr(cidr)));
  const networksAfter = [...staying.map(({ cidr }) => cidr), ...missing.map(({ cidr }) => cidr)];
  const routes = routesOf(planning, ref);
  const reachable = routes.filter((route) => isReachable(route, networksAfter));
  const [was, will] = [unwanted.map(({ cidr }) => cidr).join(', '), missing.map(({ cidr }) => cidr).join(', ')];
  const last = missing.at(-1);
  planning.addStep('addresses', {
    action: missing.length > 0 ? 'change' : 'remove',
    object: objectRef('address', `${will || was} on ${deviceName(ref)}`, ref.namespace),
    why:
      missing.length > 0
        ? l10n.t`is ${was}, the file says ${will}`
        : l10n.t`given by this lab and no longer in the file`,
    run: [
      ...unwanted.map(({ cidr }) => deleteAddress(ref, cidr)),
      ...staying.filter(isIpv4).map(({ cidr }) => replaceAddress(ref, cidr)),
      ...missing.map(({ cidr }) => addAddress(ref.namespace, ref.name, cidr)),
      ...reachable.map((route) => routeCommand(ref.namespace, 'replace', route)),
    ],
    undo: [
      ...[...missing].reverse().map(({ cidr }) => deleteAddress(ref, cidr)),
      ...[...unwanted].reverse().map(({ cidr }) => addAddress(ref.namespace, ref.name, cidr)),
      ...staying.filter(isIpv4).map(({ cidr }) => replaceAddress(ref, cidr)),
      ...routes.map((route) => routeCommand(ref.namespace, 'replace', route)),
    ],
    ...(last === undefined ? {} : { path: last.path }),
  });
}

function isIpv4({ family }: ObservedAddress): boolean {
  return family === 'inet';
}

function replaceAddress(ref: DeviceRef, cidr: string): Command {
  return ip(ref.namespace, 'addr', 'replace', cidr, 'dev', ref.name);
}

function routesOf(planning: Planning, ref: DeviceRef): RouteWords[] {
  const namespace = planning.namespace(ref.namespace);
  if (namespace === undefined || planning.link(ref)?.up !== true) return [];
  return routesThrough(namespace, ref.name).filter((route) => route.family === 'inet' && !planning.isRouteGone(route));
}

function isReachable(route: RouteWords, networks: readonly string[]): boolean {
  const { via } = route;
  if (via === undefined) return true;
  return networks.some((network) => {
    const cidr = parseCidr(network);
    return cidr !== undefined && contains(cidr, via);
  });
}
