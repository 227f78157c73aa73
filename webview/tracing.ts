import * as l10n from '@vscode/l10n';
import type { Channel } from '../src/protocol/channel';
import type { GraphView } from '../src/protocol/graph';
import type { DrawnTrace } from '../src/protocol/graph-trace';
import type { FromGraph } from '../src/protocol/messages';
import type { Picture } from './picture';
import { labelBoxes } from './label-boxes';
import type { PictureOver } from './svg-export';
import { TraceBar } from './trace-bar';
import { TraceMode, type Purpose } from './trace-mode';
import { TraceOverlay } from './trace-overlay';

export interface TracingParts {
  readonly app: HTMLElement;
  readonly stage: HTMLElement;
  readonly canvas: HTMLElement;
  readonly channel: Channel<FromGraph>;
  picture(): Picture;
  selected(): string | undefined;
  /** Selects nothing, so that the way is what is seen. */
  clearSelection(): void;
  say(text: string): void;
  /** What is being asked for, or nothing. */
  setAsking(purpose: Purpose | undefined): void;
}

/** Everything about traces in the graph: how one is asked for, and how it is drawn. Measurements are asked for in the same way. */
export class Tracing {
  private readonly bar: TraceBar;
  private readonly mode: TraceMode;
  private readonly overlay: TraceOverlay;
  private trace: DrawnTrace | undefined;
  /** What the picture shows, by ids. */
  private present: ReadonlySet<string> = new Set();

  constructor(private readonly parts: TracingParts) {
    const { app, stage, canvas, channel } = parts;
    this.bar = new TraceBar(app, {
      report: () => channel.post({ type: 'drawnTrace', wanted: 'report' }),
      dismiss: () => {
        this.dismiss();
        canvas.focus();
      },
    });
    this.overlay = new TraceOverlay(canvas, {
      ground: () => {
        const picture = parts.picture();
        const { geometry } = picture.drawing;
        return geometry && { ...geometry, drawnFor: (id) => picture.drawnFor(id) };
      },
      labelsOf: (cableId) => labelBoxes(parts.picture().drawing.cy, cableId),
      viewport: () => {
        const { cy } = parts.picture().drawing;
        return { zoom: cy.zoom(), ...cy.pan() };
      },
    });
    this.mode = new TraceMode(stage, canvas, {
      renderedBox: (id) => parts.picture().drawing.renderedBox(id),
      mark: (id) => parts.picture().highlight.target(id),
      selected: () => parts.selected(),
      hint: (words) => {
        this.bar.ask(words, this.mode.asking);
        parts.say(words);
      },
      ask: (purpose, from, to) => {
        parts.clearSelection();
        channel.post({ type: purpose, from, to });
      },
      changed: (purpose) => {
        parts.setAsking(purpose);
        if (purpose === undefined) this.showBar();
      },
    });
    canvas.addEventListener('keydown', (event) => this.onKey(event), { capture: true });
  }

  /** To be called with each picture; undefined where no packet can be sent: without a host, or in its past. */
  setView(view: GraphView | undefined): void {
    this.mode.setView(view);
    if (view === undefined) return;
    const before = this.present;
    // Rules of NAT may be unread for a moment: while a trace follows its packet, some nft print no ruleset as JSON.
    this.present = new Set(view.nodes.map(({ id }) => id));
    this.forgetGone(before, this.present);
  }

  /** A way over what is not there any more says nothing of the host as it is. */
  private forgetGone(before: ReadonlySet<string>, now: ReadonlySet<string>): void {
    const { trace } = this;
    if (trace === undefined || trace.outcome === 'running') return;
    const gone = trace.stops.find(({ nodeId = '' }) => before.has(nodeId) && !now.has(nodeId));
    if (gone !== undefined)
      this.takeAway(l10n.t`The trace is taken away: its stop ${gone.number} is not there any more.`);
  }

  set(trace: DrawnTrace | undefined): void {
    this.trace = trace;
    this.overlay.set(trace);
    this.parts.picture().highlight.showWay(trace && idsOf(trace));
    if (this.mode.asking === undefined) this.showBar();
    if (trace !== undefined) this.parts.say(spoken(trace));
  }

  /** The way for an image of the picture; undefined while none is drawn. */
  image(where: 'screen' | 'print'): PictureOver | undefined {
    return this.overlay.image(where);
  }

  /** To be called after each drawing. */
  redraw(): void {
    this.overlay.redraw();
  }

  /** To be called when the picture moves on the screen. */
  place(): void {
    this.overlay.place();
  }

  /** Begins asking for that, or ends it. */
  toggle(purpose: Purpose): void {
    if (this.mode.asking === purpose) this.mode.end();
    else this.mode.begin(purpose, this.parts.selected());
  }

  /** Ends asking, or takes the drawn trace away. @returns whether there was anything */
  dismiss(): boolean {
    if (this.mode.asking !== undefined) {
      this.mode.end();
      return true;
    }
    if (this.trace === undefined) return false;
    this.takeAway(l10n.t`The trace is taken away.`);
    return true;
  }

  private takeAway(said: string): void {
    this.set(undefined);
    this.parts.channel.post({ type: 'drawnTrace', wanted: 'dismiss' });
    this.parts.say(said);
  }

  /** T and M begin and end asking; while it is on Enter chooses and Escape ends it, all else is as ever. */
  private onKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { mode } = this;
    const isOn = mode.asking !== undefined;
    if (event.key === 't') this.toggle('trace');
    else if (event.key === 'm') this.toggle('measure');
    else if (isOn && event.key === 'Enter') mode.choose(this.parts.selected());
    else if (isOn && event.key === 'Escape') mode.end();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  private showBar(): void {
    if (this.trace === undefined) this.bar.hide();
    else this.bar.show(this.trace);
  }
}

function idsOf({ stops }: DrawnTrace): string[] {
  return [...new Set(stops.flatMap(({ nodeId }) => nodeId ?? []))];
}

/** For who does not see the way: how it ended, and by how many stops it leads. */
function spoken({ said, outcome, stops }: DrawnTrace): string {
  if (outcome === 'running') return said;
  const end = stops.find(({ isEnd }) => isEnd === true);
  const way =
    end === undefined
      ? l10n.t`${stops.length} stops.`
      : l10n.t`It ended at stop ${end.number} of ${stops.length}: ${end.text}.`;
  return `${said} ${way}`;
}
