import { Hover, languages, MarkdownString, type Disposable } from 'vscode';
import { hoverAt } from '../../language/hover/hover';
import { languageId } from '../ids';
import { toRange, type TopologyDocuments } from './topology-documents';

/** Explains what stands under the mouse. The Markdown runs no command and loads no picture. */
export function registerHover(documents: TopologyDocuments): Disposable {
  return languages.registerHoverProvider(languageId, {
    provideHover: (document, position) => {
      const found = hoverAt(documents.parse(document), document.offsetAt(position));
      return found && new Hover(new MarkdownString(found.markdown), toRange(document, found.range));
    },
  });
}
