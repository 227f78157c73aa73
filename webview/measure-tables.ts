import * as l10n from '@vscode/l10n';
import type { MeasurePoint, MeasureSeries, MeasureStatus } from '../src/protocol/measure';
import { timeLabel } from './measure-scale';
import { element, svg } from './plain-element';

/** Rows of the table of all values; more nobody reads, and the file has them. */
const mostRows = 500;

/** A row for each series with its figures; its first cell is the chart's legend. */
export function figuresTable({ series, quantity }: MeasureStatus): HTMLElement {
  const labels = series[0]?.figures.map(([label]) => label) ?? [];
  const table = tableWith(l10n.t`${quantity}, by path`, [l10n.t`Path`, l10n.t`Target`, ...labels]);
  const body = table.createTBody();
  for (const [index, { name, target, figures, problem }] of series.entries()) {
    const row = body.insertRow();
    const first = row.insertCell();
    first.append(swatch(index), name);
    row.insertCell().append(element('span', 'address', target));
    for (const [, figure] of figures) row.insertCell().append(element('span', 'figure', figure));
    if (problem === undefined) continue;
    const words = body.insertRow().insertCell();
    words.colSpan = labels.length + 2;
    words.className = 'problem';
    words.textContent = problem;
  }
  return table;
}

/** The way to one target, router by router. */
export function hopsTable({ name, target, hops = [], problem, isOver }: MeasureSeries): HTMLElement {
  const part = element('section');
  part.append(element('h2', '', name.endsWith(target) ? name : `${name} (${target})`));
  const most = Math.max(0.001, ...hops.flatMap(({ times }) => times));
  const table = tableWith(l10n.t`The way ${name}`, [
    l10n.t`Hop`,
    l10n.t`Address`,
    l10n.t`Belongs to`,
    l10n.t`Times in ms`,
    '',
  ]);
  const body = table.createTBody();
  for (const { number, addresses, owner = '', times, note } of hops) {
    const row = body.insertRow();
    row.insertCell().append(element('span', 'figure', String(number)));
    row
      .insertCell()
      .append(element('span', 'address', addresses.length === 0 ? l10n.t`no answer` : addresses.join(', ')));
    row.insertCell().textContent = [owner, ...(note === undefined ? [] : [note])].filter(Boolean).join(' · ');
    row.insertCell().append(element('span', 'figure', times.map((time) => time.toFixed(3)).join('  ')));
    row.insertCell().append(bar(times.length === 0 ? 0 : Math.min(...times) / most));
  }
  part.append(table);
  if (problem !== undefined) part.append(element('p', 'problem', problem));
  else if (!isOver) part.append(element('p', 'muted', l10n.t`Looking for the next router…`));
  return part;
}

/** The newest values, the newest first. */
export function valuesTable({ series, unit }: MeasureStatus, points: readonly MeasurePoint[]): HTMLElement {
  const table = tableWith(l10n.t`All values, the newest first`, [l10n.t`Time`, l10n.t`Path`, unit, l10n.t`Note`]);
  const body = table.createTBody();
  for (const { at, series: index, value, note = '' } of points.slice(-mostRows).reverse()) {
    const row = body.insertRow();
    row.insertCell().append(element('span', 'figure', timeLabel(at)));
    row.insertCell().textContent = series[index]?.name ?? '';
    row
      .insertCell()
      .append(element('span', 'figure', value === undefined ? l10n.t`lost` : String(Number(value.toPrecision(5)))));
    row.insertCell().textContent = note;
  }
  return table;
}

function tableWith(caption: string, heads: readonly string[]): HTMLTableElement {
  const table = document.createElement('table');
  table.createCaption().textContent = caption;
  const row = table.createTHead().insertRow();
  for (const head of heads) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = head;
    row.append(cell);
  }
  return table;
}

/** As the series is drawn in the chart: colour and dashes. */
function swatch(index: number): SVGElement {
  const picture = svg('svg', { class: 'swatch', viewBox: '0 0 24 8', 'aria-hidden': 'true' });
  picture.append(svg('line', { class: `line series-${index}`, x1: 0, x2: 24, y1: 4, y2: 4 }));
  return picture;
}

function bar(part: number): SVGElement {
  const picture = svg('svg', {
    class: 'bar',
    viewBox: '0 0 100 8',
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  picture.append(svg('rect', { x: 0, y: 0, width: Math.max(part > 0 ? 1 : 0, part * 100), height: 8 }));
  return picture;
}
