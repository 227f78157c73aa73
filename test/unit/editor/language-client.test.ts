import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inWorker, type StartThread, type ThreadEvents } from '../../../src/vscode/editor/service/answering-thread';
import { LanguageClient, type AskedFile, type Cancellation } from '../../../src/vscode/editor/service/language-client';
import type { ToDesk } from '../../../src/vscode/editor/service/messages';

const lab = 'name: a\nnamespaces:\n  earth:\n  mars:\n';

function file(text: string, version = 1): AskedFile {
  return { key: 'a', version, text: () => text };
}

describe('The client of the language’s thread', () => {
  let folder: string;
  let script: string;
  const open: LanguageClient[] = [];
  let troubles: string[] = [];

  const client = (start: StartThread, now?: () => number): LanguageClient => {
    const made = new LanguageClient(start, (message) => troubles.push(message), now);
    open.push(made);
    return made;
  };

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'netns-worker-'));
    script = path.join(folder, 'worker.js');
    // The real worker, which ends at once when it is sent a certain word.
    const contents = `
      import './src/vscode/editor/service/worker';
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ type, text }) => {
        if (type === 'text' && text.includes('poison')) process.exit(7);
      });`;
    const resolveDir = path.resolve(__dirname, '../../..');
    await build({
      stdin: { contents, resolveDir, loader: 'ts' },
      outfile: script,
      bundle: true,
      platform: 'node',
      logLevel: 'warning',
    });
  });
  beforeEach(() => {
    troubles = [];
  });
  afterEach(() => {
    for (const one of open.splice(0)) one.dispose();
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  it('gets answers out of another thread, whole', async () => {
    const asking = client(inWorker(script));
    const outline = await asking.ask(file(lab), 'outline', []);
    assert.deepEqual(outline?.names, ['namespaces', 'earth', 'mars']);
    const tokens = await asking.ask(file(lab), 'tokens', []);
    assert.deepEqual([...(tokens ?? [])], [2, 2, 5, 0, 1, 1, 2, 4, 0, 1]);
    assert.deepEqual(troubles, []);
  });

  it('goes on when the thread ends, and lets a text that ends it fail after two tries', async () => {
    const asking = client(inWorker(script));
    assert.ok(await asking.ask(file(lab), 'problems', []));
    const poisoned = asking.ask(file('poison', 2), 'problems', []);
    await assert.rejects(poisoned, /exit code 7/);
    assert.equal(troubles.length, 2);
    assert.ok(await asking.ask(file(lab, 3), 'problems', []));
  });

  it('answers here where the worker’s script is not there', async () => {
    const asking = client(inWorker(path.join(folder, 'missing.js')));
    assert.ok(await asking.ask(file(lab), 'problems', []));
    assert.match(troubles.join(), /no thread of its own.*missing\.js/s);
    assert.equal(troubles.length, 1);
  });

  it('answers here where no thread can be made', async () => {
    const asking = client((events) => {
      if (troubles.length === 0) throw new Error('no threads');
      return inWorker(script)(events);
    });
    assert.ok(await asking.ask(file(lab), 'problems', []));
    assert.match(troubles.join(), /no threads/);
  });

  it('sends each version’s text once, and tells of cancelling and of closing', async () => {
    const posted: ToDesk[] = [];
    let events: ThreadEvents | undefined;
    const asking = client((given) => {
      events = given;
      return { post: (message) => posted.push(message), dispose: () => undefined };
    });
    const cancels: (() => void)[] = [];
    const cancellation: Cancellation = {
      isCancellationRequested: false,
      onCancellationRequested: (listener) => {
        cancels.push(listener);
        return { dispose: () => undefined };
      },
    };
    const first = asking.ask(file(lab), 'problems', []);
    const second = asking.ask(file(lab), 'outline', [], cancellation);
    events?.onMessage({ type: 'answer', id: 1, value: [] });
    cancels[0]?.();
    assert.deepEqual(await first, []);
    assert.equal(await second, undefined);
    asking.forget('a');
    asking.forget('a');
    assert.deepEqual(
      posted.map(({ type }) => type),
      ['text', 'ask', 'ask', 'cancel', 'forget'],
    );
  });

  it('rests when threads end again and again, and asks nothing of a text that was replaced meanwhile', async () => {
    let time = 0;
    let started = 0;
    const ends: ((error: Error) => void)[] = [];
    const asking = client(
      (events) => {
        started++;
        events.onMessage({ type: 'ready' });
        ends.push(events.onEnd);
        return { post: () => undefined, dispose: () => undefined };
      },
      () => time,
    );
    let current: string | undefined = lab;
    const replaced = asking.ask({ key: 'a', version: 1, text: () => current }, 'problems', []);
    current = undefined;
    ends.at(-1)?.(new Error('gone'));
    assert.equal(await replaced, undefined);
    for (const version of [2, 3]) {
      const failing = asking.ask(file(lab, version), 'problems', []);
      ends.at(-1)?.(new Error('gone'));
      ends.at(-1)?.(new Error('gone'));
      await assert.rejects(failing, /gone/);
    }
    const before = started;
    await assert.rejects(asking.ask(file(lab, 9), 'problems', []), /rests for a while/);
    assert.equal(started, before);
    time += 60_000;
    void asking.ask(file(lab, 10), 'problems', []);
    assert.equal(started, before + 1);
  });

  it('settles everything when it is disposed, and answers nothing any more', async () => {
    const asking = client(inWorker(script));
    const pending = asking.ask(file(lab), 'problems', []);
    asking.dispose();
    assert.equal(await pending, undefined);
    assert.equal(await asking.ask(file(lab), 'problems', []), undefined);
  });
});
