import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';
import { inWorker } from '../../src/vscode/editor/service/answering-thread';
import { LanguageClient } from '../../src/vscode/editor/service/language-client';
import { languageWorkerScript } from '../../src/vscode/editor/service/language-service';
import { longestBlock } from './event-loop';
import { largeTopology } from './language-file';

const extensionId = 'netns-topology.netns-topology';
/** How often each thing is measured; the table shows the middle one. */
const rounds = 15;
/** Between two keystrokes of a fast typist, in milliseconds. */
const typingGap = 60;

/** What was measured of one file, times in milliseconds. */
export interface Measured {
  readonly lines: number;
  readonly values: Readonly<Record<string, number>>;
}

/** Runs inside the extension host; prints one line `NETNS_BENCH {…}` for each size of file. */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension(extensionId);
  await extension?.activate();
  const folder = await mkdtemp(path.join(tmpdir(), 'netns-bench-'));
  try {
    await warmUp(path.join(folder, 'any.txt'));
    for (const count of [3, 1000]) {
      const file = path.join(folder, `bench-${count}.netns.yaml`);
      // A mistake at its very end tells when it has been read as a whole.
      await writeFile(file, `${largeTopology(count)}  - { from: nowhere, ping: n0 }\n`);
      console.log(`NETNS_BENCH ${JSON.stringify(await measure(file))}`);
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The first editor makes VS Code load much that has nothing to do with us. */
async function warmUp(file: string): Promise<void> {
  await writeFile(file, 'words\n');
  const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
  await type(editor, 'more words', typingGap);
  await vscode.commands.executeCommand('workbench.action.files.revert');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await quiet(5000);
}

async function measure(file: string): Promise<Measured> {
  const values: Record<string, number> = {};
  const before = memory();
  let editor: vscode.TextEditor | undefined;
  values['first open: longest block'] = await longestBlock(async () => {
    values['first open to diagnostics'] = await timed(async () => {
      const marked = nextDiagnostics(vscode.Uri.file(file));
      editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file));
      await marked;
    });
    await quiet();
  });
  if (editor === undefined) throw new Error('The file did not open.');
  const { document } = editor;

  const toDiagnostics: number[] = [];
  const toCompletion: number[] = [];
  values['typing: longest block'] = await longestBlock(async () => {
    for (let round = 0; round < rounds; round++) toDiagnostics.push(await keystrokeToDiagnostics(editor!, round));
    await type(editor!, ' # words at the end of a line', typingGap);
    await quiet();
  });
  values['keystroke to diagnostics'] = median(toDiagnostics);

  const place = document.positionAt(document.getText().indexOf('    routes:'));
  values['completion: longest block'] = await longestBlock(async () => {
    for (let round = 0; round < rounds; round++) toCompletion.push(await keystrokeToCompletion(editor!, place));
  });
  values['keystroke to completion'] = median(toCompletion);
  values['completion, the thread’s answer alone'] = await answerAlone(document, place);
  await quiet();
  values['outline, after its parse'] = await timed(async () => {
    await vscode.commands.executeCommand('vscode.executeDocumentSymbolProvider', document.uri);
  });
  const after = memory();
  values['heap, MB'] = after.heap - before.heap;
  values['whole process, MB'] = after.process - before.process;
  return { lines: document.lineCount, values };
}

/** Breaks or mends the first address by one character, and waits until the problems say so. */
async function keystrokeToDiagnostics(editor: vscode.TextEditor, round: number): Promise<number> {
  const { document } = editor;
  const offset = document.getText().indexOf('/16]');
  const at = document.positionAt(offset);
  return await timed(async () => {
    const marked = nextDiagnostics(document.uri);
    await editor.edit((edit) =>
      round % 2 === 0
        ? edit.insert(at, 'x')
        : edit.delete(new vscode.Range(document.positionAt(offset - 1), document.positionAt(offset))),
    );
    await marked;
  });
}

/** Types a letter where a key may stand, and asks for what may be written there. */
async function keystrokeToCompletion(editor: vscode.TextEditor, place: vscode.Position): Promise<number> {
  await editor.edit((edit) => edit.insert(place, '    \n'));
  await quiet(20);
  const typed = place.translate(0, 4);
  const milliseconds = await timed(async () => {
    await editor.edit((edit) => edit.insert(typed, 's'));
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      editor.document.uri,
      typed.translate(0, 1),
    );
    if (!list.items.some(({ label }) => label === 'services')) throw new Error('"services" was not offered.');
  });
  await editor.edit((edit) => edit.delete(new vscode.Range(place, place.translate(1, 0))));
  return milliseconds;
}

/** How long the language's thread itself takes to complete, without VS Code's own way there and back. */
async function answerAlone(document: vscode.TextDocument, place: vscode.Position): Promise<number> {
  const extension = vscode.extensions.getExtension(extensionId);
  if (extension === undefined) throw new Error('The extension is not there.');
  const client = new LanguageClient(inWorker(extension.extensionUri.fsPath + '/' + languageWorkerScript), console.log);
  try {
    const text = document.getText();
    const offset = document.offsetAt(place);
    const times: number[] = [];
    for (let version = 0; version < rounds; version++) {
      const file = { key: 'bench', version, text: () => text };
      times.push(
        await timed(async () => {
          await client.ask(file, 'completions', [offset, {}]);
        }),
      );
    }
    return median(times);
  } finally {
    client.dispose();
  }
}

/** Types letters as fast as a person does, without waiting for anything. */
async function type(editor: vscode.TextEditor, text: string, gap: number): Promise<void> {
  const end = editor.document.lineAt(0).range.end;
  for (const [index, letter] of Array.from(text).entries()) {
    await editor.edit((edit) => edit.insert(end.translate(0, index), letter), {
      undoStopBefore: false,
      undoStopAfter: false,
    });
    await quiet(gap);
  }
}

function nextDiagnostics(uri: vscode.Uri): Promise<void> {
  return new Promise((resolve) => {
    const before = summary(uri);
    const subscription = vscode.languages.onDidChangeDiagnostics(() => {
      if (summary(uri) === before) return;
      subscription.dispose();
      resolve();
    });
  });
}

function summary(uri: vscode.Uri): string {
  return vscode.languages
    .getDiagnostics(uri)
    .map(({ message }) => message)
    .join('\n');
}

async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

async function quiet(milliseconds = 1500): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Megabytes in use, after what is not used any more was thrown away. */
function memory(): { readonly heap: number; readonly process: number } {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed / 2 ** 20, process: rss / 2 ** 20 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
