import { l10n, commands } from 'vscode';
import type { NoticeAction } from '../../protocol/messages';
import type { Host } from '../hosts/host';
import type { HostConnector } from '../hosts/host-connector';
import type { HostRegistry } from '../hosts/host-registry';
import { CommandId } from '../ids';

/**
 * Does what a button in the picture's place says.
 *
 * @param host the graph's host, where it has one
 * @param follow makes the graph one of a host that the person has chosen
 */
export async function actOnNotice(
  { connector, registry }: { readonly connector: HostConnector; readonly registry: HostRegistry },
  action: NoticeAction['id'],
  host: Host | undefined,
  follow: (host: Host) => void,
): Promise<void> {
  switch (action) {
    case 'connect':
    case 'retry': {
      if (host === undefined && registry.hosts.length === 0) {
        await commands.executeCommand(CommandId.addHost);
        break;
      }
      const chosen = host ?? (await connector.pick(l10n.t('Connect to which host?')));
      if (chosen === undefined) break;
      if (host === undefined) follow(chosen);
      await connector.ensureLive(chosen);
      break;
    }
    case 'newTopology':
      await commands.executeCommand(CommandId.newTopology);
      break;
    case 'checkHost':
      if (host !== undefined) await commands.executeCommand(CommandId.checkHost, { hostId: host.id });
      break;
    case 'showLog':
      await commands.executeCommand(CommandId.showLog);
      break;
  }
}
