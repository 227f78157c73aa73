import { isFileName, isInterfaceName, isLabName, isNamespaceName, isSysctlName } from './names';

/**
 * What a lab has on a host: everything it created or changed, and what must be put back. It lies as JSON under
 * /run/netns-topology/labs/LAB/manifest.json, is replaced in one rename when an apply is confirmed, and goes with the lab.
 * It is data from a host: nothing in it is believed before `readManifest` has looked at it.
 */
export interface Manifest {
  readonly version: 1;
  readonly lab: string;
  /** Counts the applies, so that a plan made from an older manifest is noticed. */
  readonly revision: number;
  readonly namespaces: readonly string[];
  readonly bridges: readonly DeviceRef[];
  readonly cables: readonly (readonly [DeviceRef, DeviceRef])[];
  /** Interfaces that were there before and were made ports of a bridge. */
  readonly ports: readonly PortRecord[];
  readonly addresses: readonly AddressRecord[];
  readonly routes: readonly RouteRecord[];
  readonly rules: readonly RuleRecord[];
  readonly sysctls: readonly SysctlRecord[];
  readonly nftTables: readonly NftTableRecord[];
  readonly nameservers: readonly NameserversRecord[];
  readonly services: readonly ServiceRecord[];
}

/** A namespace's name; undefined is the root namespace. */
interface Scoped {
  readonly namespace?: string;
}

/** An interface of any kind, by where it lies. */
export interface DeviceRef extends Scoped {
  readonly name: string;
}

export interface PortRecord extends DeviceRef {
  readonly bridge: string;
  /** The bridge or bond it belonged to before. */
  readonly before?: string;
}

export interface AddressRecord extends Scoped {
  readonly dev: string;
  readonly cidr: string;
}

export interface RouteRecord extends Scoped {
  readonly to: string;
  readonly via?: string;
  readonly dev?: string;
  readonly metric?: number;
  readonly table?: string;
  readonly src?: string;
  readonly scope?: string;
  readonly type: 'unicast' | 'blackhole' | 'unreachable' | 'prohibit';
}

export interface RuleRecord extends Scoped {
  readonly from?: string;
  readonly to?: string;
  readonly iif?: string;
  readonly fwmark?: string;
  readonly table: string;
  readonly priority?: number;
}

export interface SysctlRecord extends Scoped {
  readonly name: string;
  readonly value: string;
  /** What it was before any lab changed it; undefined: the namespace was new, there is nothing to put back. */
  readonly before?: string;
}

export interface NftTableRecord extends Scoped {
  readonly family: 'ip' | 'ip6';
  /** The table as an nftables script. */
  readonly text: string;
}

export interface NameserversRecord {
  readonly namespace: string;
  readonly addresses: readonly string[];
}

export interface ServiceRecord {
  readonly namespace: string;
  readonly name: string;
  readonly command: string | readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly directory?: string;
  readonly ready?: { readonly tcp: number } | { readonly seconds: number };
}

/** The manifest of a lab that has nothing on the host. */
export function emptyManifest(lab: string): Manifest {
  const nothing = { namespaces: [], bridges: [], cables: [], ports: [], addresses: [], routes: [], rules: [] };
  return { version: 1, lab, revision: 0, ...nothing, sysctls: [], nftTables: [], nameservers: [], services: [] };
}

/** The manifest as it is written; the revision stands on a line of its own, where the script on the host looks for it. */
export function printManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, undefined, 1)}\n`;
}

/** True if both record the same things, whatever their revisions. */
export function recordsTheSame(a: Manifest, b: Manifest): boolean {
  // Reading puts every record's keys into one order.
  const canonical = (manifest: Manifest): string => JSON.stringify({ ...readManifest(manifest), revision: 0 });
  return canonical(a) === canonical(b);
}

/** Reads a manifest that a host handed over. Undefined where it is not one, or holds a name that no host can have. */
export function readManifest(value: unknown): Manifest | undefined {
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
      ports: list(port)(raw['ports']),
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

/** The named keys of `raw` that are there, each read; absent keys stay absent. */
function optional<T>(raw: Record<string, unknown>, readers: { readonly [K in keyof T]-?: Reader<T[K]> }): Partial<T> {
  const result: Partial<T> = {};
  for (const key in readers) if (raw[key] !== undefined) result[key] = readers[key](raw[key]);
  return result;
}

const scope = (raw: Record<string, unknown>): Scoped =>
  optional<Required<Scoped>>(raw, { namespace: name(isNamespaceName) });

const device: Reader<DeviceRef> = (value) => {
  const raw = object(value);
  return { ...scope(raw), name: name(isInterfaceName)(raw['name']) };
};

const cable: Reader<readonly [DeviceRef, DeviceRef]> = (value) => {
  const [first, second, ...rest] = list(device)(value);
  return first !== undefined && second !== undefined && rest.length === 0 ? [first, second] : fail();
};

const port: Reader<PortRecord> = (value) => {
  const raw = object(value);
  const names = name(isInterfaceName);
  return {
    ...device(value),
    bridge: names(raw['bridge']),
    ...optional<{ before: string }>(raw, { before: names }),
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
