import * as l10n from '@vscode/l10n';
import { findNamespace, type HostSnapshot, type ObservedNamespace, type ObservedService } from '../host/model';
import type { ServiceRecord } from './manifest';
import { readManifest } from './read-manifest';
import { serviceCommandLine } from './service-keeper';

/** A service that a lab has on a host, as its last apply declared it, and how it stands. */
export interface ServiceState {
  readonly lab: string;
  readonly record: ServiceRecord;
  /** What is declared runs: this command, environment, user and directory. */
  readonly isRunning: boolean;
  /** What the service noted; absent where it never got so far. */
  readonly noted?: ObservedService;
}

/** The services of the labs on a host, by lab, namespace and name in the order of the manifests. */
export function servicesOn(snapshot: HostSnapshot): ServiceState[] {
  const known = cache.get(snapshot);
  if (known !== undefined) return known;
  const states = snapshot.labs.flatMap(({ name: lab, manifest }) => {
    const read = readManifest(manifest);
    return read?.lab === lab ? read.services.map((record) => stateOf(lab, record, snapshot)) : [];
  });
  cache.set(snapshot, states);
  return states;
}

const cache = new WeakMap<HostSnapshot, ServiceState[]>();

/** The services in a namespace of that name. */
export function servicesIn(snapshot: HostSnapshot, namespace: string | undefined): ServiceState[] {
  return namespace === undefined ? [] : servicesOn(snapshot).filter(({ record }) => record.namespace === namespace);
}

export function findService(
  snapshot: HostSnapshot,
  { lab, namespace, name }: { readonly lab?: string; readonly namespace?: string; readonly name: string },
): ServiceState | undefined {
  return servicesIn(snapshot, namespace).find(
    (state) => state.record.name === name && (lab === undefined || state.lab === lab),
  );
}

function stateOf(lab: string, record: ServiceRecord, snapshot: HostSnapshot): ServiceState {
  const noted = snapshot.services?.find(
    (one) => one.lab === lab && one.namespace === record.namespace && one.name === record.name,
  );
  const isRunning = isServiceRunning(lab, findNamespace(snapshot, record.namespace), record);
  return { lab, record, isRunning, ...(noted === undefined ? {} : { noted }) };
}

/** True if the very service that is described runs: this command, environment, user and directory. */
export function isServiceRunning(
  lab: string,
  namespace: ObservedNamespace | undefined,
  service: ServiceRecord,
): boolean {
  const line = serviceCommandLine(lab, service);
  return namespace?.processes.some(({ command }) => command === line || command.endsWith(`/${line}`)) === true;
}

/** How a service stands, in one line: `running since 21:40, process 4711`, `ended with code 7 at 21:41`. */
export function serviceInWords({ isRunning, noted }: ServiceState): string {
  if (isRunning) {
    const { since, pid, restarts = 0 } = noted ?? {};
    return [
      since === undefined ? l10n.t`running` : l10n.t`running since ${timeInWords(since)}`,
      ...(pid === undefined ? [] : [l10n.t`process ${pid}`]),
      ...(restarts === 0 ? [] : [restarts === 1 ? l10n.t`restarted once` : l10n.t`restarted ${restarts} times`]),
    ].join(', ');
  }
  const { ended, isStopped } = noted ?? {};
  const at = ended === undefined ? '' : l10n.t` at ${timeInWords(ended.at)}`;
  if (isStopped === true) return l10n.t`stopped${at}`;
  if (ended !== undefined) return l10n.t`ended ${codeInWords(ended.code)}${at}`;
  return noted?.pid === undefined ? l10n.t`not running` : l10n.t`was killed`;
}

/** A code above 128 is a signal's, as the shell says it. */
function codeInWords(code: number): string {
  return code > 128 && code < 128 + 65 ? l10n.t`by signal ${code - 128}` : l10n.t`with code ${code}`;
}

/** `21:40`, with its day where that is not today. */
function timeInWords(seconds: number): string {
  const time = new Date(seconds * 1000);
  const two = (number: number): string => String(number).padStart(2, '0');
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}`;
  const isToday = time.toDateString() === new Date().toDateString();
  return isToday ? clock : `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${clock}`;
}
