import type { Memento } from 'vscode';
import { isPlacesByKey, type KeptPlaces, type PlacesByKey } from '../../protocol/places';

const storeKey = 'netns.graph.places';
/** Graphs that were not opened for longest are forgotten first. */
const mostGraphs = 40;

/** Where things stand in each graph, kept in the workspace: for a file over all its hosts, or for a host alone. */
export class PlaceStore {
  constructor(private readonly memento: Memento) {}

  /** @param graph the file's URI, or what names the host */
  get(graph: string): PlacesByKey {
    const found = this.all()[graph];
    return isPlacesByKey(found) ? found : {};
  }

  put(graph: string, key: string, places: KeptPlaces): void {
    const { [graph]: before, ...others } = this.all();
    const kept = { ...(isPlacesByKey(before) ? before : {}), [key]: places };
    const entries = [...Object.entries(others), [graph, kept] as const].slice(-mostGraphs);
    this.memento.update(storeKey, Object.fromEntries(entries)).then(undefined, () => undefined);
  }

  private all(): Readonly<Record<string, unknown>> {
    return this.memento.get<Readonly<Record<string, unknown>>>(storeKey, {});
  }
}
