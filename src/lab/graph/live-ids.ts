import { namespaceTitle, type ObservedLink, type ObservedNamespace } from '../../host/model';
import { isBridge } from './facts';
import { bridgeNodeId, interfaceNodeId } from './picture';

/** A namespace's name under /run/netns; one without is called by its container or process. */
export function namespaceName(namespace: ObservedNamespace): string {
  return namespaceTitle(namespace);
}

/** The key of a namespace in node ids: undefined for the root namespace, the inode for one without a name. */
export function namespaceKey(namespace: ObservedNamespace): string | undefined {
  return namespace.isRoot ? undefined : (namespace.name ?? `#${namespace.id}`);
}

/** The id of the node that draws a link: the bridge's own, or the interface's. */
export function linkNodeId(namespace: ObservedNamespace, link: ObservedLink): string {
  const key = namespaceKey(namespace);
  return isBridge(link) ? bridgeNodeId(key, link.name) : interfaceNodeId(key, link.name);
}

/** The root namespace's interface that the default route leaves by; IPv4 before IPv6, the smallest metric first. */
export function uplinkOf(root: ObservedNamespace): ObservedLink | undefined {
  const defaults = root.routes
    .filter(({ to, table, type }) => to === 'default' && table === 'main' && type === 'unicast')
    .sort((a, b) => a.family.localeCompare(b.family) || (a.metric ?? 0) - (b.metric ?? 0));
  for (const { dev } of defaults) {
    const link = root.links.find(({ name }) => name === dev);
    if (link !== undefined) return link;
  }
  return undefined;
}

const linkIndexes = new WeakMap<ObservedNamespace, ReadonlyMap<string, ObservedLink>>();

/** A namespace's links by their names; worked out once for each reading of it. */
export function linksByName(namespace: ObservedNamespace): ReadonlyMap<string, ObservedLink> {
  const known = linkIndexes.get(namespace) ?? new Map(namespace.links.map((link) => [link.name, link]));
  linkIndexes.set(namespace, known);
  return known;
}
