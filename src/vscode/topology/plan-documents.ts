import { commands, EventEmitter, languages, Uri, window, workspace, type TextDocumentContentProvider } from 'vscode';
import { DisposableList, type Disposable } from '../../base/disposable';
import { planScheme } from '../ids';

/** What a plan was made from. */
export interface PlanSource {
  readonly topology: Uri;
  readonly hostId: string;
}

/** Read-only documents that show plans; one for each lab and host, shown again with new content. */
export class PlanDocuments implements TextDocumentContentProvider, Disposable {
  private readonly disposables = new DisposableList();
  private readonly changes = this.disposables.add(new EventEmitter<Uri>());
  private readonly texts = new Map<string, string>();
  private readonly sources = new Map<string, PlanSource>();

  readonly onDidChange = this.changes.event;

  constructor() {
    this.disposables.add(workspace.registerTextDocumentContentProvider(planScheme, this));
    this.disposables.add(
      workspace.onDidCloseTextDocument(({ uri }) => {
        this.texts.delete(uri.toString());
        this.sources.delete(uri.toString());
      }),
    );
  }

  provideTextDocumentContent(uri: Uri): string {
    return this.texts.get(uri.toString()) ?? 'This plan is not current any more. Run “Netns: Plan Topology” again.\n';
  }

  /** The topology file and the host of a plan that is shown. */
  sourceOf(uri: Uri): PlanSource | undefined {
    return this.sources.get(uri.toString());
  }

  /** Shows the plan beside what is being edited. */
  async show(lab: string, hostLabel: string, text: string, source: PlanSource): Promise<Uri> {
    const name = `${lab} on ${hostLabel}`.replace(/[/\\]/g, '-');
    const uri = Uri.from({ scheme: planScheme, path: `/Plan: ${name}` });
    this.texts.set(uri.toString(), text);
    this.changes.fire(uri);
    // `+`, `~` and `-` at the beginning of a line: the editor's own colours for a difference fit.
    const document = await languages.setTextDocumentLanguage(await workspace.openTextDocument(uri), 'diff');
    // Not before: to give a document another language is to close it.
    this.sources.set(uri.toString(), source);
    await window.showTextDocument(document, { preview: true });
    // The steps are read first; each one's commands are a click away.
    await commands.executeCommand('editor.foldAll');
    return uri;
  }

  dispose(): void {
    this.disposables.dispose();
    this.texts.clear();
    this.sources.clear();
  }
}
