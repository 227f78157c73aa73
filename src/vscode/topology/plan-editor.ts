import {
  l10n,
  DocumentLink,
  FoldingRange,
  languages,
  OverviewRulerLane,
  Range,
  ThemeColor,
  window,
  type DecorationOptions,
  type TextDocument,
  type TextEditor,
  type TextEditorDecorationType,
} from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { toRange } from '../editor/topology-documents';
import type { TopologyDocuments } from '../editor/topology-documents';
import { tooltip } from '../host-data';
import { planScheme } from '../ids';
import type { PlanDocuments, PlanView } from './plan-documents';
import { markColours, markInWords, type StepMark } from './plan-marks';

/** How often marks are drawn anew while a plan runs, in milliseconds. */
const refreshGap = 100;

/** What a mark may be long; all of it stands in the hover. */
const longestMark = 120;

/** Folding, links to the topology file and marks in the documents that show plans. */
export function registerPlanEditor(plans: PlanDocuments, documents: TopologyDocuments): Disposable {
  const list = new DisposableList();
  const selector = { scheme: planScheme };
  list.add(
    languages.registerFoldingRangeProvider(selector, {
      provideFoldingRanges: ({ uri }) => foldingOf(plans.find(uri)),
    }),
  );
  list.add(
    languages.registerDocumentLinkProvider(selector, {
      provideDocumentLinks: (document) => linksOf(document, plans.find(document.uri)),
      resolveDocumentLink: (link) => resolved(link, documents),
    }),
  );
  list.add(new PlanMarks(plans));
  return list;
}

function foldingOf(view: PlanView | undefined): FoldingRange[] {
  if (view === undefined) return [];
  const { groups, steps } = view.document;
  const ranges = [...groups, ...steps, ...steps.flatMap(({ undo }) => undo ?? [])];
  return ranges.filter(({ first, last }) => last > first).map(({ first, last }) => new FoldingRange(first, last));
}

/** A link from a step's name to where the file declares it; where that is now, is looked up when it is followed. */
class StepLink extends DocumentLink {
  constructor(
    range: Range,
    readonly view: PlanView,
    readonly step: number,
  ) {
    super(range);
    this.tooltip = l10n.t('Go to where the file declares it');
  }
}

function linksOf(document: TextDocument, view: PlanView | undefined): DocumentLink[] {
  if (view?.subject === undefined || document.getText() !== view.document.text) return [];
  return view.plan.steps.flatMap(({ path }, index) => {
    const place = view.document.steps[index];
    if (path === undefined || place === undefined) return [];
    const [start, end] = place.name;
    return [new StepLink(new Range(place.first, start, place.first, end), view, index)];
  });
}

function resolved(link: DocumentLink, documents: TopologyDocuments): DocumentLink {
  if (!(link instanceof StepLink)) return link;
  const { subject, plan } = link.view;
  const path = plan.steps[link.step]?.path;
  if (subject === undefined || path === undefined) return link;
  const { document } = subject;
  const range = (document.isClosed ? subject.parsed : documents.parse(document)).rangeOf(path);
  const line = range === undefined ? 1 : toRange(document, range).start.line + 1;
  link.target = document.uri.with({ fragment: `L${line}` });
  return link;
}

/** Behind each step how far it is. */
class PlanMarks implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly types: Readonly<Record<StepMark['state'], TextEditorDecorationType>>;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly plans: PlanDocuments) {
    const type = (state: StepMark['state']): TextEditorDecorationType =>
      this.disposables.add(
        window.createTextEditorDecorationType({
          after: { color: new ThemeColor(markColours[state]), margin: '0 0 0 2em' },
          overviewRulerColor: new ThemeColor(markColours[state]),
          overviewRulerLane: OverviewRulerLane.Left,
        }),
      );
    this.types = {
      running: type('running'),
      done: type('done'),
      failed: type('failed'),
      undoing: type('undoing'),
      undone: type('undone'),
      stuck: type('stuck'),
    };
    this.disposables.add(plans.onDidChange(() => this.schedule()));
    this.disposables.add(window.onDidChangeVisibleTextEditors(() => this.schedule()));
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposables.dispose();
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      for (const editor of window.visibleTextEditors) {
        if (editor.document.uri.scheme === planScheme) this.show(editor, this.plans.find(editor.document.uri));
      }
    }, refreshGap);
  }

  private show(editor: TextEditor, view: PlanView | undefined): void {
    // VS Code may not have fetched a new plan's text yet; it tells when it has, by the next change of the editors.
    const isCurrent = view !== undefined && editor.document.getText() === view.document.text;
    if (view !== undefined && !isCurrent) this.schedule();
    const byState = new Map<StepMark['state'], DecorationOptions[]>();
    for (const [index, mark] of isCurrent ? view.marks : []) {
      const place = view?.document.steps[index];
      if (place === undefined) continue;
      const options = byState.get(mark.state) ?? [];
      byState.set(mark.state, options);
      options.push(decorationOf(place.first, mark, editor));
    }
    for (const [state, type] of Object.entries(this.types)) {
      editor.setDecorations(type, byState.get(state as StepMark['state']) ?? []);
    }
  }
}

function decorationOf(line: number, mark: StepMark, { document }: TextEditor): DecorationOptions {
  const words = markInWords(mark);
  const contentText = words.length <= longestMark ? words : `${words.slice(0, longestMark - 1)}…`;
  const { hostSaid } = mark;
  return {
    range: document.lineAt(line).range,
    renderOptions: { after: { contentText } },
    ...(hostSaid === undefined || hostSaid === ''
      ? {}
      : { hoverMessage: tooltip(l10n.t('The host said'), hostSaid.trim().split('\n')) }),
  };
}
