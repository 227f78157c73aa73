import { l10n, workspace, type Uri } from 'vscode';
import { NetnsError } from '../../base/errors';
import type { Host } from '../hosts/host';
import type { ActionParts } from '../topology/action';
import type { Subject } from '../topology/subject';
import { restrictedMode } from '../restricted-mode';

/**
 * The file and its live host, for work that tells what goes wrong in its own place: no notification, no editor is opened.
 * Which host it is, and what a connection asks, is still asked.
 *
 * @throws NetnsError `unsupported` in Restricted Mode; `invalidTopology` where the file cannot be worked with; `unreachable`
 *   if the host could not be connected (why was told); `cancelled` if no host was chosen.
 */
export async function openSubject(
  { documents, targets, connector }: ActionParts,
  uri: Uri,
): Promise<{ readonly subject: Subject; readonly host: Host }> {
  if (!workspace.isTrusted) throw restrictedMode();
  const document = await workspace.openTextDocument(uri);
  const parsed = documents.parse(document);
  const { topology, problems } = parsed;
  const error = problems.find(({ severity }) => severity === 'error');
  const name = workspace.asRelativePath(uri);
  if (error !== undefined) {
    const { line } = document.positionAt(error.range.start);
    throw new NetnsError('invalidTopology', l10n.t('{0}, line {1}: {2}', name, line + 1, error.message));
  }
  if (topology === undefined) {
    throw new NetnsError('invalidTopology', l10n.t('{0} is no topology yet: it needs at least a “name”.', name));
  }
  const host = await targets.choose(topology);
  if (host === undefined) throw new NetnsError('cancelled', l10n.t('No host was chosen.'));
  if (await connector.ensureLive(host))
    return { subject: { document, version: document.version, parsed, topology }, host };
  throw new NetnsError('unreachable', l10n.t('{0} is not connected.', host.label));
}
