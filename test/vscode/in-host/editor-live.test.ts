import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Transport } from '../../../src/transport/transport';
import { CommandId } from '../../../src/vscode/ids';
import { beforeOnLabHost, closeEditors, diagnosticsOf, labHost, openTopology } from './support';

const lab = `name: live-lab
target: lab1
bridges:
  lv-br: { addresses: [10.93.0.1/24] }
namespaces:
  lv:
    interfaces:
      lv0: { addresses: [10.93.0.2/24] }
links:
  - endpoints: [lv:lv0, lv-br:lvp]
nat:
  out: { masquerade: 10.93.0.0/24, not-out: lv-br }
`;

describe('The language in the editor, with a host', function () {
  this.timeout(120_000);
  const access = labHost();
  let elsewhere: Transport;

  before(async function () {
    ({ elsewhere } = await beforeOnLabHost(this, {
      typed: 'ip netns add lv; ip link add lv-card type veth peer name lv-far',
    }));
  });
  after(async () => {
    if (access === undefined) return;
    await closeEditors();
    await elsewhere.run('ip netns del lv; ip link del lv-card');
    elsewhere.dispose();
  });

  async function hover(document: vscode.TextDocument, word: string): Promise<string> {
    const position = document.positionAt(document.getText().indexOf(word) + 1);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      position,
    );
    return hovers.flatMap(({ contents }) => contents.map((part) => (part as vscode.MarkdownString).value)).join('\n');
  }

  it('hovers show the commands that an entry stands for, also while nothing is connected', async () => {
    const document = await openTopology(lab);
    const text = await hover(document, '10.93.0.2/24');
    assert.match(text, /As commands:\n\n```sh\nip -n lv addr add 10\.93\.0\.2\/24 dev lv0\n```/);
    assert.doesNotMatch(text, /\*\*On lab1\*\*/);
  });

  it('hovers show how it is on the host, and completion offers the host’s own interfaces', async () => {
    assert.equal(await vscode.commands.executeCommand(CommandId.connect, 'lab1'), true);
    await vscode.commands.executeCommand(CommandId.refresh, 'lab1');
    const document = await openTopology(lab);
    assert.match(await hover(document, 'lv:\n'), /\*\*On lab1\*\* now:/);
    assert.match(await hover(document, 'lv-br:'), /not (there|on)/);
    const marked = await openTopology(lab.replace('not-out: lv-br', 'not-out: '));
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      marked.uri,
      marked.positionAt(marked.getText().indexOf('not-out: ') + 'not-out: '.length),
    );
    const labels = list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    for (const name of ['lv-br', 'lv-card', 'eth0']) assert.ok(labels.includes(name), `${name} of ${labels.join()}`);
  });

  it('a file that is not UTF-8 says so at the place, and one in UTF-16 with its mark is read', async () => {
    const latin1 = await openTopology(Buffer.from('name: t\n# Zürich\nbridges: { br0: }\n', 'latin1'));
    const codes = async (document: vscode.TextDocument): Promise<unknown[]> => {
      const found = await diagnosticsOf(document, 1);
      return found.map(({ code, range }) => [code, range.start.line]);
    };
    assert.deepEqual(await codes(latin1), [['not-utf8', 1]]);
    const utf16 = await openTopology(Buffer.from('\ufeffname: t\nbridge: { br0: }\n', 'utf16le'));
    assert.deepEqual(await codes(utf16), [['unknown-key', 1]]);
  });
});
