import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { command, printCommand } from '../../../src/base/command';
import { NetnsError } from '../../../src/base/errors';
import { quoteArgument, quoteCommand, quoteText } from '../../../src/base/shell-quote';

/** What a real POSIX shell makes of the words: its arguments, exactly. */
function wordsSeenByShell(text: string): string[] {
  const out = execFileSync('sh', ['-c', `printf '%s\\0' ${text}`], { encoding: 'utf8' });
  return out.split('\0').slice(0, -1);
}

/** Text without lone surrogates, since those cannot be sent as UTF-8. */
const anyText = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && !/[\r\n]/.test(text));

describe('quoteArgument', () => {
  it('gives the shell back exactly the words that went in', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1, maxLength: 5 }), (words) => {
        assert.deepEqual(wordsSeenByShell(quoteCommand(words)), words);
      }),
      { numRuns: 150 },
    );
  });

  it('survives what a hostile name would try', () => {
    const hostile = [
      "a'b",
      '$(reboot)',
      '`reboot`',
      'a;b',
      'a&&b',
      '~root',
      '#x',
      '-rf',
      '',
      '*',
      '!!',
      '\\',
      '"',
      '=x',
    ];
    assert.deepEqual(wordsSeenByShell(quoteCommand(hostile)), hostile);
  });

  it('leaves ordinary words as a person would type them', () => {
    assert.equal(
      quoteCommand(['ip', '-n', 'earth', 'addr', 'add', '10.10.0.10/16']),
      'ip -n earth addr add 10.10.0.10/16',
    );
  });

  it('never lets the first word become an assignment', () => {
    assert.equal(quoteCommand(['PATH=/tmp', 'ip']), "'PATH=/tmp' ip");
  });

  it('refuses NUL and line breaks, which no name or address holds', () => {
    for (const bad of ['a\0b', 'a\nb', 'a\rb']) {
      assert.throws(
        () => quoteArgument(bad),
        (error) => error instanceof NetnsError && error.reason === 'internal',
      );
    }
  });
});

describe('quoteText', () => {
  it('keeps line breaks and quotes', () => {
    const script = `echo 'a'\necho "b"\n`;
    assert.deepEqual(wordsSeenByShell(quoteText(script)), [script]);
  });
});

describe('printCommand', () => {
  it('prints standard input as a here-document whose marker is not in the text', () => {
    const input = 'first\nEOF\nlast';
    const printed = printCommand({ argv: ['cat'], stdin: input });
    assert.equal(execFileSync('sh', ['-c', printed], { encoding: 'utf8' }), `${input}\n`);
    assert.equal(printCommand(command('ip', 'netns', 'add', 'earth')), 'ip netns add earth');
  });
});
