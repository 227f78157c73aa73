import * as l10n from '@vscode/l10n';
import type { Command } from '../../base/command';
import { NetnsError } from '../../base/errors';
import type { ObservedAddress } from '../../host/model';
import { parseCidr } from '../cidr';
import { ip } from '../commands';
import type { Step } from '../model';
import { objectRef } from '../planning';
import { addAddress, restoreRoutes } from '../restore';
import { isGiven } from './interfaces';
import { byHand, here, linkName, namespaceName, type OfLink } from './things';

/**
 * Why a person's text cannot be an interface's address; undefined if it can.
 *
 * @param text `10.10.0.10/16`; without a prefix it would be a network of one host, which is hardly ever meant.
 */
export function objectToAddress(text: string): string | undefined {
  const cidr = parseCidr(text.trim());
  if (cidr === undefined) return l10n.t`This is no address: write one such as 10.10.0.10/16.`;
  return text.includes('/')
    ? undefined
    : l10n.t`Say how long the prefix is: ${cidr.address}/${cidr.family === 'inet' ? 24 : 64}`;
}

/** Gives an interface another address. */
export function giveAddress(target: OfLink, text: string): Step[] {
  const { namespace, link } = target;
  const cidr = parseCidr(text.trim());
  const objection = objectToAddress(text);
  if (cidr === undefined || objection !== undefined)
    throw new NetnsError('unsupported', objection ?? l10n.t`This is no address.`);
  if (link.addresses.some((address) => parseCidr(address.cidr)?.text === cidr.text)) {
    throw new NetnsError('conflict', l10n.t`${linkName(target)} has the address ${cidr.text} already.`);
  }
  return [
    {
      action: 'create',
      object: objectRef('address', `${cidr.text} on ${linkName(target)}`, namespaceName(namespace)),
      why: byHand,
      run: here(namespace, () => [addAddress(undefined, link.name, cidr.text)]),
      undo: here(namespace, () => [remove(cidr.text, link.name)]),
    },
  ];
}

/**
 * Takes an address away. With it go the addresses of the same network that stand behind it, the routes that need it and,
 * if it was the last one, every route of the interface (fib_del_ifaddr and fib_disable_ip in net/ipv4): all come back.
 */
export function takeAddress(target: OfLink, address: ObservedAddress): Step[] {
  const { namespace, link } = target;
  const others = link.addresses.filter((one) => one.family === address.family && isGiven(one));
  return [
    {
      action: 'remove',
      object: objectRef('address', `${address.cidr} on ${linkName(target)}`, namespaceName(namespace)),
      why: byHand,
      run: here(namespace, () => [remove(address.cidr, link.name)]),
      undo: here(namespace, (local) => [
        ...others.map(({ cidr }) => replace(cidr, address.family, link.name)),
        ...(link.up ? restoreRoutes(local, link.name) : []),
      ]),
    },
  ];
}

function remove(cidr: string, dev: string): Command {
  return ip(undefined, 'addr', 'del', cidr, 'dev', dev);
}

function replace(cidr: string, family: ObservedAddress['family'], dev: string): Command {
  return ip(undefined, 'addr', 'replace', cidr, 'dev', dev, ...(family === 'inet6' ? ['nodad'] : []));
}
