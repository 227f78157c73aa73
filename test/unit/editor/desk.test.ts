import assert from 'node:assert/strict';
import { Desk } from '../../../src/vscode/editor/service/desk';
import type { FromDesk, ToDesk } from '../../../src/vscode/editor/service/messages';

/** A desk whose turns a test takes by hand. */
class TestDesk {
  readonly sent: FromDesk[] = [];
  private readonly work: (() => void)[] = [];
  private readonly desk = new Desk(
    (message) => this.sent.push(message),
    (work) => this.work.push(work),
  );
  private id = 0;

  post(message: ToDesk): void {
    this.desk.receive(message);
  }

  text(version: number, text = 'name: a\n', file = 'a'): void {
    this.post({ type: 'text', file, version, text });
  }

  ask(version: number, file = 'a'): number {
    const id = ++this.id;
    this.post({ type: 'ask', id, file, version, question: 'problems', args: [] });
    return id;
  }

  turn(): void {
    this.work.shift()?.();
  }

  turnAll(): void {
    while (this.work.length > 0) this.turn();
  }

  get summary(): string[] {
    return this.sent.map((message) => (message.type === 'ready' ? 'ready' : `${message.type} ${message.id}`));
  }
}

describe('The desk that answers questions about files', () => {
  it('answers one question a turn, in their order', () => {
    const desk = new TestDesk();
    desk.text(1);
    desk.ask(1);
    desk.ask(1);
    desk.turn();
    assert.deepEqual(desk.summary, ['answer 1']);
    desk.turnAll();
    assert.deepEqual(desk.summary, ['answer 1', 'answer 2']);
  });

  it('drops what waits for a version that is replaced, and no other file’s', () => {
    const desk = new TestDesk();
    desk.text(1);
    desk.text(1, 'name: b\n', 'b');
    desk.ask(1);
    desk.ask(1, 'b');
    desk.text(2);
    const newest = desk.ask(2);
    desk.turnAll();
    assert.deepEqual(desk.summary, ['dropped 1', 'answer 2', `answer ${newest}`]);
  });

  it('drops what was cancelled, and what is asked of a file that it does not have', () => {
    const desk = new TestDesk();
    desk.text(1);
    const id = desk.ask(1);
    desk.post({ type: 'cancel', id });
    desk.post({ type: 'forget', file: 'a' });
    desk.ask(1);
    desk.turnAll();
    assert.deepEqual(desk.summary, ['dropped 1', 'dropped 2']);
  });

  it('parses a version once, however many ask', () => {
    const desk = new TestDesk();
    desk.text(1);
    desk.ask(1);
    desk.ask(1);
    desk.turnAll();
    const [first, second] = desk.sent.map((message) => message.type === 'answer' && message.value);
    assert.ok(Array.isArray(first));
    assert.equal(first, second);
  });

  it('says why where answering throws, and goes on', () => {
    const desk = new TestDesk();
    desk.text(1, 'bridges:\n  br0: { addresses: [10.0.0.1/24] }\n');
    desk.post({ type: 'ask', id: 90, file: 'a', version: 1, question: 'hints', args: [] });
    desk.ask(1);
    desk.turnAll();
    const [failed, answered] = desk.sent;
    assert.ok(failed?.type === 'failed' && failed.message.includes('TypeError'));
    assert.equal(answered?.type, 'answer');
  });
});
