import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import { nameAfter, nameEnd } from '../../language/edit/cable-names';
import { objectToAddress } from '../../plan/actions/addresses';
import { createBridge, createCable, deleteDevice, type NewEnd } from '../../plan/actions/devices';
import { cableLabel, linkName, namespaceName, peerOfLink } from '../../plan/actions/things';
import type { ObservedLink, ObservedNamespace } from '../../host/model';
import { parseSubject, subjectLabel } from '../../protocol/subject';
import { objectToInterfaceName, type NamedThing } from '../../topology/names';
import { named, type Change, type Choice, type Targets } from './change';
import { linkOf, resolveTarget, type Target } from './target';
import { thingsOf } from './things';

export const newBridge: Change = {
  id: 'netns.bridge.create',
  title: l10n.t`Create Bridge…`,
  question: l10n.t`Create a bridge where?`,
  appliesTo: ['host', 'namespace'],
  many: false,
  questions: [
    ([{ namespace }]) => ({
      type: 'text',
      prompt: l10n.t`The name of the new bridge in ${namespaceName(namespace) ?? l10n.t`the host’s root namespace`}`,
      placeHolder: 'planet-br',
      objection: (name) => objectToFreeName(namespace, name.trim(), 'bridge'),
    }),
    () => ({
      type: 'text',
      prompt: l10n.t`An address for it, such as 10.10.0.1/16; leave it empty for none`,
      objection: (text) => (text.trim() === '' ? undefined : objectToAddress(text)),
    }),
  ],
  steps: ([target], [name = '', cidr = '']) =>
    createBridge(target, name.trim(), cidr.trim() === '' ? undefined : cidr.trim()),
  done: (_, [name = '']) => l10n.t`There is a bridge ${name.trim()}`,
};

export const removeBridge: Change = {
  ...deletion('bridges'),
  id: 'netns.bridge.delete',
  title: l10n.t`Delete Bridge`,
  question: l10n.t`Delete which bridges?`,
  appliesTo: ['bridge'],
};

export const removeCable: Change = {
  ...deletion('cables'),
  id: 'netns.cable.delete',
  title: l10n.t`Delete Cable`,
  question: l10n.t`Delete which cables?`,
  appliesTo: ['cable', 'interface'],
  accepts: (target) => target.link !== undefined && peerOfLink(linkOf(target)) !== undefined,
};

export const removeInterface: Change = {
  ...deletion('interfaces'),
  id: 'netns.interface.delete',
  title: l10n.t`Delete Interface`,
  question: l10n.t`Delete which interfaces?`,
  appliesTo: ['interface'],
  accepts: ({ link }) => link !== undefined && link.peer === undefined && !['physical', 'loopback'].includes(link.kind),
};

function deletion(noun: string): Pick<Change, 'many' | 'danger' | 'steps' | 'done'> {
  const label = (target: Target): string => {
    const link = linkOf(target);
    return peerOfLink(link) === undefined ? linkName(link) : cableLabel(link);
  };
  return {
    many: true,
    danger: (targets) => ({
      question: l10n.t`Delete ${named(targets, label, noun)}`,
      lines: targets.map((target) => [label(target), ...portsOf(target)].join(l10n.t`, with the ports `)),
      button: l10n.t`Delete`,
    }),
    steps: (targets) => uniqueLinks(targets).flatMap((target) => deleteDevice(linkOf(target))),
    done: (targets) =>
      targets.length === 1
        ? l10n.t`${label(targets[0])} is deleted`
        : l10n.t`${named(targets, label, noun)} are deleted`,
  };
}

function portsOf({ namespace, link }: Target): string[] {
  const ports = namespace.links
    .filter(({ master }) => master !== undefined && master === link?.name)
    .map(({ name }) => name);
  return ports.length === 0 ? [] : [ports.join(', ')];
}

/** Both ends of one cable may be selected: it goes once. */
function uniqueLinks(targets: Targets): Target[] {
  const gone = new Set<string>();
  return targets.filter((target) => {
    const { namespace, link } = linkOf(target);
    const key = `${namespace.id}/${link.name}`;
    if (gone.has(key)) return false;
    gone.add(key);
    if (link.peer !== undefined) gone.add(`${link.peer.namespaceId}/${link.peer.name}`);
    return true;
  });
}

/** From one thing to another that is picked, or between the two that are selected (or joined on the graph). */
export const newCable: Change = {
  id: 'netns.cable.create',
  title: l10n.t`Connect with Cable…`,
  question: l10n.t`Connect what with a cable? Choose one or two.`,
  appliesTo: ['namespace', 'bridge', 'host'],
  many: true,
  questions: [
    (targets) =>
      targets.length > 1
        ? undefined
        : {
            type: 'choice',
            prompt: l10n.t`Connect ${placeLabel(targets[0])} with what?`,
            choices: otherEnds(targets[0]),
          },
    (targets, [other]) => {
      const ends = endsFor(targets, other);
      return {
        type: 'text',
        prompt: l10n.t`The names of its two ends`,
        value: ends.map(({ name }) => name).join(' '),
        objection: (text) => {
          const names = namesIn(text);
          if (names === undefined) return l10n.t`Write two names with a blank between them.`;
          return ends
            .map(({ namespace }, index) => objectToFreeName(namespace, names[index] ?? '', 'interface'))
            .find(Boolean);
        },
      };
    },
    (targets, [other]) => {
      const inside = endsFor(targets, other).filter(({ bridge }) => bridge === undefined);
      if (inside.length === 0) return undefined;
      const where = inside.map(({ namespace }) => namespaceName(namespace) ?? l10n.t`the host`).join(l10n.t` and `);
      return {
        type: 'text',
        prompt:
          inside.length === 1
            ? l10n.t`An address for its end in ${where}, or nothing`
            : l10n.t`Addresses for its ends in ${where}, or nothing`,
        placeHolder: inside.map((_, index) => `10.10.0.${(index + 1) * 10}/16`).join(' '),
        objection: (text) => {
          const addresses = wordsIn(text);
          if (addresses.length > inside.length)
            return inside.length === 1
              ? l10n.t`There is one end to give an address to.`
              : l10n.t`There are two ends to give an address to.`;
          return addresses.map(objectToAddress).find(Boolean);
        },
      };
    },
  ],
  steps: (targets, [other, names = '', addresses = '']) => {
    const [a, b] = endsFor(targets, other);
    const given = namesIn(names);
    if (a === undefined || b === undefined || given === undefined) {
      throw new NetnsError('unsupported', l10n.t`A cable has two ends.`, {
        advice: l10n.t`Select two things, or one and choose the other.`,
      });
    }
    const words = wordsIn(addresses);
    const objection = words.map(objectToAddress).find(Boolean);
    if (objection !== undefined) throw new NetnsError('unsupported', objection);
    const [endA, endB] = [a, b].map((end, index) => {
      const address = end.bridge === undefined ? words.shift() : undefined;
      return { ...end, name: given[index] ?? end.name, ...(address === undefined ? {} : { address }) };
    });
    return endA === undefined || endB === undefined ? [] : createCable(endA, endB);
  },
  done: (targets, [other]) =>
    l10n.t`${endsFor(targets, other)
      .map(endLabel)
      .join(l10n.t` and `)} are connected`,
};

function otherEnds(target: Target): Choice[] {
  const { snapshot, subject } = target;
  return thingsOf(subject.hostId ?? '', snapshot, ['namespace', 'bridge', 'host'])
    .filter((thing) => subjectLabel(thing.subject) !== subjectLabel(subject) || thing.subject.type !== subject.type)
    .map(({ subject: other, label, description }) => ({ value: JSON.stringify(other), label, description }));
}

/** The two ends with names of their own: `eth0` inside, and the other place's name at a bridge. */
function endsFor(targets: Targets, other: string | undefined): NewEnd[] {
  const [first, second] = targets;
  const chosen = second ?? chosenTarget(first, other);
  const taken = new Map<string, Set<string>>();
  const namesIn = ({ id, links }: ObservedNamespace): Set<string> => {
    const known = taken.get(id) ?? new Set(links.map(({ name }) => name));
    taken.set(id, known);
    return known;
  };
  const places = [first, chosen];
  return places.map((target, index): NewEnd => {
    const { snapshot, namespace } = target;
    const far = places[1 - index] ?? target;
    const names = namesIn(namespace);
    const bridge = bridgeOf(target);
    // In the root namespace a plain `eth0` would look like a NIC.
    const name =
      bridge === undefined && !namespace.isRoot
        ? nameEnd(placeLabel(target), [], names)
        : nameAfter('veth-', placeLabel(far), names);
    names.add(name);
    return { snapshot, namespace, name, ...(bridge === undefined ? {} : { bridge }) };
  });
}

function chosenTarget(first: Target, other: string | undefined): Target {
  const subject = parseSubject(other === undefined ? undefined : readJson(other));
  if (subject === undefined)
    throw new NetnsError('unsupported', l10n.t`A cable has two ends.`, { advice: l10n.t`Choose the other end.` });
  return resolveTarget(subject, first.snapshot);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function bridgeOf({ subject, link }: Target): ObservedLink | undefined {
  return subject.type === 'bridge' ? link : undefined;
}

function placeLabel(target: Target): string {
  return bridgeOf(target)?.name ?? namespaceName(target.namespace) ?? 'host';
}

function endLabel({ namespace, bridge }: NewEnd): string {
  return bridge?.name ?? namespaceName(namespace) ?? l10n.t`the host`;
}

function wordsIn(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

function namesIn(text: string): readonly [string, string] | undefined {
  const [a, b, ...more] = wordsIn(text);
  return a === undefined || b === undefined || more.length > 0 ? undefined : [a, b];
}

function objectToFreeName(namespace: ObservedNamespace, name: string, what: NamedThing): string | undefined {
  const objection = objectToInterfaceName(name, what)?.message;
  if (objection !== undefined) return objection;
  const where = namespaceName(namespace) ?? l10n.t`the host`;
  return namespace.links.some((link) => link.name === name)
    ? l10n.t`There is an interface ${name} in ${where} already.`
    : undefined;
}
