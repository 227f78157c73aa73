import type { FromGraph } from '../src/protocol/messages';
import type { KeptPositions, LayoutName } from './drawing';

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
  /** By host and layout, since the same file may be drawn over several hosts. */
  readonly positions: Readonly<Record<string, KeptPositions>>;
  readonly viewport?: { readonly key: string; readonly zoom: number; readonly x: number; readonly y: number };
}

export const freshState: PageState = { version: 1, layout: 'ranks', labels: true, positions: {} };

/** The kept state, or a fresh one where there is none that can be read: an older or newer version may have written it. */
export function readState(raw: unknown): PageState {
  if (typeof raw !== 'object' || raw === null) return freshState;
  const { version, layout, labels, positions, viewport } = raw as Record<string, unknown>;
  if (version !== 1 || typeof positions !== 'object' || positions === null) return freshState;
  return {
    version: 1,
    layout: layout === 'force' ? 'force' : 'ranks',
    labels: labels !== false,
    positions: Object.fromEntries(
      Object.entries(positions).flatMap(([key, value]) => {
        const kept = readPositions(value);
        return kept === undefined ? [] : [[key, kept]];
      }),
    ),
    ...(isViewport(viewport) ? { viewport } : {}),
  };
}

function readPositions(raw: unknown): KeptPositions | undefined {
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { positions, pinned } = raw as Record<string, unknown>;
  if (typeof positions !== 'object' || positions === null) return undefined;
  return {
    positions: Object.fromEntries(
      Object.entries(positions).filter((entry): entry is [string, Point] => isPoint(entry[1])),
    ),
    pinned: Array.isArray(pinned) ? pinned.filter((each) => typeof each === 'string') : [],
  };
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
