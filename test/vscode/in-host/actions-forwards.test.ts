import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Transport } from '../../../src/transport/transport';
import type { ActionOutcome } from '../../../src/vscode/actions/action';
import type { NetnsApi } from '../../../src/vscode/api';
import { CommandId } from '../../../src/vscode/ids';
import { waitFor } from '../machinery/wait-for';
import { activateExtension, configureHosts, labEntry, labHost, recordNotifications, secondWay } from './support';

const lab = `
ip netns add if-a; ip link add if-br type bridge; ip link set if-br up; ip addr add 10.95.0.1/24 dev if-br
ip link add if-a0 netns if-a type veth peer name if-a1; ip link set if-a1 master if-br up
ip -n if-a link set lo up; ip -n if-a link set if-a0 up; ip -n if-a addr add 10.95.0.2/24 dev if-a0
ip -n if-a route add default via 10.95.0.1
mkdir -p /tmp/if-web; echo hello from if-a >/tmp/if-web/index.html
cd /tmp/if-web; ip netns exec if-a sh -c 'python3 -m http.server 8000 >/dev/null 2>&1 & echo $! >/tmp/if-web/pid'
`;

describe('Port forwards by hand', function () {
  this.timeout(120_000);
  const access = labHost();
  let api: NetnsApi;
  let elsewhere: Transport;

  before(async function () {
    if (access === undefined) return this.skip();
    api = await activateExtension();
    elsewhere = await secondWay(access);
    await elsewhere.run(lab);
    await configureHosts(api, [labEntry(access)], ['lab1']);
    assert.equal(await vscode.commands.executeCommand(CommandId.connect, 'lab1'), true);
    await vscode.commands.executeCommand(CommandId.refresh, 'lab1');
  });
  after(async () => {
    if (access === undefined) return;
    await elsewhere.run('kill $(cat /tmp/if-web/pid); rm -r /tmp/if-web; ip netns del if-a; ip link del if-br');
    elsewhere.dispose();
  });

  const namespace = { type: 'namespace', hostId: 'lab1', name: 'if-a' };
  const act = (id: CommandId, ...args: unknown[]): Thenable<ActionOutcome> =>
    vscode.commands.executeCommand<ActionOutcome>(id, ...args);
  const fromOutside = async (port: number): Promise<string> =>
    (await elsewhere.run(`curl -sS --max-time 3 http://198.51.100.2:${port}/`)).stdout;
  const forwards = () =>
    (api.snapshot('lab1')?.namespaces[0]?.nat ?? []).filter(({ port, kind }) => kind === 'dnat' && port === 3100);
  const rule = (): object => {
    const [found] = forwards();
    assert.ok(found !== undefined);
    const { place, engine, table, kind, protocol, source, destination, port, to, mark } = found;
    const facts = [place?.backend ?? engine, place?.family, table, kind, protocol, source, destination, port, to, mark];
    return { type: 'nat', hostId: 'lab1', name: ':3100', key: facts.map((fact) => fact ?? '').join('|') };
  };

  it('are added, told, and undone', async () => {
    const shown = recordNotifications();
    assert.deepEqual(await act(CommandId.addForward, namespace, { input: ['8000', '3100'] }), { outcome: 'done' });
    assert.deepEqual(shown.messages, ['Port 3100 leads to if-a:8000 on lab1.']);
    assert.equal(await fromOutside(3100), 'hello from if-a\n');
    await vscode.commands.executeCommand(CommandId.undo);
    shown.stop();
    assert.equal(await fromOutside(3100), '');
    assert.equal((await act(CommandId.addForward, namespace, { input: ['8000', '3100'] })).outcome, 'done');
  });

  it('are opened in the browser: the address is one that this computer reaches', async () => {
    const { outcome, value } = await act(CommandId.openForward, rule(), { input: 'address' });
    assert.equal(outcome, 'done');
    assert.match(String(value), /^http:\/\/\S+:\d+\/$/);
    assert.equal(await (await fetch(String(value))).text(), 'hello from if-a\n');
  });

  it('are not needed to open what a namespace serves: the SSH connection carries it, and ends it', async () => {
    const url = String((await act(CommandId.openForward, namespace, { input: '8000' })).value);
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    assert.equal(await (await fetch(url)).text(), 'hello from if-a\n');
    assert.equal((await act(CommandId.openForward, namespace, { input: '8000' })).value, url);
    const shown = recordNotifications();
    assert.equal((await act(CommandId.openForward, namespace, { input: '81' })).reason, 'unreachable');
    shown.stop();
    assert.match(shown.messages.join(), /does not reach 10\.95\.0\.2, port 81/);
    await vscode.commands.executeCommand(CommandId.disconnect, 'lab1');
    await waitFor('the port to be closed', () =>
      fetch(url).then(
        () => false,
        () => true,
      ),
    );
    await vscode.commands.executeCommand(CommandId.connect, 'lab1');
  });

  it('are removed, with a question, and put back by Undo', async () => {
    const shown = recordNotifications();
    assert.equal((await act(CommandId.removeForward, rule())).outcome, 'cancelled');
    assert.equal((await act(CommandId.removeForward, rule(), { confirmed: true })).outcome, 'done');
    assert.equal(await fromOutside(3100), '');
    await vscode.commands.executeCommand(CommandId.undo);
    assert.equal(await fromOutside(3100), 'hello from if-a\n');
    await act(CommandId.removeForward, rule(), { confirmed: true });
    shown.stop();
    assert.match(
      shown.messages.join('\n'),
      /^Remove this port forward on lab1\?\nPort forward .*3100.* is removed on lab1\./,
    );
    assert.deepEqual(forwards(), []);
  });

  it('tell a failure once', async () => {
    const shown = recordNotifications();
    const unsafe = await act(CommandId.addForward, namespace, { input: ['8000', String(access?.port)] });
    assert.deepEqual([unsafe.outcome, unsafe.reason], ['failed', 'unsupported']);
    const gone = { type: 'nat', hostId: 'lab1', name: ':1 → x', key: 'nothing' };
    assert.equal((await act(CommandId.removeForward, gone)).outcome, 'failed');
    assert.equal((await act(CommandId.openForward, gone)).outcome, 'failed');
    shown.stop();
    assert.equal(shown.messages.length, 3, shown.messages.join('\n'));
    assert.match(shown.messages[0] ?? '', /nobody could log in/);
  });
});
