import assert from 'node:assert/strict';
import { startLabHost, type LabHost } from '../lab-host';
import { assertHostState, captureHostState } from '../lab-host/host-state';
import {
  buildDriver,
  documentOf,
  onTheHost,
  overSsh,
  planetsFile,
  startDriver,
  targetOptions,
  topologyFile,
  type Drive,
} from './cli-driver';

interface StepDocument {
  readonly action: string;
  readonly object: { readonly type: string; readonly name: string };
  readonly commands: readonly string[];
}
interface CheckDocument {
  readonly title: string;
  readonly passed: boolean;
  readonly output: string;
}

describe('npm run lab', function () {
  this.timeout(120_000);
  let lab: LabHost;
  before(async () => {
    await buildDriver();
    lab = await startLabHost();
  });
  after(() => lab.stop());

  const ways: readonly (readonly [name: string, way: () => Drive])[] = [
    ['as root', () => overSsh(lab, 'root')],
    ['as a user with sudo', () => overSsh(lab, 'ops')],
    ['on the host itself', () => onTheHost(lab)],
  ];
  for (const [name, way] of ways) {
    it(`applies, verifies and destroys the first tutorial's lab ${name}`, async () => {
      const drive = way();
      const before = await captureHostState(lab);

      const planned = await succeed(drive, 'plan', planetsFile);
      assert.equal(planned.lab, 'planets');
      assert.match(String(planned.summary), /^\d+ to create/);
      await assertHostState(lab, before, 'plan changes nothing');

      const applied = await succeed(drive, 'apply', planetsFile);
      assert.deepEqual(applied.steps, planned.steps);
      const namespaces = (applied.steps as StepDocument[]).filter(({ object }) => object.type === 'namespace');
      assert.deepEqual(
        namespaces.map(({ action, object, commands }) => [action, object.name, commands[0]]),
        ['earth', 'neptune'].map((planet) => ['create', planet, `ip netns add ${planet}`]),
      );
      for (const port of [8000, 3000]) {
        const page = await lab.runOutside(`curl -s --max-time 5 http://198.51.100.2:${port}/`);
        assert.match(page.stdout, /Directory listing for/, `port ${port} from the internet`);
      }

      const applied2 = await captureHostState(lab);
      assert.deepEqual((await succeed(drive, 'apply', planetsFile)).steps, []);
      await assertHostState(lab, applied2, 'applying twice changes nothing');

      const checks = (await succeed(drive, 'verify', planetsFile)).checks as CheckDocument[];
      assert.equal(checks.length, 10);
      assert.deepEqual(
        checks.filter(({ passed }) => !passed),
        [],
      );
      assert.match(checks.find(({ title }) => title.includes('8.8.8.8'))!.output, /1 received|0% packet loss/);

      const { snapshot } = await succeed(drive, 'observe');
      const seen = (snapshot as { namespaces: { name?: string }[] }).namespaces.map((namespace) => namespace.name);
      assert.deepEqual(seen, [undefined, 'earth', 'neptune']);

      await succeed(drive, 'destroy', planetsFile);
      await assertHostState(lab, before, 'destroy takes away everything');
      assert.deepEqual((await succeed(drive, 'destroy', '--lab', 'planets')).steps, []);
    });
  }

  it('prints for people what it does, command by command, and what it found', async () => {
    const drive = overSsh(lab, 'root');
    const file = await topologyFile(lab, 'two.netns.yaml', twoPlanets);
    const applied = await drive(['apply', file]);
    assert.equal(applied.stderr, '');
    assert.match(applied.stdout, /^\[1\/\d+\] \+ namespace mars: .*\n {4}ip netns add mars\n/);
    assert.match(applied.stdout, /\ntwo is applied: \d+ steps in \d+\.\d s\.\n$/);
    assert.match((await drive(['apply', file])).stdout, /^two: nothing to do, .*\.\n$/);

    const observed = (await drive(['observe'])).stdout;
    assert.match(observed, /\n {2}namespace mars\n {4}lo .*\n {4}to-venus up veth ⟷ venus:to-mars 10\.7\.0\.1\/24/);
    assert.match(observed, /\nlabs: two\n$/);

    const verified = await drive(['verify', file]);
    assert.equal(verified.code, 1);
    assert.match(verified.stdout, /^✓ mars can ping 10\.7\.0\.2 \(\d+ ms\)$/m);
    assert.match(verified.stdout, /^✗ mars can ping 10\.7\.0\.99 \(\d+ ms\)\n {4}\$ .*ping.*\n {4}\S/m);
    assert.match(verified.stdout, /\n1 of 2 checks held\.\n$/);

    const destroyed = await drive(['destroy', file]);
    assert.match(destroyed.stdout, /\ntwo is destroyed: \d+ steps in .*\n$/);
    assert.equal(destroyed.code, 0);
  });

  it('ends with 1 when a check did not hold, and says which', async () => {
    const drive = overSsh(lab, 'root');
    const file = await topologyFile(lab, 'two.netns.yaml', twoPlanets);
    await succeed(drive, 'apply', file);
    const result = await drive(['verify', file, '--json']);
    assert.equal(result.code, 1);
    const { ok, checks } = documentOf(result) as { ok: boolean; checks: CheckDocument[] };
    assert.equal(ok, false);
    assert.deepEqual(
      checks.map(({ passed }) => passed),
      [true, false],
    );
    const table = await drive(['verify', file, '--matrix']);
    assert.equal(table.code, 0, table.stderr);
    assert.match(table.stdout, /^IPv4 +1 2\n1 mars +· ✓\n2 venus +✓ ·\n/);
    assert.match(table.stdout, /two: 2 of 2 pairs reached\.\n$/);
    const matrix = documentOf(await drive(['verify', file, '--matrix', '--json']));
    assert.deepEqual(
      [matrix.ok, matrix['summary'], (matrix['cells'] as unknown[]).length],
      [true, '2 of 2 pairs reached', 2],
    );
    await succeed(drive, 'destroy', file);
  });

  it('destroys by the name alone, also when the file has errors by now', async () => {
    const drive = overSsh(lab, 'root');
    const before = await captureHostState(lab);
    await succeed(drive, 'apply', await topologyFile(lab, 'two.netns.yaml', twoPlanets));
    await succeed(drive, 'destroy', await topologyFile(lab, 'broken.netns.yaml', 'name: two\nnamespaces: [oops\n'));
    await assertHostState(lab, before);
  });

  it('says what a failing step said and that all was undone', async () => {
    const before = await captureHostState(lab);
    const file = await topologyFile(lab, 'fails.netns.yaml', failingService);
    const result = await overSsh(lab, 'ops')(['apply', file, '--json']);
    assert.equal(result.code, 1);
    const { ok, command, error } = documentOf(result) as { ok: boolean; command: string; error: ErrorDocument };
    assert.deepEqual([ok, command, error.reason], [false, 'apply', 'commandFailed']);
    assert.match(error.message, /service .*doomed/);
    assert.match(error.hostSaid ?? '', /this service cannot start/);
    assert.match(result.stderr, /undoing: namespace mars/);
    await assertHostState(lab, before);
  });

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`puts the host back on ${signal} and ends with 130`, async () => {
      const before = await captureHostState(lab);
      const file = await topologyFile(lab, 'slow.netns.yaml', slowService);
      const running = startDriver(lab, ['apply', file, '--json', ...targetOptions(lab, 'root')]);
      await running.printed(/service .*slow/);
      running.child.kill(signal);
      // One Ctrl-C under `npm run` arrives twice.
      running.child.kill(signal);
      const result = await running.ended;
      assert.equal(result.code, 130, result.stderr);
      assert.equal((documentOf(result).error as ErrorDocument).reason, 'cancelled');
      await assertHostState(lab, before);
    });
  }

  it('offers to adopt what was typed by hand, and with --adopt does', async () => {
    const before = await captureHostState(lab);
    const file = await topologyFile(lab, 'two.netns.yaml', twoPlanets);
    const drive = overSsh(lab, 'ops');
    for (const line of [
      'netns add mars',
      'netns add venus',
      'link add to-venus netns mars type veth peer to-mars netns venus',
    ]) {
      assert.equal((await lab.run(`ip ${line}`)).code, 0);
    }
    const byHand = await captureHostState(lab);
    const refused = await drive(['apply', file]);
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /^These are 3 things that others made\. With --adopt the lab takes over/m);
    await assertHostState(lab, byHand, 'a refusal changes nothing');
    const planned = await drive(['plan', file, '--adopt']);
    assert.match(
      planned.stdout,
      /^~ namespace mars: made by someone else; becomes the lab’s, and Destroy removes it\n/m,
    );
    assert.equal((await succeed(drive, 'apply', file, '--adopt')).ok, true);
    assert.deepEqual((await succeed(drive, 'apply', file)).steps, []);
    await succeed(drive, 'destroy', file);
    await assertHostState(lab, before);
  });

  it('works on when nobody reads its output any more', async () => {
    const before = await captureHostState(lab);
    const file = await topologyFile(lab, 'two.netns.yaml', twoPlanets);
    const running = startDriver(lab, ['apply', file, ...targetOptions(lab, 'root')]);
    await running.printed(/namespace mars/);
    running.child.stdout?.destroy();
    assert.equal((await running.ended).code, 0);
    assert.equal((await lab.run('ip -n venus address show to-mars')).code, 0);
    await succeed(overSsh(lab, 'root'), 'destroy', file);
    await assertHostState(lab, before);
  });

  it('leaves the host as it was when the driver is killed', async () => {
    const before = await captureHostState(lab);
    const file = await topologyFile(lab, 'slow.netns.yaml', slowService);
    const running = startDriver(lab, ['apply', file, ...targetOptions(lab, 'root')]);
    await running.printed(/service .*slow/);
    running.child.kill('SIGKILL');
    await running.ended;
    await assertHostState(lab, before);
  });
});

interface ErrorDocument {
  readonly reason: string;
  readonly message: string;
  readonly hostSaid: string | null;
}

async function succeed(drive: Drive, ...argv: string[]): Promise<Record<string, unknown>> {
  const result = await drive([...argv, '--json']);
  const document = documentOf(result);
  assert.equal(result.code, 0, `${argv.join(' ')}: ${result.stderr}`);
  assert.deepEqual([document.ok, document.command], [true, argv[0]]);
  return document;
}

const twoPlanets = `
name: two
namespaces:
  mars:
    interfaces: { to-venus: { addresses: [10.7.0.1/24] } }
  venus:
    interfaces: { to-mars: { addresses: [10.7.0.2/24] } }
links:
  - endpoints: [mars:to-venus, venus:to-mars]
checks:
  - { from: mars, ping: 10.7.0.2 }
  - { from: mars, ping: 10.7.0.99, within: 1 }
`;

const failingService = `
name: fails
namespaces:
  mars:
    services:
      doomed: { command: "echo this service cannot start; exit 3", ready: { tcp: 80 } }
`;

const slowService = `
name: slow
namespaces:
  mars:
    services:
      slow: { command: sleep 1000, ready: { seconds: 50 } }
`;
