import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Transport } from '../../../src/transport/transport';
import { CommandId } from '../../../src/vscode/ids';
import type { ActionOutcome } from '../../../src/vscode/actions/action';
import { waitFor } from '../machinery/wait-for';
import { beforeOnLabHost, labHost, recordNotifications, replaceMethod } from './support';

/** Two namespaces on a bridge, made by hand; the cable of `ih-b` says that a lab made it. */
const lab = `
ip netns add ih-a; ip netns add ih-b; ip link add ih-br type bridge; ip link set ih-br up
ip link add ih-a0 netns ih-a type veth peer name ih-a1; ip link set ih-a1 master ih-br up; ip -n ih-a link set ih-a0 up
ip link add ih-b0 netns ih-b type veth peer name ih-b1; ip link set ih-b1 master ih-br up; ip -n ih-b link set ih-b0 up
ip -n ih-b link set ih-b0 alias netns-topology:ih-lab; ip -n ih-b link set lo alias netns-topology:ih-lab
`;

describe('Actions by hand', function () {
  this.timeout(120_000);
  const access = labHost();
  let elsewhere: Transport;

  before(async function () {
    ({ elsewhere } = await beforeOnLabHost(this, { typed: lab, connected: true }));
  });
  after(async () => {
    if (access === undefined) return;
    await elsewhere.run('ip netns del ih-a; ip netns del ih-b; ip link del ih-br');
    elsewhere.dispose();
    await vscode.commands.executeCommand(CommandId.askAgain);
  });

  const subject = (type: string, name: string, namespace?: string): object => ({
    type,
    hostId: 'lab1',
    name,
    ...(namespace === undefined ? {} : { namespace }),
  });
  const act = (id: CommandId, ...args: unknown[]): Thenable<ActionOutcome> =>
    vscode.commands.executeCommand<ActionOutcome>(id, ...args);
  const says = async (script: string): Promise<string> => (await elsewhere.run(script)).stdout;
  const isUp = async (namespace: string, name: string): Promise<boolean> =>
    /[<,]UP[,>]/.test(await says(`ip -n ${namespace} link show ${name}`));

  /** Answers each modal question with the button that a pattern finds, and remembers the questions. */
  function answerQuestions(button: RegExp | undefined): { readonly asked: string[]; stop(): void } {
    const asked: string[] = [];
    const stop = replaceMethod(
      vscode.window,
      'showWarningMessage',
      (message: string, options: vscode.MessageOptions, ...buttons: string[]) => {
        asked.push(`${message}\n${options.detail ?? ''}\n${buttons.join('|')}`);
        return Promise.resolve(buttons.find((one) => button?.test(one)));
      },
    );
    return { asked, stop };
  }

  it('change the host, say so once, and can be undone from the palette', async () => {
    const shown = recordNotifications();
    const down = await act(CommandId.interfaceDown, subject('interface', 'ih-a0', 'ih-a'));
    assert.deepEqual(down, { outcome: 'done' });
    assert.equal(await isUp('ih-a', 'ih-a0'), false);
    assert.deepEqual(shown.messages, ['ih-a:ih-a0 is down on lab1.']);
    assert.equal((await act(CommandId.interfaceDown, subject('interface', 'ih-a0', 'ih-a'))).outcome, 'unchanged');
    assert.equal(await vscode.commands.executeCommand(CommandId.undo), true);
    shown.stop();
    assert.equal(await isUp('ih-a', 'ih-a0'), true);
    assert.deepEqual(shown.messages.slice(1), [
      'ih-a:ih-a0 is down on lab1 already.',
      'Undone on lab1: Set Down ih-a:ih-a0.',
    ]);
  });

  it('take the Undo of their own notification', async () => {
    const stop = replaceMethod(vscode.window, 'showInformationMessage', ((_: string, ...buttons: string[]) =>
      Promise.resolve(
        buttons.find((one) => one === 'Undo'),
      )) as unknown as typeof vscode.window.showInformationMessage);
    try {
      await act(CommandId.addAddress, subject('interface', 'ih-a0', 'ih-a'), { input: '10.97.0.1/24' });
      await waitFor('the address to go', async () => !(await says('ip -n ih-a addr')).includes('10.97.0.1'));
    } finally {
      stop();
    }
  });

  it('work on all the rows that are selected, as one', async () => {
    const rows = ['ih-a', 'ih-b'].map((namespace) => ({
      node: { subject: subject('interface', `${namespace}0`, namespace) },
    }));
    await act(CommandId.interfaceMtu, subject('interface', 'ih-a0', 'ih-a'), { input: '1400' });
    await act(CommandId.interfaceDown, rows[0], rows);
    assert.deepEqual([await isUp('ih-a', 'ih-a0'), await isUp('ih-b', 'ih-b0')], [false, false]);
    await vscode.commands.executeCommand(CommandId.undo);
    await vscode.commands.executeCommand(CommandId.undo);
    assert.deepEqual([await isUp('ih-a', 'ih-a0'), await isUp('ih-b', 'ih-b0')], [true, true]);
    assert.match(await says('ip -n ih-a link show ih-a0'), /mtu 1500/);
  });

  it('ask for what they need, and do nothing when the person gives up', async () => {
    const before = await says('ip netns');
    const prompts: string[] = [];
    const stop = replaceMethod(vscode.window, 'showInputBox', ((options: vscode.InputBoxOptions) => {
      prompts.push(`${options.title ?? ''}: ${options.prompt ?? ''}`);
      assert.equal(options.validateInput?.('ih-a'), 'There is a namespace ih-a already.');
      return Promise.resolve(undefined);
    }) as typeof vscode.window.showInputBox);
    try {
      assert.equal((await act(CommandId.createNamespace, subject('host', 'lab1'))).outcome, 'cancelled');
    } finally {
      stop();
    }
    assert.deepEqual(prompts, ['Create Namespace…: The name of the new namespace']);
    assert.equal(await says('ip netns'), before);
  });

  it('ask before they take away: what, how many, on which host; no answer means no', async () => {
    const questions = answerQuestions(undefined);
    const result = await act(CommandId.deleteNamespace, [subject('namespace', 'ih-a'), subject('namespace', 'ih-b')]);
    questions.stop();
    assert.equal(result.outcome, 'cancelled');
    assert.equal(questions.asked.length, 1);
    assert.match(questions.asked[0] ?? '', /^Delete 2 namespaces on lab1\?\n.*ih-a0[^]*\nDelete$/);
    assert.match(await says('ip netns'), /ih-a[^]*ih-b|ih-b[^]*ih-a/);
  });

  it('do not ask again for a lab when told so, until told otherwise', async () => {
    const target = subject('namespace', 'ih-b');
    const first = answerQuestions(/Don’t Ask Again for ih-lab$/);
    assert.equal((await act(CommandId.deleteNamespace, target)).outcome, 'done');
    first.stop();
    assert.equal(first.asked.length, 1);
    assert.equal(await vscode.commands.executeCommand(CommandId.undo), true);
    const second = answerQuestions(undefined);
    assert.equal((await act(CommandId.deleteNamespace, target)).outcome, 'done');
    assert.deepEqual(second.asked, []);
    await vscode.commands.executeCommand(CommandId.undo);
    await vscode.commands.executeCommand(CommandId.askAgain);
    assert.equal((await act(CommandId.deleteNamespace, target)).outcome, 'cancelled');
    second.stop();
    assert.equal(second.asked.length, 1);
    assert.match(
      await says('ip -n ih-b link show ih-b0; ip link show ih-b1'),
      /alias netns-topology:ih-lab[^]*master ih-br/,
    );
  });

  it('tell a failure once, in the host’s words, and leave the host as it was', async () => {
    const before = await says('ip -n ih-a route');
    const shown = recordNotifications();
    const result = await act(CommandId.addRoute, subject('namespace', 'ih-a'), { input: 'default via 192.168.77.1' });
    shown.stop();
    assert.deepEqual([result.outcome, result.reason], ['failed', 'commandFailed']);
    assert.equal(shown.messages.length, 1, shown.messages.join('\n'));
    assert.match(shown.messages[0] ?? '', /Add Route.*on ih-a of lab1.*host said.*(unreachable|invalid gateway)/i);
    assert.equal(await says('ip -n ih-a route'), before);
  });

  it('refuse what would cut the connection', async () => {
    const shown = recordNotifications();
    const result = await act(CommandId.interfaceDown, subject('interface', 'mgmt0'), { confirmed: true });
    shown.stop();
    assert.deepEqual([result.outcome, result.reason], ['failed', 'unsafe']);
    assert.match(shown.messages.join(), /carries this SSH connection/);
  });

  it('copy names, addresses, MACs and commands', async () => {
    const clipboard = async (): Promise<string> => vscode.env.clipboard.readText();
    await act(CommandId.copyName, [subject('namespace', 'ih-a'), subject('bridge', 'ih-br')]);
    assert.equal(await clipboard(), 'ih-a\nih-br');
    await act(CommandId.copyMac, subject('interface', 'ih-a0', 'ih-a'));
    assert.equal(
      await clipboard(),
      (await says('cat /sys/class/net/ih-br/address; ip -n ih-a -j link show ih-a0')).match(/"address":"([^"]*)"/)?.[1],
    );
    await elsewhere.run('ip addr add 10.97.1.1/24 dev ih-br');
    await vscode.commands.executeCommand(CommandId.refresh, 'lab1');
    await act(CommandId.copyAddress, subject('bridge', 'ih-br'));
    assert.equal(await clipboard(), '10.97.1.1');
    const copied = await act(CommandId.copyAsCommand, subject('interface', 'ih-a0', 'ih-a'), {
      input: [CommandId.interfaceMtu, '1300'],
    });
    assert.deepEqual(copied, { outcome: 'done', value: 'ip -n ih-a link set dev ih-a0 mtu 1300' });
    assert.equal(await clipboard(), 'ip -n ih-a link set dev ih-a0 mtu 1300');
    assert.match(await says('ip -n ih-a link show ih-a0'), /mtu 1500/);
  });
});
