import * as l10n from '@vscode/l10n';
import { cableName } from './cables';
import type { Manifest } from './manifest';
import { nftTableName } from './names';
import { deviceName } from './planning';
import { routeName, ruleName } from './routes';

/**
 * What a manifest says about each object of a plan, as comparable text by `TYPE NAME` with the names that the planner's
 * steps carry. An object of a kind that is not here has no entry, whatever the manifest says.
 */
export function recordsByObject(manifest: Manifest): Map<string, string> {
  const records = new Map<string, string>();
  const add = (key: string, record: unknown): void => {
    records.set(key, (records.get(key) ?? '') + JSON.stringify(record));
  };
  for (const name of manifest.namespaces) add(`namespace ${name}`, name);
  for (const bridge of manifest.bridges) add(`bridge ${bridge.name}`, bridge);
  for (const [a, b] of manifest.cables) add(`link ${cableName(a, b)}`, [a, b]);
  for (const own of manifest.interfaces) add(`interface ${deviceName(own)}`, own);
  const bridges = new Set(manifest.bridges.map(deviceName));
  for (const settings of manifest.settings) {
    const isBridge = bridges.has(deviceName(settings));
    add(isBridge ? l10n.t`bridge ${settings.name}` : l10n.t`interface ${deviceName(settings)}`, settings);
  }
  for (const port of manifest.ports) add(`interface ${deviceName(port)}`, port);
  for (const { namespace, dev, cidr } of manifest.addresses) {
    const device = deviceName(namespace === undefined ? { name: dev } : { namespace, name: dev });
    add(`address ${cidr} on ${device}`, cidr);
  }
  for (const route of manifest.routes) add(`route ${routeName(route)}`, route);
  for (const rule of manifest.rules) add(`rule ${ruleName(rule)}`, rule);
  for (const sysctl of manifest.sysctls) {
    add(`sysctl ${deviceName(sysctl)}`, sysctl.value);
  }
  for (const table of manifest.nftTables) add(`nat table ${table.family} ${nftTableName(manifest.lab)}`, table);
  for (const { namespace, addresses } of manifest.nameservers) add(`nameservers ${namespace}`, addresses);
  for (const service of manifest.services) add(`service ${service.name}@${service.namespace}`, service);
  return records;
}
