import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { Emitter } from '../../../src/base/events';
import type { CheckResult } from '../../../src/lab/model';
import type { CheckDeclaration } from '../../../src/topology/model';
import { LanguageService, languageWorkerScript } from '../../../src/vscode/editor/service/language-service';
import { TopologyDocuments } from '../../../src/vscode/editor/topology-documents';
import { CheckResults } from '../../../src/vscode/topology/check-results';
import { waitFor } from '../machinery/wait-for';
import { closeEditors, extensionId, openTopology } from './support';

const text = 'name: c\nnamespaces: { a: {}, b: {} }\nchecks:\n  - { from: a, ping: b }\n  - { from: b, ping: a }\n';

describe('Check results', () => {
  const log = vscode.window.createOutputChannel('Check results test', { log: true });
  let service: LanguageService;
  let documents: TopologyDocuments;
  let results: CheckResults;
  let changes: number;
  /** What is known of the lab on its host. */
  let hostMark: string | undefined;
  let settles: Emitter<void>;
  beforeEach(() => {
    hostMark = 'in sync';
    settles = new Emitter();
    const { extensionPath } = vscode.extensions.getExtension(extensionId)!;
    service = new LanguageService(path.join(extensionPath, languageWorkerScript), log);
    documents = new TopologyDocuments(service);
    results = new CheckResults(documents, { markOf: () => hostMark, onDidSettle: settles.event }, log);
    changes = 0;
    results.onDidChange(() => changes++);
  });
  afterEach(async () => {
    results.dispose();
    documents.dispose();
    service.dispose();
    await closeEditors();
  });

  const host = { id: 'lab1', label: 'lab1' };
  const result = (check: CheckDeclaration, passed: boolean): CheckResult => ({
    check,
    title: `check ${check.from}`,
    passed,
    command: 'ping',
    output: 'line 1\nunreachable \u001b[31m',
    milliseconds: 1,
  });
  /** Records results for the text as it stands: the first check held, the second did not. */
  const record = (document: vscode.TextDocument): void => {
    const parsed = documents.parse(document);
    const [first, second] = parsed.topology!.checks;
    results.record({ document, version: document.version, parsed, host }, [
      result(first!, true),
      result(second!, false),
    ]);
  };
  const marks = (document: vscode.TextDocument): vscode.Diagnostic[] =>
    vscode.languages.getDiagnostics(document.uri).filter((one) => one.code === 'check-failed');
  const edit = async (document: vscode.TextDocument, from: string, to: string): Promise<void> => {
    const at = document.getText().indexOf(from);
    const change = new vscode.WorkspaceEdit();
    const range = new vscode.Range(document.positionAt(at), document.positionAt(at + from.length));
    change.replace(document.uri, range, to);
    await vscode.workspace.applyEdit(change);
  };

  it('count what held and mark what did not, with the evidence', async () => {
    const document = await openTopology(text);
    assert.equal(results.summary(document), undefined);
    record(document);
    assert.deepEqual(results.summary(document), { passed: 1, total: 2 });
    assert.deepEqual(
      results.resultsOf(document).map((one) => one?.passed),
      [true, false],
    );
    const [mark] = marks(document);
    assert.equal(mark?.range.start.line, 4);
    assert.match(mark.message, /^Does not hold: check b\.\nping\nline 1\nunreachable \ufffd\[31m$/);
    results.clear(document.uri);
    assert.deepEqual([marks(document).length, results.summary(document)], [0, undefined]);
  });

  it('stay with their checks while the text around them is edited, and no longer count as all when one is new', async () => {
    const document = await openTopology(text);
    record(document);
    await edit(document, 'checks:\n', 'checks:\n  - { from: a, ping: 10.0.0.1 }\n  # a word\n');
    assert.equal(results.summary(document), undefined);
    await waitFor('the results to follow', () => results.resultsOf(document).length === 3);
    assert.deepEqual(
      results.resultsOf(document).map((one) => one?.passed),
      [undefined, true, false],
    );
    assert.equal(results.summary(document), undefined);
    assert.equal(marks(document)[0]?.range.start.line, 6);
  });

  it('go when what is declared changes, or the lab on its host', async () => {
    const document = await openTopology(text);
    record(document);
    await edit(document, 'b: {}', 'b: {}, d: {}');
    assert.deepEqual(results.resultsOf(document), []);
    await waitFor('no mark', () => marks(document).length === 0);
    record(document);
    settles.fire();
    assert.ok(results.summary(document));
    const matrix = { lab: 'c', host: 'lab1', places: [], cells: [] };
    results.recordMatrix({ document, version: document.version, parsed: documents.parse(document), host }, matrix);
    assert.deepEqual(
      [results.matrixOf(document.uri, host.id), results.matrixOf(document.uri, 'other')],
      [matrix, undefined],
    );
    assert.ok(results.summary(document), 'the checks’ results stay');
    hostMark = 'drifted';
    settles.fire();
    assert.deepEqual([results.summary(document), marks(document).length], [undefined, 0]);
    assert.equal(results.matrixOf(document.uri, host.id), undefined);
  });

  it('found while a change of the lab is being looked at belong to the changed lab', async () => {
    const document = await openTopology(text);
    hostMark = undefined;
    record(document);
    settles.fire();
    hostMark = 'applied again';
    settles.fire();
    settles.fire();
    assert.ok(results.summary(document));
    hostMark = 'drifted';
    settles.fire();
    assert.equal(results.summary(document), undefined);
  });

  it('that come after the text was edited are shown only if it still declares the same lab', async () => {
    const document = await openTopology(text);
    const parsed = documents.parse(document);
    const { version } = document;
    const late = (): void =>
      results.record({ document, version, parsed, host }, [result(parsed.topology!.checks[0]!, true)]);
    await edit(document, 'name: c', 'name: c # a comment');
    late();
    await waitFor('the result', () => results.resultsOf(document)[0]?.passed === true);
    await edit(document, 'b: {}', 'b: {}, d: {}');
    const before = changes;
    late();
    await waitFor('the result to go', () => changes > before);
    assert.deepEqual(results.resultsOf(document), []);
  });
});
