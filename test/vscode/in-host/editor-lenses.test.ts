import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { DisposableList } from '../../../src/base/disposable';
import { NetnsError } from '../../../src/base/errors';
import type { HostSnapshot } from '../../../src/host/model';
import { parseTopology } from '../../../src/topology/parse';
import { TopologyLenses } from '../../../src/vscode/editor/code-lenses';
import { LanguageService, languageWorkerScript } from '../../../src/vscode/editor/service/language-service';
import { TopologyDocuments } from '../../../src/vscode/editor/topology-documents';
import { HostConnector } from '../../../src/vscode/hosts/host-connector';
import { HostRegistry } from '../../../src/vscode/hosts/host-registry';
import { CommandId, SettingId, settingsSection } from '../../../src/vscode/ids';
import { CheckResults } from '../../../src/vscode/topology/check-results';
import { TargetChooser } from '../../../src/vscode/topology/target-chooser';
import { waitFor } from '../machinery/wait-for';
import { configuration, FakeHost, noPrompts } from './fake-host';
import { planets } from './snapshots';
import { activateExtension, closeEditors, extensionId, openTopology } from './support';

const text = `name: planets
bridges:
  planet-br: { addresses: [10.10.0.1/16] }
namespaces:
  earth:
  pluto:
nat:
  out: { masquerade: 10.10.0.0/16, not-out: planet-br }
checks:
  - { from: earth, ping: 10.10.0.1 }
`;

describe('Code lenses', () => {
  const never = (): { dispose(): void } => ({ dispose: () => undefined });
  /** Nothing was compared: the lenses go by names. */
  const noLabs = { latest: () => undefined, markOf: () => undefined, onDidSettle: never, onDidChange: never };
  let parts: DisposableList;
  let fake: FakeHost;
  let registry: HostRegistry;
  let results: CheckResults;
  let lenses: TopologyLenses;

  before(async () => {
    await activateExtension();
  });
  beforeEach(() => {
    parts = new DisposableList();
    const log = parts.add(vscode.window.createOutputChannel('lenses', { log: true }));
    fake = new FakeHost(planets());
    registry = parts.add(new HostRegistry(fake.services));
    registry.update([configuration('lab1')]);
    const script = vscode.extensions.getExtension(extensionId)!.extensionUri.fsPath + `/${languageWorkerScript}`;
    const documents = parts.add(new TopologyDocuments(parts.add(new LanguageService(script, log))));
    const memento: vscode.Memento = { keys: () => [], get: () => undefined, update: () => Promise.resolve() } as never;
    const targets = new TargetChooser(registry, new HostConnector(registry, log, noPrompts), memento);
    results = parts.add(new CheckResults(documents, noLabs, log));
    lenses = parts.add(new TopologyLenses({ documents, registry, targets, results, labs: noLabs }));
  });
  afterEach(async () => {
    parts.dispose();
    await closeEditors();
  });

  const source = new vscode.CancellationTokenSource();
  /** What stands above each line that has lenses, by the line's first word. */
  async function shown(document: vscode.TextDocument): Promise<Record<string, string[]>> {
    const found = (await lenses.provideCodeLenses(document, source.token)) ?? [];
    const lines: Record<string, string[]> = {};
    for (const lens of found) {
      const word = document.lineAt(lens.range.start.line).text.trim().split(/[: ]/)[0] ?? '';
      (lines[word] ??= []).push(lenses.resolveCodeLens(lens).command?.title.replace('\u00a0', ' ') ?? '?');
    }
    return lines;
  }
  const connect = (): Promise<void> => registry.hosts[0]!.connect(noPrompts);

  it('say what can be done and that nothing is connected, and then how each thing is on the host', async () => {
    const document = await openTopology(text);
    const file = ['$(play) Apply to lab1', 'Plan', 'Verify', 'Destroy', 'Show Graph'];
    assert.deepEqual(await shown(document), {
      name: [...file, 'not connected'],
      'planet-br': ['Toggle NAT', 'Capture'],
      earth: ['Shell', 'Capture', 'Run…'],
      pluto: ['Shell', 'Capture', 'Run…'],
      out: ['Toggle NAT'],
      '-': ['$(play) Run'],
    });
    await connect();
    const live = await shown(document);
    assert.deepEqual(live['name']?.slice(0, 5), file);
    assert.deepEqual(live['planet-br'], ['$(pass) NAT on · 2 ports · 84 packets', 'Toggle NAT', 'Capture']);
    assert.deepEqual(live['earth'], ['$(pass) up', 'Shell', 'Capture', 'Run…']);
    assert.deepEqual(live['pluto'], ['$(circle-slash) not on lab1', 'Shell', 'Capture', 'Run…']);
    assert.deepEqual(live['out'], ['$(pass) on · 84 packets', 'Toggle NAT']);
    fake.loseConnection(new NetnsError('connectionLost', 'Cut.'));
    assert.deepEqual((await shown(document))['name']?.at(-1), 'connection lost');
  });

  it('are refreshed when the host is read again while the file is visible, and keep the host watched only then', async () => {
    const document = await openTopology(text);
    await connect();
    await shown(document);
    assert.equal(fake.listeners, 1);
    const refreshed = new Promise<void>((resolve) => lenses.onDidChangeCodeLenses(() => resolve()));
    const { namespaces, ...rest } = planets();
    fake.change({ ...rest, namespaces: namespaces.filter(({ name }) => name !== 'earth') } satisfies HostSnapshot);
    await refreshed;
    assert.deepEqual((await shown(document))['earth'], ['$(circle-slash) not on lab1', 'Shell', 'Capture', 'Run…']);
    await closeEditors();
    await waitFor('nobody to watch the host', () => fake.listeners === 0);
  });

  it('say how a check went, and lead to what that stands on; a thing’s lens hands over the thing as plain data', async () => {
    const document = await openTopology(text);
    const parsed = parseTopology(text);
    const check = parsed.topology!.checks[0]!;
    const result = { check, title: 'earth can ping 10.10.0.1', command: 'ping', output: 'x', milliseconds: 1 };
    const from = { document, version: document.version, parsed, host: registry.hosts[0]! };
    results.record(from, [{ ...result, passed: false }]);
    assert.deepEqual((await shown(document))['-'], ['$(error) does not hold', '$(telescope) Why?', '$(play) Run']);
    results.record(from, [{ ...result, passed: false, notRun: true }]);
    assert.deepEqual((await shown(document))['-'], ['$(question) could not be tried', '$(play) Run']);
    results.record(from, [{ ...result, passed: true }]);
    const after = await shown(document);
    assert.deepEqual(after['-'], ['$(pass) holds', '$(play) Run']);
    assert.ok(after['name']?.includes('Verify (1/1)'));
    const found = (await lenses.provideCodeLenses(document, source.token)) ?? [];
    const shell = found.map((one) => lenses.resolveCodeLens(one).command).find((one) => one?.title === 'Shell');
    assert.deepEqual(shell?.arguments, [
      { type: 'namespace', name: 'earth', file: document.uri.toString(), lab: 'planets' },
    ]);
    const commands = found
      .filter(({ range }) => range.start.line === 9)
      .map((one) => lenses.resolveCodeLens(one).command);
    assert.deepEqual(
      commands.map((command) => [command?.command, command?.arguments]),
      [
        [CommandId.showCheckResult, [document.uri, 0]],
        [CommandId.runCheck, [document.uri, 0]],
      ],
    );
  });

  it('stand where the setting wants them', async () => {
    const settings = vscode.workspace.getConfiguration(settingsSection);
    const set = (value: string | undefined): Thenable<void> =>
      settings.update(SettingId.codeLens, value, vscode.ConfigurationTarget.Global);
    const document = await openTopology(text);
    try {
      const refreshed = new Promise<void>((resolve) => lenses.onDidChangeCodeLenses(() => resolve()));
      await set('file');
      await refreshed;
      assert.deepEqual(Object.keys(await shown(document)), ['name']);
      await set('none');
      assert.deepEqual(await shown(document), {});
    } finally {
      await set(undefined);
    }
  });

  it('show names as they are, never as icons', async () => {
    registry.update([{ ...configuration('lab1'), label: '$(bug) host' }]);
    const document = await openTopology(text);
    const titles = Object.values(await shown(document)).flat();
    assert.ok(titles.some((title) => title.includes('bug')));
    assert.ok(titles.every((title) => !title.includes('$(bug)')));
  });
});
