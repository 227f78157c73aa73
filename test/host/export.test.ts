import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { observe } from '../../src/lab/observe';
import { verifyTopology } from '../../src/lab/verify';
import { exportScripts, type ExportOptions } from '../../src/plan/export/export';
import type { Topology } from '../../src/topology/model';
import type { Transport } from '../../src/transport/transport';
import { startLabHost, type LabHost } from '../lab-host';
import { assertHostState, captureHostState } from '../lab-host/host-state';
import { exampleHost, exampleNames, isBeyondKernel } from './example-hosts';
import { apply, destroy, example, topologyOf } from './lab-plans';
import { connectTo, type } from './observed-lab';
import { startOpenVswitch } from './open-vswitch-host';

const folder = path.resolve(__dirname, '../../examples');
/** Each with nftables, and with iptables too where it has something to translate. */
// A script does not know which addresses of its own the host's network card in `physical` had.
const examples = exampleNames
  .filter((one) => one !== 'physical')
  .flatMap((name) => {
    const text = readFileSync(path.join(folder, `${name}.netns.yaml`), 'utf8');
    const translates = /^(nat|port-forwards):/m.test(text);
    return (translates ? (['nftables', 'iptables'] as const) : (['nftables'] as const)).map((filter) => ({
      name,
      filter,
    }));
  });

describe('exported scripts on a real host', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;
  let atFirst: string;

  before(async () => {
    lab = await startLabHost();
    transport = await connectTo(lab);
    await startOpenVswitch(lab);
    // iptables leaves its chains behind when the last rule has gone.
    for (const table of ['nat', 'raw', 'filter']) {
      await type(lab, [`iptables -t ${table} -A OUTPUT -j ACCEPT`, `iptables -t ${table} -D OUTPUT -j ACCEPT`]);
    }
    for (const chain of ['PREROUTING', 'POSTROUTING']) {
      await type(lab, [`iptables -t nat -A ${chain} -j ACCEPT`, `iptables -t nat -D ${chain} -j ACCEPT`]);
    }
    await type(lab, ['iptables -t raw -A PREROUTING -j ACCEPT', 'iptables -t raw -D PREROUTING -j ACCEPT']);
    await type(lab, ['iptables -P FORWARD ACCEPT']);
    atFirst = await captureHostState(lab);
  });
  after(async () => {
    transport.dispose();
    await lab.stop();
  });

  /** Runs the one script, looks whether the checks hold, and runs the other. */
  async function tryOut(topology: Topology, options: ExportOptions): Promise<void> {
    const { up, down } = exportScripts(topology, options);
    const before = await captureHostState(lab);
    const made = await lab.run(up);
    try {
      assert.deepEqual([made.code, made.stderr], [0, '']);
      const results = await verifyTopology(transport, topology);
      assert.equal(results.length, topology.checks.length);
      assert.deepEqual(
        results.filter(({ passed }) => !passed).map(({ title, command, output }) => ({ title, command, output })),
        [],
      );
    } finally {
      const { code, stderr } = await lab.run(down);
      assert.deepEqual([code, stderr], [0, ''], 'taking it down');
    }
    await assertHostState(lab, before);
  }

  for (const { name, filter } of examples) {
    it(`${name} made by hand with ${filter} holds what it claims, and leaves the host as it was`, async function () {
      if (await isBeyondKernel(name)) return this.skip();
      const host = exampleHost(name);
      await type(lab, host.make);
      try {
        await tryOut(await example(name), { filter });
      } finally {
        await type(lab, host.undo);
      }
      await assertHostState(lab, atFirst);
    });
  }

  it('lets the lab through a host that drops what it passes on, as that host has it', async () => {
    const topology = await example('planets');
    for (const policy of ['DROP', 'ACCEPT']) {
      await type(lab, [`iptables -P FORWARD ${policy}`]);
      if (policy === 'DROP') await tryOut(topology, { snapshot: await observe(transport) });
    }
  });

  it('is for the host without the lab where the lab is there already', async () => {
    const topology = await example('planets');
    const fresh = exportScripts(topology, { snapshot: await observe(transport) });
    await apply(transport, topology);
    try {
      assert.deepEqual(exportScripts(topology, { snapshot: await observe(transport) }), fresh);
    } finally {
      await destroy(transport, 'planets');
    }
  });

  it('changes nothing where a name is taken, nor for anyone but root', async () => {
    const { up } = exportScripts(await example('planets'));
    await type(lab, ['ip link add name planet-br type bridge']);
    const before = await captureHostState(lab);
    try {
      const { code, stderr } = await lab.run(up);
      assert.deepEqual([code, stderr], [1, '/sys/class/net/planet-br is there already. Nothing was changed.\n']);
      await assertHostState(lab, before);
    } finally {
      await type(lab, ['ip link del dev planet-br']);
    }
    const asStudent = await lab.run(`runuser -u student -- sh -s <<'SCRIPT'\n${up}SCRIPT`);
    assert.deepEqual([asStudent.code, asStudent.stderr], [1, 'Run this as root: sudo sh sh\n']);
  });

  it('stops where something fails, says so, and what is there so far can be taken down', async () => {
    const topology = topologyOf(`
name: half
namespaces:
  one:
    interfaces: { one-veth: { addresses: [10.9.0.1/24] } }
    services:
      web: { command: "echo cannot; exit 3" }
      later: { command: sleep 100 }
  two:
    interfaces: { two-veth: {} }
links:
  - endpoints: [one:one-veth, two:two-veth]
`);
    const { up, down } = exportScripts(topology);
    const made = await lab.run(up);
    assert.equal(made.code, 1);
    assert.match(made.stderr, /A service has ended:\ncannot\nStopped\. .*half-down\.sh/);
    assert.equal((await lab.run(down)).code, 0);
    await assertHostState(lab, atFirst);
  });
});
