import {
  DocumentHighlight,
  DocumentHighlightKind,
  languages,
  Location,
  WorkspaceEdit,
  type TextDocument,
} from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { definitionsAt, referencesAt } from '../../language/symbols/navigate';
import type { Occurrence } from '../../language/symbols/occurrences';
import { renamableAt, renameAt } from '../../language/symbols/rename';
import { languageId } from '../ids';
import { toRange, type TopologyDocuments } from './topology-documents';

/** Definition, references, highlights and rename of namespaces, bridges and interfaces. */
export function registerNavigation(documents: TopologyDocuments): Disposable {
  const list = new DisposableList();
  const locate = (document: TextDocument, found: readonly Occurrence[]): Location[] =>
    found.map(({ range }) => new Location(document.uri, toRange(document, range)));
  list.add(
    languages.registerDefinitionProvider(languageId, {
      provideDefinition: (document, position) =>
        locate(document, definitionsAt(documents.parse(document), document.offsetAt(position))),
    }),
  );
  list.add(
    languages.registerReferenceProvider(languageId, {
      provideReferences: (document, position, { includeDeclaration }) => {
        const all = referencesAt(documents.parse(document), document.offsetAt(position));
        return locate(
          document,
          all.filter(({ role }) => includeDeclaration || role === 'use'),
        );
      },
    }),
  );
  list.add(
    languages.registerDocumentHighlightProvider(languageId, {
      provideDocumentHighlights: (document, position) =>
        referencesAt(documents.parse(document), document.offsetAt(position)).map(
          ({ range, role }) =>
            new DocumentHighlight(
              toRange(document, range),
              role === 'definition' ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
            ),
        ),
    }),
  );
  list.add(registerRename(documents));
  return list;
}

function registerRename(documents: TopologyDocuments): Disposable {
  return languages.registerRenameProvider(languageId, {
    prepareRename: (document, position) => {
      const found = renamableAt(documents.parse(document), document.offsetAt(position));
      // VS Code shows the message of an error at the cursor: that is how a provider says why not.
      if (found === undefined) throw new Error('Here stands no name of a namespace, bridge or interface.');
      return { range: toRange(document, found.range), placeholder: found.name };
    },
    provideRenameEdits: (document, position, newName) => {
      const renaming = renameAt(documents.parse(document), document.offsetAt(position), newName);
      if ('refusal' in renaming) throw new Error(renaming.refusal);
      const edit = new WorkspaceEdit();
      for (const { range, newText } of renaming.edits) edit.replace(document.uri, toRange(document, range), newText);
      return edit;
    },
  });
}
