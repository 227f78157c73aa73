import { findNamespace } from '../host/model';
import { hasAddress } from './addresses';
import type { DriftEntry } from './drift';
import { thingInWords } from './drift-words';
import type { NftTableRecord, SysctlRecord } from './manifest';
import type { ObjectRef } from './model';
import { nftTableName } from './names';
import { changedNameservers } from './nameservers';
import { deviceName, objectRef, type Planning } from './planning';
import { changeOfRoute, routeName } from './routes';

/**
 * What of a lab's own is there and not as its last apply left it, by the record on the host alone. What follows from something
 * that is gone is not named.
 */
export function changesOfRecord(planning: Planning): DriftEntry[] {
  const broken = brokenNamespaces(planning);
  const isWhole = ({ namespace }: { readonly namespace?: string }): boolean => !broken.has(namespace ?? '');
  const { manifest } = planning;
  return [
    ...manifest.settings.flatMap(({ namespace, name, mtu }) => {
      const now = planning.link({ name, ...(namespace === undefined ? {} : { namespace }) })?.mtu;
      if (mtu === undefined || now === undefined || now === mtu) return [];
      const device = deviceName({ name, ...(namespace === undefined ? {} : { namespace }) });
      return [entry(objectRef('interface', device, namespace), `has MTU ${now}`)];
    }),
    ...manifest.addresses.flatMap(({ namespace, dev, cidr }) => {
      const ref = { name: dev, ...(namespace === undefined ? {} : { namespace }) };
      const link = planning.link(ref);
      if (link === undefined || hasAddress(link, cidr)) return [];
      return [entry(objectRef('address', `${cidr} on ${deviceName(ref)}`, namespace), 'is gone')];
    }),
    ...manifest.routes.filter(isWhole).flatMap((route) => {
      const change = changeOfRoute(planning, route);
      return change === undefined ? [] : [entry(objectRef('route', routeName(route), route.namespace), change)];
    }),
    ...manifest.sysctls.flatMap((record) => {
      const now = valueNow(planning, record);
      if (now === undefined || words(now) === words(record.value)) return [];
      return [entry(objectRef('sysctl', record.name, record.namespace), `is ${now}`)];
    }),
    ...manifest.nftTables.flatMap((record) => {
      const change = changeOfTable(planning, record);
      const object = objectRef('nat', `table ${record.family} ${nftTableName(planning.lab)}`, record.namespace);
      return change === undefined ? [] : [entry(object, change)];
    }),
    ...changedNameservers(planning).map(({ namespace }) =>
      entry(objectRef('nameservers', namespace, namespace), 'are others'),
    ),
  ];
}

/** The namespaces ('' is the root namespace) in which an interface of the lab is gone, with the routes that led through it. */
function brokenNamespaces(planning: Planning): ReadonlySet<string> {
  const { bridges, cables, interfaces } = planning.manifest;
  const gone = [...bridges, ...cables.flat(), ...interfaces].filter((ref) => planning.link(ref) === undefined);
  return new Set(gone.map(({ namespace }) => namespace ?? ''));
}

function entry(object: ObjectRef, how: string): DriftEntry {
  return { words: `${thingInWords(object)} ${how}`, cause: 'host', object };
}

/** undefined where the reading did not ask for it. */
function valueNow({ snapshot }: Planning, { namespace, name }: SysctlRecord): string | undefined {
  return findNamespace(snapshot, namespace)?.sysctls[name];
}

/** Some parameters hold several numbers, with tabs between them. */
function words(value: string): string {
  return value.trim().split(/\s+/).join(' ');
}

/** The rules of a table are known by their comments. */
function changeOfTable({ lab, snapshot }: Planning, { namespace, family, text }: NftTableRecord): string | undefined {
  const tables = findNamespace(snapshot, namespace)?.nftTables;
  if (tables === undefined) return undefined;
  const table = tables.find((one) => one.family === family && one.name === nftTableName(lab));
  if (table === undefined) return 'is gone';
  const comments = [...text.matchAll(/ comment "([^"]*)"$/gm)].map(([, comment]) => comment);
  return comments.join('\n') === table.comments.join('\n') ? undefined : 'has other rules';
}
