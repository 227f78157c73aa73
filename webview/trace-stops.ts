import type { StopCommand, TraceReportView, TraceStopView } from '../src/protocol/trace';
import { iconButton } from './controls';
import { element, keyed } from './dom';

export interface StopActions {
  readonly isCurrent: boolean;
  show(command: StopCommand, stop: number): void;
}

const stateWords: Readonly<Record<TraceStopView['state'], string>> = {
  seen: 'it came here',
  paper: 'it was not seen here',
  beyond: 'it did not get here',
};

/** The way out and the way back, stop by stop: what was read beside what was seen. */
export function waySection({ stops }: TraceReportView, actions: StopActions): HTMLElement[] {
  if (stops.length === 0) return [];
  const section = element('section', 'way', element('h2', '', 'The way'));
  for (const [direction, title] of [
    ['out', 'Out'],
    ['back', 'And back'],
  ] as const) {
    const own = stops.filter((stop) => stop.direction === direction);
    if (own.length === 0) continue;
    const heads = element('div', 'columns heads', element('span', '', 'On paper'), element('span', '', 'In fact'));
    heads.setAttribute('aria-hidden', 'true');
    const list = element('ol', '', ...own.map((stop) => stopItem(stop, actions)));
    list.start = own[0]?.number ?? 1;
    section.append(element('h3', '', title), heads, list);
  }
  return [section];
}

function stopItem(stop: TraceStopView, actions: StopActions): HTMLElement {
  const { number, direction, place, state, isEnd, isInGraph, isInFile } = stop;
  const badge = element('span', 'badge', String(number));
  const name = element('button', 'place', badge, element('span', '', place));
  name.type = 'button';
  name.dataset['key'] = `stop ${number}`;
  name.setAttribute('aria-label', `Stop ${number}: ${place}, ${isEnd ? 'here it ended' : stateWords[state]}`);
  if (actions.isCurrent && isInGraph) {
    name.title = 'Show on Graph';
    name.addEventListener('click', () => actions.show('graph', number));
  }
  const head = element('div', 'head', name);
  if (isEnd) head.append(element('span', 'end-mark', 'here it ended'));
  if (actions.isCurrent && isInFile) {
    const file = iconButton('go-to-file', 'Show in File', () => actions.show('file', number));
    head.append(keyed(`stop-file ${number}`, file));
  }
  const item = element('li', `${direction} ${state}${isEnd ? ' end' : ''}`, head, columns(stop));
  return item;
}

function columns({ decisions, sightings, isWatched, state }: TraceStopView): HTMLElement {
  const paper = element('ul', 'paper');
  paper.setAttribute('aria-label', 'On paper');
  for (const { text, by, packet } of decisions) {
    const line = element('li', '', text);
    if (packet !== undefined) line.append(element('span', 'packet', packet));
    if (by !== undefined) line.append(element('code', '', by));
    paper.append(line);
  }
  const fact = element('ul', 'fact');
  fact.setAttribute('aria-label', 'In fact');
  if (sightings.length > 0) fact.append(...sightings.map((line) => element('li', '', line)));
  else if (isWatched)
    fact.append(element('li', 'nothing', state === 'seen' ? 'not seen by itself' : 'nothing was seen'));
  else fact.append(element('li', 'nothing', 'no interface to look at'));
  return element('div', 'columns', paper, fact);
}

/** All that was seen, in the order of its times. Folded: it is long, and for those who want to see it themselves. */
export function packetsSection({ packets }: TraceReportView): HTMLElement[] {
  if (packets.length === 0) return [];
  const head = element('tr', '', ...['Time', 'Place', 'Packet'].map((title) => columnHead(title)));
  const rows = packets.map(({ time, place, text }) =>
    element('tr', '', element('td', 'time', time), element('td', '', place), element('td', '', text)),
  );
  const table = element('table', '', element('thead', '', head), element('tbody', '', ...rows));
  const summary = element('summary', '', `Packets (${packets.length})`);
  const details = element('details', 'packets', keyed('packets summary', summary), element('div', 'scroll', table));
  return [keyed('packets', details)];
}

function columnHead(title: string): HTMLElement {
  const cell = element('th', '', title);
  cell.scope = 'col';
  return cell;
}
