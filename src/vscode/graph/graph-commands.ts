import { commands } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { parseSubject } from '../../protocol/subject';
import { CommandId } from '../ids';
import type { GraphPanel } from './graph-panel';
import type { GraphPanels } from './graph-panels';

/**
 * The commands that edit a graph's file. A context menu hands over the graph's own context; called by the palette or a key
 * they are about the active graph and what is selected in it. Each returns whether something was done.
 */
export function registerGraphCommands(panels: GraphPanels): Disposable {
  const list = new DisposableList();
  const register = (
    id: CommandId,
    run: (panel: GraphPanel, node: string) => Promise<boolean>,
    needsNode = true,
  ): void => {
    list.add(
      commands.registerCommand(id, async (argument: unknown) => {
        const { panel, node } = read(panels, argument);
        if (panel === undefined || (needsNode && node === undefined)) return false;
        return await run(panel, node ?? '');
      }),
    );
  };
  register(CommandId.graphAddNamespace, (panel) => panel.edit({ type: 'add', kind: 'namespace' }), false);
  register(CommandId.graphAddBridge, (panel) => panel.edit({ type: 'add', kind: 'bridge' }), false);
  register(CommandId.graphConnect, (panel, from) => panel.edit({ type: 'connect', from }));
  register(CommandId.graphRename, (panel, nodeId) => panel.edit({ type: 'rename', nodeId }));
  register(CommandId.graphDelete, (panel, nodeId) => panel.edit({ type: 'delete', nodeId }));
  register(CommandId.graphShowInFile, (panel, nodeId) => panel.showInFile(nodeId));
  for (const [id, run] of [
    [CommandId.graphExport, (panel: GraphPanel) => panel.export({ forPrint: false })],
    [CommandId.graphExportForPrint, (panel: GraphPanel) => panel.export({ forPrint: true })],
    [CommandId.graphFullScreen, () => toggleFullScreen()],
    [CommandId.graphCopyImage, (panel: GraphPanel) => panel.copyImage()],
  ] as const) {
    // Of the graph in front, whatever a menu hands over: there is no other on the screen that a click can be on.
    list.add(commands.registerCommand(id, async () => panels.active !== undefined && (await run(panels.active))));
  }
  return list;
}

/** Zen Mode is what VS Code has for one editor alone on the whole screen; Escape twice leaves it too. */
async function toggleFullScreen(): Promise<boolean> {
  await commands.executeCommand('workbench.action.toggleZenMode');
  return true;
}

/** Only files that an open graph shows: a page cannot have another file edited. */
function read(panels: GraphPanels, argument: unknown): { panel: GraphPanel | undefined; node: string | undefined } {
  if (typeof argument !== 'object' || argument === null) {
    const panel = panels.active;
    return { panel, node: panel?.selectedNode };
  }
  const { netnsSubject, netnsNode } = argument as { netnsSubject?: unknown; netnsNode?: unknown };
  const file = parseSubject(netnsSubject)?.file;
  return {
    panel: file === undefined ? undefined : panels.showing(file),
    node: typeof netnsNode === 'string' ? netnsNode : undefined,
  };
}
