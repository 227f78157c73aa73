import type { GraphView } from '../src/protocol/graph';
import { Drawing, type DrawingEvents } from './drawing';
import { collapse, collapsePart, collapsedAtFirst, groupId, groupsOf } from './groups';
import { Highlight } from './selection';
import { readTheme } from './theme';

/** The canvas with what is drawn on it: a view, some of its groups collapsed, some of it perhaps hidden. */
export class Picture {
  readonly drawing: Drawing;
  readonly highlight: Highlight;
  private whole: GraphView | undefined;
  private shown: GraphView | undefined;
  private standIn: ReadonlyMap<string, string> = new Map();
  private partial = false;
  private tookPart = false;

  /** @param collapsed the groups that are collapsed; undefined: not decided yet */
  constructor(
    canvas: HTMLElement,
    events: DrawingEvents,
    private collapsed: readonly string[] | undefined,
  ) {
    this.drawing = new Drawing(canvas, readTheme(), events);
    this.highlight = new Highlight(this.drawing.cy);
  }

  /** All there is to draw; undefined while something is said in the picture's place. */
  get view(): GraphView | undefined {
    return this.whole;
  }

  /** What is drawn of it: with cards in the place of collapsed groups. */
  get drawn(): GraphView | undefined {
    return this.shown;
  }

  get collapsedGroups(): readonly string[] | undefined {
    return this.collapsed;
  }

  /** Whether what is taken from now on is only a part of what there is. */
  setPartial(partial: boolean): void {
    this.partial = partial;
    this.drawing.setPartial(partial);
  }

  get isPartial(): boolean {
    return this.partial;
  }

  /** What is drawn now was only a part when it was taken. */
  get wasPartial(): boolean {
    return this.tookPart;
  }

  clear(): void {
    this.whole = undefined;
    this.shown = undefined;
    this.standIn = new Map();
  }

  /** Takes a view; `draw` brings it onto the canvas. */
  take(view: GraphView): void {
    this.whole = view;
    this.tookPart = this.partial;
    if (!this.partial) this.collapsed ??= collapsedAtFirst(view);
    const groups = this.collapsed === undefined ? undefined : new Set(this.collapsed);
    const { view: shown, standIn } = this.partial ? collapsePart(view, groups) : collapse(view, groups ?? new Set());
    this.shown = shown;
    this.standIn = standIn;
  }

  /** How many cards of namespaces `draw` will bring onto the canvas that are not there yet. */
  get toDraw(): number {
    const { cy } = this.drawing;
    const cards = this.shown?.nodes.filter(({ kind }) => kind === 'namespace') ?? [];
    return cards.filter(({ id }) => cy.getElementById(id).empty()).length;
  }

  /** @returns false if another view was taken meanwhile */
  async draw(): Promise<boolean> {
    const { shown } = this;
    if (shown === undefined) return false;
    await this.drawing.show(shown);
    return this.shown === shown;
  }

  /** The card that stands for something that is not drawn, or the thing itself. */
  drawnFor(id: string): string {
    return this.standIn.get(id) ?? id;
  }

  /** Opens the group that something is hidden in. false: it is not hidden. */
  reveal(id: string): boolean {
    const card = this.standIn.get(id);
    return card !== undefined && this.setCollapsed(card, false);
  }

  /**
   * Collapses the group of a bridge, of a namespace on it or of its card, or opens it; without one, all groups. false: there
   * is no group, or not all of it is read.
   */
  toggleGroup(id: string | undefined): boolean {
    if (this.whole === undefined || this.partial) return false;
    const groups = groupsOf(this.whole);
    if (id !== undefined) {
      const own = groups.has(id) ? id : groups.has(groupId(id)) ? groupId(id) : undefined;
      const home = this.whole.nodes.find((node) => node.id === id)?.parent;
      const group =
        own ??
        [...groups.values()].find(({ members }) => members.some((each) => each.id === id || each.id === home))?.id;
      if (group !== undefined) return this.setCollapsed(group, !this.isCollapsed(group));
    }
    if (groups.size === 0) return false;
    this.collapsed = [...groups.keys()].some((each) => this.isCollapsed(each)) ? [] : [...groups.keys()];
    this.take(this.whole);
    return true;
  }

  /** The middle of something as drawn, in the canvas' pixels. */
  middleOf(id: string): { x: number; y: number } | undefined {
    const box = this.drawing.renderedBox(id);
    return box === undefined ? undefined : { x: (box.x1 + box.x2) / 2, y: (box.y1 + box.y2) / 2 };
  }

  private isCollapsed(group: string): boolean {
    return this.collapsed?.includes(group) === true;
  }

  private setCollapsed(group: string, collapsed: boolean): boolean {
    if (this.partial) return false;
    const others = (this.collapsed ?? []).filter((each) => each !== group);
    this.collapsed = collapsed ? [...others, group] : others;
    if (this.whole !== undefined) this.take(this.whole);
    return true;
  }
}
