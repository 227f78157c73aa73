import type { FromGraph } from '../src/protocol/messages';
import {
  isLayoutName,
  readKeptPlaces,
  type KeptPlaces,
  type LayoutName,
  type PlacesByKey,
} from '../src/protocol/places';
import { isListOf, isString } from '../src/protocol/shape';

/** What VS Code gives a webview's page; it exists once. */
export interface VsCodeApi {
  postMessage(message: FromGraph): void;
  getState(): unknown;
  setState(state: PageState): void;
}

/** What is kept while the tab is hidden, and over a reload of the window. */
export interface PageState {
  readonly version: 1;
  readonly layout: LayoutName;
  readonly labels: boolean;
  /** Whether rates are shown; absent: not decided by a person. */
  readonly rates?: boolean;
  /** By host and layout, since the same file may be drawn over several hosts. */
  readonly positions: Readonly<Record<string, KeptPlaces>>;
  /** The groups that are collapsed; absent: not decided yet. */
  readonly collapsed?: readonly string[];
  readonly viewport?: { readonly key: string; readonly zoom: number; readonly x: number; readonly y: number };
}

const isTexts = isListOf(isString);

export const freshState: PageState = { version: 1, layout: 'ranks', labels: true, positions: {} };

/** The kept state, or a fresh one where there is none that can be read: an older or newer version may have written it. */
export function readState(raw: unknown): PageState {
  if (typeof raw !== 'object' || raw === null) return freshState;
  const { version, layout, labels, rates, positions, collapsed, viewport } = raw as Record<string, unknown>;
  if (version !== 1 || typeof positions !== 'object' || positions === null) return freshState;
  return {
    version: 1,
    layout: isLayoutName(layout) ? layout : 'ranks',
    labels: labels !== false,
    ...(typeof rates === 'boolean' ? { rates } : {}),
    positions: Object.fromEntries(
      Object.entries(positions).flatMap(([key, value]) => {
        const places = readKeptPlaces(value);
        return places === undefined ? [] : [[key, places]];
      }),
    ),
    ...(isTexts(collapsed) ? { collapsed } : {}),
    ...(isViewport(viewport) ? { viewport } : {}),
  };
}

/** With what an earlier page has left for all that come: what this one has kept itself is newer. */
export function withPlaces(state: PageState, layout: LayoutName | undefined, kept: PlacesByKey): PageState {
  return { ...state, ...(layout !== undefined && { layout }), positions: { ...kept, ...state.positions } };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function isPoint(raw: unknown): raw is Point {
  return (
    typeof raw === 'object' && raw !== null && Number.isFinite((raw as Point).x) && Number.isFinite((raw as Point).y)
  );
}

function isViewport(raw: unknown): raw is NonNullable<PageState['viewport']> {
  return (
    isPoint(raw) && typeof (raw as { key?: unknown }).key === 'string' && Number((raw as { zoom?: unknown }).zoom) > 0
  );
}
