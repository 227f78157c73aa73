import { integer, objects, optional, text } from './json';
import type { ObservedSocket } from './model-live';

/** Who holds sockets, by their inodes. */
export type SocketOwners = ReadonlyMap<string, { readonly pid: number; readonly program: string }>;

/**
 * Reads lines of `ss -H -l -n -t -u -e`: `tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* ino:551 sk:1 …`,
 * `udp UNCONN 0 0 [::1]%lo:53 *:* ino:77 sk:2 v6only:1 …`.
 */
export function readSsSockets(lines: readonly string[], owners: SocketOwners): ObservedSocket[] {
  return inOrder(
    lines.flatMap((line): ObservedSocket[] => {
      const [protocol, , , , local = ''] = line.trim().split(/\s+/);
      // ss writes the interface within the brackets, or behind them, by version.
      const match = /^\[?([^\]%]*)(?:%([^\]:]+))?\]?(?:%([^:]+))?:(\d+)$/.exec(local);
      if ((protocol !== 'tcp' && protocol !== 'udp') || match === null) return [];
      const [, address = '', inside, behind, port] = match;
      const inode = /\bino:(\d+)/.exec(line)?.[1];
      return [
        {
          protocol,
          address,
          port: Number(port),
          ...optional('dev', inside ?? behind),
          ...optional('process', inode === undefined ? undefined : owners.get(inode)),
        },
      ];
    }),
  );
}

/** Reads the agent's list: `{protocol, address, port, dev, pid, program}`. */
export function readAgentSockets(raw: unknown): ObservedSocket[] {
  return inOrder(
    objects(raw).flatMap((one): ObservedSocket[] => {
      const { protocol } = one;
      const [address, port] = [text(one['address']), integer(one['port'])];
      const [pid, program] = [integer(one['pid']), text(one['program'])];
      if ((protocol !== 'tcp' && protocol !== 'udp') || address === undefined || port === undefined) return [];
      const process = pid === undefined || program === undefined ? undefined : { pid, program };
      return [{ protocol, address, port, ...optional('dev', text(one['dev'])), ...optional('process', process) }];
    }),
  );
}

/** One of each: workers that share a port have a socket each. */
function inOrder(sockets: readonly ObservedSocket[]): ObservedSocket[] {
  const byKey = new Map<string, ObservedSocket>();
  for (const socket of sockets) {
    const key = [socket.protocol, String(socket.port).padStart(5, '0'), socket.address, socket.dev ?? ''].join(' ');
    const known = byKey.get(key);
    if (known === undefined || (socket.process?.pid ?? Infinity) < (known.process?.pid ?? Infinity))
      byKey.set(key, socket);
  }
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, socket]) => socket);
}

/**
 * Who holds which socket, of what `ls -l` printed of the folders /proc/PID/fd (their names, and lines `… -> socket:[INODE]`) and of
 * lines `PID PROGRAM`. The process with the lowest number is named.
 */
export function readSocketOwners(files: readonly string[], programs: readonly string[]): SocketOwners {
  const names = new Map(
    programs.map((line) => {
      const space = line.indexOf(' ');
      return [Number(line.slice(0, space)), line.slice(space + 1)] as const;
    }),
  );
  const owners = new Map<string, { pid: number; program: string }>();
  let pid = 0;
  for (const line of files) {
    const head = /^\/proc\/(\d+)\/fd:$/.exec(line)?.[1];
    if (head !== undefined) pid = Number(head);
    const inode = / -> socket:\[(\d+)\]$/.exec(line)?.[1];
    const program = names.get(pid);
    if (inode === undefined || program === undefined) continue;
    const known = owners.get(inode);
    if (known === undefined || known.pid > pid) owners.set(inode, { pid, program });
  }
  return owners;
}
