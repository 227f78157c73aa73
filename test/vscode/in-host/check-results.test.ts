import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CheckResult } from '../../../src/lab/model';
import type { CheckDeclaration } from '../../../src/topology/model';
import { parseTopology } from '../../../src/topology/parse';
import { TopologyDocuments } from '../../../src/vscode/editor/topology-documents';
import { CheckResults } from '../../../src/vscode/topology/check-results';
import { waitFor } from '../machinery/wait-for';
import { closeEditors, openTopology } from './support';

const text = 'name: c\nnamespaces: { a: {}, b: {} }\nchecks:\n  - { from: a, ping: b }\n  - { from: b, ping: a }\n';

describe('Check results', () => {
  let documents: TopologyDocuments;
  let results: CheckResults;
  let changes: number;
  beforeEach(() => {
    documents = new TopologyDocuments();
    results = new CheckResults(documents);
    changes = 0;
    results.onDidChange(() => changes++);
  });
  afterEach(async () => {
    results.dispose();
    documents.dispose();
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
    const topology = documents.parse(document).topology!;
    const [first, second] = topology.checks;
    results.record({ document, topology, host }, [result(first!, true), result(second!, false)]);
  };
  const marks = (document: vscode.TextDocument): vscode.Diagnostic[] =>
    vscode.languages.getDiagnostics(document.uri).filter((one) => one.code === 'check-failed');
  const edit = async (document: vscode.TextDocument, from: string, to: string): Promise<void> => {
    const at = document.positionAt(document.getText().indexOf(from));
    const change = new vscode.WorkspaceEdit();
    change.replace(document.uri, new vscode.Range(at, at.translate(0, from.length)), to);
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
    assert.deepEqual(
      results.resultsOf(document).map((one) => one?.passed),
      [undefined, true, false],
    );
    await waitFor('the mark to move', () => marks(document)[0]?.range.start.line === 6);
  });

  it('go when what is declared changes, or the lab on its host', async () => {
    const document = await openTopology(text);
    record(document);
    await edit(document, 'b: {}', 'b: {}, d: {}');
    assert.deepEqual(results.resultsOf(document), [undefined, undefined]);
    await waitFor('no mark', () => marks(document).length === 0);
    record(document);
    results.forgetLab('lab2', 'c');
    assert.ok(results.summary(document));
    results.forgetLab('lab1', 'c');
    assert.deepEqual([results.summary(document), marks(document).length], [undefined, 0]);
  });

  it('that come after the text was edited are not shown', async () => {
    const document = await openTopology(text);
    const { topology } = parseTopology(text.replace('b: {}', 'b: {}, d: {}'));
    results.record({ document, topology: topology!, host }, [result(topology!.checks[0]!, false)]);
    assert.deepEqual([results.summary(document), marks(document).length, changes], [undefined, 0, 0]);
  });
});
