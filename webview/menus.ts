import type { GraphView } from '../src/protocol/graph';
import { graphContext, type GraphOrigin } from '../src/protocol/graph-subject';
import { isOffered, type MenuItem } from '../src/protocol/menu';

/** What the context menus offer on each thing of the picture, and what VS Code decides that by. */
export class Menus {
  private items: readonly MenuItem[] = [];
  private view: GraphView | undefined;
  private origin: GraphOrigin = {};

  setItems(items: readonly MenuItem[]): void {
    this.items = items;
  }

  setView(view: GraphView | undefined, hostId: string | undefined, file: string | undefined): void {
    this.view = view;
    this.origin = { ...(hostId !== undefined && { hostId }), ...(file !== undefined && { file }) };
  }

  /** `data-vscode-context` of a thing, or of the ground. */
  contextOf(id: string | undefined): string {
    return JSON.stringify(graphContext(this.view, id, this.origin));
  }

  /** What the context menu of a thing offers. */
  actionsOf(id: string): MenuItem[] {
    const context = graphContext(this.view, id, this.origin);
    return this.items.filter((item) => isOffered(item, context));
  }
}
