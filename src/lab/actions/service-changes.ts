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
  targets.length === 1 ? `Service ${label(targets[0])} is` : `${named(targets, label, 'services')} are`;

export const startTheService: Change = {
  id: 'netns.service.start',
  title: 'Start Service',
  question: 'Start which services?',
  appliesTo: ['service'],
  many: true,
  accepts: ({ service }) => service?.isRunning === false,
  steps: steps(startByHand),
  done: (targets) => `${are(targets)} running`,
};

export const restartTheService: Change = {
  id: 'netns.service.restart',
  title: 'Restart Service',
  question: 'Restart which services?',
  appliesTo: ['service'],
  many: true,
  isFinal: true,
  steps: steps(restartByHand),
  done: (targets) => `${are(targets)} running anew`,
};

export const stopTheService: Change = {
  id: 'netns.service.stop',
  title: 'Stop Service',
  question: 'Stop which services?',
  appliesTo: ['service'],
  many: true,
  accepts: ({ service }) => service?.isRunning === true,
  steps: steps(stopByHand),
  done: (targets) => `${are(targets)} stopped`,
};
