import type { ObservedProcess } from './model';
import type { Sections } from './sections';

/** The processes of each namespace by its id, in the order of their numbers. Our own reading is left out. */
export function readProcesses(sections: Sections): ReadonlyMap<string, readonly ObservedProcess[]> {
  const commands = readCommands(sections.get('commands') ?? '');
  const byNamespace = new Map<string, ObservedProcess[]>();
  for (const line of sections.lines('processes')) {
    const match = /^(\d+) (\d+)$/.exec(line);
    const id = match?.[1];
    const pid = Number(match?.[2]);
    const command = commands.get(pid);
    if (id === undefined || command === undefined || command === '' || isReadingCommand(command)) continue;
    const processes = byNamespace.get(id) ?? [];
    processes.push({ pid, command });
    byNamespace.set(id, processes);
  }
  for (const processes of byNamespace.values()) processes.sort((a, b) => a.pid - b.pid);
  return byNamespace;
}

/** Takes apart what head(1) prints of several files: `==> /proc/PID/cmdline <==`, then the content. */
function readCommands(printed: string): Map<number, string> {
  const commands = new Map<number, string>();
  const pieces = printed.split(/^==> \/proc\/(\d+)\/cmdline <==$/m);
  for (let i = 1; i + 1 < pieces.length; i += 2) {
    const pid = Number(pieces[i]);
    if (!commands.has(pid)) commands.set(pid, commandText(pieces[i + 1] ?? ''));
  }
  return commands;
}

/** A command line on one line. */
export function commandText(words: string): string {
  return words.replace(/\s+/g, ' ').trim();
}

/** Another reader of this host, caught in the act: the script marks its shells, and these are the commands it runs. */
export function isReadingCommand(command: string): boolean {
  return (
    command.includes(' netns-topology-reading ') ||
    /^ip (-j -d -force -batch -|-6 -j rule show)$/.test(command) ||
    /^(tc -j qdisc|bridge -j vlan) show$/.test(command) ||
    /^nft (-j -t|-j|-a -t|-a) list ruleset$/.test(command) ||
    command.startsWith('grep -s /dev/null /proc/sys/net/')
  );
}
