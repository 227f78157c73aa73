import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { launchBrowser } from '../machinery/browser';
import { waitFor } from '../machinery/wait-for';
import { Workbench } from './workbench';

const repository = path.resolve(__dirname, '../../..');

interface RunningDemo {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly url: string;
  /** The temporary folder of the demo, and the lab host's. */
  readonly folders: readonly string[];
  readonly labAddress: string;
}

describe('npm run demo', function () {
  this.timeout(240_000);
  const started: ChildProcess[] = [];
  after(() => {
    for (const child of started) signalGroup(child, 'SIGKILL');
  });

  it('serves VS Code with the extension and the lab host, and Ctrl-C leaves nothing behind', async () => {
    const demo = await startDemo(started);
    const browser = await launchBrowser();
    try {
      const workbench = new Workbench(await browser.newPage({ viewport: { width: 1600, height: 1000 } }));
      await workbench.open(demo.url);
      await workbench.openFile('planets.netns.yaml');
      await workbench.codeLens('Apply to lab1').waitFor();
    } finally {
      await browser.close();
    }
    // What a terminal does at Ctrl-C: the signal goes to every process of the group.
    signalGroup(demo.process, 'SIGINT');
    await waitFor('the demo to end', () => demo.process.exitCode !== null || demo.process.signalCode !== null, {
      seconds: 30,
    });
    assert.match(demo.output(), /Everything is gone/);
    await assertNothingLeft(demo);
  });

  it('leaves nothing behind when it is killed', async () => {
    const demo = await startDemo(started);
    signalGroup(demo.process, 'SIGKILL');
    await assertNothingLeft(demo);
  });
});

async function startDemo(started: ChildProcess[]): Promise<RunningDemo> {
  const child = spawn('npm', ['run', 'demo'], { cwd: repository, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const [url, identityFile, labAddress] = await waitFor(
    'the demo to print its address',
    () => {
      if (child.exitCode !== null) throw new Error(`The demo ended:\n${output}`);
      return /(http:\/\/127\.0\.0\.1:\S+)[^]*ssh -i (\S+) [^]*root@(\S+)[^]*Ctrl-C/.exec(output)?.slice(1);
    },
    { seconds: 90 },
  );
  assert.ok(url !== undefined && identityFile !== undefined && labAddress !== undefined);
  const workspace = new URL(url).searchParams.get('folder') ?? '';
  const folders = [path.dirname(workspace), path.dirname(identityFile)];
  for (const folder of folders) assert.ok(existsSync(folder), `${folder} is not there while the demo runs`);
  return { process: child, output: () => output, url, folders, labAddress };
}

async function assertNothingLeft({ folders, labAddress, url }: RunningDemo): Promise<void> {
  await waitFor(
    'everything of the demo to be gone',
    async () => {
      const processes = commandLines().filter((line) => folders.some((folder) => line.includes(folder)));
      assert.deepEqual(processes, []);
      assert.deepEqual(folders.filter(existsSync), []);
      assert.ok(!hasInterfaceBeside(labAddress), 'the cable to the lab host is still there');
      await assert.rejects(fetch(url), 'the port still answers');
      return true;
    },
    { seconds: 15, everyMs: 200 },
  );
}

/** Whether this machine has an address in the lab host's /30. */
function hasInterfaceBeside(address: string): boolean {
  const network = (text: string) => text.replace(/\d+$/, (last) => String(Number(last) & ~3));
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return own.some((one) => network(one.address) === network(address));
}

function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    });
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}
