import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CommandId, hostCheckScheme } from '../../../src/vscode/ids';
import { waitFor } from '../machinery/wait-for';
import { activateExtension, closeEditors, configureHosts, labEntry, labHost, recordNotifications } from './support';

describe('Check Host', function () {
  this.timeout(120_000);
  const lab = labHost();

  before(async function () {
    if (lab === undefined) return this.skip();
    await configureHosts(await activateExtension(), [labEntry(lab)], ['lab1']);
  });
  after(async () => {
    await closeEditors();
    await configureHosts(await activateExtension(), [], []);
  });

  it('connects, looks, and shows a report in Markdown', async () => {
    const summary = await vscode.commands.executeCommand(CommandId.checkHost, 'lab1');
    assert.match(String(summary), /lacking/);
    const report = await waitFor('the report', () =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === hostCheckScheme),
    );
    assert.match(report.getText(), /^# Check of `lab1`/);
    assert.match(report.getText(), /\*\*iproute2\*\*: `ip utility/);
    assert.match(report.getText(), /Nothing was changed on the host/);
  });

  it('says why where the host cannot be reached', async () => {
    const api = await activateExtension();
    const notifications = recordNotifications();
    try {
      await configureHosts(api, [{ id: 'nowhere', host: '127.0.0.1', port: 1, user: 'root' }], ['nowhere']);
      assert.equal(await vscode.commands.executeCommand(CommandId.checkHost, 'nowhere'), undefined);
      assert.match(notifications.messages.join(), /Cannot connect to nowhere/);
    } finally {
      notifications.stop();
    }
  });
});
