import assert from 'node:assert/strict';
import fc from 'fast-check';
import { plainLine, plainLines } from '../../../src/base/plain-text';

describe('plain text', () => {
  it('keeps words, blanks and letters of every language', () => {
    assert.equal(plainLine('erde – 地球 🌍 (10.0.0.1/8)'), 'erde – 地球 🌍 (10.0.0.1/8)');
  });

  it('makes escape sequences and direction marks visible', () => {
    assert.equal(plainLine('\u001b[31mred\u009b0m\u202eevil'), '\ufffd[31mred\ufffd0m\ufffdevil');
  });

  it('is one line, or the lines that there were', () => {
    assert.equal(plainLine('one \r\n  two\n'), 'one two ');
    assert.deepEqual(plainLines('one\r\n  two\n\n'), ['one', '  two']);
  });

  it('never lets a control character through', () => {
    const any = fc.string({ unit: 'binary' });
    fc.assert(fc.property(any, (text) => !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(plainLine(text))));
    fc.assert(fc.property(any, (text) => plainLines(text).every((line) => line === plainLine(line))));
  });
});
