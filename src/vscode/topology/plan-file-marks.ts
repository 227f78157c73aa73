import {
  l10n,
  OverviewRulerLane,
  ThemeColor,
  Uri,
  window,
  type DecorationOptions,
  type TextEditor,
  type TextEditorDecorationType,
} from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { stepTitle } from '../../plan/describe';
import type { Step } from '../../plan/model';
import { toRange } from '../editor/topology-documents';
import { tooltip } from '../host-data';
import type { PlanDocuments, PlanView } from './plan-documents';

type Action = Step['action'];

/** How each is shown beside the line: the sign of the plan's document, in the colours of a difference. */
const faces: Readonly<Record<Action, { readonly words: string; readonly path: string; readonly colour: string }>> = {
  create: { words: l10n.t('will be created'), path: 'M8 4v8M4 8h8', colour: 'gitDecoration.addedResourceForeground' },
  change: {
    words: l10n.t('will be changed'),
    path: 'M3 9q2.5-4 5-1t5-1',
    colour: 'gitDecoration.modifiedResourceForeground',
  },
  replace: {
    words: l10n.t('will be taken away and made anew'),
    path: 'M8 3v6M8 11.5v1.5',
    colour: 'gitDecoration.modifiedResourceForeground',
  },
  remove: { words: l10n.t('will be removed'), path: 'M4 8h8', colour: 'gitDecoration.deletedResourceForeground' },
};

/** An icon can have no colour of the theme: these are seen on a light and on a dark background. */
const strokes: Readonly<Record<Action, string>> = {
  create: '#3fa34d',
  change: '#b8860b',
  replace: '#c2571a',
  remove: '#d14343',
};

/** What of several on one line counts most, first. */
const order: readonly Action[] = ['remove', 'replace', 'create', 'change'];

/** Marks in the topology file what a plan would do with each entry, while that plan is open and the text is as it was. */
export function showPlansInFiles(plans: PlanDocuments): Disposable {
  const list = new DisposableList();
  const types = new Map<Action, TextEditorDecorationType>(
    order.map((action) => [action, list.add(window.createTextEditorDecorationType(typeOf(action)))]),
  );
  const showAll = (): void => {
    for (const editor of window.visibleTextEditors) {
      const marks = marksIn(editor, plans.open);
      for (const [action, type] of types) editor.setDecorations(type, marks.get(action) ?? []);
    }
  };
  list.add(plans.onDidChange(showAll));
  list.add(window.onDidChangeVisibleTextEditors(showAll));
  return list;
}

function typeOf(action: Action): Parameters<typeof window.createTextEditorDecorationType>[0] {
  const { path, colour } = faces[action];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><path d="${path}" fill="none" stroke="${strokes[action]}" stroke-width="2" stroke-linecap="round"/></svg>`;
  return {
    gutterIconPath: Uri.parse(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`),
    gutterIconSize: 'contain',
    overviewRulerColor: new ThemeColor(colour),
    overviewRulerLane: OverviewRulerLane.Left,
  };
}

function marksIn({ document }: TextEditor, views: readonly PlanView[]): Map<Action, DecorationOptions[]> {
  const marks = new Map<Action, DecorationOptions[]>();
  for (const view of views) {
    const { subject } = view;
    // What has begun is no plan any more; and of another text it says nothing.
    if (subject?.document !== document || subject.version !== document.version || view.marks.size > 0) continue;
    for (const [line, steps] of stepsByLine(view)) {
      const action = order.find((one) => steps.some((step) => step.action === one));
      if (action === undefined) continue;
      const words = steps.map((step) => `${stepTitle(step)} ${faces[step.action].words}: ${step.why}`);
      const hoverMessage = tooltip(l10n.t('The plan of {0}', view.plan.lab), words);
      marks.set(action, [...(marks.get(action) ?? []), { range: document.lineAt(line).range, hoverMessage }]);
    }
  }
  return marks;
}

/** The steps of a plan by the line that declares them, counted from 0. */
export function stepsByLine({
  plan,
  subject,
}: Pick<PlanView, 'plan' | 'subject'>): ReadonlyMap<number, readonly Step[]> {
  const byLine = new Map<number, Step[]>();
  for (const step of plan.steps) {
    const range = step.path && subject?.parsed.rangeOf(step.path);
    if (subject === undefined || range === undefined) continue;
    const { line } = toRange(subject.document, range).start;
    byLine.set(line, [...(byLine.get(line) ?? []), step]);
  }
  return byLine;
}
