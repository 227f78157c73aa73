import type { HostSnapshot, ObservedLink } from '../../host/model';
import { readManifest } from '../read-manifest';
import { movedBy, nftTableName, ownerOf } from '../names';
import { markedOwner } from '../open-vswitch';

/** The host as it would be without what a lab has made on it. */
export function withoutLab(snapshot: HostSnapshot, lab: string): HostSnapshot {
  const isOwn = (link: ObservedLink): boolean =>
    (link.kind === 'openvswitch' ? markedOwner(link) : (ownerOf(link.alias) ?? movedBy(link.alias))) === lab;
  const own = snapshot.labs.find(({ name }) => name === lab);
  // A parameter of an interface of the lab's goes with that.
  const before = Object.fromEntries(
    (readManifest(own?.manifest)?.sysctls ?? []).flatMap(({ namespace, name, before: value }) =>
      namespace === undefined && value !== undefined ? [[name, value] as const] : [],
    ),
  );
  return {
    ...snapshot,
    labs: snapshot.labs.filter(({ name }) => name !== lab),
    namespaces: snapshot.namespaces
      .filter(({ isRoot, links }) => isRoot || !links.some((link) => link.name === 'lo' && isOwn(link)))
      .map(({ firewall, ...namespace }) => ({
        ...namespace,
        sysctls: namespace.isRoot ? { ...namespace.sysctls, ...before } : namespace.sysctls,
        links: namespace.links.filter((link) => !isOwn(link)),
        routes: namespace.routes.filter(({ dev }) => !namespace.links.some((link) => link.name === dev && isOwn(link))),
        nat: namespace.nat.filter((rule) => rule.lab !== lab),
        nftTables: namespace.nftTables.filter(({ name }) => name !== nftTableName(lab)),
        ...(firewall === undefined
          ? {}
          : {
              firewall: { ...firewall, marked: firewall.marked.filter((rule) => rule.lab !== lab), ownChains: [] },
            }),
      })),
  };
}
