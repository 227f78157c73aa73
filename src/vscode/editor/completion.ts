import {
  l10n,
  CompletionItem,
  CompletionItemKind,
  CompletionTriggerKind,
  languages,
  MarkdownString,
  Range,
  SnippetString,
  TextEdit,
  type CompletionContext,
  type Disposable,
  type Position,
  type TextDocument,
} from 'vscode';
import { cursorMark, type Proposal, type ProposalKind } from '../../language/completion/proposal';
import type { Surroundings } from '../../language/completion/values';
import type { TextRange } from '../../topology/problem';
import { languageId } from '../ids';
import type { TopologyDocuments } from './topology-documents';

const kinds: Readonly<Record<ProposalKind, CompletionItemKind>> = {
  key: CompletionItemKind.Property,
  word: CompletionItemKind.EnumMember,
  namespace: CompletionItemKind.Module,
  bridge: CompletionItemKind.Class,
  interface: CompletionItemKind.Interface,
  endpoint: CompletionItemKind.Reference,
  address: CompletionItemKind.Value,
  network: CompletionItemKind.Value,
  port: CompletionItemKind.Value,
  setting: CompletionItemKind.Constant,
  alias: CompletionItemKind.Reference,
};

/** Behind these characters something else may be written than before them. */
const triggers = [' ', ':', '[', '{', ',', '"', "'", '-', '*'];

/** Offers what may be written at the cursor. `surroundings` tells what is known beside the file at this moment. */
export function registerCompletion(documents: TopologyDocuments, surroundings: () => Surroundings): Disposable {
  return languages.registerCompletionItemProvider(
    languageId,
    {
      provideCompletionItems: async (document, position, token, context) => {
        if (isMereIndentation(document, position, context)) return [];
        const offset = document.offsetAt(position);
        // All that a proposal writes stands in the cursor's line, which may have grown by the time of the answer.
        const toRange = ({ start, end }: TextRange): Range =>
          new Range(position.translate(0, start - offset), position.translate(0, end - offset));
        const proposals = await documents.language.complete(document, offset, surroundings(), token);
        return proposals?.map((proposal, index) => toItem(proposal, index, toRange));
      },
    },
    ...triggers,
  );
}

/** Whether only the space bar was pressed at a line's beginning: no list is to pop up for that. */
function isMereIndentation(document: TextDocument, position: Position, context: CompletionContext): boolean {
  if (context.triggerKind !== CompletionTriggerKind.TriggerCharacter) return false;
  return document.lineAt(position).text.slice(0, position.character).trim() === '';
}

function toItem(proposal: Proposal, index: number, toRange: (range: TextRange) => Range): CompletionItem {
  const { label, kind, detail, documentation, text, inserting, replacing, also, asksAgain } = proposal;
  const item = new CompletionItem(label, kinds[kind]);
  item.range = { inserting: toRange(inserting), replacing: toRange(replacing) };
  item.insertText = toInsertText(text);
  // The text has its whole indentation.
  item.keepWhitespace = true;
  item.sortText = String(index).padStart(5, '0');
  if (detail !== undefined) item.detail = detail;
  if (documentation !== undefined) item.documentation = new MarkdownString(documentation);
  if (also !== undefined) item.additionalTextEdits = [TextEdit.replace(toRange(also.range), also.newText)];
  if (asksAgain) item.command = { title: l10n.t('Show what may follow'), command: 'editor.action.triggerSuggest' };
  return item;
}

function toInsertText(text: string): string | SnippetString {
  const [before = '', after] = text.split(cursorMark);
  return after === undefined ? before : new SnippetString().appendText(before).appendTabstop(0).appendText(after);
}
