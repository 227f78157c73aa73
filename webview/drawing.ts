import cytoscape, { type Core, type ElementDefinition } from 'cytoscape';
import type { GraphView } from '../src/protocol/graph';
import type { KeptPlaces, LayoutName } from '../src/protocol/places';
import { buildElements, nodeIdOf } from './elements';
import { layoutForce } from './layout-force';
import { layoutRanks } from './layout-ranks';
import { Grabbed } from './grabbed';
import { makeRoom } from './make-room';
import type { Measure } from './measure';
import { union, type Placement, type Placements } from './place';
import { buildScene, type Scene, type Slot } from './scene';
import { buildStyle } from './style';
import { syncElements } from './sync';
import { measureWith } from './text-width';
import type { Theme } from './theme';
import { Viewport } from './viewport';
import { wire, type Wiring } from './wiring';

export interface DrawingEvents {
  /** An element was clicked; undefined is the empty canvas. */
  onClick(id: string | undefined): void;
  /** An element was clicked twice. */
  onOpen(id: string): void;
  onHover(id: string | undefined, at: { x: number; y: number }): void;
  /** Positions or the viewport changed by a person's hand or a layout. */
  onMoved(): void;
  /** Something stands elsewhere on the screen than before. */
  onRendered(): void;
}

/** Beyond so many units a picture is too much work to be drawn anew for each frame. */
const mostAnimated = 250;

/** The picture: one Cytoscape canvas that follows the views it is given. */
export class Drawing {
  readonly cy: Core;
  readonly viewport: Viewport;
  private scene: Scene | undefined;
  /** Of what is on the canvas. */
  private wiring: Wiring | undefined;
  /** Of the scene; undefined: everything is to be placed anew. */
  private shape: string | undefined;
  private view: GraphView | undefined;
  private placements = new Map<string, Placement>();
  private readonly pinned = new Set<string>();
  private layout: LayoutName = 'ranks';
  private labels = true;
  private measure: Measure;
  private turn = 0;
  private partial = false;
  private dragFrame = 0;
  private grabbed: Grabbed | undefined;
  private hovered: string | undefined;

  constructor(
    private readonly container: HTMLElement,
    private theme: Theme,
    private readonly events: DrawingEvents,
  ) {
    this.measure = measureWith(theme);
    this.cy = cytoscape({
      container,
      style: buildStyle(theme, { labels: true }),
      boxSelectionEnabled: false,
      autounselectify: true,
      minZoom: 0.1,
      maxZoom: 3,
    });
    this.viewport = new Viewport(this.cy, () => events.onMoved());
    this.listen();
  }

  /** Redraws in other colours and fonts; texts may have other widths then, so boxes are measured again. */
  async setTheme(theme: Theme): Promise<void> {
    this.theme = theme;
    this.measure = measureWith(theme);
    this.restyle();
    if (this.view !== undefined) await this.draw({ animate: false });
  }

  setLabels(labels: boolean): void {
    this.labels = labels;
    this.restyle();
  }

  /** Lays everything out anew; a person's own placing is given up. */
  async arrange(layout: LayoutName): Promise<void> {
    this.layout = layout;
    this.pinned.clear();
    this.placements.clear();
    this.shape = undefined;
    if (this.view !== undefined) await this.draw({ animate: true });
    this.fit({ animate: true });
    this.events.onMoved();
  }

  /** Starts over with another host's picture: where its units stood before is `kept`. */
  reset(layout: LayoutName, kept: KeptPlaces | undefined): void {
    this.turn++;
    this.layout = layout;
    this.cy.elements().remove();
    this.scene = undefined;
    this.wiring = undefined;
    this.shape = undefined;
    this.view = undefined;
    this.pinned.clear();
    for (const id of kept?.pinned ?? []) this.pinned.add(id);
    this.placements = new Map(
      Object.entries(kept?.positions ?? {}).map(([id, { x, y }]) => [id, { x, y, width: 0, height: 0 }]),
    );
  }

  /** Whether the views from now on show only a part of what there is: what is not in them keeps its place. */
  setPartial(partial: boolean): void {
    this.partial = partial;
  }

  /** Draws the view. What stood already stays, what is new is placed; resolves once it is on the canvas. */
  async show(view: GraphView): Promise<void> {
    const first = this.view === undefined;
    this.view = view;
    await this.draw({ animate: !first });
    if (first || this.viewport.followsPicture) this.fit({ animate: !first });
  }

  /** Shows the whole picture. */
  fit(options: { animate: boolean }): void {
    if (this.scene === undefined) return;
    if (this.cy.elements('.hidden').nonempty()) {
      const { x1, y1, x2, y2 } = this.cy.elements().not('.hidden').boundingBox();
      this.viewport.fit({ left: x1, top: y1, right: x2, bottom: y2 }, options);
      return;
    }
    const wiring = this.wiring ?? this.wire(this.scene);
    const boxes = [...wiring.boxes.values()];
    if (wiring.frame !== undefined) boxes.push(wiring.frame);
    const box = union(boxes);
    if (box !== undefined) this.viewport.fit(box, options);
  }

  kept(): KeptPlaces {
    const positions = Object.fromEntries(
      [...this.placements].map(([id, { x, y }]) => [id, { x: Math.round(x), y: Math.round(y) }]),
    );
    return { positions, pinned: [...this.pinned] };
  }

  private restyle(): void {
    this.cy
      .style()
      .fromJson(buildStyle(this.theme, { labels: this.labels }))
      .update();
  }

  private async draw({ animate }: { animate: boolean }): Promise<void> {
    const turn = ++this.turn;
    if (this.view === undefined) return;
    const scene = buildScene(this.view, this.measure);
    const shape = shapeOf(scene);
    const keepsShape = shape === this.shape;
    const placements = keepsShape ? this.placements : await this.place(scene);
    // A newer view arrived while the springs were at work: that one is drawn.
    if (turn !== this.turn) return;
    this.scene = scene;
    this.shape = shape;
    this.placements = this.partial ? new Map([...this.placements, ...placements]) : placements;
    if (!keepsShape || this.wiring === undefined) this.wiring = this.wire(scene);
    // What nobody can follow is not moved and faded in: that is many times the work.
    const isLarge = scene.units.size > mostAnimated;
    syncElements(this.cy, this.elements(scene, this.wiring), { animate: animate && !isLarge });
    moveAsTexture(this.cy, isLarge);
  }

  private elements(scene: Scene, wiring: Wiring): ElementDefinition[] {
    const options = { compared: this.view?.compared === true, measure: this.measure };
    return buildElements(scene, wiring, this.placements, options);
  }

  private wire(scene: Scene): Wiring {
    return wire(scene, this.placements, this.layout === 'force' ? 'straight' : 'square');
  }

  private async place(scene: Scene): Promise<Map<string, Placement>> {
    const viewport = { width: this.container.clientWidth || 1000, height: this.container.clientHeight || 700 };
    const kept = new Map([...this.placements].filter(([id]) => scene.units.has(id)));
    if (this.layout !== 'force') {
      return layoutRanks(scene, { viewport, kept, pinned: this.pinned, byBridge: this.layout === 'bridges' });
    }
    const start = layoutRanks(scene, { viewport, kept });
    if (kept.size > 0 && [...scene.units.keys()].every((id) => kept.has(id))) {
      const placed = sized(scene, kept);
      const cards = [...scene.units.values()].filter(({ kind }) => kind === 'card');
      makeRoom(
        cards.map(({ id }) => id),
        placed,
        this.pinned,
      );
      return placed;
    }
    return layoutForce(scene, start, kept);
  }

  private listen(): void {
    const { cy, events } = this;
    cy.on('tap', (event) => {
      const target: unknown = event.target;
      events.onClick(target === cy ? undefined : nodeIdOf((target as cytoscape.SingularElementReturnValue).id()));
    });
    cy.on('dbltap', 'node, edge.cable', (event) => {
      events.onOpen(nodeIdOf((event.target as cytoscape.SingularElementReturnValue).id()));
    });
    cy.on('render', () => events.onRendered());
    // Cytoscape says that the pointer came onto a node only if it was on another before, not if it was on something beside.
    cy.on('mouseover mousemove', 'node, edge.cable', (event) => {
      this.hover(nodeIdOf((event.target as cytoscape.SingularElementReturnValue).id()), event.renderedPosition);
    });
    cy.on('mouseout', 'node, edge.cable', () => this.hover(undefined, { x: 0, y: 0 }));
    this.container.addEventListener('pointerleave', () => this.hover(undefined, { x: 0, y: 0 }));
    cy.on('grab', 'node', (event) => {
      this.grabbed = new Grabbed(cy, event.target as cytoscape.NodeSingular);
    });
    cy.on('drag', 'node', () => {
      this.grabbed?.bringParts();
      cancelAnimationFrame(this.dragFrame);
      this.dragFrame = requestAnimationFrame(() => this.followDrag());
    });
    cy.on('dragfree', 'node', () => {
      cancelAnimationFrame(this.dragFrame);
      this.followDrag();
      this.grabbed = undefined;
      this.viewport.leave();
      events.onMoved();
    });
  }

  private hover(id: string | undefined, at: { x: number; y: number }): void {
    if (id === this.hovered) return;
    this.hovered = id;
    this.events.onHover(id, at);
  }

  /** Takes over where a person has put units, and leads the cables there. */
  private followDrag(): void {
    const { scene, grabbed } = this;
    if (scene === undefined || grabbed === undefined) return;
    for (const [id, at] of grabbed.units()) {
      const before = this.placements.get(id);
      if (before === undefined) continue;
      // A card may have grown upwards: it stands on its lower edge.
      this.placements.set(id, { ...before, x: at.x, y: at.bottom - before.height / 2 });
      this.pinned.add(id);
    }
    this.wiring = this.wire(scene);
    syncElements(this.cy, this.elements(scene, this.wiring), { animate: false });
    grabbed.look();
  }

  /** Where everything stands in the picture; undefined while nothing is drawn. */
  get geometry(): { readonly scene: Scene; readonly wiring: Wiring; readonly placements: Placements } | undefined {
    const { scene, wiring, placements } = this;
    return scene === undefined || wiring === undefined ? undefined : { scene, wiring, placements };
  }

  /** The rendered box of a node in the container, for what is drawn beside it. */
  renderedBox(id: string) {
    const element = this.cy.getElementById(id);
    return element.empty() ? undefined : element.renderedBoundingBox({ includeLabels: false });
  }
}

/**
 * All that a scene's places and ways follow from: what there is, how large, and what leads where. While that stays, as it does whenever only a
 * state or an address changes, nothing has to be placed or led anew.
 */
function shapeOf({ units, cables, host }: Scene): string {
  const slot = ({ id, title, width, height, footprint, sockets }: Slot): unknown => [
    ...[id, title, width, height, footprint],
    sockets.map(slot),
  ];
  return JSON.stringify([
    [...units.values()].map(({ id, kind, title, width, height, slots, nat, node }) => [
      ...[id, kind, title, width, height, nat?.kind, nat?.inside, nat?.outside, node?.name],
      slots.map(slot),
    ]),
    cables.map(({ cable, from, to }) => [cable.id, cable.kind, from, to]),
    host?.width,
  ]);
}

/**
 * Whether panning and zooming move an image of the picture, which is drawn anew where the hand rests. Cytoscape takes this as an option at
 * its beginning alone (`textureOnViewport`), and reads it from its renderer at each frame.
 */
function moveAsTexture(cy: Core, on: boolean): void {
  const { renderer } = cy as unknown as { renderer?: () => { textureOnViewport?: boolean } | undefined };
  const drawn = renderer?.call(cy);
  if (drawn !== undefined) drawn.textureOnViewport = on;
}

function sized(scene: Scene, kept: ReadonlyMap<string, Placement>): Map<string, Placement> {
  return new Map(
    [...kept].map(([id, { x, y }]) => {
      const unit = scene.units.get(id);
      return [id, { x, y, width: unit?.width ?? 0, height: unit?.height ?? 0 }];
    }),
  );
}
