import { l10n, Uri, window, workspace, WorkspaceEdit, type LogOutputChannel, type TextDocument } from 'vscode';
import { NetnsError } from '../../base/errors';
import type { GraphEditing, GraphEditRequest, ThingToName } from '../../lab/graph/edit-graph';
import type { GraphEdit } from '../../protocol/graph-edit';
import { toRange, type TopologyDocuments } from '../editor/topology-documents';
import { notificationText, plainLine, withoutIcons } from '../host-data';
import { showError, type Choice } from '../notify';
import { isReadOnly } from './read-only';

/** What came of an edit: for the page to say and to select. */
export interface EditDone {
  readonly said: string;
  readonly select?: string;
}

/** More lines than this say no more about what goes with what is deleted. */
const mostListed = 15;

/**
 * Edits a topology file as its graph asks: asks the person for what is open, then makes one edit that one Undo takes back. The
 * file is not saved; whatever cannot be done is said, and nothing is changed.
 */
export class FileEditor {
  constructor(
    private readonly documents: TopologyDocuments,
    private readonly log: LogOutputChannel,
  ) {}

  /** @returns undefined if nothing was edited; the person stopped, or was told why. */
  async edit(uri: string, edit: GraphEdit): Promise<EditDone | undefined> {
    const name = withoutIcons(workspace.asRelativePath(Uri.parse(uri)));
    try {
      const document = await workspace.openTextDocument(Uri.parse(uri));
      if (await isReadOnly(document)) {
        throw new NetnsError('unsupported', l10n.t('{0} is read-only.', name), {
          advice: l10n.t('Nothing was changed.'),
        });
      }
      const request = await this.ask(document, edit);
      return request && (await this.carryOut(document, name, request));
    } catch (error) {
      showError(this.log, l10n.t('Cannot edit {0}', name), error);
      return undefined;
    }
  }

  /** Finds out what is still open: a name, where a cable leads. */
  private async ask(document: TextDocument, edit: GraphEdit): Promise<GraphEditRequest | undefined> {
    switch (edit.type) {
      case 'add': {
        const { kind } = edit;
        const name = await this.askName(
          document,
          { kind },
          l10n.t('Add {0}', kind === 'namespace' ? l10n.t('Namespace') : l10n.t('Bridge')),
        );
        return name === undefined ? undefined : { type: 'add', kind, name };
      }
      case 'rename': {
        const { nodeId } = edit;
        const newName = await this.askName(document, { nodeId }, l10n.t('Rename'));
        return newName === undefined ? undefined : { type: 'rename', nodeId, newName };
      }
      case 'connect': {
        const to = edit.to ?? (await this.askPlace(document, edit.from));
        return to === undefined ? undefined : { type: 'connect', from: edit.from, to };
      }
      case 'delete':
        return edit;
    }
  }

  private async askName(document: TextDocument, what: ThingToName, title: string): Promise<string | undefined> {
    const value = await this.documents.ask(document, 'proposedName', [what]);
    if (value === undefined)
      throw changed('nodeId' in what ? l10n.t('This has no name of its own in the file.') : undefined);
    return await window.showInputBox({
      title,
      prompt:
        'kind' in what
          ? l10n.t('The name of the new {0}', what.kind)
          : l10n.t('A new name for {0}, in all its uses', plainLine(value)),
      value,
      validateInput: async (name) => {
        if (name === value && 'nodeId' in what) return undefined;
        const objection = await this.documents.ask(document, 'objectToTypedName', [what, name]);
        return objection === undefined ? undefined : plainLine(objection);
      },
    });
  }

  private async askPlace(document: TextDocument, from: string): Promise<string | undefined> {
    const places = (await this.documents.ask(document, 'placesToConnect', [from])) ?? [];
    const icons = { namespace: 'symbol-namespace', bridge: 'git-merge', host: 'server' };
    const items = places.map(({ nodeId, name, kind }) => ({
      label: `$(${icons[kind]}) ${withoutIcons(name)}`,
      description: kind,
      nodeId,
    }));
    if (items.length === 0) throw new NetnsError('unsupported', l10n.t('The file has nothing to connect it to.'));
    const picked = await window.showQuickPick(items, {
      title: l10n.t('Connect To'),
      placeHolder: l10n.t('Where does the cable lead?'),
    });
    return picked?.nodeId;
  }

  private async carryOut(
    document: TextDocument,
    name: string,
    request: GraphEditRequest,
  ): Promise<EditDone | undefined> {
    const { version } = document;
    const editing = await this.documents.ask(document, 'editGraph', [request]);
    if (editing === undefined) throw changed();
    if ('refusal' in editing) {
      this.refuse(document, name, editing);
      return undefined;
    }
    if (!(await this.confirm(name, editing))) return undefined;
    if (document.version !== version) throw changed();
    if (editing.edits.length === 0) return undefined;
    const edit = new WorkspaceEdit();
    for (const { range, newText } of editing.edits) edit.replace(document.uri, toRange(document, range), newText);
    if (!(await workspace.applyEdit(edit))) throw changed(l10n.t('VS Code did not take the edit.'));
    const { said, select } = editing;
    return { said: plainLine(said), ...(select !== undefined && { select }) };
  }

  /** Asks before things go that were not named. */
  private async confirm(
    name: string,
    { also = [], what = '' }: Exclude<GraphEditing, { refusal: string }>,
  ): Promise<boolean> {
    if (also.length === 0) return true;
    const lines = also.slice(0, mostListed).map((line) => `• ${plainLine(line)}`);
    const more = also.length - lines.length;
    const yes = l10n.t('Delete');
    // Within a sentence a kind's first letter is small, but for abbreviations: NAT.
    const within = /^[A-Z][a-z]/.test(what) ? what.charAt(0).toLowerCase() + what.slice(1) : what;
    const answer = await window.showWarningMessage(
      notificationText(l10n.t('Delete {0} from {1}?', within, name)),
      {
        modal: true,
        detail: [
          l10n.t('These go with it:'),
          ...lines,
          ...(more > 0 ? [l10n.t('and {0} more', more)] : []),
          '',
          l10n.t('Undo brings them back.'),
        ].join('\n'),
      },
      yes,
    );
    return answer === yes;
  }

  private refuse(
    document: TextDocument,
    name: string,
    { refusal, range }: Extract<GraphEditing, { refusal: string }>,
  ): void {
    if (range === undefined) {
      showError(
        this.log,
        l10n.t('Cannot edit {0}', name),
        new NetnsError('invalidTopology', refusal, { advice: l10n.t('Nothing was changed.') }),
      );
      return;
    }
    const selection = toRange(document, range);
    const error = new NetnsError(
      'invalidTopology',
      l10n.t('it has an error in line {0}: {1}', selection.start.line + 1, refusal),
      {
        advice: l10n.t('Mend that first; nothing was changed.'),
      },
    );
    const show: Choice = { title: l10n.t('Show Problem'), run: () => window.showTextDocument(document, { selection }) };
    showError(this.log, l10n.t('Cannot edit {0}', name), error, [show]);
  }
}

function changed(what = l10n.t('The file was changed meanwhile.')): NetnsError {
  return new NetnsError('invalidTopology', what, { advice: l10n.t('Nothing was edited; try again.') });
}
