import * as l10n from '@vscode/l10n';
import { conntrackPaths } from './conntrack-paths';
import { integer, objects, text } from './json';
import type { ObservedConntrack } from './model-live';
import { localnetSysctl, sysctlPath } from './sysctl-names';

/** The kernel parameters of a namespace, by their paths below /proc/sys. One that is in neither does not exist there. */
export interface SysctlReading {
  readonly values: ReadonlyMap<string, string>;
  /** Why a file that is there could not be read, in the host's words. */
  readonly errors: ReadonlyMap<string, string>;
}

/** What grep(1) printed of several files, and what it complained of: that a file does not exist is none of our business. */
export function sysctlsFromGrep(printed: string, said: string): SysctlReading {
  const lines = printed.split('\n').filter((line) => line.includes(':'));
  const complaints = said.split('\n').flatMap((line) => {
    const [, path = '', why = ''] = /grep: (\/proc\/sys\/.*): ([^:]+)$/.exec(line) ?? [];
    return path === '' || /no such file/i.test(why) ? [] : [[path, why.trim()] as const];
  });
  return {
    values: new Map(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
      }),
    ),
    errors: new Map(complaints),
  };
}

/** The values by dotted names: of those that were asked for, and of what is on in any interface (`route_localnet`). */
export function namedSysctls({ values }: SysctlReading, names: readonly string[]): Record<string, string> {
  // What is on is read of every interface, without being asked for.
  const localnet = [...values].flatMap(([path, value]) => {
    if (value !== '1') return [];
    const device = /^\/proc\/sys\/net\/ipv4\/conf\/([^/]+)\/route_localnet$/.exec(path)?.[1];
    return device === undefined ? [] : localnetSysctl(device);
  });
  return byName(values, [...new Set([...names, ...localnet.sort()])]);
}

/** Why those that were asked for could not be read, by dotted names; undefined where all could, or are not there. */
export function unreadSysctls(
  { errors }: SysctlReading,
  names: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const found = byName(errors, names);
  return Object.keys(found).length === 0 ? undefined : found;
}

/** The same as parts of a namespace that could not be read, and the number of connections. */
export function missedParameters(reading: SysctlReading, names: readonly string[]): [what: string, why: string][] {
  const unread = Object.entries(unreadSysctls(reading, names) ?? {}).map(([name, why]) => `${name}: ${why}`);
  const conntrack = Object.values(conntrackPaths).flatMap((path) => reading.errors.get(path) ?? []);
  return [
    ...(unread.length === 0 ? [] : [[l10n.t`kernel parameters`, unread.join('\n')] as [string, string]]),
    ...(conntrack[0] === undefined ? [] : [[l10n.t`the number of connections`, conntrack[0]] as [string, string]]),
  ];
}

function byName(byPath: ReadonlyMap<string, string>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const found = byPath.get(`/proc/sys/${sysctlPath(name)}`);
      return found === undefined ? [] : [[name, found] as const];
    }),
  );
}

/** The sysctls of a namespace's interfaces that came with `links`: `route_localnet` where it is on. */
export function localnetPaths(links: unknown): (readonly [path: string, value: string])[] {
  return objects(links).flatMap((link) => {
    const [name, value] = [text(link['ifname']), integer(link['route_localnet'])];
    return name === undefined || value === undefined
      ? []
      : [[`/proc/sys/net/ipv4/conf/${name}/route_localnet`, String(value)] as const];
  });
}

/** How many connections the kernel follows, and how many it could; undefined where it follows none, or does not say. */
export function readConntrack({ values }: SysctlReading): ObservedConntrack | undefined {
  const [connections, max] = [conntrackPaths.count, conntrackPaths.max].map((path) => Number(values.get(path) ?? NaN));
  if (!Number.isInteger(connections) || !Number.isInteger(max)) return undefined;
  return { connections: connections as number, max: max as number };
}
