import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { waitFor } from '../machinery/wait-for';
import { activateExtension, closeEditors, openTopology } from './support';

const lab = `name: pair
bridges:
  br0: { addresses: [10.0.0.1/24] } # the switch
namespaces:
  earth:
    interfaces:
      eth0: { addresses: [10.0.0.10/24] }
  mars:
    interfaces:
      eth0: { addresses: [10.0.0.20/24] }
links:
  - endpoints: [earth:eth0, br0]
  - endpoints: [mars:eth0, br0]
`;

/** One of each family: what is wrong, the fix that is offered for it, and what the fix makes of the text. */
const families: readonly { what: string; wrong: string; code: string; title: string; mended: string }[] = [
  {
    what: 'a misspelt key',
    wrong: lab.replace('bridges:', 'brigdes:'),
    code: 'unknown-key',
    title: 'Change to “bridges”',
    mended: lab,
  },
  {
    what: 'a misspelt namespace',
    wrong: lab.replace('[mars:eth0', '[marz:eth0'),
    code: 'unknown-endpoint',
    title: 'Change to “mars:eth0”',
    mended: lab,
  },
  {
    what: 'a namespace that is not there',
    wrong: lab.replace('[mars:eth0', '[saturn:eth0'),
    code: 'unknown-endpoint',
    title: 'Add the namespace “saturn”',
    mended: lab.replace('[mars:eth0', '[saturn:eth0').replace('links:', '  saturn:\nlinks:'),
  },
  {
    what: 'an interface name that is too long, in all its uses',
    wrong: lab
      .replace('      eth0: { addresses: [10.0.0.10', '      earth-interface0: { addresses: [10.0.0.10')
      .replace('earth:eth0', 'earth:earth-interface0'),
    code: 'name-too-long',
    title: 'Shorten to “earth-interface” in all its uses',
    mended: lab
      .replace('      eth0: { addresses: [10.0.0.10', '      earth-interface: { addresses: [10.0.0.10')
      .replace('earth:eth0', 'earth:earth-interface'),
  },
  {
    what: 'an address that is given twice',
    wrong: lab.replace('10.0.0.20', '10.0.0.10'),
    code: 'duplicate-address',
    title: 'Change to the next free address, 10.0.0.11/24',
    mended: lab.replace('10.0.0.20', '10.0.0.11'),
  },
  {
    what: 'a namespace that nothing links',
    wrong: lab.replace('links:', '  venus:\nlinks:'),
    code: 'namespace-unlinked',
    title: 'Add a link to the bridge “br0”',
    mended: `${lab.replace('links:', '  venus:\nlinks:')}  - { endpoints: [venus:eth0, br0] }\n`,
  },
  {
    what: 'forwarding that NAT needs',
    wrong: `${lab}host: { forwarding: false }\nnat:\n  out: { masquerade: 10.0.0.0/24, not-out: br0 }\n`,
    code: 'nat-without-forwarding',
    title: 'Turn forwarding on',
    mended: `${lab}host: { forwarding: true }\nnat:\n  out: { masquerade: 10.0.0.0/24, not-out: br0 }\n`,
  },
  {
    what: 'a key that is missing',
    wrong: lab.replace('name: pair\n', ''),
    code: 'missing-key',
    title: 'Add a name',
    mended: lab.replace('name: pair', 'name: my-lab'),
  },
  {
    what: 'a key that is written twice',
    wrong: lab.replace('links:', 'bridges: {}\nlinks:'),
    code: 'duplicate-key',
    title: 'Remove this one, which counts for nothing',
    mended: lab,
  },
  {
    what: 'a tab',
    wrong: lab.replace('    interfaces:', '\t\tinterfaces:'),
    code: 'yaml-tab-as-indent',
    title: 'Indent with spaces',
    mended: lab,
  },
];

describe('Quick fixes', () => {
  before(activateExtension);
  afterEach(closeEditors);

  for (const { what, wrong, code, title, mended } of families) {
    it(`mend ${what}, in one undoable edit`, async () => {
      const document = await openTopology(wrong);
      const problem = await waitFor(code, () =>
        vscode.languages.getDiagnostics(document.uri).find((one) => one.code === code),
      );
      // VS Code drops an answer while some other extension is still registering its own code actions.
      const fix = await waitFor(`“${title}”`, async () => {
        const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
          'vscode.executeCodeActionProvider',
          document.uri,
          problem.range,
          vscode.CodeActionKind.QuickFix.value,
        );
        return actions.find((action) => action.title === title);
      });
      assert.ok(fix.edit);
      await vscode.workspace.applyEdit(fix.edit);
      assert.equal(document.getText(), mended);
      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), wrong);
    });
  }
});
