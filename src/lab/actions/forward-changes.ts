import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import { rootNamespace, type HostSnapshot, type ObservedNamespace } from '../../host/model';
import { addPortForward } from '../../plan/actions/forwards';
import { namespaceName } from '../../plan/actions/things';
import { normalCidr, parseCidr, type Cidr } from '../../plan/cidr';
import { cidrToReach } from '../measure/paths';
import { natGroupsIn } from '../nat-groups';
import { planForwardsBack } from '../nat-removal';
import { listeningPorts } from '../sockets';
import type { Change, Choice, Targets } from './change';
import { handName } from './nat-by-hand';
import { namespaceSubject } from './subjects';
import type { Target } from './target';

/** In the place of a port that is listened on: the person writes one. */
const other = 'other';

const badTarget = l10n.t`Write a port such as 8000 or 53/udp, with a namespace or an address in front where it is another: earth:8000.`;
const badListen = l10n.t`Write a port such as 8000, or an address of the host and a port: 198.51.100.2:8000.`;

/** Where a port forward leads. */
interface Destination {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly cidr: Cidr;
  /** For people: `earth:8000`. */
  readonly label: string;
}

/** Where it is reached. */
interface Listen {
  readonly port: number;
  readonly address?: string;
}

export const addForward: Change = {
  id: 'netns.forward.add',
  title: l10n.t`Add Port Forward…`,
  question: l10n.t`Forward a port of the host to which namespace?`,
  appliesTo: ['namespace', 'host', 'socket'],
  many: false,
  accepts: ({ subject, namespace }) => subject.type !== 'socket' || !namespace.isRoot,
  questions: [
    ([target]) => {
      const choices = target.subject.type === 'socket' ? [] : proposals(target);
      if (choices.length === 0) return undefined;
      const place = target.namespace.isRoot ? l10n.t`What` : l10n.t`Which port of ${placeLabel(target.namespace)}`;
      return { type: 'choice', prompt: l10n.t`${place} is to be reached from outside?`, choices };
    },
    ([target], [chosen = '']) =>
      (chosen !== '' && chosen !== other) || target.subject.type === 'socket'
        ? undefined
        : {
            type: 'text',
            prompt: target.namespace.isRoot
              ? l10n.t`What is to be reached from outside: a namespace or an address, and its port`
              : l10n.t`Which port of ${placeLabel(target.namespace)} is to be reached from outside?`,
            placeHolder: target.namespace.isRoot ? 'earth:8000' : l10n.t`8000, or 53/udp`,
            objection: (text) => {
              const read = readDestination(target, text);
              return typeof read === 'string' ? read : undefined;
            },
          },
    (targets, answers) => ({
      type: 'text',
      prompt: l10n.t`By which port of the host? Put one of its addresses in front to listen on that alone.`,
      value: String(destinationOf(targets, answers).port),
      objection: (text) => objectToListen(targets[0].snapshot, destinationOf(targets, answers), text),
    }),
  ],
  steps: (targets, answers) => {
    const [{ snapshot }] = targets;
    const to = destinationOf(targets, answers);
    const text = answers[2] ?? '';
    const objection = objectToListen(snapshot, to, text);
    const listen = readListen(text);
    if (objection !== undefined || listen === undefined) {
      throw new NetnsError(isOwnPort(snapshot, to, listen) ? 'unsafe' : 'unsupported', objection ?? badListen);
    }
    const forward = {
      name: handName,
      protocol: to.protocol,
      toPort: to.port,
      listenPort: listen.port,
      ...(listen.address === undefined ? {} : { listenAddress: listen.address }),
    };
    return addPortForward({ snapshot, namespace: rootNamespace(snapshot) }, forward, to.cidr);
  },
  // Another forward to the same place may have come since: it keeps what both need.
  undo: (targets, answers) => {
    const { protocol, port, cidr } = destinationOf(targets, answers);
    const listen = readListen(answers[2] ?? '');
    return async (transport, snapshot, signal) => {
      const made = natGroupsIn(snapshot, rootNamespace(snapshot)).filter(
        ({ isForward, lab, maker, rule }) =>
          isForward &&
          lab === undefined &&
          maker === undefined &&
          rule.port === listen?.port &&
          (rule.protocol ?? 'tcp') === protocol &&
          rule.to === `${cidr.family === 'inet' ? cidr.address : `[${cidr.address}]`}:${port}`,
      );
      if (made.length > 0) return await planForwardsBack(transport, snapshot, made, signal);
      throw new NetnsError('conflict', l10n.t`Port ${listen?.port ?? ''} is not forwarded there any more.`);
    };
  },
  done: (targets, answers) =>
    l10n.t`Port ${(answers[2] ?? '').trim()} leads to ${destinationOf(targets, answers).label}`,
};

/** The listening sockets of the namespace; of the host those of all its namespaces. */
function proposals(target: Target): Choice[] {
  const { snapshot, namespace } = target;
  const places = namespace.isRoot ? snapshot.namespaces.filter(({ isRoot }) => !isRoot) : [namespace];
  const known = places.flatMap((place) =>
    listeningPorts(place, snapshot).map(({ protocol, port, program, address }): Choice => {
      const suffix = protocol === 'udp' ? '/udp' : '';
      const prefix = namespace.isRoot ? `${placeLabel(place)}:` : '';
      const facts = [program, address === '*' ? undefined : l10n.t`on ${address}`].filter((fact) => fact !== undefined);
      return { value: `${prefix}${port}${suffix}`, label: `${prefix}${port}${suffix}`, description: facts.join(' · ') };
    }),
  );
  return known.length === 0 ? [] : [...known, { value: other, label: l10n.t`Another Port…` }];
}

/** @throws NetnsError `unsupported` for answers that will not do */
function destinationOf([target]: Targets, [chosen = '', typed = '']: readonly string[]): Destination {
  const { subject, namespace } = target;
  if (subject.type === 'socket' && namespace.isRoot) {
    throw new NetnsError(
      'unsupported',
      l10n.t`${subject.name} is on the host itself, and reached without a port forward.`,
    );
  }
  const ofSocket = subject.type === 'socket' ? `${subject.port ?? ''}/${subject.protocol ?? 'tcp'}` : undefined;
  const read = readDestination(target, ofSocket ?? (chosen !== '' && chosen !== other ? chosen : typed));
  if (typeof read === 'string') throw new NetnsError('unsupported', read);
  return read;
}

/** Reads `[NAMESPACE:|ADDRESS:]PORT[/udp]`. @returns a sentence where it will not do */
function readDestination(target: Target, text: string): Destination | string {
  const [, place = '', digits = '', protocol = 'tcp'] = /^(?:(.+):)?(\d{1,5})(?:\/(tcp|udp))?$/.exec(text.trim()) ?? [];
  const port = portIn(digits);
  if (port === undefined || (place === '' && target.namespace.isRoot)) return badTarget;
  const { snapshot } = target;
  const root = rootNamespace(snapshot);
  const kind = protocol === 'udp' ? 'udp' : 'tcp';
  const literal = parseCidr(place.replace(/^\[(.*)\]$/, '$1'));
  if (literal !== undefined) return { protocol: kind, port, cidr: literal, label: `${place}:${port}` };
  const namespace =
    place === '' ? target.namespace : snapshot.namespaces.find((one) => !one.isRoot && placeLabel(one) === place);
  if (namespace === undefined) return l10n.t`There is no namespace ${place} on the host.`;
  const cidr = cidrToReach(root, namespaceSubject('', namespace), snapshot);
  if (cidr === undefined) return l10n.t`${placeLabel(namespace)} has no address that a port could be forwarded to.`;
  return { protocol: kind, port, cidr, label: `${placeLabel(namespace)}:${port}` };
}

function objectToListen(snapshot: HostSnapshot, to: Destination, text: string): string | undefined {
  const listen = readListen(text);
  if (listen === undefined) return badListen;
  const { port, address } = listen;
  const family = address === undefined ? undefined : parseCidr(address)?.family;
  if (family !== undefined && family !== to.cidr.family) return l10n.t`IPv4 and IPv6 do not mix in one port forward.`;
  if (isOwnPort(snapshot, to, listen)) {
    return l10n.t`This SSH connection comes by port ${port}: nobody could log in to the host any more.`;
  }
  const taken = natGroupsIn(snapshot, rootNamespace(snapshot)).find(
    ({ isForward, state, rule }) =>
      isForward &&
      state !== 'off' &&
      rule.port === port &&
      (rule.protocol ?? 'tcp') === to.protocol &&
      (rule.destination === undefined || address === undefined || normalCidr(rule.destination) === normalCidr(address)),
  );
  return taken === undefined
    ? undefined
    : l10n.t`Port ${port} is forwarded to ${taken.rule.to ?? l10n.t`something else`} already.`;
}

/** Whether the forward would catch the connection that it is made over. */
function isOwnPort({ ssh }: HostSnapshot, { protocol }: Destination, listen: Listen | undefined): boolean {
  if (ssh === undefined || listen === undefined || protocol !== 'tcp' || ssh.serverPort !== listen.port) return false;
  return listen.address === undefined || normalCidr(listen.address) === normalCidr(ssh.serverAddress);
}

/** Reads `[ADDRESS:]PORT`. */
function readListen(text: string): Listen | undefined {
  const [, address, digits = ''] = /^(?:\[?([^\]]+?)\]?:)?(\d{1,5})$/.exec(text.trim()) ?? [];
  const port = portIn(digits);
  if (port === undefined) return undefined;
  if (address === undefined) return { port };
  return parseCidr(address) === undefined || address.includes('/') ? undefined : { port, address };
}

function portIn(digits: string): number | undefined {
  const port = Number(digits);
  return digits !== '' && port >= 1 && port <= 65535 ? port : undefined;
}

function placeLabel(namespace: ObservedNamespace): string {
  return namespaceName(namespace) ?? 'host';
}
