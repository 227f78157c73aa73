import type { GraphView } from '../src/protocol/graph';
import { nodeOf } from './words';

/**
 * What a right click is on, for VS Code's own context menus (`webview/context` in package.json, `when` on these keys).
 * See "Context menus" in VS Code's Webview API guide.
 */
export function contextFor(id: string | undefined, view: GraphView | undefined): string {
  const node = view === undefined ? undefined : nodeOf(view, id);
  if (node !== undefined) {
    return json({ webviewSection: node.kind, nodeId: node.id, kind: node.linkKind ?? node.kind, name: node.name });
  }
  const nat = view?.nat.find((each) => each.id === id);
  if (nat !== undefined) return json({ webviewSection: 'nat', nodeId: nat.id, kind: nat.kind, name: nat.label });
  const cable = view?.cables.find((each) => each.id === id);
  if (cable !== undefined) {
    return json({ webviewSection: 'cable', nodeId: cable.id, kind: cable.kind, name: cable.label });
  }
  return json({ webviewSection: 'canvas' });
}

function json(context: Readonly<Record<string, string>>): string {
  return JSON.stringify({ ...context, preventDefaultContextMenuItems: true });
}
