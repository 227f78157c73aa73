import { parseArgs } from 'node:util';
import { isLabName } from '../plan/names';
import type { HostTarget } from '../transport/transport';
import { parseTarget } from './target';
import { UsageError } from './usage';

export const commandNames = [
  'observe',
  'plan',
  'apply',
  'verify',
  'destroy',
  'export',
  'adopt',
  'trace',
  'check-host',
] as const;
export type CommandName = (typeof commandNames)[number];

/** What was asked for. Either a `file` or a `lab` where the command needs to know the lab. */
export interface Invocation {
  readonly command: CommandName;
  readonly file?: string;
  readonly lab?: string;
  /** The host; only `export` can do without. */
  readonly target?: HostTarget;
  readonly json: boolean;
  /** Of `plan` and `apply`: take over what others made under names of the file. */
  readonly adopt?: true;
  /** Of verify: ping every pair instead of running the file's checks. */
  readonly matrix?: true;
  /** Of `apply` and `destroy`: see `RunPlanOptions.confirmWithin`. */
  readonly confirmWithin?: number;
  /** Of `adopt`: the namespaces to take; absent for all. */
  readonly namespaces?: readonly string[];
  /** Of `adopt`: the lab's name in the file. */
  readonly name?: string;
  /** Of `export`: the script that takes the lab down. */
  readonly down?: true;
  /** Of `export` without a host: what translates addresses. */
  readonly filter?: 'nftables' | 'iptables';
  /** Of `trace`: where from, where to, over what. */
  readonly trace?: TraceArguments;
}

export interface TraceArguments {
  readonly from: string;
  readonly to: string;
  readonly protocol?: 'tcp' | 'udp';
  readonly port?: number;
  /** Bytes of the whole packet. */
  readonly size?: number;
  /** Mend what is found, one cause after the other. */
  readonly fix?: true;
}

/** Reads the command line; 'help' when that was asked for. @throws UsageError */
export function parseArguments(argv: readonly string[]): Invocation | 'help' {
  const { values, positionals } = split(argv);
  if (values.help === true) return 'help';
  const [command, first, ...others] = positionals;
  if (command === undefined) throw new UsageError('A command is missing.');
  if (!isCommandName(command)) {
    throw new UsageError(`There is no command "${command}"; there are ${commandNames.join(', ')}.`);
  }
  const traced = command === 'trace' ? traceOptions(first, others, values) : undefined;
  const [file, ...rest] = command === 'trace' || first === undefined ? [] : [first, ...others];
  if (rest.length > 0) throw new UsageError(`One file at a time: "${rest.join(' ')}" is too much.`);
  if (command !== 'trace' && (values.tcp ?? values.udp ?? values.size ?? values.fix) !== undefined) {
    throw new UsageError('--tcp, --udp, --size and --fix go with trace only.');
  }
  checkSubject(command, file, values.lab);
  if (values.adopt === true && command !== 'apply' && command !== 'plan') {
    throw new UsageError('--adopt goes with plan and apply only.');
  }
  if (values.matrix === true && command !== 'verify') throw new UsageError('--matrix goes with verify only.');
  if (values.target === undefined && command !== 'export') {
    throw new UsageError('--target is missing: ssh://USER@HOST:PORT, or local for this machine.');
  }
  const files = {
    ...(values.identity === undefined ? {} : { identityFile: values.identity }),
    ...(values['known-hosts'] === undefined ? {} : { knownHostsFile: values['known-hosts'] }),
  };
  return {
    command,
    ...(values.target === undefined ? {} : { target: parseTarget(values.target, files) }),
    ...exportOptions(command, values),
    ...adoptOptions(command, values),
    ...(traced === undefined ? {} : { trace: traced }),
    json: values.json === true,
    ...(values.adopt === true ? { adopt: true } : {}),
    ...(values.matrix === true ? { matrix: true } : {}),
    ...(file === undefined ? {} : { file }),
    ...(values.lab === undefined ? {} : { lab: values.lab }),
    ...confirmWithin(command, values['confirm-within']),
  };
}

function exportOptions(
  command: CommandName,
  { down, nft, iptables, target }: ReturnType<typeof split>['values'],
): Pick<Invocation, 'down' | 'filter'> {
  if (command !== 'export' && (down ?? nft ?? iptables) !== undefined) {
    throw new UsageError('--down, --nft and --iptables go with export only.');
  }
  if (nft === true && iptables === true) throw new UsageError('Either --nft or --iptables.');
  if ((nft ?? iptables) !== undefined && target !== undefined) {
    throw new UsageError('With --target, the host itself says whether it has nftables or iptables.');
  }
  const filter = nft === true ? 'nftables' : iptables === true ? 'iptables' : undefined;
  return { ...(down === true ? { down } : {}), ...(filter === undefined ? {} : { filter }) };
}

function adoptOptions(
  command: CommandName,
  { namespace, name }: ReturnType<typeof split>['values'],
): Pick<Invocation, 'namespaces' | 'name'> {
  if (command !== 'adopt' && (namespace ?? name) !== undefined) {
    throw new UsageError('--namespace and --name go with adopt only.');
  }
  if (name !== undefined && !isLabName(name)) {
    throw new UsageError(`"${name}" cannot be the name of a lab: small letters, digits and -, at most 31.`);
  }
  return { ...(namespace === undefined ? {} : { namespaces: namespace }), ...(name === undefined ? {} : { name }) };
}

function traceOptions(
  from: string | undefined,
  [to, ...rest]: readonly string[],
  { tcp, udp, size, fix }: ReturnType<typeof split>['values'],
): TraceArguments {
  if (from === undefined || to === undefined) throw new UsageError('trace needs where from and where to.');
  if (rest.length > 0) throw new UsageError(`One trace at a time: "${rest.join(' ')}" is too much.`);
  if (tcp !== undefined && udp !== undefined) throw new UsageError('Either --tcp or --udp.');
  const port = tcp ?? udp;
  if (size !== undefined && !/^\d{1,5}$/.test(size)) throw new UsageError(`"${size}" is no number of bytes.`);
  const more = { ...(size === undefined ? {} : { size: Number(size) }), ...(fix === true ? { fix } : {}) };
  if (port === undefined) return { from, to, ...more };
  if (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535) throw new UsageError(`"${port}" is no port.`);
  return { from, to, protocol: tcp === undefined ? 'udp' : 'tcp', port: Number(port), ...more };
}

function confirmWithin(command: CommandName, text: string | undefined): { readonly confirmWithin?: number } {
  if (text === undefined) return {};
  if (command !== 'apply' && command !== 'destroy') {
    throw new UsageError('--confirm-within goes with apply and destroy only.');
  }
  if (!/^\d{1,4}$/.test(text)) throw new UsageError(`--confirm-within takes a whole number of seconds, not "${text}".`);
  return { confirmWithin: Number(text) };
}

function split(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        target: { type: 'string' },
        identity: { type: 'string' },
        'known-hosts': { type: 'string' },
        lab: { type: 'string' },
        'confirm-within': { type: 'string' },
        json: { type: 'boolean' },
        matrix: { type: 'boolean' },
        adopt: { type: 'boolean' },
        namespace: { type: 'string', multiple: true },
        name: { type: 'string' },
        down: { type: 'boolean' },
        tcp: { type: 'string' },
        udp: { type: 'string' },
        size: { type: 'string' },
        fix: { type: 'boolean' },
        nft: { type: 'boolean' },
        iptables: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function isCommandName(text: string): text is CommandName {
  return (commandNames as readonly string[]).includes(text);
}

function checkSubject(command: CommandName, file: string | undefined, lab: string | undefined): void {
  if (lab !== undefined && command !== 'destroy') throw new UsageError('--lab goes with destroy only.');
  if (command === 'trace') return;
  if (command === 'observe' || command === 'adopt' || command === 'check-host') {
    if (file !== undefined) throw new UsageError(`${command} takes no file.`);
    return;
  }
  if (command === 'destroy') {
    if ((file === undefined) === (lab === undefined)) {
      throw new UsageError('destroy needs either the topology file or --lab NAME.');
    }
    return;
  }
  if (file === undefined) throw new UsageError(`${command} needs a topology file.`);
}
