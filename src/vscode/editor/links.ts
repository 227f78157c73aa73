import { l10n, DocumentLink, FileType, languages, Uri, workspace, type Disposable, type TextDocument } from 'vscode';
import type { Link } from '../../language/links';
import { CommandId, languageId } from '../ids';
import { toRange, type TopologyDocuments } from './topology-documents';

/** Links to the topology files that a comment names, and from `target` to the host's settings. */
export function registerLinks(documents: TopologyDocuments): Disposable {
  return languages.registerDocumentLinkProvider(languageId, {
    provideDocumentLinks: async (document, token) => {
      const files = await neighboursOf(document);
      const links = await documents.askNewest(document, 'links', [files], token);
      return links?.map((link) => toLink(document, link));
    },
  });
}

function toLink(document: TextDocument, { range, file }: Link): DocumentLink {
  const link = new DocumentLink(
    toRange(document, range),
    file === undefined ? Uri.parse(`command:${CommandId.editHosts}`) : Uri.joinPath(document.uri, '..', file),
  );
  link.tooltip = file === undefined ? l10n.t('Show your hosts in the settings') : l10n.t('Open {0}', file);
  return link;
}

/** The other topology files in a document's folder; none where there is no folder that can be listed. */
async function neighboursOf(document: TextDocument): Promise<string[]> {
  if (document.isUntitled) return [];
  const folder = Uri.joinPath(document.uri, '..');
  const entries = await workspace.fs.readDirectory(folder).then(undefined, (): [string, FileType][] => []);
  return entries
    .filter(([name, type]) => (type & FileType.File) !== 0 && /\.netns\.ya?ml$/.test(name))
    .map(([name]) => name)
    .filter((name) => !document.uri.path.endsWith(`/${name}`));
}
