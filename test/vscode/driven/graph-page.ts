import type { Locator } from 'playwright-core';
import { waitFor } from '../machinery/wait-for';
import type { Workbench } from './workbench';

/** The graph's webview, read through the list that stands beside the picture for those who do not see a canvas. */
export class GraphPage {
  constructor(private readonly workbench: Workbench) {}

  get list(): Locator {
    return this.workbench.webview.getByRole('tree').or(this.workbench.webview.getByRole('list')).first();
  }

  /** Everything that the list says. */
  async text(): Promise<string> {
    return (await this.list.allTextContents()).join('\n');
  }

  async hasNode(name: string): Promise<boolean> {
    return new RegExp(`(^|[^\\w-])${name}([^\\w-]|$)`).test(await this.text());
  }

  async waitForNodes(names: readonly string[]): Promise<void> {
    for (const name of names) await waitFor(`the graph to show ${name}`, () => this.hasNode(name), { seconds: 20 });
  }
}
