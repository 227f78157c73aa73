import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { NetnsApi } from '../../../src/vscode/api';
import { CommandId } from '../../../src/vscode/ids';
import { waitFor } from '../machinery/wait-for';
import { activateExtension, configureHosts, recordNotifications } from './support';

describe('The setting netns.hosts', () => {
  let api: NetnsApi;
  before(async () => {
    api = await activateExtension();
  });
  afterEach(() => configureHosts(api, [], []));

  it('is followed as it changes', async () => {
    await configureHosts(api, [{ id: 'a', host: '203.0.113.1', label: 'First' }], ['a']);
    assert.deepEqual(api.hosts, [{ id: 'a', label: 'First', status: 'disconnected' }]);
  });

  it('with a bad entry gives one message that names the entry; the others work', async () => {
    const shown = recordNotifications();
    try {
      await configureHosts(
        api,
        [
          { id: 'a', host: '203.0.113.1' },
          { id: 'b', host: '203.0.113.2', port: 0 },
        ],
        ['a'],
      );
      const [message] = await waitFor('a message', () => shown.messages.length > 0 && shown.messages);
      assert.match(message ?? '', /entry 2 \(“b”\).*“port”/);
      assert.equal(shown.messages.length, 1);
    } finally {
      shown.stop();
    }
  });

  it('of a host where nobody listens ends in one notification, and the host can be tried again', async () => {
    await configureHosts(api, [{ id: 'nobody', host: '127.0.0.1', port: 9, user: 'root' }], ['nobody']);
    const shown = recordNotifications();
    try {
      assert.equal(await vscode.commands.executeCommand(CommandId.connect, 'nobody'), false);
      assert.equal(api.hosts[0]?.status, 'failed');
      assert.equal(shown.messages.length, 1);
      assert.match(shown.messages[0] ?? '', /^Cannot connect to nobody: /);
    } finally {
      shown.stop();
    }
  });
});
