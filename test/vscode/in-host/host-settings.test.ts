import assert from 'node:assert/strict';
import { homedir, userInfo } from 'node:os';
import { parseHostAddress, readHostSettings } from '../../../src/vscode/hosts/host-settings';

describe('Reading netns.hosts', () => {
  it('fills in what was left out', () => {
    const { hosts, problems } = readHostSettings([
      { id: 'lab1', host: '198.51.100.7', identityFile: '~/.ssh/lab' },
      { id: 'here', label: 'This Machine', type: 'local' },
    ]);
    assert.deepEqual(problems, []);
    assert.deepEqual(hosts, [
      {
        id: 'lab1',
        label: 'lab1',
        target: { type: 'ssh', host: '198.51.100.7', user: userInfo().username, identityFile: `${homedir()}/.ssh/lab` },
      },
      { id: 'here', label: 'This Machine', target: { type: 'local' } },
    ]);
  });

  it('takes a host of the SSH configuration', () => {
    const { hosts, problems } = readHostSettings([
      { id: 'lab1', alias: 'lab' },
      { id: 'lab2', alias: 'ops@lab', sshConfigFile: '~/lab-config' },
    ]);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      hosts.map(({ target }) => target),
      [
        { type: 'alias', alias: 'lab' },
        { type: 'alias', alias: 'ops@lab', configFile: `${homedir()}/lab-config` },
      ],
    );
  });

  const bad: readonly [string, unknown, RegExp][] = [
    ['no object', 'lab1', /entry 2: it must be an object/],
    ['no id', { host: 'h' }, /entry 2: “id”/],
    ['an id with a blank', { id: 'a b', host: 'h' }, /entry 2 \(“a b”\): “id”/],
    ['the id of another', { id: 'good', host: 'h' }, /entry 2 \(“good”\): an earlier entry has the same id/],
    ['no host', { id: 'x' }, /entry 2 \(“x”\): “host”/],
    ['an option as host', { id: 'x', host: '-oProxyCommand=reboot' }, /“host”/],
    ['a port beyond 65535', { id: 'x', host: 'h', port: 65536 }, /“port” must be a whole number from 1 to 65535/],
    ['a port in quotes', { id: 'x', host: 'h', port: '22' }, /“port”/],
    ['an unknown key', { id: 'x', host: 'h', password: 'secret' }, /“password” is no key/],
    ['an unknown type', { id: 'x', type: 'telnet' }, /“type” must be “ssh” or “local”/],
    ['an option as alias', { id: 'x', alias: '-oProxyCommand=reboot' }, /“alias” must be the name/],
    ['an alias and a user', { id: 'x', alias: 'lab', user: 'me' }, /“user” is for the SSH configuration to say/],
    ['no list of known hosts files', { id: 'x', host: 'h', knownHostsFiles: 'f' }, /“knownHostsFiles” must be a list/],
  ];
  for (const [what, entry, message] of bad) {
    it(`names an entry with ${what} and keeps the others`, () => {
      const { hosts, problems } = readHostSettings([{ id: 'good', host: 'h' }, entry, { id: 'last', host: 'h' }]);
      assert.deepEqual(
        hosts.map((host) => host.id),
        ['good', 'last'],
      );
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', message);
      assert.doesNotMatch(problems[0] ?? '', /secret/);
    });
  }

  it('says so where the setting is no list', () => {
    assert.equal(readHostSettings({ lab1: {} }).problems.length, 1);
    assert.deepEqual(readHostSettings(undefined), { hosts: [], problems: [] });
  });
});

describe('An address as people type it', () => {
  const user = userInfo().username;
  const good: readonly [string, object][] = [
    ['root@198.51.100.7', { type: 'ssh', host: '198.51.100.7', user: 'root' }],
    ['root@198.51.100.7:2222', { type: 'ssh', host: '198.51.100.7', user: 'root', port: 2222 }],
    [' lab.example ', { type: 'ssh', host: 'lab.example', user }],
    ['root@2001:db8::1', { type: 'ssh', host: '2001:db8::1', user: 'root' }],
    ['root@[2001:db8::1]:22', { type: 'ssh', host: '2001:db8::1', user: 'root', port: 22 }],
  ];
  for (const [text, target] of good) {
    it(`understands “${text}”`, () => assert.deepEqual(parseHostAddress(text), target));
  }
  for (const text of [
    '',
    'root@',
    '@host',
    'root@host:',
    'root@host:99999',
    'root@host:ssh',
    'a b',
    'root@-o',
    'u@h@h',
  ]) {
    it(`refuses “${text}” with a sentence`, () => {
      const answer = parseHostAddress(text);
      assert.equal(typeof answer, 'string');
      assert.match(answer as string, /^.+\.$/);
    });
  }
});
