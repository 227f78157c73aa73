import { l10n, window, workspace, type LogOutputChannel, type Uri } from 'vscode';
import { observeForAdoption } from '../../lab/adopt';
import { adoptTopology, labNameFor, type AdoptedTopology } from '../../plan/adopt/adopt';
import type { Host } from '../hosts/host';
import type { HostConnector } from '../hosts/host-connector';
import { withoutIcons } from '../host-data';
import { languageId } from '../ids';
import { showError, showInformation } from '../notify';
import { withCancellableProgress } from '../progress';
import { openUnsaved, showInTabs } from '../unsaved-documents';

export interface AdoptParts {
  readonly connector: HostConnector;
  readonly log: LogOutputChannel;
}

/**
 * Writes what is on a host into a topology file that is not saved yet, and shows it.
 *
 * @param namespaces `'all'`, or those that are meant; asks where it is not given
 * @returns the document; undefined where the person stopped, or was told why it does not go
 */
export async function adoptHost(
  { connector, log }: AdoptParts,
  host: Host,
  namespaces?: 'all' | readonly string[],
): Promise<Uri | undefined> {
  const doing = l10n.t('Saving the live state of {0}', host.label);
  try {
    if (!(await connector.ensureLive(host))) return undefined;
    await host.ensureCurrent();
    const wanted = namespaces ?? (await ask(host));
    if (wanted === undefined) return undefined;
    const names = wanted === 'all' ? undefined : wanted;
    const { name, adopted } = await withCancellableProgress(doing, async (signal) => await read(host, names, signal));
    const [folder] = workspace.workspaceFolders ?? [];
    const document = await openUnsaved(folder?.uri, {
      name: `${name}.netns.yaml`,
      language: languageId,
      text: adopted.text,
    });
    await showInTabs([document]);
    const count = adopted.leftOut.length;
    if (count > 0) {
      const what = count === 1 ? l10n.t('One thing has') : l10n.t('{0} things have', count);
      showInformation(
        log,
        l10n.t('{0} no place in a topology file: the end of {1}.netns.yaml names them.', what, name),
      );
    }
    return document.uri;
  } catch (error) {
    showError(log, l10n.t('{0} failed', doing), error);
    return undefined;
  }
}

async function read(
  host: Host,
  namespaces: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<{ readonly name: string; readonly adopted: AdoptedTopology }> {
  const snapshot = await host.refresh(signal);
  const details = await observeForAdoption(host.transport(), snapshot, namespaces, signal);
  const name = labNameFor(snapshot);
  const options = namespaces === undefined ? { name, details } : { name, details, namespaces };
  return { name, adopted: adoptTopology(snapshot, options) };
}

/** Which namespaces; all of them means the rest of the host as well. */
async function ask(host: Host): Promise<'all' | readonly string[] | undefined> {
  const names = (host.snapshot?.namespaces ?? []).flatMap(({ name, isRoot }) =>
    isRoot || name === undefined ? [] : [name],
  );
  if (names.length <= 1) return 'all';
  const items = names.map((name) => ({ label: withoutIcons(name), name, picked: true }));
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Save Live State of {0} as Topology', withoutIcons(host.label)),
    placeHolder: l10n.t('Which namespaces, with the bridges, cables and rules that belong to them?'),
    canPickMany: true,
  });
  if (picked === undefined || picked.length === 0) return undefined;
  return picked.length === names.length ? 'all' : picked.map(({ name }) => name);
}
