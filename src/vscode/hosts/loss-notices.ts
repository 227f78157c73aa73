import { l10n, commands, type LogOutputChannel } from 'vscode';
import { describeError } from '../../base/errors';
import type { Disposable } from '../../base/disposable';
import { plainLine } from '../host-data';
import { CommandId } from '../ids';
import { showError, showWarning, type Choice } from '../notify';
import type { Host, HostState } from './host';
import type { HostRegistry } from './host-registry';
import { stateWords } from './state-words';

/** Whoever has waited this many tries in vain is told; a short break shows in the tree, the status bar and the graph alone. */
const tellAtTry = 3;

/** Tells of connections that end by themselves: to the log always, to the person where it lasts or a person is needed. */
export function watchForLoss(registry: HostRegistry, log: LogOutputChannel): Disposable {
  const before = new WeakMap<Host, HostState>();
  return registry.onDidChange((change) => {
    if (change.type !== 'state') return;
    const { host } = change;
    const last = before.get(host);
    before.set(host, host.state);
    if (host.state === last) return;
    tell(host, last, log);
  });
}

function tell(host: Host, last: HostState | undefined, log: LogOutputChannel): void {
  const { state } = host;
  const wasLost = last?.status === 'lost';
  if (state.status === 'live' && wasLost) log.info(plainLine(l10n.t('{0} is live again', host.label)));
  if (state.status === 'failed' && wasLost) {
    showError(log, l10n.t('Cannot connect to {0} again', host.label), state.error, [
      connectAgain(host, l10n.t('Connect')),
    ]);
  }
  if (state.status !== 'lost') return;
  if (state.again?.at === undefined && state.again !== undefined) return;
  log.warn(plainLine(`${host.label}: ${stateWords(state)}. ${describeError(state.error)}`));
  // Work that was cut off tells it itself.
  if (host.isBusy || (state.again !== undefined && state.again.attempt !== tellAtTry)) return;
  const again = state.again === undefined ? [] : [stop(host)];
  showWarning(log, l10n.t('The connection to {0} was lost. {1}', host.label, describeError(state.error)), [
    connectAgain(host, state.again === undefined ? l10n.t('Reconnect') : l10n.t('Reconnect Now')),
    ...again,
  ]);
}

function connectAgain(host: Host, title: string): Choice {
  return { title, run: () => commands.executeCommand(CommandId.connect, host.id) };
}

function stop(host: Host): Choice {
  return { title: l10n.t('Stop Reconnecting'), run: () => commands.executeCommand(CommandId.disconnect, host.id) };
}
