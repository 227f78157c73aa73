import type { Command } from '../base/command';
import { lookupAll } from '../base/lookup';
import { findNamespace } from '../host/model';
import { setSysctl } from './commands';
import type { DeviceRef, SysctlRecord } from './manifest';
import type { Planning } from './planning';

/**
 * The kernel parameters that the lab had set and that went with a namespace or an interface: part of the way back when
 * that is made again.
 */

/** Those of one interface. */
export function restoreDeviceSysctls(planning: Planning, { namespace, name }: DeviceRef): Command[] {
  return restoreAll(planning, namespace, (record) => deviceOf(record.name) === name);
}

/** Those of a namespace that belong to no interface. */
export function restoreNamespaceSysctls(planning: Planning, namespace: string): Command[] {
  return restoreAll(planning, namespace, (record) => deviceOf(record.name) === undefined);
}

const recordsOf = lookupAll(({ namespace }: SysctlRecord) => namespace ?? '');

function restoreAll(
  planning: Planning,
  namespace: string | undefined,
  isMeant: (record: SysctlRecord) => boolean,
): Command[] {
  return recordsOf(planning.manifest.sysctls, namespace ?? '')
    .filter(isMeant)
    .map(({ name, value }) => {
      const observed = findNamespace(planning.snapshot, namespace)?.sysctls[name];
      return setSysctl(namespace, name, observed ?? value);
    });
}

/** `net.ipv4.conf.planet-br.route_localnet` → `planet-br`; in a name with a dot, sysctl(8) writes that as a slash. */
function deviceOf(sysctl: string): string | undefined {
  const name = /^net\.\w+\.(?:conf|neigh)\.(.+)\.\w+$/.exec(sysctl)?.[1];
  return name === undefined || name === 'all' || name === 'default' ? undefined : name.replaceAll('/', '.');
}
