import * as l10n from '@vscode/l10n';
import type { PacketDetails } from '../src/protocol/capture';

export interface DetailsActions {
  /** The pane was made as high as that, in pixels. */
  height(pixels: number): void;
  /** Escape: back to the table. */
  leave(): void;
}

const usualHeight = 240;
const step = 24;

/** The pane below the packets: what the selected one holds, decoded and as bytes. */
export class CaptureDetails {
  private readonly splitter = document.createElement('div');
  private readonly pane = document.createElement('div');
  private readonly lines = section('lines', l10n.t`What the packet holds`);
  private readonly bytes = section('bytes', l10n.t`Bytes`);
  private height: number;

  constructor(
    parent: HTMLElement,
    height: number | undefined,
    private readonly actions: DetailsActions,
  ) {
    this.height = height ?? usualHeight;
    this.pane.className = 'details';
    this.pane.append(this.lines, this.bytes);
    this.splitter.className = 'splitter';
    this.splitter.tabIndex = 0;
    this.splitter.setAttribute('role', 'separator');
    this.splitter.setAttribute('aria-orientation', 'horizontal');
    this.splitter.setAttribute('aria-label', l10n.t`Height of the details`);
    this.hide();
    parent.append(this.splitter, this.pane);
    this.splitter.addEventListener('pointerdown', (event) => this.drag(event));
    this.splitter.addEventListener('keydown', (event) => {
      const change = { ArrowUp: step, ArrowDown: -step }[event.key];
      if (change === undefined) return;
      this.resize(this.height + change);
      this.actions.height(this.height);
      event.preventDefault();
    });
    this.pane.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.actions.leave();
    });
  }

  show({ number, hex, lines, decoder, error }: PacketDetails): void {
    const words = lines?.join('\n') ?? error ?? l10n.t`Asking the host…`;
    this.lines.replaceChildren(
      heading(l10n.t`Packet ${number}${decoder === undefined ? '' : l10n.t`, decoded by ${decoder} on the host`}`),
      pre([words]),
    );
    const dump = hex.flatMap(({ offset, bytes, text }, index) => {
      const place = document.createElement('span');
      place.className = 'offset';
      place.textContent = offset;
      return [place, `  ${bytes.padEnd(48)}  ${text}${index === hex.length - 1 ? '' : '\n'}`];
    });
    this.bytes.replaceChildren(heading(l10n.t`Bytes`), pre(dump));
    this.splitter.hidden = false;
    this.pane.hidden = false;
    this.resize(this.height);
  }

  hide(): void {
    this.splitter.hidden = true;
    this.pane.hidden = true;
  }

  /** Gives the keyboard to what the packet holds; false as long as there is nothing to see. */
  focus(): boolean {
    if (this.pane.hidden) return false;
    this.lines.focus();
    return true;
  }

  private drag(event: PointerEvent): void {
    const begin = { y: event.clientY, height: this.height };
    this.splitter.setPointerCapture(event.pointerId);
    const move = ({ clientY }: PointerEvent): void => this.resize(begin.height + begin.y - clientY);
    const end = (): void => {
      this.splitter.removeEventListener('pointermove', move);
      this.actions.height(this.height);
    };
    this.splitter.addEventListener('pointermove', move);
    this.splitter.addEventListener('lostpointercapture', end, { once: true });
  }

  private resize(height: number): void {
    this.height = Math.round(Math.max(60, Math.min(height, window.innerHeight * 0.7)));
    this.pane.style.setProperty('--details-height', `${this.height}px`);
    this.splitter.setAttribute('aria-valuenow', String(this.height));
  }
}

function section(className: string, label: string): HTMLElement {
  const element = document.createElement('section');
  element.className = className;
  element.tabIndex = 0;
  element.setAttribute('aria-label', label);
  return element;
}

function heading(text: string): HTMLElement {
  const element = document.createElement('h2');
  element.textContent = text;
  return element;
}

function pre(children: readonly (string | HTMLElement)[]): HTMLElement {
  const element = document.createElement('pre');
  element.append(...children);
  return element;
}
