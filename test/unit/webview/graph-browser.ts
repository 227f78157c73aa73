import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { readFile, access } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { graphHtml } from '../../../src/protocol/graph-html';
import type { ImageFormat, RenderedImage } from '../../../src/protocol/image';
import type { FromGraph, ToGraph } from '../../../src/protocol/messages';
import type { PageState } from '../../../webview/page-state';
import type { TestTheme } from './themes';

const executablePath = process.env['CHROMIUM_EXECUTABLE_PATH'] ?? '/usr/bin/chromium';
const webviewFolder = path.resolve('dist/webview');
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
  '.map': 'application/json',
};

/** Why no browser test can run here; undefined where they can. */
export async function missingBrowser(): Promise<string | undefined> {
  const found = await access(executablePath).then(
    () => true,
    () => false,
  );
  return found ? undefined : `no Chromium at ${executablePath}`;
}

/** A real browser, and a server on loopback for the built webview: what VS Code does for it, and nothing more. */
export class GraphBrowser {
  private constructor(
    private readonly browser: Browser,
    private readonly server: ReturnType<typeof createServer>,
    private readonly origin: string,
  ) {}

  static async start(): Promise<GraphBrowser> {
    const server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      const name = path.basename(pathname);
      if (name === 'favicon.ico') {
        response.statusCode = 204;
        response.end();
        return;
      }
      if (name === '') {
        response.setHeader('content-type', 'text/html');
        const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
        response.end(page(origin, searchParams.get('page') ?? 'graph'));
        return;
      }
      readFile(path.join(webviewFolder, name)).then(
        (content) => {
          response.setHeader('content-type', types[path.extname(name)] ?? 'application/octet-stream');
          response.end(content);
        },
        () => {
          response.statusCode = 404;
          response.end();
        },
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    });
    return new GraphBrowser(browser, server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async open(options: OpenOptions): Promise<GraphTestPage> {
    const context = await this.browser.newContext({
      viewport: options.viewport ?? { width: 1100, height: 720 },
      reducedMotion: options.motion === true ? 'no-preference' : 'reduce',
      timezoneId: 'UTC',
      colorScheme: options.theme.bodyClass.includes('light') ? 'light' : 'dark',
    });
    const page = await context.newPage();
    const graph = new GraphTestPage(page);
    // The test runner's compiler gives functions their names by a helper that the page does not have.
    await page.addInitScript({ content: 'globalThis.__name = (named) => named;' });
    await page.addInitScript(pretendToBeVsCode, { theme: options.theme, state: options.state ?? null });
    await page.goto(`${this.origin}/?page=${options.page ?? 'graph'}`);
    await graph.waitForMessage('ready');
    return graph;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export interface OpenOptions {
  readonly theme: TestTheme;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Animations run only in tests that are about them. */
  readonly motion?: boolean;
  /** Which bundle; default that of the graph. */
  readonly page?: 'graph' | 'capture' | 'measurement' | 'trace';
  /** What `getState` gives. */
  readonly state?: unknown;
}

function page(origin: string, bundle: string): string {
  return graphHtml({
    cspSource: origin,
    nonce: 'test-nonce',
    scriptUri: `${origin}/${bundle}.js`,
    styleUri: `${origin}/${bundle}.css`,
    codiconUri: `${origin}/codicon.css`,
  });
}

interface Pretence {
  readonly sent: FromGraph[];
  state: unknown;
}

declare global {
  interface Window {
    pretence: Pretence;
  }
}

/** Runs in the page before its own script: what VS Code puts into a webview. */
function pretendToBeVsCode({ theme, state }: { theme: TestTheme; state: unknown }): void {
  window.pretence = { sent: [], state };
  Object.assign(window, {
    acquireVsCodeApi: () => ({
      postMessage: (message: FromGraph) => void window.pretence.sent.push(message),
      getState: () => window.pretence.state,
      setState: (kept: unknown) => void (window.pretence.state = kept),
    }),
  });
  new MutationObserver((_records, observer) => {
    if ((document.body as HTMLElement | null) === null) return;
    observer.disconnect();
    for (const [name, value] of Object.entries(theme.variables))
      document.documentElement.style.setProperty(name, value);
    document.body.className = theme.bodyClass;
  }).observe(document, { childList: true, subtree: true });
}

/** The page, as VS Code and a person see it. */
export class GraphTestPage {
  /** Everything the browser complained about: policy violations, exceptions, errors. */
  readonly complaints: string[] = [];

  constructor(readonly page: Page) {
    page.on('console', (message) => {
      const { url, lineNumber } = message.location();
      if (['error', 'warning'].includes(message.type()))
        this.complaints.push(`${message.text()} (${url}:${lineNumber})`);
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
  }

  /** Sends a message and waits until the page has taken it: its own listener was there before this one. */
  async send(message: ToGraph): Promise<void> {
    await this.page.evaluate(
      (data) =>
        new Promise<void>((resolve) => {
          window.addEventListener('message', () => resolve(), { once: true });
          window.postMessage(data, '*');
        }),
      message,
    );
  }

  /** Sends a view and waits until it is drawn. */
  async draw(message: Extract<ToGraph, { type: 'view' }>): Promise<void> {
    const before = await this.count('drawn');
    await this.send(message);
    await this.until('a drawing', async () => (await this.count('drawn')) > before);
  }

  /** Waits until something holds. (Playwright's own waitForFunction needs `eval`, which the page's policy forbids.) */
  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + 30_000;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error(`Waited in vain for ${what}. The page said: ${this.complaints.join('; ')}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** Selects as the extension does, and waits until it is selected: a key that is pressed then is about it. */
  async select(nodeId: string): Promise<void> {
    await this.send({ type: 'select', nodeId });
    const button = this.page.locator(`#graph-list [data-node="${nodeId}"]`);
    await this.until(`${nodeId} to be selected`, async () => (await button.getAttribute('aria-pressed')) === 'true');
  }

  /** Waits until what is drawn stays the same: Cytoscape draws texts from images of them, which it mends some frames later. */
  async still(): Promise<void> {
    await this.page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          let before = '';
          let same = 0;
          const look = (): void => {
            const now = [...document.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL()).join();
            same = now === before ? same + 1 : 0;
            before = now;
            if (same >= 12) resolve();
            else requestAnimationFrame(look);
          };
          look();
        }),
    );
  }

  /** Asks for the picture as an image, as the extension does, and waits for it. */
  async render(format: ImageFormat, forPrint = false): Promise<RenderedImage> {
    const before = await this.count('rendered');
    await this.send({ type: 'render', format, forPrint });
    await this.until('the image', async () => (await this.count('rendered')) > before);
    const image = (await this.sent()).flatMap((message) => (message.type === 'rendered' ? [message.image] : [])).at(-1);
    assert.ok(image);
    return image;
  }

  async sent(): Promise<readonly FromGraph[]> {
    return this.page.evaluate(() => window.pretence.sent);
  }

  async count(type: FromGraph['type']): Promise<number> {
    return (await this.sent()).filter((message) => message.type === type).length;
  }

  async waitForMessage(type: FromGraph['type']): Promise<void> {
    await this.until(`the message ${type}`, async () => (await this.count(type)) > 0);
  }

  async state(): Promise<unknown> {
    return this.page.evaluate(() => window.pretence.state);
  }

  /** Takes the viewport into a person's hand, so that the page keeps it. */
  async zoomByKeys(): Promise<void> {
    await this.page.locator('.canvas').focus();
    await this.page.keyboard.press('-');
    await this.page.keyboard.press('+');
  }

  /** Where a node of the picture is on the page, from the state that the page keeps once the zoom was a person's. */
  async pointOf(unit: string, key = 'ranks one'): Promise<{ x: number; y: number }> {
    const canvas = await this.page.locator('.canvas').boundingBox();
    const { positions, viewport } = (await this.state()) as PageState;
    const at = positions[key]?.positions[unit];
    assert.ok(canvas && at && viewport, `${unit} has no kept place`);
    return { x: canvas.x + at.x * viewport.zoom + viewport.x, y: canvas.y + at.y * viewport.zoom + viewport.y };
  }

  /** Where an element of the picture is drawn on the page: its middle, by Cytoscape's own account. */
  async middleOf(element: string): Promise<{ x: number; y: number }> {
    const at = await this.page.evaluate((id) => {
      interface Drawn {
        getElementById(id: string): { renderedPosition(): { x: number; y: number } };
      }
      const canvas = document.querySelector('.canvas') as unknown as HTMLElement & { _cyreg: { cy: Drawn } };
      const { left, top } = canvas.getBoundingClientRect();
      const { x, y } = canvas._cyreg.cy.getElementById(id).renderedPosition();
      return { x: left + x, y: top + y };
    }, element);
    return at;
  }

  /** What the list beside the picture says, in its order. */
  async listed(): Promise<string[]> {
    return this.page.locator('#graph-list li').allTextContents();
  }

  async setTheme(theme: TestTheme): Promise<void> {
    await this.page.evaluate(({ variables, bodyClass }) => {
      for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty(name, value);
      document.body.className = bodyClass;
    }, theme);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
