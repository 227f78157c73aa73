import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { natGroups } from '../../../src/lab/nat-groups';
import { natSubject } from '../../../src/lab/nat-subjects';
import type { Subject } from '../../../src/protocol/subject';
import type { Transport } from '../../../src/transport/transport';
import type { ActionOutcome } from '../../../src/vscode/actions/action';
import type { NetnsApi } from '../../../src/vscode/api';
import { CommandId, SettingId, settingsSection, ViewId } from '../../../src/vscode/ids';
import { natGroup } from '../../../src/vscode/tree/nat-nodes';
import { waitFor } from '../machinery/wait-for';
import { beforeOnLabHost, closeEditors, labHost, openTopology, recordNotifications, replaceMethod } from './support';

/** A bridge with a network, and a rule for it between two others. */
const made = `
ip link add nat-br type bridge; ip link set nat-br up; ip addr add 10.96.0.1/24 dev nat-br
ip link add bare-br type bridge; ip link set bare-br up; ip addr add 10.95.0.1/24 dev bare-br
iptables -t nat -A POSTROUTING -s 10.99.0.0/16 -j RETURN
iptables -t nat -A POSTROUTING -s 10.96.0.0/24 ! -o nat-br -m comment --comment "the way; out" -j MASQUERADE
iptables -t nat -A POSTROUTING -s 10.98.0.0/16 -j RETURN
`;
const list = `iptables-save -c -t nat | grep '^\\['`;

const file = `name: nat-lab
bridges:
  nl-br: { addresses: [10.94.0.1/24] }
namespaces:
  nl:
    interfaces: { nl0: { addresses: [10.94.0.2/24] } }
    routes: [{ to: default, via: 10.94.0.1 }]
links:
  - endpoints: [nl:nl0, nl-br:nlp]
nat:
  # the only way out
  web: { masquerade: 10.94.0.0/24, not-out: nl-br }
port-forwards:
  web: { listen: 8094, to: nl:80 }
`;

describe('Toggle NAT', function () {
  this.timeout(120_000);
  const access = labHost();
  let api: NetnsApi;
  let elsewhere: Transport;

  before(async function () {
    ({ api, elsewhere } = await beforeOnLabHost(this, { typed: made, connected: true }));
  });
  after(async () => {
    if (access === undefined) return;
    await setInFile(undefined);
    await closeEditors();
    await elsewhere.run('iptables -t nat -F POSTROUTING; ip link del nat-br; ip link del bare-br');
    elsewhere.dispose();
  });

  const says = async (script: string): Promise<string> => (await elsewhere.run(script)).stdout;
  const toggle = (subject: object, options?: object): Thenable<ActionOutcome> =>
    vscode.commands.executeCommand<ActionOutcome>(CommandId.toggleNat, subject, options);
  const setInFile = (value: string | undefined): Thenable<void> =>
    vscode.workspace
      .getConfiguration(settingsSection)
      .update(SettingId.natInFile, value, vscode.ConfigurationTarget.Global);
  const bridge = (name: string): Subject => ({ type: 'bridge', hostId: 'lab1', name });
  /** The row of the tree for a rule, as a click hands it over. */
  async function row(source: string): Promise<{ node: { subject: Subject } }> {
    await vscode.commands.executeCommand(CommandId.refresh, 'lab1');
    const snapshot = api.snapshot('lab1')!;
    const group = natGroups(snapshot).find(({ rule }) => rule.source === source)!;
    return { node: { subject: natSubject('lab1', snapshot, group) } };
  }

  it('takes a hand-made rule out of its place and puts it back as it was, from the tree, and says so', async () => {
    const before = await says(list);
    assert.match(before, /the way; out/);
    const shown = recordNotifications();
    assert.deepEqual(await toggle(await row('10.96.0.0/24')), { outcome: 'done', value: false });
    assert.doesNotMatch(await says(list), /the way; out/);
    const [off] = natGroups(api.snapshot('lab1')!).filter(({ state }) => state === 'off');
    assert.deepEqual([off?.rule.source, off?.off[0]?.by], ['10.96.0.0/24', 'root']);
    assert.deepEqual(await toggle(await row('10.96.0.0/24')), { outcome: 'done', value: true });
    shown.stop();
    assert.equal(await says(list), before);
    assert.deepEqual(shown.messages, [
      'NAT 10.96.0.0/24 → all but nat-br is off on lab1.',
      'NAT 10.96.0.0/24 → all but nat-br is on on lab1.',
    ]);
  });

  it('the row of a rule follows what the rule counts while the tree is on the screen', async () => {
    await vscode.commands.executeCommand(`${ViewId.hosts}.focus`);
    const isSaid = (words: string): boolean => {
      const rows = natGroup('lab1', api.snapshot('lab1')!)?.children ?? [];
      return rows.some(({ label, description }) => label.startsWith('10.96.0.0/24') && description?.includes(words));
    };
    await waitFor('nothing counted yet', () => isSaid(' 0 packets'));
    await says('ping -c 1 -I 10.96.0.1 127.0.0.1');
    await waitFor('the packet in the row', () => isSaid(' 1 packet'));
    await says('ping -c 1 -I 10.96.0.1 127.0.0.1');
    await waitFor('one more', () => isSaid(' 2 packets'));
    await says('iptables -t nat -Z POSTROUTING');
  });

  it('switches what covers a bridge, is undone from the palette, and knows what is so already', async () => {
    const before = await says(list);
    assert.equal((await toggle(bridge('nat-br'))).outcome, 'done');
    assert.doesNotMatch(await says(list), /the way; out/);
    assert.equal(await vscode.commands.executeCommand(CommandId.undo), true);
    assert.equal(await says(list), before);
    assert.equal((await toggle(bridge('nat-br'), { input: 'on' })).outcome, 'unchanged');
  });

  it('gives a bridge without NAT a rule, with forwarding, and takes both back', async () => {
    await elsewhere.run('sysctl -qw net.ipv4.ip_forward=0');
    const before = await says(list);
    assert.deepEqual(await toggle(bridge('bare-br')), { outcome: 'done', value: true });
    assert.match(await says(list), /-A POSTROUTING -s 10\.95\.0\.0\/24 ! -o bare-br -j MASQUERADE\n$/);
    assert.equal(await says('sysctl -n net.ipv4.ip_forward'), '1\n');
    assert.equal(await vscode.commands.executeCommand(CommandId.undo), true);
    assert.equal(await says(list), before);
    assert.equal(await says('sysctl -n net.ipv4.ip_forward'), '0\n');
  });

  it('says a failure once, in the host’s words, and leaves the host as it was', async () => {
    await elsewhere.run('mkdir -p /run/netns-topology; touch /run/netns-topology/switched-off');
    const before = await says(list);
    const shown = recordNotifications();
    const result = await toggle(bridge('nat-br'));
    shown.stop();
    await elsewhere.run('rm /run/netns-topology/switched-off');
    assert.deepEqual([result.outcome, result.reason], ['failed', 'commandFailed']);
    assert.equal(shown.messages.length, 1, shown.messages.join('\n'));
    assert.match(shown.messages[0] ?? '', /Toggle NAT on nat-br of lab1 failed.*host said/);
    assert.equal(await says(list), before);
  });

  describe('of a lab', () => {
    let document: vscode.TextDocument;
    let entry: Subject;

    before(async function () {
      if (access === undefined) return this.skip();
      document = await openTopology(file);
      await vscode.commands.executeCommand(CommandId.apply, document.uri, { confirmed: true });
      await waitFor('the lab', async () => (await says('ip netns')).includes('nl'));
      entry = { type: 'nat', name: 'web', key: 'nat web', lab: 'nat-lab', file: document.uri.toString() };
    });
    after(async () => {
      if (access !== undefined)
        await vscode.commands.executeCommand(CommandId.destroy, document.uri, { confirmed: true });
    });

    const ruleset = (): Promise<string> => says('nft list table ip netns-topology-nat-lab');

    it('switches the rule of the file, not the port forward of its name, and offers to change the file as well', async () => {
      let offered: string[] = [];
      const stop = replaceMethod(vscode.window, 'showInformationMessage', ((_: string, ...buttons: string[]) => {
        offered = buttons;
        return Promise.resolve(buttons.find((one) => one.startsWith('Also in')));
      }) as unknown as typeof vscode.window.showInformationMessage);
      try {
        assert.equal((await toggle(entry)).outcome, 'done');
        await waitFor('the file to follow', () => document.getText().includes('enabled: false'));
      } finally {
        stop();
      }
      assert.deepEqual(offered, ['Undo', `Also in ${document.uri.path.split('/').at(-1)!}`]);
      assert.doesNotMatch(await ruleset(), /masquerade web/);
      assert.match(await ruleset(), /port-forward web/);
      assert.equal(document.getText(), file.replace('not-out: nl-br }', 'not-out: nl-br, enabled: false }'));
      assert.ok(document.isDirty);
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('undo');
      assert.equal(document.getText(), file);
      await vscode.commands.executeCommand('redo');
    });

    it('changes the file at once where the setting wants that, or never', async () => {
      await setInFile('always');
      assert.equal((await toggle(entry)).outcome, 'done');
      assert.equal(document.getText(), file);
      assert.match(await ruleset(), /masquerade web/);
      await setInFile('never');
      const shown = recordNotifications();
      assert.equal((await toggle(entry)).outcome, 'done');
      assert.equal((await toggle(entry)).outcome, 'done');
      shown.stop();
      assert.equal(document.getText(), file);
    });

    it('says of a rule that is not on the host what brings it there', async () => {
      await setInFile(undefined);
      const shown = recordNotifications();
      const result = await toggle({ ...entry, name: 'gone', key: 'nat gone' });
      shown.stop();
      assert.deepEqual([result.outcome, result.reason], ['failed', 'unsupported']);
      assert.match(shown.messages.join('\n'), /gone of the file is not on the host. Apply the file first/);
    });
  });
});
