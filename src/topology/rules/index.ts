import type { TopologyFile } from '../generated/topology-file';
import type { EndpointDeclaration, Topology } from '../model';
import type { Cursor } from '../read/cursor';
import { addressesAreForHosts, addressesAreUnique } from './addresses';
import {
  bridgePortsArePluggedOnce,
  bridgesHaveOptionsOfTheirKind,
  vlansAreKeptApart,
  bridgesLieInAKnownNamespace,
  bridgesMakeNoLoop,
  bridgeSubnetsAreApart,
} from './bridges';
import { checksHaveATarget, checksStartSomewhere } from './checks';
import {
  hostKeepsItsInterfaces,
  kindsHaveTheirOptions,
  macAddressesAreOfOneStation,
  networkCardsAreSafe,
} from './interface-kinds';
import { impairmentsHaveTheirDelay } from './impairments';
import { LabIndex } from './lab-index';
import { natHasForwarding, natIsOfUse, natKeepsToOneFamily, portForwardsArrive, portsAreForwardedOnce } from './nat';
import { childrenFitTheirParents, ipvlansOfAParentAgree, parentsMakeNoCircle } from './parents';
import { checksHaveARoute, namespacesAreLinked, natHasRoutes } from './reachability';
import {
  gatewaysAreNeighbours,
  routesAreUnique,
  routesKeepToOneFamily,
  routesLeadSomewhere,
  routesUseKnownInterfaces,
  sourcesAreOwnAddresses,
} from './routes';
import type { Rule } from './rule';
import { interfacesAreMadeOnce, interfacesHaveAnOrigin, placeNamesAreUnique } from './unique-names';

/** The rules of the topology language that go beyond the file's shape, by name, as far as the file alone can decide them. */
export const rules = {
  placeNamesAreUnique,
  interfacesAreMadeOnce,
  interfacesHaveAnOrigin,
  kindsHaveTheirOptions,
  hostKeepsItsInterfaces,
  networkCardsAreSafe,
  macAddressesAreOfOneStation,
  parentsMakeNoCircle,
  ipvlansOfAParentAgree,
  childrenFitTheirParents,
  bridgesLieInAKnownNamespace,
  bridgesHaveOptionsOfTheirKind,
  vlansAreKeptApart,
  bridgePortsArePluggedOnce,
  bridgesMakeNoLoop,
  bridgeSubnetsAreApart,
  impairmentsHaveTheirDelay,
  addressesAreUnique,
  addressesAreForHosts,
  routesLeadSomewhere,
  routesKeepToOneFamily,
  routesUseKnownInterfaces,
  gatewaysAreNeighbours,
  sourcesAreOwnAddresses,
  routesAreUnique,
  natIsOfUse,
  natKeepsToOneFamily,
  natHasForwarding,
  portForwardsArrive,
  portsAreForwardedOnce,
  checksStartSomewhere,
  checksHaveATarget,
  checksHaveARoute,
  namespacesAreLinked,
  natHasRoutes,
} as const satisfies Readonly<Record<string, Rule>>;

/** Checks every rule and reports with `file.problems`. */
export function checkRules(topology: Topology, ends: readonly EndpointDeclaration[], file: Cursor<TopologyFile>): void {
  const lab = new LabIndex(topology, ends, file);
  for (const rule of Object.values(rules)) {
    for (const finding of rule(topology, lab)) file.problems.find(finding);
  }
}
