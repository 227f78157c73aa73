import * as l10n from '@vscode/l10n';
import { splitSections } from './sections';

/** What a topology file can say of a namespace and a snapshot does not hold. */
export interface NamespaceDetails {
  /** Kernel parameters that differ from a new namespace's, by their names with dots. */
  readonly sysctls: Readonly<Record<string, string>>;
  /** The interfaces whose MAC address somebody chose. */
  readonly chosenMacs: readonly string[];
  readonly nameservers: readonly string[];
  readonly processes: readonly DetailedProcess[];
  /** What could not be read, for people. */
  readonly unread: readonly string[];
}

export interface DetailedProcess {
  readonly pid: number;
  readonly parent: number;
  /** A service of a lab of ours, or what one has started. */
  readonly isOurs: boolean;
  readonly user: string;
  readonly directory: string;
  readonly argv: readonly string[];
  /** `tcp` first, then by number. */
  readonly listening: readonly { readonly protocol: 'tcp' | 'udp'; readonly port: number }[];
}

export interface AdoptionDetails {
  /** Interfaces of the root namespace whose MAC address somebody chose. */
  readonly hostMacs: readonly string[];
  readonly namespaces: ReadonlyMap<string, NamespaceDetails>;
}

/**
 * Reads what `adoptionScript` printed.
 *
 * @param namespaces the list that the script was made for
 * @throws NetnsError `unexpectedOutput` when the output was cut off
 */
export function readAdoption(output: string, boundary: string, namespaces: readonly string[]): AdoptionDetails {
  const sections = splitSections(output, boundary);
  const macs = (place: string): string[] =>
    sections
      .lines(`macs ${place}`)
      .flatMap((line) => /^\/sys\/class\/net\/([^/]+)\/addr_assign_type:3$/.exec(line)?.[1] ?? []);
  const processes = splitProcesses(output, boundary);
  return {
    hostMacs: macs('host'),
    namespaces: new Map(
      namespaces.map((name, index) => {
        const listening = readListening(sections.lines(`listening ${index}`));
        return [
          name,
          {
            sysctls: readSysctls(sections.lines(`sysctls ${index}`)),
            chosenMacs: macs(String(index)),
            nameservers: sections
              .lines(`nameservers ${index}`)
              .flatMap((line) => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? []),
            processes: (processes.get(String(index)) ?? []).map((process) => ({
              ...process,
              listening: listening.get(process.pid) ?? [],
            })),
            unread:
              sections.get(`no-sysctls ${index}`) === undefined
                ? []
                : [l10n.t`kernel parameters (the host has no awk or unshare)`],
          },
        ] as const;
      }),
    ),
  };
}

function readSysctls(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, path, value] = /^\/proc\/sys\/(net\/[^:\s]+):(.*)$/.exec(line) ?? [];
      if (path === undefined || value === undefined) return [];
      // As sysctl(8) has it: a dot in an interface's name becomes a slash.
      const name = path.replace(/[./]/g, (c) => (c === '/' ? '.' : '/'));
      return [[name, value.trim()] as const];
    }),
  );
}

/** `ss -Hlntup`: `tcp LISTEN 0 5 10.10.0.10:8000 0.0.0.0:* users:(("python3",pid=123,fd=3))`. */
function readListening(lines: readonly string[]): Map<number, DetailedProcess['listening']> {
  const found = new Map<number, { protocol: 'tcp' | 'udp'; port: number }[]>();
  for (const line of lines) {
    const [protocol, , , , local = ''] = line.trim().split(/\s+/);
    const port = Number(/:(\d+)$/.exec(local)?.[1]);
    if ((protocol !== 'tcp' && protocol !== 'udp') || !Number.isInteger(port)) continue;
    for (const [, pid] of line.matchAll(/pid=(\d+)/g)) {
      const own = found.get(Number(pid)) ?? [];
      if (!own.some((one) => one.protocol === protocol && one.port === port)) own.push({ protocol, port });
      found.set(
        Number(pid),
        own.sort((a, b) => a.protocol.localeCompare(b.protocol) || a.port - b.port),
      );
    }
  }
  return found;
}

/** The processes by the number of their namespace: each is a section behind that of its namespace. */
function splitProcesses(output: string, boundary: string): Map<string, Omit<DetailedProcess, 'listening'>[]> {
  const byPlace = new Map<string, Omit<DetailedProcess, 'listening'>[]>();
  let place = '';
  for (const piece of `\n${output}`.split(`\n@${boundary} `).slice(1)) {
    const [head = '', ours, parent, user = '', directory = '', ...argv] = piece.split('\n');
    const [kind, number = ''] = head.split(' ');
    if (kind === 'processes') place = number;
    if (kind !== 'process') continue;
    // The last argument ends with a NUL too, and the section with a line break.
    while (argv.at(-1) === '') argv.pop();
    if (argv.length === 0 || argv.includes('netns-topology-reading')) continue;
    const process = {
      pid: Number(number),
      parent: Number(parent),
      isOurs: ours === 'ours',
      user,
      directory,
      argv: argv.map((word) => word.replaceAll('\u0001', '\n')),
    };
    byPlace.set(place, [...(byPlace.get(place) ?? []), process]);
  }
  return byPlace;
}
