import { l10n, commands, window, workspace, type LogOutputChannel } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { CommandId, SettingId, settingsSection } from '../ids';
import { showError, showInformation } from '../notify';
import { askForHost } from './add-host';
import { askForChanges } from './edit-host';
import { HostChecks } from './check-host';
import { forgetSecrets } from './forget-secrets';
import type { Host } from './host';
import { describeTarget, type HostConnector } from './host-connector';
import type { HostRegistry } from './host-registry';
import type { SecretStore } from './secret-store';
import type { TargetChooser } from '../topology/target-chooser';
import { addHostEntry, changeHostEntry, moveHostEntry, removeHostEntry } from './settings-watcher';

/** A host's id, or a tree row that belongs to one: what a host command can be called with. */
export type HostArgument = string | { readonly hostId: string } | undefined;

export interface HostCommandParts {
  readonly registry: HostRegistry;
  readonly connector: HostConnector;
  readonly targets: TargetChooser;
  readonly secrets: SecretStore;
  readonly log: LogOutputChannel;
  showGraph(host: Host): void;
}

/** Registers the commands on hosts. Each returns something a caller can use: whether it worked, or the host's id. */
export function registerHostCommands(parts: HostCommandParts): Disposable {
  const { registry, connector, log } = parts;
  const list = new DisposableList();
  const register = (id: CommandId, run: (argument: HostArgument) => unknown): void => {
    list.add(commands.registerCommand(id, run));
  };
  const choose = (
    argument: HostArgument,
    question: string,
    accept?: (host: Host) => boolean,
  ): Promise<Host | undefined> => {
    const id = typeof argument === 'object' ? argument.hostId : argument;
    return id === undefined ? connector.pick(question, accept) : Promise.resolve(registry.find(id));
  };

  register(CommandId.connect, async (argument) => {
    if (registry.hosts.length === 0) return await commands.executeCommand(CommandId.addHost);
    const host = await choose(argument, l10n.t('Connect to which host?'), (one) => one.state.status !== 'live');
    return host !== undefined && (await connector.ensureLive(host));
  });
  register(CommandId.disconnect, async (argument) => {
    const isOpen = ({ state }: Host): boolean =>
      ['live', 'connecting'].includes(state.status) || (state.status === 'lost' && state.again !== undefined);
    const host = await choose(argument, l10n.t('Disconnect from which host?'), isOpen);
    if (host === undefined) return false;
    log.info(l10n.t('Disconnecting from {0}', host.label));
    host.disconnect();
    return true;
  });
  register(CommandId.refresh, async (argument) => {
    const chosen = argument === undefined ? registry.hosts : [await choose(argument, '')];
    const live = chosen.filter((host) => host?.state.status === 'live') as Host[];
    const results = await Promise.all(live.map((host) => refresh(host, log)));
    return results.every(Boolean);
  });
  register(CommandId.showHostGraph, async (argument) => {
    const host = await choose(argument, l10n.t('Show the graph of which host?'));
    if (host === undefined) return false;
    parts.showGraph(host);
    return true;
  });
  const checks = list.add(new HostChecks(connector, log));
  register(CommandId.checkHost, async (argument) => {
    const host = await choose(argument, l10n.t('Check which host?'));
    return host === undefined ? undefined : await checks.check(host);
  });
  register(CommandId.addHost, async () => {
    const entry = await askForHost(registry.hosts.map((host) => host.id));
    if (entry === undefined || !(await written(log, addHostEntry(entry)))) return undefined;
    const host = registry.find(entry.id);
    if (host !== undefined && workspace.isTrusted) await connector.ensureLive(host);
    return entry.id;
  });
  register(CommandId.removeHost, async (argument) => {
    const host = await choose(argument, l10n.t('Remove which host?'));
    return host !== undefined && (await confirmRemoval(host)) && (await written(log, removeHostEntry(host.id)));
  });
  register(CommandId.editHost, async (argument) => {
    const host = await choose(argument, l10n.t('Edit which host?'));
    if (host === undefined) return false;
    const others = registry.hosts.filter((other) => other !== host).map(({ id }) => id);
    const changes = await askForChanges(host, others);
    return changes !== undefined && (await written(log, changeHostEntry(host.id, changes)));
  });
  for (const [id, by, question] of [
    [CommandId.moveHostUp, -1, l10n.t('Move which host up?')],
    [CommandId.moveHostDown, 1, l10n.t('Move which host down?')],
  ] as const) {
    register(id, async (argument) => {
      const host = await choose(argument, question);
      return host !== undefined && (await written(log, moveHostEntry(host.id, by)));
    });
  }
  register(CommandId.useHost, async (argument) => {
    const host = await choose(argument, l10n.t('Which host are this workspace’s topologies for?'));
    if (host === undefined) return undefined;
    await parts.targets.remember(host.id);
    showInformation(log, l10n.t('{0} is the host of this workspace’s topologies that name no other.', host.label));
    return host.id;
  });
  register(CommandId.forgetSecrets, () => forgetSecrets(parts.secrets, registry, log));
  register(CommandId.editHosts, () =>
    commands.executeCommand('workbench.action.openSettings', `${settingsSection}.${SettingId.hosts}`),
  );
  return list;
}

/** Waits for a change of the setting. @returns whether it was written; where not, the person has been told */
async function written(log: LogOutputChannel, change: Promise<void>): Promise<boolean> {
  try {
    await change;
    return true;
  } catch (error) {
    showError(log, l10n.t('Cannot write the setting netns.hosts'), error);
    return false;
  }
}

async function refresh(host: Host, log: LogOutputChannel): Promise<boolean> {
  try {
    await host.refresh();
    return true;
  } catch (error) {
    showError(log, l10n.t('Cannot read {0}', host.label), error);
    return false;
  }
}

async function confirmRemoval(host: Host): Promise<boolean> {
  const remove = l10n.t('Remove');
  const answer = await window.showWarningMessage(
    l10n.t('Remove {0} ({1}) from your hosts?', host.label, describeTarget(host)),
    { modal: true, detail: l10n.t('Only the entry in your settings goes; nothing changes on the host.') },
    remove,
  );
  return answer === remove;
}
