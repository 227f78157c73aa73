import * as l10n from '@vscode/l10n';
import type { DetailedProcess } from '../../host/read-adoption';
import type { TopologyFile } from '../../topology/generated/topology-file';
import type { HostSnapshot } from '../../host/model';
import { readManifest } from '../read-manifest';
import { isFileName } from '../names';

type Scope = NonNullable<NonNullable<TopologyFile['namespaces']>[string]>;
type ServiceEntries = NonNullable<Scope['services']>;

/**
 * The services of a namespace: those of labs of ours as their file had them, and what else listens there, by its command
 * line.
 *
 * @param notes takes what is to be said of an entry
 */
export function serviceEntries(
  snapshot: HostSnapshot,
  namespace: string,
  processes: readonly DetailedProcess[],
  notes: Map<object, readonly string[]>,
  leftOut: string[],
): ServiceEntries {
  const services: ServiceEntries = {};
  for (const { manifest } of snapshot.labs) {
    for (const record of readManifest(manifest)?.services ?? []) {
      if (record.namespace !== namespace) continue;
      const { name, command, env, user, directory, ready } = record;
      services[freeName(services, name)] = {
        command: commandOf(command),
        ...(Object.keys(env).length === 0 ? {} : { env }),
        ...(user === undefined ? {} : { user }),
        ...(directory === undefined ? {} : { directory }),
        ...(ready === undefined ? {} : { ready }),
      };
    }
  }
  const here = new Set(processes.map(({ pid }) => pid));
  for (const process of processes) {
    if (process.isOurs || here.has(process.parent)) continue;
    const { pid, argv, listening, user, directory } = process;
    const all = [...listening, ...descendants(process, processes).flatMap((child) => child.listening)];
    if (all.length === 0) {
      leftOut.push(
        l10n.t`process ${pid} in ${namespace}: ${argv.join(' ')} (it listens on no port, so it may be no service)`,
      );
      continue;
    }
    const tcp = all.find(({ protocol }) => protocol === 'tcp')?.port;
    const entry = {
      command: commandOf(argv),
      ...(user === '' || user === 'root' ? {} : { user }),
      ...(directory === '' || directory === '/' ? {} : { directory }),
      ...(tcp === undefined ? {} : { ready: { tcp } }),
    };
    notes.set(entry, [l10n.t`Guessed from process ${pid}. Its environment is not known here.`]);
    services[freeName(services, nameOf(argv))] = entry;
  }
  return services;
}

function descendants(process: DetailedProcess, all: readonly DetailedProcess[]): DetailedProcess[] {
  const children = all.filter(({ parent, pid }) => parent === process.pid && pid !== process.pid);
  return children.flatMap((child) => [child, ...descendants(child, all)]);
}

/** A list where words could be split wrongly. */
function commandOf(command: string | readonly string[]): string | [string, ...string[]] {
  if (typeof command === 'string') return command;
  const [program = 'true', ...rest] = command;
  return [program, ...rest].every((word) => /^[\w@%+=:,./-]+$/.test(word)) && !program.includes('=')
    ? [program, ...rest].join(' ')
    : [program, ...rest];
}

/** The program's name; of an interpreter's, what it runs. */
function nameOf(argv: readonly string[]): string {
  const [program = '', ...rest] = argv.map((word) => word.slice(word.lastIndexOf('/') + 1));
  const isInterpreter = /^(python[\d.]*|perl|ruby|node|(ba|da)?sh)$/.test(program);
  const script = isInterpreter ? rest.find((word) => !word.startsWith('-')) : undefined;
  const name = (script ?? program)
    .replace(/\.(py|pl|rb|js|sh)$/, '')
    .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, 40);
  return isFileName(name) ? name : 'service';
}

function freeName(taken: Readonly<Record<string, unknown>>, name: string): string {
  if (!Object.hasOwn(taken, name)) return name;
  let number = 2;
  while (Object.hasOwn(taken, `${name}-${number}`)) number++;
  return `${name}-${number}`;
}
