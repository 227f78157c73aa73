import { quoteArgument } from '../../base/shell-quote';
import type { Command } from '../../base/command';
import type { Topology } from '../../topology/model';
import type { Desired } from '../desired';
import type { ServiceRecord } from '../manifest';
import type { Step } from '../model';
import { serviceName } from '../services';
import { desiredSysctls } from '../sysctls';
import { forwardLines } from './forward-lines';
import type { Lines } from './nat-lines';
import { plainCommand } from './plain-commands';
import { comment, commandLines, stateFile } from './script-text';
import { startLines } from './service-lines';

/** What the lines of a step depend on. */
export interface StepContext {
  readonly topology: Topology;
  readonly desired: Desired;
  /** A real host was looked at: what it has now is known, and can be put back. */
  readonly isSeen: boolean;
}

/** A step as a person would type it, and what takes it away again, unless that goes with something else. */
export function stepLines(step: Step, context: StepContext): Lines {
  const { object } = step;
  switch (object.type) {
    case 'sysctl':
      return sysctlLines(step, context);
    case 'service':
      return serviceLines(step, context);
    case 'nameservers':
      return nameserverLines(step, context);
    case 'nat':
      return object.name.startsWith('chain ') ? forwardLines(context.topology.name, step) : { up: [], down: [] };
    case 'interface':
      if (step.action === 'change' && isPhysical(step, context)) return physicalLines(step, context);
      break;
    default:
      break;
  }
  return { up: lines(step.run), down: goesByItself(step, context) ? [] : lines(step.undo) };
}

/** The commands that stand for themselves; what is a script of ours is made anew by the functions below. */
function lines(commands: readonly Command[]): string[] {
  return commands
    .filter(({ argv }) => argv[0] !== 'sh')
    .map(plainCommand)
    .filter((command) => command !== undefined)
    .flatMap(commandLines);
}

/** Whether the kernel takes it along with its namespace or its interface. */
function goesByItself({ object, action }: Step, { desired }: StepContext): boolean {
  const { type, namespace } = object;
  if (type === 'namespace' || type === 'link') return false;
  if (type === 'interface') return action === 'change' && namespace !== undefined;
  if (type === 'bridge') return namespace !== undefined;
  if (namespace !== undefined) return true;
  if (type !== 'address') return false;
  const device = object.name.slice(object.name.lastIndexOf(' on ') + 4);
  return desired.devices.has(`/${device}`);
}

/** A parameter of the host is remembered, so that it can be put back; one of a namespace goes with that. */
function sysctlLines({ object, why }: Step, { topology }: StepContext): Lines {
  const { namespace } = object;
  const name = namespace === undefined ? object.name : object.name.slice(namespace.length + 1);
  const wanted = desiredSysctls(topology).find((own) => own.namespace === namespace && own.name === name);
  if (wanted === undefined) return { up: [], down: [] };
  const reason = wanted.why === undefined ? [] : comment(why.split(';')[0] ?? '');
  const set = `sysctl -w ${quoteArgument(`${name}=${wanted.value}`)}`;
  if (namespace !== undefined) return { up: [...reason, `ip netns exec ${quoteArgument(namespace)} ${set}`], down: [] };
  if (wanted.device !== undefined) return { up: [...reason, set], down: [] };
  const file = stateFile(name);
  return {
    up: [...reason, `[ -e ${file} ] || sysctl -n ${quoteArgument(name)} >${file}`, set],
    down: [`if [ -e ${file} ]; then sysctl -w ${quoteArgument(name)}="$(cat ${file})"; rm -f ${file}; fi`],
  };
}

function serviceLines({ object }: Step, { desired }: StepContext): Lines {
  const service: ServiceRecord | undefined = desired.services.find((own) => serviceName(own) === object.name);
  // All that runs in the namespaces is ended at once.
  return { up: service === undefined ? [] : startLines(service), down: [] };
}

/** `ip netns exec` lays this file over /etc/resolv.conf (ip-netns(8)). */
function nameserverLines({ object }: Step, { desired }: StepContext): Lines {
  const found = desired.nameservers.find(({ namespace }) => namespace === object.name);
  if (found === undefined) return { up: [], down: [] };
  const directory = quoteArgument(`/etc/netns/${found.namespace}`);
  const file = quoteArgument(`/etc/netns/${found.namespace}/resolv.conf`);
  const text = found.addresses.map((address) => quoteArgument(`nameserver ${address}`)).join(' ');
  return {
    up: [
      `if [ -e ${file} ]; then echo ${file} 'is there already.' >&2; exit 1; fi`,
      `mkdir -p ${directory}`,
      `printf '%s\\n' ${text} >${file}`,
    ],
    down: [`rm -f ${file}`, `rmdir ${directory} 2>/dev/null || :`, 'rmdir /etc/netns 2>/dev/null || :'],
  };
}

function isPhysical({ object }: Step, { desired }: StepContext): boolean {
  return desired.physical.some(({ namespace, name }) => `${namespace}:${name}` === object.name);
}

/** An interface of the host that is lent to a namespace. On its way the kernel takes its addresses and routes from it. */
function physicalLines({ object, run, undo }: Step, { isSeen }: StepContext): Lines {
  const namespace = object.namespace ?? '';
  const name = object.name.slice(namespace.length + 1);
  const back = isSeen
    ? lines(undo)
    : [
        `ip link set dev ${quoteArgument(name)} up`,
        ...comment(`If ${name} had addresses or routes on this host, give them back here.`),
      ];
  return {
    up: lines(run),
    down: [
      ...comment(`Back to this shell's namespace, which is the host's.`),
      `ip netns exec ${quoteArgument(namespace)} ip link set dev ${quoteArgument(name)} netns "$$"`,
      ...back,
    ],
  };
}
