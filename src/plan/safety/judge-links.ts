import * as l10n from '@vscode/l10n';
import type { PlanProblem } from '../model';
import { deviceKey, deviceName } from '../planning';
import type { Effect } from './effects';
import type { JudgedStep } from './judge';
import type { SshPath } from './ssh-path';
import { unsafe } from './unsafe';

type LinkEffect = Extract<Effect, { type: 'link' }>;

/** Refuses every change to an interface that the connection needs, and to a namespace that one of them ends in. */
export function judgeLinks(path: SshPath, steps: readonly JudgedStep[]): PlanProblem[] {
  return steps.flatMap(({ step, effects }) => {
    const [first] = effects.flatMap((effect) => reasonOf(path, effect) ?? []);
    return first === undefined ? [] : [unsafe(step, first)];
  });
}

function reasonOf(path: SshPath, effect: Effect): string | undefined {
  if (effect.type === 'namespaceGone') {
    const inside = [...path.devices].find(([key]) => key.startsWith(`${effect.name}/`));
    return inside && l10n.t`Namespace ${effect.name} would go, with an interface that ${inside[1]}.`;
  }
  if (effect.type === 'addressGone') {
    const isOurs = path.devices.has(deviceKey(effect.ref)) && effect.cidr.split('/')[0] === path.server;
    return isOurs ? l10n.t`${effect.cidr} is the address that this SSH connection leads to.` : undefined;
  }
  if (effect.type !== 'link') return undefined;
  const role = path.devices.get(deviceKey(effect.ref));
  return role === undefined ? undefined : l10n.t`Interface ${deviceName(effect.ref)} ${role}; ${inWords(effect)}.`;
}

function inWords({ change, to = '' }: LinkEffect): string {
  switch (change) {
    case 'master':
      return l10n.t`as a port of ${to} it would lose it`;
    case 'nomaster':
      return l10n.t`taken from its bridge it would lose it`;
    case 'moved':
      return to === '1'
        ? l10n.t`given back to the host it would lose it`
        : l10n.t`moved to namespace ${to} it would lose it`;
    case 'renamed':
      return l10n.t`it would be called ${to}`;
    case 'mac':
      return l10n.t`with another MAC address its neighbours would not find it`;
    case 'mtu':
      return l10n.t`an MTU of ${to} could stop what is under way`;
    case 'down':
      return l10n.t`it would go down`;
    case 'gone':
      return l10n.t`it would go`;
    case 'traffic control':
      return l10n.t`its traffic would be held up or dropped`;
    case 'vlan':
      return l10n.t`its VLANs would change`;
  }
}
