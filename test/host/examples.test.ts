import assert from 'node:assert/strict';
import path from 'node:path';
import { buildGraphView } from '../../src/lab/graph-view';
import { observe } from '../../src/lab/observe';
import { planApply } from '../../src/plan/plan-apply';
import { driftOfRecord } from '../../src/plan/record-drift';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { assertHostState, captureHostState } from '../lab-host/host-state';
import { buildDriver, documentOf, overSsh, projectFolder, topologyFile, type Drive } from './cli-driver';
import { exampleHost, exampleNames, isBeyondKernel } from './example-hosts';
import { commandsOf, example } from './lab-plans';
import { type } from './observed-lab';
import { startOpenVswitch } from './open-vswitch-host';
import { useLabHost } from './use-lab-host';

/** What can be seen of an example from the internet only, while it is applied: what the tutorial tries in a browser. */
const fromOutside: Readonly<Record<string, (visit: (url: string) => Promise<string>) => Promise<void>>> = {
  'in-and-out-4-nat': async (visit) => assert.equal(await visit('http://198.51.100.2:5000/'), ''),
  'in-and-out': async (visit) => assert.match(await visit('http://198.51.100.2:5000/'), /Directory listing for \//),
};

const fileOf = (name: string): string => path.join(projectFolder, 'examples', `${name}.netns.yaml`);

describe('examples on a real host, by the headless driver', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;
  let atFirst: string;
  let drive: Drive;

  useLabHost((host) => ({ lab, transport } = host));
  before(async () => {
    await buildDriver();
    drive = overSsh(lab, 'root');
    await startOpenVswitch(lab);
    atFirst = await captureHostState(lab);
  });

  /** Runs the driver, which has to succeed. @returns the document that it prints */
  async function lets<Document>(...argv: string[]): Promise<Document> {
    const result = await drive([...argv, '--json']);
    const document = documentOf(result);
    assert.equal(result.code, 0, `${argv.join(' ')}: ${result.stdout}\n${result.stderr}`);
    return document as Document;
  }

  /** Lets the driver run the checks of a file, which all have to hold. */
  async function assertHolds(file: string, count: number): Promise<void> {
    const { checks } = await lets<{ checks: { passed: boolean }[] }>('verify', file);
    assert.deepEqual([checks.length, checks.filter(({ passed }) => !passed)], [count, []]);
  }

  for (const name of exampleNames) {
    it(`${name} is applied, holds what it claims, and leaves the host as it was`, async function () {
      if (await isBeyondKernel(name)) return this.skip();
      const topology = await example(name);
      const host = exampleHost(name);
      await type(lab, host.make);
      try {
        await lets('apply', fileOf(name));
        await assertHolds(fileOf(name), topology.checks.length);
        await fromOutside[name]?.(async (url) => (await lab.runOutside(`curl -s -m 3 ${url}`)).stdout);
        const now = await observe(transport);
        const { nodes, cables, nat } = buildGraphView({ hostName: 'lab1', snapshot: now, topology });
        const amiss = [...nodes, ...cables, ...nat].filter(
          ({ presence }) => presence !== 'both' && presence !== 'live',
        );
        assert.deepEqual(amiss, [], 'the graph draws nothing of the file as missing or different');
        const again = planApply(topology, now);
        assert.deepEqual([commandsOf(again), again.record], [[], undefined], 'a second apply has nothing to do');
        assert.deepEqual(driftOfRecord(name, now), { state: 'inSync', entries: [] }, 'the record says the same');
      } finally {
        await lets('destroy', fileOf(name));
        await type(lab, host.undo);
      }
      await assertHostState(lab, atFirst);
    });
  }

  it('what the driver exports makes a lab and takes it down without it', async () => {
    const file = fileOf('planets');
    const script = async (...options: string[]): Promise<string> => {
      const { code, stdout, stderr } = await drive(['export', file, ...options]);
      assert.equal(code, 0, stderr);
      return stdout;
    };
    const [up, down] = [await script(), await script('--down')];
    try {
      const made = await lab.run(up);
      assert.deepEqual([made.code, made.stderr], [0, '']);
      await assertHolds(file, (await example('planets')).checks.length);
    } finally {
      assert.equal((await lab.run(down)).code, 0);
    }
    await assertHostState(lab, atFirst);
  });

  it('what the driver writes of a host (adopt) makes the same again', async () => {
    await lets('apply', fileOf('planets'));
    const text = async (): Promise<string> => {
      const { code, stdout, stderr } = await drive(['adopt', '--name', 'again']);
      assert.equal(code, 0, stderr);
      return stdout;
    };
    const written = await text();
    await lets('destroy', fileOf('planets'));
    const file = await topologyFile(lab, 'again.netns.yaml', written);
    await lets('apply', file);
    try {
      assert.equal(await text(), written);
    } finally {
      await lets('destroy', file);
    }
    await assertHostState(lab, atFirst);
  });
});
