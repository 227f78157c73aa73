import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { readPcapng, type PcapngFile } from '../../../src/capture/pcapng-reader';
import type { Transport } from '../../../src/transport/transport';
import type { ActionOutcome } from '../../../src/vscode/actions/action';
import type { CaptureSummary, NetnsApi } from '../../../src/vscode/api';
import { CommandId, SettingId, settingsSection } from '../../../src/vscode/ids';
import { waitFor } from '../machinery/wait-for';
import {
  activateExtension,
  closeEditors,
  configureHosts,
  labEntry,
  labHost,
  recordNotifications,
  replaceMethod,
  secondWay,
  untilTabs,
} from './support';

describe('A capture', function () {
  this.timeout(120_000);
  const lab = labHost();
  let api: NetnsApi;
  let elsewhere: Transport;
  let folder: string;

  before(async function () {
    if (lab === undefined) return this.skip();
    api = await activateExtension();
    elsewhere = await secondWay(lab);
    folder = mkdtempSync(path.join(tmpdir(), 'netns-capture-'));
    await elsewhere.run(
      [
        'ip netns add ih-cap1; ip netns add ih-cap2',
        'ip link add name ihc1 netns ih-cap1 type veth peer name ihc2 netns ih-cap2',
        'ip -n ih-cap1 addr add 10.96.0.1/24 dev ihc1; ip -n ih-cap1 link set dev ihc1 up',
        'ip -n ih-cap2 addr add 10.96.0.2/24 dev ihc2; ip -n ih-cap2 link set dev ihc2 up',
      ].join('\n'),
    );
    await configureHosts(api, [labEntry(lab)], ['lab1']);
    assert.equal(await vscode.commands.executeCommand(CommandId.connect, 'lab1'), true);
    await vscode.commands.executeCommand(CommandId.refresh, 'lab1');
  });
  afterEach(() => closeEditors());
  after(async () => {
    await elsewhere.run('ip netns del ih-cap1; ip netns del ih-cap2');
    elsewhere.dispose();
    rmSync(folder, { recursive: true });
  });

  const namespace = (name: string): object => ({ type: 'namespace', hostId: 'lab1', name });
  const both = ['ih-cap1', 'ih-cap2'].map(namespace);
  const ping = (): Promise<unknown> => elsewhere.run('ip netns exec ih-cap1 ping -c 3 -i 0.05 10.96.0.2');
  const start = async (subjects: unknown, filter?: string): Promise<ActionOutcome> =>
    await vscode.commands.executeCommand<ActionOutcome>(CommandId.captureFiltered, subjects, { input: filter ?? '' });
  const untilIs = (what: string, holds: (one: CaptureSummary) => boolean): Promise<CaptureSummary> =>
    waitFor(what, () => api.captures.find(holds));
  const untilNothingIsLeft = (): Promise<unknown> =>
    waitFor('no tcpdump', async () => (await elsewhere.run('ps -e -o args= | grep "^tcpdump" || :')).stdout === '');
  const packetsIn = (file: string): PcapngFile =>
    readPcapng(readFileSync(file), (text) => Buffer.from(text).toString());

  it('of two namespaces opens one tab, gets the packets of both, and ends with the tab', async () => {
    const result = await vscode.commands.executeCommand<ActionOutcome>(
      CommandId.capture,
      both[0],
      both.map((subject) => ({ node: { subject } })),
    );
    assert.deepEqual(result, { outcome: 'done', value: 'Capture: ih-cap1, ih-cap2 @ lab1' });
    await untilTabs('Capture: ', ['Capture: ih-cap1, ih-cap2 @ lab1']);
    await untilIs('it runs', ({ phase }) => phase === 'running');
    await ping();
    await untilIs('12 packets', ({ seen }) => seen >= 12);
    await closeEditors();
    await untilNothingIsLeft();
    assert.deepEqual(api.captures, []);
  });

  it('is stopped, begun again, and saved as pcapng', async () => {
    assert.equal((await start(both, 'icmp')).outcome, 'done');
    await untilIs('it runs', ({ phase }) => phase === 'running');
    await ping();
    await untilIs('12 packets', ({ seen }) => seen === 12);
    assert.equal(await vscode.commands.executeCommand(CommandId.captureStop), true);
    await untilNothingIsLeft();
    const target = path.join(folder, 'saved.pcapng');
    const restore = replaceMethod(vscode.window, 'showSaveDialog', () => Promise.resolve(vscode.Uri.file(target)));
    const shown = recordNotifications();
    try {
      assert.equal(await vscode.commands.executeCommand(CommandId.captureSave), true);
    } finally {
      restore();
      shown.stop();
    }
    assert.match(shown.messages.join('\n'), /Saved 12 packets to .*saved\.pcapng/);
    const { interfaces, packets, comment } = packetsIn(target);
    assert.deepEqual([...interfaces].sort(), ['ih-cap1:ihc1', 'ih-cap2:ihc2']);
    assert.equal(packets.length, 12);
    assert.match(comment, /ih-cap1, ih-cap2 @ lab1/);
    await vscode.commands.executeCommand(CommandId.captureRestart);
    await untilIs('it runs again', ({ phase, seen }) => phase === 'running' && seen === 0);
  });

  it('that was saved is opened again by its file, and by its file that is none nothing but a sentence', async () => {
    const target = vscode.Uri.file(path.join(folder, 'saved.pcapng'));
    assert.equal(await vscode.commands.executeCommand(CommandId.captureOpen, target), 1);
    const opened = await untilIs('its packets', ({ title }) => title === 'saved.pcapng');
    assert.deepEqual([opened.phase, opened.seen], ['ended', 12]);
    assert.match(opened.notes.join(), /Capture of ih-cap1, ih-cap2 @ lab1/);
    const again = path.join(folder, 'again.pcapng');
    const restore = replaceMethod(vscode.window, 'showSaveDialog', () => Promise.resolve(vscode.Uri.file(again)));
    const shown = recordNotifications();
    try {
      assert.equal(await vscode.commands.executeCommand(CommandId.captureSave), true);
    } finally {
      restore();
      shown.stop();
    }
    assert.equal(packetsIn(again).packets.length, 12);
    await closeEditors();
    assert.deepEqual(api.captures, []);
    const wrong = path.join(folder, 'wrong.pcap');
    writeFileSync(wrong, 'no capture');
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(wrong));
    const refused = await untilIs('why not', ({ title }) => title === 'wrong.pcap');
    assert.match(refused.notes.join(), /wrong\.pcap cannot be read.*neither pcapng nor pcap/);
  });

  it('ends when the host is disconnected, and says so', async () => {
    await start(both[0]);
    await untilIs('it runs', ({ phase }) => phase === 'running');
    await vscode.commands.executeCommand(CommandId.disconnect, 'lab1');
    const { notes } = await untilIs('it has ended', ({ phase }) => phase === 'ended');
    assert.deepEqual(notes, ['The connection was closed.']);
    await untilNothingIsLeft();
    await vscode.commands.executeCommand(CommandId.captureRestart);
    await untilIs('it runs again', ({ phase }) => phase === 'running');
  });

  it('does not begin again in a tab that was closed meanwhile', async () => {
    await start(both[0]);
    await untilIs('it runs', ({ phase }) => phase === 'running');
    await vscode.commands.executeCommand(CommandId.disconnect, 'lab1');
    await untilIs('it has ended', ({ phase }) => phase === 'ended');
    const again = vscode.commands.executeCommand(CommandId.captureRestart); // Connects first.
    await closeEditors();
    await again;
    assert.equal(api.hosts.find(({ id }) => id === 'lab1')?.status, 'live');
    assert.deepEqual(api.captures, []);
    await start(both[1]); // What had been begun before this one would run by the time that this one does.
    await untilIs('another', ({ phase }) => phase === 'running');
    await closeEditors();
    await untilNothingIsLeft();
  });

  it('with a filter that tcpdump does not take, or of what is not there, is refused in one sentence', async () => {
    const shown = recordNotifications();
    try {
      assert.equal((await start(both[0], 'tcp prt 80')).outcome, 'failed');
      const gone = { type: 'interface', hostId: 'lab1', namespace: 'ih-cap1', name: 'nowhere0' };
      assert.equal((await start(gone)).outcome, 'failed');
      const whole = await vscode.commands.executeCommand<ActionOutcome>(CommandId.capture, gone);
      assert.equal(whole.outcome, 'failed');
    } finally {
      shown.stop();
    }
    assert.equal(shown.messages.length, 3, shown.messages.join('\n'));
    assert.match(shown.messages[0] ?? '', /does not take this filter.*syntax error/);
    assert.match(shown.messages[1] ?? '', /nowhere0/);
    await untilTabs('Capture: ', []);
    await untilNothingIsLeft();
  });

  it('goes to the user’s Wireshark as it comes; where there is none, that is said', async () => {
    const program = path.join(folder, 'wireshark');
    const received = path.join(folder, 'received.pcapng');
    writeFileSync(program, `#!/bin/sh\necho "$@" >${folder}/arguments\nexec cat >${received}\n`);
    chmodSync(program, 0o755);
    const configuration = vscode.workspace.getConfiguration(settingsSection);
    const use = (value: string | undefined): Thenable<void> =>
      configuration.update(SettingId.captureWireshark, value, vscode.ConfigurationTarget.Global);
    await start(both, 'icmp');
    await untilIs('it runs', ({ phase }) => phase === 'running');
    const shown = recordNotifications();
    try {
      await use(path.join(folder, 'no-such-program'));
      await vscode.commands.executeCommand(CommandId.captureWireshark);
      assert.match(shown.messages.join('\n'), /does not start.*Install Wireshark/);
      await ping();
      await untilIs('12 packets', ({ seen }) => seen === 12);
      await use(program);
      await vscode.commands.executeCommand(CommandId.captureWireshark);
      await ping();
      await untilIs('24 packets', ({ seen }) => seen === 24);
      await vscode.commands.executeCommand(CommandId.captureStop);
    } finally {
      shown.stop();
      await use(undefined);
    }
    await waitFor('all packets in Wireshark', () => packetsIn(received).packets.length === 24);
    assert.equal(readFileSync(path.join(folder, 'arguments'), 'utf8'), '-k -i -\n');
    assert.equal(shown.messages.length, 1);
  });
});
