import { commands } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { CommandId } from '../ids';
import type { CapturePanel } from './capture-panel';
import type { CapturePanels } from './capture-panels';

/** The commands on the capture whose tab is in front, for the palette and for keys. Each returns whether there is one. */
export function registerCaptureCommands(panels: CapturePanels): Disposable {
  const list = new DisposableList();
  const register = (id: CommandId, run: (panel: CapturePanel) => unknown): void => {
    list.add(
      commands.registerCommand(id, async () => {
        const panel = panels.active;
        if (panel === undefined) return false;
        return (await run(panel)) !== false;
      }),
    );
  };
  register(CommandId.captureStop, (panel) => panel.stop());
  register(CommandId.captureRestart, (panel) => panel.restart());
  register(CommandId.captureSave, (panel) => panel.save());
  register(CommandId.captureWireshark, (panel) => panel.toggleWireshark());
  return list;
}
