import type { HostState } from './host';

/** How a host stands, for people: the same words in the tree, the status bar and the graph. */
export function stateWords(state: HostState): string {
  switch (state.status) {
    case 'disconnected':
      return 'not connected';
    case 'connecting':
      return 'connecting…';
    case 'live':
      return 'live';
    case 'lost':
      return state.again === undefined
        ? 'connection lost'
        : `connection lost, reconnecting (try ${state.again.attempt})`;
    case 'failed':
      return 'cannot connect';
  }
}

/** When the next try is, as a sentence; undefined where none waits. */
export function nextTry(state: HostState): string | undefined {
  if (state.status !== 'lost' || state.again?.at === undefined) return undefined;
  return `Next try at ${new Date(state.again.at).toLocaleTimeString()}.`;
}
