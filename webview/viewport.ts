import type { Core } from 'cytoscape';
import { mayMove } from './motion';
import type { Box } from './place';

const fitPadding = 28;
const animationMilliseconds = 220;

/** Zoom and pan. Until a person touches them they follow the picture, so that what appears is seen. */
export class Viewport {
  private following = true;

  constructor(
    private readonly cy: Core,
    private readonly onMoved: () => void,
  ) {
    cy.on('scrollzoom pinchzoom dragpan', () => {
      this.leave();
      onMoved();
    });
  }

  get followsPicture(): boolean {
    return this.following;
  }

  /** The person looks where they want to look. */
  leave(): void {
    this.following = false;
  }

  /** Takes over what was kept from before a reload. */
  restore(zoom: number, pan: { x: number; y: number }): void {
    this.cy.viewport({ zoom, pan });
    this.leave();
  }

  /** Shows everything, at 100 % at most: larger texts tell nothing more. */
  fit(box: Box, { animate }: { animate: boolean }): void {
    this.following = true;
    this.cy.resize();
    const width = this.cy.width();
    const height = this.cy.height();
    if (width <= 0 || height <= 0) return;
    const zoom = Math.min(
      1,
      (width - 2 * fitPadding) / (box.right - box.left),
      (height - 2 * fitPadding) / (box.bottom - box.top),
    );
    const x = (box.left + box.right) / 2;
    const y = (box.top + box.bottom) / 2;
    this.go({ zoom, pan: { x: width / 2 - zoom * x, y: height / 2 - zoom * y } }, animate);
  }

  /** Zooms around the middle. */
  zoomBy(factor: number): void {
    this.leave();
    const zoom = Math.min(this.cy.maxZoom(), Math.max(this.cy.minZoom(), this.cy.zoom() * factor));
    this.cy.zoom({ level: zoom, renderedPosition: { x: this.cy.width() / 2, y: this.cy.height() / 2 } });
    this.onMoved();
  }

  /** Moves the picture just so far that the element lies within the canvas. */
  reveal(id: string): void {
    this.cy.resize();
    const element = this.cy.getElementById(id);
    if (element.empty()) return;
    const box = element.renderedBoundingBox({ includeLabels: false });
    const margin = 24;
    const x = inward(box.x1, box.x2, margin, this.cy.width() - margin);
    const y = inward(box.y1, box.y2, margin, this.cy.height() - margin);
    if (x === 0 && y === 0) return;
    this.leave();
    const pan = this.cy.pan();
    this.go({ zoom: this.cy.zoom(), pan: { x: pan.x + x, y: pan.y + y } }, true);
  }

  private go(target: { zoom: number; pan: { x: number; y: number } }, animate: boolean): void {
    this.cy.stop();
    if (animate && mayMove()) {
      this.cy.animate({
        ...target,
        duration: animationMilliseconds,
        easing: 'ease-out',
        complete: () => this.onMoved(),
      });
    } else {
      this.cy.viewport(target);
      this.onMoved();
    }
  }
}

/** How far an interval has to move to lie within another; one that is too large keeps its beginning in sight. */
function inward(from: number, to: number, low: number, high: number): number {
  if (from < low) return low - from;
  if (to > high) return Math.max(high - to, low - from);
  return 0;
}
