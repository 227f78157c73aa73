import type { HostSnapshot, ObservedLink, ObservedNamespace } from './model';
import { cableKinds } from './read-links';

/** Why nothing passes an interface. */
export interface LinkTrouble {
  /**
   * `set-down`: nobody set it up. `peer-down`: the cable's other end is down. `below-down`: the interface that it stands on is.
   * `no-port`: a bridge without a port that is up. `lower-layer`, `no-carrier`: the kernel says so, and why cannot be seen from here.
   */
  readonly reason: 'set-down' | 'peer-down' | 'below-down' | 'no-port' | 'lower-layer' | 'no-carrier';
  /** The interface that is to blame, where it is another. */
  readonly culprit?: { readonly namespace: ObservedNamespace; readonly link: ObservedLink };
}

/**
 * Why an interface is down, or passes nothing although it was set up (RFC 2863's operational state); undefined where all is well.
 * Kinds that cannot tell their carrier (tun, loopback) have operstate `unknown` while they work.
 */
export function linkTrouble(
  snapshot: HostSnapshot,
  namespace: ObservedNamespace,
  link: ObservedLink,
): LinkTrouble | undefined {
  if (!link.up) return { reason: 'set-down' };
  if (link.carrier && link.operState !== 'lowerlayerdown' && link.operState !== 'down') return undefined;
  const culprit = below(snapshot, namespace, link);
  if (culprit !== undefined && (!culprit.link.up || !culprit.link.carrier)) {
    return { reason: cableKinds.has(link.kind) ? 'peer-down' : 'below-down', culprit };
  }
  if (link.kind === 'bridge' && !namespace.links.some((port) => port.master === link.name && port.up && port.carrier)) {
    return { reason: 'no-port' };
  }
  return { reason: link.operState === 'lowerlayerdown' ? 'lower-layer' : 'no-carrier' };
}

/** The other end of a cable, or what an interface stands on. */
function below(snapshot: HostSnapshot, namespace: ObservedNamespace, link: ObservedLink): LinkTrouble['culprit'] {
  const [id, name] =
    link.peer === undefined
      ? [link.parentNamespaceId ?? namespace.id, link.parent]
      : [link.peer.namespaceId, link.peer.name];
  if (name === undefined) return undefined;
  const there = id === namespace.id ? namespace : snapshot.namespaces.find((one) => one.id === id);
  const found = there?.links.find((one) => one.name === name);
  return there === undefined || found === undefined ? undefined : { namespace: there, link: found };
}
