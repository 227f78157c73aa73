import * as l10n from '@vscode/l10n';
import type { Topology, YamlPath } from '../topology/model';
import { inScope, scopesOf } from './desired';
import { checkHostNeeds } from './host-needs';
import { isOwnKind } from './own-kinds';
import { isInterfaceName, isLabName, isNamespaceName } from './names';
import { deviceName, type Planning } from './planning';

/** Refuses, before anything else is looked at, what the planner cannot do and what must not reach a command line. */
export function checkPreconditions(planning: Planning, topology: Topology): void {
  checkNames(planning, topology);
  checkOrigins(planning, topology);
  checkHostNeeds(planning, topology);
  if (planning.snapshot.tools['ip'] === undefined) {
    const advice = l10n.t`Install iproute2 on the host (Debian, Ubuntu: apt install iproute2).`;
    planning.refuse('missingTool', l10n.t`The host has no ip.`, undefined, advice);
  }
}

function checkNames(planning: Planning, topology: Topology): void {
  const check = (isValid: boolean, what: string, name: string, path: YamlPath): void => {
    if (!isValid) planning.refuse('invalidTopology', l10n.t`"${name}" cannot be the name of ${what}.`, path);
  };
  check(isLabName(topology.name), l10n.t`a lab`, topology.name, ['name']);
  for (const { name, path } of topology.namespaces) check(isNamespaceName(name), l10n.t`a namespace`, name, path);
  for (const { name, namespace, ports, path } of topology.bridges) {
    for (const own of [name, ...ports]) check(isInterfaceName(own), l10n.t`an interface`, own, path);
    if (namespace !== undefined && topology.namespaces.every((declared) => declared.name !== namespace)) {
      planning.refuse(
        'invalidTopology',
        l10n.t`Bridge ${name} lies in namespace ${namespace}, which the file has not.`,
        path,
      );
    }
  }
  for (const { endpoints } of topology.links) {
    for (const end of endpoints) check(isInterfaceName(end.interface), l10n.t`an interface`, end.interface, end.path);
  }
  for (const { scope } of scopesOf(topology)) {
    for (const { name, path } of scope.interfaces) check(isInterfaceName(name), l10n.t`an interface`, name, path);
  }
}

/** Every interface of the file must come from somewhere. */
function checkOrigins(planning: Planning, topology: Topology): void {
  const ends = new Set(
    topology.links.flatMap(({ endpoints }) =>
      endpoints.map((end) => `${end.type === 'namespace' ? end.namespace : ''}/${end.interface}`),
    ),
  );
  const bridgePorts = new Set(
    topology.links.flatMap(({ endpoints }) =>
      endpoints.filter(({ type }) => type === 'bridge').map((end) => end.interface),
    ),
  );
  for (const { namespace, scope } of scopesOf(topology)) {
    for (const own of scope.interfaces) {
      const name = deviceName({ ...inScope(namespace), name: own.name });
      const isEnd = ends.has(`${namespace ?? ''}/${own.name}`) || bridgePorts.has(own.name);
      // A namespace brings its loopback along; the host's is not the lab's to change.
      if (own.name === 'lo' && namespace !== undefined) continue;
      if (isOwnKind(own) || own.kind === 'physical' || isEnd) continue;
      const message = l10n.t`Interface ${name} is on no link of the file, so nothing would create it.`;
      planning.refuse('invalidTopology', message, own.path, l10n.t`Give it a link, or a kind of its own.`);
    }
  }
}
