import { l10n, Uri, window } from 'vscode';
import { NetnsError } from '../../base/errors';
import { exportScripts, type ExportedScripts, type ExportOptions } from '../../plan/export/export';
import type { Topology } from '../../topology/model';
import type { Host } from '../hosts/host';
import { withoutIcons } from '../host-data';
import { showError } from '../notify';
import { withCancellableProgress } from '../progress';
import type { ActionParts } from '../topology/action';
import { findSubject } from '../topology/subject';
import { openUnsaved, showInTabs } from '../unsaved-documents';

/** What the scripts are for: a host by its id, or one that has nothing of the lab and translates addresses so. */
export type ExportFor = { readonly hostId: string } | { readonly filter: 'nftables' | 'iptables' };

/**
 * Opens two unsaved shell scripts, of which one makes the lab and the other takes it down.
 *
 * @param wanted asks where it is not given
 * @returns the two documents; undefined where the person stopped, or was told why it does not go
 */
export async function exportTopology(
  parts: ActionParts,
  uri: Uri | undefined,
  wanted?: ExportFor,
): Promise<{ readonly up: Uri; readonly down: Uri } | undefined> {
  const subject = await findSubject(parts.documents, parts.log, uri);
  if (subject === undefined) return undefined;
  const { topology, document } = subject;
  try {
    const host = liveHost(parts, topology);
    const chosen = wanted ?? (await ask(host));
    if (chosen === undefined) return undefined;
    const scripts = exportScripts(topology, await optionsFor(host, chosen));
    refuseProblems(scripts);
    return await show(document.uri, topology.name, scripts);
  } catch (error) {
    showError(parts.log, l10n.t('{0} cannot be exported', topology.name), error);
    return undefined;
  }
}

/** Both scripts, to be saved beside the topology file. */
async function show(source: Uri, lab: string, scripts: ExportedScripts): Promise<{ up: Uri; down: Uri }> {
  const open = (which: 'up' | 'down') =>
    openUnsaved(source.scheme === 'file' ? Uri.joinPath(source, '..') : undefined, {
      name: `${lab}-${which}.sh`,
      language: 'shellscript',
      text: scripts[which],
    });
  const [up, down] = [await open('up'), await open('down')];
  await showInTabs([up, down]);
  return { up: up.uri, down: down.uri };
}

/** The file's host, where that is known and connected. */
function liveHost({ targets }: ActionParts, topology: Topology): Host | undefined {
  const host = targets.knownTarget(topology);
  return host?.state.status === 'live' ? host : undefined;
}

async function ask(host: Host | undefined): Promise<ExportFor | undefined> {
  const items: { label: string; detail: string; wanted: ExportFor }[] = [
    {
      label: l10n.t('Any host, with nftables'),
      detail: l10n.t('For a host that has nothing of the lab. What Linux distributions have today.'),
      wanted: { filter: 'nftables' },
    },
    {
      label: l10n.t('Any host, with iptables'),
      detail: l10n.t('For a host that has nothing of the lab. What most tutorials type.'),
      wanted: { filter: 'iptables' },
    },
  ];
  if (host !== undefined) {
    items.unshift({
      label: l10n.t('For {0}', withoutIcons(host.label)),
      detail: l10n.t('As that host is: its packet filter, its firewall, its interfaces.'),
      wanted: { hostId: host.id },
    });
  }
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Export as Shell Script'),
    placeHolder: l10n.t('Which host are the scripts for?'),
  });
  return picked?.wanted;
}

async function optionsFor(host: Host | undefined, wanted: ExportFor): Promise<ExportOptions> {
  if ('filter' in wanted) return { filter: wanted.filter };
  if (host?.id !== wanted.hostId) {
    throw new NetnsError('unsupported', l10n.t('The host is not connected, so nobody knows what it has.'), {
      advice: l10n.t('Connect to it, or export for any host.'),
    });
  }
  const snapshot = await withCancellableProgress(l10n.t('Reading {0}', host.label), (signal) => host.refresh(signal));
  return { snapshot };
}

function refuseProblems({ problems }: ExportedScripts): void {
  const error = problems.find(({ severity }) => severity === 'error');
  if (error === undefined) return;
  const { reason, message, advice } = error;
  throw new NetnsError(reason, message, advice === undefined ? {} : { advice });
}
