import * as l10n from '@vscode/l10n';
import type { CaptureRow } from '../src/protocol/capture';

/** The columns in their order: class, heading, and what stands in them. */
export const columns: readonly {
  readonly name: string;
  readonly heading: string;
  readonly text: (row: CaptureRow) => string;
}[] = [
  { name: 'number', heading: l10n.t`No.`, text: ({ number }) => String(number) },
  { name: 'time', heading: l10n.t`Time`, text: ({ time }) => timeText(time) },
  { name: 'where', heading: l10n.t`Where`, text: ({ where, direction }) => `${directionSign(direction)}${where}` },
  { name: 'from', heading: l10n.t`From`, text: ({ from }) => from },
  { name: 'to', heading: l10n.t`To`, text: ({ to }) => to },
  { name: 'protocol', heading: l10n.t`Protocol`, text: ({ protocol }) => protocol },
  { name: 'length', heading: l10n.t`Length`, text: ({ length }) => String(length) },
  { name: 'text', heading: l10n.t`Text`, text: ({ text }) => text },
];

/** A row of the table. @param index its place in the table as it is now, from 0 */
export function rowElement(row: CaptureRow, index: number, isSelected: boolean): HTMLElement {
  const element = document.createElement('div');
  element.className = `row ${row.group}${isSelected ? ' selected' : ''}`;
  element.id = `packet-${row.number}`;
  element.dataset['number'] = String(row.number);
  element.setAttribute('role', 'row');
  // The headings are the first row.
  element.setAttribute('aria-rowindex', String(index + 2));
  element.setAttribute('aria-selected', String(isSelected));
  for (const { name, text } of columns) {
    const cell = document.createElement('span');
    cell.className = name;
    cell.setAttribute('role', 'gridcell');
    cell.textContent = text(row);
    if (name === 'where' && row.direction !== undefined) {
      cell.setAttribute('aria-label', `${row.where}, ${row.direction === 'in' ? l10n.t`in` : l10n.t`out`}`);
    }
    if (name !== 'number' && name !== 'length') cell.title = name === 'time' ? dateText(row.time) : text(row);
    element.append(cell);
  }
  return element;
}

/** Into the interface or out of it. */
function directionSign(direction: CaptureRow['direction']): string {
  return direction === undefined ? '' : direction === 'in' ? '← ' : '→ ';
}

/** `21:03:07.123456`, in the reader's time zone. */
export function timeText(time: number): string {
  const date = new Date(Math.floor(time / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const micro = String(time % 1_000_000).padStart(6, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${micro}`;
}

function dateText(time: number): string {
  return new Date(Math.floor(time / 1000)).toISOString();
}
