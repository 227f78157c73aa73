import { l10n, commands, workspace, type TextDocument } from 'vscode';
import type { NatEntry } from '../../language/edit/switch-nat';
import type { NatGroup } from '../../lab/nat-groups';
import { declaredNatOf, notAppliedError } from '../../lab/nat-subjects';
import type { Subject } from '../../protocol/subject';
import { plainLine, withoutIcons } from '../host-data';
import { CommandId, SettingId, settingsSection } from '../ids';
import { showError, showInformation, type Choice } from '../notify';
import { editTopologyFile } from '../topology/edit-file';
import { labFile } from '../topology/lab-file';
import type { ActionCall, ActionOutcome, ActionParts } from './action';

/** An entry of a lab's file, and the file where a subject named it. */
interface EntryOfLab extends NatEntry {
  readonly lab: string;
  readonly file?: string;
}

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
  const document = first && (await labFile(parts.documents, first));
  if (first === undefined || document === undefined) return undefined;
  const own = entries.filter(({ lab }) => lab === first.lab);
  const states = await Promise.all(own.map((entry) => parts.documents.ask(document, 'isNatEnabled', [entry])));
  if (states.every((enabled) => enabled === on || enabled === undefined)) return undefined;
  const run = (): Promise<boolean> => editOrTell(parts, document, own, on);
  if (setting !== 'always') return { title: l10n.t('Also in {0}', nameOf(document)), run };
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
  const document = await labFile(parts.documents, entry);
  const enabled = document && (await parts.documents.ask(document, 'isNatEnabled', [entry]));
  if (options.input === 'off') return { outcome: 'unchanged' };
  if (document === undefined || enabled !== false) throw notAppliedError(subject);
  await edit(parts, document, [entry], true);
  showInformation(
    parts.log,
    l10n.t('{0} is on in {1}. Apply the file to switch it on.', plainLine(subject.name), nameOf(document)),
    [{ title: l10n.t('Apply'), run: () => commands.executeCommand(CommandId.apply, document.uri) }],
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
    showError(parts.log, l10n.t('Cannot edit {0}', nameOf(document)), error);
    return false;
  }
}

/** Edits the file; shows it, since it is not saved. */
function edit(
  { documents }: ActionParts,
  document: TextDocument,
  entries: readonly EntryOfLab[],
  on: boolean,
): Promise<void> {
  return editTopologyFile(
    document,
    entries.map((entry) => () => documents.ask(document, 'switchNat', [entry, on])),
  );
}

function nameOf(document: TextDocument): string {
  return withoutIcons(workspace.asRelativePath(document.uri).split('/').at(-1) ?? '');
}
