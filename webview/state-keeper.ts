import type { LayoutName, PlacesByKey } from '../src/protocol/places';
import { readState, withPlaces, type PageState, type VsCodeApi } from './page-state';
import type { Picture } from './picture';
import { PlaceKeeper } from './place-keeper';

/** What is kept of the page: by VS Code while the tab is there, by the extension for the next tab. */
export class StateKeeper {
  private state: PageState;
  private readonly places: PlaceKeeper;
  /** No earlier page in this tab has left its state. */
  private readonly isFresh: boolean;
  private host = '';
  private drawnKey: string | undefined;
  private restored = false;

  constructor(
    private readonly api: VsCodeApi,
    private readonly onChanged: (layout: LayoutName) => void,
  ) {
    const kept = api.getState() ?? undefined;
    this.isFresh = kept === undefined;
    this.state = readState(kept);
    this.places = new PlaceKeeper((key, places) => api.postMessage({ type: 'places', key, places }));
  }

  get layout(): LayoutName {
    return this.state.layout;
  }

  get labels(): boolean {
    return this.state.labels;
  }

  /** undefined: a person has not said. */
  get rates(): boolean | undefined {
    return this.state.rates;
  }

  get collapsed(): readonly string[] | undefined {
    return this.state.collapsed;
  }

  /** What the extension has kept from before, and how a graph begins. */
  takeOver(layout: LayoutName, kept: PlacesByKey): void {
    this.state = withPlaces(this.state, this.isFresh ? layout : undefined, kept);
    this.onChanged(this.state.layout);
  }

  setLayout(layout: LayoutName): void {
    this.state = { ...this.state, layout };
    this.onChanged(layout);
  }

  setLabels(labels: boolean): void {
    this.state = { ...this.state, labels };
  }

  setRates(rates: boolean): void {
    this.state = { ...this.state, rates };
  }

  /** Another host is drawn: the picture starts over with what stood where. undefined before the first. */
  setHost(host: string | undefined, picture: Picture): void {
    if (host === undefined || `${host} ${this.state.layout}` === this.drawnKey) return;
    this.host = host;
    this.drawnKey = `${host} ${this.state.layout}`;
    picture.drawing.reset(this.state.layout, this.state.positions[this.key]);
  }

  /** The layout was changed in place, and the picture with it. */
  keepsPicture(): void {
    this.drawnKey = `${this.host} ${this.state.layout}`;
  }

  /** The person's own zoom and place, as it was before this page's first drawing. To be asked for before it. */
  get viewport(): PageState['viewport'] {
    const { viewport } = this.state;
    return this.restored || viewport?.key !== this.key ? undefined : viewport;
  }

  /** Once, after the first drawing. */
  restoreViewport({ drawing }: Picture, viewport: PageState['viewport']): void {
    if (!this.restored && viewport !== undefined) drawing.viewport.restore(viewport.zoom, viewport);
    this.restored = true;
  }

  keep({ drawing, drawn, collapsedGroups }: Picture): void {
    if (drawn === undefined) return;
    const { cy, viewport } = drawing;
    const { layout, labels, rates, positions } = this.state;
    this.state = {
      version: 1,
      layout,
      labels,
      ...(rates !== undefined && { rates }),
      positions: { ...positions, [this.key]: drawing.kept() },
      ...(collapsedGroups !== undefined && { collapsed: collapsedGroups }),
      ...(viewport.followsPicture ? {} : { viewport: { key: this.key, zoom: cy.zoom(), ...cy.pan() } }),
    };
    this.api.setState(this.state);
    this.places.keep(this.key, drawing.kept());
  }

  /** By layout and host, since the same file may be drawn over several hosts. */
  private get key(): string {
    return `${this.state.layout} ${this.host}`;
  }
}
