import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { CheckResult } from '../../../src/lab/model';
import { parseTopology } from '../../../src/topology/parse';
import { CheckResults } from '../../../src/vscode/topology/check-results';
import { closeEditors, openTopology } from './support';

const text = 'name: c\nnamespaces: { a: {}, b: {} }\nchecks:\n  - { from: a, ping: b }\n  - { from: b, ping: a }\n';

describe('Check results', () => {
  let results: CheckResults;
  let changes: number;
  beforeEach(() => {
    results = new CheckResults();
    changes = 0;
    results.onDidChange(() => changes++);
  });
  afterEach(async () => {
    results.dispose();
    await closeEditors();
  });

  const parsed = parseTopology(text);
  const result = (index: number, passed: boolean): CheckResult => ({
    check: parsed.topology!.checks[index]!,
    title: `check ${index}`,
    passed,
    command: 'ping',
    output: 'line 1\nunreachable \u001b[31m',
    milliseconds: 1,
  });
  const marks = (document: vscode.TextDocument): vscode.Diagnostic[] =>
    vscode.languages.getDiagnostics(document.uri).filter((one) => one.code === 'check-failed');

  it('count what held, mark what did not, and hold for the text that was verified only', async () => {
    const document = await openTopology(text);
    assert.equal(results.summary(document), undefined);
    results.set(document, parsed, document.version, [result(0, true), result(1, false)]);
    const summary = results.summary(document);
    assert.deepEqual([summary?.passed, summary?.total, changes], [1, 2, 1]);
    const [mark] = marks(document);
    assert.equal(mark?.range.start.line, 4);
    assert.match(mark.message, /^Does not hold: check 1\.\nping\nline 1\nunreachable \ufffd\[31m$/);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '# edited\n');
    await vscode.workspace.applyEdit(edit);
    assert.equal(results.summary(document), undefined);
    results.clear(document.uri);
    assert.deepEqual([marks(document).length, changes], [0, 2]);
  });

  it('that come after the text was edited are not shown', async () => {
    const document = await openTopology(text);
    results.set(document, parsed, document.version - 1, [result(0, false)]);
    assert.deepEqual([results.summary(document), marks(document).length, changes], [undefined, 0, 0]);
  });
});
