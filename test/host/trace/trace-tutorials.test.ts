import assert from 'node:assert/strict';
import { printCommand } from '../../../src/base/command';
import { observe } from '../../../src/lab/observe';
import type { AskedTrace } from '../../../src/lab/trace/question';
import { traceRoute } from '../../../src/lab/trace/trace';
import { describeTrace } from '../../../src/trace/describe';
import type { TraceReport } from '../../../src/trace/report';
import type { Transport } from '../../../src/transport/transport';
import type { LabHost } from '../../lab-host';
import { type } from '../observed-lab';
import { useLabHost } from '../use-lab-host';

/** Each state of the tutorials in which a packet is stuck, typed as they type it: the tutorials' diagnosis, and after the fix their next state. */
describe('a trace of the tutorials', function () {
  this.timeout(240_000);
  let lab: LabHost;
  let transport: Transport;

  useLabHost((host) => ({ lab, transport } = host));

  async function trace(from: string, to: string, more: Partial<AskedTrace> = {}): Promise<TraceReport> {
    const snapshot = await observe(transport, undefined, { probeKernel: false });
    const report = await traceRoute(transport, snapshot, { from, to, ...more });
    if (process.env['SHOW'] !== undefined) console.log(describeTrace(report), '\n');
    return report;
  }

  const idsOf = ({ causes }: TraceReport): string[] => causes.map(({ id }) => id);

  /** Types the first cause's commands, as Apply Fix does; returns them as a person reads them. */
  async function fix(report: TraceReport): Promise<string[]> {
    const commands = (report.causes[0]?.fix?.run ?? []).map(printCommand);
    assert.notEqual(commands.length, 0, describeTrace(report));
    await type(lab, commands);
    return commands;
  }

  it('000: from a cable to the internet and back in', async () => {
    await type(lab, [
      'ip netns add earth',
      'ip netns add neptune',
      'ip link add earth-veth type veth peer name earth-br-veth',
      'ip link add neptune-veth type veth peer name neptune-br-veth',
      'ip link set earth-veth netns earth',
      'ip link set neptune-veth netns neptune',
      'ip netns exec earth ip addr add 10.10.0.10/16 dev earth-veth',
      'ip netns exec neptune ip addr add 10.10.0.20/16 dev neptune-veth',
      'ip link add planet-br type bridge',
      'ip link set earth-br-veth master planet-br',
      'ip link set neptune-br-veth master planet-br',
      'ip link set planet-br up',
      'ip link set earth-br-veth up',
      'ip link set neptune-br-veth up',
      'ip netns exec earth ip link set dev lo up',
      'ip netns exec earth ip link set dev earth-veth up',
      'ip netns exec neptune ip link set dev lo up',
      'ip netns exec neptune ip link set dev neptune-veth up',
    ]);
    const near = await trace('earth', 'neptune');
    assert.equal(near.reached, 'yes', describeTrace(near));

    // Section 2's end: the host has no way to the planets.
    const fromHost = await trace('host', '10.10.0.10');
    assert.notEqual(fromHost.reached, 'yes', describeTrace(fromHost));

    // Section 3: Network is unreachable.
    const toHost = await trace('earth', '198.51.100.2');
    assert.deepEqual(idsOf(toHost), ['no-default-route', 'no-address'], describeTrace(toHost));
    assert.equal(toHost.outcome.result, 'unreachable');
    await type(lab, [
      'ip addr add 10.10.0.1/16 dev planet-br',
      'ip netns exec neptune ip route add default via 10.10.0.1',
    ]);
    const again = await trace('earth', '198.51.100.2');
    assert.deepEqual(idsOf(again), ['no-default-route'], describeTrace(again));
    assert.deepEqual(await fix(again), ['ip -n earth route add default via 10.10.0.1']);
    const reached = await trace('earth', '198.51.100.2');
    assert.equal(reached.reached, 'yes', describeTrace(reached));

    // Section 4: the bridge sees it, eth0 does not: forwarding is off. Then NAT is missing.
    const stuck = await trace('earth', '8.8.8.8');
    assert.deepEqual(idsOf(stuck), ['forwarding-off', 'missing-nat'], describeTrace(stuck));
    assert.deepEqual(await fix(stuck), ['sysctl -w net.ipv4.ip_forward=1']);
    const noNat = await trace('earth', '8.8.8.8');
    assert.deepEqual(idsOf(noNat), ['missing-nat'], describeTrace(noNat));
    assert.ok(
      noNat.sightings.some(({ dev, way, kind }) => dev === 'eth0' && way === 'out' && kind === 'request'),
      describeTrace(noNat),
    );
    assert.deepEqual(await fix(noNat), [
      "iptables -t nat -A POSTROUTING -s 10.10.0.0/16 '!' -o planet-br -j MASQUERADE",
    ]);
    const out = await trace('earth', '8.8.8.8');
    assert.equal(out.reached, 'yes', describeTrace(out));
    assert.ok(out.lesson.some((line) => line.includes('SNAT')));
  });
});
