import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { NetnsError } from '../../../src/base/errors';
import type { HostSnapshot } from '../../../src/host/model';
import { observe } from '../../../src/lab/observe';
import type { AskedTrace } from '../../../src/lab/trace/question';
import { traceRoute } from '../../../src/lab/trace/trace';
import type { Transport } from '../../../src/transport/transport';
import { startTcpProxy, type TcpProxy } from '../../fixtures/tcp-proxy';
import type { LabHost } from '../../lab-host';
import { buildDriver, startDriver, targetOptions } from '../cli-driver';
import { untilStateIs, stateOf } from '../lab-plans';
import { connectThrough } from '../observed-lab';
import { useLabHost } from '../use-lab-host';
import { allAreOn, nothingIsOn, whatIsOn, type SwitchedOn } from './switched-on';
import { makeWorld, withoutProgram } from './world';

/** A trace that is cancelled, or whose connection is cut, at any moment: nothing of it stays on the host. */
describe('a trace that ends early', function () {
  this.timeout(180_000);
  let lab: LabHost;
  let transport: Transport;
  let proxy: TcpProxy;
  let snapshot: HostSnapshot;
  let atFirst: string;
  let onAtFirst: SwitchedOn;

  useLabHost((host) => ({ lab, transport } = host));
  before(async () => {
    await makeWorld(lab);
    // A rule of each kind, so that there is something to look at and to watch.
    await lab.run('iptables -A FORWARD -p tcp --dport 9 -j DROP; nft add table inet lab');
    proxy = await startTcpProxy({ host: lab.address, port: lab.port });
    snapshot = await observe(transport, undefined, { probeKernel: false });
    await traceRoute(transport, snapshot, answered);
    atFirst = await stateOf(lab);
    onAtFirst = await whatIsOn(lab);
    await buildDriver();
  });
  after(() => proxy.stop());

  const answered: AskedTrace = { from: 'earth', to: '8.8.8.8' };
  const asked: readonly AskedTrace[] = [
    { from: 'earth', to: '203.0.113.99' },
    { from: 'mars', to: '203.0.113.99:81' },
    { from: 'earth', to: 'fd00:30::99' },
    answered,
  ];
  /** Milliseconds after its begin, over the whole time that a lost probe takes, and at random within each stretch. */
  const moments = Array.from({ length: 10 }, (_, stretch) => stretch * 260 + Math.floor(Math.random() * 260));

  function what(moment: number, one: AskedTrace): string {
    return `${moment} ms after the begin of ${JSON.stringify(one)}`;
  }

  it('leaves nothing when it is cancelled', async () => {
    for (const [index, moment] of moments.entries()) {
      const one = asked[index % asked.length] ?? answered;
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), moment);
      // The second of each four is a connection, which is tried otherwise where there is no python3.
      const by = index % 8 === 1 ? withoutProgram(transport, 'python3') : transport;
      const error: unknown = await traceRoute(by, snapshot, one, { signal: controller.signal }).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      clearTimeout(timer);
      if (error !== undefined) assert.equal((error as NetnsError).reason, 'cancelled', inspect(error));
      await nothingIsLeft(`cancelled ${what(moment, one)}`);
    }
  });

  it('leaves nothing when its connection is cut', async () => {
    for (const [index, moment] of moments.entries()) {
      const one = asked[index % asked.length] ?? answered;
      const own = await connectThrough(proxy.port, lab);
      const timer = setTimeout(() => proxy.cutAll(), moment);
      const error: unknown = await traceRoute(
        index % 4 === 1 ? withoutProgram(own, 'python3') : own,
        snapshot,
        one,
      ).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      clearTimeout(timer);
      own.dispose();
      if (error !== undefined) assert.equal((error as NetnsError).reason, 'connectionLost', inspect(error));
      await nothingIsLeft(`cut ${what(moment, one)}`);
    }
  });

  it('tries a connection without python3 as well', async () => {
    const open = await traceRoute(withoutProgram(transport, 'python3'), snapshot, { from: 'mars', to: 'earth:8000' });
    const closed = await traceRoute(withoutProgram(transport, 'python3'), snapshot, { from: 'mars', to: 'earth:8888' });
    assert.deepEqual([open.outcome.result, closed.outcome.result], ['answered', 'refused']);
  });

  /** What is killed can clean up nothing: the kernel takes the tables away with the process that they belong to. */
  const killings = {
    'all that it started is killed': 'kill -9 $marked 2>/dev/null || :',
    'its shells are killed': `
      set -- $marked
      pid=$1 shells=
      until parent=$(sed -n 's/^PPid:\t//p' /proc/$pid/status) && grep -q sshd /proc/$parent/comm; do
        pid=$parent shells="$shells $pid"
      done
      kill -9 $shells 2>/dev/null || :`,
  };
  for (const [what, kill] of Object.entries(killings)) {
    it(`leaves nothing when ${what}`, async () => {
      const ended = traceRoute(transport, snapshot, { from: 'mars', to: '203.0.113.99:81' }).catch(() => undefined);
      await allAreOn(lab, onAtFirst);
      const { code, stderr } = await lab.run(
        `marked=$(grep -lszF NETNS_TOPOLOGY_CHECKS= /proc/[0-9]*/environ | sed 's/[^0-9]//g' | sort -n)\n${kill}`,
      );
      assert.equal(code, 0, stderr);
      await ended;
      await nothingIsLeft(what);
    });
  }

  it('leaves nothing when the one who asked is killed', async () => {
    const driver = startDriver(lab, ['trace', 'mars', '203.0.113.99:81', ...targetOptions(lab, 'root')]);
    await allAreOn(lab, onAtFirst);
    driver.child.kill('SIGKILL');
    await driver.ended;
    await nothingIsLeft('its driver is killed');
  });

  it('leaves nothing when the host hears no more of the one who asked', async () => {
    const hung = await startTcpProxy({ host: lab.address, port: lab.port });
    const own = await connectThrough(hung.port, lab);
    const ended = traceRoute(own, snapshot, { from: 'mars', to: '203.0.113.99:81' }).catch(() => undefined);
    await allAreOn(lab, onAtFirst);
    hung.stallAll();
    await nothingIsLeft('its connection hangs');
    await hung.stop();
    own.dispose();
    await ended;
  });

  async function nothingIsLeft(after: string): Promise<void> {
    await nothingIsOn(lab, onAtFirst, after);
    await untilStateIs(lab, atFirst, after);
  }
});
