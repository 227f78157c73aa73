import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import {
  findLink,
  findNamespace,
  namedOnly,
  type HostSnapshot,
  type ObservedLink,
  type ObservedNamespace,
  type ObservedRoute,
} from '../host/model';
import type { YamlPath } from '../topology/model';
import { emptyManifest, type DeviceRef, type Manifest } from './manifest';
import type { Adoption } from './adoption';
import { readManifest } from './read-manifest';
import type { ObjectRef, PlanProblem, Step } from './model';
import { movedBy, ownerMark, ownerOf } from './names';
import { markedOwner } from './open-vswitch';

/** The order in which steps run: what goes is taken away first, top down, then what comes is built, bottom up. */
const phases = [
  'adoptions',
  'stopServices',
  'removeNat',
  'restoreSysctls',
  'removeRules',
  'removeRoutes',
  'releasePorts',
  'removeInterfaces',
  'removeCables',
  'removeBridges',
  'returnInterfaces',
  'removeNameservers',
  'removeNamespaces',
  'namespaces',
  'takeInterfaces',
  'bridges',
  'cables',
  'interfaces',
  'ports',
  'sysctls',
  'settings',
  'addresses',
  'routes',
  'rules',
  'nameservers',
  'nat',
  'services',
] as const;
export type Phase = (typeof phases)[number];

/** What a plan is made in: the observed host, the manifest of the last apply, and the steps and problems found so far. */
export class Planning {
  readonly problems: PlanProblem[] = [];
  /** What could be adopted, and what not and why; looked for once something is in the way. */
  adoption: () => Adoption = () => ({ adoptable: [], objections: new Map() });
  readonly manifest: Manifest;
  private readonly steps = new Map<Phase, Step[]>();
  private readonly goneNamespaces = new Set<string>();
  private readonly goneDevices = new Set<string>();
  private readonly replacements = new Map<string, string>();
  private readonly goneRoutes = new Set<ObservedRoute>();

  /** The alias with which this lab marks what it makes. */
  readonly mark: string;

  /** Without namespaces that have no name: no file can mean them, and no command of ours reaches them. */
  readonly snapshot: HostSnapshot;

  constructor(
    readonly lab: string,
    snapshot: HostSnapshot,
  ) {
    this.snapshot = namedOnly(snapshot);
    this.mark = ownerMark(lab);
    this.manifest = this.recordedManifest();
  }

  private recordedManifest(): Manifest {
    const found = this.snapshot.labs.find(({ name }) => name === this.lab);
    if (found === undefined) return emptyManifest(this.lab);
    const manifest = readManifest(found.manifest);
    if (manifest?.lab === this.lab) return manifest;
    this.problems.push({
      severity: 'error',
      reason: 'conflict',
      message: l10n.t`The record of lab ${this.lab} on the host (/run/netns-topology/labs/${this.lab}/manifest.json) cannot be read.`,
      advice: l10n.t`It was damaged, or written by another version. Move it away to go by the marks on the host alone.`,
    });
    return emptyManifest(this.lab);
  }

  /** The manifests of the other labs on the host that can be read. */
  get otherManifests(): readonly Manifest[] {
    return this.snapshot.labs
      .filter(({ name }) => name !== this.lab)
      .map(({ manifest }) => readManifest(manifest))
      .filter((manifest) => manifest !== undefined);
  }

  addStep(phase: Phase, step: Step): void {
    const steps = this.steps.get(phase);
    if (steps === undefined) this.steps.set(phase, [step]);
    else steps.push(step);
  }

  /** All steps in the order in which they run. */
  orderedSteps(): Step[] {
    return phases.flatMap((phase) => this.steps.get(phase) ?? []);
  }

  refuse(reason: PlanProblem['reason'], message: string, path: YamlPath | undefined, advice?: string): void {
    this.addProblem('error', reason, message, path, advice);
  }

  warn(reason: PlanProblem['reason'], message: string, path?: YamlPath, advice?: string): void {
    this.addProblem('warning', reason, message, path, advice);
  }

  private addProblem(
    severity: PlanProblem['severity'],
    reason: PlanProblem['reason'],
    message: string,
    path: YamlPath | undefined,
    advice: string | undefined,
  ): void {
    this.problems.push({
      severity,
      reason,
      message,
      ...(advice === undefined ? {} : { advice }),
      ...(path === undefined ? {} : { path }),
    });
  }

  /** The namespace as it is found when the steps that build run: undefined if it is not there, or about to be removed. */
  namespace(name: string | undefined): ObservedNamespace | undefined {
    if (name !== undefined && this.goneNamespaces.has(name)) return undefined;
    return findNamespace(this.snapshot, name);
  }

  /** An interface as it is found when the steps that build run: undefined if it is not there, or about to be removed. */
  link(ref: DeviceRef): ObservedLink | undefined {
    if (this.goneDevices.has(deviceKey(ref))) return undefined;
    return findLink(this.namespace(ref.namespace), ref.name);
  }

  /** Says that a namespace, with all that is in it, will be removed. */
  namespaceGoes(name: string): void {
    this.goneNamespaces.add(name);
  }

  /** Says that an interface will be removed, and with it its addresses and routes. */
  deviceGoes(ref: DeviceRef): void {
    this.goneDevices.add(deviceKey(ref));
  }

  /** Says that an interface is removed only to be made anew, and why. */
  deviceIsReplaced(ref: DeviceRef, why: string): void {
    this.replacements.set(deviceKey(ref), why);
  }

  /** Why an interface is made anew, if it is. */
  replacement(ref: DeviceRef): string | undefined {
    return this.replacements.get(deviceKey(ref));
  }

  /** Says that a route will be removed by a step of its own. */
  routeGoes(route: ObservedRoute): void {
    this.goneRoutes.add(route);
  }

  isRouteGone(route: ObservedRoute): boolean {
    return this.goneRoutes.has(route);
  }

  isNamespaceGone(name: string | undefined): boolean {
    return name !== undefined && this.goneNamespaces.has(name);
  }

  isDeviceGone(ref: DeviceRef): boolean {
    return this.isNamespaceGone(ref.namespace) || this.goneDevices.has(deviceKey(ref));
  }

  /** True if the mark on an interface says that this lab made it. */
  isOurs(link: ObservedLink): boolean {
    return link.kind === 'openvswitch' ? markedOwner(link) === this.lab : link.alias === this.mark;
  }

  /** True if the namespace of that name is one that this lab made. */
  ownsNamespace(name: string): boolean {
    const lo = findLink(findNamespace(this.snapshot, name), 'lo');
    return lo !== undefined && this.isOurs(lo);
  }
}

/** One text per interface of a host. */
export function deviceKey({ namespace, name }: DeviceRef): string {
  return `${namespace ?? ''}/${name}`;
}

/** An interface for people: `earth:earth-veth`, or `planet-br` in the root namespace. */
export function deviceName({ namespace, name }: DeviceRef): string {
  return namespace === undefined ? name : `${namespace}:${name}`;
}

/** What a step works on, without the key `namespace` where it is the root namespace. */
export function objectRef(type: ObjectRef['type'], name: string, namespace: string | undefined): ObjectRef {
  return namespace === undefined ? { type, name } : { type, name, namespace };
}

/** Who made an interface, in words: for a conflict's message. */
export function ownerInWords(link: ObservedLink | undefined): string {
  const lab = link?.kind === 'openvswitch' ? markedOwner(link) : ownerOf(link?.alias);
  const mover = movedBy(link?.alias);
  if (mover !== undefined) return l10n.t`moved by lab ${mover}`;
  return lab === undefined ? l10n.t`made by someone else` : l10n.t`owned by lab ${lab}`;
}

/** Commands without the ones that are undefined. */
export function commands(...parts: readonly (Command | undefined)[]): Command[] {
  return parts.filter((part) => part !== undefined);
}
