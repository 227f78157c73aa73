import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findNamespace, type HostSnapshot, type ObservedLink, type ObservedNamespace } from '../../src/host/model';
import type { HostStore } from '../../src/lab/model';
import { connect } from '../../src/transport/connect';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';

const refuseUnknown = { acceptHostKey: () => Promise.resolve(false) };

/** Connects to a lab host as one of its users. */
export function connectTo(lab: LabHost, user: string = lab.users.root): Promise<Transport> {
  const { address: host, port, identityFile } = lab;
  return connect({ type: 'ssh', host, port, user, identityFile, knownHostsFiles: [lab.knownHostsFile] }, refuseUnknown);
}

/** Connects to a lab host as root through a relay on this port of 127.0.0.1. */
export async function connectThrough(port: number, lab: LabHost): Promise<Transport> {
  const known = (await readFile(lab.knownHostsFile, 'utf8')).replace(lab.address, `[127.0.0.1]:${port}`);
  const file = path.join(lab.directory, `known_hosts.${port}`);
  await writeFile(file, known);
  const { identityFile } = lab;
  return connect(
    { type: 'ssh', host: '127.0.0.1', port, user: 'root', identityFile, knownHostsFiles: [file] },
    refuseUnknown,
  );
}

/** Types commands on the host, each by itself, as a person would. @throws Error when one fails. */
export async function type(lab: Pick<LabHost, 'run'>, commands: readonly string[]): Promise<void> {
  for (const command of commands) {
    const { code, stderr } = await lab.run(command);
    if (code !== 0) throw new Error(`${command}: exit code ${code}: ${stderr}`);
  }
}

export function namespaceOf(snapshot: HostSnapshot, name: string | undefined): ObservedNamespace {
  const found = findNamespace(snapshot, name);
  if (found === undefined) throw new Error(`No namespace ${String(name)} in ${describeNames(snapshot)}.`);
  return found;
}

export function linkOf(snapshot: HostSnapshot, namespace: string | undefined, name: string): ObservedLink {
  const found = namespaceOf(snapshot, namespace).links.find((link) => link.name === name);
  if (found === undefined) throw new Error(`No link ${name} in ${namespace ?? 'the root namespace'}.`);
  return found;
}

/** The other end as `NAMESPACE:NAME`, the root namespace being `host`. */
export function peerOf(snapshot: HostSnapshot, namespace: string | undefined, name: string): string | undefined {
  const { peer } = linkOf(snapshot, namespace, name);
  const there = snapshot.namespaces.find(({ id }) => id === peer?.namespaceId);
  return peer && `${there?.isRoot === true ? 'host' : (there?.name ?? '?')}:${peer.name}`;
}

/**
 * Milliseconds after which a wait is given up. A guard against hanging, no measure of speed: while a thousand namespaces of
 * another test go, the kernel holds its lock for seconds.
 */
const patience = 40_000;

/** Waits until the store's snapshot is so, without asking for a reading; resolves with the milliseconds it took. */
export function untilStore(
  store: HostStore,
  isSo: (snapshot: HostSnapshot) => boolean,
  limit = patience,
): Promise<number> {
  const begun = Date.now();
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      listening.dispose();
      settle();
    };
    const look = (snapshot: HostSnapshot): void => {
      if (isSo(snapshot)) finish(() => resolve(Date.now() - begun));
    };
    const timer = setTimeout(() => {
      const seen = store.snapshot === undefined ? 'nothing' : describeNames(store.snapshot);
      finish(() => reject(new Error(`The store did not show the change in ${limit} ms; it has ${seen}.`)));
    }, limit);
    const listening = store.onDidChange(look);
    if (store.snapshot !== undefined) look(store.snapshot);
  });
}

function describeNames(snapshot: HostSnapshot): string {
  return snapshot.namespaces.map(({ name }) => name ?? 'the root namespace').join(', ');
}

/** The commands of the processes on the host that are ours: reading, watching, or a shell for either. */
export async function ourProcesses(lab: LabHost): Promise<string[]> {
  const { stdout } = await lab.run('for file in /proc/[0-9]*/cmdline; do tr "\\0" " " <$file; echo; done 2>/dev/null');
  return stdout
    .split('\n')
    .filter(
      (line) => /netns-topology|\bmonitor\b|netlink|unshare -n|stdbuf|NETLINK/.test(line) && !line.includes('/proc/['),
    );
}

/** Waits until a condition holds that nothing announces. */
export async function until(holds: () => Promise<boolean>, what: string, limit = patience): Promise<void> {
  const deadline = Date.now() + limit;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not within ${limit} ms: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
