import * as l10n from '@vscode/l10n';
import type { Channel } from '../src/protocol/channel';
import type { GraphView } from '../src/protocol/graph';
import { applyChange } from '../src/protocol/graph-change';
import type { FromGraph, ToGraph } from '../src/protocol/messages';
import type { Reading } from '../src/protocol/reading';
import type { LayoutName } from '../src/protocol/places';
import { Arcs } from './arcs';
import { Banner } from './banner';
import { openContextMenus } from './context-menus';
import { Details } from './details';
import { Editing } from './editing';
import { Finder } from './finder';
import { History } from './history';
import { listenToKeys } from './keyboard';
import { AccessibleList } from './list';
import { Menus } from './menus';
import { emptyNotice, Notices } from './notices';
import type { VsCodeApi } from './page-state';
import { painted } from './painted';
import { Picture } from './picture';
import { renderImage } from './picture-export';
import { RateControl } from './rate-control';
import { ReadingNote } from './reading-note';
import { Stage } from './stage';
import { StateKeeper } from './state-keeper';
import { onThemeChange, readTheme } from './theme';
import { Toolbar } from './toolbar';
import { Tooltip } from './tooltip';
import { Tracing } from './tracing';
import { VerdictOverlay } from './verdict-overlay';

/** Longer than between the two clicks of one double click, as Cytoscape counts it. */
const doubleClickMilliseconds = 300;

/** So many new cards are drawn within a blink; of more it is said that they are being drawn. */
const mostAtOnce = 150;

/** The graph's page: its parts, and what each tells the others. */
export class Page {
  private readonly stage = new Stage();
  private readonly readOnly: Banner;
  private readonly picture: Picture;
  private readonly finder: Finder;
  private readonly traffic: RateControl;
  private readonly measures: Arcs;
  private readonly verdicts: VerdictOverlay;
  private readonly toolbar: Toolbar;
  private readonly details: Details;
  private readonly history: History;
  private readonly notices: Notices;
  private readonly readingNote: ReadingNote;
  private readonly list: AccessibleList;
  private readonly tooltip: Tooltip;
  private readonly editing: Editing;
  private readonly tracing: Tracing;
  private readonly menus = new Menus();
  private readonly state: StateKeeper;
  private hovered: string | undefined;
  private selected: string | undefined;
  /** The last view that came, for the changes to it. */
  private shown: Extract<ToGraph, { type: 'view' }> | undefined;

  constructor(
    app: HTMLElement,
    api: VsCodeApi,
    private readonly channel: Channel<FromGraph>,
  ) {
    this.state = new StateKeeper(api, (layout) => this.toolbar.setLayout(layout));
    this.toolbar = this.makeToolbar(app);
    this.readOnly = new Banner(app, l10n.t`Check Host`, () => channel.post({ type: 'action', action: 'checkHost' }));
    // Ahead of the picture, so that who reads the page hears what there is before the details of one thing.
    this.list = new AccessibleList(app, (id) => this.select(id, { open: true, tell: true }));
    const { element: stage, canvas } = this.stage;
    this.editing = new Editing({
      app,
      stage,
      canvas,
      channel,
      selected: () => this.selected,
      renderedBox: (id) => this.picture.drawing.renderedBox(id),
      markTarget: (id) => this.picture.highlight.target(id),
      say: (text) => this.list.say(text),
    });
    this.tracing = new Tracing({
      app,
      stage,
      canvas,
      channel,
      picture: () => this.picture,
      selected: () => this.selected,
      say: (text) => this.list.say(text),
      clearSelection: () => this.select(undefined, { open: false, tell: true }),
      setAsking: (purpose) => this.toolbar.setAsking(purpose),
    });
    app.append(stage);
    this.history = new History(
      app,
      (moment) => channel.post({ type: 'chooseMoment', moment }),
      () => this.toggleHistory(false),
    );
    this.notices = new Notices(stage, (action) => channel.post({ type: 'action', action }));
    this.readingNote = new ReadingNote(stage);
    this.tooltip = new Tooltip(stage);
    this.details = new Details(
      stage,
      (id) => this.select(id, { open: true, tell: true }),
      (command, nodeId) => channel.post({ type: 'command', command, nodeId }),
      () => this.closeDetails(),
    );
    const events = {
      onClick: (id: string | undefined) => this.select(id, { open: true, tell: true }),
      onHover: (id: string | undefined, at: { x: number; y: number }) => this.hover(id, at),
      onOpen: (nodeId: string) => this.open(nodeId),
      onMoved: () => this.state.keep(this.picture),
      onRendered: () => {
        this.editing.place();
        this.tracing.place();
      },
    };
    this.picture = new Picture(canvas, events, this.state.collapsed);
    this.finder = new Finder({
      picture: this.picture,
      setMatches: (count) => this.toolbar.setMatches(count),
      setFilter: (on) => this.toolbar.setFilter(on),
      setFocus: (on) => this.toolbar.setFocus(on),
      onVisibility: () => this.showVisible(),
    });
    const { picture, state, toolbar, details, list } = this;
    this.measures = new Arcs(picture, 'measure');
    this.verdicts = new VerdictOverlay(stage, picture);
    this.traffic = new RateControl({ picture, state, toolbar, details, list, channel });
    this.toolbar.setLayout(this.state.layout);
    this.setLabels(this.state.labels);
    this.toolbar.setHosts([], undefined);
    this.listen();
  }

  /** Takes a message from the extension. */
  async receive(message: ToGraph): Promise<void> {
    switch (message.type) {
      case 'change':
        if (this.shown !== undefined)
          await this.receive({ ...this.shown, view: applyChange(this.shown.view, message.change) });
        break;
      case 'view':
        this.shown = message;
        this.toolbar.setHosts(message.hosts, message.selectedHost);
        this.toolbar.setSide(message.side);
        this.readOnly.set(message.readOnly);
        this.history.mark(message.moment);
        this.stage.setPast(message.moment !== undefined);
        this.menus.setView(
          message.view,
          message.moment === undefined && !this.readingNote.isReading ? message.selectedHost : undefined,
          message.file?.uri,
        );
        this.editing.setView(message.view, message.file);
        this.toolbar.setEditable(this.editing.isEditable);
        this.setTraceable(message);
        await this.show(message.view, message.selectedHost ?? message.view.hostName);
        break;
      case 'reading':
        this.setReading(message.reading);
        break;
      case 'moments':
        this.history.set(message.moments);
        break;
      case 'menu':
        this.menus.setItems(message.items);
        break;
      case 'places':
        this.state.takeOver(message.layout, message.kept);
        break;
      case 'rates':
        this.traffic.take(message);
        break;
      case 'measures':
        this.measures.set(message.marks.map(({ state: look, ...mark }) => ({ ...mark, look })));
        break;
      case 'verdicts':
        this.verdicts.set(message.verdicts);
        break;
      case 'trace':
        this.tracing.set(message.trace);
        break;
      case 'layout':
        if (message.layout !== this.state.layout) this.chooseLayout(message.layout);
        break;
      case 'render':
        await this.render(message);
        break;
      case 'edited':
        this.editing.edited(message.said);
        break;
      case 'notice':
        this.showNotice(message);
        break;
      case 'select':
        this.select(
          message.nodeId !== undefined && message.asDrawn === true
            ? this.picture.drawnFor(message.nodeId)
            : message.nodeId,
          { open: this.details.isOpen, tell: false },
        );
        break;
    }
  }

  /** Answers with the picture as an image, without what is only of the moment, with the way of a trace; for print in colours for paper. */
  private async render({ format, forPrint }: Extract<ToGraph, { type: 'render' }>): Promise<void> {
    const { drawing, highlight } = this.picture;
    const { rates } = this.traffic;
    highlight.clear();
    rates.clear();
    const where = forPrint === true ? 'print' : 'screen';
    const theme = readTheme(where);
    if (forPrint === true) {
      await drawing.setTheme(theme);
      this.tracing.redraw();
    }
    const over = this.tracing.image(where);
    this.channel.post({ type: 'rendered', image: await renderImage(drawing.cy, theme, format, over) });
    if (forPrint === true) await drawing.setTheme(readTheme());
    highlight.apply();
    rates.apply();
  }

  private showNotice(notice: Extract<ToGraph, { type: 'notice' }>): void {
    this.shown = undefined;
    this.readOnly.set(undefined);
    if (notice.hosts !== undefined) this.toolbar.setHosts(notice.hosts, notice.selectedHost);
    this.stage.canvas.hidden = true;
    this.toolbar.setPicture(false);
    this.details.close();
    this.tooltip.hide();
    this.list.clear();
    this.list.say(notice.title);
    this.notices.show(notice, { over: false });
    // What comes after it is a first picture again: drawn at once and not read out as news.
    this.picture.clear();
    this.menus.setView(undefined, notice.selectedHost, undefined);
    this.editing.setView(undefined, undefined);
    this.toolbar.setEditable(false);
    this.toolbar.setSide(undefined);
    this.setTraceable(undefined);
    this.tracing.redraw();
  }

  /** How far the host is read; comes before the picture of what is read. */
  private setReading(reading: Reading | undefined): void {
    const wasShown = this.readingNote.isReading;
    this.readingNote.setReading(reading);
    this.picture.setPartial(reading !== undefined);
    if (wasShown !== this.readingNote.isReading)
      this.list.say(reading === undefined ? l10n.t`Everything is read.` : l10n.t`The host is being read.`);
  }

  /** A packet can be sent where there is a host, and only now. */
  private setTraceable(message: Extract<ToGraph, { type: 'view' }> | undefined): void {
    const isNow = message?.moment === undefined && !this.readingNote.isReading;
    const isLive = message?.selectedHost !== undefined && isNow && message.side !== 'declared';
    const view =
      isLive && message.view.nodes.some(({ presence }) => presence !== 'declared') ? message.view : undefined;
    this.tracing.setView(view);
    this.toolbar.setTraceable(view !== undefined);
  }

  private async show(view: GraphView, host: string): Promise<void> {
    this.stage.canvas.hidden = view.nodes.length === 0;
    this.toolbar.setPicture(view.nodes.length > 0);
    // What comes bit by bit is not read out bit by bit.
    const isNews = this.picture.view !== undefined && !this.picture.wasPartial;
    this.state.setHost(host, this.picture);
    this.picture.take(view);
    if (!this.picture.isPartial) this.traffic.watch(view);
    await this.redraw({ announce: isNews });
    if (this.picture.view === view)
      this.channel.post({ type: 'drawn', nodes: view.nodes.length, cables: view.cables.length });
  }

  /** Brings what the picture has taken onto the canvas, and everything else in step with it. */
  private async redraw({ announce }: { announce: boolean }): Promise<void> {
    const { drawn } = this.picture;
    if (drawn === undefined) return;
    this.list.update(drawn, { announce });
    const { viewport } = this.state;
    const { toDraw } = this.picture;
    if (toDraw > mostAtOnce) {
      this.readingNote.setWork(l10n.t`Drawing ${toDraw} namespaces…`);
      await painted();
    }
    const isDrawn = await this.picture.draw();
    if (toDraw > mostAtOnce) void painted().then(() => this.readingNote.setWork(undefined));
    if (!isDrawn) return;
    this.state.restoreViewport(this.picture, viewport);
    const notice = emptyNotice(drawn);
    if (notice === undefined) this.notices.hide();
    else this.notices.show(notice, { over: drawn.nodes.length > 0 });
    if (this.selected !== undefined && this.list.descriptionOf(this.selected) === undefined) {
      this.select(undefined, { open: false, tell: true });
    }
    const opened = this.details.openedFor;
    if (opened !== undefined) this.details.open(opened, drawn, this.menus.actionsOf(opened));
    this.finder.refresh();
    this.traffic.rates.apply();
    this.measures.apply();
    this.verdicts.apply();
    this.tracing.redraw();
    this.list.showOnly((id) => this.picture.highlight.isVisible(id));
    this.state.keep(this.picture);
  }

  private chooseLayout(layout: LayoutName): void {
    this.state.setLayout(layout);
    this.state.keepsPicture();
    this.afterwards(this.picture.drawing.arrange(layout));
  }

  /** Without its list the picture is of now: nobody would see that it is not. */
  private toggleHistory(open: boolean): void {
    this.toolbar.setHistory(open);
    if (open) this.history.open();
    else {
      this.history.close();
      this.channel.post({ type: 'chooseMoment', moment: undefined });
    }
  }

  private setLabels(labels: boolean): void {
    this.state.setLabels(labels);
    this.toolbar.setLabels(labels);
    this.picture.drawing.setLabels(labels);
    this.traffic.rates.setLabels(labels);
    this.state.keep(this.picture);
  }

  private select(id: string | undefined, how: { open: boolean; tell: boolean }): void {
    if (id !== undefined && this.picture.reveal(id)) {
      void this.redraw({ announce: false }).then(() => this.select(id, how));
      return;
    }
    const { drawn, highlight, drawing } = this.picture;
    const known = id === undefined || this.list.descriptionOf(id) !== undefined ? id : undefined;
    const changed = known !== this.selected;
    this.selected = known;
    highlight.select(known);
    this.list.select(known);
    this.editing.select(known);
    if (known === undefined) this.details.close();
    else if (how.open && drawn !== undefined) this.details.open(known, drawn, this.menus.actionsOf(known));
    this.traffic.showInDetails();
    // A picture that is seen whole stays so: it is fitted to what room the details leave.
    if (known !== undefined && !drawing.viewport.followsPicture) drawing.viewport.reveal(known);
    if (how.tell && changed) this.channel.post({ type: 'selected', nodeId: known });
  }

  private closeDetails(): void {
    this.details.close();
    this.stage.canvas.focus();
  }

  /** A double click: a card of many opens, for the rest the extension knows what comes first. */
  private open(id: string): void {
    if (this.picture.drawn !== this.picture.view && id.startsWith('group:')) this.toggleGroups(id);
    else this.channel.post({ type: 'open', nodeId: id });
  }

  private hover(id: string | undefined, at: { x: number; y: number }): void {
    this.hovered = id;
    this.picture.highlight.hover(id);
    this.editing.hover(id);
    const description = id === undefined || this.editing.isDragging ? undefined : this.list.descriptionOf(id);
    if (description === undefined) this.tooltip.hide();
    else this.tooltip.show(this.traffic.described(id, description), at);
  }

  private toggleGroups(id: string | undefined): void {
    if (this.picture.toggleGroup(id)) void this.redraw({ announce: false });
    else this.list.say(l10n.t`There is nothing to collapse: a group is two or more namespaces on one bridge.`);
  }

  /** Something was hidden, or is there again. */
  private showVisible(): void {
    const { drawing, highlight } = this.picture;
    this.list.showOnly((id) => highlight.isVisible(id));
    drawing.fit({ animate: true });
    const all = this.list.count;
    const left = this.list.ids.length;
    this.list.say(left === all ? l10n.t`Everything is shown.` : l10n.t`${left} of ${all} things are shown.`);
  }

  private makeToolbar(app: HTMLElement): Toolbar {
    const { channel } = this;
    return new Toolbar(app, {
      add: (kind) => this.editing.ask({ type: 'add', kind }),
      chooseHost: (hostId) => hostId !== '' && channel.post({ type: 'chooseHost', hostId }),
      chooseSide: (side) => channel.post({ type: 'chooseSide', side }),
      chooseLayout: (layout) => this.chooseLayout(layout),
      toggleLabels: (labels) => this.setLabels(labels),
      toggleRates: (on) => this.traffic.toggle(on),
      toggleHistory: (open) => this.toggleHistory(open),
      toggleTracing: () => this.tracing.toggle('trace'),
      toggleMeasuring: () => this.tracing.toggle('measure'),
      search: (text) => this.finder.search(text),
      nextMatch: () => {
        const next = this.finder.next(this.selected);
        if (next !== undefined) this.select(next, { open: false, tell: true });
      },
      toggleFilter: () => this.finder.toggleFilter(),
      toggleFocus: () => this.finder.toggleFocus(this.selected),
      toggleGroups: () => this.toggleGroups(this.selected),
      leaveSearch: () => this.stage.canvas.focus(),
      arrange: () => this.chooseLayout(this.state.layout),
      zoomBy: (factor) => this.picture.drawing.viewport.zoomBy(factor),
      fit: () => this.picture.drawing.fit({ animate: true }),
      export: () => channel.post({ type: 'command', command: 'netns.graph.export', nodeId: undefined }),
    });
  }

  private listen(): void {
    const { canvas, element: stage } = this.stage;
    const { drawing } = this.picture;
    listenToKeys(canvas, {
      ids: () => this.list.ids,
      position: (id) => this.picture.middleOf(id),
      current: () => this.selected,
      moveTo: (id) => {
        this.select(id, { open: this.details.isOpen, tell: true });
        this.list.say(this.list.descriptionOf(id) ?? '');
      },
      open: (id) => this.select(id, { open: true, tell: true }),
      clear: () => {
        if (this.selected !== undefined || !this.tracing.dismiss()) this.select(undefined, { open: false, tell: true });
      },
      zoomBy: (factor) => drawing.viewport.zoomBy(factor),
      fit: () => drawing.fit({ animate: true }),
      search: () => this.toolbar.focusSearch(),
      focus: () => this.finder.toggleFocus(this.selected),
      toggleGroups: () => this.toggleGroups(this.selected),
    });
    openContextMenus(stage, canvas, this.list.element, {
      pointed: () => this.hovered,
      selected: () => this.selected,
      placeOf: (id) => {
        const at = this.picture.middleOf(id);
        const { left, top } = canvas.getBoundingClientRect();
        return at && { x: left + at.x, y: top + at.y };
      },
      context: (id) => {
        this.tooltip.hide();
        return this.menus.contextOf(id);
      },
    });
    onThemeChange(() => this.afterwards(drawing.setTheme(readTheme())));
    let fitting: ReturnType<typeof setTimeout> | undefined;
    this.stage.onResize(() => {
      drawing.cy.resize();
      clearTimeout(fitting);
      // Not at once: nothing may move away under a click that is the first of two.
      fitting = setTimeout(() => {
        if (drawing.viewport.followsPicture) drawing.fit({ animate: true });
      }, doubleClickMilliseconds);
    });
  }

  /** After work that has no one to wait for it: new elements get the selection's classes, the state is kept. */
  private afterwards(work: Promise<void>): void {
    void work.then(() => {
      this.picture.highlight.apply();
      this.tracing.redraw();
      this.state.keep(this.picture);
    });
  }
}
