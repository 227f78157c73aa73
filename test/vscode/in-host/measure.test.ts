import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Transport } from '../../../src/transport/transport';
import type { ActionOutcome } from '../../../src/vscode/actions/action';
import type { MeasureSummary, NetnsApi } from '../../../src/vscode/api';
import { CommandId } from '../../../src/vscode/ids';
import { waitFor } from '../machinery/wait-for';
import { beforeOnLabHost, closeEditors, labHost, recordNotifications, replaceMethod, untilTabs } from './support';

const lab = `
ip netns add im-a; ip netns add im-b
ip link add im-a0 netns im-a type veth peer name im-b0 netns im-b
ip -n im-a link set lo up; ip -n im-b link set lo up
ip -n im-a link set im-a0 up; ip -n im-b link set im-b0 up
ip -n im-a addr add 10.96.0.1/24 dev im-a0; ip -n im-b addr add 10.96.0.2/24 dev im-b0
`;

describe('Measurements', function () {
  this.timeout(120_000);
  const access = labHost();
  let api: NetnsApi;
  let elsewhere: Transport;

  before(async function () {
    ({ api, elsewhere } = await beforeOnLabHost(this, { typed: lab, connected: true }));
  });
  afterEach(async () => {
    await closeEditors();
    if (access !== undefined) await waitFor('nothing to be left', async () => (await programs()) === '');
  });
  after(async () => {
    if (access === undefined) return;
    await elsewhere.run('ip netns del im-a; ip netns del im-b');
    elsewhere.dispose();
  });

  const namespace = (name: string): object => ({ type: 'namespace', hostId: 'lab1', name });
  const act = (id: CommandId, ...args: unknown[]): Thenable<ActionOutcome> =>
    vscode.commands.executeCommand<ActionOutcome>(id, ...args);
  const programs = async (): Promise<string> =>
    (await elsewhere.run("ps -e -o args= | grep -E '^(ping|iperf3|traceroute|curl) ' || :")).stdout.trim();
  const only = (): MeasureSummary => {
    const [first, ...others] = api.measurements;
    assert.ok(first !== undefined && others.length === 0);
    return first;
  };
  const path = () => only().paths[0] ?? { name: '', sent: 0, lost: 0, hops: 0 };

  it('ping from the first of two selected rows to the second, until their tab is closed', async () => {
    const rows = ['im-a', 'im-b'].map((name) => ({ node: { subject: namespace(name) } }));
    const result = await act(CommandId.ping, rows[0], rows);
    assert.deepEqual(result, { outcome: 'done', value: 'Ping: im-a → im-b @ lab1' });
    await waitFor('an answer', () => path().sent > 0);
    assert.deepEqual([path().name, path().lost], ['im-a → im-b', 0]);
    assert.match(await programs(), /^ping -n -O 10\.96\.0\.2$/);
    await untilTabs('Ping: ', ['Ping: im-a → im-b @ lab1']);
    await closeEditors();
    assert.deepEqual(api.measurements, []);
  });

  it('ask for the target of one row: a thing of the list, or an address that is typed', async () => {
    const shown: string[] = [];
    const { createQuickPick } = vscode.window;
    const stop = replaceMethod(vscode.window, 'createQuickPick', (() => {
      const pick = createQuickPick();
      const show = pick.show.bind(pick);
      pick.show = () => {
        show();
        shown.push(pick.title ?? '', ...pick.items.map(({ label, description }) => `${label} ${description ?? ''}`));
        pick.value = '10.96.0.2';
        // Typing is told a moment later.
        setTimeout(() => void vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem'), 300);
      };
      return pick;
    }) as typeof vscode.window.createQuickPick);
    try {
      const result = await act(CommandId.ping, namespace('im-a'));
      assert.deepEqual(result, { outcome: 'done', value: 'Ping: im-a → 10.96.0.2 @ lab1' });
    } finally {
      stop();
    }
    assert.equal(shown[0], 'Ping');
    assert.ok(shown.includes('im-b 10.96.0.2'), shown.join('\n'));
    await waitFor('an answer', () => path().sent > 0);
  });

  it('trace the route, and say when they have come to its end', async () => {
    await act(CommandId.traceRoute, [namespace('im-a'), namespace('im-b')]);
    await waitFor('its end', () => only().phase === 'ended');
    assert.equal(path().hops, 1);
    assert.deepEqual(only().notes, ['Done.']);
  });

  it('measure the throughput with a server in the target’s namespace', async () => {
    const answer = replaceMethod(vscode.window, 'showQuickPick', ((items: readonly vscode.QuickPickItem[]) =>
      Promise.resolve(items.find(({ label }) => label === 'TCP'))) as unknown as typeof vscode.window.showQuickPick);
    try {
      await act(CommandId.measureThroughput, [namespace('im-a'), namespace('im-b')]);
    } finally {
      answer();
    }
    await waitFor('a second of it', () => path().sent > 0);
    assert.match(await programs(), /iperf3 -s -1 -p 5201/);
  });

  it('fetch a page, and see that nobody serves it', async () => {
    await act(CommandId.fetchHttp, namespace('im-a'), { input: 'http://10.96.0.2:8000/' });
    await waitFor('a refusal', () => path().lost > 0);
  });

  it('are copied as commands', async () => {
    const copied = await act(CommandId.copyAsCommand, [namespace('im-a'), namespace('im-b')], {
      input: [CommandId.ping],
    });
    assert.deepEqual(copied, { outcome: 'done', value: 'ip netns exec im-a ping -n 10.96.0.2' });
  });

  it('tell a failure once: a thing without an address, a target that is none', async () => {
    await elsewhere.run('ip netns add im-bare');
    await vscode.commands.executeCommand(CommandId.refresh, 'lab1');
    for (const id of [CommandId.ping, CommandId.traceRoute, CommandId.measureThroughput, CommandId.fetchHttp]) {
      const shown = recordNotifications();
      const result = await act(id, namespace('im-a'), { input: [id === CommandId.fetchHttp ? 'no url' : '-f'] });
      shown.stop();
      assert.deepEqual([result.outcome, result.reason], ['failed', 'unsupported'], id);
      assert.equal(shown.messages.length, 1, shown.messages.join('\n'));
    }
    const shown = recordNotifications();
    const result = await act(CommandId.ping, [namespace('im-a'), namespace('im-bare')]);
    shown.stop();
    assert.equal(result.outcome, 'failed');
    assert.match(shown.messages.join(), /im-bare has no address/);
    await elsewhere.run('ip netns del im-bare');
    assert.deepEqual(api.measurements, []);
  });
});
