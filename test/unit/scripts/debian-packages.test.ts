import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const setup = path.resolve(__dirname, '../../../scripts/setup');

/** Stand-ins for Debian's tools, which write down how they are called. */
describe('installing Debian packages', function () {
  let folder: string;
  before(function () {
    if (!existsSync('/etc/debian_version')) this.skip();
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'netns-topology-apt-'));
    chmodSync(folder, 0o755);
    mkdirSync(path.join(folder, 'bin'));
    // A copy, because the user without rights may not reach the repository.
    cpSync(setup, path.join(folder, 'setup'), { recursive: true });
    writeFileSync(path.join(folder, 'calls'), '');
    chmodSync(path.join(folder, 'calls'), 0o666);
    tool('apt-cache', 'echo "  Candidate: 1.0"');
    tool('apt-get', 'true');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function tool(name: string, body: string): void {
    const file = path.join(folder, 'bin', name);
    writeFileSync(file, `#!/bin/sh\necho "${name} $*" >>'${folder}/calls'\n${body}\n`);
    chmodSync(file, 0o755);
  }
  /** dpkg-query says that all are installed but these. */
  function missing(...names: string[]): void {
    tool(
      'dpkg-query',
      `for name; do case $name in ${['-*', ...names].join('|')}) ;; *) echo "$name installed" ;; esac; done`,
    );
  }
  function ensure(purposes: string[], uid = 0): { status: number | null; output: string; apt: string[] } {
    const code = `import(${JSON.stringify(path.join(folder, 'setup/debian-packages.mjs'))})
      .then((setup) => setup.ensurePackages(${JSON.stringify(purposes)}))
      .catch((error) => { console.error(error.message); process.exit(error.exitCode); })`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', code], {
      encoding: 'utf8',
      env: { PATH: `${folder}/bin:${process.env['PATH'] ?? ''}` },
      ...(uid === 0 ? {} : { uid, gid: uid }),
    });
    const calls = readFileSync(path.join(folder, 'calls'), 'utf8').trim().split('\n');
    return { status, output: stdout + stderr, apt: calls.filter((call) => call.startsWith('apt-get')) };
  }

  it('does nothing where all are there', () => {
    missing();
    const { status, output, apt } = ensure(['lab host', 'browser', 'code-server build']);
    assert.deepEqual({ status, output, apt }, { status: 0, output: '', apt: [] });
  });

  it('installs what is missing, and nothing else', function () {
    if (process.getuid?.() !== 0) this.skip();
    missing('chromium', 'tcpdump');
    const { status, output, apt } = ensure(['lab host', 'browser']);
    assert.equal(status, 0, output);
    assert.deepEqual(apt, ['apt-get install --quiet --yes --no-install-recommends tcpdump chromium']);
    assert.match(output, /tcpdump chromium/);
  });

  it('reads the package lists first where they lack a package', function () {
    if (process.getuid?.() !== 0) this.skip();
    missing('chromium');
    tool('apt-cache', 'true');
    assert.deepEqual(
      ensure(['browser']).apt.map((call) => call.split(' ')[1]),
      ['update', 'install'],
    );
  });

  it('reads the package lists where they are too old, and tries again', function () {
    if (process.getuid?.() !== 0) this.skip();
    missing('chromium');
    tool('apt-get', `[ "$1" != install ] || grep -q 'apt-get update' '${folder}/calls'`);
    const { status, apt } = ensure(['browser']);
    assert.equal(status, 0);
    assert.deepEqual(
      apt.map((call) => call.split(' ')[1]),
      ['install', 'update', 'install'],
    );
  });

  it('prints the line to run, and stops, where it is not root', function () {
    if (process.getuid?.() !== 0) this.skip();
    missing('chromium', 'tcpdump');
    const { status, output, apt } = ensure(['lab host', 'browser'], 65534);
    assert.equal(status, 3, output);
    assert.deepEqual(apt, []);
    assert.match(output, /^ {2}sudo apt-get update && sudo apt-get install .*tcpdump chromium$/m);
  });
});
