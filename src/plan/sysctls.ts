import * as l10n from '@vscode/l10n';
import { lookup } from '../base/lookup';
import type { HostSnapshot } from '../host/model';
import type { Topology, YamlPath } from '../topology/model';
import { setSysctl, shell } from './commands';
import { parseCidr } from './cidr';
import { inScope, scopesOf } from './desired';
import { quoteArgument } from '../base/shell-quote';
import type { SysctlRecord } from './manifest';
import { isSysctlName } from './names';
import { readManifest } from './read-manifest';
import { deviceName, objectRef, type Planning } from './planning';
import { broughtBy } from './nat-brought';
import { localnetDevices } from './nat-rules';
import { portForwardTarget } from './nat-targets';
import type { Step } from './model';
import { localnetDeviceOf, localnetSysctl } from '../host/sysctl-names';

interface DesiredSysctl {
  readonly namespace?: string;
  readonly name: string;
  readonly value: string;
  readonly why?: string;
  /** The interface of the lab's own that it belongs to: it comes and goes with that, and was 0 before. */
  readonly device?: string;
  readonly path: YamlPath;
}

/** The kernel parameters that a topology sets: those written, forwarding where said, and forwarding where NAT needs it. */
export function desiredSysctls(topology: Topology): DesiredSysctl[] {
  return scopesOf(topology).flatMap(({ namespace, scope }) => {
    const result = new Map<string, DesiredSysctl>();
    const set = (name: string, value: string, path: YamlPath, why?: string): void => {
      result.set(name, { ...inScope(namespace), name, value, path, ...(why === undefined ? {} : { why }) });
    };
    const need = (name: string, path: YamlPath, why: string): void => {
      if (!result.has(name)) set(name, '1', path, why);
    };
    const forwarding = { inet: 'net.ipv4.ip_forward', inet6: 'net.ipv6.conf.all.forwarding' };
    if (scope.forwarding !== undefined) {
      const value = scope.forwarding ? '1' : '0';
      for (const name of Object.values(forwarding)) set(name, value, [...scope.path, 'forwarding']);
    } else {
      // Only the families that are translated: with IPv6 forwarding a host stops listening to router advertisements.
      for (const rule of scope.nat.filter(({ enabled }) => enabled)) {
        const family = parseCidr(rule.source)?.family ?? 'inet';
        need(forwarding[family], rule.path, l10n.t`NAT rule ${rule.name} needs forwarding`);
      }
      for (const rule of scope.portForwards.filter(({ enabled }) => enabled)) {
        const family = parseCidr(portForwardTarget(topology, namespace, rule)?.address ?? '')?.family ?? 'inet';
        need(forwarding[family], rule.path, l10n.t`port forward ${rule.name} needs forwarding`);
      }
    }
    for (const [device, { name: forward, path }] of localnetDevices(topology, namespace, scope)) {
      const name = localnetSysctl(device);
      const why = l10n.t`port forward ${forward} is reached over 127.0.0.1`;
      result.set(name, { ...inScope(namespace), name, value: '1', device, path, why });
    }
    for (const { name, value, path } of scope.sysctls) set(name, value, path);
    return [...result.values()];
  });
}

/**
 * The names of the kernel parameters that a topology sets. An observation that reads these too (`observe`'s option `sysctls`)
 * lets the plan see whether they differ; without it the old value is read when the step runs.
 */
export function sysctlNames(topology: Topology): string[] {
  return [...new Set(desiredSysctls(topology).map(({ name }) => name))];
}

/**
 * The names of the namespaces whose kernel parameters a plan looks at: those for which a topology sets some, and those of which
 * a lab on the host has noted some. Those of the host itself always count.
 */
export function countingNamespaces(topology: Topology | undefined, snapshot: HostSnapshot | undefined): string[] {
  const declared = topology === undefined ? [] : desiredSysctls(topology);
  const recorded = (snapshot?.labs ?? []).flatMap(({ manifest }) => readManifest(manifest)?.sysctls ?? []);
  return [...new Set([...declared, ...recorded].flatMap(({ namespace }) => namespace ?? []))];
}

/**
 * Sets the parameters that differ and puts back those that the file no longer has.
 * @returns what the manifest must remember: the values as they were before any lab changed them.
 */
export function planSysctls(planning: Planning, desired: readonly DesiredSysctl[]): SysctlRecord[] {
  const records = desired.flatMap((wanted) => planOne(planning, wanted) ?? []);
  const kept = new Set(desired.map(sysctlKey));
  for (const record of planning.manifest.sysctls) if (!kept.has(sysctlKey(record))) putBack(planning, record);
  return records;
}

function sysctlKey({ namespace, name }: { readonly namespace?: string; readonly name: string }): string {
  return `${namespace ?? ''} ${name.replaceAll('/', '.')}`;
}

const findRecord = lookup<SysctlRecord, string>(sysctlKey);

function planOne(planning: Planning, wanted: DesiredSysctl): SysctlRecord | undefined {
  const { namespace, name, value, path } = wanted;
  if (!isSysctlName(name)) {
    planning.refuse('unsupported', l10n.t`Kernel parameter ${name} is not one of the network's (net.…).`, path);
    return undefined;
  }
  const observed = planning.namespace(namespace);
  const recorded = findRecord(planning.manifest.sysctls, sysctlKey(wanted));
  const isNew =
    wanted.device !== undefined && planning.link({ ...inScope(namespace), name: wanted.device }) === undefined;
  const now = wanted.device === undefined ? observed?.sysctls[name] : isNew ? '' : (observed?.sysctls[name] ?? '0');
  if (wanted.device !== undefined) {
    if (now !== value) planning.addStep('sysctls', ofDevice(wanted, now === '' ? undefined : now));
    return { ...inScope(namespace), name, value, before: '0' };
  }
  // What was noted first holds, also where that is nothing: the namespace was new.
  const before = recorded === undefined ? (beforeOtherLabs(planning, wanted) ?? now) : recorded.before;
  const isUnknown = observed !== undefined && now === undefined;
  const isRight = now === value || (isUnknown && recorded?.value === value);
  if (!isRight) {
    const old = now ?? (isUnknown ? undefined : '');
    planning.addStep('sysctls', {
      action: 'change',
      object: objectRef('sysctl', deviceName({ ...inScope(namespace), name }), namespace),
      why: [wanted.why ?? l10n.t`the file says so`, now === undefined ? undefined : l10n.t`it is ${now}`]
        .filter((part) => part !== undefined)
        .join('; '),
      run: [isUnknown ? setAndRemember(planning, wanted) : setSysctl(namespace, name, value)],
      undo:
        old === undefined ? [putBackRemembered(planning, wanted)] : old === '' ? [] : [setSysctl(namespace, name, old)],
      path,
    });
  }
  return { ...inScope(namespace), name, value, ...(before === undefined ? {} : { before }) };
}

/** A device that is new goes again when its making is undone, and the parameter with it. */
function ofDevice({ namespace, name, value, why, path }: DesiredSysctl, now: string | undefined): Step {
  return {
    action: 'change',
    object: objectRef('sysctl', deviceName({ ...inScope(namespace), name }), namespace),
    why: why ?? l10n.t`the file says so`,
    run: [setSysctl(namespace, name, value)],
    undo: now === undefined ? [] : [setSysctl(namespace, name, now)],
    path,
  };
}

/** What another lab found before it changed the same parameter: then that, and not that lab's value, is put back. */
function beforeOtherLabs(planning: Planning, wanted: { namespace?: string; name: string }): string | undefined {
  if (wanted.namespace !== undefined) return undefined;
  return planning.otherManifests
    .flatMap(({ sysctls }) => sysctls)
    .find((record) => sysctlKey(record) === sysctlKey(wanted) && record.before !== undefined)?.before;
}

function putBack(planning: Planning, record: SysctlRecord): void {
  const { namespace, name, value, before } = record;
  const observed = planning.namespace(namespace);
  if (observed === undefined) return;
  const stillNeeded = planning.otherManifests.find(
    ({ sysctls }) => namespace === undefined && sysctls.some((other) => sysctlKey(other) === sysctlKey(record)),
  );
  if (stillNeeded !== undefined) return;
  const device = localnetDeviceOf(name);
  if (device !== undefined && planning.link({ ...inScope(namespace), name: device }) === undefined) return;
  // A port forward that was made by hand needs it still, has its own guard, and takes it back when it goes.
  if (device !== undefined && observed.nat.some(({ text }) => broughtBy(text, 'localnet') === device)) return;
  const now = device === undefined ? observed.sysctls[name] : (observed.sysctls[name] ?? '0');
  const object = objectRef('sysctl', deviceName({ ...inScope(namespace), name }), namespace);
  const why = l10n.t`changed by this lab and no longer needed`;
  if (now === undefined) {
    planning.addStep('restoreSysctls', {
      action: 'change',
      object,
      why,
      run: [putBackRemembered(planning, record)],
      undo: [setAndRemember(planning, record)],
    });
    return;
  }
  if (before === undefined || now === before) return;
  if (now !== value) {
    const message = l10n.t`${name} was set to ${now} by someone else since; it is left so (before the lab it was ${before}).`;
    planning.warn('conflict', message);
    return;
  }
  planning.addStep('restoreSysctls', {
    action: 'change',
    object,
    why: l10n.t`${why}; it was ${before}`,
    run: [setSysctl(namespace, name, before)],
    undo: [setSysctl(namespace, name, now)],
  });
}

/** Where the old value of a parameter is kept that the observation does not read. */
function memoryOf(planning: Planning, { namespace, name }: { namespace?: string; name: string }): string {
  const file = `${namespace ?? '@host'} ${name}`.replaceAll('/', '.');
  return quoteArgument(`/run/netns-topology/labs/${planning.lab}/sysctls/${file}`);
}

function enter(namespace: string | undefined): string {
  return namespace === undefined ? '' : `ip netns exec ${quoteArgument(namespace)} `;
}

function setAndRemember(
  planning: Planning,
  wanted: { namespace?: string; name: string; value: string },
): ReturnType<typeof shell> {
  const [file, sysctl] = [memoryOf(planning, wanted), `${enter(wanted.namespace)}sysctl`];
  return shell(
    [
      `mkdir -p "$(dirname ${file})"`,
      `[ -e ${file} ] || ${sysctl} -n ${quoteArgument(wanted.name)} >${file}`,
      `${sysctl} -w ${quoteArgument(`${wanted.name}=${wanted.value}`)}`,
    ].join('\n'),
  );
}

function putBackRemembered(planning: Planning, wanted: { namespace?: string; name: string }): ReturnType<typeof shell> {
  const [file, sysctl] = [memoryOf(planning, wanted), `${enter(wanted.namespace)}sysctl`];
  return shell(
    [
      `[ -s ${file} ] || exit 0`,
      `${sysctl} -w ${quoteArgument(wanted.name)}="$(cat ${file})"`,
      `rm -f ${file}`,
      `rmdir "$(dirname ${file})" 2>/dev/null || :`,
    ].join('\n'),
  );
}
