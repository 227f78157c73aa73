import * as l10n from '@vscode/l10n';
import type { HostState } from './host';

/** How a host stands, for people: the same words in the tree, the status bar and the graph. */
export function stateWords(state: HostState): string {
  switch (state.status) {
    case 'disconnected':
      return l10n.t`not connected`;
    case 'connecting':
      return l10n.t`connecting…`;
    case 'live':
      return l10n.t`live`;
    case 'lost':
      return state.again === undefined
        ? l10n.t`connection lost`
        : l10n.t`connection lost, reconnecting (try ${state.again.attempt})`;
    case 'failed':
      return l10n.t`cannot connect`;
  }
}

/** When the next try is, as a sentence; undefined where none waits. */
export function nextTry(state: HostState): string | undefined {
  if (state.status !== 'lost' || state.again?.at === undefined) return undefined;
  return l10n.t`Next try at ${new Date(state.again.at).toLocaleTimeString()}.`;
}
