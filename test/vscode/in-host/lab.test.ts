import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { HostSnapshot } from '../../../src/host/model';
import type { Transport } from '../../../src/transport/transport';
import type { GraphDrawn, NetnsApi } from '../../../src/vscode/api';
import { CommandId } from '../../../src/vscode/ids';
import type { ActionResult } from '../../../src/vscode/topology/action';
import { waitFor } from '../machinery/wait-for';
import {
  beforeOnLabHost,
  closeEditors,
  configureHosts,
  labEntry,
  labHost,
  openTopology,
  recordNotifications,
} from './support';

const pair = `name: in-host-pair
bridges:
  ih-br: { addresses: [10.99.0.1/24] }
namespaces:
  ih-earth:
    interfaces:
      eth0: { addresses: [10.99.0.10/24] }
    routes: [{ to: default, via: 10.99.0.1 }]
  ih-mars:
    interfaces:
      eth0: { addresses: [10.99.0.20/24] }
links:
  - endpoints: [ih-earth:eth0, ih-br]
  - endpoints: [ih-mars:eth0, ih-br]
nat:
  out: { masquerade: 10.99.0.0/24, not-out: ih-br }
checks:
  - { from: ih-earth, ping: ih-mars }
  - { from: ih-earth, ping: 10.99.0.77, expect: fail, within: 1 }
`;

describe('A real host', function () {
  this.timeout(120_000);
  const lab = labHost();
  let api: NetnsApi;
  /** A second way to the host: what other people type there. */
  let elsewhere: Transport;

  before(async function () {
    ({ api, elsewhere } = await beforeOnLabHost(this));
  });
  after(async () => {
    if (lab === undefined) return;
    elsewhere.dispose();
    await configureHosts(api, [], []);
  });
  afterEach(closeEditors);

  const names = (snapshot: HostSnapshot | undefined): (string | undefined)[] =>
    snapshot?.namespaces.map((one) => one.name) ?? [];
  const act = (id: CommandId, ...args: unknown[]): Promise<ActionResult> =>
    Promise.resolve(vscode.commands.executeCommand<ActionResult>(id, ...args));
  /** What a topology can leave behind, as the host's own tools print it. */
  const traces = async (): Promise<string> => {
    const script =
      'ip netns; ip -o link | cut -d: -f2; nft list ruleset; sysctl net.ipv4.ip_forward; ls /run/netns-topology 2>&1';
    return (await elsewhere.run(script)).stdout;
  };

  it('is connected by the command, and read', async () => {
    assert.equal(await vscode.commands.executeCommand(CommandId.connect, 'lab1'), true);
    assert.deepEqual(api.hosts, [{ id: 'lab1', label: 'lab1', status: 'live' }]);
    assert.ok((api.snapshot('lab1')?.namespaces.length ?? 0) >= 1);
  });

  it('shows what others do within a second while the tree is visible', async () => {
    await vscode.commands.executeCommand('netns.hosts.focus');
    const changes: string[] = [];
    const subscription = api.onDidChange((id) => changes.push(id));
    try {
      // The watcher on the host must be up before its speed can be measured.
      await waitFor(
        'the first change',
        async () => {
          await elsewhere.run('ip netns add ih-first 2>/dev/null || ip netns del ih-first');
          return changes.length > 0;
        },
        { everyMs: 500 },
      );
      await elsewhere.run('ip netns del ih-first 2>/dev/null || true');
      await waitFor('ih-first to go', () => !names(api.snapshot('lab1')).includes('ih-first'));
      const begin = Date.now();
      await elsewhere.run('ip netns add mars');
      await waitFor('mars', () => names(api.snapshot('lab1')).includes('mars'), { everyMs: 10 });
      const seen = Date.now() - begin;
      console.log(`      mars was seen after ${seen} ms`);
      await elsewhere.run('ip netns del mars');
      await waitFor('mars to go', () => !names(api.snapshot('lab1')).includes('mars'));
      assert.ok(seen < 5000, `it took ${seen} ms`);
    } finally {
      subscription.dispose();
      await elsewhere.run('ip netns del mars 2>/dev/null; ip netns del ih-first 2>/dev/null; true');
    }
  });

  it('is planned, applied, found as declared, verified, drawn and put back', async () => {
    const before = await traces();
    // What counts is the text in the editor, not the file.
    const document = await openTopology('name: saved-before\n');
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, 1, 0), pair);
    await vscode.workspace.applyEdit(edit);
    assert.ok(document.isDirty);

    const planned = await act(CommandId.plan, document.uri);
    assert.equal(planned.outcome, 'done', JSON.stringify(planned));
    const plan = vscode.window.activeTextEditor?.document;
    assert.equal(plan?.uri.scheme, 'netns-plan');
    assert.match(plan.getText(), /ih-earth/);
    assert.equal(await traces(), before, 'planning changed the host');

    const applied = await act(CommandId.apply, document.uri);
    assert.equal(applied.outcome, 'done', JSON.stringify(applied));
    assert.ok(names(api.snapshot('lab1')).includes('ih-earth'));
    const again = await act(CommandId.apply, document.uri);
    assert.deepEqual([again.outcome, again.steps], ['unchanged', 0], JSON.stringify(again));

    const verified = await act(CommandId.verify, document.uri);
    assert.deepEqual([verified.outcome, verified.checks], ['done', { passed: 2, total: 2 }], JSON.stringify(verified));
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    assert.ok(lenses.some((lens) => lens.command?.title === 'Verify (2/2)'));

    const drawn: GraphDrawn[] = [];
    const subscription = api.onDidDrawGraph((one) => drawn.push(one));
    await vscode.commands.executeCommand(CommandId.showHostGraph, 'lab1');
    await waitFor('the graph with two cables', () => drawn.some((one) => one.hostId === 'lab1' && one.cables >= 2));
    subscription.dispose();

    const destroyed = await act(CommandId.destroy, document.uri, { confirmed: true });
    assert.equal(destroyed.outcome, 'done', JSON.stringify(destroyed));
    assert.equal(await traces(), before);
    const nothing = await act(CommandId.destroy, document.uri, { confirmed: true });
    assert.equal(nothing.outcome, 'unchanged', JSON.stringify(nothing));
  });

  it('is followed by its graph while no tree is visible, and left in peace once neither is', async () => {
    await vscode.commands.executeCommand('workbench.view.explorer');
    const drawn: GraphDrawn[] = [];
    const subscription = api.onDidDrawGraph((one) => drawn.push(one));
    try {
      await vscode.commands.executeCommand(CommandId.showHostGraph, 'lab1');
      const first = await waitFor('a drawing', () => drawn.at(-1));
      await elsewhere.run('ip netns add ih-graph');
      await waitFor('ih-graph in the graph', () => drawn.at(-1)?.nodes === first.nodes + 1);
      const watchers = async (): Promise<string> =>
        (await elsewhere.run('pgrep -f "^ip (-[a-z]+ )*monitor|netns-topology-agent$" || true')).stdout.trim();
      assert.notEqual(await watchers(), '', 'nothing watches the host');
      await closeEditors();
      await waitFor('no watcher on the host', async () => (await watchers()) === '');
    } finally {
      subscription.dispose();
      await elsewhere.run('ip netns del ih-graph 2>/dev/null || true');
    }
  });

  it('marks a check that does not hold, at its place in the file', async () => {
    const text = 'name: ih-checks\nchecks:\n  - { from: host, ping: 10.99.0.78, within: 1 }\n';
    const document = await openTopology(text);
    const result = await act(CommandId.verify, document.uri);
    assert.deepEqual([result.outcome, result.checks], ['failed', { passed: 0, total: 1 }], JSON.stringify(result));
    const marks = vscode.languages.getDiagnostics(document.uri).filter((one) => one.code === 'check-failed');
    assert.equal(marks.length, 1);
    assert.equal(marks[0]?.range.start.line, 2);
  });

  it('that has a thing of that name already is left alone, and the person is told', async () => {
    await elsewhere.run('ip netns add ih-earth');
    try {
      const before = await traces();
      const shown = recordNotifications();
      const document = await openTopology(pair);
      const result = await act(CommandId.apply, document.uri);
      shown.stop();
      assert.deepEqual([result.outcome, result.reason], ['failed', 'conflict'], JSON.stringify(result));
      assert.match(shown.messages.join(), /ih-earth/);
      assert.equal(shown.messages.length, 1);
      assert.equal(await traces(), before);
    } finally {
      await elsewhere.run('ip netns del ih-earth');
    }
  });

  it('that refuses the login is told in one notification', async () => {
    const { messages, status } = await connectTo({ user: 'nobody-of-that-name' });
    assert.equal(status, 'failed');
    assert.equal(messages.length, 1, messages.join('\n'));
    assert.match(messages[0] ?? '', /nobody-of-that-name/);
  });

  it('whose key is another than the known one is refused, without a question', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'netns-in-host-'));
    try {
      const file = path.join(folder, 'known_hosts');
      const other = 'AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f';
      const name = lab!.port === 22 ? lab!.address : `[${lab!.address}]:${lab!.port}`;
      await writeFile(file, `${name} ssh-ed25519 ${other}\n`);
      const { messages, status } = await connectTo({ knownHostsFiles: [file] });
      assert.equal(status, 'failed');
      assert.equal(messages.length, 1, messages.join('\n'));
      assert.match(messages[0] ?? '', /key/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('whose key is unknown is asked about with its fingerprint, and without a yes nothing connects', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'netns-in-host-'));
    try {
      const { messages, status } = await connectTo({ knownHostsFiles: [path.join(folder, 'known_hosts')] });
      assert.equal(status, 'failed');
      assert.match(messages[0] ?? '', /host key of .* is not known/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  /** Tries to connect to the lab host by another entry; no question is answered. */
  async function connectTo(
    changes: Readonly<Record<string, unknown>>,
  ): Promise<{ messages: string[]; status: string }> {
    await configureHosts(api, [labEntry(lab!), labEntry(lab!, { id: 'other', ...changes })], ['lab1', 'other']);
    const shown = recordNotifications();
    try {
      assert.equal(await vscode.commands.executeCommand(CommandId.connect, 'other'), false);
      return { messages: shown.messages, status: api.hosts[1]?.status ?? '' };
    } finally {
      shown.stop();
      await configureHosts(api, [labEntry(lab!)], ['lab1']);
    }
  }

  it('is left by the command', async () => {
    assert.equal(await vscode.commands.executeCommand(CommandId.disconnect, 'lab1'), true);
    assert.equal(api.hosts[0]?.status, 'disconnected');
    assert.equal(api.snapshot('lab1'), undefined);
  });
});
