import { copyFileSync, mkdirSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../machinery/browser';
import { startCodeServer } from '../machinery/code-server';
import type { CodeServer } from '../machinery/code-server';
import { packagedExtension } from '../machinery/demo';
import { userSettings } from '../machinery/settings';
import type { HostSetting } from '../machinery/settings';
import { copyExamples } from '../machinery/suite-setup';
import { temporaryFolder } from '../machinery/temporary-folder';
import { Workbench } from './workbench';

const repository = path.resolve(__dirname, '../../..');
const screenshots = path.join(repository, 'artifacts/screenshots');

/** A user at VS Code, with the packaged extension, the examples and some hosts in the settings. */
export class Session {
  private constructor(
    /** The folder that is open in VS Code. */
    readonly workspace: string,
    readonly workbench: Workbench,
    private readonly folder: { path: string; remove(): void },
    private readonly server: CodeServer,
    private readonly browser: Browser,
  ) {}

  /**
   * @param files written into the workspace beside the examples: name → text
   * @param restricted opens the workspace in Restricted Mode
   * @param settings more of the user's settings
   * @param language VS Code's display language, where it is not English
   * @param keys key → the command that it runs, as the user's keyboard shortcuts
   */
  static async start(
    hosts: readonly HostSetting[],
    {
      files = {},
      restricted = false,
      settings = {},
      keys = {},
      language,
    }: {
      files?: Readonly<Record<string, string>>;
      restricted?: boolean;
      settings?: Readonly<Record<string, unknown>>;
      keys?: Readonly<Record<string, string>>;
      language?: string;
    } = {},
  ): Promise<Session> {
    const folder = await temporaryFolder('driven');
    const undo: (() => unknown)[] = [
      () => {
        folder.remove();
      },
    ];
    try {
      const workspace = await copyExamples(folder.path);
      for (const [name, text] of Object.entries(files)) await writeFile(path.join(workspace, name), text);
      const userFolder = path.join(folder.path, 'user-data/User');
      await mkdir(userFolder, { recursive: true });
      const shortcuts = Object.entries(keys).map(([key, command]) => ({ key, command }));
      await writeFile(path.join(userFolder, 'keybindings.json'), JSON.stringify(shortcuts));
      const server = await startCodeServer({
        folder: folder.path,
        workspace,
        vsix: packagedExtension(),
        settings: { ...userSettings(hosts), ...settings },
        restricted,
        ...(language === undefined ? {} : { language }),
      });
      undo.push(() => server.stop());
      const browser = await launchBrowser();
      undo.push(() => browser.close());
      const page = await browser.newPage({ viewport: { width: 1600, height: 1000 }, colorScheme: 'dark' });
      const workbench = new Workbench(page);
      await workbench.open(server.url);
      return new Session(workspace, workbench, folder, server, browser);
    } catch (error) {
      for (const step of undo.reverse()) await step();
      throw error;
    }
  }

  /** What stands in the output channel so far, as VS Code keeps it in its folder of logs. */
  async outputChannel(): Promise<string> {
    const logs = path.join(this.folder.path, 'user-data/logs');
    const files = await readdir(logs, { recursive: true });
    const own = files.filter((file) => file.endsWith('/Netns Topology.log'));
    return (await Promise.all(own.map((file) => readFile(path.join(logs, file), 'utf8')))).join('\n');
  }

  /** Keeps a picture of the window in artifacts/screenshots. */
  async screenshot(name: string): Promise<string> {
    mkdirSync(screenshots, { recursive: true });
    const file = path.join(screenshots, `${name}.png`);
    // What fades away is taken as gone.
    await this.workbench.page.screenshot({ path: file, animations: 'disabled' });
    return file;
  }

  /** With UPDATE_SCREENSHOTS=1, a picture becomes the README's. */
  async screenshotForReadme(name: string, as = 'screenshot.png'): Promise<void> {
    const file = await this.screenshot(name);
    if (process.env['UPDATE_SCREENSHOTS'] !== '1') return;
    mkdirSync(path.join(repository, 'docs'), { recursive: true });
    copyFileSync(file, path.join(repository, 'docs', as));
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    this.folder.remove();
  }
}

/** Keeps a picture of what the window showed when a test failed. */
export function screenshotOnFailure(session: () => Session | undefined): Mocha.AsyncFunc {
  return async function () {
    if (this.currentTest?.state !== 'failed') return;
    await session()?.screenshot(`failed-${this.currentTest.title.replace(/[^a-z0-9]+/gi, '-')}`);
  };
}

/** For tests that are steps of one story: once one has failed, the others would only fail for the same reason. */
export function stepsOfOneStory(): void {
  let failed = false;
  beforeEach('the earlier steps succeeded', () => {
    if (failed) throw new Error('An earlier step failed.');
  });
  afterEach(function () {
    failed ||= this.currentTest?.state === 'failed';
  });
}
