import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import type { Desired, Placed } from './desired';
import type { ServiceRecord } from './manifest';
import { isFileName } from './names';
import { objectRef, type Planning } from './planning';
import { serviceHash } from './service-keeper';
import { endService, startService, stopService, waitsFor } from './service-scripts';
import { isServiceRunning } from './service-state';

/** Starts what does not run, replaces what runs with another command, and ends what the file no longer has. */
export function planServices(planning: Planning, desired: Desired): void {
  for (const service of desired.services) {
    if (!isFileName(service.name)) {
      planning.refuse('invalidTopology', l10n.t`A service cannot be called "${service.name}".`, service.path);
      continue;
    }
    planService(planning, service);
  }
  const wanted = new Set(desired.services.map(serviceName));
  for (const service of planning.manifest.services) {
    if (wanted.has(serviceName(service))) continue;
    planning.addStep('stopServices', {
      action: 'remove',
      object: objectRef('service', serviceName(service), service.namespace),
      why: l10n.t`started by this lab and no longer wanted`,
      run: [stopService(planning.lab, service)],
      undo: isServiceRunning(
        planning.lab,
        planning.snapshot.namespaces.find(({ name }) => name === service.namespace),
        service,
      )
        ? startService(planning.lab, service)
        : [],
      ...waitsFor(service),
    });
  }
}

function planService(planning: Planning, service: Placed & ServiceRecord): void {
  const { lab } = planning;
  const observed = planning.namespace(service.namespace);
  if (isServiceRunning(lab, observed, service)) return;
  const recorded = planning.manifest.services.find((record) => serviceName(record) === serviceName(service));
  const old = recorded !== undefined && isServiceRunning(lab, observed, recorded) ? recorded : undefined;
  planning.addStep('services', {
    action: old === undefined ? 'create' : 'replace',
    object: objectRef('service', serviceName(service), service.namespace),
    why:
      old !== undefined
        ? l10n.t`runs with another command or environment`
        : recorded === undefined
          ? l10n.t`not running yet`
          : l10n.t`no longer running`,
    run: [...(recorded === undefined ? [] : [endBefore(lab, recorded, service)]), ...startService(lab, service)],
    undo: [
      ...(recorded === undefined ? [stopService(lab, service)] : [endBefore(lab, service, recorded)]),
      ...(old === undefined ? [] : startService(lab, old)),
    ],
    interruptible: true,
    ...waitsFor(service, old),
    path: service.path,
  });
}

/** What is left of a service before it, or another in its place, is started. The log of the very same stays. */
function endBefore(lab: string, service: ServiceRecord, next: ServiceRecord): Command {
  return serviceHash(service) === serviceHash(next) ? endService(lab, service) : stopService(lab, service);
}

/** `web@earth`: services of different namespaces may share a name. */
export function serviceName({ namespace, name }: ServiceRecord): string {
  return `${name}@${namespace}`;
}
