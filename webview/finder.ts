import { findMatches } from './search';
import type { Picture } from './picture';

export interface FinderParts {
  readonly picture: Picture;
  /** How many were found; undefined while nothing is searched. */
  setMatches(count: number | undefined): void;
  setFilter(on: boolean): void;
  setFocus(on: boolean): void;
  /** Something came into sight or went. */
  onVisibility(): void;
}

/** Search, and what it hides: all but what was found, or all but one thing and its neighbours. */
export class Finder {
  private text = '';
  private matches: readonly string[] = [];
  private filter = false;
  private focused: string | undefined;

  constructor(private readonly parts: FinderParts) {}

  search(text: string): void {
    this.text = text;
    this.refresh();
  }

  /** To be called with each picture: what was found may be gone, and more may be there. */
  refresh(): void {
    const { picture } = this.parts;
    const { view } = picture;
    this.matches = view === undefined || this.text.trim() === '' ? [] : findMatches(view, this.text);
    this.parts.setMatches(this.text.trim() === '' ? undefined : this.matches.length);
    if (this.focused !== undefined && !isThere(picture, this.focused)) this.focused = undefined;
    this.apply();
  }

  /** The one after that which is selected, round and round. */
  next(selected: string | undefined): string | undefined {
    const index = selected === undefined ? -1 : this.matches.indexOf(selected);
    return this.matches[(index + 1) % this.matches.length];
  }

  toggleFilter(): void {
    this.filter = !this.filter;
    this.apply();
  }

  /** Shows only this and its neighbours; again, or without anything, all of it. */
  toggleFocus(id: string | undefined): void {
    this.focused = this.focused === undefined ? id : undefined;
    this.apply();
  }

  private apply(): void {
    const { picture } = this.parts;
    const { highlight } = picture;
    const drawn = [...new Set(this.matches.map((id) => picture.drawnFor(id)))];
    const focused = this.focused === undefined ? undefined : picture.drawnFor(this.focused);
    const only = focused !== undefined ? [focused] : this.filter && drawn.length > 0 ? drawn : undefined;
    const changed = highlight.find(drawn, only);
    this.parts.setFilter(this.filter);
    this.parts.setFocus(focused !== undefined);
    if (changed) this.parts.onVisibility();
  }
}

function isThere({ view }: Picture, id: string): boolean {
  return view !== undefined && [...view.nodes, ...view.nat, ...view.cables].some((each) => each.id === id);
}
