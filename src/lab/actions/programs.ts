import type { Command } from '../../base/command';
import type { HostSnapshot } from '../../host/model';
import { captureTextCommand, captureTextScript } from '../../plan/actions/capture-script';
import { followProcessCommand, followProcessScript } from '../../plan/actions/follow-process';
import { placeOfNamespace, type Place } from '../../plan/actions/place';
import { runLine, runLineScript } from '../../plan/actions/run-script';
import { followLogCommand, followLogScript } from '../../plan/actions/services';
import { serviceLog } from '../../plan/service-keeper';
import { findService, servicesOn } from '../../plan/service-state';
import type { Subject } from '../../protocol/subject';
import { captureSources } from '../capture/sources';
import { goneError } from './shell';
import { namespaceOf } from './subjects';
import { resolveTarget } from './target';

/** Something to be run on a host as root. */
export interface Program {
  /** For sh. */
  readonly script: string;
  /** The same by hand. */
  readonly command: Command;
}

/** A line of shell in a namespace, or on the host. @throws NetnsError `unsupported` where the namespace is not there. */
export function lineIn(subject: Subject, snapshot: HostSnapshot, line: string): Program {
  const place = placeFor(subject, snapshot);
  return { script: runLineScript(place, line), command: runLine(place, line) };
}

/**
 * A capture as text, for a terminal: of an interface, of a bridge, or of all interfaces of a namespace.
 *
 * @throws NetnsError `unsupported` where it is not there.
 */
export function captureOf(subject: Subject, snapshot: HostSnapshot): Program {
  const [plan] = captureSources([subject], snapshot, '');
  if (plan === undefined) throw goneError(subject);
  return { script: captureTextScript(plan.source), command: captureTextCommand(plan.source) };
}

/**
 * The end of a service's log, and what comes.
 *
 * @throws NetnsError `unsupported` where there is no such service.
 */
export function logOf(subject: Subject, snapshot: HostSnapshot): Program {
  const service = findService(snapshot, subject);
  if (service === undefined) throw goneError(subject);
  const command = followLogCommand(service.lab, service.record);
  return { script: followLogScript(service.lab, service.record), command };
}

/**
 * A process, followed. What a service says goes into its log.
 *
 * @throws NetnsError `unsupported` where it is not there.
 */
export function processIn(subject: Subject, snapshot: HostSnapshot): Program {
  const { process } = resolveTarget(subject, snapshot);
  if (process === undefined) throw goneError(subject);
  const { pid } = process;
  const service = servicesOn(snapshot).find(({ isRunning, noted }) => isRunning && noted?.pid === pid);
  const log = service === undefined ? undefined : serviceLog(service.lab, service.record);
  return { script: followProcessScript(pid, log), command: followProcessCommand(pid) };
}

function placeFor(subject: Subject, snapshot: HostSnapshot): Place {
  if (subject.type === 'host') return { type: 'root' };
  const namespace = namespaceOf(snapshot, subject);
  if (namespace === undefined) throw goneError(subject);
  return placeOfNamespace(namespace);
}
