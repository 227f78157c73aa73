import * as l10n from '@vscode/l10n';
import type { ObservedLink, ObservedNamespace } from '../host/model';
import type { Family } from '../plan/cidr';
import { commandIn } from './commands';
import { labelOf, linkNamed, ownerLink, type TraceFacts } from './facts';
import type { Cause, Direction } from './model';
import { isBridge, type Reach } from './wire';

/** A cable's end that stands beside the bridge where it belongs. */
export interface Unplugged {
  readonly end: { readonly namespace: ObservedNamespace; readonly link: ObservedLink };
  readonly bridge: ObservedLink;
  /** What is wrong on the way to there. */
  readonly before: readonly Cause[];
}

/** A cable of one of two neighbours that ends beside a bridge instead of in it. */
export function findUnplugged(
  facts: TraceFacts,
  namespace: ObservedNamespace,
  link: ObservedLink,
  address: string,
  reaches: readonly Reach[],
): Unplugged | undefined {
  const owner = facts.snapshot.namespaces.find(
    (one) => one.id !== namespace.id && ownerLink(one, address) !== undefined,
  );
  if (owner === undefined) return undefined;
  const theirs = ownerLink(owner, address);
  const reached = reaches.find((reach) => isBridge(reach.link));
  const mine = farEnd(facts, link);
  const other = farEnd(facts, theirs);
  // Theirs: we get to a bridge, and the other end of their cable stands beside it.
  const candidates = [
    { end: other, bridge: isBridge(link) ? link : undefined, within: namespace, before: [] },
    { end: other, bridge: reached?.link, within: reached?.namespace, before: reached?.causes ?? [] },
    { end: mine, bridge: theirs !== undefined && isBridge(theirs) ? theirs : undefined, within: owner, before: [] },
    { end: mine, bridge: other && linkNamed(other.namespace, other.link.master), within: other?.namespace, before: [] },
    // Both stand beside the only bridge there is: one after the other.
    {
      end: mine,
      bridge: other && isLoose(other.link) ? onlyBridge(other.namespace) : undefined,
      within: other?.namespace,
      before: [],
    },
  ];
  for (const { end, bridge, within, before } of candidates) {
    if (end === undefined || bridge === undefined || end.namespace.id !== within?.id || !isLoose(end.link)) continue;
    return { end, bridge, before };
  }
  return undefined;
}

/** The host as it would be with the end in its bridge. */
export function plugged(facts: TraceFacts, { end, bridge }: Unplugged): TraceFacts {
  const namespaces = facts.snapshot.namespaces.map((namespace) => {
    if (namespace.id !== end.namespace.id) return namespace;
    const links = namespace.links.map((link) =>
      link.name === end.link.name ? { ...link, master: bridge.name } : link,
    );
    return { ...namespace, links };
  });
  return { ...facts, snapshot: { ...facts.snapshot, namespaces } };
}

/** Of a namespace that gets nowhere: a cable of its own whose other end stands beside the only bridge there. */
export function plugBesideBridge(
  facts: TraceFacts,
  direction: Direction,
  namespace: ObservedNamespace,
  family: Family,
): Cause | undefined {
  for (const link of namespace.links) {
    if (link.kind !== 'veth' || !link.addresses.some((one) => one.family === family && one.scope === 'global'))
      continue;
    const end = farEnd(facts, link);
    if (end === undefined || !isLoose(end.link)) continue;
    const bridge = onlyBridge(end.namespace);
    if (bridge === undefined) continue;
    return { ...unpluggedCause(direction, end.namespace, end.link, bridge), isLikely: true };
  }
  return undefined;
}

function onlyBridge({ links }: ObservedNamespace): ObservedLink | undefined {
  const [bridge, ...others] = links.filter(isBridge);
  return others.length === 0 ? bridge : undefined;
}

function farEnd({ snapshot }: TraceFacts, of: ObservedLink | undefined) {
  const namespace = snapshot.namespaces.find(({ id }) => id === of?.peer?.namespaceId);
  const link = namespace && linkNamed(namespace, of?.peer?.name);
  return namespace === undefined || link === undefined ? undefined : { namespace, link };
}

/** It is in no bridge, and nothing that would be at home where it is. */
function isLoose(link: ObservedLink): boolean {
  return link.master === undefined && !isBridge(link) && !link.addresses.some(({ scope }) => scope === 'global');
}

export function unpluggedCause(
  direction: Direction,
  namespace: ObservedNamespace,
  port: ObservedLink,
  bridge: ObservedLink,
): Cause {
  const isOvs = bridge.kind === 'openvswitch';
  const set = (...words: string[]) => [commandIn(namespace, 'ip', 'link', 'set', 'dev', port.name, ...words)];
  return {
    id: 'not-plugged',
    direction,
    namespaceId: namespace.id,
    place: labelOf(namespace),
    dev: port.name,
    text: l10n.t`${labelOf(namespace)}:${port.name} is not plugged into the bridge ${bridge.name}: the cable ends beside it.`,
    evidence: [
      isOvs ? l10n.t`ovs-vsctl show: ${bridge.name} has no port ${port.name}` : `ip link: ${port.name} without master`,
    ],
    fix: {
      title: l10n.t`Plug ${port.name} into ${bridge.name}`,
      run: isOvs ? [{ argv: ['ovs-vsctl', 'add-port', bridge.name, port.name] }] : set('master', bridge.name),
      undo: isOvs ? [{ argv: ['ovs-vsctl', 'del-port', bridge.name, port.name] }] : set('nomaster'),
      edit: {
        text: l10n.t`the link’s end at the bridge`,
        yaml: `- endpoints: [ …, "${bridge.name}:${port.name}" ]`,
        request: { type: 'plug', bridge: bridge.name, port: port.name },
      },
    },
  };
}
