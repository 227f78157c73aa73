import { command, type Command } from '../../base/command';
import { quoteArgument, quoteCommand } from '../../base/shell-quote';
import type { ServiceRecord } from '../manifest';
import type { Step } from '../model';
import { objectRef } from '../planning';
import { serviceLog } from '../service-keeper';
import { endService, launchService, startService, waitsFor } from '../service-scripts';
import type { ServiceState } from '../service-state';
import { serviceName } from '../services';
import { byHand } from './things';

/** Starts a service as its lab's last apply declared it. None: it runs already. */
export function startByHand(state: ServiceState): Step[] {
  const { lab, record, isRunning } = state;
  if (isRunning) return [];
  // What is left of it goes first: a child that it left behind may hold its port.
  return [step(state, [endService(lab, record), ...startService(lab, record)], [endService(lab, record)])];
}

/** Ends a service with all that it started; its log stays. None: it does not run. */
export function stopByHand(state: ServiceState): Step[] {
  const { lab, record, isRunning } = state;
  return isRunning ? [step(state, [endService(lab, record)], startService(lab, record))] : [];
}

/**
 * Ends a service and starts it again. If that fails, or is cut off, it is started once more and not waited for: it ran
 * before.
 */
export function restartByHand(state: ServiceState): Step[] {
  const { lab, record, isRunning } = state;
  if (!isRunning) return startByHand(state);
  const end = endService(lab, record);
  return [step(state, [end, ...startService(lab, record)], [end, launchService(lab, record)])];
}

function step({ record }: ServiceState, run: Step['run'], undo: Step['undo']): Step {
  const object = objectRef('service', serviceName(record), record.namespace);
  return { action: 'change', object, why: byHand, run, undo, interruptible: true, ...waitsFor(record) };
}

/** tail(1) that goes on when the log is begun anew (`-F`). */
export function followLogCommand(lab: string, service: ServiceRecord): Command {
  return command('tail', '-n', '1000', '-F', serviceLog(lab, service));
}

/** The same for sh, after the end of what was said before the log was begun anew the last time. */
export function followLogScript(lab: string, service: ServiceRecord): string {
  const before = quoteArgument(`${serviceLog(lab, service)}.1`);
  return `tail -n 1000 ${before} 2>/dev/null\nexec ${quoteCommand(followLogCommand(lab, service).argv)}`;
}
