import type { ObservedAddress, ObservedRoute, PortVlans } from '../host/model';
import {
  defaultBridgeOptions,
  type AddressRecord,
  type DeviceRef,
  type InterfaceRecord,
  type Manifest,
  type NameserversRecord,
  type NftTableRecord,
  type PhysicalRecord,
  type PortRecord,
  type RouteRecord,
  type RuleRecord,
  type ServiceRecord,
  type SettingsRecord,
  type SysctlRecord,
} from './manifest';
import { openVswitchSettings } from './open-vswitch';
import { ownKinds } from './own-kinds';
import { isFileName, isInterfaceName, isLabName, isNamespaceName, isSysctlName } from './names';

/** What was read before: a snapshot is asked for its manifests many times, and that of a large lab takes milliseconds. */
const known = new WeakMap<object, Manifest | undefined>();

/**
 * Reads a manifest that a host handed over. Undefined where it is not one, or holds a name that no host can have. What it is
 * given, it takes to stay as it is.
 */
export function readManifest(value: unknown): Manifest | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (known.has(value)) return known.get(value);
  const manifest = readOnce(value);
  known.set(value, manifest);
  // What was read once reads as itself.
  if (manifest !== undefined) known.set(manifest, manifest);
  return manifest;
}

function readOnce(value: object): Manifest | undefined {
  try {
    const raw = object(value);
    if (raw['version'] !== 1) return undefined;
    return {
      version: 1,
      lab: name(isLabName)(raw['lab']),
      revision: wholeNumber(raw['revision']),
      namespaces: list(name(isNamespaceName))(raw['namespaces']),
      bridges: list(device)(raw['bridges']),
      cables: list(cable)(raw['cables']),
      interfaces: list(ownInterface)(raw['interfaces']),
      settings: list(settings)(raw['settings']),
      ports: list(port)(raw['ports']),
      // A lab that was applied before there were any has none.
      physical: list(physical)(raw['physical'] ?? []),
      addresses: list(address)(raw['addresses']),
      routes: list(route)(raw['routes']),
      rules: list(rule)(raw['rules']),
      sysctls: list(sysctl)(raw['sysctls']),
      nftTables: list(nftTable)(raw['nftTables']),
      nameservers: list(nameservers)(raw['nameservers']),
      services: list(service)(raw['services']),
    };
  } catch (error) {
    if (error instanceof NotAManifest) return undefined;
    throw error;
  }
}

/** True if both record the same things, whatever their revisions. */
export function recordsTheSame(a: Manifest, b: Manifest): boolean {
  // Reading puts every record's keys into one order.
  const canonical = (manifest: Manifest): string => JSON.stringify({ ...readManifest(manifest), revision: 0 });
  return canonical(a) === canonical(b);
}

class NotAManifest extends Error {}

type Reader<T> = (value: unknown) => T;

function fail(): never {
  throw new NotAManifest();
}

function object(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail();
  return value as Record<string, unknown>;
}

function list<T>(item: Reader<T>): Reader<T[]> {
  return (value) => (Array.isArray(value) ? value.map((element) => item(element)) : fail());
}

/** Text for a command line or a file: anything but control characters. */
function word(value: unknown): string {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is refused
  return typeof value === 'string' && !/[\u0000-\u001f\u007f]/.test(value) ? value : fail();
}

/** Text of several lines. */
function text(value: unknown): string {
  return typeof value === 'string' && !value.includes('\0') ? value : fail();
}

function wholeNumber(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : fail();
}

function name(isValid: (name: string) => boolean): Reader<string> {
  return (value) => (typeof value === 'string' && isValid(value) ? value : fail());
}

function yes(value: unknown): true {
  return value === true ? value : fail();
}

/** The named keys of `raw` that are there, each read; absent keys stay absent. */
function optional<T>(raw: Record<string, unknown>, readers: { readonly [K in keyof T]-?: Reader<T[K]> }): Partial<T> {
  const result: Partial<T> = {};
  for (const key in readers) if (raw[key] !== undefined) result[key] = readers[key](raw[key]);
  return result;
}

/** Named values, in the order of their names. */
function record<T>(item: Reader<T>): Reader<Record<string, T>> {
  return (value) =>
    Object.fromEntries(
      Object.entries(object(value))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, entry]) => [/^[a-z_-]+$/.test(key) ? key : fail(), item(entry)]),
    );
}

const scope = (raw: Record<string, unknown>): { readonly namespace?: string } =>
  optional<{ namespace: string }>(raw, { namespace: name(isNamespaceName) });

const device: Reader<DeviceRef> = (value) => {
  const raw = object(value);
  return { ...scope(raw), name: name(isInterfaceName)(raw['name']) };
};

const cable: Reader<readonly [DeviceRef, DeviceRef]> = (value) => {
  const [first, second, ...rest] = list(device)(value);
  return first !== undefined && second !== undefined && rest.length === 0 ? [first, second] : fail();
};

const ownInterface: Reader<InterfaceRecord> = (value) => {
  const raw = object(value);
  return {
    ...device(value),
    kind: ownKinds.find((kind) => kind === raw['kind']) ?? fail(),
    options: record(word)(raw['options']),
  };
};

const settings: Reader<SettingsRecord> = (value) => {
  const raw = object(value);
  return {
    ...device(value),
    ...optional<Omit<SettingsRecord, keyof DeviceRef>>(raw, {
      mtu: wholeNumber,
      options: bridgeOptionsRecord,
      impaired: yes,
      impairment: record(word),
      openVswitch: openVswitchRecord,
      down: yes,
      bridge: name(isInterfaceName),
      vlans: portVlans,
    }),
  };
};

function portVlans(value: unknown): PortVlans {
  const raw = object(value);
  return {
    ...optional<{ untagged: number }>(raw, { untagged: wholeNumber }),
    tagged: list(wholeNumber)(raw['tagged']),
  };
}

function bridgeOptionsRecord(value: unknown): Record<string, string> {
  const known = Object.keys(defaultBridgeOptions);
  return Object.fromEntries(
    Object.entries(object(value)).map(([key, entry]) => [known.includes(key) ? key : fail(), word(entry)]),
  );
}

function openVswitchRecord(value: unknown): Record<string, string> {
  const raw = object(value);
  // In one order, whoever wrote them.
  return Object.fromEntries(
    openVswitchSettings.flatMap((key) => (raw[key] === undefined ? [] : [[key, word(raw[key])] as const])),
  );
}

const port: Reader<PortRecord> = (value) => {
  const raw = object(value);
  const names = name(isInterfaceName);
  return {
    ...device(value),
    bridge: names(raw['bridge']),
    ...optional<{ before: string; wasDown: true }>(raw, { before: names, wasDown: yes }),
  };
};

const physical: Reader<PhysicalRecord> = (value) => {
  const raw = object(value);
  const before = object(raw['before']);
  return {
    namespace: name(isNamespaceName)(raw['namespace']),
    name: name(isInterfaceName)(raw['name']),
    before: {
      up: typeof before['up'] === 'boolean' ? before['up'] : fail(),
      mtu: wholeNumber(before['mtu']),
      ...optional<{ mac: string; alias: string; master: string }>(before, {
        mac: word,
        alias: word,
        master: name(isInterfaceName),
      }),
      addresses: list(observedAddress)(before['addresses']),
      routes: list(observedRoute)(before['routes']),
    },
  };
};

function family(value: unknown): 'inet' | 'inet6' {
  return value === 'inet' || value === 'inet6' ? value : fail();
}

const observedAddress: Reader<ObservedAddress> = (value) => {
  const raw = object(value);
  return {
    family: family(raw['family']),
    cidr: word(raw['cidr']),
    scope: word(raw['scope']),
    ...optional<{ broadcast: string; peer: string; label: string; metric: number; flags: string[]; isAnnounced: true }>(
      raw,
      { broadcast: word, peer: word, label: word, metric: wholeNumber, flags: list(word), isAnnounced: yes },
    ),
  };
};

const observedRoute: Reader<ObservedRoute> = (value) => {
  const raw = object(value);
  return {
    family: family(raw['family']),
    to: word(raw['to']),
    table: word(raw['table']),
    type: word(raw['type']),
    ...optional<Omit<ObservedRoute, 'family' | 'to' | 'table' | 'type'>>(raw, {
      via: word,
      dev: name(isInterfaceName),
      metric: wholeNumber,
      src: word,
      scope: word,
      protocol: word,
      onLink: yes,
    }),
  };
};

const address: Reader<AddressRecord> = (value) => {
  const raw = object(value);
  return { ...scope(raw), dev: name(isInterfaceName)(raw['dev']), cidr: word(raw['cidr']) };
};

const route: Reader<RouteRecord> = (value) => {
  const raw = object(value);
  const types = ['unicast', 'blackhole', 'unreachable', 'prohibit'] as const;
  return {
    ...scope(raw),
    to: word(raw['to']),
    type: types.find((type) => type === raw['type']) ?? fail(),
    ...optional<{ via: string; dev: string; metric: number; table: string; src: string; scope: string }>(raw, {
      via: word,
      dev: name(isInterfaceName),
      metric: wholeNumber,
      table: word,
      src: word,
      scope: word,
    }),
  };
};

const rule: Reader<RuleRecord> = (value) => {
  const raw = object(value);
  return {
    ...scope(raw),
    table: word(raw['table']),
    ...optional<{ from: string; to: string; iif: string; fwmark: string; priority: number }>(raw, {
      from: word,
      to: word,
      iif: name(isInterfaceName),
      fwmark: word,
      priority: wholeNumber,
    }),
  };
};

const sysctl: Reader<SysctlRecord> = (value) => {
  const raw = object(value);
  return {
    ...scope(raw),
    name: name(isSysctlName)(raw['name']),
    value: word(raw['value']),
    ...optional<{ before: string }>(raw, { before: word }),
  };
};

const nftTable: Reader<NftTableRecord> = (value) => {
  const raw = object(value);
  const family = raw['family'];
  return { ...scope(raw), family: family === 'ip' || family === 'ip6' ? family : fail(), text: text(raw['text']) };
};

const nameservers: Reader<NameserversRecord> = (value) => {
  const raw = object(value);
  return { namespace: name(isNamespaceName)(raw['namespace']), addresses: list(word)(raw['addresses']) };
};

const service: Reader<ServiceRecord> = (value) => {
  const raw = object(value);
  const command = raw['command'];
  return {
    namespace: name(isNamespaceName)(raw['namespace']),
    name: name(isFileName)(raw['name']),
    command: Array.isArray(command) ? list(text)(command) : text(command),
    env: Object.fromEntries(
      Object.entries(object(raw['env'])).map(([key, entry]) => [environmentName(key), text(entry)]),
    ),
    ...optional<{ user: string; directory: string; ready: { tcp: number } | { seconds: number } }>(raw, {
      user: word,
      directory: word,
      ready: readiness,
    }),
  };
};

function environmentName(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? key : fail();
}

const readiness: Reader<{ tcp: number } | { seconds: number }> = (value) => {
  const raw = object(value);
  if (raw['tcp'] !== undefined) return { tcp: wholeNumber(raw['tcp']) };
  return { seconds: typeof raw['seconds'] === 'number' && raw['seconds'] >= 0 ? raw['seconds'] : fail() };
};
