import * as l10n from '@vscode/l10n';
import { lookup } from '../../base/lookup';
import { linkTrouble } from '../../host/link-trouble';
import {
  namespaceTitle,
  type HostSnapshot,
  type ObservedLink,
  type ObservedNamespace,
  type PortVlans,
} from '../../host/model';
import { impairmentInWords, observedImpairment } from '../../plan/impairment';
import type { TreeIcon } from './node';

/** Each row of a bridge with a thousand ports looks up where its cable leads. */
const namespaceById = lookup(({ id }: ObservedNamespace) => id);
const linkByName = lookup(({ name }: ObservedLink) => name);

/** How an interface stands, in words and as an icon whose shape differs too. */
export interface LinkFace {
  readonly words: string;
  readonly icon: TreeIcon;
}

/**
 * The state of an interface. `ip link` says UP for an interface that the administrator switched on even where nothing
 * passes: the operational state (RFC 2863, netdev operstate) and the carrier decide then. What is to blame is named.
 */
export function linkFace(snapshot: HostSnapshot, namespace: ObservedNamespace, link: ObservedLink): LinkFace {
  const trouble = linkTrouble(snapshot, namespace, link);
  if (trouble === undefined) return { words: l10n.t`up`, icon: { name: 'circle-filled', color: 'charts.green' } };
  const { reason, culprit } = trouble;
  if (reason === 'set-down')
    return { words: l10n.t`down`, icon: { name: 'circle-slash', color: 'disabledForeground' } };
  // Of a cable whose other end is down the kernel tells either state, by chance (see `linkState` of the graph).
  const isLower = link.operState === 'lowerlayerdown' || (link.kind === 'veth' && !link.carrier);
  const words = isLower ? l10n.t`lower layer down` : l10n.t`no carrier`;
  const place = culprit === undefined || culprit.namespace === namespace ? '' : `${namespaceLabel(culprit.namespace)}:`;
  const why =
    culprit !== undefined
      ? l10n.t`: ${place}${culprit.link.name} is down`
      : reason === 'no-port'
        ? l10n.t`: no port is up`
        : '';
  const icon = { name: isLower ? 'warning' : 'debug-disconnect', color: 'charts.yellow' };
  return { words: `${words}${why}`, icon };
}

/** What a bridge does with its port, where that is more than passing everything on: the spanning tree's word, VLANs. */
export function portFacts(namespace: ObservedNamespace, { master, port, vlans }: ObservedLink): string | undefined {
  const bridge = master === undefined ? undefined : linkByName(namespace.links, master);
  const hasTree = bridge?.data['stp_state'] === 1;
  const parts = [hasTree ? port?.state : undefined, vlans === undefined ? undefined : vlanFacts(vlans)];
  const words = parts.filter((part) => part !== undefined).join(' · ');
  return words === '' ? undefined : words;
}

/** `VLAN 7`, `VLANs 1, 8 tagged`. */
export function vlanFacts({ untagged, tagged }: PortVlans): string {
  const shown =
    tagged.length > 6 ? l10n.t`${tagged.slice(0, 5).join(', ')} and ${tagged.length - 5} more` : tagged.join(', ');
  const parts = [
    untagged === undefined ? undefined : String(untagged),
    shown === '' ? undefined : l10n.t`${shown} tagged`,
  ];
  return `${tagged.length > 0 && untagged !== undefined ? 'VLANs' : 'VLAN'} ${parts.filter((part) => part !== undefined).join(', ')}`;
}

/** The addresses that tell a person something: without the link-local ones that the kernel makes by itself. */
export function tellingAddresses(link: ObservedLink): string[] {
  return link.addresses.filter((address) => address.scope !== 'link').map((address) => address.cidr);
}

/**
 * What the menus of an interface's or a bridge's row go by (`viewItem`): its type, then a word for each thing that can be
 * done with it, all with dots between: `interface.up.cable.plugged.addressed`.
 */
export function linkContext(type: 'interface' | 'bridge', link: ObservedLink): string {
  const words = {
    up: link.up,
    down: !link.up,
    cable: link.peer !== undefined,
    // The far end of a cable from a namespace mostly is the one in a bridge.
    plugged: link.master !== undefined || link.peer !== undefined,
    addressed: tellingAddresses(link).length > 0,
    impaired: impairmentFacts(link) !== undefined,
    virtual: link.peer === undefined && link.kind !== 'physical',
  };
  return [type, ...Object.entries(words).flatMap(([word, holds]) => (holds ? [word] : []))].join('.');
}

/** `delay 20ms, loss 1%`; undefined where its packets leave as usual. */
export function impairmentFacts({ qdisc }: ObservedLink): string | undefined {
  if (qdisc !== undefined && qdisc.options === undefined) return l10n.t`impaired by ${qdisc.kind}, unknown how`;
  const impairment = qdisc === undefined ? undefined : observedImpairment(qdisc);
  return impairment === undefined ? undefined : impairmentInWords(impairment);
}

/** Where a cable leads, for people. */
export interface CableEnd {
  /** The bridge that it plugs into, else the interface at the other end: `planet-br`, `earth:earth-veth`. */
  readonly short: string;
  /** `host:earth-br-veth, a port of planet-br`. */
  readonly long: string;
}

/** The other end of a cable, where it could be found. */
export function cableEnd(snapshot: HostSnapshot, inside: ObservedNamespace, link: ObservedLink): CableEnd | undefined {
  const { peer } = link;
  if (peer === undefined) return undefined;
  const other = namespaceById(snapshot.namespaces, peer.namespaceId);
  if (other === undefined) return { short: peer.name, long: peer.name };
  const name = other === inside ? peer.name : `${namespaceLabel(other)}:${peer.name}`;
  const master = linkByName(other.links, peer.name)?.master;
  return master === undefined
    ? { short: name, long: name }
    : { short: master, long: l10n.t`${name}, a port of ${master}` };
}

/** A namespace's name; the root namespace has none and is the host itself. */
export function namespaceLabel(namespace: ObservedNamespace): string {
  if (namespace.isRoot) return 'host';
  return namespaceTitle(namespace);
}

export function isLoopback(link: ObservedLink): boolean {
  return link.kind === 'loopback' || link.name === 'lo';
}

export function isBridge(link: ObservedLink): boolean {
  return link.kind === 'bridge' || link.kind === 'openvswitch';
}
