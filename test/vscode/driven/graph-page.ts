import type { Locator } from 'playwright-core';
import { waitFor } from '../machinery/wait-for';
import { watch } from './watcher';
import type { Watched, Watcher } from './watcher';
import type { Workbench } from './workbench';

/** The graph's webview, read through the list that stands beside the picture for those who do not see a canvas. */
export class GraphPage {
  constructor(private readonly workbench: Workbench) {}

  /** What the list says of a node, by the id that it has in the protocol: `ns:earth`, `bridge:planet-br`. */
  node(id: string): Locator {
    return this.workbench.webview.locator(`#graph-list [data-node="${id}"]`);
  }

  /** Everything that the list says. */
  async text(): Promise<string> {
    return (await this.workbench.webview.locator('#graph-list li').allTextContents()).join('\n');
  }

  async waitForNodes(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await waitFor(`the graph to show ${id}`, async () => (await this.node(id).count()) > 0, { seconds: 20 });
    }
  }

  /** Selects a node by its button in the list, which is out of sight for a mouse. */
  async select(id: string): Promise<void> {
    await this.node(id).evaluate((button: HTMLElement) => {
      button.click();
    });
  }

  /** Whether a node is the selected one. */
  async isSelected(id: string): Promise<boolean> {
    return (await this.node(id).getAttribute('aria-pressed')) === 'true';
  }

  /** Where a node of a graph that can be edited is drawn, on VS Code's page: beside its handle. It is selected then. */
  async placeOf(id: string): Promise<{ x: number; y: number }> {
    await this.select(id);
    const handle = this.workbench.webview.locator('.cable-handle');
    await handle.waitFor();
    await this.workbench.settled(handle);
    const box = await handle.boundingBox();
    if (box === null) throw new Error(`${id} has no handle.`);
    return { x: box.x + box.width / 2 - 30, y: box.y + box.height / 2 };
  }

  /** Selects nothing and shows the whole picture, with the keys that a person has for it. */
  async clearSelection(): Promise<void> {
    const canvas = this.workbench.webview.getByLabel(/^Network graph\./);
    await canvas.press('Escape');
    await canvas.press('0');
  }

  /** Watches for a node to come or to go. */
  async nodeChange(id: string, wanted: Watched['wanted']): Promise<Watcher> {
    return await watch(await this.workbench.webviewFrame(), { selector: `#graph-list [data-node="${id}"]`, wanted });
  }
}
