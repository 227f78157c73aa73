import type { ObjectRef, Step } from '../plan/model';
import type { Cause, CauseId } from './model';

/**
 * The mending of a cause as steps for the engine, which undoes them if one fails and can take them back later.
 *
 * @returns none where nothing is known that mends it
 */
export function fixSteps(cause: Cause): Step[] {
  const { fix, place, dev, id, text } = cause;
  if (fix === undefined) return [];
  const isInside = place !== 'host';
  const object: ObjectRef = {
    type: objects[id] ?? 'interface',
    name: dev === undefined ? place : isInside ? `${place}:${dev}` : dev,
    ...(isInside ? { namespace: place } : {}),
  };
  return [{ action: 'change', object, why: text, run: fix.run, undo: fix.undo }];
}

/** What a fix works on, where it is no interface. */
const objects: Readonly<Partial<Record<CauseId, ObjectRef['type']>>> = {
  'bridge-down': 'bridge',
  'stp-not-forwarding': 'bridge',
  'wrong-fdb-entry': 'bridge',
  'no-address': 'address',
  'wrong-prefix': 'address',
  'duplicate-address': 'address',
  'no-route': 'route',
  'no-default-route': 'route',
  'no-way-back': 'route',
  'gateway-not-connected': 'route',
  'gateway-self': 'route',
  'gateway-nobody': 'route',
  'route-refuses': 'route',
  'empty-table': 'rule',
  'kernel-refuses': 'rule',
  'forwarding-off': 'sysctl',
  'rp-filter': 'sysctl',
  'ping-ignored': 'sysctl',
  'conntrack-full': 'sysctl',
  'missing-nat': 'nat',
  'dnat-missing': 'nat',
  'dnat-not-for-host': 'nat',
  'nat-inside': 'nat',
  'nat-wrong-source': 'nat',
  'answer-from-elsewhere': 'nat',
  'routing-loop': 'route',
  'dropped-by-policy': 'nat',
  'dropped-by-rule': 'nat',
  'rejected-by-rule': 'nat',
  impairment: 'impairment',
};
