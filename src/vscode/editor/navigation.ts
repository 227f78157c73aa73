import {
  DocumentHighlight,
  DocumentHighlightKind,
  l10n,
  languages,
  Location,
  WorkspaceEdit,
  type TextDocument,
} from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import type { NamedPlace } from '../../language/symbols/places';
import { languageId } from '../ids';
import { toRange, type TopologyDocuments } from './topology-documents';

/** Definition, references, highlights and rename of namespaces, bridges, interfaces and YAML's anchors. */
export function registerNavigation(documents: TopologyDocuments): Disposable {
  const list = new DisposableList();
  const locate = (document: TextDocument, found: readonly NamedPlace[] | undefined): Location[] | undefined =>
    found?.map(({ range }) => new Location(document.uri, toRange(document, range)));
  list.add(
    languages.registerDefinitionProvider(languageId, {
      provideDefinition: async (document, position, token) =>
        locate(document, await documents.ask(document, 'definitions', [document.offsetAt(position)], token)),
    }),
  );
  list.add(
    languages.registerReferenceProvider(languageId, {
      provideReferences: async (document, position, { includeDeclaration }, token) => {
        const all = await documents.ask(document, 'references', [document.offsetAt(position)], token);
        return locate(
          document,
          all?.filter(({ role }) => includeDeclaration || role === 'use'),
        );
      },
    }),
  );
  list.add(
    languages.registerDocumentHighlightProvider(languageId, {
      provideDocumentHighlights: async (document, position, token) => {
        const all = await documents.ask(document, 'references', [document.offsetAt(position)], token);
        return all?.map(
          ({ range, role }) =>
            new DocumentHighlight(
              toRange(document, range),
              role === 'definition' ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
            ),
        );
      },
    }),
  );
  list.add(registerRename(documents));
  return list;
}

function registerRename(documents: TopologyDocuments): Disposable {
  return languages.registerRenameProvider(languageId, {
    prepareRename: async (document, position, token) => {
      const found = await documents.ask(document, 'renamable', [document.offsetAt(position)], token);
      // VS Code shows the message of an error at the cursor: that is how a provider says why not.
      if (found === undefined)
        throw new Error(l10n.t('Here stands no name of a namespace, bridge, interface or anchor.'));
      return { range: toRange(document, found.range), placeholder: found.name };
    },
    provideRenameEdits: async (document, position, newName, token) => {
      const renaming = await documents.ask(document, 'rename', [document.offsetAt(position), newName], token);
      if (renaming === undefined) return undefined;
      if ('refusal' in renaming) throw new Error(renaming.refusal);
      const edit = new WorkspaceEdit();
      for (const { range, newText } of renaming.edits) edit.replace(document.uri, toRange(document, range), newText);
      return edit;
    },
  });
}
