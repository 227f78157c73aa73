import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { summarize } from '../../../src/capture/decode/link';
import { readPcapng } from '../../../src/capture/pcapng-reader';
import type { Transport } from '../../../src/transport/transport';
import type { ActionOutcome } from '../../../src/vscode/actions/action';
import type { NetnsApi, TraceSummary } from '../../../src/vscode/api';
import { CommandId } from '../../../src/vscode/ids';
import type { TraceResult } from '../../../src/vscode/trace/trace-request';
import { waitFor } from '../machinery/wait-for';
import {
  activateExtension,
  closeEditors,
  configureHosts,
  labEntry,
  labHost,
  openTopology,
  recordNotifications,
  replaceMethod,
  secondWay,
  untilTabs,
} from './support';

const file = `name: ih-trace
bridges:
  ih-tr-br: { addresses: [10.98.0.1/24] }
namespaces:
  ih-tr1:
    interfaces: { ihtr1: { addresses: [10.98.0.11/24] } }
  ih-tr2:
    interfaces: { ihtr2: { addresses: [10.98.0.12/24] } }
links:
  - endpoints: [ih-tr1:ihtr1, ih-tr-br]
  - endpoints: [ih-tr2:ihtr2, ih-tr-br]
checks:
  - { from: ih-tr1, ping: ih-tr2 }
  - { from: ih-tr1, ping: 198.51.100.2, within: 1 }
  - { from: ih-tr1, command: "false" }
`;

describe('A trace', function () {
  this.timeout(120_000);
  const lab = labHost();
  let api: NetnsApi;
  let elsewhere: Transport;
  let document: vscode.TextDocument;
  let folder: string;

  before(async function () {
    if (lab === undefined) return this.skip();
    api = await activateExtension();
    elsewhere = await secondWay(lab);
    folder = mkdtempSync(path.join(tmpdir(), 'netns-trace-'));
    await configureHosts(api, [labEntry(lab)], ['lab1']);
    assert.equal(await vscode.commands.executeCommand(CommandId.connect, 'lab1'), true);
    await vscode.commands.executeCommand(CommandId.selectTarget, 'lab1');
    document = await openTopology(file);
    const applied = await vscode.commands.executeCommand<{ outcome: string }>(CommandId.apply, document.uri);
    assert.equal(applied.outcome, 'done');
  });
  beforeEach(async () => {
    await elsewhere.run('ip -n ih-tr1 route del default; ip -n ih-tr2 link set ihtr2 up');
    await vscode.window.showTextDocument(document);
  });
  afterEach(() => closeEditors());
  after(async () => {
    await vscode.commands.executeCommand(CommandId.destroy, document.uri, { confirmed: true });
    elsewhere.dispose();
    rmSync(folder, { recursive: true });
  });

  const subject = (type: string, name: string, more: object = {}): object => ({ type, hostId: 'lab1', name, ...more });
  const earth = subject('namespace', 'ih-tr1');
  const mars = subject('namespace', 'ih-tr2');
  const run = async <T = ActionOutcome>(command: string, ...args: unknown[]): Promise<T> =>
    await vscode.commands.executeCommand<T>(command, ...args);
  const ask = (from: string, to: string, more: object = {}): Promise<ActionOutcome> =>
    run(CommandId.traceStart, undefined, { input: { from, to, ...more } });
  const found = ({ outcome, value }: ActionOutcome): TraceResult => {
    assert.equal(outcome, 'done');
    return value as TraceResult;
  };
  const newest = (): TraceSummary => {
    const one = api.traces.at(-1);
    assert.ok(one, 'no trace is open');
    return one;
  };
  const untilNothingIsLeft = (): Promise<unknown> =>
    waitFor('nothing of the trace on the host', async () => {
      const { stdout } = await elsewhere.run('ps -e -o args= | grep -E "^(tcpdump|ping|timeout) " || :');
      return stdout === '';
    });

  it('between two selected things is reached, in a tab of its own beside a graph, and ends with that', async () => {
    const rows = [earth, mars].map((one) => ({ node: { subject: one } }));
    const { reached, verdict, causes } = found(await run(CommandId.traceBetween, rows[0], rows));
    assert.equal(reached, 'yes', verdict);
    assert.deepEqual(causes, []);
    await untilTabs('Trace: ', ['Trace: ih-tr1 → ih-tr2']);
    assert.deepEqual(
      newest()
        .stops.map(({ place }) => place.replace(/ ih-tr-br-\S+| \S+ of host/, ''))
        .slice(0, 2),
      ['ih-tr1', 'ihtr1 of ih-tr1'],
    );
    assert.ok(newest().stops.some(({ place }) => place === 'ih-tr-br of host'));
    await untilTabs('Graph: ', ['Graph: lab1']);
    await closeEditors();
    assert.deepEqual(api.traces, []);
    await untilNothingIsLeft();
  });

  it('from a thing asks where to and how, and refuses what makes no sense', async () => {
    const restore = replaceMethod(vscode.window, 'createQuickPick', fakePick(['no such name!', '10.98.0.12']) as never);
    const restoreProtocol = replaceMethod(vscode.window, 'showQuickPick', ((items: readonly { label: string }[]) =>
      Promise.resolve(items.find(({ label }) => label === 'ICMP'))) as never);
    try {
      const { reached } = found(await run(CommandId.traceFrom, earth));
      assert.equal(reached, 'yes');
    } finally {
      restore();
      restoreProtocol();
    }
    const shown = recordNotifications();
    assert.equal((await ask('ih-nobody', '10.98.0.12')).outcome, 'failed');
    shown.stop();
    assert.match(shown.messages.join('\n'), /no namespace ih-nobody/);
    await untilTabs('Trace: ', ['Trace: ih-tr1 → 10.98.0.12']);
  });

  it('asks for every kind of source and goal, and says what will not do while it is typed', async () => {
    const questions: readonly {
      readonly from: readonly string[];
      readonly to: readonly string[];
      readonly protocol?: string;
      readonly port?: string;
      readonly asked: string;
      readonly isHasty?: true;
    }[] = [
      {
        from: ['ih-nobody', 'ih-tr1@10.98.0.99', 'ih-tr1@10.98.0.11'],
        to: ['no such place!', 'ih-tr2'],
        protocol: 'ICMP',
        asked: 'ih-tr1@10.98.0.11 → ih-tr2, ICMP',
      },
      { from: ['host'], to: ['ih-tr2:70000', 'ih-tr2:8123'], protocol: 'TCP', asked: 'host → ih-tr2:8123, TCP' },
      {
        from: ['outside:nothing0', 'outside'],
        to: ['http://10.98.0.11:8000/'],
        asked: 'outside → http://10.98.0.11:8000/, TCP',
      },
      { from: ['ih-tr1'], to: ['fd98::12'], protocol: 'UDP…', port: '53', asked: 'ih-tr1 → [fd98::12]:53, UDP' },
      { from: ['ih-tr2'], to: ['10.98.0.11'], protocol: 'ICMP', asked: 'ih-tr2 → 10.98.0.11, ICMP', isHasty: true },
    ];
    for (const { from, to, protocol, port, asked, isHasty } of questions) {
      const objections: string[] = [];
      const picks = [fakePick(from, objections), fakePick(to, objections, isHasty)];
      const undo = [
        replaceMethod(vscode.window, 'createQuickPick', (() => picks.shift()?.()) as never),
        replaceMethod(vscode.window, 'showQuickPick', ((items: readonly { label: string }[]) =>
          Promise.resolve(items.find(({ label }) => label === protocol))) as never),
        replaceMethod(vscode.window, 'showInputBox', ((options: vscode.InputBoxOptions) => {
          assert.ok(options.validateInput?.('0') !== undefined && options.validateInput('70000') !== undefined);
          assert.equal(options.validateInput('53'), undefined);
          return Promise.resolve(port);
        }) as never),
      ];
      try {
        found(await run(CommandId.traceStart));
      } finally {
        for (const step of undo) step();
      }
      assert.equal(newest().question, asked);
      assert.equal(objections.length, from.length + to.length - 2, objections.join('\n'));
    }
  });

  it('from and to a container: in the list, by its row, and its cable is mended', async () => {
    // As Podman makes one: a namespace with a made-up name, whose program conmon watches. (Podman's own: test/host/made-by-others.)
    const name = 'netns-5e1f0001-7a3c-4a1e-9c52-3d8f4b7a9c10';
    const watched = `ip netns exec ${name} sleep 600 & echo $! >/run/ih-box.pid; wait`;
    const started = await elsewhere.run(`ip netns add ${name} && ip -n ${name} link set lo up
      ip link add ih-box-port up type veth peer name eth0 netns ${name} && ip link set ih-box-port master ih-tr-br
      ip -n ${name} addr add 10.98.0.13/24 dev eth0 && ip -n ${name} link set eth0 up
      setsid bash -c "exec -a conmon bash -c '${watched}' conmon --name ih-box" </dev/null >/dev/null 2>&1 &
      for try in $(seq 200); do [ -s /run/ih-box.pid ] && exit 0; sleep 0.05; done; exit 1`);
    assert.equal(started.code, 0, started.stderr);
    try {
      await vscode.commands.executeCommand(CommandId.refresh, 'lab1');
      const picks = [fakePick(['ih-box']), fakePick(['ih-tr1'])];
      const undo = [
        replaceMethod(vscode.window, 'createQuickPick', (() => picks.shift()?.()) as never),
        replaceMethod(vscode.window, 'showQuickPick', ((items: readonly { label: string }[]) =>
          Promise.resolve(items.find(({ label }) => label === 'ICMP'))) as never),
      ];
      try {
        assert.equal(found(await run(CommandId.traceStart)).reached, 'yes');
      } finally {
        for (const step of undo) step();
      }
      assert.equal(newest().question, 'ih-box → ih-tr1, ICMP');
      assert.equal(newest().stops[0]?.place, 'ih-box');
      await elsewhere.run(`ip -n ${name} link set eth0 down`);
      await vscode.commands.executeCommand(CommandId.refresh, 'lab1');
      const rows = [earth, subject('namespace', name)].map((one) => ({ node: { subject: one } }));
      const { causes } = found(await run(CommandId.traceBetween, rows[0], rows));
      assert.equal(causes[0], 'interface-down');
      const fixed = found(await run(CommandId.traceApplyFix));
      assert.equal(fixed.reached, 'yes', fixed.verdict);
      await untilTabs('Trace: ', ['Trace: ih-box → ih-tr1', 'Trace: ih-tr1 → ih-box']);
    } finally {
      await elsewhere.run(`kill "$(cat /run/ih-box.pid)"; rm -f /run/ih-box.pid; ip netns del ${name}`);
      await vscode.commands.executeCommand(CommandId.refresh, 'lab1');
    }
  });

  it('to a port forward or a port says who does not listen', async () => {
    const { reached, causes } = found(await ask('ih-tr1', 'ih-tr2:8123'));
    assert.equal(reached, 'no');
    assert.deepEqual(causes, ['nobody-listens']);
    assert.equal(newest().question, 'ih-tr1 → ih-tr2:8123, TCP');
  });

  it('of a failed check finds why; its fix is applied, traced again, and undone', async () => {
    const shown = recordNotifications();
    await vscode.commands.executeCommand(CommandId.verify, document.uri);
    shown.stop();
    const { causes } = found(await run(CommandId.checkWhy, document.uri, 1));
    assert.equal(causes[0], 'no-default-route');
    assert.equal(newest().stops.find(({ isEnd }) => isEnd)?.place, 'ih-tr1');
    const fixed = found(await run(CommandId.traceApplyFix));
    assert.equal(fixed.reached, 'yes', fixed.verdict);
    const routes = await elsewhere.run('ip -n ih-tr1 route show default');
    assert.equal(routes.stdout.trim().split(' dev')[0], 'default via 10.98.0.1');
    assert.equal(await vscode.commands.executeCommand(CommandId.undo), true);
    assert.equal((await elsewhere.run('ip -n ih-tr1 route show default')).stdout, '');
    const again = found(await run(CommandId.traceAgain));
    assert.equal(again.causes[0], 'no-default-route');
  });

  it('offers Why? above a check that failed, in the notification, and nowhere else', async () => {
    const shown = recordNotifications();
    await vscode.commands.executeCommand(CommandId.verify, document.uri);
    shown.stop();
    const lenses = await waitFor('the lenses', async () => {
      const all = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        100,
      );
      const why = all.filter(({ command }) => command?.command === CommandId.checkWhy);
      return why.length > 0 && why;
    });
    assert.deepEqual(
      lenses.map(({ command }) => command?.arguments?.[1] as unknown),
      [1],
    );
    assert.match(shown.messages.join('\n'), /checks do not hold/);
  });

  it('mends the file as well: one edit that Undo takes back, not saved', async () => {
    found(await run(CommandId.checkWhy, document.uri, 1));
    const before = document.getText();
    const shown = recordNotifications();
    assert.equal(await run<boolean>(CommandId.traceChangeFile), true);
    shown.stop();
    assert.match(document.getText(), /ih-tr1:\n {4}interfaces: .*\n {4}routes:\n? *(- |\[)?.*default.*10\.98\.0\.1/);
    assert.ok(document.isDirty);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), before);
  });

  it('keeps several at once, each in its tab, and the same question in the same', async () => {
    found(await ask('ih-tr1', 'ih-tr2', { protocol: 'icmp' }));
    found(await ask('ih-tr2', 'ih-tr1', { protocol: 'icmp' }));
    found(await ask('ih-tr1', 'ih-tr2', { protocol: 'icmp' }));
    await untilTabs('Trace: ', ['Trace: ih-tr1 → ih-tr2', 'Trace: ih-tr2 → ih-tr1']);
    assert.deepEqual(
      api.traces.map(({ question, reached }) => `${question} ${reached ?? '?'}`),
      ['ih-tr1 → ih-tr2, ICMP yes', 'ih-tr2 → ih-tr1, ICMP yes'],
    );
  });

  it('of a check that sends no packet says so', async () => {
    const shown = recordNotifications();
    assert.equal((await run(CommandId.checkWhy, document.uri, 2)).outcome, 'failed');
    shown.stop();
    assert.match(shown.messages.join('\n'), /sends no packet that could be followed/);
  });

  it('is stopped, and leaves nothing on the host', async () => {
    await elsewhere.run('ip -n ih-tr2 link set ihtr2 down');
    const running = ask('ih-tr1', '10.98.0.12');
    await waitFor('the trace to run', () => api.traces.some(({ phase }) => phase === 'running'));
    assert.equal(await vscode.commands.executeCommand(CommandId.traceStop), true);
    assert.equal((await running).outcome, 'cancelled');
    assert.equal(newest().error, 'The trace was stopped.');
    await untilNothingIsLeft();
    await vscode.commands.executeCommand(CommandId.refresh, 'lab1');
    const { causes } = found(await run(CommandId.traceAgain));
    assert.equal(causes[0], 'interface-down');
  });

  it('ends with its tab, and with the connection', async () => {
    const closed = ask('ih-tr1', '10.98.0.77');
    await waitFor('the trace to run', () => api.traces.some(({ phase }) => phase === 'running'));
    await closeEditors();
    assert.equal((await closed).outcome, 'cancelled');
    await untilNothingIsLeft();
    const cut = ask('ih-tr1', '10.98.0.77');
    await waitFor('the trace to run', () => api.traces.some(({ phase }) => phase === 'running'));
    await vscode.commands.executeCommand(CommandId.disconnect, 'lab1');
    assert.notEqual((await cut).outcome, 'done');
    assert.equal(newest().phase, 'failed');
    await untilNothingIsLeft();
    assert.equal(await vscode.commands.executeCommand(CommandId.connect, 'lab1'), true);
  });

  it('says on its page why the host found nothing, and can be asked again', async () => {
    assert.equal((await ask('ih-tr1', 'nowhere.invalid')).outcome, 'failed');
    assert.equal(newest().phase, 'failed');
    assert.match(newest().error ?? '', /looking the name up found no address/);
    await untilTabs('Trace: ', ['Trace: ih-tr1 → nowhere.invalid']);
    assert.equal((await run(CommandId.traceAgain)).outcome, 'failed');
  });

  it('keeps what was captured: for the packets’ view, in one tab, and as pcapng', async () => {
    found(await ask('ih-tr1', 'ih-tr2'));
    assert.equal(await run<boolean>(CommandId.traceShowPackets), true);
    const capture = await waitFor('the packets', () => api.captures.find(({ title }) => title.startsWith('ih-tr1 → ')));
    // A ping and its answer, each seen at both ends, at both ports of the bridge, and at the bridge.
    assert.ok(capture.seen >= 8, `${capture.seen} packets`);
    assert.equal(capture.phase, 'ended');
    assert.equal(await run<boolean>(CommandId.traceShowPackets), true);
    assert.equal(api.captures.filter(({ title }) => title === capture.title).length, 1);
    const target = path.join(folder, 'trace.pcapng');
    const restore = replaceMethod(vscode.window, 'showSaveDialog', () => Promise.resolve(vscode.Uri.file(target)));
    const shown = recordNotifications();
    try {
      assert.equal(await run<boolean>(CommandId.traceSavePackets), true);
    } finally {
      restore();
      shown.stop();
    }
    const { interfaces, packets } = readPcapng(readFileSync(target), (text) => Buffer.from(text).toString());
    assert.ok(interfaces.includes('ih-tr1:ihtr1') && interfaces.includes('ih-tr2:ihtr2'), interfaces.join());
    assert.equal(packets.length, capture.seen);
    assert.ok(
      packets.some((packet) => summarize(packet).text.startsWith('Echo request')),
      'they are whole packets',
    );
  });

  it('is saved and copied as Markdown', async () => {
    found(await ask('ih-tr1', 'ih-tr2'));
    const target = path.join(folder, 'trace.md');
    const restore = replaceMethod(vscode.window, 'showSaveDialog', () => Promise.resolve(vscode.Uri.file(target)));
    const shown = recordNotifications();
    try {
      assert.equal(await vscode.commands.executeCommand(CommandId.traceSave), true);
      assert.equal(await vscode.commands.executeCommand(CommandId.traceCopy), true);
    } finally {
      restore();
      shown.stop();
    }
    assert.match(readFileSync(target, 'utf8'), /^# Trace: `ih-tr1` to /);
    assert.equal(await vscode.env.clipboard.readText(), readFileSync(target, 'utf8'));
  });
});

/** A quick pick whose person types each of these and presses Enter, until it takes one; what it says of the others is noted. */
function fakePick(texts: readonly string[], objections: string[] = [], isHasty = false): () => unknown {
  return () => {
    const listeners: Record<string, (() => void)[]> = { value: [], active: [], accept: [], hide: [] };
    const on = (name: string) => (listener: () => void) => {
      listeners[name]?.push(listener);
      return { dispose: () => undefined };
    };
    const pick = {
      value: '',
      items: [] as readonly { label: string; description?: string; iconPath?: vscode.ThemeIcon }[],
      selectedItems: [] as readonly unknown[],
      onDidChangeValue: on('value'),
      onDidChangeActive: on('active'),
      onDidAccept: on('accept'),
      onDidHide: on('hide'),
      hide: () => listeners['hide']?.forEach((listener) => listener()),
      dispose: () => undefined,
      show: () => {
        for (const text of texts) {
          pick.value = text;
          listeners['value']?.forEach((listener) => listener());
          const typed = pick.items.find(({ label, iconPath }) => label === text && iconPath?.id === 'error');
          if (typed !== undefined) objections.push(typed.description ?? '');
          // In haste Enter comes before the list on the screen has heard of what was typed: then another stands first.
          pick.selectedItems = pick.items.filter(({ label }) => label === (isHasty ? 'host' : text)).slice(0, 1);
          listeners['accept']?.forEach((listener) => listener());
        }
      },
    };
    return pick;
  };
}
