import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import type { ObservedLink } from '../../host/model';
import type { Step } from '../model';
import { restorePortVlans } from '../port-vlans';
import { observedMaster, replug, type Master } from '../plugging';
import { byHand, here, linkName, linkObject, peerOfLink, type OfLink } from './things';

/** A bridge that a cable can be plugged into, and the end that would be. */
export interface Socket {
  readonly end: OfLink;
  readonly bridge: ObservedLink;
}

/** The end of a cable that is in a bridge: the interface itself, or the one at its other end. */
export function pluggedEnd(target: OfLink): OfLink | undefined {
  const peer = peerOfLink(target);
  return [target, ...(peer === undefined ? [] : [peer])].find(({ link }) => link.master !== undefined);
}

/** Pulls a cable out of the bridge it is in; its other end stays where it is. */
export function unplug(target: OfLink): Step[] {
  const end = pluggedEnd(target);
  if (end === undefined) {
    throw new NetnsError('unsupported', l10n.t`Neither end of ${linkName(target)} is plugged into a bridge.`, {
      advice: l10n.t`Set it down, or delete the cable.`,
    });
  }
  return replugged(end, undefined);
}

/**
 * The bridges that a cable can be plugged into: those of the namespace that its plugged end is in, or of either end where
 * none is. The bridge that it is in already is left out.
 */
export function socketsOf(target: OfLink): Socket[] {
  const plugged = pluggedEnd(target);
  const peer = peerOfLink(target);
  const ends = plugged === undefined ? [target, ...(peer === undefined ? [] : [peer])] : [plugged];
  return ends.flatMap((end) =>
    end.namespace.links
      .filter(({ kind, name }) => (kind === 'bridge' || kind === 'openvswitch') && name !== end.link.master)
      .map((bridge) => ({ end, bridge })),
  );
}

/** Plugs a cable in at another bridge, or at its first. */
export function plugInto({ end, bridge }: Socket): Step[] {
  return replugged(end, { name: bridge.name, isOpenVswitch: bridge.kind === 'openvswitch' });
}

function replugged(end: OfLink, to: Master | undefined): Step[] {
  const { namespace, link } = end;
  const from = observedMaster(namespace, link.master);
  const ref = { name: link.name };
  return [
    {
      action: 'change',
      object: linkObject(end),
      why: from === undefined ? byHand : l10n.t`is a port of ${from.name}`,
      run: here(namespace, () => replug(ref, from, to)),
      undo: here(namespace, () => [
        ...replug(ref, to, from, link.vlans),
        ...(from?.isOpenVswitch === false ? restorePortVlans(ref, link.vlans) : []),
      ]),
    },
  ];
}
