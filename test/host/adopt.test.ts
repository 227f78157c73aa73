import assert from 'node:assert/strict';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { observeForAdoption } from '../../src/lab/adopt';
import { observe } from '../../src/lab/observe';
import { adoptTopology, type AdoptedTopology } from '../../src/plan/adopt/adopt';
import { assertGoldenFile } from '../fixtures/golden';
import type { Transport } from '../../src/transport/transport';
import { startLabHost, type LabHost } from '../lab-host';
import { assertHostState, captureHostState } from '../lab-host/host-state';
import { essenceOf } from './essence';
import { exampleHost, exampleNames, isBeyondKernel } from './example-hosts';
import { apply, destroy, example, topologyOf } from './lab-plans';
import { connectTo, type } from './observed-lab';
import { startOpenVswitch } from './open-vswitch-host';
import { everything, mixture } from './typed-networks';
import { typedTutorials } from './typed-tutorials';

describe('a live network as a topology file', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;
  let atFirst: string;

  before(async () => {
    lab = await startLabHost();
    transport = await connectTo(lab);
    await startOpenVswitch(lab);
    // iptables leaves its chains behind when the last rule has gone.
    for (const chain of ['PREROUTING', 'POSTROUTING']) {
      await type(lab, [`iptables -t nat -A ${chain} -j ACCEPT`, `iptables -t nat -D ${chain} -j ACCEPT`]);
    }
    atFirst = await captureHostState(lab);
  });
  after(async () => {
    transport.dispose();
    await lab.stop();
  });

  interface Reading {
    readonly adopted: AdoptedTopology;
    readonly essence: unknown;
  }

  async function read(namespaces?: readonly string[]): Promise<Reading> {
    const snapshot = await observe(transport);
    const details = await observeForAdoption(transport, snapshot, undefined);
    const options = { name: 'adopted', details, ...(namespaces === undefined ? {} : { namespaces }) };
    return { adopted: adoptTopology(snapshot, options), essence: essenceOf(snapshot, details) };
  }

  /** What is there, taken away and made again from the file that was written of it, is the same. */
  async function comesBack(takeAway: () => Promise<unknown>): Promise<AdoptedTopology> {
    // The kernel gives interfaces their own IPv6 addresses and routes when it comes to that.
    let { adopted, essence } = await read();
    for (let before: unknown; !isDeepStrictEqual(before, essence);) {
      before = essence;
      ({ adopted, essence } = await read());
    }
    await takeAway();
    await assertHostState(lab, atFirst);
    const topology = topologyOf(adopted.text);
    await apply(transport, topology);
    try {
      const deadline = Date.now() + 20_000;
      let again = (await read()).essence;
      while (!isDeepStrictEqual(again, essence) && Date.now() < deadline) again = (await read()).essence;
      assert.deepEqual(again, essence, adopted.text);
    } finally {
      await destroy(transport, 'adopted');
    }
    await assertHostState(lab, atFirst);
    return adopted;
  }

  // The neighbour of the network card in `physical` is not the lab's, and would be written down with all the rest.
  for (const name of exampleNames.filter((one) => one !== 'physical')) {
    it(`${name} comes back from its file`, async function () {
      if (await isBeyondKernel(name)) return this.skip();
      const topology = await example(name);
      const host = exampleHost(name);
      const before = atFirst;
      await type(lab, host.make);
      if (host.make.length > 0) atFirst = await captureHostState(lab);
      try {
        await apply(transport, topology);
        const { leftOut } = await comesBack(() => destroy(transport, name));
        assert.deepEqual(leftOut, []);
      } finally {
        await destroy(transport, name);
        await type(lab, host.undo);
        atFirst = before;
      }
      await assertHostState(lab, atFirst);
    });
  }

  it('everything that a file can say, typed by hand, comes back from its file', async () => {
    await type(lab, everything.make);
    const { text, leftOut } = await comesBack(() => type(lab, everything.undo));
    assert.deepEqual(leftOut, []);
    assertGoldenFile(path.join(__dirname, 'golden/adopted-everything.netns.yaml'), text);
  });

  it('takes some namespaces with what belongs to them, and names what it leaves out', async () => {
    await type(lab, mixture.make);
    try {
      const { text } = (await read(['red'])).adopted;
      assertGoldenFile(
        path.join(__dirname, 'golden/adopted-red.netns.yaml'),
        text.replaceAll(/\b\d{2,}\b(?=[ :].*sleep)/g, 'PID'),
      );
      topologyOf(text);
    } finally {
      await type(lab, mixture.undo);
    }
    await assertHostState(lab, atFirst);
  });

  for (const { name, make, undo } of typedTutorials) {
    it(`typed by hand: ${name}`, async () => {
      await type(lab, make);
      const { leftOut } = await comesBack(() => type(lab, undo));
      assert.deepEqual(leftOut, []);
    });
  }
});
