import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Transport } from '../../../src/transport/transport';
import type { NetnsApi } from '../../../src/vscode/api';
import { CommandId, SettingId, settingsSection } from '../../../src/vscode/ids';
import type { ActionOutcome } from '../../../src/vscode/actions/action';
import { waitFor } from '../machinery/wait-for';
import {
  activateExtension,
  configureHosts,
  labEntry,
  labHost,
  outputOf,
  recordNotifications,
  secondWay,
} from './support';

describe('Open Shell', function () {
  this.timeout(120_000);
  const lab = labHost();
  let api: NetnsApi;
  let elsewhere: Transport;

  before(async function () {
    if (lab === undefined) return this.skip();
    api = await activateExtension();
    elsewhere = await secondWay(lab);
    await elsewhere.run(
      `ip netns add ih-shell; ip netns add 'ih shell.2'; ip -n ih-shell link add name ihs0 type bridge; ip -n ih-shell addr add 10.98.0.1/24 dev ihs0`,
    );
    await configureHosts(api, [labEntry(lab)], ['lab1']);
    assert.equal(await vscode.commands.executeCommand(CommandId.connect, 'lab1'), true);
  });
  after(async () => {
    for (const terminal of vscode.window.terminals) terminal.dispose();
    await elsewhere.run(`ip netns del ih-shell; ip netns del 'ih shell.2'; rm -f /tmp/ih-shell-*`);
    elsewhere.dispose();
  });

  const namespace = (name: string): object => ({ type: 'namespace', hostId: 'lab1', name });
  const openShell = (...args: unknown[]): Thenable<ActionOutcome> =>
    vscode.commands.executeCommand<ActionOutcome>(CommandId.openShell, ...args);
  const inside = async (name: string): Promise<string> =>
    (await elsewhere.run(`ip netns pids '${name}' | xargs -r ps -o pid=,args= -p`)).stdout.trim();
  const terminalNamed = (name: string): Promise<vscode.Terminal> =>
    waitFor(`a terminal ${name}`, () => vscode.window.terminals.find((one) => one.name === name));

  async function close(terminal: vscode.Terminal): Promise<void> {
    terminal.dispose();
    await waitFor('the terminal is gone', () => !vscode.window.terminals.includes(terminal));
  }

  /** Has the shell write what a command says into a file on the host, and reads that. */
  async function say(terminal: vscode.Terminal, command: string): Promise<string> {
    const file = `/tmp/ih-shell-${Math.random().toString(36).slice(2)}`;
    terminal.sendText(`${command} >${file}.new; mv ${file}.new ${file}`);
    return await waitFor(
      `what ${command} says`,
      async () => (await elsewhere.run(`cat ${file} 2>/dev/null`)).stdout || undefined,
    );
  }

  it('opens a terminal in the namespace, which ends with its terminal', async () => {
    const result = await openShell(namespace('ih-shell'));
    assert.deepEqual(result, { outcome: 'done', value: ['ih-shell @ lab1'] });
    const terminal = await terminalNamed('ih-shell @ lab1');
    assert.match(await say(terminal, 'ip -br addr'), /10\.98\.0\.1\/24/);
    assert.match(await say(terminal, 'tty'), /^\/dev\/pts\//);
    await close(terminal);
    await waitFor('no process in the namespace', async () => (await inside('ih-shell')) === '');
  });

  it('opens among the editors where the setting wants that', async () => {
    const settings = vscode.workspace.getConfiguration(settingsSection);
    await settings.update(SettingId.terminalLocation, 'editor', vscode.ConfigurationTarget.Global);
    try {
      await openShell(namespace('ih-shell'));
      const terminal = await terminalNamed('ih-shell @ lab1');
      await waitFor('its tab', () =>
        vscode.window.tabGroups.all.some(({ tabs }) =>
          tabs.some(({ input }) => input instanceof vscode.TabInputTerminal),
        ),
      );
      await close(terminal);
    } finally {
      await settings.update(SettingId.terminalLocation, undefined, vscode.ConfigurationTarget.Global);
    }
    await waitFor('no process', async () => (await inside('ih-shell')) === '');
  });

  it('closes its terminal when the shell ends', async () => {
    await openShell(namespace('ih shell.2'));
    const terminal = await terminalNamed('ih shell.2 @ lab1');
    terminal.sendText('exit 3');
    await waitFor('the terminal is gone', () => !vscode.window.terminals.includes(terminal));
    assert.equal(await inside('ih shell.2'), '');
  });

  it('opens one for each selected row, and one on the host itself', async () => {
    const row = (subject: object): object => ({ hostId: 'lab1', node: { subject } });
    const rows = [
      row(namespace('ih-shell')),
      row(namespace('ih shell.2')),
      row({ type: 'host', hostId: 'lab1', name: 'lab1' }),
    ];
    const result = await openShell(rows[0], rows);
    assert.deepEqual(result.value, ['ih-shell @ lab1', 'ih shell.2 @ lab1', 'lab1']);
    const host = await terminalNamed('lab1');
    const root = (await elsewhere.run('readlink /proc/self/ns/net')).stdout;
    assert.equal(await say(host, 'readlink /proc/self/ns/net'), root);
    for (const name of ['ih-shell @ lab1', 'ih shell.2 @ lab1', 'lab1']) await close(await terminalNamed(name));
    await waitFor('no process', async () => (await inside('ih-shell')) + (await inside('ih shell.2')) === '');
  });

  it('asks for the namespace when the palette calls it', async () => {
    const { window } = vscode;
    const before = window.showQuickPick;
    let offered: readonly vscode.QuickPickItem[] = [];
    window.showQuickPick = ((items: readonly vscode.QuickPickItem[]) => {
      offered = items;
      return Promise.resolve(items.filter(({ label }) => label === 'ih-shell'));
    }) as unknown as typeof window.showQuickPick;
    try {
      assert.deepEqual((await openShell()).value, ['ih-shell @ lab1']);
    } finally {
      window.showQuickPick = before;
    }
    assert.ok(offered.some(({ label, description }) => label === 'ih-shell' && description?.includes('10.98.0.1/24')));
    const terminal = await terminalNamed('ih-shell @ lab1');
    await close(terminal);
    await waitFor('no process', async () => (await inside('ih-shell')) === '');
  });

  it('opens the shell again in the same terminal when the connection returns', async () => {
    await openShell(namespace('ih-shell'));
    const terminal = await terminalNamed('ih-shell @ lab1');
    await say(terminal, 'tty');
    const text = outputOf(terminal);
    await vscode.commands.executeCommand(CommandId.disconnect, 'lab1');
    await waitFor('what to do', () => text().includes('Press Enter to reconnect.'));
    await waitFor('no process', async () => (await inside('ih-shell')) === '');
    assert.ok(vscode.window.terminals.includes(terminal), 'the terminal went with the connection');
    assert.equal(await vscode.commands.executeCommand(CommandId.connect, 'lab1'), true);
    await waitFor('a shell', async () => (await inside('ih-shell')) !== '');
    assert.match(await say(terminal, 'ip -br addr'), /10\.98\.0\.1\/24/);
    await close(terminal);
    await waitFor('no process', async () => (await inside('ih-shell')) === '');
  });

  it('starts a web server in the namespace, which ends with its terminal', async () => {
    const result = await vscode.commands.executeCommand<ActionOutcome>(
      CommandId.startWebServer,
      namespace('ih-shell'),
      { input: '8123' },
    );
    assert.deepEqual(result, { outcome: 'done', value: 8123 });
    await elsewhere.run('ip -n ih-shell link set lo up');
    await waitFor(
      'an answer',
      async () =>
        (await elsewhere.run('ip netns exec ih-shell curl -s -o /dev/null -w "%{http_code}" http://127.0.0.1:8123/'))
          .stdout === '200',
    );
    await close(await terminalNamed('ih-shell @ lab1'));
    await waitFor('no process in the namespace', async () => (await inside('ih-shell')) === '');
  });

  it('says in one notification what cannot be: a namespace that is gone', async () => {
    const shown = recordNotifications();
    try {
      const result = await openShell(namespace('ih-nowhere'));
      assert.deepEqual([result.outcome, result.reason], ['failed', 'unsupported']);
      assert.equal(shown.messages.length, 1, shown.messages.join('\n'));
      assert.match(shown.messages[0] ?? '', /Open Shell.*ih-nowhere.*not on the host/);
      const served = await vscode.commands.executeCommand<ActionOutcome>(
        CommandId.startWebServer,
        namespace('ih-nowhere'),
        { input: '8123' },
      );
      assert.equal(served.outcome, 'failed');
      assert.match(shown.messages[1] ?? '', /Start Web Server.*ih-nowhere.*not on the host/);
    } finally {
      shown.stop();
    }
  });
});
