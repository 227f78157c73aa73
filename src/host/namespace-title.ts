import type { FoundProcess } from './read-processes';

/** Names that tools gave, not people: Podman's and containerd's `cni-UUID`, Docker's hexadecimal ones. */
const madeUpName = /^(?:netns-|cni-)[0-9a-f-]{36}$|^[0-9a-f]{12,64}$/;

/** What is known of a namespace besides what is in it. */
export interface NamespaceFacts {
  readonly names: readonly string[];
  readonly processes: readonly FoundProcess[];
  /** Names of containers by their identifiers. */
  readonly containers: ReadonlyMap<string, string>;
  /** The mount point or open file that leads to it, where no process does. */
  readonly path?: string;
}

/** What people call a namespace that has no name of a person's, and who made it. */
export interface NamespaceTitle {
  readonly title?: string;
  /** `Podman`, `Docker`, `containerd`, `CRI-O`, `Mininet`, `systemd`; absent where that cannot be told. */
  readonly maker?: string;
}

/**
 * What people call a namespace: its container's name, a Mininet host's, its systemd unit, else a process. Nothing where its
 * name under /run/netns is a person's.
 */
export function titleOf({ names, processes, containers, path }: NamespaceFacts): NamespaceTitle {
  if (names.some((name) => !madeUpName.test(name))) return {};
  const container = first(processes, (process) => containerOf(process, containers));
  if (container !== undefined) return container;
  if (names.length > 0) return {};
  const mininet = first(processes, mininetHostOf);
  if (mininet !== undefined) return { title: mininet, maker: 'Mininet' };
  const unit = first(processes, unitOf);
  if (unit !== undefined) return { title: unit, maker: 'systemd' };
  const [process] = processes;
  if (process !== undefined) return { title: `${programOf(process.argv)} (${process.pid})` };
  return path === undefined ? {} : { title: path.replace(/^\/proc\/\d+\/root(?=\/)/, '') };
}

function first<T>(processes: readonly FoundProcess[], find: (process: FoundProcess) => T | undefined): T | undefined {
  for (const process of processes) {
    const found = find(process);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** By the control group, as Docker, Podman, CRI-O and containerd name them; else by the program that watches over the container. */
function containerOf(
  { cgroup, parent }: FoundProcess,
  containers: ReadonlyMap<string, string>,
): NamespaceTitle | undefined {
  const marked = /(docker|libpod|crio|cri-containerd)[-/]([0-9a-f]{64})/.exec(cgroup);
  const id = marked?.[2] ?? /\/([0-9a-f]{64})$/m.exec(cgroup)?.[1];
  const watcher = programOf(parent);
  const maker = makers[marked?.[1] ?? ''] ?? makerByWatcher(watcher);
  const called = (title: string): NamespaceTitle => ({ title, ...(maker === undefined ? {} : { maker }) });
  const named = id === undefined ? undefined : containers.get(id);
  if (named !== undefined) return called(named);
  if (watcher === 'conmon') {
    const name = optionOf(parent, '-n', '--name') ?? containers.get(optionOf(parent, '-c', '--cid') ?? '');
    return name === undefined ? undefined : called(name);
  }
  if (watcher.startsWith('containerd-shim')) {
    const own = optionOf(parent, '-id', '--id');
    return own === undefined ? undefined : called(containers.get(own) ?? own.slice(0, 12));
  }
  return id === undefined ? undefined : called(id.slice(0, 12));
}

const makers: Readonly<Record<string, string>> = {
  docker: 'Docker',
  libpod: 'Podman',
  crio: 'CRI-O',
  'cri-containerd': 'containerd',
};

function makerByWatcher(watcher: string): string | undefined {
  if (watcher === 'conmon') return 'Podman';
  return watcher.startsWith('containerd-shim') ? 'containerd' : undefined;
}

/** Mininet's hosts are shells whose last argument says whose: `mininet:h1`. */
function mininetHostOf({ argv }: FoundProcess): string | undefined {
  return /^mininet:(.+)$/.exec(argv.at(-1) ?? '')?.[1];
}

/** A service of its own network: the last part of the control group. */
function unitOf({ cgroup }: FoundProcess): string | undefined {
  const unit = /\/([^/\n]+)\.service$/m.exec(cgroup)?.[1];
  // The unit of the session's own daemon says nothing of what was started by hand.
  return unit === undefined || /^(?:ssh|sshd|user@\d+|cron|docker|containerd|podman)$/.test(unit) ? undefined : unit;
}

function programOf(argv: readonly string[]): string {
  return (argv[0] ?? '').split(' ')[0]?.split('/').at(-1)?.replace(/^-/, '').replace(/:$/, '') || 'process';
}

function optionOf(argv: readonly string[], ...names: readonly string[]): string | undefined {
  for (const [index, word] of argv.entries()) {
    if (names.includes(word)) return argv[index + 1];
    const long = names.find((name) => name.startsWith('--') && word.startsWith(`${name}=`));
    if (long !== undefined) return word.slice(long.length + 1);
  }
  return undefined;
}
