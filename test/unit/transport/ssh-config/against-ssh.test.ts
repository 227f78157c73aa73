import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { listNamedHosts, resolveHost, resolveWay } from '../../../../src/transport/ssh-config/resolve';

const noSsh = 'no-such-program-as-ssh';
const hosts = ['earth', 'mars', 'deep.earth', 'planet9', '198.51.100.7'] as const;

/** OpenSSH's own reading of a configuration is the judge of ours. */
describe('an SSH configuration, read with ssh and without', () => {
  let folder: string;
  let file: string;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'netns-ssh-config-'));
    file = path.join(folder, 'config');
    await mkdir(path.join(folder, 'more.d'));
  });
  after(() => rm(folder, { recursive: true }));

  const word = fc.constantFrom('me', 'you', 'root', 'two words');
  const plain = fc.constantFrom('me', 'you', 'root');
  const pattern = fc.constantFrom(
    '*',
    'earth',
    'mars',
    '*.earth',
    '!mars',
    'plan?t9',
    '198.51.*',
    'e*',
    '!*.earth',
    'm?rs',
  );
  const patterns = fc.array(pattern, { minLength: 1, maxLength: 3 });
  const quoted = (text: string): string => (text.includes(' ') ? `"${text}"` : text);
  const setting = fc.oneof(
    fc.constantFrom('%h.example.org', 'earth', '198.51.100.9', 'x%%y').map((name) => `HostName ${name}`),
    word.map((user) => `User ${quoted(user)}`),
    fc.integer({ min: 1, max: 65535 }).map((port) => `Port=${port}`),
    fc.constantFrom('~/.ssh/one', '/keys/%h', '"/with blank/%r"', 'none').map((key) => `IdentityFile ${key}`),
    fc.constantFrom('yes', 'no').map((is) => `identitiesonly = ${is}`),
    fc.constantFrom('jumper', 'a,b', 'me@[fe80::1]:2222,x', 'none').map((jump) => `ProxyJump ${jump}`),
    fc.constantFrom('yes', 'no', 'ask', 'accept-new', 'off').map((how) => `StrictHostKeyChecking ${how}`),
    fc.constantFrom('/a', '/a /b', 'none').map((list) => `UserKnownHostsFile ${list}`),
    fc.constantFrom('other', 'third').map((name) => `HostKeyAlias ${name}`),
    fc.integer({ min: 0, max: 90 }).map((n) => `ServerAliveInterval ${n} # seconds`),
    fc.integer({ min: 1, max: 9 }).map((n) => `ServerAliveCountMax ${n}`),
    fc.constantFrom('SSH_AUTH_SOCK', 'none', '/run/agent').map((agent) => `IdentityAgent ${agent}`),
    fc.constantFrom('yes', 'no').map((is) => `PasswordAuthentication ${is}`),
    fc.constantFrom('yes', 'no').map((is) => `HashKnownHosts ${is}`),
    fc.constant('# a comment'),
    fc.constant(''),
  );
  const matchLine = fc.oneof(
    fc.constant('Match all'),
    patterns.map((list) => `Match host ${list.join(',')}`),
    patterns.map((list) => `Match originalhost ${list.join(',')}`),
    fc.tuple(plain, patterns).map(([user, list]) => `Match user ${user} host ${list.join(',')}`),
    plain.map((user) => `Match !user ${user}`),
    fc.constant('Match localuser root,nobody'),
    fc.constant('Match exec "exit 1"'),
  );
  const line = fc.oneof(
    { weight: 6, arbitrary: setting.map((text) => `  ${text}`) },
    { weight: 2, arbitrary: patterns.map((list) => `Host ${list.join(' ')}`) },
    { weight: 2, arbitrary: matchLine },
    { weight: 1, arbitrary: fc.constantFrom('Include MORE/*.conf', 'Include MORE/one.conf MORE/none.conf') },
  );
  const included = fc.array(
    fc.oneof(
      setting,
      patterns.map((list) => `Host ${list.join(' ')}`),
    ),
    { maxLength: 5 },
  );

  it('says the same of every host', async function () {
    this.timeout(120_000);
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 14 }),
        included,
        included,
        fc.constantFrom(...hosts),
        fc.option(plain),
        async (lines, one, two, host, user) => {
          const text = lines.join('\n').replaceAll('MORE', path.join(folder, 'more.d'));
          await writeFile(file, `${text}\n`);
          await writeFile(path.join(folder, 'more.d/one.conf'), one.join('\n'));
          await writeFile(path.join(folder, 'more.d/two.conf'), two.join('\n'));
          const asked = { host, user: user ?? undefined };
          const theirs = await resolveHost(asked, { configFile: file });
          const ours = await resolveHost(asked, { configFile: file, program: noSsh });
          // ssh names its usual files where none was configured; we leave that to whoever tries them.
          const usual = theirs.identityFiles.some((name) => name.endsWith('/.ssh/id_ed25519_sk'));
          const identityFiles = usual ? [] : theirs.identityFiles;
          assert.deepEqual(ours, { ...theirs, identityFiles });
        },
      ),
      { numRuns: 250 },
    );
  });

  it('is a way over several hosts, each with its own settings', async () => {
    await writeFile(
      file,
      `Host lab
  ProxyJump first,me@second:2222
Host first
  ProxyJump door
  Port 2200
Host second
  ProxyJump never-used
Host door
  User keeper
Host round
  ProxyJump round`,
    );
    for (const program of ['ssh', noSsh]) {
      const way = await resolveWay({ host: 'lab', user: 'root' }, { configFile: file, program });
      assert.deepEqual(
        way
          .map(({ user, host, port }) => `${user}@${host}:${port}`)
          .map((hop) => hop.replace(/^[^@]*@first/, '@first')),
        ['keeper@door:22', '@first:2200', 'me@second:2222', 'root@lab:22'],
      );
      await assert.rejects(resolveWay({ host: 'round' }, { configFile: file, program }), { reason: 'unsupported' });
    }
  });

  it('runs nothing where ssh does not read it, and says what ssh says where that refuses it', async () => {
    const trace = path.join(folder, 'was-run');
    await writeFile(file, `Match exec "touch ${trace}"\n  User me\nHost *\n  Port 77\n`);
    const settings = await resolveHost({ host: 'earth' }, { configFile: file, program: noSsh });
    assert.equal(settings.port, 77);
    assert.throws(() => execFileSync('test', ['-e', trace]));
    await writeFile(file, 'Nonsense yes\n');
    await assert.rejects(resolveHost({ host: 'earth' }, { configFile: file }), {
      reason: 'unsupported',
      hostSaid: /Bad configuration option: nonsense/,
    });
    for (const host of ['-oProxyCommand=x', 'a b', '']) {
      await assert.rejects(resolveHost({ host }, { configFile: file }), { reason: 'unsupported' });
    }
  });

  it('lists the hosts that it names, through what it includes, without patterns', async () => {
    await writeFile(path.join(folder, 'more.d/one.conf'), 'Host included\n');
    await writeFile(path.join(folder, 'more.d/two.conf'), '');
    await writeFile(file, `Host b a *.x !c\nInclude ${folder}/more.d/*.conf\nHost a "d"\nMatch host m\n`);
    assert.deepEqual(await listNamedHosts({ configFile: file }), ['b', 'a', 'included', 'd']);
    assert.deepEqual(await listNamedHosts({ configFile: path.join(folder, 'missing') }), []);
  });
});
