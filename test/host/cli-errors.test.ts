import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { startLabHost, type LabHost } from '../lab-host';
import { assertHostState, captureHostState } from '../lab-host/host-state';
import {
  buildDriver,
  documentOf,
  overSsh,
  planetsFile,
  projectFolder,
  startDriver,
  targetOptions,
  topologyFile,
  type DriverResult,
} from './cli-driver';

interface ErrorDocument {
  readonly reason: string;
  readonly message: string;
  readonly hostSaid: string | null;
  readonly advice: string | null;
  readonly problems?: readonly { code: string; severity: string; line: number; column: number; message: string }[];
}

describe('npm run lab, when something is wrong', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let untouchedHost: string;
  before(async () => {
    await buildDriver();
    lab = await startLabHost();
    untouchedHost = await captureHostState(lab);
  });
  afterEach(() => assertHostState(lab, untouchedHost, 'nothing may have changed on the host'));
  after(() => lab.stop());

  /** Applies the planets with these options instead of the right ones. */
  async function refused(options: Readonly<Record<string, string>>): Promise<ErrorDocument> {
    const right = new Map<string, string>();
    const words = targetOptions(lab, 'root');
    for (let i = 0; i < words.length; i += 2) right.set(words[i]!, words[i + 1]!);
    for (const [name, value] of Object.entries(options)) right.set(`--${name}`, value);
    return errorOf(await startDriver(lab, ['apply', planetsFile, '--json', ...[...right].flat()]).ended);
  }

  it('refuses a host whose key changed', async () => {
    const other = path.join(lab.directory, 'other_host_key');
    await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);
    const knownHosts = path.join(lab.directory, 'changed_known_hosts');
    await writeFile(knownHosts, `${lab.address} ${await readFile(`${other}.pub`, 'utf8')}`);
    const { reason, message, advice } = await refused({ 'known-hosts': knownHosts });
    assert.equal(reason, 'hostKey');
    assert.match(message, /changed|different|not the/i);
    assert.ok(advice !== null);
  });

  it('refuses an unknown host where nobody can be asked, with its fingerprint and what to do', async () => {
    const { reason, message, advice } = await refused({ 'known-hosts': path.join(lab.directory, 'no_such_file') });
    assert.equal(reason, 'hostKey');
    assert.ok(message.includes(lab.hostKeyFingerprint), message);
    assert.match(advice ?? '', /known_hosts/);
  });

  it('asks on a terminal about an unknown host, and remembers it', async () => {
    const knownHosts = path.join(lab.directory, 'learned_known_hosts');
    const options = [...targetOptions(lab, 'root').slice(0, 4), '--known-hosts', knownHosts];
    const command = [process.execPath, path.join(projectFolder, 'dist/lab.js'), 'observe', ...options];
    const no = await onTerminal(lab, command, 'no\n');
    assert.notEqual(no.code, 0);
    assert.ok(no.stdout.includes(lab.hostKeyFingerprint), no.stdout);
    const yes = await onTerminal(lab, command, 'yes\n');
    assert.equal(yes.code, 0, yes.stdout);
    assert.equal((await startDriver(lab, ['observe', ...options]).ended).code, 0);
  });

  it('says that the login was refused', async () => {
    const stranger = path.join(lab.directory, 'stranger');
    await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
    const { reason, advice } = await refused({ identity: stranger });
    assert.equal(reason, 'login');
    assert.ok(advice !== null);
  });

  it('says that nothing answers at the port', async () => {
    const { reason, message } = await refused({ target: `ssh://root@${lab.address}:2222` });
    assert.equal(reason, 'unreachable');
    assert.ok(message.includes(lab.address), message);
  });

  it('says of a file that is not UTF-8 where, before anything is done', async () => {
    const latin1 = path.join(lab.directory, 'latin1.netns.yaml');
    await writeFile(latin1, Buffer.from('name: t\n# Zürich\nbridges: { br0: }\n', 'latin1'));
    const utf16 = path.join(lab.directory, 'utf16.netns.yaml');
    await writeFile(utf16, Buffer.from('\ufeffname: t\n', 'utf16le'));
    for (const [file, line] of [
      [latin1, 2],
      [utf16, 1],
    ] as const) {
      const { reason, problems } = errorOf(
        await startDriver(lab, ['apply', file, '--json', ...targetOptions(lab, 'root')]).ended,
      );
      assert.equal(reason, 'invalidTopology');
      assert.deepEqual(
        problems?.map((problem) => [problem.code, problem.line]),
        [['not-utf8', line]],
      );
    }
  });

  it('says that sudo wants a password', async () => {
    const { reason, advice } = await refused({ target: `ssh://student@${lab.address}:22` });
    assert.equal(reason, 'privilege');
    assert.match(advice ?? '', /sudo|root/);
  });

  it('says that the host has no ip', async () => {
    const bare = await startLabHost({ without: ['ip'] });
    try {
      const untouched = (await bare.run('ls /run /etc; cat /proc/sys/net/ipv4/ip_forward; nft list ruleset')).stdout;
      const { reason, message, advice } = errorOf(await overSsh(bare, 'root')(['apply', planetsFile, '--json']));
      assert.equal(reason, 'missingTool');
      assert.match(message, /\bip\b/);
      assert.match(advice ?? '', /iproute2/);
      const now = (await bare.run('ls /run /etc; cat /proc/sys/net/ipv4/ip_forward; nft list ruleset')).stdout;
      assert.equal(now, untouched);
    } finally {
      await bare.stop();
    }
  });

  const mistakes: readonly (readonly [what: string, text: string, line: number, column: number, says: RegExp])[] = [
    ['an unknown key', 'name: a\nnamespaces: { b: {} }\nnamespacez: {}\n', 3, 1, /namespacez/],
    ['a bad address', 'name: a\nbridges:\n  b: { addresses: [10.0.0.300/8] }\n', 3, 20, /10\.0\.0\.300\/8/],
    ['a name of 16 letters', 'name: a\nbridges:\n  abcdefghijklmnop: {}\n', 3, 3, /15/],
  ];
  for (const [what, text, line, column, says] of mistakes) {
    it(`points at ${what} in the file`, async () => {
      const file = await topologyFile(lab, 'wrong.netns.yaml', text);
      const result = await overSsh(lab, 'root')(['apply', file, '--json']);
      const { reason, message, problems = [] } = errorOf(result);
      assert.equal(reason, 'invalidTopology');
      const [problem] = problems.filter(({ severity }) => severity === 'error');
      assert.deepEqual([problem?.line, problem?.column], [line, column], message);
      assert.match(problem!.message, says);
      assert.ok(result.stderr.includes(`${file}:${line}:${column}: error: ${problem!.message}`), result.stderr);
    });
  }

  it('needs no host to find a mistake in the file', async () => {
    const file = await topologyFile(lab, 'wrong.netns.yaml', 'name: a\nnamespacez: {}\n');
    const argv = ['verify', file, '--json', '--target', 'ssh://root@198.18.0.1:1'];
    assert.equal(errorOf(await startDriver(lab, argv).ended).reason, 'invalidTopology');
  });

  it('refuses what others made, and says so', async () => {
    await lab.run('ip netns add earth');
    const { reason, message } = await refused({});
    await lab.run('ip netns del earth');
    assert.equal(reason, 'conflict');
    assert.match(message, /earth/);
  });

  it('does not obey escape sequences that a host or file holds', async () => {
    const file = await topologyFile(lab, 'evil.netns.yaml', 'name: a\n"\\e[31mred\\u009b": {}\n');
    const { stderr } = await overSsh(lab, 'root')(['plan', file]);
    assert.match(stderr, /error/);
    // eslint-disable-next-line no-control-regex -- control characters are what this looks for
    assert.doesNotMatch(stderr, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  const wrongLines: readonly (readonly [argv: readonly string[], says: RegExp])[] = [
    [[], /command is missing/],
    [['aply', 'x.yaml', '--target', 'local'], /"aply".*observe, plan, apply, verify, destroy/],
    [['apply', '--target', 'local'], /apply needs a topology file/],
    [['apply', planetsFile], /--target is missing/],
    [
      ['apply', planetsFile, '--target', 'ftp://x'],
      /ssh:\/\/USER@HOST:PORT, a host of your SSH configuration, or local/,
    ],
    [['apply', planetsFile, '--target', 'ssh://root:secret@198.51.100.7'], /no password/],
    [['apply', '/no/such/file', '--target', 'local'], /no such file/i],
    [
      ['destroy', 'planets', '--target', 'local'],
      /no such file.*\. To destroy the lab planets without its file: destroy --lab planets\./,
    ],
    [['observe', '--target', 'local', '--colour'], /--colour/],
  ];
  for (const [argv, says] of wrongLines) {
    it(`ends with 2 for: ${argv.join(' ').replace(projectFolder, '') || 'nothing'}`, async () => {
      const plain = await startDriver(lab, argv).ended;
      assert.deepEqual([plain.code, plain.stdout], [2, '']);
      assert.match(plain.stderr, says);
      assert.doesNotMatch(plain.stderr, /secret/);
      const json = await startDriver(lab, [...argv, '--json']).ended;
      assert.equal(json.code, 2);
      const { ok, error } = documentOf(json) as { ok: boolean; error: ErrorDocument };
      assert.deepEqual([ok, error.reason, Object.keys(error)], [false, 'usage', errorKeys]);
    });
  }

  it('explains itself', async () => {
    const { code, stdout, stderr } = await startDriver(lab, ['--help']).ended;
    assert.deepEqual([code, stderr], [0, '']);
    for (const word of ['observe', 'plan', 'apply', 'verify', 'destroy', '--target', '--json']) {
      assert.ok(stdout.includes(word), word);
    }
  });
});

const errorKeys = ['reason', 'message', 'hostSaid', 'advice'];

function errorOf(result: DriverResult): ErrorDocument {
  const document = documentOf(result);
  assert.deepEqual([result.code, document.ok], [1, false]);
  const error = document.error as ErrorDocument;
  assert.deepEqual(
    errorKeys.filter((key) => !(key in error)),
    [],
  );
  assert.ok(result.stderr.includes(error.message.split('\n')[0]!), 'people read it on standard error');
  return error;
}

/** Runs a command with a terminal for its three streams, and types `input` once it asks something. */
async function onTerminal(lab: LabHost, command: readonly string[], input: string): Promise<DriverResult> {
  const script = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
asked, output = False, b""
while True:
    try:
        data = os.read(terminal, 4096)
    except OSError:
        break
    if not data:
        break
    output += data
    if not asked and b"(yes/no)" in output:
        asked = True
        os.write(terminal, sys.argv[1].encode())
sys.stdout.buffer.write(output)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
  return await new Promise((resolve) => {
    const env = { PATH: process.env.PATH, HOME: lab.directory, TERM: 'dumb' };
    execFile('python3', ['-c', script, input, ...command], { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
  });
}
