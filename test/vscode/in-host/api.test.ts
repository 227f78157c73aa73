import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { NetnsApi } from '../../../docs/api';
import { waitFor } from '../machinery/wait-for';
import {
  activateExtension,
  closeEditors,
  configureHosts,
  extensionId,
  labEntry,
  labHost,
  openTopology,
  recordNotifications,
} from './support';

describe('The API for other extensions', function () {
  this.timeout(120_000);
  const lab = labHost();
  let api: NetnsApi;

  before(async function () {
    if (lab === undefined) return this.skip();
    await configureHosts(await activateExtension(), [labEntry(lab)], ['lab1']);
    const extension = vscode.extensions.getExtension<NetnsApi>(extensionId);
    assert.ok(extension !== undefined);
    api = await extension.activate();
  });
  after(async () => {
    if (lab === undefined) return;
    await closeEditors();
    await configureHosts(await activateExtension(), [], []);
  });

  it('lists hosts, connects them, tells of changes, and applies, verifies and destroys a file', async () => {
    assert.equal(api.version, 1);
    const changed: string[] = [];
    const subscription = api.onDidChange((hostId) => changed.push(hostId));
    assert.deepEqual(api.hosts, [{ id: 'lab1', label: 'lab1', status: 'disconnected' }]);
    assert.equal(api.snapshot('lab1'), undefined);
    assert.equal(await api.connect('nobody'), false);
    assert.equal(await api.connect('lab1'), true);
    assert.equal(api.snapshot('lab1')?.namespaces[0]?.isRoot, true);
    const { uri } = await openTopology(
      'name: by-api\nnamespaces:\n  api-earth:\nchecks:\n  - { from: api-earth, ping: 127.0.0.1, expect: fail, within: 1 }\n',
    );
    const shown = recordNotifications();
    try {
      const applied = await api.apply(uri);
      assert.equal(applied.outcome, 'done');
      assert.equal(applied.hostId, 'lab1');
      const isThere = (): boolean => api.snapshot('lab1')?.namespaces.some(({ name }) => name === 'api-earth') === true;
      await waitFor('the namespace in the snapshot', isThere);
      assert.deepEqual(
        api.snapshot('lab1')?.labs.map(({ name }) => name),
        ['by-api'],
      );
      assert.ok(changed.includes('lab1'));
      assert.equal((await api.verify(uri)).checks?.total, 1);
      // The person is asked, and says nothing.
      assert.equal((await api.destroy(uri)).outcome, 'cancelled');
      assert.ok(isThere());
      await vscode.commands.executeCommand('netns.topology.destroy', uri, { confirmed: true });
      subscription.dispose();
      const before = changed.length;
      assert.equal((await api.apply(uri)).outcome, 'done');
      await vscode.commands.executeCommand('netns.topology.destroy', uri, { confirmed: true });
      assert.equal(changed.length, before);
    } finally {
      shown.stop();
    }
  });

  it('refuses what cannot be, and never rejects', async () => {
    const shown = recordNotifications();
    try {
      const { uri } = await openTopology('name: broken\nnamespaces: 7\n');
      assert.equal((await api.apply(uri)).outcome, 'refused');
      assert.equal((await api.verify(vscode.Uri.file('/nonexistent.netns.yaml'))).outcome, 'refused');
      assert.equal(shown.messages.length, 2);
    } finally {
      shown.stop();
    }
  });

  it('has a report of issues beside it that names no host and is not sent', async () => {
    const shown = recordNotifications();
    const { window } = vscode;
    const pick = window.showQuickPick;
    window.showQuickPick = ((items: readonly unknown[]) => Promise.resolve(items.slice(0, 2))) as never;
    try {
      await vscode.commands.executeCommand('netns.reportIssue');
      const text = window.activeTextEditor?.document.getText() ?? '';
      assert.match(text, /\| Netns Topology \| 0\.\d+\.\d+ \|/);
      assert.match(text, /\| kernel \| \d/);
      assert.match(text, /Hosts: ssh/);
      assert.ok(lab !== undefined && !text.includes(lab.address) && !text.includes(lab.identityFile));
      assert.match(shown.messages.at(-1) ?? '', /Nothing has been sent/);
    } finally {
      window.showQuickPick = pick;
      shown.stop();
    }
  });
});
