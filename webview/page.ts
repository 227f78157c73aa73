import type { GraphView } from '../src/protocol/graph';
import type { FromGraph, ToGraph } from '../src/protocol/messages';
import type { Channel } from '../src/protocol/channel';
import { openContextMenus } from './context-menus';
import { Details } from './details';
import type { LayoutName } from '../src/protocol/places';
import { Drawing } from './drawing';
import { Editing } from './editing';
import { Highlight } from './selection';
import { listenToKeys } from './keyboard';
import { AccessibleList } from './list';
import { Menus } from './menus';
import { emptyNotice, Notices } from './notices';
import { readState, withPlaces, type PageState, type VsCodeApi } from './page-state';
import { renderImage } from './picture-export';
import { PlaceKeeper } from './place-keeper';
import { findMatches } from './search';
import { onThemeChange, readTheme } from './theme';
import { Toolbar } from './toolbar';
import { Tooltip } from './tooltip';

/** The graph's page: its parts, and what each tells the others. */
export class Page {
  private readonly canvas = element('div', 'canvas');
  private readonly stage = element('div', 'stage');
  private readonly drawing: Drawing;
  private readonly highlight: Highlight;
  private readonly toolbar: Toolbar;
  private readonly details: Details;
  private readonly notices: Notices;
  private readonly list: AccessibleList;
  private readonly tooltip: Tooltip;
  private readonly editing: Editing;
  private readonly menus = new Menus();
  private readonly places: PlaceKeeper;
  private hovered: string | undefined;
  private state: PageState;
  private view: GraphView | undefined;
  private key: string | undefined;
  private selected: string | undefined;
  private matches: readonly string[] = [];
  private restored = false;
  /** No earlier page in this tab has left its state. */
  private readonly isFresh: boolean;

  constructor(
    app: HTMLElement,
    private readonly api: VsCodeApi,
    private readonly channel: Channel<FromGraph>,
  ) {
    const kept = api.getState() ?? undefined;
    this.isFresh = kept === undefined;
    this.state = readState(kept);
    this.places = new PlaceKeeper((key, places) => channel.post({ type: 'places', key, places }));
    this.toolbar = new Toolbar(app, {
      add: (kind) => this.editing.ask({ type: 'add', kind }),
      chooseHost: (hostId) => hostId !== '' && channel.post({ type: 'chooseHost', hostId }),
      chooseSide: (side) => channel.post({ type: 'chooseSide', side }),
      chooseLayout: (layout) => this.chooseLayout(layout),
      toggleLabels: (labels) => this.setLabels(labels),
      search: (text) => this.search(text),
      nextMatch: () => this.nextMatch(),
      leaveSearch: () => this.canvas.focus(),
      arrange: () => this.chooseLayout(this.state.layout),
      zoomBy: (factor) => this.drawing.viewport.zoomBy(factor),
      fit: () => this.drawing.fit({ animate: true }),
      export: () => channel.post({ type: 'command', command: 'netns.graph.export', nodeId: undefined }),
    });
    // Ahead of the picture, so that who reads the page hears what there is before the details of one thing.
    this.list = new AccessibleList(app, (id) => this.select(id, { open: true, tell: true }));
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute('role', 'application');
    this.canvas.setAttribute('aria-roledescription', 'network graph');
    this.canvas.setAttribute('aria-label', 'Network graph. Arrow keys move, Enter shows details, Escape clears.');
    this.stage.append(this.canvas);
    this.editing = new Editing({
      app,
      stage: this.stage,
      canvas: this.canvas,
      channel,
      selected: () => this.selected,
      renderedBox: (id) => this.drawing.renderedBox(id),
      markTarget: (id) => this.highlight.target(id),
      say: (text) => this.list.say(text),
    });
    app.append(this.stage);
    this.notices = new Notices(this.stage, (action) => channel.post({ type: 'action', action }));
    this.tooltip = new Tooltip(this.stage);
    this.details = new Details(
      this.stage,
      (id) => this.select(id, { open: true, tell: true }),
      (command, nodeId) => channel.post({ type: 'command', command, nodeId }),
      () => this.closeDetails(),
    );
    this.drawing = new Drawing(this.canvas, readTheme(), {
      onClick: (id) => this.select(id, { open: true, tell: true }),
      onHover: (id, at) => this.hover(id, at),
      onOpen: (nodeId) => channel.post({ type: 'open', nodeId }),
      onMoved: () => this.keep(),
      onRendered: () => this.editing.place(),
    });
    this.highlight = new Highlight(this.drawing.cy);
    this.toolbar.setLayout(this.state.layout);
    this.setLabels(this.state.labels);
    this.toolbar.setHosts([], undefined);
    this.listen();
  }

  /** Takes a message from the extension. */
  async receive(message: ToGraph): Promise<void> {
    switch (message.type) {
      case 'view':
        this.toolbar.setHosts(message.hosts, message.selectedHost);
        this.toolbar.setSide(message.side);
        this.menus.setView(message.view, message.selectedHost, message.file?.uri);
        this.editing.setView(message.view, message.file);
        this.toolbar.setEditable(this.editing.isEditable);
        await this.show(message.view, message.selectedHost ?? message.view.hostName);
        break;
      case 'menu':
        this.menus.setItems(message.items);
        break;
      case 'places':
        this.state = withPlaces(this.state, this.isFresh ? message.layout : undefined, message.kept);
        this.toolbar.setLayout(this.state.layout);
        break;
      case 'layout':
        if (message.layout !== this.state.layout) this.chooseLayout(message.layout);
        break;
      case 'render':
        this.highlight.clear();
        this.channel.post({ type: 'rendered', image: await renderImage(this.drawing.cy, readTheme(), message.format) });
        this.highlight.apply();
        break;
      case 'edited':
        this.editing.edited(message.said);
        break;
      case 'notice':
        if (message.hosts !== undefined) this.toolbar.setHosts(message.hosts, message.selectedHost);
        this.canvas.hidden = true;
        this.details.close();
        this.tooltip.hide();
        this.list.clear();
        this.list.say(message.title);
        this.notices.show(message, { over: false });
        // What comes after it is a first picture again: drawn at once and not read out as news.
        this.view = undefined;
        this.menus.setView(undefined, message.selectedHost, undefined);
        this.editing.setView(undefined, undefined);
        this.toolbar.setEditable(false);
        this.toolbar.setSide(undefined);
        break;
      case 'select':
        this.select(message.nodeId, { open: this.details.isOpen, tell: false });
        break;
    }
  }

  private async show(view: GraphView, host: string): Promise<void> {
    this.canvas.hidden = view.nodes.length === 0;
    const key = `${this.state.layout} ${host}`;
    const isFirst = this.view === undefined;
    if (key !== this.key) {
      this.key = key;
      this.drawing.reset(this.state.layout, this.state.positions[key]);
    }
    this.view = view;
    this.list.update(view, { announce: !isFirst });
    const { viewport } = this.state;
    await this.drawing.show(view);
    if (this.view !== view) return;
    this.restoreViewport(viewport);
    const notice = emptyNotice(view);
    if (notice === undefined) this.notices.hide();
    else this.notices.show(notice, { over: view.nodes.length > 0 });
    if (this.selected !== undefined && this.list.descriptionOf(this.selected) === undefined) {
      this.select(undefined, { open: false, tell: true });
    }
    const opened = this.details.openedFor;
    if (opened !== undefined) this.details.open(opened, view, this.menus.actionsOf(opened));
    if (this.toolbar.searchText !== '') this.search(this.toolbar.searchText);
    this.highlight.apply();
    this.keep();
    this.channel.post({ type: 'drawn', nodes: view.nodes.length, cables: view.cables.length });
  }

  private chooseLayout(layout: LayoutName): void {
    this.state = { ...this.state, layout };
    this.toolbar.setLayout(layout);
    if (this.key !== undefined) this.key = `${layout} ${this.key.slice(this.key.indexOf(' ') + 1)}`;
    this.afterwards(this.drawing.arrange(layout));
  }

  private setLabels(labels: boolean): void {
    this.state = { ...this.state, labels };
    this.toolbar.setLabels(labels);
    this.drawing.setLabels(labels);
    this.keep();
  }

  private select(id: string | undefined, { open, tell }: { open: boolean; tell: boolean }): void {
    const known = id === undefined || this.list.descriptionOf(id) !== undefined ? id : undefined;
    const changed = known !== this.selected;
    this.selected = known;
    this.highlight.select(known);
    this.list.select(known);
    this.editing.select(known);
    if (known === undefined) this.details.close();
    else if (open && this.view !== undefined) this.details.open(known, this.view, this.menus.actionsOf(known));
    if (known !== undefined) this.drawing.viewport.reveal(known, this.details.width);
    if (tell && changed) this.channel.post({ type: 'selected', nodeId: known });
  }

  private closeDetails(): void {
    this.details.close();
    this.canvas.focus();
  }

  private hover(id: string | undefined, at: { x: number; y: number }): void {
    this.hovered = id;
    this.highlight.hover(id);
    this.editing.hover(id);
    const description = id === undefined || this.editing.isDragging ? undefined : this.list.descriptionOf(id);
    if (description === undefined) this.tooltip.hide();
    else this.tooltip.show(description, at);
  }

  private search(text: string): void {
    this.matches = this.view === undefined ? [] : findMatches(this.view, text);
    this.highlight.find(this.matches);
    this.toolbar.setMatches(text.trim() === '' ? undefined : this.matches.length);
  }

  private nextMatch(): void {
    const index = this.selected === undefined ? -1 : this.matches.indexOf(this.selected);
    const next = this.matches[(index + 1) % this.matches.length];
    if (next !== undefined) this.select(next, { open: false, tell: true });
  }

  private listen(): void {
    listenToKeys(this.canvas, {
      ids: () => this.list.ids,
      position: (id) => this.middleOf(id),
      current: () => this.selected,
      moveTo: (id) => {
        this.select(id, { open: this.details.isOpen, tell: true });
        this.list.say(this.list.descriptionOf(id) ?? '');
      },
      open: (id) => this.select(id, { open: true, tell: true }),
      clear: () => this.select(undefined, { open: false, tell: true }),
      zoomBy: (factor) => this.drawing.viewport.zoomBy(factor),
      fit: () => this.drawing.fit({ animate: true }),
      search: () => this.toolbar.focusSearch(),
    });
    openContextMenus(this.stage, this.canvas, this.list.element, {
      pointed: () => this.hovered,
      selected: () => this.selected,
      placeOf: (id) => {
        const at = this.middleOf(id);
        const { left, top } = this.canvas.getBoundingClientRect();
        return at && { x: left + at.x, y: top + at.y };
      },
      context: (id) => {
        this.tooltip.hide();
        return this.menus.contextOf(id);
      },
    });
    // VS Code gives the keyboard to the page's body: after a dialog, and when the tab comes to the front.
    window.addEventListener('focus', () => {
      if (document.activeElement === document.body) this.canvas.focus({ preventScroll: true });
    });
    onThemeChange(() => this.afterwards(this.drawing.setTheme(readTheme())));
    new ResizeObserver(() => {
      this.drawing.cy.resize();
      if (this.drawing.viewport.followsPicture) this.drawing.fit({ animate: false });
    }).observe(this.canvas);
  }

  /** The middle of a node as drawn, in the canvas' pixels. */
  private middleOf(id: string): { x: number; y: number } | undefined {
    const box = this.drawing.renderedBox(id);
    return box === undefined ? undefined : { x: (box.x1 + box.x2) / 2, y: (box.y1 + box.y2) / 2 };
  }

  /** After work that has no one to wait for it: new elements get the selection's classes, the state is kept. */
  private afterwards(work: Promise<void>): void {
    void work.then(() => {
      this.highlight.apply();
      this.keep();
    });
  }

  /** Once, after a reload: the person's own zoom and place, as it was before this page's first drawing. */
  private restoreViewport(kept: PageState['viewport']): void {
    if (!this.restored && kept !== undefined && kept.key === this.key) this.drawing.viewport.restore(kept.zoom, kept);
    this.restored = true;
  }

  private keep(): void {
    if (this.key === undefined || this.view === undefined) return;
    const { cy, viewport } = this.drawing;
    const { layout, labels, positions } = this.state;
    this.state = {
      version: 1,
      layout,
      labels,
      positions: { ...positions, [this.key]: this.drawing.kept() },
      ...(viewport.followsPicture ? {} : { viewport: { key: this.key, zoom: cy.zoom(), ...cy.pan() } }),
    };
    this.api.setState(this.state);
    this.places.keep(this.key, this.drawing.kept());
  }
}

function element(tag: 'div', className: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  return made;
}
