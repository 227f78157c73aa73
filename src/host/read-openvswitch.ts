import { integer, objects, optional, parseJson, text, type JsonObject } from './json';
import type { ObservedLink, OpenVswitchFacts, OpenVswitchPort, PortVlans } from './model';

/** A bridge as Open vSwitch's own database has it (ovs-vswitchd.conf.db(5)). */
export interface OpenVswitchBridge {
  readonly name: string;
  /** The names of its ports, without the one that the bridge itself is. */
  readonly ports: readonly string[];
  /** The VLANs of those of its ports that do not let all of them through. */
  readonly vlans: ReadonlyMap<string, PortVlans>;
  /** Its columns and keys as `ovs-vsctl` writes them: `datapath_type`, `stp_enable`, `other-config:mac-aging-time` … */
  readonly data: Readonly<Record<string, string>>;
  readonly facts: OpenVswitchFacts;
}

/**
 * Reads what `ovs-vsctl --format=json list Bridge -- list Port -- list Interface -- list Controller` printed: a table a
 * line. Undefined where
 * that is not what it printed.
 */
export function readOpenVswitch(printed: string): OpenVswitchBridge[] | undefined {
  const [bridges, ports, interfaces = [], controllers = []] = printed
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(readTable);
  if (bridges === undefined || ports === undefined) return undefined;
  const portNames = new Map(ports.map((row) => [uuidsOf(row['_uuid'])[0], text(row['name'])]));
  const vlansOf = new Map(ports.flatMap((row) => readVlans(row)));
  const mtus = new Map(interfaces.map((row) => [text(row['name']), numbersOf(row['mtu_request'])[0]]));
  return bridges.flatMap((row) => {
    const name = text(row['name']);
    if (name === undefined) return [];
    const own = uuidsOf(row['ports']).flatMap((uuid) => portNames.get(uuid) ?? []);
    const names = own.filter((port) => port !== name).sort();
    const vlans = new Map(names.flatMap((port) => [...optionalEntry(port, vlansOf.get(port))]));
    const mtu = mtus.get(name);
    const data = { ...readColumns(row), ...(mtu === undefined ? {} : { mtu_request: String(mtu) }) };
    const facts = {
      controllers: uuidsOf(row['controller']).flatMap((uuid) => readController(controllers, uuid) ?? []),
      ...optional('failMode', text(row['fail_mode'])),
      ports: ports.flatMap((port) => readPort(port, names, interfaces, vlans) ?? []),
    };
    return [{ name, ports: names, vlans, data, facts }];
  });
}

function readController(
  controllers: readonly JsonObject[],
  uuid: string,
): OpenVswitchFacts['controllers'][0] | undefined {
  const found = controllers.find((row) => uuidsOf(row['_uuid'])[0] === uuid);
  const target = text(found?.['target']);
  return target === undefined ? undefined : { target, isConnected: found?.['is_connected'] === true };
}

/** A port that Open vSwitch makes itself; one without a type is an interface of the host (or a bond of several). */
function readPort(
  port: JsonObject,
  names: readonly string[],
  interfaces: readonly JsonObject[],
  vlans: ReadonlyMap<string, PortVlans>,
): OpenVswitchPort | undefined {
  const name = text(port['name']);
  if (name === undefined || !names.includes(name)) return undefined;
  const [own] = uuidsOf(port['interfaces']);
  const found = interfaces.find((row) => uuidsOf(row['_uuid'])[0] === own);
  const type = text(found?.['type']);
  if (type === undefined || type === 'system') return undefined;
  const options = Object.fromEntries(pairsOf(found?.['options']));
  return { name, type, options, ...optional('vlans', vlans.get(name)) };
}

/** A table of ovs-vsctl's as one object for each row; undefined where it is none. */
function readTable(line: string): JsonObject[] | undefined {
  const [table] = objects([parseJson(line)]);
  const headings = table?.['headings'];
  const rows = table?.['data'];
  if (!Array.isArray(headings) || !Array.isArray(rows)) return undefined;
  return rows
    .filter((row): row is unknown[] => Array.isArray(row))
    .map((row) => Object.fromEntries(headings.map((heading, index) => [String(heading), row[index]])));
}

function optionalEntry<V>(key: string, value: V | undefined): [string, V][] {
  return value === undefined ? [] : [[key, value]];
}

/** A port's VLANs (ovs-vswitchd.conf.db(5), `tag`, `trunks`, `vlan_mode`); none for one that lets all of them through. */
function readVlans(row: JsonObject): [string, PortVlans][] {
  const name = text(row['name']);
  const [tag] = numbersOf(row['tag']);
  const trunks = numbersOf(row['trunks']).sort((a, b) => a - b);
  if (name === undefined || (tag === undefined && trunks.length === 0)) return [];
  if (tag === undefined) return [[name, { tagged: trunks }]];
  // With a tag and no mode it is an access port, whatever its trunks.
  return [[name, { untagged: tag, tagged: text(row['vlan_mode']) === 'native-untagged' ? trunks : [] }]];
}

/** The numbers in a value: `5`, or `["set", [5, 7]]`. */
function numbersOf(value: unknown): number[] {
  const values: unknown[] = Array.isArray(value) && value[0] === 'set' && Array.isArray(value[1]) ? value[1] : [value];
  return values.flatMap((one) => integer(one) ?? []);
}

/** The UUIDs in a value: `["uuid", U]`, or `["set", [["uuid", U], …]]` (RFC 7047, 5.1). */
function uuidsOf(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  if (value[0] === 'uuid') return typeof value[1] === 'string' ? [value[1]] : [];
  return value[0] === 'set' && Array.isArray(value[1]) ? value[1].flatMap(uuidsOf) : [];
}

function readColumns(row: JsonObject): Record<string, string> {
  const data: Record<string, string> = {};
  for (const column of ['stp_enable', 'mcast_snooping_enable']) data[column] = String(row[column] === true);
  // Nothing said is the kernel's datapath.
  data['datapath_type'] = text(row['datapath_type']) ?? 'system';
  for (const [column, prefix] of [
    ['other_config', 'other-config'],
    ['external_ids', 'external-ids'],
  ] as const) {
    for (const [key, value] of pairsOf(row[column])) data[`${prefix}:${key}`] = value;
  }
  return data;
}

/** `["map", [[KEY, VALUE], …]]` (RFC 7047, 5.1). */
function pairsOf(value: unknown): [string, string][] {
  if (!Array.isArray(value) || value[0] !== 'map' || !Array.isArray(value[1])) return [];
  return value[1].flatMap((pair: unknown): [string, string][] => {
    const [key, entry] = Array.isArray(pair) ? (pair as unknown[]) : [];
    return typeof key === 'string' && typeof entry === 'string' ? [[key, entry]] : [];
  });
}

/**
 * The root namespace's links with what Open vSwitch says of them. To ip(8) such a bridge is an interface without ports: with
 * `netdev` a TAP device, with the kernel's datapath one whose ports all belong to `ovs-system`.
 */
export function withOpenVswitch(
  links: readonly ObservedLink[],
  bridges: readonly OpenVswitchBridge[],
): readonly ObservedLink[] {
  if (bridges.length === 0) return links;
  const byName = new Map(bridges.map((bridge) => [bridge.name, bridge]));
  const masters = new Map(bridges.flatMap((own) => own.ports.map((port) => [port, own])));
  return links.map((link) => {
    const bridge = byName.get(link.name);
    if (bridge !== undefined) return { ...link, kind: 'openvswitch', data: bridge.data, openvswitch: bridge.facts };
    const master = masters.get(link.name);
    if (master === undefined) return link;
    const vlans = master.vlans.get(link.name);
    return { ...link, master: master.name, ...(vlans === undefined ? {} : { vlans }) };
  });
}
