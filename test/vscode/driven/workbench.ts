import type { Frame, FrameLocator, Locator, Page } from 'playwright-core';
import { waitFor } from '../machinery/wait-for';
import { watch } from './watcher';
import type { Watched, Watcher } from './watcher';

/** How long the workbench may take for one thing that a user asks of it, in milliseconds, on a busy machine. */
const patience = 40_000;

const treeRows = '.sidebar .tree-explorer-viewlet-tree-view [role="treeitem"]';

/** VS Code's window as a user sees it. Every method does what a hand would do, and waits until it can be done. */
export class Workbench {
  constructor(readonly page: Page) {
    page.setDefaultTimeout(patience);
  }

  /** Opens the address, and waits until the workbench is there and its extensions run. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page.locator('.monaco-workbench').waitFor();
    await this.page.locator('[id="workbench.parts.statusbar"]').waitFor();
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.choose('Control+P', name, (rows) => rows.filter({ hasText: name }));
    await this.page.locator(`.editor-group-container.active .tab.active[data-resource-name="${name}"]`).waitFor();
  }

  /** Runs a command from the palette by its whole title, `Netns: Apply Topology`. */
  async runCommand(title: string): Promise<void> {
    const label = this.page.locator('.label-name', { hasText: new RegExp(`^${escape(title)}$`) });
    await this.choose('F1', `>${title}`, (rows) => rows.filter({ has: label }));
  }

  /**
   * Chooses what is typed into a quick input that a key opens; again where that was closed meanwhile: a view or a page that was
   * just opened takes the keyboard a moment late.
   */
  private async choose(key: string, text: string, rowOf: (rows: Locator) => Locator): Promise<void> {
    await waitFor(
      `${text} to be chosen`,
      async () => {
        await this.openQuickInput(key);
        try {
          await this.quickInput.fill(text, { timeout: 3000 });
          await rowOf(this.quickRows).first().click({ timeout: 5000 });
          return true;
        } catch (error) {
          // While extensions start, the palette lists what there is, and for the same text nothing else later: it begins anew.
          await this.page.keyboard.press('Escape');
          throw error;
        }
      },
      { seconds: 80 },
    );
  }

  /** Presses a key that opens a quick input, again where the key went to something that was just going away. */
  private async openQuickInput(key: string): Promise<void> {
    await waitFor(`${key} to open a quick input`, async () => {
      await this.page.keyboard.press(key);
      const shown = this.quickInput.waitFor({ timeout: 3000 });
      return await shown.then(
        () => true,
        () => false,
      );
    });
  }

  /** Chooses a row of the quick pick that is open. */
  async pick(label: string): Promise<void> {
    await this.quickRows.filter({ hasText: label }).first().click();
  }

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible input[type="text"], .quick-input-widget:visible input.input');
  }

  get quickRows(): Locator {
    return this.page.locator('.quick-input-widget:visible .quick-input-list .monaco-list-row');
  }

  /** The code lens on the screen whose text begins so. */
  codeLens(text: string): Locator {
    return this.page
      .locator('.codelens-decoration a')
      .filter({ hasText: new RegExp(`^\\s*${escape(text)}`) })
      .first();
  }

  get modalDialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  /** Presses a button of the modal dialog. */
  async answerDialog(button: string): Promise<void> {
    await this.modalDialog.getByRole('button', { name: button, exact: true }).click();
    await this.modalDialog.waitFor({ state: 'detached' });
  }

  /** The notifications on the screen, as toasts. */
  get notifications(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item');
  }

  /** Waits for the notification that says this, and returns its whole text. */
  async notification(text: string | RegExp, seconds = patience / 1000): Promise<string> {
    const toast = this.notifications.locator('.notification-list-item-message').filter({ hasText: text });
    await toast.first().waitFor({ timeout: seconds * 1000 });
    return await toast.first().innerText();
  }

  /** The texts of all notifications on the screen. */
  async notificationTexts(): Promise<string[]> {
    return await this.notifications.locator('.notification-list-item-message').allInnerTexts();
  }

  async clearNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
    await waitFor('the notifications to go', async () => (await this.notifications.count()) === 0);
  }

  /** Opens the view of the extension in the Activity Bar. */
  async openNetnsView(): Promise<void> {
    const entry = this.page.locator('.activitybar .action-item a[aria-label^="Netns"]');
    const isOpen = await this.page.locator('.activitybar .action-item.checked a[aria-label^="Netns"]').count();
    if (isOpen === 0) await entry.click();
    await this.tree.first().waitFor();
  }

  /** The rows of the tree that are on the screen. */
  get tree(): Locator {
    return this.page.locator(treeRows);
  }

  /** The rows of the tree whose label is this. */
  treeRow(label: string): Locator {
    const name = this.page.locator('.label-name', { hasText: new RegExp(`^${escape(label)}$`) });
    return this.tree.filter({ has: name });
  }

  /** Watches for a row of the tree to come or to go. */
  treeChange(label: string, wanted: Watched['wanted']): Promise<Watcher> {
    return watch(this.page.mainFrame(), { selector: `${treeRows} .label-name`, text: label, wanted });
  }

  /** Waits until something stays where it is: at the same place in two looks, a quarter of a second apart. */
  async settled(one: Locator): Promise<void> {
    let before = '';
    await waitFor(
      'it to stay where it is',
      async () => {
        const now = JSON.stringify(await one.boundingBox());
        const same = now === before;
        before = now;
        return same;
      },
      { everyMs: 250 },
    );
  }

  /** Opens a row of the tree so that its children are shown; its ancestors must be open. */
  async expand(label: string): Promise<void> {
    const row = this.treeRow(label).first();
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false') await row.locator('.monaco-tl-twistie').click();
    await waitFor(`${label} to open`, async () => (await row.getAttribute('aria-expanded')) === 'true');
  }

  /** Closes a row of the tree. */
  async collapse(label: string): Promise<void> {
    const row = this.treeRow(label).first();
    if ((await row.getAttribute('aria-expanded')) === 'true') await row.locator('.monaco-tl-twistie').click();
    await waitFor(`${label} to close`, async () => (await row.getAttribute('aria-expanded')) === 'false');
  }

  /** Opens the panel "Problems" and returns its rows' texts: message, source and code, place. */
  async problems(): Promise<string[]> {
    await this.runCommand('View: Focus Problems (Errors, Warnings, Infos)');
    const rows = this.page.locator('.markers-panel [role="treeitem"]');
    return (await rows.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim());
  }

  /** The document inside the first webview that is shown: VS Code puts it into two nested frames. */
  get webview(): FrameLocator {
    return this.page
      .locator('iframe.webview.ready')
      .first()
      .contentFrame()
      .locator('iframe#active-frame')
      .contentFrame();
  }

  /** How long an extension took to load and activate, in milliseconds, as VS Code's own list of running extensions says. */
  async activationTime(extension: string): Promise<number> {
    await this.runCommand('Developer: Show Running Extensions');
    const list = this.page.locator('.runtime-extensions-editor .monaco-list');
    const row = list.locator('.monaco-list-row').filter({ hasText: extension });
    await list.hover();
    await waitFor(`${extension} to stand in the list`, async () => {
      if ((await row.count()) > 0) return true;
      await this.page.mouse.wheel(0, 200);
      return false;
    });
    const text = await row.first().innerText();
    await this.page.keyboard.press('Escape');
    const milliseconds = /Activation: (\d+)ms/.exec(text)?.[1];
    if (milliseconds === undefined) throw new Error(`The list of running extensions says: ${text}`);
    return Number(milliseconds);
  }

  /** The same document, for functions that run inside it. */
  async webviewFrame(): Promise<Frame> {
    const outer = this.page.locator('iframe.webview.ready').first().contentFrame();
    const frame = await (await outer.locator('iframe#active-frame').elementHandle()).contentFrame();
    if (frame === null) throw new Error('There is no webview.');
    return frame;
  }

  /** The number of the line that the editor's cursor is in, also while something else has the keyboard. */
  async cursorLine(): Promise<number> {
    return Number(await this.page.locator('.line-numbers.active-line-number').first().innerText());
  }

  /**
   * Clicks on a word, in the first line of the editor that holds the whole text. On the word itself: the middle of a line may lie
   * beside the window, and the click would scroll there.
   */
  async clickText(line: string, word: string): Promise<void> {
    await this.page
      .locator('.view-line', { hasText: line })
      .first()
      .locator('span > span', { hasText: word })
      .first()
      .click();
  }

  async closeAllEditors(): Promise<void> {
    await this.runCommand('View: Close All Editors');
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
