import * as l10n from '@vscode/l10n';
import { NetnsError } from '../../base/errors';
import {
  clearImpairment,
  impair,
  impairmentOf,
  lacksNetem,
  longestTimer,
  readImpairmentText,
} from '../../plan/actions/impair';
import { cableLabel, linkName, peerOfLink, type OfLink } from '../../plan/actions/things';
import { impairmentInWords } from '../../plan/impairment';
import { named, type Change, type Choice, type Targets } from './change';
import { linkOf, type Target } from './target';

/** Networks that people know; the values are of the order that is measured there. */
const presets: readonly (readonly [label: string, text: string])[] = [
  [l10n.t`Mobile network`, 'delay 60ms jitter 20ms loss 1% rate 10mbit'],
  [l10n.t`Across an ocean`, 'delay 80ms jitter 2ms'],
  [l10n.t`Satellite`, 'delay 300ms jitter 20ms loss 0.5% rate 20mbit'],
  [l10n.t`Bad Wi-Fi`, 'delay 10ms jitter 10ms loss 5%'],
  [l10n.t`Lossy`, 'loss 10%'],
  [l10n.t`Slow line`, 'rate 1mbit'],
  [l10n.t`Very slow line`, 'rate 128kbit'],
];

/** In the place of an impairment's text: the person writes one. */
const custom = 'custom';

/** A cable's two directions; an interface by itself has one that it holds up. */
function directionsOf(
  target: Target,
): { readonly value: string; readonly ends: readonly OfLink[]; readonly label: string }[] {
  const end = linkOf(target);
  const peer = peerOfLink(end);
  if (peer === undefined) return [{ value: 'out', ends: [end], label: l10n.t`What ${linkName(end)} sends` }];
  return [
    { value: 'both', ends: [end, peer], label: l10n.t`Both Directions` },
    { value: 'out', ends: [end], label: l10n.t`From ${linkName(end)} to ${linkName(peer)}` },
    { value: 'in', ends: [peer], label: l10n.t`From ${linkName(peer)} to ${linkName(end)}` },
  ];
}

const labelOf = (target: Target): string =>
  peerOfLink(linkOf(target)) === undefined ? linkName(linkOf(target)) : cableLabel(linkOf(target));

function endsFor(target: Target, direction: string | undefined): readonly OfLink[] {
  const directions = directionsOf(target);
  return (directions.find(({ value }) => value === direction) ?? directions[0])?.ends ?? [];
}

/** What it is now, in each direction that is not as usual. */
export function impairmentNow(target: Target): string {
  const ends = endsFor(target, 'both').filter((end) => impairmentOf(end) !== undefined);
  return ends.map((end) => `${linkName(end)}: ${impairmentInWords(impairmentOf(end))}`).join('; ');
}

function presetsFor(targets: Targets): Choice[] {
  const [{ snapshot }] = targets;
  const possible = presets.filter(([, text]) => !lacksNetem(snapshot) || /^rate \S+$/.test(text));
  return [
    ...possible.map(([label, value]) => ({ value, label, description: value })),
    {
      value: custom,
      label: l10n.t`Custom…`,
      description: lacksNetem(snapshot) ? l10n.t`a rate` : 'delay, jitter, loss, duplicate, reorder, corrupt, rate',
    },
  ];
}

export const impairCable: Change = {
  id: 'netns.cable.impair',
  title: l10n.t`Impair…`,
  question: l10n.t`Slow down or break which cables?`,
  appliesTo: ['cable', 'interface', 'bridge'],
  many: true,
  accepts: ({ link }) => link !== undefined && link.kind !== 'loopback',
  questions: [
    (targets) => {
      const now = targets
        .map(impairmentNow)
        .filter((text) => text !== '')
        .join('; ');
      const lack = lacksNetem(targets[0].snapshot)
        ? l10n.t`The kernel of this host has no netem: only a rate can be set (by tbf). `
        : '';
      return {
        type: 'choice',
        prompt: l10n.t`${lack}Impair ${named(targets, labelOf, l10n.t`cables`)}${now === '' ? '' : l10n.t`, now ${now}`}`,
        choices: presetsFor(targets),
      };
    },
    (targets, [preset]) =>
      preset === custom || !presets.some(([, text]) => text === preset)
        ? {
            type: 'text',
            prompt: l10n.t`What it does to packets`,
            value: lacksNetem(targets[0].snapshot) ? 'rate 10mbit' : 'delay 50ms jitter 10ms loss 1%',
            objection: (text) => {
              const read = readImpairmentText(text);
              return typeof read === 'string' ? read : undefined;
            },
          }
        : undefined,
    ([first, ...others]) =>
      others.length > 0 || directionsOf(first).length === 1
        ? undefined
        : {
            type: 'choice',
            prompt: l10n.t`In which direction?`,
            choices: directionsOf(first).map(({ value, label }) => ({ value, label })),
          },
    () => ({
      type: 'text',
      prompt: l10n.t`For how long? The host ends it by itself. Leave it empty to keep it until it is cleared.`,
      placeHolder: '30s, 5m, 1h',
      objection: (text) => (readDuration(text) === undefined ? badDuration : undefined),
    }),
  ],
  steps(targets, [preset = '', text = '', direction, duration = '']) {
    const impairment = readImpairmentText(text.trim() === '' ? preset : text);
    if (typeof impairment === 'string') throw new NetnsError('unsupported', impairment);
    const seconds = readDuration(duration);
    if (seconds === undefined) throw new NetnsError('unsupported', badDuration);
    return endsOnce(targets, direction).flatMap((end) => impair(end, impairment, seconds === 0 ? undefined : seconds));
  },
  done: (targets, [preset = '', text = '', , duration = '']) =>
    `${named(targets, labelOf, l10n.t`cables`)}: ${text.trim() === '' ? preset : text.trim()}${duration.trim() === '' ? '' : l10n.t` for ${duration.trim()}`}`,
};

export const clearCable: Change = {
  id: 'netns.cable.clearImpairment',
  title: l10n.t`Clear Impairment`,
  question: l10n.t`Let the packets of which cables go as usual?`,
  appliesTo: ['cable', 'interface', 'bridge'],
  many: true,
  accepts: (target) => target.link !== undefined && impairmentNow(target) !== '',
  steps: (targets) => endsOnce(targets, 'both').flatMap(clearImpairment),
  done: (targets) =>
    targets.length === 1
      ? l10n.t`${labelOf(targets[0])} is not impaired`
      : l10n.t`${named(targets, labelOf, l10n.t`cables`)} are not impaired`,
};

/** The ends of all targets in that direction, each once though both ends of a cable be selected. */
function endsOnce(targets: Targets, direction: string | undefined): OfLink[] {
  const ends = targets.flatMap((target) => endsFor(target, direction));
  return [...new Map(ends.map((end) => [`${end.namespace.id}/${end.link.name}`, end])).values()];
}

const badDuration = l10n.t`Write a time such as 30s, 5m or 1h, of a day at most, or nothing.`;

/** Seconds; 0 for nothing. */
function readDuration(text: string): number | undefined {
  if (text.trim() === '') return 0;
  const [, number = '', unit = 's'] = /^(\d{1,5})\s*([smh]?)$/.exec(text.trim()) ?? [];
  const seconds = number === '' ? 0 : Number(number) * ({ s: 1, m: 60, h: 3600 }[unit === '' ? 's' : unit] ?? 1);
  return seconds > 0 && seconds <= longestTimer ? seconds : undefined;
}
