import assert from 'node:assert/strict';
import { agentPipe } from '../../../src/transport/ssh-agent';

describe('an agent on Windows', () => {
  const pageant = 'pageant.Ada.0f6a1b';

  it('is OpenSSH’s where that listens, else this user’s Pageant, else none', () => {
    assert.equal(agentPipe(['lsass', pageant, 'openssh-ssh-agent'], 'ada'), '\\\\.\\pipe\\openssh-ssh-agent');
    assert.equal(agentPipe(['lsass', pageant], 'ada'), `\\\\.\\pipe\\${pageant}`);
    assert.equal(agentPipe(['pageant.bob.1234', 'pageant.ada2.1'], 'ada'), undefined);
    assert.equal(agentPipe([], 'ada'), undefined);
  });
});
