import { Uri, workspace, type TextDocument } from 'vscode';
import { isLabName } from '../../plan/names';
import { isTopology, type TopologyDocuments } from '../editor/topology-documents';

/** More files than this are not searched for a lab. */
const mostFiles = 500;

/** The file of a lab: the one that is named, one that is open, else the only one of that name in the workspace. */
export async function labFile(
  documents: TopologyDocuments,
  { file, lab }: { readonly file?: string; readonly lab: string },
): Promise<TextDocument | undefined> {
  if (file !== undefined) return await workspace.openTextDocument(Uri.parse(file));
  for (const document of documents.all) {
    if ((await documents.ask(document, 'checks', []))?.lab === lab) return document;
  }
  // It may come from a mark on the host.
  if (!isLabName(lab)) return undefined;
  const files = await workspace.findFiles('**/*.netns.{yaml,yml}', '**/node_modules/**', mostFiles);
  const named = new RegExp(`^name:\\s*["']?${lab}["']?\\s*(#.*)?$`, 'm');
  const texts = await Promise.all(files.map((uri) => workspace.fs.readFile(uri)));
  const [only, ...others] = files.filter((_, index) => named.test(new TextDecoder().decode(texts[index])));
  if (only === undefined || others.length > 0) return undefined;
  const document = await workspace.openTextDocument(only);
  return isTopology(document) ? document : undefined;
}
