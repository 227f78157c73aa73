import { finish } from '../base/pieces';
import type { HostSnapshot } from '../host/model';
import type { Topology } from '../topology/model';
import { planAddresses } from './addresses';
import { adoptionKey, asAdopted, findAdoptable, planAdoptions, type Adoptable, type Adoption } from './adoption';
import { desiredOf, type Desired } from './desired';
import { findRemovedDevices, planDeviceRemovals } from './device-removals';
import { planBridges } from './bridges';
import { planCables, settingsRecords } from './devices';
import { interfaceRecords, planInterfaces } from './interfaces';
import { warnOfLeftProcesses } from './left-processes';
import { recordsTheSame } from './read-manifest';
import { printManifest, type Manifest } from './manifest';
import type { Plan } from './model';
import { planNameservers } from './nameservers';
import { findRemovedNamespaces, planNamespaces } from './namespaces';
import { planNat } from './nat';
import { planForwarding } from './nat-forwarding';
import { planSwitchedOff } from './nat-switched-off';
import { planHairpins } from './nat-hairpin';
import { findReturnedInterfaces, physicalRecords, planPhysical } from './physical';
import { Planning } from './planning';
import { planReleasedPorts, portRecords } from './ports';
import { checkPreconditions } from './preconditions';
import { planRouteRemovals, planRoutes, planRules } from './routes';
import { judgeSafety } from './safety/judge';
import { risksOf } from './safety/risks';
import { planServices } from './services';
import { desiredSysctls, planSysctls } from './sysctls';

export interface PlanOptions {
  /**
   * What may be adopted of what others made under names of the file: all that can be, or those of these keys (`adoptionKey`).
   * Without it such things are refused.
   */
  readonly adopt?: 'everything' | ReadonlySet<string>;
}

/**
 * Declared × observed → steps. Destroying a lab is applying one in which nothing is declared: what the manifest and the
 * marks on the host say is there, and the (empty) file does not, is taken away.
 */
export function buildPlan(
  action: Plan['action'],
  topology: Topology,
  snapshot: HostSnapshot,
  options: PlanOptions = {},
): Plan {
  return finish(buildInPieces(action, topology, snapshot, options));
}

/**
 * The same, a piece of work at a time, for whoever has other things to do in between: a plan for 1,000 namespaces takes some
 * hundred milliseconds. Snapshot and topology must stay as they are meanwhile.
 */
export function* buildInPieces(
  action: Plan['action'],
  topology: Topology,
  snapshot: HostSnapshot,
  options: PlanOptions = {},
): Generator<void, Plan> {
  let planning = new Planning(topology.name, snapshot);
  checkPreconditions(planning, topology);
  const basedOn = planning.manifest.revision;
  if (hasErrors(planning)) return { action, lab: topology.name, steps: [], problems: planning.problems, basedOn };

  const desired = desiredOf(topology);
  yield;
  const adoption = findAdoptionOnce(planning, desired);
  const adopted = chosenOf(adoption, options);
  if (adopted.length > 0) planning = new Planning(topology.name, asAdopted(planning.snapshot, topology.name, adopted));
  planning.adoption = adoption;
  planAdoptions(planning, adopted);
  findRemovedNamespaces(planning, desired);
  findReturnedInterfaces(planning, desired);
  findRemovedDevices(planning, desired);
  yield;
  planReleasedPorts(planning, desired);
  yield;
  yield* planDeviceRemovals(planning);
  yield;
  planNamespaces(planning, desired);
  yield;
  planPhysical(planning, desired);
  yield;
  planBridges(planning, desired);
  planCables(planning, desired);
  yield;
  planInterfaces(planning, desired);
  planRouteRemovals(planning, desired);
  yield;
  planAddresses(planning, desired);
  yield;
  const sysctls = planSysctls(planning, desiredSysctls(topology));
  const routes = planRoutes(planning, desired);
  const rules = planRules(planning, desired);
  planNameservers(planning, desired);
  yield;
  const nftTables = planNat(planning, topology);
  planHairpins(planning, topology);
  planForwarding(planning, topology);
  planSwitchedOff(planning);
  planServices(planning, desired);
  warnOfLeftProcesses(planning);

  yield;
  const steps = planning.orderedSteps();
  const problems = [...planning.problems, ...judgeSafety(snapshot, topology, steps)];
  yield;
  const risks = risksOf(snapshot, steps);
  yield;
  const plan = {
    action,
    lab: topology.name,
    steps,
    problems,
    basedOn,
    ...(risks.length === 0 ? {} : { risks }),
    ...(adopted.length === 0 ? {} : { adopts: adopted.map(({ object, besides }) => ({ object, besides })) }),
  };
  if (action === 'destroy') return basedOn === 0 ? plan : { ...plan, record: { type: 'remove' } };
  const manifest = manifestOf(planning, desired, { routes, rules, sysctls, nftTables });
  if (basedOn > 0 && recordsTheSame(manifest, planning.manifest)) return plan;
  return { ...plan, record: { type: 'write', text: printManifest(manifest) } };
}

/** Only where something is in the way does anyone ask. */
function findAdoptionOnce(planning: Planning, desired: Desired): () => Adoption {
  let found: Adoption | undefined;
  return () => (found ??= findAdoptable(planning, desired));
}

function chosenOf(adoption: () => Adoption, { adopt }: PlanOptions): readonly Adoptable[] {
  if (adopt === undefined) return [];
  const { adoptable } = adoption();
  return adopt === 'everything' ? adoptable : adoptable.filter((one) => adopt.has(adoptionKey(one)));
}

function hasErrors(planning: Planning): boolean {
  return planning.problems.some(({ severity }) => severity === 'error');
}

/** What the lab has on the host once the plan has run. */
function manifestOf(
  planning: Planning,
  desired: Desired,
  own: Pick<Manifest, 'routes' | 'rules' | 'sysctls' | 'nftTables'>,
): Manifest {
  return {
    version: 1,
    lab: planning.lab,
    revision: planning.manifest.revision + 1,
    namespaces: desired.namespaces.map(({ name }) => name),
    bridges: desired.bridges.map(({ namespace, name }) => defined({ namespace, name })),
    cables: desired.cables.map(({ ends: [a, b] }) => [
      defined({ namespace: a.namespace, name: a.name }),
      defined({ namespace: b.namespace, name: b.name }),
    ]),
    interfaces: interfaceRecords(desired),
    settings: settingsRecords(desired),
    ports: portRecords(planning, desired),
    physical: physicalRecords(planning, desired),
    addresses: desired.addresses.map(({ namespace, dev, cidr }) => defined({ namespace, dev, cidr })),
    routes: own.routes.map(({ namespace, to, via, dev, metric, table, src, scope, type }) =>
      defined({ namespace, to, via, dev, metric, table, src, scope, type }),
    ),
    rules: own.rules.map(({ namespace, from, to, iif, fwmark, table, priority }) =>
      defined({ namespace, from, to, iif, fwmark, table, priority }),
    ),
    sysctls: own.sysctls,
    nftTables: own.nftTables,
    nameservers: desired.nameservers.map(({ namespace, addresses }) => ({ namespace, addresses })),
    services: desired.services.map(({ namespace, name, command, env, user, directory, ready }) =>
      defined({ namespace, name, command, env, user, directory, ready }),
    ),
  };
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without the keys that are undefined: JSON has none, and neither have our records. */
function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<T>;
}
