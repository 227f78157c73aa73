import * as l10n from '@vscode/l10n';
import type { Command } from '../base/command';
import { findNamespace, type HostSnapshot } from '../host/model';
import type { Topology, YamlPath } from '../topology/model';
import { inScope, namespaceOf } from './desired';
import { driftWords } from './drift-words';
import { emptyManifest, type DeviceRef, type Manifest } from './manifest';
import type { ObjectRef, Plan, Step } from './model';
import { planApply } from './plan-apply';
import { deviceName } from './planning';
import { readManifest } from './read-manifest';
import { recordsByObject } from './record-objects';

/** How a lab on a host stands to its file. Plain data. */
export interface Drift {
  /**
   * - `absent`: the lab was never applied to the host, or was destroyed
   * - `inSync`: the host is as the file says
   * - `drifted`: someone changed on the host what the lab had made, or something ended by itself
   * - `edited`: the host is as it was applied, and the file says something else since
   * - `blocked`: the two cannot be compared, since the file cannot be applied to the host; `entries` say why
   */
  readonly state: 'absent' | 'inSync' | 'drifted' | 'edited' | 'blocked';
  /** What differs, what matters most first. */
  readonly entries: readonly DriftEntry[];
}

export interface DriftEntry {
  /** `veth1 is down`, `cable earth:earth-veth — planet-br is gone`, `service web@earth has ended`. */
  readonly words: string;
  /** Who changed: the host after it was applied, or the file. */
  readonly cause: 'host' | 'file';
  readonly object?: ObjectRef;
  /** It is missing only because something else is, that has an entry of its own. */
  readonly follows?: true;
  /** Where it is declared. */
  readonly path?: YamlPath;
}

/**
 * Compares a lab's file with its host. What differs is what Apply would do (there is no second comparison), and facts that
 * no command can mend.
 *
 * @param topology a file without errors
 */
export function driftOf(topology: Topology, snapshot: HostSnapshot): Drift {
  if (!snapshot.labs.some(({ name }) => name === topology.name)) return { state: 'absent', entries: [] };
  const plan = planApply(topology, snapshot);
  const errors = plan.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const entries = errors.map(({ message, path }) => ({
      words: message,
      cause: 'host' as const,
      ...(path === undefined ? {} : { path }),
    }));
    return { state: 'blocked', entries };
  }
  const gone = new GoneThings(topology, plan);
  const causes = new Causes(plan, snapshot);
  const entries = [...plan.steps.map((step) => entryOf(step, causes, gone)), ...withoutCarrier(topology, snapshot)];
  const hostFirst = [...entries].sort((a, b) => weight(a) - weight(b));
  const state = entries.some(({ cause }) => cause === 'host') ? 'drifted' : entries.length > 0 ? 'edited' : 'inSync';
  return { state, entries: hostFirst };
}

/** One line: `in sync`, `drifted: veth1 is down, and 2 more`, `2 changes not applied yet`, `not on the host`. */
export function summarizeDrift({ state, entries }: Drift): string {
  const [first, ...others] = entries.filter(({ cause, follows }) => cause === 'host' && follows !== true);
  const more = others.length === 0 ? '' : l10n.t`, and ${others.length} more`;
  switch (state) {
    case 'absent':
      return l10n.t`not on the host`;
    case 'inSync':
      return l10n.t`in sync`;
    case 'drifted':
      return l10n.t`drifted: ${first?.words ?? ''}${more}`;
    case 'edited':
      return entries.length === 1
        ? l10n.t`1 change not applied yet`
        : l10n.t`${entries.length} changes not applied yet`;
    case 'blocked':
      return l10n.t`cannot be compared: ${first?.words ?? ''}${more}`;
  }
}

function weight({ cause, follows }: DriftEntry): number {
  return (cause === 'host' ? 0 : 2) + (follows === true ? 1 : 0);
}

function entryOf(step: Step, causes: Causes, gone: GoneThings): DriftEntry {
  const cause = causes.of(step);
  return {
    words: driftWords(step, cause),
    cause,
    object: step.object,
    ...(cause === 'host' && gone.takes(step) ? { follows: true } : {}),
    ...(step.path === undefined ? {} : { path: step.path }),
  };
}

/** Tells what someone changed on the host from what was changed in the file, by what the last apply recorded. */
class Causes {
  private readonly applied: ReadonlyMap<string, string>;
  private readonly wanted: ReadonlyMap<string, string> | undefined;

  constructor(plan: Plan, snapshot: HostSnapshot) {
    const found = snapshot.labs.find(({ name }) => name === plan.lab);
    this.applied = recordsByObject(readManifest(found?.manifest) ?? emptyManifest(plan.lab));
    const wanted = plan.record?.type === 'write' ? written(plan.record.text) : undefined;
    // Without a new record the file says what was applied.
    this.wanted = wanted === undefined ? undefined : recordsByObject(wanted);
  }

  of({ action, object }: Step): DriftEntry['cause'] {
    if (this.wanted === undefined) return 'host';
    if (action === 'remove') return 'file';
    const key = objectKey(object);
    const before = this.applied.get(key);
    if (before !== this.wanted.get(key)) return 'file';
    return action === 'create' && before === undefined ? 'file' : 'host';
  }
}

/** A record just printed, read as the one on the host is, so that the two can be compared. */
function written(text: string): Manifest | undefined {
  return readManifest(JSON.parse(text));
}

function objectKey({ type, name }: ObjectRef): string {
  return `${type} ${name}`;
}

/** The namespaces and interfaces that a plan makes anew: what lay in them or on them is missing for that reason alone. */
class GoneThings {
  private readonly namespaces = new Set<string>();
  /** Namespaces ('' is the root namespace) in which an interface is gone. */
  private readonly places = new Set<string>();

  /** Interfaces that are gone: what is set on them is so because they are made anew. */
  private readonly devices = new Set<string>();

  private readonly endsOfLinks: ReadonlyMap<string, readonly DeviceRef[]>;

  constructor(topology: Topology, { steps }: Plan) {
    this.endsOfLinks = new Map(
      topology.links.map(({ path, endpoints }) => [
        path.join('/'),
        endpoints.map((end) => ({ ...inScope(namespaceOf(topology, end)), name: end.interface })),
      ]),
    );
    for (const { action, object, path } of steps) {
      if (action !== 'create') continue;
      if (object.type === 'namespace') this.namespaces.add(object.name);
      if (object.type === 'link') {
        for (const place of this.placesOf(path)) this.places.add(place);
        for (const end of this.endsOf(path)) this.devices.add(deviceName(end));
      }
      if (object.type === 'bridge') this.devices.add(deviceName({ ...inScope(object.namespace), name: object.name }));
      if (object.type === 'interface') this.devices.add(object.name);
      if (object.type === 'bridge' || object.type === 'interface') this.places.add(object.namespace ?? '');
    }
  }

  takes({ action, object, path, run }: Step): boolean {
    if (action === 'change' && object.type === 'interface') {
      return this.devices.has(object.name) || run.some((command) => this.plugs(command, object.namespace));
    }
    if (action === 'change' && object.type === 'sysctl') return this.isOfDevice(object);
    if (action !== 'create') return false;
    if (object.type === 'namespace') return false;
    if (object.type === 'link') return this.placesOf(path).some((place) => this.namespaces.has(place));
    if (object.namespace !== undefined && this.namespaces.has(object.namespace)) return true;
    if (object.type === 'address') return this.devices.has(object.name.split(' on ')[1] ?? '');
    return object.type === 'route' && this.places.has(object.namespace ?? '');
  }

  /** True for what makes a port of a bridge that is made anew. */
  private plugs({ argv }: Command, namespace: string | undefined): boolean {
    const bridge = argv[argv.indexOf('master') + 1];
    return (
      argv.includes('master') &&
      bridge !== undefined &&
      this.devices.has(deviceName({ ...inScope(namespace), name: bridge }))
    );
  }

  /** True for an interface's own parameter: `net.ipv4.conf.planet-br.route_localnet`. */
  private isOfDevice({ name, namespace }: ObjectRef): boolean {
    const device = /\.(?:conf|neigh)\.([^.]+)\./.exec(name)?.[1]?.replaceAll('/', '.');
    return device !== undefined && this.devices.has(deviceName({ ...inScope(namespace), name: device }));
  }

  private placesOf(path: YamlPath | undefined): readonly string[] {
    return this.endsOf(path).map(({ namespace }) => namespace ?? '');
  }

  private endsOf(path: YamlPath | undefined): readonly DeviceRef[] {
    return this.endsOfLinks.get(path?.join('/') ?? '') ?? [];
  }
}

/** Interfaces that the lab borrowed from the host and that see nobody at the other end: no command mends that. */
function withoutCarrier(topology: Topology, snapshot: HostSnapshot): DriftEntry[] {
  return topology.namespaces.flatMap(({ name: namespace, interfaces }) =>
    interfaces
      .filter(({ kind, up }) => kind === 'physical' && up)
      .flatMap(({ name, path }) => {
        const link = findNamespace(snapshot, namespace)?.links.find((own) => own.name === name);
        if (link?.up !== true || link.carrier) return [];
        const object = { type: 'interface', name: deviceName({ namespace, name }), namespace } as const;
        return [{ words: l10n.t`${object.name} has no carrier`, cause: 'host' as const, object, path }];
      }),
  );
}
