import * as l10n from '@vscode/l10n';
import { createNamespace, deleteNamespace, insideOf, objectToNewNamespace } from '../../plan/actions/namespaces';
import { isSignal, signalProcess, signals } from '../../plan/actions/processes';
import { addRoute, readRoute, routeLabel, takeRoute } from '../../plan/actions/routes';
import { namespaceName } from '../../plan/actions/things';
import { NetnsError } from '../../base/errors';
import { named, type Change, type Targets } from './change';
import { goneError } from './shell';
import { programOf } from './subjects';
import type { Target } from './target';

const placeName = (target: Target): string => namespaceName(target.namespace) ?? l10n.t`the host`;
const namesOf = (targets: Targets): string => named(targets, placeName, l10n.t`namespaces`);

export const newNamespace: Change = {
  id: 'netns.namespace.create',
  title: l10n.t`Create Namespace…`,
  question: l10n.t`Create a namespace on which host?`,
  appliesTo: ['host'],
  many: false,
  questions: [
    ([{ snapshot }]) => ({
      type: 'text',
      prompt: l10n.t`The name of the new namespace`,
      placeHolder: 'earth',
      objection: (name) => objectToNewNamespace(snapshot, name.trim()),
    }),
  ],
  steps: ([{ snapshot }], [name = '']) => createNamespace(snapshot, name.trim()),
  done: (_, [name = '']) => l10n.t`There is a namespace ${name.trim()}`,
};

export const removeNamespace: Change = {
  id: 'netns.namespace.delete',
  title: l10n.t`Delete Namespace`,
  question: l10n.t`Delete which namespaces?`,
  appliesTo: ['namespace'],
  many: true,
  accepts: ({ namespace }) => namespace.name !== undefined,
  danger(targets) {
    return {
      question: l10n.t`Delete ${targets.length === 1 ? l10n.t`the namespace ${namesOf(targets)}` : namesOf(targets)}`,
      lines: targets.flatMap(whatGoes),
      button: l10n.t`Delete`,
    };
  },
  steps: (targets) => targets.flatMap(deleteNamespace),
  done: (targets) =>
    targets.length === 1 ? l10n.t`${namesOf(targets)} is deleted` : l10n.t`${namesOf(targets)} are deleted`,
};

function whatGoes(target: Target): string[] {
  const name = placeName(target);
  const { processes, physical, lost } = insideOf(target);
  const cables = target.namespace.links.filter(({ kind }) => kind === 'veth').map((link) => link.name);
  return [
    ...processes.map((process) => l10n.t`${name}: ends ${process}`),
    ...physical.map((nic) => l10n.t`${name}: gives ${nic} back to the host`),
    ...(cables.length > 0
      ? [
          cables.length === 1
            ? l10n.t`${name}: removes the cable at ${cables.join(', ')}`
            : l10n.t`${name}: removes the cables at ${cables.join(', ')}`,
        ]
      : []),
    ...(lost.length > 0 ? [l10n.t`${name}: an undo would not bring back ${lost.join(', ')}`] : []),
  ];
}

export const newRoute: Change = {
  id: 'netns.route.add',
  title: l10n.t`Add Route…`,
  question: l10n.t`Add a route in which namespace?`,
  appliesTo: ['namespace', 'host'],
  many: true,
  questions: [
    (targets) => ({
      type: 'text',
      prompt: l10n.t`The route in ${namesOf(targets)}, as ip route add takes it`,
      placeHolder: 'default via 10.10.0.1',
      objection: (text) => {
        const route = readRoute(text);
        return typeof route === 'string' ? route : undefined;
      },
    }),
  ],
  steps: (targets, [text = '']) => targets.flatMap((target) => addRoute(target, text)),
  done: (targets, [text = '']) =>
    targets.length === 1
      ? l10n.t`${namesOf(targets)} has the route ${text.trim()}`
      : l10n.t`${namesOf(targets)} have the route ${text.trim()}`,
};

export const removeRoute: Change = {
  id: 'netns.route.remove',
  title: l10n.t`Remove Route`,
  question: l10n.t`Take which routes away?`,
  appliesTo: ['route'],
  many: true,
  steps: (targets) => targets.flatMap((target) => takeRoute(target, routeIn(target))),
  done: (targets) =>
    named(targets, (target) => l10n.t`The route ${routeLabel(routeIn(target))} is gone`, l10n.t`routes are gone`),
};

function routeIn({ route, subject }: Target) {
  if (route === undefined) throw goneError(subject);
  return route;
}

export const sendSignal: Change = {
  id: 'netns.process.signal',
  title: l10n.t`Send Signal…`,
  question: l10n.t`Send a signal to which processes?`,
  appliesTo: ['process'],
  many: true,
  questions: [
    () => ({
      type: 'choice',
      prompt: l10n.t`Which signal?`,
      choices: Object.entries(signals).map(([value, description]) => ({ value, label: `SIG${value}`, description })),
    }),
  ],
  danger: (targets, [signal = '']) => ({
    question: l10n.t`Send SIG${signal} to ${named(targets, processLabel, l10n.t`processes`)}`,
    lines: targets.map((target) => `${placeName(target)}: ${processLabel(target)}`),
    button: l10n.t`Send`,
  }),
  steps: (targets, [signal = '']) => {
    if (!isSignal(signal)) throw new NetnsError('unsupported', l10n.t`There is no signal “${signal}” to send here.`);
    return targets.flatMap(({ namespace, process, subject }) => {
      if (process === undefined) throw goneError(subject);
      return signalProcess(namespace, { pid: process.pid, name: programOf(process.command) }, signal);
    });
  },
  done: (targets, [signal = '']) => l10n.t`SIG${signal} was sent to ${named(targets, processLabel, l10n.t`processes`)}`,
};

function processLabel({ process, subject }: Target): string {
  return process === undefined ? subject.name : `${programOf(process.command)} (${process.pid})`;
}
