import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { DisposableList } from '../../../src/base/disposable';
import { Emitter } from '../../../src/base/events';
import { LanguageService, languageWorkerScript } from '../../../src/vscode/editor/service/language-service';
import { TopologyDocuments } from '../../../src/vscode/editor/topology-documents';
import { HostConnector } from '../../../src/vscode/hosts/host-connector';
import { HostRegistry } from '../../../src/vscode/hosts/host-registry';
import { hostServices } from '../../../src/vscode/hosts/host-services';
import { registerCheckTests } from '../../../src/vscode/testing/check-tests';
import type { ActionParts } from '../../../src/vscode/topology/action';
import { CheckResults } from '../../../src/vscode/topology/check-results';
import { CheckRunner } from '../../../src/vscode/topology/check-runner';
import { CommandApproval } from '../../../src/vscode/topology/command-approval';
import type { LabStates } from '../../../src/vscode/topology/lab-states';
import { TargetChooser } from '../../../src/vscode/topology/target-chooser';
import { verifyOnHost } from '../../../src/vscode/topology/verify';
import { waitFor } from '../machinery/wait-for';
import { noPrompts } from './fake-host';
import {
  closeEditors,
  extensionId,
  labHost,
  openTopology,
  recordNotifications,
  replaceMethod,
  secondWay,
} from './support';

const text = `name: tested
namespaces: { tt-none: {} }
checks:
  - { from: host, command: "echo fine" }
  - { from: host, command: "echo bad; exit 3", within: 1 }
  - { from: host, command: "exit 1", expect: fail }
  - { from: tt-none, ping: 203.0.113.8, expect: fail }
`;

const matrixText = `name: tested
namespaces:
  tt-a: { interfaces: { e0: { addresses: [10.94.0.1/24] } } }
  tt-b: { interfaces: { e0: { addresses: [10.94.0.2/24] } } }
links: [{ endpoints: [tt-a:e0, tt-b:e0] }]
checks: [{ from: host, command: "true" }]
`;

/** What a test run was told, in order: `passed host …`. */
interface RecordedRun {
  readonly name: string | undefined;
  readonly said: string[];
  readonly output: string[];
  readonly messages: vscode.TestMessage[];
  ended: boolean;
}

describe('The checks in the Test Explorer', function () {
  this.timeout(120_000);
  let parts: DisposableList;
  let action: ActionParts;
  let controller: vscode.TestController;
  let profile: vscode.TestRunProfile;
  let runs: RecordedRun[];
  let invalidated: string[];
  let labChanges: Emitter<{ hostId: string; lab: string }>;
  let settles: Emitter<void>;
  let hostMark: string;

  beforeEach(() => {
    parts = new DisposableList();
    runs = [];
    invalidated = [];
    hostMark = 'in sync';
    labChanges = parts.add(new Emitter());
    settles = parts.add(new Emitter());
    const log = parts.add(vscode.window.createOutputChannel('check tests', { log: true }));
    const registry = parts.add(new HostRegistry(hostServices));
    const lab = labHost();
    if (lab !== undefined) {
      const { address: host, port, identityFile, knownHostsFile } = lab;
      const target = {
        type: 'ssh',
        host,
        port,
        user: 'root',
        identityFile,
        knownHostsFiles: [knownHostsFile],
      } as const;
      registry.update([{ id: 'tested', label: 'tested', target }]);
    }
    const connector = new HostConnector(registry, log, noPrompts);
    const script = path.join(vscode.extensions.getExtension(extensionId)!.extensionPath, languageWorkerScript);
    const documents = parts.add(new TopologyDocuments(parts.add(new LanguageService(script, log))));
    const memento: vscode.Memento = { keys: () => [], get: () => undefined, update: () => Promise.resolve() } as never;
    const targets = new TargetChooser(registry, connector, memento);
    const labs = {
      markOf: () => hostMark,
      onDidSettle: settles.event,
      onDidChange: labChanges.event,
      ofLab: () => ({ document: vscode.window.activeTextEditor?.document, drift: { state: 'inSync' } }),
    } as unknown as LabStates;
    const results = parts.add(new CheckResults(documents, labs, log));
    const approval = parts.add(new CommandApproval(memento));
    const checks = parts.add(new CheckRunner(results, approval, log));
    action = { documents, targets, connector, checks, approval, log, plans: undefined as never };
    const create = vscode.tests.createTestController.bind(vscode.tests);
    const restore = replaceMethod(vscode.tests, 'createTestController', (_id, label) => {
      controller = create(`test-${Math.random()}`, label);
      controller.createTestRun = (request, name) => recordRun(request, name) as vscode.TestRun;
      controller.invalidateTestResults = (items) => {
        for (const item of [items ?? []].flat()) invalidated.push(item.label);
      };
      const createProfile = controller.createRunProfile.bind(controller);
      controller.createRunProfile = (...args) => (profile = createProfile(...args));
      return controller;
    });
    parts.add(registerCheckTests(action, results, labs));
    restore();
  });
  afterEach(async () => {
    parts.dispose();
    await closeEditors();
  });

  function recordRun(_request: vscode.TestRunRequest, name?: string): unknown {
    const run: RecordedRun = { name, said: [], output: [], messages: [], ended: false };
    runs.push(run);
    const say =
      (what: string) =>
      (item: vscode.TestItem, message?: vscode.TestMessage): void => {
        run.said.push(`${what}: ${item.label}`);
        if (message instanceof vscode.TestMessage) run.messages.push(message);
      };
    return {
      enqueued: () => undefined,
      started: () => undefined,
      skipped: say('skipped'),
      passed: say('passed'),
      failed: say('failed'),
      errored: say('errored'),
      appendOutput: (output: string) => run.output.push(output),
      end: () => (run.ended = true),
    };
  }
  const wordsOf = (one: Pick<vscode.TestMessage, 'message'> | undefined): string => one?.message as string;
  const childrenOf = (items: vscode.TestItemCollection): vscode.TestItem[] => {
    const children: vscode.TestItem[] = [];
    items.forEach((item) => (item.id === 'matrix' ? undefined : children.push(item)));
    return children.sort((a, b) => (a.sortText ?? '').localeCompare(b.sortText ?? ''));
  };
  const itemOf = (document: vscode.TextDocument): vscode.TestItem | undefined =>
    controller.items.get(document.uri.toString());
  /** Opens the file; resolves with its item when its checks are there. */
  const openTests = async (content = text): Promise<{ document: vscode.TextDocument; item: vscode.TestItem }> => {
    const document = await openTopology(content);
    const item = await waitFor('the tests of the file', () => {
      const found = itemOf(document);
      return found !== undefined && found.children.size > 0 && found;
    });
    return { document, item };
  };
  const run = async (include: readonly vscode.TestItem[], token?: vscode.CancellationToken): Promise<RecordedRun> => {
    const none = new vscode.CancellationTokenSource().token;
    await profile.runHandler(new vscode.TestRunRequest([...include], undefined, profile), token ?? none);
    return runs.at(-1)!;
  };

  it('stand below their lab, each at its line, and stay themselves through edits', async () => {
    const { document, item } = await openTests();
    assert.equal(item.label, 'tested');
    assert.equal(item.range?.start.line, 2);
    const before = childrenOf(item.children);
    assert.deepEqual(
      before.map(({ label, range }) => [label, range?.start.line]),
      [
        ['in host, `echo fine` succeeds', 3],
        ['in host, `echo bad; exit 3` succeeds', 4],
        ['in host, `exit 1` fails', 5],
        ['tt-none cannot ping 203.0.113.8', 6],
      ],
    );
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(3, 0), '  - { from: host, command: "true" }\n');
    await vscode.workspace.applyEdit(edit);
    await waitFor('the new test', () => childrenOf(item.children).length === 5);
    const after = childrenOf(item.children);
    assert.equal(itemOf(document), item);
    assert.deepEqual(after.slice(1), before);
    assert.equal(after[1]?.range?.start.line, 4);
    assert.deepEqual(invalidated, []);
  });

  it('of a file with an error say so, and of a changed lab are outdated', async () => {
    const { document, item } = await openTests();
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(1, 14, 1, 21), 'tt-none: {}, b: { interfaces: 3 }');
    await vscode.workspace.applyEdit(edit);
    await waitFor('the error', () => item.error !== undefined);
    assert.match(item.error as string, /^Line 2: /);
    assert.deepEqual([new Set(invalidated).size, invalidated.includes('Ping matrix')], [5, true]);
  });

  it('of the workspace are found when somebody looks, and read when they are opened', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0];
    assert.ok(folder);
    await controller.resolveHandler?.(undefined);
    const planets = await waitFor('planets', () =>
      controller.items.get(vscode.Uri.joinPath(folder.uri, 'planets.netns.yaml').toString()),
    );
    assert.deepEqual([planets.label, planets.children.size, planets.canResolveChildren], ['planets', 0, true]);
    await controller.resolveHandler?.(planets);
    assert.ok(planets.children.size > 3);
    assert.ok(childrenOf(planets.children).some(({ label }) => label.startsWith('earth can ping ')));

    const uri = vscode.Uri.joinPath(folder.uri, 'made-now.netns.yaml');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
    const made = await waitFor('the new file', () => controller.items.get(uri.toString()));
    await controller.resolveHandler?.(made);
    assert.equal(childrenOf(made.children).length, 4);
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(`${text}  - { from: host, command: "true" }\n`));
    await waitFor('the changed file', () => childrenOf(made.children).length === 5);
    await vscode.workspace.fs.delete(uri);
    await waitFor('the file to go', () => controller.items.get(uri.toString()) === undefined);
  });

  it('say in a window without a host what is missing, at the tests and nowhere else', async () => {
    const { item } = await openTests(text.replace('name: tested', 'name: tested\ntarget: nowhere'));
    const shown = recordNotifications();
    const { said, messages, ended } = await run([item]);
    shown.stop();
    assert.deepEqual([said.length, ended, shown.messages], [4, true, []]);
    assert.ok(said.every((one) => one.startsWith('errored')));
    assert.match(wordsOf(messages[0]), /“nowhere” is not among your hosts/);
  });

  describe('on a real host', () => {
    before(function () {
      if (labHost() === undefined) this.skip();
    });

    it('run side by side, with the evidence; expected failures pass, and what could not be tried does not', async () => {
      const { document, item } = await openTests();
      const { said, output, messages, ended } = await run([item]);
      assert.deepEqual(said.sort(), [
        'errored: tt-none cannot ping 203.0.113.8',
        'failed: in host, `echo bad; exit 3` succeeds',
        'passed: in host, `echo fine` succeeds',
        'passed: in host, `exit 1` fails',
      ]);
      assert.ok(ended);
      const all = output.join('');
      assert.match(all, /✓ in host, `echo fine` succeeds \(\d+ ms\)\r\n {2}\$ sh -c 'echo fine'\r\n {2}fine\r\n/);
      assert.match(all, /✓ in host, `exit 1` fails \(\d+ ms, as expected it did not\)/);
      const failure = messages.find(({ message }) => wordsOf({ message }).includes('echo bad'));
      assert.match(wordsOf(failure), /^Does not hold: .*\nsh -c 'echo bad; exit 3'\nbad\n\(exit code 3\)$/);
      assert.deepEqual(
        [failure?.location?.uri.toString(), failure?.location?.range.start.line],
        [document.uri.toString(), 4],
      );
      assert.ok(
        messages.some(({ message }) => wordsOf({ message }).includes('There is no namespace tt-none on the host.')),
      );
      hostMark = 'drifted';
      settles.fire();
      assert.equal(new Set(invalidated).size, 4, 'the lab changed');
    });

    it('have beside them every pair of the lab, which runs when it is asked for itself, with the table as evidence', async () => {
      const none = await openTests(matrixText.replace('name: ', 'name: not-applied-'));
      const gone = await run([none.item.children.get('matrix')!]);
      assert.deepEqual(gone.said, ['errored: Ping matrix']);
      assert.match(wordsOf(gone.messages[0]), /There is no namespace tt-a on the host/);

      const elsewhere = await secondWay(labHost()!);
      try {
        await elsewhere.run(
          [
            'ip netns add tt-a; ip netns add tt-b; ip link add e0 netns tt-a type veth peer name e0 netns tt-b',
            'for ns in tt-a tt-b; do ip -n $ns link set lo up; ip -n $ns link set e0 up; done',
            'ip -n tt-a addr add 10.94.0.1/24 dev e0; ip -n tt-b addr add 10.94.0.2/24 dev e0',
          ].join('\n'),
        );
        const { item } = await openTests(matrixText);
        const matrix = item.children.get('matrix')!;
        assert.deepEqual((await run([item])).said, ['passed: in host, `true` succeeds'], 'not with all the rest');
        const passed = await run([matrix]);
        assert.deepEqual(passed.said, ['passed: Ping matrix']);
        assert.match(passed.output.join(''), /1 tt-a {2}· ✓\r\n2 tt-b {2}✓ ·[^]*2 of 2 pairs reached/);
        await elsewhere.run('ip -n tt-b link set e0 down');
        const failed = await run([matrix]);
        assert.deepEqual(failed.said, ['failed: Ping matrix']);
        assert.match(wordsOf(failed.messages[0]), /^0 of 2 pairs reached\. Not as it should be:\n✗ tt-a → tt-b/);
        assert.deepEqual(invalidated, [], 'a matrix outdates no check, neither one that was never run');
        labChanges.fire({ hostId: 'tested', lab: 'tested' });
        assert.deepEqual(invalidated, ['Ping matrix']);
        hostMark = 'drifted';
        settles.fire();
        assert.deepEqual(
          invalidated,
          ['Ping matrix', 'in host, `true` succeeds'],
          'once it is known how the lab is now',
        );
      } finally {
        await elsewhere.run('ip netns del tt-a; ip netns del tt-b');
        elsewhere.dispose();
      }
    });

    it('run alone, and without those that are excluded', async () => {
      const { item } = await openTests();
      const [first, second, third] = childrenOf(item.children);
      assert.deepEqual((await run([first!])).said, ['passed: in host, `echo fine` succeeds']);
      const request = new vscode.TestRunRequest([item], [second!, third!], profile);
      await profile.runHandler(request, new vscode.CancellationTokenSource().token);
      assert.deepEqual(runs.at(-1)!.said.sort(), [
        'errored: tt-none cannot ping 203.0.113.8',
        'passed: in host, `echo fine` succeeds',
      ]);
    });

    it('that are stopped are shown as not run', async () => {
      const { item } = await openTests(
        'name: tested\nchecks:\n  - { from: host, command: "sleep 300", within: 300 }\n',
      );
      const stop = new vscode.CancellationTokenSource();
      const running = run([item], stop.token);
      await waitFor('the run', () => runs.length === 1);
      stop.cancel();
      const { said, ended } = await running;
      assert.deepEqual([said, ended], [['skipped: in host, `sleep 300` succeeds'], true]);
    });

    it('that a command runs are shown as well', async () => {
      const { document } = await openTests();
      const shown = recordNotifications();
      const result = await verifyOnHost(action, document.uri);
      shown.stop();
      assert.deepEqual(result.checks, { passed: 2, total: 4 });
      assert.deepEqual(
        [runs.length, runs[0]?.name, runs[0]?.said.length, runs[0]?.ended],
        [1, 'Verify tested', 4, true],
      );
    });

    it('run again by themselves when the lab has changed, for as long as that is wanted', async () => {
      const { item } = await openTests();
      const [first] = childrenOf(item.children);
      const stop = new vscode.CancellationTokenSource();
      await profile.runHandler(new vscode.TestRunRequest([first!], undefined, profile, true), stop.token);
      assert.equal(runs.length, 0);
      labChanges.fire({ hostId: 'tested', lab: 'tested' });
      await waitFor('a run', () => runs[0]?.ended);
      assert.deepEqual(runs[0]?.said, ['passed: in host, `echo fine` succeeds']);
      stop.cancel();
      labChanges.fire({ hostId: 'tested', lab: 'tested' });
      assert.equal(runs.length, 1);
    });
  });
});
