import * as l10n from '@vscode/l10n';
import { lookup } from '../base/lookup';
import { findNamespace, type ObservedLink } from '../host/model';
import { hasAddress } from './addresses';
import type { DriftEntry } from './drift';
import { thingInWords } from './drift-words';
import { refOf } from './cables';
import { impairmentInWords, isSameImpairment, observedImpairment, readImpairment } from './impairment';
import type { DeviceRef, NftTableRecord, PortRecord, SettingsRecord, SysctlRecord } from './manifest';
import type { ObjectRef } from './model';
import { movedBy, nftTableName } from './names';
import { changedNameservers } from './nameservers';
import { observedSettings, recordOfSettings } from './open-vswitch';
import { deviceKey, deviceName, objectRef, type Planning } from './planning';
import { bridgeOptions } from './restore';
import { changeOfVlans } from './port-vlans';
import { changeOfRoute, hasRule, routeName, ruleName } from './routes';

/**
 * What of a lab's own is there and not as its last apply left it, by the record on the host alone. What follows from something
 * that is gone is not named.
 */
export function changesOfRecord(planning: Planning): DriftEntry[] {
  const turned = turnedDevices(planning);
  const broken = brokenNamespaces(planning, turned);
  const isWhole = ({ namespace }: { readonly namespace?: string }): boolean => !broken.has(namespace ?? '');
  const { manifest } = planning;
  return [
    ...manifest.settings.flatMap(({ namespace, name, mtu }) => {
      const now = planning.link({ name, ...(namespace === undefined ? {} : { namespace }) })?.mtu;
      if (mtu === undefined || now === undefined || now === mtu) return [];
      const device = deviceName({ name, ...(namespace === undefined ? {} : { namespace }) });
      return [entry(objectRef('interface', device, namespace), l10n.t`has MTU ${now}`)];
    }),
    ...manifest.settings.flatMap((record) => {
      const link = planning.link(refOf(record.namespace, record.name));
      const change = link === undefined ? undefined : changeOfSettings(record, link);
      return change === undefined ? [] : [entry(change.object, change.how)];
    }),
    ...turned.map(({ ref, isUp }) =>
      entry(objectRef('interface', deviceName(ref), ref.namespace), isUp ? l10n.t`is up` : l10n.t`is down`),
    ),
    ...manifest.addresses.flatMap(({ namespace, dev, cidr }) => {
      const ref = { name: dev, ...(namespace === undefined ? {} : { namespace }) };
      const link = planning.link(ref);
      if (link === undefined || hasAddress(link, cidr)) return [];
      return [entry(objectRef('address', `${cidr} on ${deviceName(ref)}`, namespace), l10n.t`is gone`)];
    }),
    ...manifest.routes.filter(isWhole).flatMap((route) => {
      const change = changeOfRoute(planning, route);
      return change === undefined ? [] : [entry(objectRef('route', routeName(route), route.namespace), change)];
    }),
    ...manifest.rules.flatMap((rule) => {
      if (planning.namespace(rule.namespace) === undefined || hasRule(planning, rule)) return [];
      return [entry(objectRef('rule', ruleName(rule), rule.namespace), l10n.t`is gone`)];
    }),
    ...[...manifest.settings, ...manifest.ports].flatMap((record) => {
      const change = changeOfPort(planning, record);
      const object = objectRef('interface', deviceName(refOf(record.namespace, record.name)), record.namespace);
      return change === undefined ? [] : [entry(object, change)];
    }),
    ...manifest.sysctls.flatMap((record) => {
      const now = valueNow(planning, record);
      if (now === undefined || words(now) === words(record.value)) return [];
      return [entry(objectRef('sysctl', record.name, record.namespace), l10n.t`is ${now}`)];
    }),
    ...manifest.nftTables.flatMap((record) => {
      const change = changeOfTable(planning, record);
      const object = objectRef('nat', `table ${record.family} ${nftTableName(planning.lab)}`, record.namespace);
      return change === undefined ? [] : [entry(object, change)];
    }),
    ...changedNameservers(planning).map(({ namespace }) =>
      entry(objectRef('nameservers', namespace, namespace), l10n.t`are others`),
    ),
  ];
}

/** A bridge's options, or what an interface does to packets, where that is not as it was set. */
function changeOfSettings(
  record: SettingsRecord,
  link: ObservedLink,
): { readonly object: ObjectRef; readonly how: string } | undefined {
  const { namespace, name, options = {}, openVswitch = {}, impairment } = record;
  const now: Readonly<Record<string, string | undefined>> =
    record.openVswitch === undefined ? bridgeOptions(link) : recordOfSettings(observedSettings(link));
  const wanted = record.openVswitch === undefined ? options : openVswitch;
  const different = Object.keys(wanted).filter((key) => now[key] !== undefined && now[key] !== wanted[key]);
  if (different.length > 0) {
    const words = different.map((key) => `${key} ${now[key] === '' ? l10n.t`not set` : (now[key] ?? '')}`);
    return { object: objectRef('bridge', name, namespace), how: l10n.t`has ${words.join(', ')}` };
  }
  if (impairment === undefined) return undefined;
  const isNow = link.qdisc === undefined ? {} : observedImpairment(link.qdisc);
  if (isNow !== undefined && isSameImpairment(isNow, readImpairment(impairment) ?? {})) return undefined;
  const how =
    isNow === undefined
      ? l10n.t`has a queueing discipline ${link.qdisc?.kind ?? ''}`
      : l10n.t`is ${impairmentInWords(isNow)}`;
  return { object: objectRef('interface', deviceName(refOf(namespace, name)), namespace), how };
}

/** How a port is plugged in now, where that is not as it was; nothing where it or its bridge is gone. */
function changeOfPort(
  planning: Planning,
  record: DeviceRef & Pick<SettingsRecord, 'bridge' | 'vlans'>,
): string | undefined {
  const { namespace, name, bridge } = record;
  const link = planning.link(refOf(namespace, name));
  if (bridge === undefined || link === undefined) return undefined;
  const master = planning.link(refOf(namespace, bridge));
  if (master === undefined) return undefined;
  if (link.master === undefined) return l10n.t`is no port of ${bridge} any more`;
  if (link.master !== bridge) return l10n.t`is a port of ${link.master}, no more of ${bridge}`;
  // What was there before the lab has no VLANs of the lab's.
  const isKept = record.vlans !== undefined || (master.kind === 'openvswitch' && !isPortRecord(planning, record));
  return isKept ? changeOfVlans(record.vlans, link) : undefined;
}

const findPort = lookup<PortRecord, string>(deviceKey);

function isPortRecord(planning: Planning, ref: DeviceRef): boolean {
  return findPort(planning.manifest.ports, deviceKey(ref)) !== undefined;
}

interface TurnedDevice {
  readonly ref: DeviceRef;
  readonly isUp: boolean;
}

/** The interfaces that somebody set up or down since. */
function turnedDevices(planning: Planning): TurnedDevice[] {
  const { namespaces, physical, settings } = planning.manifest;
  const down = new Set(settings.filter((one) => one.down === true).map(deviceKey));
  const devices = [...devicesOf(planning), ...physical, ...namespaces.map((namespace) => ({ namespace, name: 'lo' }))];
  return devices.flatMap(({ namespace, name }) => {
    const ref = refOf(namespace, name);
    const link = planning.link(ref);
    const isLabs = link !== undefined && (planning.isOurs(link) || movedBy(link.alias) === planning.lab);
    return isLabs && link.up === down.has(deviceKey(ref)) ? [{ ref, isUp: link.up }] : [];
  });
}

function devicesOf({ manifest: { bridges, cables, interfaces } }: Planning): DeviceRef[] {
  return [...bridges, ...cables.flat(), ...interfaces];
}

/**
 * The namespaces ('' is the root namespace) in which an interface of the lab is gone or was set down, with the routes that led
 * through it.
 */
function brokenNamespaces(planning: Planning, turned: readonly TurnedDevice[]): ReadonlySet<string> {
  const gone = devicesOf(planning).filter((ref) => planning.link(ref) === undefined);
  const down = turned.filter(({ isUp }) => !isUp).map(({ ref }) => ref);
  return new Set([...gone, ...down].map(({ namespace }) => namespace ?? ''));
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
  if (table === undefined) return l10n.t`is gone`;
  const comments = [...text.matchAll(/ comment "([^"]*)"$/gm)].map(([, comment]) => comment);
  return comments.join('\n') === table.comments.join('\n') ? undefined : l10n.t`has other rules`;
}
