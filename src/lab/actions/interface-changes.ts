import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import { giveAddress, objectToAddress, takeAddress } from '../../plan/actions/addresses';
import { flap, isGiven, setDown, setMtu, setUp } from '../../plan/actions/interfaces';
import { plugInto, pluggedEnd, socketsOf, unplug } from '../../plan/actions/plugs';
import { cableLabel, linkName, namespaceName, peerOfLink, type OfLink } from '../../plan/actions/things';
import { named, type Change, type Targets } from './change';
import { goneError } from './shell';
import { linkOf, type Target } from './target';

const links = ['interface', 'bridge', 'cable'] as const;

/** Both ends of a cable; of anything else itself. */
function endsOf(target: Target): OfLink[] {
  const link = linkOf(target);
  const peer = target.subject.type === 'cable' ? peerOfLink(link) : undefined;
  return peer === undefined ? [link] : [link, peer];
}

const labelOf = (target: Target): string =>
  target.subject.type === 'cable' ? cableLabel(linkOf(target)) : linkName(linkOf(target));
const nameOf = (targets: Targets): string => named(targets, labelOf, l10n.t`interfaces`);

export const setInterfaceUp: Change = {
  id: 'netns.interface.up',
  title: l10n.t`Set Up`,
  question: l10n.t`Set up which interfaces?`,
  appliesTo: links,
  many: true,
  accepts: (target) => endsOf(target).some(({ link }) => !link.up),
  steps: (targets) => targets.flatMap(endsOf).flatMap(setUp),
  done: (targets) => (targets.length === 1 ? l10n.t`${nameOf(targets)} is up` : l10n.t`${nameOf(targets)} are up`),
};

export const setInterfaceDown: Change = {
  id: 'netns.interface.down',
  title: l10n.t`Set Down`,
  question: l10n.t`Set down which interfaces?`,
  appliesTo: links,
  many: true,
  accepts: (target) => endsOf(target).some(({ link }) => link.up),
  danger(targets) {
    const physical = targets.flatMap(endsOf).filter(({ link }) => link.kind === 'physical');
    if (physical.length === 0) return undefined;
    const lines = physical.map((end) => l10n.t`${linkName(end)} is the host’s own.`);
    return { question: l10n.t`Set down ${nameOf(targets)}`, lines, button: l10n.t`Set Down` };
  },
  // Without its other end a cable has no carrier: one end will do, and is the one that comes back.
  steps: (targets) => targets.map(linkOf).flatMap(setDown),
  done: (targets) => (targets.length === 1 ? l10n.t`${nameOf(targets)} is down` : l10n.t`${nameOf(targets)} are down`),
};

const badSeconds = l10n.t`Write a number of seconds from 0.1 to 60.`;
const badMtu = l10n.t`Write a number of bytes from 68 to 65535.`;

/** The value. @throws NetnsError `unsupported` with the objection where there is none. */
function known<T>(value: T | undefined, objection: string): T {
  if (value === undefined) throw new NetnsError('unsupported', objection);
  return value;
}

export const flapInterface: Change = {
  id: 'netns.interface.flap',
  title: l10n.t`Flap…`,
  question: l10n.t`Take which interfaces down for a moment?`,
  appliesTo: links,
  many: true,
  accepts: ({ link }) => link?.up === true,
  questions: [
    () => ({
      type: 'text',
      prompt: l10n.t`For how many seconds?`,
      value: '1',
      objection: (text) => (secondsIn(text) === undefined ? badSeconds : undefined),
    }),
  ],
  steps: (targets, [seconds = '1']) =>
    targets.map(linkOf).flatMap((link) => flap(link, known(secondsIn(seconds), badSeconds))),
  done: (targets, [seconds = '1']) =>
    targets.length === 1
      ? l10n.t`${nameOf(targets)} was down for ${seconds} s`
      : l10n.t`${nameOf(targets)} were down for ${seconds} s`,
};

function secondsIn(text: string): number | undefined {
  const seconds = /^\d{1,2}(\.\d)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  return seconds >= 0.1 && seconds <= 60 ? seconds : undefined;
}

export const setInterfaceMtu: Change = {
  id: 'netns.interface.mtu',
  title: l10n.t`Set MTU…`,
  question: l10n.t`Set the MTU of which interfaces?`,
  appliesTo: links,
  many: true,
  questions: [
    ([first]) => ({
      type: 'text',
      prompt: l10n.t`The MTU in bytes. A cable wants the same at both ends.`,
      value: String(first.link?.mtu ?? 1500),
      objection: (text) => (mtuIn(text) === undefined ? badMtu : undefined),
    }),
  ],
  steps: (targets, [mtu = '']) => targets.flatMap(endsOf).flatMap((end) => setMtu(end, known(mtuIn(mtu), badMtu))),
  done: (targets, [mtu = '']) => l10n.t`The MTU of ${nameOf(targets)} is ${mtu.trim()}`,
};

function mtuIn(text: string): number | undefined {
  const mtu = /^\d{2,5}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return mtu >= 68 && mtu <= 65535 ? mtu : undefined;
}

export const addInterfaceAddress: Change = {
  id: 'netns.interface.addAddress',
  title: l10n.t`Add Address…`,
  question: l10n.t`Give an address to which interface?`,
  appliesTo: ['interface', 'bridge'],
  many: false,
  questions: [
    () => ({
      type: 'text',
      prompt: l10n.t`The address with its prefix`,
      placeHolder: '10.10.0.10/16',
      objection: objectToAddress,
    }),
  ],
  steps: ([target], [address = '']) => giveAddress(linkOf(target), address),
  done: (targets, [address = '']) => l10n.t`${nameOf(targets)} has the address ${address.trim()}`,
};

export const removeInterfaceAddress: Change = {
  id: 'netns.interface.removeAddress',
  title: l10n.t`Remove Address…`,
  question: l10n.t`Take which address away?`,
  appliesTo: ['address', 'interface', 'bridge'],
  many: false,
  accepts: ({ subject, link }) => subject.type === 'address' || link?.addresses.some(isGiven) === true,
  questions: [
    ([target]) =>
      target.address !== undefined
        ? undefined
        : {
            type: 'choice',
            prompt: l10n.t`Which address of ${labelOf(target)}?`,
            choices: (target.link?.addresses ?? []).map(({ cidr, scope }) => ({
              value: cidr,
              label: cidr,
              ...(scope === 'global' ? {} : { description: scope }),
            })),
          },
  ],
  steps: ([target], [cidr]) => takeAddress(linkOf(target), addressIn(target, cidr)),
  done: ([target], [cidr]) => l10n.t`${linkName(linkOf(target))} no longer has ${target.address?.cidr ?? cidr ?? ''}`,
};

function addressIn(target: Target, cidr: string | undefined) {
  const address = target.address ?? target.link?.addresses.find((one) => one.cidr === cidr);
  if (address === undefined) throw goneError({ ...target.subject, name: cidr ?? target.subject.name });
  return address;
}

export const unplugCable: Change = {
  id: 'netns.cable.unplug',
  title: l10n.t`Unplug`,
  question: l10n.t`Pull which cables out of their bridge?`,
  appliesTo: ['interface', 'cable'],
  many: true,
  accepts: (target) => target.link !== undefined && pluggedEnd(linkOf(target)) !== undefined,
  steps: (targets) => targets.map(linkOf).flatMap(unplug),
  done: (targets) =>
    targets.length === 1
      ? l10n.t`${labelOf(targets[0])} is unplugged`
      : l10n.t`${named(targets, labelOf, l10n.t`cables`)} are unplugged`,
};

export const plugCableIn: Change = {
  id: 'netns.cable.plugIn',
  title: l10n.t`Plug In Elsewhere…`,
  question: l10n.t`Plug in which cable?`,
  appliesTo: ['interface', 'cable'],
  many: false,
  accepts: (target) => target.link !== undefined && socketsOf(linkOf(target)).length > 0,
  questions: [
    ([target]) => ({
      type: 'choice',
      prompt: l10n.t`Plug ${labelOf(target)} into which bridge?`,
      choices: socketsOf(linkOf(target)).map(({ end, bridge }) => {
        const where = namespaceName(end.namespace);
        return {
          value: linkName({ namespace: end.namespace, link: bridge }),
          label: bridge.name,
          description: l10n.t`with ${linkName(end)}${where === undefined ? '' : l10n.t` in ${where}`}`,
        };
      }),
    }),
  ],
  steps: ([target], [name]) => {
    const socket = socketsOf(linkOf(target)).find(
      ({ end, bridge }) => linkName({ namespace: end.namespace, link: bridge }) === name,
    );
    if (socket === undefined) throw goneError({ type: 'bridge', name: name ?? '' });
    return plugInto(socket);
  },
  done: (targets, [name = '']) => l10n.t`${named(targets, labelOf, l10n.t`cables`)} is plugged into ${name}`,
};
