import * as l10n from '@vscode/l10n';
import type { Step } from '../../plan/model';
import { restartByHand, startByHand, stopByHand } from '../../plan/actions/services';
import type { ServiceState } from '../../plan/service-state';
import { serviceName } from '../../plan/services';
import { named, type Change, type Targets } from './change';
import { goneError } from './shell';
import type { Target } from './target';

function stateOf({ subject, service }: Target): ServiceState {
  if (service === undefined) throw goneError(subject);
  return service;
}

const label = (target: Target): string => serviceName(stateOf(target).record);
const steps =
  (make: (state: ServiceState) => Step[]) =>
  (targets: Targets): Step[] =>
    targets.flatMap((target) => make(stateOf(target)));
const are = (targets: Targets): string =>
  targets.length === 1
    ? l10n.t`Service ${label(targets[0])} is`
    : l10n.t`${named(targets, label, l10n.t`services`)} are`;

export const startTheService: Change = {
  id: 'netns.service.start',
  title: l10n.t`Start Service`,
  question: l10n.t`Start which services?`,
  appliesTo: ['service'],
  many: true,
  accepts: ({ service }) => service?.isRunning === false,
  steps: steps(startByHand),
  done: (targets) => l10n.t`${are(targets)} running`,
};

export const restartTheService: Change = {
  id: 'netns.service.restart',
  title: l10n.t`Restart Service`,
  question: l10n.t`Restart which services?`,
  appliesTo: ['service'],
  many: true,
  isFinal: true,
  steps: steps(restartByHand),
  done: (targets) => l10n.t`${are(targets)} running anew`,
};

export const stopTheService: Change = {
  id: 'netns.service.stop',
  title: l10n.t`Stop Service`,
  question: l10n.t`Stop which services?`,
  appliesTo: ['service'],
  many: true,
  accepts: ({ service }) => service?.isRunning === true,
  steps: steps(stopByHand),
  done: (targets) => l10n.t`${are(targets)} stopped`,
};
