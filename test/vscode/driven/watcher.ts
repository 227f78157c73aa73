import type { Frame } from 'playwright-core';

/** Waits inside a page for something to come or to go, and notes when it did, whatever the test does meanwhile. */
export interface Watcher {
  /** By the machine's clock, in milliseconds since 1970. */
  readonly seenAt: Promise<number>;
}

export interface Watched {
  readonly selector: string;
  /** Among the elements of the selector, those whose whole text is this; default: any. */
  readonly text?: string;
  readonly wanted: 'shown' | 'gone';
}

/** Starts to watch; resolves when it does. */
export async function watch(frame: Frame, watched: Watched): Promise<Watcher> {
  const handle = frame.waitForFunction(
    ({ selector, text, wanted }) => {
      const elements = [...document.querySelectorAll(selector)];
      const isThere = elements.some((element) => text === undefined || element.textContent === text);
      return isThere === (wanted === 'shown') && Date.now();
    },
    watched,
    { polling: 10, timeout: 30_000 },
  );
  const seenAt = handle.then(async (found) => Number(await found.jsonValue()));
  seenAt.catch(() => undefined); // Whoever awaits it hears of it; until then it is no unhandled rejection.
  await frame.evaluate(() => document.readyState);
  return { seenAt };
}
