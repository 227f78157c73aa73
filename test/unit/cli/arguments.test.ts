import assert from 'node:assert/strict';
import { userInfo } from 'node:os';
import fc from 'fast-check';
import { parseArguments } from '../../../src/cli/arguments';
import { parseTarget } from '../../../src/cli/target';
import { UsageError } from '../../../src/cli/usage';

describe('the command line of the headless driver', () => {
  it('is a command, a file and options in any order', () => {
    const expected = {
      command: 'apply',
      file: 'a.netns.yaml',
      json: true,
      target: { type: 'ssh', host: 'h', user: 'u', identityFile: 'k', knownHostsFiles: ['f'] },
    };
    const options = ['--target', 'ssh://u@h', '--identity=k', '--known-hosts', 'f', '--json'];
    assert.deepEqual(parseArguments(['apply', 'a.netns.yaml', ...options]), expected);
    assert.deepEqual(parseArguments([...options, 'apply', 'a.netns.yaml']), expected);
  });

  it('names a lab in place of a file to destroy it, and never both', () => {
    const words = ['destroy', '--lab', 'planets', '--target', 'local'];
    assert.deepEqual(parseArguments(words), {
      command: 'destroy',
      lab: 'planets',
      json: false,
      target: { type: 'local' },
    });
    assert.throws(() => parseArguments([...words, 'a.netns.yaml']), UsageError);
    assert.throws(() => parseArguments(['destroy', '--target', 'local']), UsageError);
    assert.throws(() => parseArguments(['apply', 'a', '--lab', 'b', '--target', 'local']), /--lab goes with destroy/);
  });

  it('pings every pair with --matrix, which goes with verify alone', () => {
    const parsed = parseArguments(['verify', 'a', '--matrix', '--target', 'local']);
    assert.ok(parsed !== 'help' && parsed.matrix === true);
    assert.throws(() => parseArguments(['apply', 'a', '--matrix', '--target', 'local']), /--matrix goes with verify/);
  });

  it('takes over what others made with --adopt, which goes with plan and apply', () => {
    const parsed = parseArguments(['apply', 'a', '--adopt', '--target', 'local']);
    assert.ok(parsed !== 'help' && parsed.adopt === true);
    assert.throws(() => parseArguments(['destroy', 'a', '--adopt', '--target', 'local']), /--adopt goes with plan/);
  });

  it('may say how long the host waits for a confirmation', () => {
    const words = ['apply', 'a.netns.yaml', '--target', 'local', '--confirm-within'];
    const confirmWithin = (text: string): unknown => {
      const read = parseArguments([...words, text]);
      return read === 'help' ? read : read.confirmWithin;
    };
    assert.equal(confirmWithin('0'), 0);
    assert.equal(confirmWithin('90'), 90);
    for (const text of ['-1', 'x', '1.5', '']) assert.throws(() => confirmWithin(text), UsageError);
    assert.throws(() => parseArguments(['verify', 'a', '--target', 'local', '--confirm-within', '5']), UsageError);
  });

  it('exports without a host, for one packet filter or the other, or for a host', () => {
    assert.deepEqual(parseArguments(['export', 'a', '--down', '--iptables']), {
      command: 'export',
      file: 'a',
      json: false,
      down: true,
      filter: 'iptables',
    });
    assert.throws(() => parseArguments(['export', 'a', '--nft', '--iptables']), /Either/);
    assert.throws(() => parseArguments(['export', 'a', '--nft', '--target', 'local']), /the host itself/);
    assert.throws(() => parseArguments(['plan', 'a', '--down', '--target', 'local']), /with export only/);
    assert.throws(() => parseArguments(['plan', 'a']), /--target is missing/);
  });

  it('adopts all of a host, or the namespaces that are named', () => {
    assert.deepEqual(
      parseArguments(['adopt', '--target', 'local', '--namespace', 'a', '--namespace=b', '--name', 'x']),
      {
        command: 'adopt',
        target: { type: 'local' },
        json: false,
        namespaces: ['a', 'b'],
        name: 'x',
      },
    );
    assert.throws(() => parseArguments(['adopt', 'file', '--target', 'local']), /takes no file/);
    assert.throws(() => parseArguments(['adopt', '--target', 'local', '--name', 'A b']), /cannot be the name/);
    assert.throws(() => parseArguments(['plan', 'f', '--target', 'local', '--namespace', 'a']), /with adopt only/);
  });

  it('asks for help wherever --help stands', () => {
    for (const words of [['--help'], ['-h'], ['apply', '--help'], ['--help', 'nonsense']]) {
      assert.equal(parseArguments(words), 'help');
    }
  });

  const wrong: readonly (readonly string[])[] = [
    ['observe', 'a.netns.yaml', '--target', 'local'],
    ['apply', 'a', 'b', '--target', 'local'],
    ['apply', 'a', '--target'],
    ['apply', 'a', '--target', 'local', '--identity', 'k'],
    ['toString', '--target', 'local'],
  ];
  for (const words of wrong) {
    it(`refuses ${words.join(' ')}`, () => assert.throws(() => parseArguments(words), UsageError));
  }
});

describe('--target', () => {
  const right: readonly (readonly [text: string, host: string, user: string, port: number | undefined])[] = [
    ['ssh://root@198.51.100.7:2222', '198.51.100.7', 'root', 2222],
    ['ssh://ops@lab.example/', 'lab.example', 'ops', undefined],
    ['ssh://ops@[2001:db8::7]:22', '2001:db8::7', 'ops', 22],
    ['ssh://d%40omain@h', 'h', 'd@omain', undefined],
    ['ssh://198.51.100.7', '198.51.100.7', userInfo().username, undefined],
  ];
  for (const [text, host, user, port] of right) {
    it(`reads ${text}`, () => {
      assert.deepEqual(parseTarget(text), { type: 'ssh', host, user, ...(port === undefined ? {} : { port }) });
    });
  }

  for (const alias of ['lab1', 'ops@lab1', 'lab.example.org']) {
    it(`takes ${alias} for a host of the SSH configuration`, () => {
      assert.deepEqual(parseTarget(alias), { type: 'alias', alias });
      assert.throws(() => parseTarget(alias, { identityFile: 'key' }), UsageError);
    });
  }

  const wrong = [
    '',
    'root:secret@h',
    '-oProxyCommand=x',
    'two words',
    'ssh:',
    'ssh://',
    'ssh://h:99999',
    'http://h',
    'ssh://h/path',
    'ssh://h?x',
    'ssh://%ff@h',
  ];
  for (const text of wrong) {
    it(`refuses "${text}"`, () => assert.throws(() => parseTarget(text), UsageError));
  }

  it('never repeats a password', () => {
    for (const text of ['ssh://u:secret@h', 'ssh://u:secret@', 'http://u:secret@h']) {
      assert.throws(
        () => parseTarget(text),
        (error) => error instanceof UsageError && !error.message.includes('secret'),
      );
    }
  });

  it('gives a target or a usage error for any text', () => {
    const almost = fc.oneof(
      fc.string(),
      fc.webUrl(),
      fc.tuple(fc.string(), fc.string()).map((p) => `ssh://${p.join('@')}`),
    );
    fc.assert(
      fc.property(almost, (text) => {
        try {
          parseTarget(text);
        } catch (error) {
          assert.ok(error instanceof UsageError, String(error));
        }
      }),
    );
  });
});
