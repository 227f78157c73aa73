import { env } from 'vscode';
import { printCommand } from '../../base/command';
import { mendable } from '../../lab/trace/trace-view';
import type { FixCommand, FromTrace, TraceCommand } from '../../protocol/trace';
import { editOf } from '../../trace/mending';
import type { TracePanel } from './trace-panel';

/** Does what a person wants on the page of a trace. @throws what goes wrong in it */
export async function actOnWish(panel: TracePanel, wish: Exclude<FromTrace, { type: 'ready' }>): Promise<void> {
  switch (wish.type) {
    case 'command':
      await command(panel, wish.command);
      break;
    case 'fix':
      await fix(panel, wish.command, wish.cause);
      break;
    case 'stop':
      // The way may have been taken off the graph.
      if (wish.command === 'graph') panel.draw();
      await panel.links?.ofStop(wish.command, wish.stop);
      break;
    case 'decision':
      await panel.links?.ofDecision(wish.command, wish.stop, wish.decision);
      break;
  }
}

async function command(panel: TracePanel, wanted: TraceCommand): Promise<void> {
  switch (wanted) {
    case 'again':
      await panel.run();
      break;
    case 'stop':
      panel.stop();
      break;
    case 'change':
      await panel.change();
      break;
    case 'graph':
      panel.showOnGraph();
      break;
    case 'save':
      await panel.save();
      break;
    case 'copy':
      await panel.copy();
      break;
    case 'undo':
      await panel.undoFix();
      break;
    case 'log':
      panel.showLog();
      break;
    case 'packets':
      panel.showPackets();
      break;
    case 'savePackets':
      await panel.savePackets();
      break;
  }
}

async function fix(panel: TracePanel, wanted: FixCommand, number: number): Promise<void> {
  const cause = panel.found && mendable(panel.found.report)[number];
  if (cause === undefined) return;
  switch (wanted) {
    case 'apply':
      await panel.apply(number);
      break;
    case 'copy':
      await env.clipboard.writeText((cause.fix?.run ?? []).map(printCommand).join('\n'));
      break;
    case 'file':
      await panel.changeFile(number);
      break;
    case 'copyLines':
      await env.clipboard.writeText(`${editOf(cause)?.yaml ?? ''}\n`);
      break;
  }
}
