import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Transport } from '../../../src/transport/transport';
import type { ActionOutcome } from '../../../src/vscode/actions/action';
import { CommandId } from '../../../src/vscode/ids';
import { waitFor } from '../machinery/wait-for';
import { beforeOnLabHost, closeEditors, labHost, openTopology, replaceMethod } from './support';

/** Each test's lab has a name of its own: VS Code keeps documents for a while after their tabs are closed. */
let made = 0;
const textOf = (lab: string): string => `name: ${lab}
bridges:
  iff-br: { addresses: [10.92.0.1/24] }
namespaces:
  iff-a:
    interfaces:
      iff-veth: { addresses: [10.92.0.2/24] }
  iff-b: {}
links:
  - endpoints: [iff-a:iff-veth, iff-br]
`;

describe('Changes by hand to what a lab made', function () {
  this.timeout(120_000);
  const access = labHost();
  let elsewhere: Transport;
  let document: vscode.TextDocument;
  let name: string;
  let text: string;

  before(async function () {
    ({ elsewhere } = await beforeOnLabHost(this, { connected: true }));
  });
  beforeEach(async () => {
    text = textOf(`ih-in-file-${++made}`);
    document = await openTopology(text);
    name = document.uri.path.split('/').at(-1) ?? '';
    const applied = await vscode.commands.executeCommand<ActionOutcome>(CommandId.apply, document.uri);
    assert.equal(applied.outcome, 'done');
  });
  afterEach(async () => {
    await vscode.commands.executeCommand(CommandId.destroy, document.uri, { confirmed: true });
    await closeEditors();
  });
  after(() => {
    if (access !== undefined) elsewhere.dispose();
  });

  const veth = { type: 'interface', hostId: 'lab1', namespace: 'iff-a', name: 'iff-veth' };
  const namespace = (one: string): object => ({ type: 'namespace', hostId: 'lab1', name: one });
  const act = (id: CommandId, ...args: unknown[]): Thenable<ActionOutcome> =>
    vscode.commands.executeCommand<ActionOutcome>(id, ...args);
  const isThere = async (one: string): Promise<boolean> =>
    (await elsewhere.run(`test -e /run/netns/${one}`)).code === 0;

  /** Takes the buttons that are offered, and presses the one that a pattern finds. */
  function press(pattern: RegExp): { readonly offered: string[]; stop(): void } {
    const offered: string[] = [];
    const show = (_: string, ...rest: unknown[]): Promise<string | undefined> => {
      const buttons = rest.filter((one): one is string => typeof one === 'string');
      offered.push(...buttons);
      return Promise.resolve(buttons.find((one) => pattern.test(one)));
    };
    const restore = (['showWarningMessage', 'showInformationMessage'] as const).map((method) =>
      replaceMethod(vscode.window, method, show as unknown as (typeof vscode.window)[typeof method]),
    );
    return { offered, stop: () => restore.forEach((one) => one()) };
  }

  for (const { id, on, input, expected } of [
    {
      id: CommandId.addAddress,
      on: veth,
      input: '10.92.0.9/24',
      expected: /iff-veth: \{ addresses: \[10\.92\.0\.2\/24, 10\.92\.0\.9\/24\] \}/,
    },
    {
      id: CommandId.interfaceMtu,
      on: veth,
      input: '1400',
      expected: /iff-veth: \{ addresses: \[10\.92\.0\.2\/24\], mtu: 1400 \}/,
    },
    {
      id: CommandId.addRoute,
      on: namespace('iff-a'),
      input: '10.93.0.0/16 via 10.92.0.1',
      expected: /routes: \[\{ to: 10\.93\.0\.0\/16, via: 10\.92\.0\.1 \}\]/,
    },
    {
      id: CommandId.addRoute,
      on: namespace('iff-a'),
      input: '10.94.0.0/16 dev iff-veth',
      expected: /routes: \[\{ to: 10\.94\.0\.0\/16, dev: iff-veth \}\]/,
    },
    {
      id: CommandId.interfaceDown,
      on: veth,
      input: undefined,
      expected: /iff-veth: \{ addresses: \[10\.92\.0\.2\/24\], up: false \}/,
    },
    { id: CommandId.unplugCable, on: veth, input: undefined, expected: /endpoints: \[iff-a:iff-veth, host:\S+\]/ },
    {
      id: CommandId.impairCable,
      on: veth,
      input: ['rate 1mbit', 'out', ''],
      expected: /impair:\s+to-b: \{ rate: 1mbit \}|impair: \{ to-b: \{ rate: 1mbit \} \}/,
    },
    { id: CommandId.addForward, on: namespace('iff-a'), input: ['80', '3192'], expected: /listen: 3192, to: iff-a:80/ },
  ]) {
    it(`${id} offers to say so in the file, in one edit that is not saved; the lab is in sync then`, async () => {
      const buttons = press(/^Also in /);
      try {
        const options = input === undefined ? {} : { input };
        assert.equal((await act(id, on, options)).outcome, 'done');
        await waitFor('the edit', () => expected.test(document.getText())).catch(() => {
          assert.match(document.getText(), expected);
        });
      } finally {
        buttons.stop();
      }
      assert.ok(buttons.offered.includes(`Also in ${name}`), buttons.offered.join());
      assert.equal(document.isDirty, true);
      const again = await vscode.commands.executeCommand<ActionOutcome>(CommandId.apply, document.uri);
      assert.equal(again.outcome, id === CommandId.addForward ? 'done' : 'unchanged');
      await vscode.commands.executeCommand('undo');
      await waitFor('the text as it was', () => document.getText() === text);
      await vscode.commands.executeCommand(CommandId.undo);
    });
  }

  it('offer nothing where the file says so already', async () => {
    await elsewhere.run('ip -n iff-a addr del 10.92.0.2/24 dev iff-veth');
    await vscode.commands.executeCommand(CommandId.refresh, 'lab1');
    const buttons = press(/nothing/);
    await act(CommandId.addAddress, veth, { input: '10.92.0.2/24' });
    buttons.stop();
    assert.deepEqual(buttons.offered, ['Undo']);
  });

  it('that delete offer to delete in the file instead: the host stays as it is until that is applied', async () => {
    const buttons = press(new RegExp(`^Delete in ${name} Instead$`));
    try {
      const result = await act(CommandId.deleteNamespace, namespace('iff-b'));
      assert.deepEqual(result, { outcome: 'done', value: document.uri.toString() });
    } finally {
      buttons.stop();
    }
    assert.doesNotMatch(document.getText(), /iff-b:/);
    assert.equal(await isThere('iff-b'), true);
    const yes = press(/^Apply$/);
    try {
      await vscode.commands.executeCommand(CommandId.apply, document.uri);
    } finally {
      yes.stop();
    }
    assert.equal(await isThere('iff-b'), false);
  });

  it('that create ask where: in the file of the lab, or on the host', async () => {
    const choose = (pattern: RegExp): (() => void) =>
      replaceMethod(vscode.window, 'showQuickPick', ((items: readonly vscode.QuickPickItem[]) =>
        Promise.resolve(
          items.find(({ label }) => pattern.test(label)),
        )) as unknown as typeof vscode.window.showQuickPick);
    const answer = replaceMethod(vscode.window, 'showInputBox', () => Promise.resolve('iff-c'));
    const buttons = press(/nothing/);
    const host = { type: 'host', hostId: 'lab1', name: 'lab1' };
    let stop = choose(new RegExp(`^In ${name}$`));
    try {
      assert.equal((await act(CommandId.createNamespace, host)).outcome, 'done');
      assert.match(document.getText(), /iff-c: \{\}|iff-c:/);
      assert.equal(await isThere('iff-c'), false);
      stop();
      stop = choose(/^On /);
      assert.equal((await act(CommandId.createNamespace, host)).outcome, 'done');
      assert.equal(await isThere('iff-c'), true);
    } finally {
      stop();
      answer();
      buttons.stop();
      await elsewhere.run('ip netns del iff-c');
    }
  });
});
