import {
  l10n,
  type Range,
  TabInputText,
  window,
  workspace,
  type LogOutputChannel,
  type TextDocument,
  Uri,
} from 'vscode';
import { NetnsError } from '../../base/errors';
import type { Topology, YamlPath } from '../../topology/model';
import type { ParsedTopology } from '../../topology/parse';
import { isTopology, toRange, type TopologyDocuments } from '../editor/topology-documents';
import { withoutIcons } from '../host-data';
import { showError } from '../notify';

/** The file that an action is about, as it stood when the action began. */
export interface Subject {
  readonly document: TextDocument;
  readonly version: number;
  readonly parsed: ParsedTopology;
  readonly topology: Topology;
}

/**
 * Finds the file: the one given, else the one whose graph or editor has the keyboard, else the only one that is open, else one
 * that the person picks among those that are open or in the workspace. Unsaved text counts as it stands.
 *
 * @returns undefined if the person picked nothing, or was told that the file cannot be used.
 */
export async function findSubject(
  documents: TopologyDocuments,
  log: LogOutputChannel,
  uri: Uri | undefined,
  options: { readonly evenWithErrors?: boolean } = {},
): Promise<Subject | undefined> {
  const document = await findDocument(documents, log, uri);
  if (document === undefined) return undefined;
  const parsed = documents.parse(document);
  const errors = parsed.problems.filter((problem) => problem.severity === 'error');
  const [first] = errors;
  const { topology } = parsed;
  const name = fileNameOf(document);
  if (first !== undefined && (options.evenWithErrors !== true || topology === undefined || topology.name === '')) {
    const range = toRange(document, first.range);
    const count = errors.length === 1 ? l10n.t('an error') : l10n.t('{0} errors, the first', errors.length);
    const problem = new NetnsError('invalidTopology', l10n.t('line {0}: {1}', range.start.line + 1, first.message), {
      advice: l10n.t('Nothing was changed on the host.'),
    });
    await reveal(document, range);
    showError(log, l10n.t('{0} has {1}', name, count), problem);
    return undefined;
  }
  if (topology === undefined) {
    showError(
      log,
      name,
      new NetnsError('invalidTopology', l10n.t('This is no topology yet: it needs at least a “name”.')),
    );
    return undefined;
  }
  return { document, version: document.version, parsed, topology };
}

/** A file's name as the workspace shows it. */
export function fileNameOf({ uri }: Pick<TextDocument, 'uri'>): string {
  return workspace.asRelativePath(uri);
}

/** Shows the place of a declaration, where it is known. */
export async function revealPath({ document, parsed }: Subject, path: YamlPath | undefined): Promise<void> {
  const found = path === undefined ? undefined : parsed.rangeOf(path);
  if (found !== undefined) await reveal(document, toRange(document, found));
}

async function reveal(document: TextDocument, range: Range): Promise<void> {
  await window.showTextDocument(document, { selection: range });
}

async function findDocument(
  documents: TopologyDocuments,
  log: LogOutputChannel,
  uri: Uri | undefined,
): Promise<TextDocument | undefined> {
  if (uri !== undefined) return await open(log, uri);
  const drawn = documents.fileOfGraphInFront();
  if (drawn !== undefined) return await open(log, Uri.parse(drawn));
  const active = window.activeTextEditor?.document;
  if (active !== undefined && isTopology(active)) return active;
  const opened = openTopologies();
  const [only, ...others] = opened;
  if (only !== undefined && others.length === 0) return only;
  const inWorkspace = await workspace.findFiles('**/*.netns.{yaml,yml}', '**/node_modules/**', 500);
  const isOpen = new Set(opened.map((document) => document.uri.toString()));
  const files = [
    ...opened.map(({ uri: one }) => one),
    ...inWorkspace.filter((file) => !isOpen.has(file.toString())).sort(byName),
  ];
  if (files.length === 0) {
    showError(
      log,
      l10n.t('There is no topology file here'),
      new NetnsError('invalidTopology', l10n.t('Open one, or make one with “Netns: New Topology from Template…”.')),
    );
    return undefined;
  }
  const items = files.map((file) => ({
    label: withoutIcons(workspace.asRelativePath(file)),
    ...(isOpen.has(file.toString()) ? { description: l10n.t('open') } : {}),
    file,
  }));
  const picked = await window.showQuickPick(items, { placeHolder: l10n.t('Which topology?') });
  return picked === undefined ? undefined : await open(log, picked.file);
}

/** The topologies in editors, also those that were never saved. */
function openTopologies(): TextDocument[] {
  const shown = new Set(
    window.tabGroups.all.flatMap(({ tabs }) =>
      tabs.flatMap(({ input }) => (input instanceof TabInputText ? input.uri.toString() : [])),
    ),
  );
  return workspace.textDocuments.filter((document) => isTopology(document) && shown.has(document.uri.toString()));
}

function byName(a: Uri, b: Uri): number {
  return workspace.asRelativePath(a).localeCompare(workspace.asRelativePath(b));
}

async function open(log: LogOutputChannel, uri: Uri): Promise<TextDocument | undefined> {
  try {
    const document = await workspace.openTextDocument(uri);
    if (isTopology(document)) return document;
    throw new NetnsError('invalidTopology', l10n.t('It is not of the language “Netns Topology”.'), {
      advice: l10n.t('Topology files end in .netns.yaml.'),
    });
  } catch (error) {
    showError(log, l10n.t('Cannot work with {0}', workspace.asRelativePath(uri)), error);
    return undefined;
  }
}
