import { l10n, StatusBarAlignment, ThemeColor, window, type StatusBarItem } from 'vscode';
import { DisposableList, type Disposable } from '../base/disposable';
import { tooltip, withoutIcons } from './host-data';
import { describeTarget } from './hosts/host-connector';
import type { Host, HostState } from './hosts/host';
import type { HostRegistry } from './hosts/host-registry';
import { nextTry, stateWords } from './hosts/state-words';
import { ViewId } from './ids';
import type { LabFaces } from './tree/lab-nodes';
import { labWords } from './tree/lab-words';

const icons: Readonly<Record<HostState['status'], string>> = {
  disconnected: 'vm-outline',
  connecting: 'loading~spin',
  live: 'vm-active',
  lost: 'debug-disconnect',
  failed: 'error',
};

/** Shows how the hosts stand; a click opens the tree. Hidden while no host is configured or none was used yet. */
export function createStatusBarItem(registry: HostRegistry, faces?: LabFaces): Disposable {
  const list = new DisposableList();
  const item = list.add(window.createStatusBarItem('netns.hosts', StatusBarAlignment.Left, 0));
  item.name = l10n.t('Netns Hosts');
  item.command = `${ViewId.hosts}.focus`;
  const show = (): void => update(item, registry.hosts, faces);
  list.add(registry.onDidChange(({ type }) => (type === 'snapshot' ? undefined : show())));
  if (faces !== undefined) list.add(faces.onDidChange(show));
  show();
  return list;
}

function update(item: StatusBarItem, hosts: readonly Host[], faces: LabFaces | undefined): void {
  const used = hosts.filter((host) => host.state.status !== 'disconnected');
  if (used.length === 0) {
    item.hide();
    return;
  }
  // The worst is what a person must see; several hosts share one place.
  const order: readonly HostState['status'][] = ['lost', 'failed', 'connecting', 'live', 'disconnected'];
  const [first] = [...used].sort((a, b) => order.indexOf(a.state.status) - order.indexOf(b.state.status));
  if (first === undefined) return;
  const { status } = first.state;
  const more = used.length > 1 ? ` +${used.length - 1}` : '';
  const icon = first.state.status === 'lost' && first.state.again !== undefined ? 'sync~spin' : icons[status];
  const labs = labWords(used, faces);
  const words = [`${withoutIcons(first.label)}${more}`, ...(labs === undefined ? [] : [withoutIcons(labs)])].join(
    ' · ',
  );
  item.text = `$(${icon}) ${words}`;
  item.tooltip = tooltip(
    l10n.t('Netns hosts'),
    hosts.map((host) => {
      const facts = `${host.label} (${describeTarget(host)}): ${stateWords(host.state)}`;
      return [facts, nextTry(host.state), labWords([host], faces)].filter((part) => part !== undefined).join('. ');
    }),
  );
  item.accessibilityInformation = {
    label: [
      l10n.t('Netns host {0}: {1}', first.label, stateWords(first.state)),
      ...(labs === undefined ? [] : [labs]),
    ].join(', '),
  };
  item.backgroundColor =
    status === 'lost' || status === 'failed' ? new ThemeColor('statusBarItem.warningBackground') : undefined;
  item.show();
}
