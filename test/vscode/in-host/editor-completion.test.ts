import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activateExtension, closeEditors, configureHosts, openTopology } from './support';

const lab = `name: pair
bridges:
  br0: { addresses: [10.0.0.1/24] }
namespaces:
  earth:
    interfaces:
      eth0: { addresses: [10.0.0.10/24] }
  mars:
links:
  - endpoints: [earth:eth0, br0]
`;

/** A place to write at, marked by `|`, and some of what may be written there. */
const places: readonly { what: string; text: string; offered: readonly string[]; not?: readonly string[] }[] = [
  { what: 'in an empty file', text: '|', offered: ['name', 'namespaces'] },
  {
    what: 'on an empty line between blocks',
    text: lab.replace('links:', '|\nlinks:'),
    offered: ['nat', 'checks'],
    not: ['name'],
  },
  {
    what: 'on an empty line below a namespace',
    text: lab.replace('  mars:\n', '  mars:\n    |\n'),
    offered: ['interfaces', 'routes', 'services'],
  },
  {
    what: 'in a line that is indented by one space too many',
    text: lab.replace('  mars:\n', '  mars:\n     ro|\n'),
    offered: ['routes'],
  },
  {
    what: 'in an endpoint that is half-written',
    text: `${lab}  - endpoints: [mars:|\n`,
    offered: ['mars:eth0'],
    not: ['earth:eth0'],
  },
  { what: 'in an endpoint that has not been begun', text: `${lab}  - endpoints: [|]\n`, offered: ['br0'] },
  {
    what: 'for an address, the next that is free',
    text: lab
      .replace('  mars:\n', '  mars:\n    interfaces:\n      eth0: { addresses: [|] }\n')
      .concat('  - endpoints: [mars:eth0, br0]\n'),
    offered: ['10.0.0.11/24'],
  },
  {
    what: 'for a gateway, what is on the network',
    text: lab.replace('  mars:', '    routes: [{ to: default, via: | }]\n  mars:'),
    offered: ['10.0.0.1'],
  },
  {
    what: 'for words of the language',
    text: `${lab}checks:\n  - { from: earth, ping: mars, expect: | }\n`,
    offered: ['pass', 'fail'],
  },
  { what: 'for where a check starts', text: `${lab}checks:\n  - { from: | }\n`, offered: ['earth', 'mars', 'host'] },
  {
    what: 'for a sysctl',
    text: lab.replace('  mars:\n', '  mars:\n    sysctls:\n      net.ipv4.ip|\n'),
    offered: ['net.ipv4.ip_forward'],
  },
  {
    what: 'behind a bracket that is never closed',
    text: lab.replace('{ addresses: [10.0.0.10/24] }', '{ |'),
    offered: ['addresses', 'mtu'],
  },
];

describe('Completion', () => {
  before(async () => {
    await configureHosts(await activateExtension(), [], []);
  });
  afterEach(closeEditors);

  async function labelsAt(marked: string): Promise<string[]> {
    const offset = marked.indexOf('|');
    assert.ok(offset >= 0);
    const document = await openTopology(marked.replace('|', ''));
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      document.positionAt(offset),
    );
    return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
  }

  for (const { what, text, offered, not = [] } of places) {
    it(`offers what fits ${what}`, async () => {
      const labels = await labelsAt(text);
      for (const label of offered) assert.ok(labels.includes(label), `no ${label} among ${labels.join(', ')}`);
      for (const label of not) assert.ok(!labels.includes(label), label);
    });
  }

  it('offers the hosts of the settings as the target', async () => {
    const api = await activateExtension();
    await configureHosts(api, [{ id: 'lab7', host: '203.0.113.7' }], ['lab7']);
    try {
      assert.ok((await labelsAt(lab.replace('bridges:', 'target: |\nbridges:'))).includes('lab7'));
    } finally {
      await configureHosts(api, [], []);
    }
  });

  it('begins a lab with a snippet', async () => {
    const document = await openTopology('');
    await vscode.commands.executeCommand('editor.action.insertSnippet', {
      langId: 'netns-topology',
      name: 'Two namespaces on a bridge, and out',
    });
    assert.match(document.getText(), /^name: my-lab\nbridges:\n {2}br0: \{ addresses: \[10\.0\.0\.1\/24\] \}/);
  });
});
