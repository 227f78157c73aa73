import assert from 'node:assert/strict';
import { notificationText, plainLine, plainLines, tooltip, withoutIcons } from '../../../src/vscode/host-data';

describe('Words that come from a host', () => {
  it('cannot move the cursor, colour the text or turn its direction', () => {
    assert.equal(plainLine('a\u001b[31mb\u0007c\u202ed'), 'a\ufffd[31mb\ufffdc\ufffdd');
    assert.equal(plainLine('one\r\n  two\tthree'), 'one two three');
    assert.deepEqual(plainLines('one\r\ntwo\u0000\n'), ['one', 'two\ufffd']);
  });

  it('cannot make a link in a notification', () => {
    assert.equal(notificationText('[run](command:workbench.action.quit)'), '[run] (command:workbench.action.quit)');
    assert.equal(notificationText('x'.repeat(1000)).length, 400);
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
