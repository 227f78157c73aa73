import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Transport } from '../../../src/transport/transport';
import type { LabSummary, NetnsApi } from '../../../src/vscode/api';
import { CommandId } from '../../../src/vscode/ids';
import type { ActionResult } from '../../../src/vscode/topology/action';
import { waitFor } from '../machinery/wait-for';
import { beforeOnLabHost, closeEditors, configureHosts, labHost, openTopology, untilTabs } from './support';

const text = `name: drifting
bridges:
  dr-br: { addresses: [10.98.0.1/24] }
namespaces:
  dr-a:
    interfaces: { eth0: { addresses: [10.98.0.10/24] } }
links:
  - endpoints: [dr-a:eth0, dr-br:dr-port]
checks:
  - { from: dr-a, ping: 10.98.0.1 }
`;

describe('A lab that drifts from its file', function () {
  this.timeout(120_000);
  const lab = labHost();
  let api: NetnsApi;
  let elsewhere: Transport;

  before(async function () {
    ({ api, elsewhere } = await beforeOnLabHost(this));
  });
  after(async () => {
    if (lab === undefined) return;
    elsewhere.dispose();
    await vscode.commands.executeCommand(CommandId.disconnect, 'lab1');
    await configureHosts(api, [], []);
  });
  afterEach(closeEditors);

  const act = (id: CommandId, ...args: unknown[]): Promise<ActionResult> =>
    Promise.resolve(vscode.commands.executeCommand<ActionResult>(id, ...args));
  const summary = (): LabSummary | undefined => api.labs('lab1').find(({ name }) => name === 'drifting');

  it('is said to, with what differs, while its file is open; its check results go; Apply mends it', async () => {
    const document = await openTopology(text);
    assert.equal((await act(CommandId.apply, document.uri)).outcome, 'done');
    await waitFor('the lab in sync', () => summary()?.summary === 'in sync');
    assert.equal((await act(CommandId.verify, document.uri)).outcome, 'done');
    await waitFor('its checks', () => summary()?.checks?.passed === 1);

    const matrix = await act(CommandId.pingMatrix, document.uri);
    assert.deepEqual([matrix.outcome, matrix.checks], ['done', { passed: 2, total: 2 }], JSON.stringify(matrix));
    await untilTabs('Ping Matrix: ', ['Ping Matrix: drifting']);
    await vscode.window.showTextDocument(document);

    await elsewhere.run('ip link del dr-port');
    const drifted = await waitFor('the drift', () => summary()?.state === 'drifted' && summary());
    assert.equal(drifted.summary, 'drifted: cable dr-a:eth0 — dr-port is gone');
    assert.equal(drifted.checks, undefined, 'the results were found before');

    const mended = await act(CommandId.apply, document.uri);
    assert.deepEqual([mended.outcome, mended.steps], ['done', 2], JSON.stringify(mended));
    await waitFor('the lab in sync again', () => summary()?.summary === 'in sync');
  });

  it('is told from one whose file was edited', async () => {
    const document = await openTopology(text.replace('dr-a:\n', 'dr-a:\n    forwarding: true\n'));
    await waitFor('the edit', () => summary()?.state === 'edited');
    assert.match(summary()?.summary ?? '', /^\d changes? not applied yet$/);
    assert.ok(document);
  });

  it('is known by its record when no file is open, and gone when it is destroyed', async () => {
    await vscode.commands.executeCommand('netns.hosts.focus');
    await waitFor('the record to be compared', () => summary()?.summary === 'in sync');
    await elsewhere.run('ip link del dr-port');
    await waitFor('the drift', () => summary()?.summary === 'drifted: cable dr-a:eth0 — dr-port is gone');
    const document = await openTopology(text);
    await act(CommandId.apply, document.uri);
    const { uri } = document;
    const lenses = async (): Promise<string[]> => {
      const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 20);
      return found.flatMap(({ command }) => command?.title ?? []);
    };
    await waitFor('the lab in sync', async () => (await lenses()).some((title) => /in sync/.test(title)));
    await act(CommandId.destroy, uri, { confirmed: true });
    // At once, before files are compared anew: no tree, status bar or lens may go by what was known before.
    const [left, said] = [summary(), await lenses()];
    assert.equal(left, undefined);
    assert.ok(said.includes('not applied') && !said.some((title) => /in sync|drifted/.test(title)), said.join(' | '));
  });
});
