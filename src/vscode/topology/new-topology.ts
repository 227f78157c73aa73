import { l10n, FileType, Uri, window, workspace, type LogOutputChannel } from 'vscode';
import { plainLine } from '../host-data';
import { languageId } from '../ids';
import { showError } from '../notify';

/** A blank design with each part named once. */
const blank = `name: my-lab
description: What this lab is for.
namespaces:
  one:
    interfaces:
      one-veth: { addresses: [10.0.0.1/24] }
  two:
    interfaces:
      two-veth: { addresses: [10.0.0.2/24] }
links:
  - endpoints: [one:one-veth, two:two-veth]
checks:
  - { from: one, ping: two }
`;

/**
 * Opens an unsaved topology made from one of the shipped examples.
 *
 * @param name of the example; asked for where it is not given, or there is none of it
 * @returns the new document's Uri, or undefined if the person chose nothing.
 */
export async function newTopology(extensionUri: Uri, log: LogOutputChannel, name?: string): Promise<Uri | undefined> {
  try {
    const templates = await readTemplates(Uri.joinPath(extensionUri, 'examples'));
    const picked =
      templates.find(({ label }) => label === name) ??
      (await window.showQuickPick(templates, {
        title: l10n.t('New Topology from Template'),
        placeHolder: l10n.t('Which lab to begin with?'),
        matchOnDescription: true,
        matchOnDetail: true,
      }));
    if (picked === undefined) return undefined;
    const document = await workspace.openTextDocument({ language: languageId, content: picked.content });
    await window.showTextDocument(document);
    return document.uri;
  } catch (error) {
    showError(log, l10n.t('Cannot make a topology'), error);
    return undefined;
  }
}

interface Template {
  readonly label: string;
  readonly detail: string;
  readonly content: string;
}

async function readTemplates(folder: Uri): Promise<Template[]> {
  const templates: Template[] = [
    { label: l10n.t('Blank'), detail: l10n.t('Two namespaces and a cable between them.'), content: blank },
  ];
  // Where the examples were left out of a build, the blank design still serves.
  const entries = await workspace.fs.readDirectory(folder).then(undefined, (): [string, FileType][] => []);
  const files = entries.filter(([name, type]) => (type & FileType.File) !== 0 && /\.netns\.ya?ml$/.test(name));
  for (const [name] of files.sort(([a], [b]) => a.localeCompare(b))) {
    const content = new TextDecoder().decode(await workspace.fs.readFile(Uri.joinPath(folder, name)));
    const description = /^description:[ \t]*(.+)$/m.exec(content)?.[1] ?? '';
    templates.push({ label: plainLine(name.replace(/\.netns\.ya?ml$/, '')), detail: plainLine(description), content });
  }
  return templates;
}
