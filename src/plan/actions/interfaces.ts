import * as l10n from '@vscode/l10n';
import type { Command } from '../../base/command';
import { NetnsError } from '../../base/errors';
import type { ObservedAddress, ObservedLink, ObservedNamespace } from '../../host/model';
import { ip } from '../commands';
import type { Step } from '../model';
import { restoreRoutes } from '../restore';
import { byHand, here, linkName, linkObject, type OfLink } from './things';

/** Brings an interface up; nothing to do where it is. */
export function setUp(target: OfLink): Step[] {
  if (target.link.up) return [];
  const set = (word: string): Command[] =>
    here(target.namespace, () => [ip(undefined, ...setWords(target.link, word))]);
  return [{ action: 'change', object: linkObject(target), why: byHand, run: set('up'), undo: set('down') }];
}

/** Takes an interface down, and with it its routes and its IPv6 addresses. */
export function setDown(target: OfLink): Step[] {
  if (!target.link.up) return [];
  const run = here(target.namespace, () => [ip(undefined, ...setWords(target.link, 'down'))]);
  return [{ action: 'change', object: linkObject(target), why: byHand, run, undo: upAgain(target) }];
}

/** Takes an interface down and brings it up again some seconds later, as a loose plug does. */
export function flap(target: OfLink, seconds: number): Step[] {
  if (!target.link.up) throw notUp(target);
  const down = here(target.namespace, () => [ip(undefined, ...setWords(target.link, 'down'))]);
  const run = [...down, { argv: ['sleep', String(seconds)] }, ...upAgain(target)];
  const undo = upAgain(target);
  return [
    { action: 'change', object: linkObject(target), why: byHand, run, undo, interruptible: true, waits: seconds },
  ];
}

/** The kernel takes IPv6 from an interface whose MTU is smaller (IPV6_MIN_MTU, RFC 8200, section 5). */
const smallestIpv6Mtu = 1280;

/** Sets the MTU. */
export function setMtu(target: OfLink, mtu: number): Step[] {
  const { link, namespace } = target;
  if (link.mtu === mtu) return [];
  const set = (value: number): Command[] =>
    here(namespace, () => [ip(undefined, ...setWords(link, 'mtu', String(value)))]);
  const loses = mtu < smallestIpv6Mtu ? here(namespace, (local) => restoreIpv6(local, link)) : [];
  return [
    {
      action: 'change',
      object: linkObject(target),
      why: l10n.t`is ${link.mtu}`,
      run: set(mtu),
      undo: [...set(link.mtu), ...loses],
    },
  ];
}

/** What an interface that was up had, after it went down: its IPv6 addresses and its routes. */
function upAgain({ namespace, link }: OfLink): Command[] {
  return here(namespace, (local) => [
    ip(undefined, ...setWords(link, 'up')),
    ...restoreIpv6(local, link),
    ...restoreRoutes(local, link.name),
  ]);
}

function restoreIpv6(local: ObservedNamespace, link: ObservedLink): Command[] {
  const lost = link.addresses.filter((address) => address.family === 'inet6' && isGiven(address));
  return [
    ...lost.map(({ cidr }) => ip(undefined, 'addr', 'replace', cidr, 'dev', link.name, 'nodad')),
    ...(lost.length === 0 ? [] : restoreRoutes(local, link.name)),
  ];
}

/** True for an address that somebody gave to the interface; link-local ones come by themselves. */
export function isGiven({ scope }: ObservedAddress): boolean {
  return scope === 'global' || scope === 'site';
}

function setWords({ name }: ObservedLink, ...words: string[]): string[] {
  return ['link', 'set', 'dev', name, ...words];
}

function notUp(target: OfLink): NetnsError {
  return new NetnsError('unsupported', l10n.t`${linkName(target)} is down already.`, {
    advice: l10n.t`Set it up instead.`,
  });
}
