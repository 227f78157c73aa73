import type { Frame, Page } from 'playwright-core';
import { waitFor } from '../machinery/wait-for';

/**
 * The document of an open webview that has an element for each of these selectors; undefined while there is none. Of a tab that is behind
 * another it may be one too.
 */
export async function frameWith(page: Page, ...selectors: readonly string[]): Promise<Frame | undefined> {
  for (const frame of page.frames()) {
    // A frame may go while it is looked at.
    const counts = await Promise.all(
      selectors.map((selector) =>
        frame
          .locator(selector)
          .count()
          .catch(() => 0),
      ),
    );
    if (counts.every((count) => count > 0)) return frame;
  }
  return undefined;
}

/** The same once there is one. */
export async function untilFrameWith(page: Page, what: string, ...selectors: readonly string[]): Promise<Frame> {
  return await waitFor(what, () => frameWith(page, ...selectors), { seconds: 60 });
}
