import * as l10n from '@vscode/l10n';
import type { MeasurePoint, MeasureStatus } from '../src/protocol/measure';
import { niceScale, timeLabel, timeSteps } from './measure-scale';
import { svg } from './plain-element';

/** Milliseconds that are shown at least and at most; the newest are. */
const shortestWindow = 30_000;
const longestWindow = 300_000;
const margin = { top: 14, right: 16, bottom: 26, left: 58 };
/** Marks on each point up to so many of them. */
const mostMarks = 120;

/** The chart over time: a line for each series, a cross at the bottom for what was lost. */
export class MeasureChart {
  readonly element = document.createElement('div');

  constructor() {
    this.element.className = 'chart';
  }

  draw({ series, unit, quantity, phase }: MeasureStatus, points: readonly MeasurePoint[]): void {
    const width = Math.max(240, this.element.clientWidth);
    const height = Math.max(140, this.element.clientHeight);
    const last = points.at(-1)?.at ?? 0;
    const span = Math.min(longestWindow, Math.max(shortestWindow, last));
    const from = Math.max(0, last - span);
    const shown = points.filter(({ at }) => at >= from);
    const scale = niceScale(Math.max(0, ...shown.map(({ value }) => value ?? 0)));
    const x = (at: number): number => margin.left + ((at - from) / span) * (width - margin.left - margin.right);
    const y = (value: number): number =>
      height - margin.bottom - (value / scale.top) * (height - margin.top - margin.bottom);
    const picture = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img' });
    picture.setAttribute('aria-label', l10n.t`${quantity} over time in ${unit}; the tables below say the same.`);
    for (const value of shown.length === 0 ? [0] : scale.steps) {
      picture.append(
        svg('line', { class: 'grid', x1: margin.left, x2: width - margin.right, y1: y(value), y2: y(value) }),
        svg('text', { class: 'axis', x: margin.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, scale.label(value)),
      );
    }
    for (const at of timeSteps(from, from + span)) {
      picture.append(svg('text', { class: 'axis', x: x(at), y: height - 8, 'text-anchor': 'middle' }, timeLabel(at)));
    }
    picture.append(svg('text', { class: 'axis unit', x: 6, y: margin.top }, unit));
    for (const index of series.keys()) {
      const own = shown.filter((point) => point.series === index);
      for (const run of runsOf(own)) {
        const path = run.map(({ at, value = 0 }) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
        picture.append(svg('polyline', { class: `line series-${index}`, points: path }));
        if (own.length > mostMarks) continue;
        for (const { at, value = 0 } of run) {
          picture.append(svg('circle', { class: `mark series-${index}`, cx: x(at), cy: y(value), r: 2.5 }));
        }
      }
      for (const { at, note } of own.filter(({ value }) => value === undefined)) {
        const bottom = height - margin.bottom - 6 - index * 3;
        const cross = svg('path', { class: `lost series-${index}`, d: crossAt(x(at), bottom) });
        cross.append(svg('title', {}, note ?? l10n.t`lost`));
        picture.append(cross);
      }
    }
    if (shown.length === 0) {
      const words = phase === 'ended' ? l10n.t`Nothing was measured.` : l10n.t`Waiting for the first answer…`;
      picture.append(svg('text', { class: 'empty', x: width / 2, y: height / 2, 'text-anchor': 'middle' }, words));
    }
    this.element.replaceChildren(picture);
  }
}

/** The points that hang together: a line leads over nothing that was lost. */
function runsOf(points: readonly MeasurePoint[]): MeasurePoint[][] {
  const runs: MeasurePoint[][] = [[]];
  for (const point of points) {
    if (point.value === undefined) runs.push([]);
    else runs.at(-1)?.push(point);
  }
  return runs.filter((run) => run.length > 0);
}

function crossAt(x: number, y: number): string {
  return `M${x - 3},${y - 3} L${x + 3},${y + 3} M${x - 3},${y + 3} L${x + 3},${y - 3}`;
}
