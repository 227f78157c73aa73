import * as l10n from '@vscode/l10n';
import type { MeasureCommand, MeasurePoint, MeasureStatus, ToMeasure } from '../src/protocol/measure';
import { iconButton, iconOf } from './controls';
import { MeasureChart } from './measure-chart';
import { figuresTable, hopsTable, valuesTable } from './measure-tables';
import { element } from './plain-element';

/** As many as the extension keeps. */
const mostPoints = 30_000;

const phases = { starting: l10n.t`Starting`, running: l10n.t`Measuring`, ended: l10n.t`Ended` } as const;
const icons = { starting: 'loading codicon-modifier-spin', running: 'record', ended: 'debug-stop' } as const;

/** A measurement's page: a chart over time, and everything it shows as tables too. */
export class MeasurePage {
  private readonly toolbar = element('div', 'toolbar');
  private readonly buttons: Readonly<Record<MeasureCommand, HTMLElement>>;
  private readonly phase = element('span', 'phase');
  private readonly notes = element('div', 'notes');
  private readonly spoken = element('span', 'visually-hidden');
  private readonly chart = new MeasureChart();
  private readonly figures = element('div', 'figures');
  private readonly hops = element('div', 'hops');
  private readonly values = document.createElement('details');
  private readonly valuesBody = element('div', 'values');
  private points: MeasurePoint[] = [];
  private status: MeasureStatus | undefined;
  private frame: number | undefined;
  private said = '';

  constructor(app: HTMLElement, command: (command: MeasureCommand) => void) {
    const button = (icon: string, label: string, name: MeasureCommand): HTMLElement =>
      iconButton(icon, label, () => command(name));
    this.buttons = {
      stop: button('debug-stop', l10n.t`Stop`, 'stop'),
      restart: button('debug-restart', l10n.t`Start Again`, 'restart'),
      swap: button('arrow-swap', l10n.t`Measure from the Other End`, 'swap'),
      copy: button('copy', l10n.t`Copy as Command`, 'copy'),
      save: button('save', l10n.t`Save as CSV…`, 'save'),
    };
    this.toolbar.setAttribute('role', 'toolbar');
    this.toolbar.setAttribute('aria-label', l10n.t`Measurement`);
    this.toolbar.append(...Object.values(this.buttons), element('span', 'gap'), this.phase);
    this.spoken.setAttribute('role', 'status');
    this.notes.hidden = true;
    const summary = document.createElement('summary');
    summary.textContent = l10n.t`All values`;
    this.values.append(summary, this.valuesBody);
    this.values.addEventListener('toggle', () => this.schedule());
    app.append(this.toolbar, this.notes, this.chart.element, this.figures, this.hops, this.values, this.spoken);
    new ResizeObserver(() => this.schedule()).observe(this.chart.element);
  }

  receive(message: Exclude<ToMeasure, { type: 'keep' }>): void {
    if (message.type === 'points') {
      this.points = (message.anew ? [...message.points] : [...this.points, ...message.points]).slice(-mostPoints);
    } else {
      this.status = message.status;
      this.showStatus(message.status);
    }
    this.schedule();
  }

  private showStatus({ phase, title, notes, failed, canRestart, canSwap, unit }: MeasureStatus): void {
    this.buttons.stop.hidden = phase === 'ended';
    this.buttons.restart.hidden = phase !== 'ended';
    this.buttons.restart.toggleAttribute('disabled', !canRestart);
    this.buttons.swap.toggleAttribute('disabled', !canSwap);
    this.buttons.save.hidden = unit === '';
    this.phase.className = `phase ${phase}`;
    this.phase.replaceChildren(iconOf(icons[phase]), ` ${phases[phase]}: ${title}`);
    const said = JSON.stringify([phase, title, notes]);
    if (said === this.said) return;
    this.said = said;
    this.notes.hidden = notes.length === 0;
    this.notes.classList.toggle('failed', failed);
    this.notes.replaceChildren(...notes.map((note) => element('p', '', note)));
    // The figures change too often to be spoken.
    this.spoken.textContent = [`${phases[phase]}: ${title}`, ...notes].join('. ');
  }

  private schedule(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.draw();
    });
  }

  private draw(): void {
    const { status } = this;
    if (status === undefined) return;
    const hasChart = status.unit !== '';
    this.chart.element.hidden = !hasChart;
    if (hasChart) this.chart.draw(status, this.points);
    this.figures.hidden = !hasChart;
    this.figures.replaceChildren(figuresTable(status));
    this.hops.hidden = hasChart;
    this.hops.replaceChildren(...(hasChart ? [] : status.series.map(hopsTable)));
    this.values.hidden = !hasChart;
    if (this.values.open) this.valuesBody.replaceChildren(valuesTable(status, this.points));
  }
}
