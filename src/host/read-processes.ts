import { objects, parseJson, text, texts } from './json';
import type { ObservedProcess } from './model';
import type { Sections } from './sections';

/** A process in a namespace other than the root one, with what tells whose it is. */
export interface FoundProcess {
  readonly pid: number;
  readonly argv: readonly string[];
  /** The command line of the process that started it. */
  readonly parent: readonly string[];
  /** /proc/PID/cgroup. */
  readonly cgroup: string;
}

/** So many are described of each namespace. */
const described = 200;

/** The processes of each namespace by its id, in the order of their numbers. */
export function readProcesses(sections: Sections): ReadonlyMap<string, readonly FoundProcess[]> {
  const files = readFiles(sections.get('commands') ?? '');
  const words = (pid: string): readonly string[] => argumentsOf(files.get(`${pid}/cmdline`) ?? '');
  const byNamespace = new Map<string, FoundProcess[]>();
  for (const line of sections.lines('processes')) {
    const [id = '', pid = '', parent = ''] = line.split(' ');
    const argv = words(pid);
    if (argv.length === 0) continue;
    const processes = byNamespace.get(id) ?? [];
    const cgroup = (files.get(`${pid}/cgroup`) ?? '').trim();
    processes.push({ pid: Number(pid), argv, parent: words(parent), cgroup });
    byNamespace.set(id, processes);
  }
  for (const [id, processes] of byNamespace) {
    byNamespace.set(id, processes.sort((a, b) => a.pid - b.pid).slice(0, described));
  }
  return byNamespace;
}

/** Takes apart what head(1) prints of several files: `==> /proc/PID/cmdline <==`, then the content. */
function readFiles(printed: string): Map<string, string> {
  const files = new Map<string, string>();
  const pieces = printed.split(/^==> \/proc\/(\d+\/(?:cmdline|cgroup)) <==\n/m);
  for (let i = 1; i + 1 < pieces.length; i += 2)
    files.set(pieces[i] ?? '', (pieces[i + 1] ?? '').replace(/\n\n?$/, ''));
  return files;
}

/** Each ends with NUL, which is printed as another character that no shell takes out. */
function argumentsOf(commandLine: string): string[] {
  const words = commandLine.split('\x1f');
  return words.at(-1) === '' ? words.slice(0, -1) : words;
}

/** Names of containers by their identifiers, as far as Podman's and Docker's records were read. */
export function readContainers(sections: Sections): ReadonlyMap<string, string> {
  const podman = sections.lines('containers').flatMap((line) =>
    objects(parseJson(line)).flatMap((one): [string, string][] => {
      const [id, name] = [text(one['id']), texts(one['names'])[0]];
      return id === undefined || name === undefined ? [] : [[id, name]];
    }),
  );
  const docker = sections.lines('docker-names').flatMap((line): [string, string][] => {
    const match = /\/containers\/([^/]+)\/config\.v2\.json:"Name":"\/([^"]+)"$/.exec(line);
    return match === null ? [] : [[match[1] ?? '', match[2] ?? '']];
  });
  return new Map([...podman, ...docker]);
}

/** As the model has it; our own reading is left out. */
export function observedProcess({ pid, argv, cgroup }: FoundProcess): ObservedProcess | undefined {
  const command = commandText(argv.join(' '));
  if (command === '' || isReadingCommand(`${command} `) || isReadingCommand(command)) return undefined;
  return { pid, command, ...(cgroup.includes(':/netns-topology/') ? { isOfService: true } : {}) };
}

/** Whether a namespace without a name is one that we made to watch or read from, this extension or another one. */
export function isOurOwn(processes: readonly FoundProcess[]): boolean {
  return processes.some(({ argv }) => argv.some((word) => /^netns-topology-(?:agent|watch|reading)$/.test(word)));
}

/** A command line on one line. */
function commandText(words: string): string {
  return words.replace(/\s+/g, ' ').trim();
}

/** Another reader of this host, caught in the act: the script marks its shells, and these are the commands it runs. */
function isReadingCommand(command: string): boolean {
  return (
    command.includes(' netns-topology-reading ') ||
    /^ip (-j -d -force -batch -|-6 -j rule show)$/.test(command) ||
    /^(tc -j qdisc|bridge -j (?:vlan|fdb)) show$/.test(command) ||
    /^nft (-j -t|-j|-a -t|-a) list (ruleset|table \S+ .+)$/.test(command) ||
    command === 'nft list tables' ||
    command === 'ss -H -l -n -t -u -e' ||
    command.startsWith('grep -s /dev/null /proc/sys/net/')
  );
}
