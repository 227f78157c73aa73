import * as l10n from '@vscode/l10n';
import type { ObservedLink, ObservedNamespace } from '../host/model';
import { commandIn } from './commands';
import { labelOf } from './facts';
import { editFor } from './mending';
import type { Cause, Direction } from './model';
import { isBridge, type WireStep } from './wire';

/** What a link takes beyond its MTU: it leaves room for a VLAN tag (`__is_skb_forwardable`, linux/netdevice.h). */
const slack = 4;

/** Somebody on a cable or bridge that takes less than the sender sends: what is larger is dropped there, and nobody is told. */
export function narrowPlace(
  direction: Direction,
  [first, ...others]: readonly WireStep[],
): (Cause & { readonly most: number }) | undefined {
  if (first === undefined) return undefined;
  const narrow = others
    .filter(({ link }) => !isBridge(link) && link.mtu > 0 && link.mtu + slack < first.link.mtu)
    .sort((a, b) => a.link.mtu - b.link.mtu)[0];
  if (narrow === undefined) return undefined;
  const { namespace, link } = narrow;
  const sender = `${labelOf(first.namespace)}:${first.link.name}`;
  return {
    ...mtuCause(direction, namespace, link),
    most: link.mtu + slack,
    text: l10n.t`${labelOf(namespace)}:${link.name} takes packets of up to ${link.mtu} bytes, and ${sender} sends up to ${first.link.mtu}: what is larger is lost without a word.`,
    evidence: [`ip link: ${link.name} mtu ${link.mtu}; ${sender} mtu ${first.link.mtu}`],
    fix: {
      title: l10n.t`Set the MTU of ${labelOf(namespace)}:${link.name} to ${first.link.mtu}`,
      run: [setMtu(namespace, link, first.link.mtu)],
      undo: [setMtu(namespace, link, link.mtu)],
      edit: editFor(namespace, l10n.t`the MTU of ${link.name}`, `${link.name}: { mtu: ${first.link.mtu} }`, {
        type: 'mtu',
        interface: link.name,
        mtu: first.link.mtu,
      }),
    },
  };
}

/** A packet that must not be cut up, and is too large for the interface that it has to leave by. */
export function tooLarge(
  direction: Direction,
  namespace: ObservedNamespace,
  link: ObservedLink,
  size: number,
  isForwarded: boolean,
): Cause {
  const label = `${labelOf(namespace)}:${link.name}`;
  return {
    ...mtuCause(direction, namespace, link),
    text: isForwarded
      ? l10n.t`A packet of ${size} bytes does not fit through ${label}, which takes ${link.mtu}: ${labelOf(namespace)} tells its sender so.`
      : l10n.t`A packet of ${size} bytes does not fit through ${label}, which takes ${link.mtu}.`,
    evidence: [`ip link: ${link.name} mtu ${link.mtu}`],
  };
}

/** The sender never hears that its packets are too large, and goes on sending them. */
export function unheardRouter(
  direction: Direction,
  namespace: ObservedNamespace,
  link: ObservedLink,
  source: string,
  droppedBy: string,
): Cause {
  return {
    ...mtuCause(direction, namespace, link),
    text: l10n.t`${labelOf(namespace)} tells ${source} that packets over ${link.mtu} bytes do not fit through ${link.name}, but its word is dropped on the way: they are lost for good.`,
    evidence: [`ip link: ${link.name} mtu ${link.mtu}`, droppedBy],
  };
}

function mtuCause(direction: Direction, namespace: ObservedNamespace, { name }: ObservedLink) {
  return { id: 'mtu' as const, direction, namespaceId: namespace.id, place: labelOf(namespace), dev: name };
}

function setMtu(namespace: ObservedNamespace, { name }: ObservedLink, mtu: number) {
  return commandIn(namespace, 'ip', 'link', 'set', 'dev', name, 'mtu', String(mtu));
}
