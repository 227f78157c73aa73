import assert from 'node:assert/strict';
import { NetnsError } from '../../src/base/errors';
import { runPlan } from '../../src/lab/apply';
import { observe } from '../../src/lab/observe';
import type { Plan } from '../../src/plan/model';
import type { Topology } from '../../src/topology/model';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import {
  apply,
  applyPlan,
  commandsOf,
  destroy,
  destroyPlan,
  settledState,
  topologyOf,
  untilStateIs,
} from './lab-plans';
import { linkOf, namespaceOf, type } from './observed-lab';
import { useLabHost } from './use-lab-host';

/** A network card of the host, as near to one as a lab host has: the end of a cable to somewhere else, with a rich state. */
const card = [
  'ip netns add elsewhere',
  'ip link add name nic0 type veth peer name far0 netns elsewhere',
  'ip -n elsewhere link set dev far0 up',
  'ip link set dev nic0 mtu 1400 alias "to the rack" address 02:00:00:00:0a:01 up',
  'ip link property add dev nic0 altname enp7s0',
  'ip addr add 198.18.7.2/24 broadcast 198.18.7.255 dev nic0 label nic0:rack',
  'ip addr add 198.18.8.2/24 dev nic0 noprefixroute',
  'ip addr add 2001:db8:7::2/64 dev nic0',
  'ip route add 198.18.9.0/24 via 198.18.7.1 dev nic0 proto static metric 77',
  'ip route add 198.18.10.0/24 via 198.18.77.1 dev nic0 onlink',
  'ip -6 route add 2001:db8:9::/64 via 2001:db8:7::1 dev nic0 proto static',
  'sysctl -qw net.ipv4.conf.nic0.rp_filter=2 net.ipv6.conf.nic0.accept_ra=0 net.ipv4.neigh.nic0.delay_first_probe_time=9',
];

const moved = (part = ''): Topology =>
  topologyOf(`
name: moved
namespaces:
  red:
    interfaces:
      nic0: { kind: physical, addresses: [10.20.0.1/24]${part} }
    routes: [{ to: 10.30.0.0/16, via: 10.20.0.9 }]
`);

const enslaved = (bridge: string): Topology =>
  topologyOf(`name: moved\nbridges: { ${bridge}: { ports: [nic0, down0], addresses: [10.20.0.1/24] } }\n`);

describe('interfaces of the host that a file names', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;
  let original: string;

  useLabHost((host) => ({ lab, transport } = host));
  before(async () => {
    await type(lab, card);
    await type(lab, [
      'ip link add name down0 type veth peer name down1 netns elsewhere',
      'ip link set dev down0 up',
      'ip link set dev down0 down',
    ]);
    original = await settledState(lab);
  });

  /** Runs a plan and stops it in the middle of a step. */
  async function runAndStop(plan: Plan, index: number): Promise<void> {
    const stop = new AbortController();
    const error = await runPlan(transport, plan, {
      signal: stop.signal,
      onEvent: (event) => {
        if (event.type === 'stepStarted' && event.index === index) stop.abort();
      },
    }).catch((e: unknown) => e);
    assert.ok(error instanceof NetnsError && error.reason === 'cancelled', String(error));
    assert.doesNotMatch(error.message, /Not everything/);
  }

  /** Every step of so many, or, as each takes seconds, the first, one in the middle and the last. */
  function stopsOf(length: number): number[] {
    const all = Array.from({ length }, (_, index) => index);
    return process.env['NETNS_SWEEP'] === '1' ? all : [...new Set([0, Math.floor(length / 2), length - 1])];
  }

  /** Stops an apply and a destroy at several steps (all with NETNS_SWEEP=1); in the end the host must be as it was, to the last kernel parameter. */
  async function tryAllStops(topology: Topology): Promise<void> {
    const { length } = (await applyPlan(transport, topology)).steps;
    for (const index of stopsOf(length)) {
      await runAndStop(await applyPlan(transport, topology), index);
      await untilStateIs(lab, original, `apply stopped at step ${index + 1}`);
    }
    await apply(transport, topology);
    const applied = await settledState(lab);
    assert.deepEqual(commandsOf(await applyPlan(transport, topology)), []);
    const back = (await destroyPlan(transport, topology.name)).steps.length;
    for (const index of stopsOf(back)) {
      await runAndStop(await destroyPlan(transport, topology.name), index);
      await untilStateIs(lab, applied, `destroy stopped at step ${index + 1}`);
      assert.deepEqual(commandsOf(await applyPlan(transport, topology)), []);
    }
    await destroy(transport, topology.name);
    await untilStateIs(lab, original, 'after destroy');
  }

  it('move into a namespace and come back as they were, wherever the work is stopped', async () => {
    await tryAllStops(moved());
  });

  it('are changed in place inside, and never lose what they were outside', async () => {
    await apply(transport, moved());
    const { index } = linkOf(await observe(transport), 'red', 'nic0');
    const edited = await apply(transport, moved(', mtu: 1300, mac: 02:00:00:00:00:99, up: false'));
    assert.match(commandsOf(edited).join('\n'), /^ip -n red link set dev nic0 address 02:00:00:00:00:99 mtu 1300 down/);
    await apply(transport, moved());
    const now = linkOf(await observe(transport), 'red', 'nic0');
    assert.deepEqual([now.index, now.mtu, now.up, now.altNames], [index, 1400, true, ['enp7s0']]);
    await destroy(transport, 'moved');
    await untilStateIs(lab, original, 'after destroy');
  });

  it('are given what they had when the kernel or a person sent them back bare', async () => {
    await apply(transport, moved());
    // What the kernel does with hardware when its namespace ends; this card is a cable, which would end with it.
    await type(lab, ['ip -n red link set dev nic0 netns 1', 'ip netns del red']);
    await destroy(transport, 'moved');
    await untilStateIs(lab, original, 'after destroy');
    await apply(transport, moved());
    await type(lab, ['ip -n red link set dev nic0 netns 1']);
    assert.equal(linkOf(await observe(transport), undefined, 'nic0').up, false);
    await apply(transport, moved());
    assert.deepEqual(commandsOf(await applyPlan(transport, moved())), []);
    await destroy(transport, 'moved');
    await untilStateIs(lab, original, 'after destroy');
  });

  it('stay where they are when they carry the connection, are missing, or belong to another lab', async () => {
    const problemsOf = async (text: string): Promise<string[]> => {
      const { problems } = await applyPlan(transport, topologyOf(text));
      return problems.map(({ reason, message }) => `${reason}: ${message}`);
    };
    const file = (name: string, lab = 'other'): string =>
      `name: ${lab}\nnamespaces: { blue: { interfaces: { ${name}: { kind: physical } } } }\n`;
    assert.match((await problemsOf(file('mgmt0'))).join('\n'), /^unsafe: .*mgmt0.* carries this SSH connection/m);
    assert.match(
      (await problemsOf(file('nic7'))).join('\n'),
      /^invalidTopology: There is no interface nic7 on the host to move/,
    );
    await apply(transport, moved());
    try {
      await type(lab, ['ip -n red link set dev nic0 netns 1']);
      assert.deepEqual(await problemsOf(file('nic0')), [
        'conflict: Interface nic0 of the host is moved by lab moved: it cannot be moved.',
      ]);
    } finally {
      await destroy(transport, 'moved');
    }
    await untilStateIs(lab, original, 'after destroy');
  });

  it('become ports of a bridge, up, and come back as they were, wherever the work is stopped', async () => {
    await tryAllStops(enslaved('br7'));
  });

  it('go from one bridge to another, and from a bridge into a namespace, and home from there', async () => {
    await apply(transport, enslaved('br7'));
    await apply(transport, enslaved('br8'));
    assert.deepEqual(commandsOf(await applyPlan(transport, enslaved('br8'))), []);
    const seen = await observe(transport);
    assert.deepEqual(
      ['nic0', 'down0'].map((name) => linkOf(seen, undefined, name)).map(({ master, up }) => [master, up]),
      [
        ['br8', true],
        ['br8', true],
      ],
    );
    await apply(transport, moved());
    assert.deepEqual(commandsOf(await applyPlan(transport, moved())), []);
    assert.ok(namespaceOf(await observe(transport), 'red').links.some(({ name }) => name === 'nic0'));
    await apply(transport, enslaved('br7'));
    await destroy(transport, 'moved');
    await untilStateIs(lab, original, 'after destroy');
  });
});
