import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OutputText } from '../../../src/transport/output-text';
import { TextStream } from '../../../src/transport/text-stream';

const startMarker = 'netns-topology abc';
const endMarker = '\x1eabc';
const markers = { startMarker, endMarker };

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
        const stream = new TextStream(markers);
        const heard: string[] = [];
        stream.onText((part) => heard.push(part));
        for (const chunk of cut(Buffer.from(`${noise}${startMarker}\n${output}${endMarker}late`), places))
          stream.feed(chunk);
        assert.ok(stream.isComplete);
        stream.end();
        assert.equal(heard.join(''), output);
        assert.equal(stream.before, noise);
        assert.ok(heard.every((part) => !part.includes('\uFFFD')));
      }),
    );
  });

  it('says that the end is missing, and gives what came', () => {
    fc.assert(
      fc.property(fc.nat(endMarker.length - 1), fc.array(fc.nat(200)), (length, places) => {
        const stream = new TextStream(markers);
        const heard: string[] = [];
        stream.onText((part) => heard.push(part));
        const output = `a\x1eb${endMarker.slice(0, length)}`;
        for (const chunk of cut(Buffer.from(`${startMarker}\n${output}`), places)) stream.feed(chunk);
        stream.end();
        assert.equal(heard.join(''), output);
        assert.ok(!stream.isComplete);
      }),
    );
  });

  it('holds nothing back that cannot be the end', () => {
    const stream = new TextStream(markers);
    stream.feed(Buffer.from(`${startMarker}\n`));
    const heard: string[] = [];
    stream.onText((part) => heard.push(part));
    stream.feed(Buffer.from('y/n? \x1ex'));
    stream.end();
    assert.equal(heard[0], 'y/n? \x1ex');
  });

  it('shows half a character at the very end as a replacement character', () => {
    const stream = new TextStream();
    const heard: string[] = [];
    stream.onText((part) => heard.push(part));
    stream.feed(Buffer.from('é').subarray(0, 1));
    stream.end();
    assert.equal(heard.join(''), '\uFFFD');
  });

  it('keeps what comes before the first listener, and tells it afterwards, in order', async () => {
    const stream = new TextStream();
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
    const stream = new TextStream();
    stream.feed(Buffer.from('all'));
    const heard: string[] = [];
    stream.onText((part) => heard.push(part));
    stream.end();
    assert.deepEqual(heard, ['all']);
  });

  it('keeps no more than it should without a listener or a marker', async () => {
    const unheard = new TextStream();
    for (let n = 0; n < 30; n++) unheard.feed(Buffer.alloc(100_000, 'x'));
    const heard: string[] = [];
    unheard.onText((part) => heard.push(part));
    await Promise.resolve();
    assert.equal(heard.join('').length, 1024 * 1024);

    const noisy = new TextStream(markers);
    for (let n = 0; n < 30; n++) noisy.feed(Buffer.alloc(100_000, 'x'));
    assert.equal(noisy.before.length, 64 * 1024);
    assert.equal(noisy.hasStarted, false);
    noisy.feed(Buffer.from(`${startMarker}\n`));
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
