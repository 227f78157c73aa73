import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { waitFor } from '../machinery/wait-for';
import { activateExtension, closeEditors, openTopology } from './support';

async function problemsOf(document: vscode.TextDocument, code: string): Promise<vscode.Diagnostic[]> {
  return await waitFor(code, () => {
    const found = vscode.languages.getDiagnostics(document.uri).filter((one) => one.code === code);
    return found.length > 0 && found;
  });
}

describe('Problems', () => {
  before(activateExtension);
  afterEach(closeEditors);

  it('lead to the other place that belongs to them', async () => {
    const text = `name: twice
namespaces:
  earth: { interfaces: { eth0: { addresses: [10.0.0.1/24] } } }
  mars: { interfaces: { eth0: { addresses: [10.0.0.1/24] } } }
links:
  - endpoints: [earth:eth0, mars:eth0]
`;
    const document = await openTopology(text);
    const [problem] = await problemsOf(document, 'duplicate-address');
    assert.equal(problem?.range.start.line, 3);
    const [related] = problem.relatedInformation ?? [];
    assert.equal(related?.location.uri.toString(), document.uri.toString());
    assert.equal(related.location.range.start.line, 2);
    assert.equal(document.getText(related.location.range), document.getText(problem.range));
    assert.notEqual(related.message, '');
  });

  it('say how bad they are', async () => {
    const document = await openTopology(
      'name: a\nnamespaces:\n  lonely: { interfaces: { eth0: { addresses: [10.0.0.300/24] } } }\n',
    );
    const [warning] = await problemsOf(document, 'namespace-unlinked');
    assert.equal(warning?.severity, vscode.DiagnosticSeverity.Warning);
    const [error] = await problemsOf(document, 'bad-address');
    assert.equal(error?.severity, vscode.DiagnosticSeverity.Error);
  });

  it('of broken YAML do not hide those of the rest', async () => {
    const text =
      'name: a\nnamespaces:\n  earth: { interfaces: { eth0: { addresses: [10.0.0.300/24 }}}\n  mars:\n    rutes: []\n';
    const document = await openTopology(text);
    await problemsOf(document, 'bad-address');
    await problemsOf(document, 'unknown-key');
    const codes = vscode.languages
      .getDiagnostics(document.uri)
      .map(({ code }) => (typeof code === 'string' ? code : ''));
    assert.ok(
      codes.some((code) => code.startsWith('yaml-')),
      codes.join(),
    );
  });

  it('come and go while somebody types, and stay until the next reading', async () => {
    const document = await openTopology('name: a\ntarget: x\nnamespaces:\n  earth: { intefaces: {} }\n');
    const editor = vscode.window.activeTextEditor!;
    await problemsOf(document, 'unknown-key');
    for (const letter of ['#', ' ', 'w', 'o', 'r', 'd', 's']) {
      await editor.edit((edit) => edit.insert(document.lineAt(1).range.end, letter === '#' ? ' #' : letter));
      assert.ok(vscode.languages.getDiagnostics(document.uri).length > 0);
    }
    const offset = document.getText().indexOf('intefaces');
    await editor.edit((edit) => edit.insert(document.positionAt(offset + 4), 'r'));
    await waitFor('no unknown key', () => {
      return vscode.languages.getDiagnostics(document.uri).every(({ code }) => code !== 'unknown-key');
    });
  });
});
