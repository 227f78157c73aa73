import { l10n, OverviewRulerLane, ThemeColor, window, type DecorationOptions, type TextEditor } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { toRange } from '../editor/topology-documents';
import { plainLine, tooltip } from '../host-data';
import type { LabState } from './lab-state';
import type { LabStates } from './lab-states';

/** What a note at the end of a line may be long; all of it stands in the hover. */
const longestNote = 80;

/** Writes behind the entries of the files on the screen what of them is otherwise on the host. */
export function showDrift(labs: LabStates): Disposable {
  const list = new DisposableList();
  const type = list.add(
    window.createTextEditorDecorationType({
      after: { color: new ThemeColor('editorWarning.foreground'), margin: '0 0 0 2em', fontStyle: 'italic' },
      overviewRulerColor: new ThemeColor('editorWarning.foreground'),
      overviewRulerLane: OverviewRulerLane.Left,
    }),
  );
  const show = (editor: TextEditor): void => {
    const state = labs.of(editor.document);
    editor.setDecorations(type, state === undefined ? [] : notesOf(editor, state));
  };
  const showAll = (): void => {
    window.visibleTextEditors.forEach(show);
  };
  list.add(labs.onDidSettle(showAll));
  list.add(labs.onDidChange(showAll));
  list.add(window.onDidChangeVisibleTextEditors(showAll));
  return list;
}

/** One note for each line. What is missing only because something else is missing has none of its own. */
function notesOf({ document }: TextEditor, { drift, hostLabel, lab }: LabState): DecorationOptions[] {
  const byLine = new Map<number, string[]>();
  for (const { words, cause, follows, range } of drift.entries) {
    if (cause !== 'host' || follows === true) continue;
    const { line } = toRange(document, range ?? { start: 0, end: 0 }).start;
    byLine.set(line, [...(byLine.get(line) ?? []), plainLine(words)]);
  }
  return [...byLine].map(([line, words]) => {
    const text = l10n.t('drifted: {0}', words.join('; '));
    const lines = [...words, l10n.t('Seen on {0}. Apply mends just that.', hostLabel)];
    return {
      range: document.lineAt(line).range,
      hoverMessage: tooltip(l10n.t('{0} has drifted', lab), lines),
      renderOptions: {
        after: { contentText: text.length <= longestNote ? text : `${text.slice(0, longestNote - 1)}…` },
      },
    };
  });
}
