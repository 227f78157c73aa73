import { l10n, commands, Uri, window, workspace } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/events';
import type { ApplyEvent } from '../../lab/model';
import type { Plan } from '../../plan/model';
import { planDocument, type PlanDocument } from '../../plan/plan-document';
import type { Host } from '../hosts/host';
import { planScheme } from '../ids';
import { VirtualDocuments } from '../virtual-documents';
import { markOf, type StepMark } from './plan-marks';
import type { Subject } from './subject';

/** What a plan was made from. */
export interface PlanSource {
  readonly topology: Uri;
  readonly hostId: string;
}

/** A plan that is shown, or can be: its document, and how far its steps are. */
export interface PlanView {
  readonly uri: Uri;
  readonly plan: Plan;
  readonly document: PlanDocument;
  /** The file it was made of; undefined where a lab is destroyed without its file. */
  readonly subject: Subject | undefined;
  readonly hostId: string;
  /** By the number of the step; a step without one has not begun. */
  readonly marks: ReadonlyMap<number, StepMark>;
}

interface OpenView extends PlanView {
  readonly marks: Map<number, StepMark>;
}

/** Read-only documents that show plans; one for each lab and host, shown again with new content. */
export class PlanDocuments implements Disposable {
  private readonly disposables = new DisposableList();
  private readonly views = this.disposables.add(
    new VirtualDocuments<OpenView>(
      planScheme,
      ({ document }) => document.text,
      l10n.t('This plan is not current any more. Run “Netns: Plan Topology” again.'),
    ),
  );
  /** Those that are being carried out, by their documents' addresses, also while they are not open. */
  private readonly active = new Map<string, OpenView>();
  private readonly changes = new Emitter<void>();

  /** A plan was made, closed, or is further than it was. */
  readonly onDidChange: Event<void> = this.changes.event;

  constructor() {
    this.disposables.add(
      workspace.onDidCloseTextDocument(({ uri }) => (uri.scheme === planScheme ? this.changes.fire() : undefined)),
    );
  }

  /** Those whose documents are open. */
  get open(): readonly PlanView[] {
    return this.views.all.filter(({ uri }) => isOpen(uri));
  }

  find(uri: Uri): PlanView | undefined {
    return this.views.get(uri);
  }

  /** The topology file and the host of a plan that is shown. */
  sourceOf(uri: Uri): PlanSource | undefined {
    const view = this.views.get(uri);
    return view?.subject && { topology: view.subject.document.uri, hostId: view.hostId };
  }

  /** The plan of a lab that is being carried out on a host. */
  running(lab: string, host: Host): PlanView | undefined {
    return [...this.active.values()].find(({ plan, hostId }) => plan.lab === lab && hostId === host.id);
  }

  /** A plan is carried out from now on, or no more. */
  setRunning({ uri }: PlanView, isRunning: boolean): void {
    const view = this.views.get(uri);
    if (isRunning && view !== undefined) this.active.set(uri.toString(), view);
    else this.active.delete(uri.toString());
    if (!isRunning && !isOpen(uri)) this.views.remove(uri);
  }

  /** Makes a plan's document: it is shown where an older plan of the same is open already. */
  put(plan: Plan, host: Host, subject: Subject | undefined): PlanView {
    const what = plan.action === 'apply' ? l10n.t('Plan') : l10n.t('Plan to Destroy');
    const name = l10n.t('{0} on {1}', plan.lab, host.label).replace(/[/\\]/g, '-');
    const uri = Uri.from({ scheme: planScheme, path: `/${what}: ${name}` });
    const document = planDocument(plan, host.label);
    const view = { uri, plan, document, subject, hostId: host.id, marks: new Map<number, StepMark>() };
    this.views.put(uri, view);
    if (this.active.has(uri.toString())) this.active.set(uri.toString(), view);
    this.changes.fire();
    return view;
  }

  /** Notes in a plan's document what just happened to one of its steps. */
  mark(view: PlanView, event: ApplyEvent): void {
    (view as OpenView).marks.set(event.index, markOf(event));
    this.changes.fire();
  }

  /** Shows a plan beside what is being edited, folded: the steps are read first, their commands are a click away. */
  async show(view: PlanView): Promise<void> {
    if (this.views.get(view.uri) === undefined) this.views.put(view.uri, view as OpenView);
    const isVisible = window.visibleTextEditors.some(({ document }) => document.uri.toString() === view.uri.toString());
    await window.showTextDocument(await workspace.openTextDocument(view.uri), { preview: true });
    if (!isVisible) await commands.executeCommand('editor.foldLevel2');
    this.changes.fire();
  }

  dispose(): void {
    this.disposables.dispose();
    this.changes.dispose();
  }
}

function isOpen(uri: Uri): boolean {
  return workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
}
