import * as l10n from '@vscode/l10n';
import { findLink, rootNamespace, type HostSnapshot } from '../../host/model';
import type { Step } from '../model';
import { deviceKey } from '../planning';
import { effectsOf, type Effect } from './effects';
import { sshPathOf } from './ssh-path';

/** Objects of the host that decide over its own traffic, in words for a person. */
const hostObjects: Readonly<Partial<Record<Step['object']['type'], string>>> = {
  route: 'routes',
  rule: l10n.t`policy rules`,
  sysctl: l10n.t`kernel parameters`,
  nat: l10n.t`packet filter`,
};

/**
 * What of the host itself a plan changes that could cut it off from whoever applies the plan, though nothing is known to be
 * wrong with it. Such a plan is kept only once a fresh connection has confirmed that the host can still be reached.
 *
 * @returns `addresses`, `routes`, …; empty where the plan stays within namespaces and interfaces of its own
 */
export function risksOf(snapshot: HostSnapshot, steps: readonly Step[]): string[] {
  const root = rootNamespace(snapshot);
  const path = sshPathOf(snapshot);
  const own = new Set(root.links.filter(({ alias }) => alias?.startsWith('netns-topology:')).map(({ name }) => name));
  const passed = new Set([...(path?.devices.keys() ?? [])].map((key) => key.slice(0, key.indexOf('/'))));
  const risks = new Set<string>();
  for (const { object, run } of steps) {
    const risk = object.namespace === undefined ? hostObjects[object.type] : undefined;
    if (risk !== undefined) risks.add(risk);
    for (const effect of run.flatMap((command) => effectsOf(command))) {
      const found = riskOf(effect, (name) => findLink(root, name) !== undefined && !own.has(name));
      if (found !== undefined) risks.add(found);
    }
    const { namespace } = object;
    // The connection ends in a namespace of this host, or runs through one.
    if (namespace !== undefined && passed.has(namespace)) risks.add(`namespace ${namespace}`);
  }
  return [...risks];
}

function riskOf(effect: Effect, isHostsOwn: (name: string) => boolean): string | undefined {
  switch (effect.type) {
    case 'addressAdded':
    case 'addressGone':
      return effect.ref.namespace === undefined ? 'addresses' : undefined;
    case 'routeSet':
    case 'routeGone':
      return effect.namespace === undefined ? 'routes' : undefined;
    case 'ruleAdded':
    case 'ruleGone':
      return effect.namespace === undefined ? l10n.t`policy rules` : undefined;
    case 'sysctl':
      return effect.namespace === undefined ? l10n.t`kernel parameters` : undefined;
    case 'link':
      return deviceKey(effect.ref).startsWith('/') && isHostsOwn(effect.ref.name) ? 'interfaces' : undefined;
    case 'namespaceGone':
      return undefined;
  }
}
