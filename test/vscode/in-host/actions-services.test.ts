import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Transport } from '../../../src/transport/transport';
import type { ActionOutcome } from '../../../src/vscode/actions/action';
import type { NetnsApi } from '../../../src/vscode/api';
import { CommandId } from '../../../src/vscode/ids';
import type { ActionResult } from '../../../src/vscode/topology/action';
import { waitFor } from '../machinery/wait-for';
import { beforeOnLabHost, closeEditors, configureHosts, labHost, openTopology, recordNotifications } from './support';

const text = `name: ih-services
namespaces:
  ih-served:
    services:
      web: { command: "echo hello from $$; exec sleep 4261" }
      picky: { command: "[ ! -e /tmp/ih-refuse ] || { echo refused; exit 5; }; exec sleep 4262" }
`;

describe('Services', function () {
  this.timeout(120_000);
  const lab = labHost();
  let api: NetnsApi;
  let elsewhere: Transport;
  let file: vscode.Uri;

  before(async function () {
    ({ api, elsewhere } = await beforeOnLabHost(this));
    file = (await openTopology(text)).uri;
    const applied = await vscode.commands.executeCommand<ActionResult>(CommandId.apply, file);
    assert.equal(applied.outcome, 'done');
  });
  after(async () => {
    if (lab === undefined) return;
    for (const terminal of vscode.window.terminals) terminal.dispose();
    await elsewhere.run('rm -f /tmp/ih-refuse');
    await vscode.commands.executeCommand(CommandId.destroy, file, { confirmed: true });
    await closeEditors();
    elsewhere.dispose();
    await configureHosts(api, [], []);
  });

  const subject = (name: string): object => ({
    type: 'service',
    hostId: 'lab1',
    namespace: 'ih-served',
    name,
    lab: 'ih-services',
  });
  const act = (id: CommandId, ...args: unknown[]): Thenable<ActionOutcome> =>
    vscode.commands.executeCommand<ActionOutcome>(id, ...args);
  const pidOf = async (pattern: string): Promise<string> =>
    (await elsewhere.run(`pgrep -f '^${pattern}'`)).stdout.trim();
  const lenses = async (): Promise<string> => {
    const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', file, 200);
    return found.map(({ command }) => command?.title ?? '').join('\n');
  };

  it('are started again by Restart Service, which says so and cannot be undone', async () => {
    const before = await pidOf('sleep 4261');
    const shown = recordNotifications();
    assert.deepEqual(await act(CommandId.restartService, subject('web')), { outcome: 'done' });
    shown.stop();
    assert.deepEqual(shown.messages, ['Service web@ih-served is running anew on lab1.']);
    const after = await pidOf('sleep 4261');
    assert.match(after, /^\d+$/);
    assert.notEqual(after, before);
    assert.equal(api.snapshot('lab1')?.services?.find(({ name }) => name === 'web')?.restarts, 1);
  });

  it('say above their lines since when they run', async () => {
    await waitFor('the lens', async () => /running since \d\d:\d\d, process \d+, restarted once/.test(await lenses()));
    assert.match(await lenses(), /^Log$/m);
  });

  it('say in their hover how they stand', async () => {
    const position = (await vscode.workspace.openTextDocument(file)).positionAt(text.indexOf('web:') + 1);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', file, position);
    const said = hovers.flatMap(({ contents }) => contents.map((one) => (one as vscode.MarkdownString).value)).join();
    assert.match(said, /running since/);
  });

  it('are stopped by Stop Service: the lab has drifted, the log stays, and Undo starts them', async () => {
    assert.deepEqual(await act(CommandId.stopService, subject('web')), { outcome: 'done' });
    assert.equal(await pidOf('sleep 4261'), '');
    assert.equal((await act(CommandId.stopService, subject('web'))).outcome, 'unchanged');
    await waitFor('drift', () =>
      api.labs('lab1').some(({ summary }) => summary === 'drifted: service web@ih-served has ended'),
    );
    await waitFor('the lens', async () => /stopped at \d\d:\d\d/.test(await lenses()));
    const log = await elsewhere.run('cat /run/netns-topology/labs/ih-services/services/ih-served/web.log');
    assert.match(log.stdout, /hello from/);
    assert.equal(await vscode.commands.executeCommand(CommandId.undo), true);
    assert.match(await pidOf('sleep 4261'), /^\d+$/);
    assert.equal((await act(CommandId.startService, subject('web'))).outcome, 'unchanged');
  });

  it('are in one notification with their own words when they do not start', async () => {
    await act(CommandId.stopService, subject('picky'));
    await elsewhere.run('touch /tmp/ih-refuse');
    const shown = recordNotifications();
    const result = await act(CommandId.startService, subject('picky'));
    shown.stop();
    assert.deepEqual(result, { outcome: 'failed', reason: 'commandFailed' });
    assert.equal(shown.messages.length, 1);
    assert.match(shown.messages[0] ?? '', /ended at once[^]*refused/);
    await elsewhere.run('rm /tmp/ih-refuse');
    assert.deepEqual(await act(CommandId.startService, subject('picky')), { outcome: 'done' });
  });

  it('can be followed by Follow Log, which ends with its terminal', async () => {
    const result = await act(CommandId.followLog, subject('web'));
    assert.deepEqual(result, { outcome: 'done', value: ['Log: ih-served:web @ lab1'] });
    const terminal = vscode.window.terminals.find(({ name }) => name === 'Log: ih-served:web @ lab1');
    assert.ok(terminal !== undefined);
    await waitFor('tail on the host', async () => (await pidOf('tail -n 1000 -F')) !== '');
    terminal.dispose();
    await waitFor('no tail on the host', async () => (await pidOf('tail -n 1000 -F')) === '');
  });

  it('that are not there are named', async () => {
    const shown = recordNotifications();
    const ids = [CommandId.followLog, CommandId.restartService, CommandId.stopService];
    for (const id of ids) assert.equal((await act(id, subject('nothing'))).outcome, 'failed');
    shown.stop();
    assert.equal(shown.messages.length, ids.length);
    for (const message of shown.messages) assert.match(message, /nothing/);
  });
});
