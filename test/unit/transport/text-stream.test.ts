import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OutputText } from '../../../src/transport/output-text';
import { TextStream } from '../../../src/transport/text-stream';

const marker = 'netns-topology abc';

/** Cuts bytes at random places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

describe('an output as text', () => {
  it('is the same however it arrives: no character split, no noise, nothing lost', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 50 });
    fc.assert(
      fc.property(text, text, fc.array(fc.nat(200)), (noise, output, places) => {
        const stream = new TextStream(marker);
        const heard: string[] = [];
        stream.onText((part) => heard.push(part));
        for (const chunk of cut(Buffer.from(`${noise}${marker}\n${output}`), places)) stream.feed(chunk);
        stream.end();
        assert.equal(heard.join(''), output);
        assert.equal(stream.before, noise);
        assert.ok(heard.every((part) => !part.includes('\uFFFD')));
      }),
    );
  });

  it('shows half a character at the very end as a replacement character', () => {
    const stream = new TextStream(undefined);
    const heard: string[] = [];
    stream.onText((part) => heard.push(part));
    stream.feed(Buffer.from('é').subarray(0, 1));
    stream.end();
    assert.equal(heard.join(''), '\uFFFD');
  });

  it('keeps what comes before the first listener, and tells it afterwards, in order', async () => {
    const stream = new TextStream(undefined);
    stream.feed(Buffer.from('one '));
    const heard: string[] = [];
    stream.onText((part) => heard.push(part));
    assert.deepEqual(heard, [], 'never while the listener is being added');
    stream.feed(Buffer.from('two '));
    await Promise.resolve();
    stream.feed(Buffer.from('three'));
    assert.equal(heard.join(''), 'one two three');
  });

  it('tells a listener everything before the end is told', () => {
    const stream = new TextStream(undefined);
    stream.feed(Buffer.from('all'));
    const heard: string[] = [];
    stream.onText((part) => heard.push(part));
    stream.end();
    assert.deepEqual(heard, ['all']);
  });

  it('keeps no more than it should without a listener or a marker', async () => {
    const unheard = new TextStream(undefined);
    for (let n = 0; n < 30; n++) unheard.feed(Buffer.alloc(100_000, 'x'));
    const heard: string[] = [];
    unheard.onText((part) => heard.push(part));
    await Promise.resolve();
    assert.equal(heard.join('').length, 1024 * 1024);

    const noisy = new TextStream(marker);
    for (let n = 0; n < 30; n++) noisy.feed(Buffer.alloc(100_000, 'x'));
    assert.equal(noisy.before.length, 64 * 1024);
    assert.equal(noisy.hasStarted, false);
    noisy.feed(Buffer.from(`${marker}\n`));
    assert.equal(noisy.hasStarted, true);
  });
});

describe('collected output', () => {
  it('says once that it is too much, and counts bytes, not characters', () => {
    let calls = 0;
    const output = new OutputText(4, () => calls++);
    output.add('éé');
    assert.equal(calls, 0);
    output.add('x');
    output.add('y');
    assert.equal(calls, 1);
    assert.equal(output.text, 'éé');
  });
});
