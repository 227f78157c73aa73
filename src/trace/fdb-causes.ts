import * as l10n from '@vscode/l10n';
import type { ObservedLink, ObservedNamespace } from '../host/model';
import { commandIn } from './commands';
import { labelOf, type FixedFdbEntry, type TraceFacts } from './facts';
import type { Cause, Direction } from './model';

/** Where a frame comes into a bridge of Linux, by which port it has to go out, and for whom. */
export interface Bridged {
  readonly namespace: ObservedNamespace;
  readonly bridge: ObservedLink;
  readonly from: ObservedLink;
  readonly to: ObservedLink;
  /** Hardware address. */
  readonly taker: string;
}

/**
 * An entry that somebody made in a bridge's forwarding database, and that leads a frame elsewhere than to its taker. What goes to all,
 * as an ARP question does, gets there all the same. What a bridge learns it corrects by itself.
 */
export function wrongFdbEntry(facts: TraceFacts, direction: Direction, bridged: Bridged): Cause | undefined {
  const { namespace, bridge, from, to, taker } = bridged;
  // A bridge that looks at VLANs asks for the address in the frame's own, one that does not in none (br_fdb.c).
  const vlan = Number(bridge.data['vlan_filtering'] ?? 0) > 0 ? from.vlans?.untagged : undefined;
  const entry = facts.details
    .get(namespace.id)
    ?.fixedFdb.find(
      (one) => one.bridge === bridge.name && one.mac.toLowerCase() === taker.toLowerCase() && one.vlan === vlan,
    );
  if (entry === undefined || (entry.state === 'static' && entry.dev === to.name)) return undefined;
  const { mac, dev, state, isSticky } = entry;
  const words = ['bridge', 'fdb'];
  const place = [mac, 'dev', dev, 'master', ...(vlan === undefined ? [] : ['vlan', String(vlan)])];
  const leads =
    state === 'static'
      ? l10n.t`sends what is for ${mac} to ${dev}, though it is behind ${to.name}`
      : l10n.t`keeps what is for ${mac} for ${labelOf(namespace)} itself, though it is behind ${to.name}`;
  return {
    id: 'wrong-fdb-entry',
    direction,
    namespaceId: namespace.id,
    place: labelOf(namespace),
    dev: bridge.name,
    text: l10n.t`The bridge ${bridge.name} ${leads}: an entry made by hand says so.`,
    evidence: [`bridge fdb: ${printEntry(entry)}`],
    // One that is not sticky moves as soon as its taker says anything (br_fdb_update).
    ...(state === 'static' && isSticky !== true ? { isLikely: true } : {}),
    fix: {
      title: l10n.t`Take the entry for ${mac} out of ${bridge.name}`,
      run: [commandIn(namespace, ...words, 'del', ...place)],
      undo: [commandIn(namespace, ...words, 'add', ...place, state, ...(isSticky === true ? ['sticky'] : []))],
    },
  };
}

function printEntry({ mac, dev, bridge, vlan, state, isSticky }: FixedFdbEntry): string {
  const inVlan = vlan === undefined ? [] : ['vlan', String(vlan)];
  return [mac, 'dev', dev, ...inVlan, 'master', bridge, state, ...(isSticky === true ? ['sticky'] : [])].join(' ');
}
