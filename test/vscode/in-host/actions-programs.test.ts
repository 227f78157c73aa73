import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Transport } from '../../../src/transport/transport';
import type { ActionOutcome } from '../../../src/vscode/actions/action';
import { CommandId, outputScheme } from '../../../src/vscode/ids';
import { waitFor } from '../machinery/wait-for';
import {
  activateExtension,
  closeEditors,
  configureHosts,
  labEntry,
  labHost,
  outputOf,
  recordNotifications,
  replaceMethod,
  secondWay,
} from './support';

describe('What runs in a namespace', function () {
  this.timeout(120_000);
  const lab = labHost();
  let elsewhere: Transport;

  before(async function () {
    if (lab === undefined) return this.skip();
    const api = await activateExtension();
    elsewhere = await secondWay(lab);
    await elsewhere.run(
      [
        'ip netns add ih-run1; ip netns add ih-run2',
        'ip link add name ihr1 netns ih-run1 type veth peer name ihr2 netns ih-run2',
        'ip -n ih-run1 addr add 10.97.0.1/24 dev ihr1; ip -n ih-run1 link set dev ihr1 up',
        'ip -n ih-run2 addr add 10.97.0.2/24 dev ihr2; ip -n ih-run2 link set dev ihr2 up',
      ].join('\n'),
    );
    await configureHosts(api, [labEntry(lab)], ['lab1']);
    assert.equal(await vscode.commands.executeCommand(CommandId.connect, 'lab1'), true);
    await vscode.commands.executeCommand(CommandId.refresh, 'lab1');
  });
  after(async () => {
    for (const terminal of vscode.window.terminals) terminal.dispose();
    await closeEditors();
    await elsewhere.run('ip netns del ih-run1; ip netns del ih-run2');
    elsewhere.dispose();
  });

  const namespace = (name: string): object => ({ type: 'namespace', hostId: 'lab1', name });
  const inside = async (name: string): Promise<string> =>
    (await elsewhere.run(`ip netns pids '${name}' | xargs -r ps -o args= -p`)).stdout.trim();
  const outputs = (): readonly vscode.TextDocument[] =>
    vscode.workspace.textDocuments.filter(({ uri }) => uri.scheme === outputScheme);

  it('Run Command says what the line says, in each of the namespaces, and how it ended', async () => {
    const both = ['ih-run1', 'ih-run2'].map(namespace);
    const result = await vscode.commands.executeCommand<ActionOutcome>(CommandId.runInNamespace, both, {
      input: 'ip -br -4 addr; echo grief >&2; exit 3',
    });
    assert.deepEqual(result, { outcome: 'done', value: [3, 3] });
    assert.equal(new Set(vscode.window.visibleTextEditors.map(({ viewColumn }) => viewColumn)).size, 2, 'side by side');
    const texts = await waitFor('both outputs', () => {
      const all = outputs().map((document) => document.getText());
      return all.length === 2 && all.every((text) => text.includes('[exit code 3]')) ? all : undefined;
    });
    assert.ok(texts.some((text) => /ip netns exec ih-run1/.test(text) && text.includes('10.97.0.1/24')));
    assert.ok(texts.some((text) => /ip netns exec ih-run2/.test(text) && text.includes('10.97.0.2/24')));
    assert.ok(
      texts.every((text) => text.includes('\ngrief\n')),
      texts.join('\n---\n'),
    );
    await closeEditors();
  });

  it('Show Connections lists what the kernel follows in a namespace, with what NAT made of it', async () => {
    await elsewhere.run(
      [
        "ip netns exec ih-run1 nft 'add table ip t; add chain ip t p { type nat hook output priority -100; }; add rule ip t p ip daddr 10.97.0.9 dnat to 10.97.0.2'",
        'ip netns exec ih-run1 ping -c 1 10.97.0.9',
      ].join('\n'),
    );
    const result = await vscode.commands.executeCommand<ActionOutcome>(CommandId.showConnections, namespace('ih-run1'));
    assert.deepEqual(result, { outcome: 'done', value: 1 });
    const text = await waitFor('the table', () => {
      const shown = vscode.window.activeTextEditor?.document;
      return shown?.uri.scheme === outputScheme && shown.getText().includes('NAT') ? shown.getText() : undefined;
    });
    assert.match(text, /^Connections that the kernel follows in ih-run1 on .+: 1, at /);
    assert.match(text, /\nicmp +\S* ?\S* +10\.97\.0\.1 +10\.97\.0\.9 +to 10\.97\.0\.2 +/);
    const shown = recordNotifications();
    const gone = await vscode.commands.executeCommand<ActionOutcome>(CommandId.showConnections, namespace('ih-gone'));
    shown.stop();
    assert.equal(gone.outcome, 'failed');
    assert.match(shown.messages.join('\n'), /ih-gone/);
    await closeEditors();
  });

  it('Run Command remembers its lines, and offers them the next time', async () => {
    const run = (input: object): Thenable<ActionOutcome> =>
      vscode.commands.executeCommand<ActionOutcome>(CommandId.runInNamespace, namespace('ih-run1'), input);
    for (const input of ['true first', 'true second']) await run({ input });
    const create = vscode.window.createQuickPick.bind(vscode.window);
    let offered: string[] = [];
    const stop = replaceMethod(vscode.window, 'createQuickPick', (() => {
      const pick = create();
      const show = pick.show.bind(pick);
      pick.show = () => {
        show();
        offered = pick.items.map(({ label }) => label);
        pick.hide();
      };
      return pick;
    }) as typeof vscode.window.createQuickPick);
    try {
      assert.equal((await run({})).outcome, 'cancelled');
    } finally {
      stop();
    }
    assert.deepEqual(offered.slice(0, 2), ['true second', 'true first']);
    await closeEditors();
  });

  it('Run Command refuses what is more than a line', async () => {
    const shown = recordNotifications();
    try {
      const result = await vscode.commands.executeCommand<ActionOutcome>(
        CommandId.runInNamespace,
        namespace('ih-run1'),
        { input: 'true\nfalse' },
      );
      assert.equal(result.outcome, 'failed');
      assert.match(shown.messages.join('\n'), /one line/);
    } finally {
      shown.stop();
    }
  });

  it('Capture Packets in Terminal runs in the namespace until its terminal is closed, and leaves nothing', async () => {
    const result = await vscode.commands.executeCommand<ActionOutcome>(
      CommandId.captureInTerminal,
      namespace('ih-run2'),
    );
    assert.deepEqual(result, { outcome: 'done', value: ['Capture: ih-run2 @ lab1'] });
    const terminal = vscode.window.terminals.find(({ name }) => name === 'Capture: ih-run2 @ lab1');
    assert.ok(terminal !== undefined);
    await waitFor('tcpdump in the namespace', async () =>
      /tcpdump -l -nn --immediate-mode -i any/.test(await inside('ih-run2')),
    );
    terminal.dispose();
    await waitFor('no process in the namespace', async () => (await inside('ih-run2')) === '');
  });

  it('Follow Process says how it is and what it writes into a file, until it ends', async () => {
    const started = await elsewhere.run(`rm -f /tmp/ih-fifo; mkfifo /tmp/ih-fifo
ip netns exec ih-run1 sh -c 'exec >/tmp/ih-said 2>/dev/null; echo hello; read -r line </tmp/ih-fifo; echo $line; exec sleep 4273' &
echo $!`);
    const pid = Number(started.stdout.trim());
    assert.ok(pid > 1, started.stderr);
    await vscode.commands.executeCommand(CommandId.refresh, 'lab1');
    const process = { type: 'process', hostId: 'lab1', namespace: 'ih-run1', name: 'sh', pid };
    const result = await vscode.commands.executeCommand<ActionOutcome>(CommandId.followProcess, process);
    assert.equal(result.outcome, 'done');
    const terminal = vscode.window.terminals.find(({ name }) => name.startsWith('Process: '));
    assert.ok(terminal !== undefined);
    const text = outputOf(terminal);
    await waitFor('what it wrote before', () => /output: \/tmp\/ih-said[^]*\nhello\r?\n/.test(text()));
    await waitFor('how it is', () =>
      /\d\d:\d\d:\d\d {2}sleeping, CPU 0 %, memory \d+ MB, threads 1, sockets 0/.test(text()),
    );
    await elsewhere.run('echo farewell >/tmp/ih-fifo');
    await waitFor('what it writes now', () => /\nfarewell\r?\n/.test(text()));
    await elsewhere.run(`kill -STOP ${pid}`);
    await waitFor('that it is paused', () => /paused, CPU 0 %/.test(text()));
    await elsewhere.run(`kill -KILL ${pid}; rm -f /tmp/ih-fifo /tmp/ih-said`);
    await waitFor('its end', () => /The process has ended\.[^]*Press Enter to follow it again\./.test(text()));
    assert.equal(await inside('ih-run1'), '');
    assert.equal((await elsewhere.run('pgrep -f "^tail -n 20 -f /proc"')).stdout, '');
    terminal.dispose();
    const shown = recordNotifications();
    await vscode.commands.executeCommand(CommandId.refresh, 'lab1');
    const gone = await vscode.commands.executeCommand<ActionOutcome>(CommandId.followProcess, process);
    shown.stop();
    assert.equal(gone.outcome, 'failed');
    assert.match(shown.messages.join('\n'), /not on the host/);
  });

  it('Capture Packets in Terminal says what is not there', async () => {
    const shown = recordNotifications();
    try {
      const result = await vscode.commands.executeCommand<ActionOutcome>(CommandId.captureInTerminal, {
        type: 'interface',
        hostId: 'lab1',
        namespace: 'ih-run1',
        name: 'nowhere0',
      });
      assert.equal(result.outcome, 'failed');
      assert.match(shown.messages.join('\n'), /nowhere0/);
    } finally {
      shown.stop();
    }
  });
});
