import assert from 'node:assert/strict';
import { NetnsError } from '../../../src/base/errors';
import {
  errorNotification,
  notificationText,
  plainLine,
  plainLines,
  tooltip,
  withoutIcons,
} from '../../../src/vscode/host-data';

describe('Words that come from a host', () => {
  it('cannot move the cursor, colour the text or turn its direction', () => {
    assert.equal(plainLine('a\u001b[31mb\u0007c\u202ed'), 'a\ufffd[31mb\ufffdc\ufffdd');
    assert.equal(plainLine('one\r\n  two\tthree'), 'one two three');
    assert.deepEqual(plainLines('one\r\ntwo\u0000\n'), ['one', 'two\ufffd']);
  });

  it('cannot make a link in a notification', () => {
    assert.equal(notificationText('[run](command:workbench.action.quit)'), '[run] (command:workbench.action.quit)');
    assert.equal(notificationText('x'.repeat(2000)).length, 900);
  });

  it('cuts the words of a host in a long error, never what to do', () => {
    const error = new NetnsError('commandFailed', 'Adding earth failed.', {
      hostSaid: 'no '.repeat(500),
      advice: 'Look at /run/netns.',
    });
    const text = errorNotification('Applying planets', error);
    assert.ok(text.startsWith('Applying planets: Adding earth failed. The host said: no no '), text);
    assert.ok(text.endsWith('… Look at /run/netns.'), text);
    assert.ok(text.length <= 900);
    assert.equal(
      errorNotification('Applying planets', new NetnsError('busy', 'Somebody else is at it.', { advice: 'Wait.' })),
      'Applying planets: Somebody else is at it. Wait.',
    );
  });

  it('cannot make an icon, nor markup in a tooltip', () => {
    assert.ok(!withoutIcons('$(error) x').includes('$('));
    const words = ['[x](http://203.0.113.8/)', '<img src=x>', '`code`', 'root@lab', '# title', '$(error)'];
    const { value, isTrusted, supportHtml } = tooltip('**bold**', words);
    assert.ok(value.startsWith('**\\*\\*bold'), value);
    const unescaped = value.replace(/^\*\*|\*\*$/gm, '').replace(/\\[!-/:-@[-`{-~]/g, '');
    assert.doesNotMatch(unescaped, /[!-/:-@[-`{-~]/);
    assert.ok(isTrusted !== true && supportHtml !== true);
  });
});
