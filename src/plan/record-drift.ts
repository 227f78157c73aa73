import * as l10n from '@vscode/l10n';
import type { HostSnapshot } from '../host/model';
import { cableName } from './cables';
import type { Drift } from './drift';
import { thingInWords } from './drift-words';
import type { DeviceRef, Manifest } from './manifest';
import type { ObjectRef } from './model';
import { deviceName, objectRef, Planning } from './planning';
import { changesOfRecord } from './record-changes';
import { readManifest } from './read-manifest';
import { isServiceRunning } from './service-state';
import { serviceName } from './services';

/**
 * How a lab on a host stands to the record of its last apply: for labs whose file nobody has at hand. It sees which
 * namespaces, bridges, cables, interfaces and services are gone, and what of their addresses, routes, policy rules, ports, parameters, NAT
 * tables and name servers is not as it was applied; all else only a comparison with the file shows (`driftOf`).
 */
export function driftOfRecord(lab: string, snapshot: HostSnapshot): Drift {
  if (!snapshot.labs.some(({ name }) => name === lab)) return { state: 'absent', entries: [] };
  const planning = new Planning(lab, snapshot);
  const [problem] = planning.problems;
  if (problem !== undefined) return { state: 'blocked', entries: [{ words: problem.message, cause: 'host' }] };
  const gone = goneObjects(planning, planning.manifest).map((object) => ({
    words: `${thingInWords(object)} ${object.type === 'service' ? l10n.t`has ended` : l10n.t`is gone`}`,
    cause: 'host' as const,
    object,
  }));
  const entries = [...gone, ...changesOfRecord(planning)];
  return { state: entries.length === 0 ? 'inSync' : 'drifted', entries };
}

/** The names of the kernel parameters that the labs on a host have set. */
export function recordedSysctls(snapshot: HostSnapshot | undefined): string[] {
  const labs = (snapshot?.labs ?? []).map(({ manifest }) => readManifest(manifest));
  return [...new Set(labs.flatMap((manifest) => manifest?.sysctls ?? []).map(({ name }) => name))];
}

function goneObjects(planning: Planning, manifest: Manifest): ObjectRef[] {
  const lost = new Set(manifest.namespaces.filter((name) => !planning.ownsNamespace(name)));
  // What lay in a namespace that is gone went with it.
  const stays = ({ namespace }: { readonly namespace?: string }): boolean =>
    namespace === undefined || !lost.has(namespace);
  const isGone = (ref: DeviceRef): boolean => stays(ref) && planning.link(ref) === undefined;
  return [
    ...[...lost].map((name) => objectRef('namespace', name, name)),
    ...manifest.bridges.filter(isGone).map(({ name, namespace }) => objectRef('bridge', name, namespace)),
    ...manifest.cables
      .filter((ends) => ends.every(stays) && ends.some(isGone))
      .map(([a, b]) => objectRef('link', cableName(a, b), a.namespace)),
    ...manifest.interfaces.filter(isGone).map((own) => objectRef('interface', deviceName(own), own.namespace)),
    ...manifest.services
      .filter(
        (service) => stays(service) && !isServiceRunning(planning.lab, planning.namespace(service.namespace), service),
      )
      .map((service) => objectRef('service', serviceName(service), service.namespace)),
  ];
}
