import { Hover, languages, MarkdownString, type Disposable } from 'vscode';
import { languageId } from '../ids';
import { toRange, type TopologyDocuments } from './topology-documents';

/** Explains what stands under the mouse. The Markdown runs no command and loads no picture. */
export function registerHover(documents: TopologyDocuments): Disposable {
  return languages.registerHoverProvider(languageId, {
    provideHover: async (document, position, token) => {
      const found = await documents.ask(document, 'hover', [document.offsetAt(position)], token);
      return found && new Hover(new MarkdownString(found.markdown), toRange(document, found.range));
    },
  });
}
