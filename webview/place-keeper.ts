import type { KeptPlaces } from '../src/protocol/places';

/** Things may still be moving: what is kept is told when they have stood this long, in milliseconds. */
const rest = 400;

/** Tells where things stand, once they stand still, and only if that is news. */
export class PlaceKeeper {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private told = '';

  constructor(private readonly tell: (key: string, places: KeptPlaces) => void) {}

  keep(key: string, places: KeptPlaces): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const text = JSON.stringify([key, places]);
      if (text === this.told) return;
      this.told = text;
      this.tell(key, places);
    }, rest);
  }
}
