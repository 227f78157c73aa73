import * as l10n from '@vscode/l10n';
import type { TraceCommand, TraceView } from '../src/protocol/trace';
import { iconButton } from './controls';
import { element } from './dom';

/** The buttons above a trace. */
export class TraceToolbar {
  private readonly again: HTMLElement;
  private readonly stop: HTMLElement;
  private readonly change: HTMLElement;
  private readonly ofReport: readonly HTMLElement[];

  constructor(parent: HTMLElement, onCommand: (command: TraceCommand) => void) {
    const button = (icon: string, label: string, command: TraceCommand): HTMLElement =>
      iconButton(icon, label, () => onCommand(command));
    this.again = button('debug-restart', l10n.t`Trace Again`, 'again');
    this.stop = button('debug-stop', l10n.t`Stop`, 'stop');
    this.change = button('edit', l10n.t`Ask Something Else…`, 'change');
    this.ofReport = [
      button('type-hierarchy', l10n.t`Show on Graph`, 'graph'),
      button('save', l10n.t`Save as Markdown…`, 'save'),
      button('copy', l10n.t`Copy as Markdown`, 'copy'),
    ];
    const bar = element('div', 'toolbar', this.again, this.stop, this.change, element('span', 'gap'), ...this.ofReport);
    bar.setAttribute('role', 'toolbar');
    bar.setAttribute('aria-label', l10n.t`Trace`);
    parent.append(bar);
  }

  show({ phase }: TraceView): void {
    const isRunning = phase === 'running';
    const hadKeyboard = [this.again, this.stop].some((each) => each === document.activeElement);
    this.again.hidden = isRunning;
    this.stop.hidden = !isRunning;
    if (hadKeyboard) (isRunning ? this.stop : this.again).focus();
    this.change.toggleAttribute('disabled', isRunning);
    for (const each of this.ofReport) each.toggleAttribute('disabled', phase !== 'done');
  }
}
