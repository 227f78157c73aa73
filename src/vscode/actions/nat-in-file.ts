import { commands, Uri, window, workspace, WorkspaceEdit, type TextDocument } from 'vscode';
import { NetnsError } from '../../base/errors';
import type { NatEntry } from '../../language/edit/switch-nat';
import type { NatGroup } from '../../lab/nat-groups';
import { declaredNatOf, notAppliedError } from '../../lab/nat-subjects';
import { isLabName } from '../../plan/names';
import type { Subject } from '../../protocol/subject';
import { isTopology, toRange } from '../editor/topology-documents';
import { isReadOnly } from '../graph/read-only';
import { plainLine, withoutIcons } from '../host-data';
import { CommandId, SettingId, settingsSection } from '../ids';
import { showError, showInformation, type Choice } from '../notify';
import type { ActionCall, ActionOutcome, ActionParts } from './action';

/** An entry of a lab's file, and the file where a subject named it. */
interface EntryOfLab extends NatEntry {
  readonly lab: string;
  readonly file?: string;
}

/** More files than this are not searched for a lab. */
const mostFiles = 500;

/**
 * Makes the file follow what was switched on the host, as the setting wants it: at once (`always`), never, or by the choice
 * that this gives for the notification (`ask`). One edit that one Undo takes back; the file is not saved.
 */
export async function fileChoice(
  { parts, subjects }: ActionCall,
  groups: readonly NatGroup[],
  on: boolean,
): Promise<Choice | undefined> {
  const setting = workspace.getConfiguration(settingsSection).get<string>(SettingId.natInFile, 'ask');
  if (setting === 'never') return undefined;
  const entries = entriesOf(subjects, groups);
  const [first] = entries;
  const document = first && (await documentOf(parts, first));
  if (first === undefined || document === undefined) return undefined;
  const own = entries.filter(({ lab }) => lab === first.lab);
  const states = await Promise.all(own.map((entry) => parts.documents.ask(document, 'isNatEnabled', [entry])));
  if (states.every((enabled) => enabled === on || enabled === undefined)) return undefined;
  const run = (): Promise<boolean> => editOrTell(parts, document, own, on);
  if (setting !== 'always') return { title: `Also in ${nameOf(document)}`, run };
  await run();
  return undefined;
}

/** Switches an entry of a file that is not on the host: there it comes, or goes, with the next apply. */
export async function switchInFile(call: ActionCall, subject: Subject): Promise<ActionOutcome> {
  const { parts, options } = call;
  const declared = declaredNatOf(subject);
  if (declared === undefined || subject.lab === undefined) throw notAppliedError(subject);
  const { lab, file, namespace } = subject;
  const place = { ...(namespace === undefined ? {} : { namespace }), ...(file === undefined ? {} : { file }) };
  const entry: EntryOfLab = { ...declared, lab, ...place };
  const document = await documentOf(parts, entry);
  const enabled = document && (await parts.documents.ask(document, 'isNatEnabled', [entry]));
  if (options.input === 'off') return { outcome: 'unchanged' };
  if (document === undefined || enabled !== false) throw notAppliedError(subject);
  await edit(parts, document, [entry], true);
  showInformation(
    parts.log,
    `${plainLine(subject.name)} is on in ${nameOf(document)}. Apply the file to switch it on.`,
    [{ title: 'Apply', run: () => commands.executeCommand(CommandId.apply, document.uri) }],
  );
  return { outcome: 'done', value: true };
}

function entriesOf(subjects: readonly Subject[], groups: readonly NatGroup[]): EntryOfLab[] {
  const file = subjects.find((subject) => subject.file !== undefined)?.file;
  return groups.flatMap(({ lab, declared, namespace }) => {
    if (lab === undefined || declared === undefined) return [];
    const where = namespace.name === undefined ? {} : { namespace: namespace.name };
    return [{ ...declared, lab, ...where, ...(file === undefined ? {} : { file }) }];
  });
}

async function editOrTell(
  parts: ActionParts,
  document: TextDocument,
  entries: readonly EntryOfLab[],
  on: boolean,
): Promise<boolean> {
  try {
    await edit(parts, document, entries, on);
    return true;
  } catch (error) {
    showError(parts.log, `Cannot edit ${nameOf(document)}`, error);
    return false;
  }
}

/** Edits the file; shows it, since it is not saved. */
async function edit(
  { documents }: ActionParts,
  document: TextDocument,
  entries: readonly EntryOfLab[],
  on: boolean,
): Promise<void> {
  if (await isReadOnly(document)) {
    throw new NetnsError('unsupported', 'It is read-only.', { advice: 'Nothing was changed in it.' });
  }
  const { version } = document;
  const change = new WorkspaceEdit();
  for (const entry of entries) {
    const editing = await documents.ask(document, 'switchNat', [entry, on]);
    if (editing === undefined || document.version !== version) throw changedMeanwhile();
    if ('refusal' in editing) {
      throw new NetnsError('invalidTopology', editing.refusal, { advice: 'Nothing was changed in it.' });
    }
    for (const { range, newText } of editing.edits) change.replace(document.uri, toRange(document, range), newText);
  }
  if (!(await workspace.applyEdit(change))) throw changedMeanwhile();
  await window.showTextDocument(document, { preview: false });
}

/** The file of a lab: the one that is named, one that is open, else the only one of that name in the workspace. */
async function documentOf({ documents }: ActionParts, { file, lab }: EntryOfLab): Promise<TextDocument | undefined> {
  if (file !== undefined) return await workspace.openTextDocument(Uri.parse(file));
  for (const document of documents.all) {
    if ((await documents.ask(document, 'checks', []))?.lab === lab) return document;
  }
  // It may come from a rule's comment on the host.
  if (!isLabName(lab)) return undefined;
  const files = await workspace.findFiles('**/*.netns.{yaml,yml}', '**/node_modules/**', mostFiles);
  const named = new RegExp(`^name:\\s*["']?${lab}["']?\\s*(#.*)?$`, 'm');
  const found: Uri[] = [];
  for (const uri of files) {
    if (named.test(new TextDecoder().decode(await workspace.fs.readFile(uri)))) found.push(uri);
  }
  const [only] = found;
  if (only === undefined || found.length > 1) return undefined;
  const document = await workspace.openTextDocument(only);
  return isTopology(document) ? document : undefined;
}

function nameOf(document: TextDocument): string {
  return withoutIcons(workspace.asRelativePath(document.uri).split('/').at(-1) ?? '');
}

function changedMeanwhile(): NetnsError {
  return new NetnsError('invalidTopology', 'It was changed meanwhile.', { advice: 'Nothing was edited; try again.' });
}
