import * as l10n from '@vscode/l10n';
import type { CaptureCommand, CaptureStatus } from '../src/protocol/capture';
import { iconButton, searchField, toggleButton, type SearchControl, type ToggleControl } from './controls';

export interface ToolbarActions {
  command(command: CaptureCommand): void;
  search(text: string): void;
  follow(follow: boolean): void;
  leaveSearch(): void;
}

/** Milliseconds without a key after which the search is run. */
const typingPause = 150;

/** The buttons above the packets. */
export class CaptureToolbar {
  private readonly stop: HTMLElement;
  private readonly restart: HTMLElement;
  private readonly pause: ToggleControl;
  private readonly followButton: ToggleControl;
  private readonly wireshark: ToggleControl;
  private readonly changeFilter: HTMLElement;
  private readonly field: SearchControl;
  private timer: number | undefined;

  constructor(parent: HTMLElement, actions: ToolbarActions) {
    const button = (icon: string, label: string, command: CaptureCommand): HTMLElement =>
      iconButton(icon, label, () => actions.command(command));
    this.stop = button('debug-stop', l10n.t`Stop`, 'stop');
    this.restart = button('debug-restart', l10n.t`Start Again`, 'restart');
    this.pause = toggleButton('debug-pause', l10n.t`Pause the View`, (on) => actions.command(on ? 'pause' : 'resume'));
    this.followButton = toggleButton('fold-down', l10n.t`Follow the Newest Packets`, (on) => actions.follow(on));
    this.wireshark = toggleButton('link-external', l10n.t`Open in Wireshark`, () => actions.command('wireshark'));
    this.changeFilter = button('filter', l10n.t`Change the Capture Filter…`, 'changeFilter');
    this.field = searchField(l10n.t`Show rows with… (word, !word, from:10.0.0.1)`, (text) => {
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => actions.search(text), typingPause);
    });
    this.field.element.addEventListener('keydown', ({ key }) => {
      if (key !== 'Escape') return;
      if (this.field.value() === '') actions.leaveSearch();
      else this.field.clear();
    });
    const element = document.createElement('div');
    element.className = 'toolbar';
    element.setAttribute('role', 'toolbar');
    element.setAttribute('aria-label', l10n.t`Capture`);
    element.append(
      group(this.stop, this.restart, this.pause.element, this.followButton.element),
      this.field.element,
      gap(),
      group(this.changeFilter, button('clear-all', l10n.t`Clear`, 'clear')),
      group(button('save', l10n.t`Save as pcapng…`, 'save'), this.wireshark.element),
    );
    parent.append(element);
    this.setFollow(true);
  }

  show({ phase, paused, streaming, canRestart }: CaptureStatus): void {
    this.stop.hidden = phase === 'ended';
    this.restart.hidden = phase !== 'ended';
    this.restart.toggleAttribute('disabled', !canRestart);
    this.changeFilter.toggleAttribute('disabled', !canRestart);
    this.pause.element.hidden = phase === 'ended' && !paused;
    this.pause.set(paused);
    this.wireshark.set(streaming);
  }

  setFollow(follow: boolean): void {
    this.followButton.set(follow);
  }

  /** Shows what is searched for; that is known already. */
  setSearch(text: string): void {
    this.field.set(text);
  }

  focusSearch(): void {
    this.field.focus();
  }
}

function group(...children: readonly HTMLElement[]): HTMLElement {
  const element = document.createElement('div');
  element.className = 'group';
  element.append(...children);
  return element;
}

function gap(): HTMLElement {
  const element = document.createElement('span');
  element.className = 'gap';
  return element;
}
