import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Transport } from '../../../src/transport/transport';
import type { NetnsApi } from '../../../src/vscode/api';
import { planApply } from '../../../src/plan/plan-apply';
import { parseTopology } from '../../../src/topology/parse';
import { CommandId, planScheme } from '../../../src/vscode/ids';
import type { ActionResult } from '../../../src/vscode/topology/action';
import { stepsByLine } from '../../../src/vscode/topology/plan-file-marks';
import { stepLine } from '../../../src/vscode/topology/run-log';
import { snapshot } from './snapshots';
import { waitFor } from '../machinery/wait-for';
import {
  beforeOnLabHost,
  closeEditors,
  configureHosts,
  labHost,
  openTopology,
  recordNotifications,
  replaceMethod,
} from './support';

const text = `name: ih-plan
namespaces:
  ih-plan-a: { interfaces: { p0: { addresses: [10.95.0.1/24] } } }
  ih-plan-b:
    interfaces: { p0: { addresses: [10.95.0.2/24] } }
    services:
      web: { command: "[ -e /tmp/ih-plan-go ] && exec sleep 4271; echo not yet; exit 3" }
links:
  - endpoints: [ih-plan-a:p0, ih-plan-b:p0]
`;

describe('The document of a plan', function () {
  this.timeout(120_000);
  const lab = labHost();
  let api: NetnsApi;
  let elsewhere: Transport;
  let document: vscode.TextDocument;

  before(async function () {
    ({ api, elsewhere } = await beforeOnLabHost(this));
  });
  beforeEach(async () => {
    document = await openTopology(text);
  });
  afterEach(async () => {
    await vscode.commands.executeCommand(CommandId.destroy, document.uri, { confirmed: true });
    await elsewhere.run('rm -f /tmp/ih-plan-go');
    await closeEditors();
  });
  after(async () => {
    if (lab === undefined) return;
    elsewhere.dispose();
    await configureHosts(api, [], []);
  });

  const act = (id: CommandId): Promise<ActionResult> =>
    Promise.resolve(vscode.commands.executeCommand<ActionResult>(id, document.uri));
  async function planned(): Promise<vscode.TextDocument> {
    assert.equal((await act(CommandId.plan)).outcome, 'done');
    return await waitFor('the plan', () => {
      const active = vscode.window.activeTextEditor?.document;
      return active?.uri.scheme === planScheme && active.getText().includes('ih-plan') ? active : undefined;
    });
  }
  /** Takes the button of that name in each notification. */
  function press(button: string): () => void {
    const pressed = (_: string, ...choices: string[]): Promise<string | undefined> =>
      Promise.resolve(choices.find((one) => one === button));
    const stops = (['showInformationMessage', 'showErrorMessage'] as const).map((method) =>
      replaceMethod(vscode.window, method, pressed as never),
    );
    return () => stops.forEach((stop) => stop());
  }

  it('has a language of its own, folds by group, step and undo, and is folded to its steps', async () => {
    const plan = await planned();
    assert.equal(plan.languageId, 'netns-plan');
    assert.match(
      plan.getText(),
      /^# Apply ih-plan on lab1: \d+ to create\n\n## Namespaces \(2\)\n\+ namespace ih-plan-a/,
    );
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      'vscode.executeFoldingRangeProvider',
      plan.uri,
    );
    const starts = folds.map(({ start }) => plan.lineAt(start).text);
    assert.ok(starts.includes('## Namespaces (2)'));
    assert.ok(starts.some((line) => line.startsWith('+ link ih-plan-a:p0')));
    assert.ok(starts.includes('    # undone by:'));
    const ranges = vscode.window.activeTextEditor?.visibleRanges ?? [];
    assert.ok(ranges.length > 1, 'the commands are folded away');
  });

  it('marks in the file what would be done with each entry, by its line', () => {
    const parsed = parseTopology(text);
    const { topology } = parsed;
    assert.ok(topology !== undefined);
    const plan = planApply(topology, snapshot({ tools: { ip: '6.1' } }));
    assert.deepEqual(plan.problems, []);
    const byLine = stepsByLine({ plan, subject: { document, version: document.version, parsed, topology } });
    const titles = [...byLine].map(
      ([line, steps]) => `${document.lineAt(line).text.trim()} | ${steps.map(stepLine).join()}`,
    );
    assert.ok(titles.includes('ih-plan-b: | create namespace ih-plan-b'), titles.join('\n'));
    assert.ok(titles.some((title) => title.startsWith('- endpoints') && title.includes('create link')));
    assert.ok(titles.some((title) => title.startsWith('web: {') && title.includes('create service web@ih-plan-b')));
  });

  it('leads from each step to its line in the file', async () => {
    const plan = await planned();
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      'vscode.executeLinkProvider',
      plan.uri,
      100,
    );
    const link = links.find(({ range }) => plan.getText(range) === 'ih-plan-b');
    assert.equal(link?.target?.path, document.uri.path);
    assert.equal(link.target.fragment, 'L4');
  });

  it('shows how far an apply is, and after it what was done', async () => {
    await elsewhere.run('touch /tmp/ih-plan-go');
    const plan = await planned();
    const seen = new Set<string>();
    const watching = setInterval(() => api.plans().forEach(({ marks }) => marks.forEach((mark) => seen.add(mark))), 5);
    const result = await act(CommandId.apply);
    clearInterval(watching);
    assert.equal(result.outcome, 'done');
    assert.ok(seen.has('running'), [...seen].join());
    const shown = api.plans().find(({ uri }) => uri === plan.uri.toString());
    assert.ok(shown !== undefined, 'the plan is told of');
    assert.deepEqual(
      shown.marks,
      Array.from({ length: result.steps ?? 0 }, () => 'done'),
    );
  });

  it('shows which step failed and what was undone, from the notification', async () => {
    const stop = press('Show Plan');
    try {
      assert.equal((await act(CommandId.apply)).outcome, 'failed');
      const marks = await waitFor('the plan', () => api.plans().find(({ uri }) => uri.includes('ih-plan'))?.marks);
      assert.equal(marks.at(-1), 'undone', marks.join());
      assert.ok(marks.every((mark) => mark === 'undone'));
      await waitFor('its editor', () => vscode.window.activeTextEditor?.document.uri.scheme === planScheme);
    } finally {
      stop();
    }
  });

  it('is shown while it is carried out, in place of a second plan', async () => {
    await elsewhere.run('touch /tmp/ih-plan-go');
    const slow = await openTopology(
      text.replace('ih-plan-go ]', 'ih-plan-go ] && sleep 1').replace('" }', '", ready: { seconds: 2 } }'),
    );
    const applying = vscode.commands.executeCommand<ActionResult>(CommandId.apply, slow.uri);
    const shown = recordNotifications();
    const result = await waitFor('the plan of the running apply', async () => {
      const one = await vscode.commands.executeCommand<ActionResult>(CommandId.plan, slow.uri);
      return one.outcome === 'unchanged' ? one : undefined;
    });
    shown.stop();
    assert.ok((result.steps ?? 0) > 0);
    assert.equal(vscode.window.activeTextEditor?.document.uri.scheme, planScheme);
    assert.equal((await applying).outcome, 'done');
  });
});
