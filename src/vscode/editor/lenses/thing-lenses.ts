import { l10n } from 'vscode';
import type { Command, Uri } from 'vscode';
import type { FileLensPlace, LensPlace } from '../../../language/lens-places';
import { declaredNatKey } from '../../../lab/nat-subjects';
import type { Subject } from '../../../protocol/subject';
import { plainLine, withoutIcons } from '../../host-data';
import type { Host } from '../../hosts/host';
import { CommandId } from '../../ids';
import type { KeptResult } from '../../topology/check-results';
import { liveFacts } from './live-facts';
import { thingActions } from './thing-actions';
import { thingState } from './thing-state';

/** What is known of a file when lenses on its things are shown. */
export interface ThingLensFacts {
  readonly uri: Uri;
  readonly file: FileLensPlace;
  readonly host: Host | undefined;
  /** The newest result of each check, by its number. */
  readonly results: readonly (KeptResult | undefined)[];
  readonly isTrusted: boolean;
}

/** The parts of a thing's lenses: its state, for a check that does not hold why, then its actions by their number. */
export type LensPart = 'state' | 'why' | number;

/** Which lenses a place has. Cheap: what they say is worked out when they come into view. */
export function lensParts(place: LensPlace, { host, results, isTrusted }: ThingLensFacts): LensPart[] {
  const hasState = place.kind === 'check' ? results[place.index] !== undefined : host?.snapshot !== undefined;
  const parts: LensPart[] = isTrusted ? [...thingActions[place.kind].keys()] : [];
  const why: LensPart[] = place.kind === 'check' && isTrusted && isUnexplained(results[place.index]) ? ['why'] : [];
  return hasState ? ['state', ...why, ...parts] : parts;
}

/** Says what a lens shows and does; undefined where there is nothing to say any more. */
export function thingLens(place: LensPlace, part: LensPart, facts: ThingLensFacts): Command | undefined {
  const { uri, file, host, results } = facts;
  if (part === 'why') {
    if (place.kind !== 'check') return undefined;
    const tooltip = l10n.t('Trace the packet of this check: where it is stuck, why, and what mends it');
    return { title: l10n.t('$(telescope) Why?'), tooltip, command: CommandId.checkWhy, arguments: [uri, place.index] };
  }
  if (part !== 'state') {
    const action = thingActions[place.kind][part];
    return action && { ...action, arguments: place.kind === 'check' ? [uri, place.index] : [subjectOf(place, facts)] };
  }
  if (place.kind === 'check') {
    const result = results[place.index];
    return result && resultLens(uri, place.index, result);
  }
  const snapshot = host?.snapshot;
  if (host === undefined || snapshot === undefined) return undefined;
  const state = thingState(place, file.name, liveFacts(snapshot), host.label);
  // Where several things stand on one line, each says which it is.
  const name = place.sharesLine ? `${subjectOf(place, facts).name}: ` : '';
  const title = `$(${state.icon}) ${withoutIcons(name + state.words)}`;
  return { title, tooltip: l10n.t('On {0}', withoutIcons(host.label)), command: '' };
}

/** A check that did not hold, though a packet of it was tried. */
function isUnexplained(result: KeptResult | undefined): boolean {
  return result?.passed === false && result.notRun !== true && result.check.action.type !== 'command';
}

function resultLens(uri: Uri, index: number, result: KeptResult): Command {
  const { passed, notRun, title, hostLabel, at } = result;
  const words = passed
    ? l10n.t('$(pass) holds')
    : notRun === true
      ? l10n.t('$(question) could not be tried')
      : l10n.t('$(error) does not hold');
  return {
    title: words,
    tooltip: plainLine(
      l10n.t('{0}: on {1}, {2}. Show what it stands on', title, hostLabel, new Date(at).toLocaleTimeString()),
    ),
    command: CommandId.showCheckResult,
    arguments: [uri, index],
  };
}

/** The thing as an action takes it: its host is the file's. */
function subjectOf(
  place: Exclude<LensPlace, { kind: 'check' }>,
  { uri, file: { name: lab } }: Pick<ThingLensFacts, 'uri' | 'file'>,
): Subject {
  const from = { file: uri.toString(), ...(lab !== '' && { lab }) };
  const where = 'namespace' in place ? { namespace: place.namespace } : {};
  // A rule and a port forward may have one name.
  const natEntry = (kind: 'nat' | 'port-forward', { name, enabled }: { name: string; enabled: boolean }): Subject => {
    return { type: 'nat', name, key: declaredNatKey({ kind, name }), enabled, ...where, ...from };
  };
  switch (place.kind) {
    case 'namespace':
    case 'bridge':
      return { type: place.kind, name: place.name, ...where, ...from };
    case 'service':
      return { type: 'service', name: place.name, ...where, ...from };
    case 'nat':
      return natEntry('nat', place.rule);
    case 'port-forward':
      return natEntry('port-forward', place.forward);
  }
}
