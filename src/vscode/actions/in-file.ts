import { commands, l10n, window, workspace, type TextDocument } from 'vscode';
import type { Change, Targets } from '../../lab/actions/change';
import { editInstead, fileChange, labsFor, type FileEdit } from '../../lab/actions/in-file';
import { withoutIcons } from '../host-data';
import type { Host } from '../hosts/host';
import { CommandId } from '../ids';
import { showError, showInformation, type Choice } from '../notify';
import { editTopologyFile } from '../topology/edit-file';
import { labFile } from '../topology/lab-file';
import type { ActionOutcome, ActionParts } from './action';

/** A lab's file, and what a change by hand would be in it. */
export interface InsteadInFile {
  readonly name: string;
  /** Edits the file: it is not saved, and nothing is done on the host before it is applied. */
  run(): Promise<ActionOutcome>;
}

/** Files of more labs than that are not offered. */
const mostLabs = 5;

/** The files in which a thing could be created or deleted instead of by hand on the host: those of its lab, or of the host's labs. */
export async function insteadInFile(parts: ActionParts, change: Change, targets: Targets): Promise<InsteadInFile[]> {
  const edit = editInstead(change.id, targets);
  if (edit === undefined) return [];
  const found: InsteadInFile[] = [];
  for (const lab of labsFor(targets).slice(0, mostLabs)) {
    const document = await labFile(parts.documents, { lab });
    if (document !== undefined) found.push({ name: nameOf(document), run: () => editFile(parts, document, edit) });
  }
  return found;
}

/** Asks where something is to be created. undefined: the person gave up; `host`: by hand. */
export async function askWhere(
  title: string,
  host: Host,
  files: readonly InsteadInFile[],
): Promise<InsteadInFile | 'host' | undefined> {
  const items = [
    {
      label: l10n.t('In {0}', files[0]?.name ?? ''),
      description: l10n.t('and on the host when the file is applied'),
      where: files[0],
    },
    ...files.slice(1).map((file) => ({ label: l10n.t('In {0}', file.name), description: '', where: file })),
    {
      label: l10n.t('On {0}', withoutIcons(host.label)),
      description: l10n.t('now, by hand; no file says so'),
      where: 'host' as const,
    },
  ];
  const picked = await window.showQuickPick(items, { title: title.replace('…', ''), placeHolder: l10n.t('Where?') });
  return picked?.where;
}

/** The choice of making a file follow what was changed by hand; undefined where there is no such file, or it says so already. */
export async function alsoInFile(
  parts: ActionParts,
  change: Change,
  targets: Targets,
  answers: readonly string[],
): Promise<Choice | undefined> {
  const wanted = fileChange(change.id, targets, answers);
  if (wanted === undefined) return undefined;
  const document = await labFile(parts.documents, { lab: wanted.lab });
  if (document === undefined) return undefined;
  const { requests } = wanted;
  const asked = await Promise.all(requests.map((request) => parts.documents.ask(document, 'mend', [request])));
  const needed = requests.filter((_, index) => asked[index] !== undefined && 'edits' in asked[index]);
  if (needed.length === 0) return undefined;
  const name = nameOf(document);
  return {
    title: l10n.t('Also in {0}', name),
    run: async () => {
      try {
        await editTopologyFile(
          document,
          needed.map((request) => () => parts.documents.ask(document, 'mend', [request])),
        );
      } catch (error) {
        showError(parts.log, l10n.t('Cannot edit {0}', name), error);
      }
    },
  };
}

async function editFile(parts: ActionParts, document: TextDocument, edit: FileEdit): Promise<ActionOutcome> {
  await window.showTextDocument(document, { preview: false });
  // It tells by itself why it could not.
  const done = await parts.editor.edit(document.uri.toString(), edit);
  if (done === undefined) return { outcome: 'cancelled' };
  showInformation(parts.log, l10n.t('{0} in {1}. Apply the file to do it on the host.', done.said, nameOf(document)), [
    { title: l10n.t('Apply'), run: () => commands.executeCommand(CommandId.apply, document.uri) },
  ]);
  return { outcome: 'done', value: document.uri.toString() };
}

function nameOf(document: TextDocument): string {
  return withoutIcons(workspace.asRelativePath(document.uri).split('/').at(-1) ?? '');
}
