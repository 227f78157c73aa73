import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { GraphBrowser, missingBrowser, type GraphTestPage, type OpenOptions } from './graph-browser';

/** Where a browser test puts what a person should look at. */
export const pictures = 'artifacts/webview';

/**
 * A browser for one suite, skipped with its reason where there is none; each test opens its pages. Whatever a test is about,
 * its pages must break no rule of their own policy and throw nothing.
 * @param suite what is being looked at, for the line that says it was skipped and the picture of a failure
 */
export function useGraphBrowser(suite: string): (options: OpenOptions) => Promise<GraphTestPage> {
  let browser: GraphBrowser | undefined;
  let opened: GraphTestPage[] = [];

  before(async function () {
    const missing = await missingBrowser();
    if (missing !== undefined) {
      console.log(`skipped: ${suite} (${missing})`);
      this.skip();
    }
    execFileSync(process.execPath, ['scripts/build.mjs', '--only', 'webview', '--quiet'], { stdio: 'inherit' });
    mkdirSync(pictures, { recursive: true });
    browser = await GraphBrowser.start();
  });
  after(() => browser?.stop());
  afterEach(async function () {
    const pages = opened;
    opened = [];
    if (this.currentTest?.state === 'failed')
      await pages[0]?.page.screenshot({ path: `${pictures}/failed ${suite}.png` });
    for (const graph of pages) await graph.close();
    assert.deepEqual(
      pages.flatMap(({ complaints }) => complaints),
      [],
    );
  });

  return async (options) => {
    assert.ok(browser, 'The browser was not started.');
    const graph = await browser.open(options);
    opened.push(graph);
    return graph;
  };
}
