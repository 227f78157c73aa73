import * as l10n from '@vscode/l10n';
import type {
  DecisionCommand,
  StopCommand,
  TraceDecisionView,
  TraceReportView,
  TraceStopView,
} from '../src/protocol/trace';
import { iconButton } from './controls';
import { element, keyed, linkButton } from './dom';

export interface StopActions {
  readonly isCurrent: boolean;
  show(command: StopCommand, stop: number): void;
  /** Follows a link of what decided at a stop, by its place there. */
  showDecision(command: DecisionCommand, stop: number, decision: number): void;
  /** Opens all packets in the packets' view, or saves them. */
  packets(command: 'packets' | 'savePackets'): void;
}

const stateWords: Readonly<Record<TraceStopView['state'], string>> = {
  seen: l10n.t`it came here`,
  paper: l10n.t`it was not seen here`,
  beyond: l10n.t`it did not get here`,
};

/** The way out and the way back, stop by stop: what was read beside what was seen. */
export function waySection({ stops }: TraceReportView, actions: StopActions): HTMLElement[] {
  if (stops.length === 0) return [];
  const section = element('section', 'way', element('h2', '', l10n.t`The way`));
  for (const [direction, title] of [
    ['out', l10n.t`Out`],
    ['back', l10n.t`And back`],
  ] as const) {
    const own = stops.filter((stop) => stop.direction === direction);
    if (own.length === 0) continue;
    const heads = element(
      'div',
      'columns heads',
      element('span', '', l10n.t`On paper`),
      element('span', '', l10n.t`In fact`),
    );
    heads.setAttribute('aria-hidden', 'true');
    const list = element('ol', '', ...own.map((stop) => stopItem(stop, actions)));
    list.start = own[0]?.number ?? 1;
    section.append(element('h3', '', title), heads, list);
  }
  return [section];
}

function stopItem(stop: TraceStopView, actions: StopActions): HTMLElement {
  const { number, direction, place, state, isEnd, isInGraph, isInTree, isInFile, packets } = stop;
  const badge = element('span', 'badge', String(number));
  const name = element('button', 'place', badge, element('span', '', place));
  name.type = 'button';
  name.dataset['key'] = `stop ${number}`;
  name.setAttribute(
    'aria-label',
    l10n.t`Stop ${number}: ${place}, ${isEnd ? l10n.t`here it ended` : stateWords[state]}`,
  );
  if (actions.isCurrent && isInGraph) {
    name.title = l10n.t`Show on Graph`;
    name.addEventListener('click', () => actions.show('graph', number));
  }
  const head = element('div', 'head', name);
  if (isEnd) head.append(element('span', 'end-mark', l10n.t`here it ended`));
  if (actions.isCurrent) {
    const add = (command: StopCommand, icon: string, label: string): void => {
      const button = iconButton(icon, label, () => actions.show(command, number));
      head.append(keyed(`stop-${command} ${number}`, button));
    };
    if (isInTree) add('tree', 'list-tree', l10n.t`Reveal in Tree`);
    if (isInFile) add('file', 'go-to-file', l10n.t`Show in File`);
    if (packets > 0) {
      const show = linkButton(`stop-packets ${number}`, packetsWords(packets), () => actions.show('packets', number));
      show.title = l10n.t`Open in the Packets’ View`;
      head.append(show);
    }
  }
  const item = element('li', `${direction} ${state}${isEnd ? ' end' : ''}`, head, columns(stop, actions));
  return item;
}

function packetsWords(count: number): string {
  return count === 1 ? l10n.t`1 packet` : l10n.t`${count} packets`;
}

function columns({ number, decisions, sightings, isWatched, state }: TraceStopView, actions: StopActions): HTMLElement {
  const paper = element('ul', 'paper');
  paper.setAttribute('aria-label', l10n.t`On paper`);
  for (const [index, decision] of decisions.entries()) {
    const { text, packet } = decision;
    const line = element('li', '', text);
    if (packet !== undefined) line.append(element('span', 'packet', packet));
    line.append(...decider(decision, number, index, actions));
    paper.append(line);
  }
  const fact = element('ul', 'fact');
  fact.setAttribute('aria-label', l10n.t`In fact`);
  const seen = [...decisions.flatMap(({ fact: said }) => said ?? []), ...sightings];
  if (seen.length > 0) fact.append(...seen.map((line) => element('li', '', line)));
  else if (isWatched)
    fact.append(element('li', 'nothing', state === 'seen' ? l10n.t`not seen by itself` : l10n.t`nothing was seen`));
  else fact.append(element('li', 'nothing', l10n.t`no interface to look at`));
  return element('div', 'columns', paper, fact);
}

/** The rule, route or entry that decided, which leads to its row in the tree or the listing of its chain, and to its file. */
function decider(
  { by, leadsTo, file }: TraceDecisionView,
  stop: number,
  index: number,
  actions: StopActions,
): HTMLElement[] {
  const parts: HTMLElement[] = [];
  const key = `${stop} ${index}`;
  if (by !== undefined && leadsTo !== undefined && actions.isCurrent) {
    const link = linkButton(`decision ${key}`, by, () => actions.showDecision(leadsTo, stop, index));
    link.title = leadsTo === 'tree' ? l10n.t`Reveal in Tree` : l10n.t`Show the Rules of Its Chain`;
    parts.push(element('code', '', link));
  } else if (by !== undefined) parts.push(element('code', '', by));
  if (file !== undefined && actions.isCurrent) {
    const link = linkButton(
      `decision-file ${key}`,
      file,
      () => actions.showDecision('file', stop, index),
      'go-to-file',
    );
    link.title = l10n.t`Show in File`;
    link.setAttribute('aria-label', l10n.t`Show what decided in ${file}`);
    parts.push(element('span', 'declared', link));
  }
  return parts;
}

/** All that was seen, in the order of its times. Folded: it is long, and for those who want to see it themselves. */
export function packetsSection({ packets }: TraceReportView, actions: StopActions): HTMLElement[] {
  if (packets.length === 0) return [];
  const head = element('tr', '', ...[l10n.t`Time`, l10n.t`Place`, l10n.t`Packet`].map((title) => columnHead(title)));
  const rows = packets.map(({ time, place, text }) =>
    element('tr', '', element('td', 'time', time), element('td', '', place), element('td', '', text)),
  );
  const table = element('table', '', element('thead', '', head), element('tbody', '', ...rows));
  const summary = element('summary', '', l10n.t`Packets (${packets.length})`);
  const open = linkButton(
    'packets open',
    l10n.t`Open in the Packets’ View`,
    () => actions.packets('packets'),
    'list-flat',
  );
  const save = linkButton('packets save', l10n.t`Save as pcapng…`, () => actions.packets('savePackets'), 'save');
  for (const each of [open, save]) each.disabled = !actions.isCurrent;
  const details = element(
    'details',
    'packets',
    keyed('packets summary', summary),
    element('p', 'links', open, save),
    element('div', 'scroll', table),
  );
  return [keyed('packets', details)];
}

function columnHead(title: string): HTMLElement {
  const cell = element('th', '', title);
  cell.scope = 'col';
  return cell;
}
