import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { NetnsApi } from '../../../src/vscode/api';
import { CommandId, settingsSection, SettingId } from '../../../src/vscode/ids';
import type { ActionResult } from '../../../src/vscode/topology/action';
import type { Transport } from '../../../src/transport/transport';
import { beforeOnLabHost, closeEditors, configureHosts, labHost, openTopology, replaceMethod } from './support';

const text = (service: string, check: string): string => `name: with-commands
namespaces:
  ca-earth:
    services:
      web: { command: ${service} }
checks:
  - { from: ca-earth, command: ${check} }
`;

describe('Commands of a topology file', function () {
  this.timeout(120_000);
  const lab = labHost();
  let api: NetnsApi;
  let elsewhere: Transport;
  const asked: { readonly message: string; readonly detail: string; readonly buttons: readonly string[] }[] = [];
  let answer: string | undefined;
  let restore: () => void = () => undefined;

  const setAsking = (value: boolean): Thenable<void> =>
    vscode.workspace
      .getConfiguration(settingsSection)
      .update(SettingId.askBeforeCommands, value, vscode.ConfigurationTarget.Global);

  before(async function () {
    ({ api, elsewhere } = await beforeOnLabHost(this, { connected: true }));
    await setAsking(true);
    restore = replaceMethod(
      vscode.window,
      'showWarningMessage',
      (message: string, options: vscode.MessageOptions, ...buttons: string[]) => {
        const all = typeof options === 'string' ? [options, ...buttons] : buttons;
        asked.push({ message, detail: options.detail ?? '', buttons: all });
        return Promise.resolve(answer !== undefined && all.includes(answer) ? answer : undefined);
      },
    );
  });
  after(async () => {
    if (lab === undefined) return;
    restore();
    await setAsking(false);
    elsewhere.dispose();
    await configureHosts(api, [], []);
  });
  beforeEach(() => {
    asked.length = 0;
  });
  afterEach(closeEditors);

  const act = async (id: CommandId, document: vscode.TextDocument): Promise<ActionResult['outcome']> =>
    (await vscode.commands.executeCommand<ActionResult>(id, document.uri, { confirmed: true })).outcome;
  const detailOf = (index: number): string | undefined => asked.at(index)?.detail;
  const namespaces = async (): Promise<string> => (await elsewhere.run('ip netns list')).stdout;

  it('do not run before they were seen, and nothing else happens either', async () => {
    const document = await openTopology(text('sleep 1000', 'touch /tmp/seen-by-nobody'));
    answer = undefined;
    assert.equal(await act(CommandId.apply, document), 'cancelled');
    assert.doesNotMatch(await namespaces(), /ca-earth/);
    assert.match(asked[0]?.message ?? '', /\.netns\.yaml runs 1 command on lab1 that you have not seen yet\.$/);
    assert.equal(detailOf(0), 'ca-earth: web — sleep 1000');
    assert.deepEqual(asked[0]?.buttons, ['Run']);
  });

  it('are shown once, by apply and by verify each what it runs; and again when they change', async () => {
    answer = 'Run';
    const document = await openTopology(text('sleep 1000', 'test -e /proc'));
    assert.equal(await act(CommandId.apply, document), 'done');
    assert.equal(await act(CommandId.verify, document), 'done');
    assert.deepEqual(
      asked.map(({ detail }) => detail),
      ['ca-earth: web — sleep 1000', 'check from ca-earth — test -e /proc'],
    );
    assert.equal(await act(CommandId.verify, document), 'done');
    assert.equal(await act(CommandId.destroy, document), 'done');
    assert.equal(await act(CommandId.apply, document), 'done');
    assert.equal(asked.length, 2);

    answer = undefined;
    const changed = await openTopology(text('sleep 2000', 'test -e /proc'));
    assert.equal(await act(CommandId.apply, changed), 'cancelled');
    assert.equal(detailOf(-1), 'ca-earth: web — sleep 2000');
    assert.match((await elsewhere.run('pgrep -af "sleep [12]000"')).stdout, /sleep 1000/);
    const otherCheck = await openTopology(text('sleep 1000', 'rm -rf /tmp/x'));
    assert.equal(await act(CommandId.verify, otherCheck), 'cancelled');
    assert.equal(detailOf(-1), 'check from ca-earth — rm -rf /tmp/x');
    assert.equal(await act(CommandId.destroy, document), 'done');
  });

  it('hide nothing behind blanks, line breaks, escape sequences or their number', async () => {
    answer = undefined;
    const sly = await openTopology(text('"sleep 1 ;          evil; printf \'\\\\e[2J\\e[2J\'\\nmore"', '"true"'));
    await act(CommandId.apply, sly);
    assert.equal(detailOf(0), "ca-earth: web — sleep 1 ; [10 blanks] evil; printf '\\e[2J\ufffd[2J' ⏎ more");

    const many = Array.from({ length: 20 }, (_, n) => `      s${n}: { command: sleep ${n} }`).join('\n');
    const crowd = await openTopology(`name: crowd\nnamespaces:\n  ca-many:\n    services:\n${many}\n`);
    answer = 'Show All';
    assert.equal(await act(CommandId.apply, crowd), 'cancelled');
    const [first, second] = [asked.at(-2), asked.at(-1)];
    assert.deepEqual(first?.buttons, ['Show All']);
    assert.match(String(detailOf(-2)), /… and 8 more$/);
    assert.deepEqual(second?.buttons, ['Run', 'Don’t Run']);
    const shown = vscode.window.activeTextEditor;
    assert.equal(shown?.document.uri.scheme, 'netns-commands');
    assert.match(shown.document.getText(), /ca-many: s19 — sleep 19/);
    assert.doesNotMatch(await namespaces(), /ca-many/);
  });
});
