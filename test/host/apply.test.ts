import assert from 'node:assert/strict';
import { NetnsError } from '../../src/base/errors';
import { runPlan } from '../../src/lab/apply';
import type { ApplyEvent } from '../../src/lab/model';
import { observe } from '../../src/lab/observe';
import { verifyTopology } from '../../src/lab/verify';
import { planApply } from '../../src/plan/plan-apply';
import type { Topology } from '../../src/topology/model';
import type { Transport } from '../../src/transport/transport';
import type { LabHost } from '../lab-host';
import { apply, applyPlan, commandsOf, destroy, example, stateOf, topologyOf, untilStateIs } from './lab-plans';
import { connectTo, type } from './observed-lab';
import { useLabHost } from './use-lab-host';

const pair = `
name: pair
namespaces:
  left:
    interfaces: { l0: { addresses: [10.5.0.1/24] } }
  right:
    interfaces: { r0: { addresses: [10.5.0.2/24] } }
    routes: [{ to: default, via: 10.5.0.1 }]
links:
  - endpoints: ["left:l0", "right:r0"]
`;

describe('applying and destroying on a real host', function () {
  this.timeout(120_000);
  let lab: LabHost;
  let transport: Transport;
  let atFirst: string;

  useLabHost((host) => ({ lab, transport } = host));
  before(async () => {
    atFirst = await stateOf(lab);
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'passed') await untilStateIs(lab, atFirst, 'after the test');
  });

  /** Applies, looks, destroys; `afterEach` sees that nothing is left. */
  async function withLab(topology: Topology, look: () => Promise<void>): Promise<void> {
    await apply(transport, topology);
    try {
      await look();
    } finally {
      await destroy(transport, topology.name);
    }
  }

  it("does the first tutorial's whole lab, reachable from the internet, from the host and from its neighbours", async () => {
    const planets = await example('planets');
    await withLab(planets, async () => {
      const results = await verifyTopology(transport, planets);
      assert.deepEqual(
        results.filter(({ passed }) => !passed),
        [],
      );
      for (const port of [8000, 3000]) {
        const page = (from: string): string => `${from} curl -sf -m 5 -o /dev/null http://198.51.100.2:${port}/`;
        assert.equal((await lab.runOutside(page(''))).code, 0, `port ${port} from the internet`);
        assert.equal((await lab.run(page(''))).code, 0, `port ${port} from the host itself`);
        assert.equal((await lab.run(page('ip netns exec neptune'))).code, 0, `port ${port} from neptune`);
      }
      const again = await applyPlan(transport, planets);
      assert.deepEqual(commandsOf(again), []);
      assert.equal(again.record, undefined);
    });
  });

  it('changes an address without cutting the cable, and keeps the routes', async () => {
    const first = topologyOf(pair);
    const second = topologyOf(pair.replace('10.5.0.2/24', '10.5.0.3/24'));
    await withLab(first, async () => {
      const index = async (): Promise<string> => (await lab.run('ip -n right -o link show r0 | cut -d: -f1')).stdout;
      const cable = await index();
      const plan = await apply(transport, second);
      assert.deepEqual(commandsOf(plan), [
        'ip -n right addr del 10.5.0.2/24 dev r0',
        'ip -n right addr add 10.5.0.3/24 dev r0',
        'ip -n right route replace default via 10.5.0.1 dev r0',
      ]);
      assert.equal(await index(), cable, 'the cable is the same one');
      assert.match((await lab.run('ip -n right route')).stdout, /default via 10\.5\.0\.1/);
      assert.deepEqual(commandsOf(await applyPlan(transport, second)), []);
    });
  });

  it('removes what the file no longer has', async () => {
    const first = topologyOf(pair);
    const second = topologyOf('name: pair\nnamespaces: { left: {} }\n');
    await withLab(first, async () => {
      await apply(transport, second);
      assert.match((await lab.run('ip netns list')).stdout, /^left\b[^\n]*\n$/);
      assert.doesNotMatch((await lab.run('ip -n left link')).stdout, /l0/);
    });
  });

  it('mends what was broken by hand', async () => {
    const lost = topologyOf(pair);
    await withLab(lost, async () => {
      await type(lab, ['ip netns del right', 'ip -n left link set lo down']);
      await apply(transport, lost);
      assert.equal((await lab.run('ip netns exec right ping -c1 -W1 10.5.0.1')).code, 0);
    });
  });

  it('never touches what it did not make, and says whose it is', async () => {
    await type(lab, ['ip netns add right', 'ip link add name l9 type bridge']);
    try {
      const held = await stateOf(lab);
      const plan = await applyPlan(transport, topologyOf(pair));
      assert.deepEqual(
        plan.problems.map(({ reason, message }) => [reason, message]),
        [['conflict', 'Namespace right is already on the host, made by someone else.']],
      );
      await assert.rejects(
        runPlan(transport, plan),
        (error) => error instanceof NetnsError && error.reason === 'conflict',
      );
      await untilStateIs(lab, held, 'after the refusal');
    } finally {
      await type(lab, ['ip netns del right', 'ip link del dev l9']);
    }
  });

  it('keeps two labs apart, and forwarding on as long as one of them needs it', async () => {
    const nat = (name: string, network: string): Topology =>
      topologyOf(
        `name: ${name}\nbridges: { br-${name}: { addresses: [${network}.1/24] } }\n` +
          `namespaces: { in-${name}: { interfaces: { v-${name}: { addresses: [${network}.2/24] } } } }\n` +
          `links: [{ endpoints: ["in-${name}:v-${name}", br-${name}] }]\n` +
          `nat: { out: { masquerade: ${network}.0/24, not-out: br-${name} } }\n`,
      );
    const forwarding = async (): Promise<string> => (await lab.run('cat /proc/sys/net/ipv4/ip_forward')).stdout.trim();
    await apply(transport, nat('one', '10.61.0'));
    await apply(transport, nat('two', '10.62.0'));
    const clash = await applyPlan(transport, { ...nat('one', '10.63.0'), name: 'three' });
    assert.match(clash.problems[0]?.message ?? '', /owned by lab one/);
    await destroy(transport, 'one');
    assert.equal(await forwarding(), '1', 'lab two still needs it');
    assert.match((await lab.run('nft list tables')).stdout, /netns-topology-two/);
    await destroy(transport, 'two');
    assert.equal(await forwarding(), '0');
  });

  it('undoes everything when a step in the middle fails, and says which, with the host’s words', async () => {
    const topology = topologyOf(pair);
    const plan = await applyPlan(transport, topology);
    // Someone takes a name between the reading and the work.
    await type(lab, ['ip netns add right']);
    try {
      const held = await stateOf(lab);
      const events: ApplyEvent[] = [];
      const error = await runPlan(transport, plan, { onEvent: (event) => events.push(event) }).catch((e: unknown) => e);
      assert.ok(error instanceof NetnsError);
      assert.equal(error.reason, 'commandFailed');
      assert.match(error.message, /^Step 2 of \d+ failed: namespace right\./);
      assert.match(error.message, /ip netns add right/);
      assert.match(error.hostSaid ?? '', /File exists/);
      assert.deepEqual(
        events.map(({ type: what, index }) => `${what} ${index}`),
        // Namespaces are made before anything is done in them: the first is not done yet.
        ['stepStarted 0', 'stepStarted 1', 'stepFailed 1', 'undoStarted 0', 'undoDone 0'],
      );
      await untilStateIs(lab, held, 'after the failure');
      assert.match((await lab.run('ip netns list')).stdout, /right/, 'what someone else made is still there');
    } finally {
      await type(lab, ['ip netns del right']);
    }
  });

  it('undoes everything when a service does not come up, and shows its output', async () => {
    const broken = topologyOf(
      'name: broken\nnamespaces:\n  alone:\n    services:\n' +
        '      web: { command: "echo no luck; exit 4", ready: { tcp: 80 } }\n',
    );
    const error = await apply(transport, broken).catch((e: unknown) => e);
    assert.ok(error instanceof NetnsError && error.reason === 'commandFailed');
    assert.match(error.hostSaid ?? '', /ended before it listened on TCP port 80[^]*no luck/);
  });

  it('runs nothing of a namespace’s name where it tells why a service did not come up', async () => {
    const name = '$(cd;touch${IFS}ran)`cd;touch${IFS}ran`"\\';
    const service = { command: 'exit 3', ready: { tcp: 4265 } };
    const hostile = topologyOf(
      JSON.stringify({ name: 'hostile', namespaces: { [name]: { services: { ends: service } } } }),
    );
    const error: unknown = await apply(transport, hostile).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof NetnsError && error.reason === 'commandFailed', String(error));
    assert.ok(error.hostSaid?.includes(`Service ends in namespace ${name} ended before it listened`), error.hostSaid);
    assert.notEqual((await lab.run('ls ~/ran')).code, 0);
  });

  it('stops when it is told to, in the middle of waiting for a service, and undoes', async () => {
    const slow = topologyOf(
      'name: slow\nnamespaces:\n  alone:\n    services:\n      web: { command: sleep 1000, ready: { tcp: 80 } }\n',
    );
    const stop = new AbortController();
    const plan = await applyPlan(transport, slow);
    const service = plan.steps.findIndex(({ object }) => object.type === 'service');
    const begun = Date.now();
    const onEvent = ({ type: what, index }: ApplyEvent): void => {
      if (what === 'stepStarted' && index === service) stop.abort();
    };
    const error = await runPlan(transport, plan, { signal: stop.signal, onEvent }).catch((e: unknown) => e);
    assert.ok(error instanceof NetnsError && error.reason === 'cancelled');
    assert.ok(Date.now() - begun < 10_000, 'it did not wait for the service');
  });

  it('runs services as declared, replaces a changed one, and ends them with their children', async () => {
    const services = (web: string): Topology =>
      topologyOf(
        `name: serving\nnamespaces:\n  alone:\n    nameservers: [203.0.113.8]\n    services:\n      web: ${web}\n`,
      );
    const first = services(
      '{ command: "echo $GREETING $(pwd) $(id -un) $(cat /etc/resolv.conf); setsid sleep 4242 & exec sleep 4243", env: { GREETING: "it\'s me" }, directory: /tmp, user: nobody }',
    );
    const running = async (): Promise<string> => (await lab.run('pgrep -af "sleep 424[0-9]" | grep -v pgrep')).stdout;
    await withLab(first, async () => {
      const log = await lab.run('cat /run/netns-topology/labs/serving/services/alone/web.log');
      assert.match(log.stdout, /^it's me \/tmp nobody .*nameserver 203\.0\.113\.8/);
      assert.match(await running(), /4242[^]*4243|4243[^]*4242/);
      assert.deepEqual(commandsOf(await applyPlan(transport, first)), []);

      const plan = await apply(transport, services('{ command: sleep 4244 }'));
      assert.deepEqual(
        plan.steps.map(({ action, object }) => [action, object.type]),
        [['replace', 'service']],
      );
      assert.match(await running(), /^\d+ sleep 4244\n$/m);
      assert.doesNotMatch(await running(), /424[23]/);

      await lab.run('pkill -KILL -f "sleep 4244"');
      const again = await applyPlan(transport, services('{ command: sleep 4244 }'));
      assert.deepEqual(
        again.steps.map(({ why }) => why),
        ['no longer running'],
      );
    });
    assert.equal(await running(), '');
  });

  it('puts back the kernel parameters and routes that it changed on the host, read or not', async () => {
    const tuned = topologyOf(
      'name: tuned\nbridges: { br-t: { addresses: [10.70.0.1/24] } }\nhost:\n  forwarding: true\n' +
        '  sysctls: { net.ipv4.ip_default_ttl: 61 }\n  routes: [{ to: 10.71.0.0/16, via: 10.70.0.2 }]\n',
    );
    const ttl = async (): Promise<string> => (await lab.run('cat /proc/sys/net/ipv4/ip_default_ttl')).stdout.trim();
    await withLab(tuned, async () => {
      assert.equal(await ttl(), '61');
      assert.deepEqual(commandsOf(await applyPlan(transport, tuned)), []);
    });
    assert.equal(await ttl(), '64');
  });

  it('works with bridges, NAT and port forwards inside a namespace, and with IPv6', async () => {
    const routed = topologyOf(`
name: routed
namespaces:
  router:
    forwarding: true
    interfaces: { up0: { addresses: [10.81.0.1/24] } }
    nat: { out: { masquerade: 10.80.0.0/24, out: up0 } }
    port-forwards: { web: { listen: 8080, to: "inner:80" } }
  inner:
    interfaces: { i0: { addresses: [10.80.0.2/24, "2001:db8:80::2/64"] } }
    routes: [{ to: default, via: 10.80.0.1 }, { to: default, via: "2001:db8:80::1" }]
    services: { web: { command: [python3, -m, http.server, "80"], directory: /tmp, ready: { tcp: 80 } } }
  outer:
    interfaces: { o0: { addresses: [10.81.0.2/24] } }
bridges:
  lan: { namespace: router, addresses: [10.80.0.1/24, "2001:db8:80::1/64"], stp: false, ageing-time: 60 }
links:
  - endpoints: ["inner:i0", "lan:l0"]
  - { endpoints: ["router:up0", "outer:o0"], mtu: 1400 }
checks:
  - { from: inner, ping: outer }
  - { from: inner, ping: "2001:db8:80::1" }
  - { from: outer, ping: inner, expect: fail }
  - { from: outer, http: "http://10.81.0.1:8080/", status: 200 }
  - { from: router, http: "http://10.81.0.1:8080/", status: 200 }
`);
    await withLab(routed, async () => {
      const results = await verifyTopology(transport, routed);
      assert.deepEqual(
        results.filter(({ passed }) => !passed).map(({ title, output }) => `${title}: ${output}`),
        [],
      );
      assert.deepEqual(commandsOf(await applyPlan(transport, routed)), []);
      assert.match((await lab.run('ip -n outer link show o0')).stdout, /mtu 1400/);
    });
  });

  it('takes names of any letters, quotes and blanks as names, also where programs of the shell read the host', async () => {
    const named = topologyOf(`
name: named
bridges: { 桥: { addresses: [10.82.0.1/24] } }
namespaces:
  地球:
    interfaces: { 网卡: { addresses: [10.82.0.2/24] } }
    routes: [{ to: default, via: 10.82.0.1 }]
    rules: [{ iif: 网卡, table: 5, priority: 50 }]
    nameservers: [203.0.113.8]
    sysctls: { net.ipv4.conf.all.rp_filter: 0 }
    services: { waits: { command: sleep 4262 } }
    nat: { out: { masquerade: 10.83.0.0/24, out: 网卡 } }
  ünï: { interfaces: { é: { addresses: [10.82.0.3/24] } } }
  two words:
    services: { waits: { command: sleep 4263 } }
    nameservers: [203.0.113.8]
    nat: { out: { masquerade: 10.83.0.0/24, out: lo } }
  'x"y\\$(id)\`': { interfaces: { t0: { kind: tap } }, services: { waits: { command: sleep 4264 } } }
links:
  - endpoints: ["地球:网卡", 桥]
  - endpoints: ["ünï:é", 桥]
nat: { out: { masquerade: 10.82.0.0/24, not-out: 桥 } }
port-forwards: { web: { listen: 8099, to: "地球:80" } }
checks:
  - { from: 地球, ping: ünï }
  - { from: 地球, ping: 203.0.113.8 }
  - { from: two words, ping: 127.0.0.1 }
  - { from: 'x"y\\$(id)\`', ping: 127.0.0.1 }
`);
    await withLab(named, async () => {
      const results = await verifyTopology(transport, named);
      assert.deepEqual(
        results.filter(({ passed }) => !passed),
        [],
      );
      assert.deepEqual(commandsOf(await applyPlan(transport, named)), []);
      const python = '$(readlink -f "$(command -v python3)")';
      await type(lab, [`mount --no-mtab --bind /bin/false ${python}`]);
      const plainly = await connectTo(lab);
      try {
        assert.deepEqual(commandsOf(planApply(named, await observe(plainly))), []);
      } finally {
        plainly.dispose();
        await type(lab, [`umount ${python}`]);
      }
    });
  });

  it('sets routes in tables, policy rules, loopback addresses and MACs, and leaves a cut cable cut', async () => {
    const policies = (cable: string): Topology =>
      topologyOf(`
name: policies
namespaces:
  a:
    interfaces: { lo: { addresses: [10.9.9.9/32] }, v0: { addresses: [10.92.0.1/24], mtu: 1400 } }
    rules: [{ from: 10.9.9.9, table: 100, priority: 50 }, { from: "2001:db8:9::/64", table: 101 }]
    routes:
      - { to: 10.98.0.0/16, type: blackhole }
      - { to: "2001:db8:98::/64", type: unreachable }
      - { to: 10.97.0.0/16, via: 10.92.0.2, table: 100, metric: 7 }
      - { to: 10.96.0.0/16, dev: v0, scope: link, src: 10.92.0.1 }
  b: { interfaces: { v1: { addresses: [10.92.0.2/24], mac: "02:00:00:00:00:77" } } }
links: [{ endpoints: ["a:v0", "b:v1"], up: ${cable} }]
`);
    const routes = async (): Promise<string> => (await lab.run('ip -n a route show table all')).stdout;
    await withLab(policies('true'), async () => {
      assert.match(await routes(), /10\.97\.0\.0\/16 via 10\.92\.0\.2 dev v0 table 100 metric 7/);
      assert.deepEqual(commandsOf(await applyPlan(transport, policies('true'))), []);
      await apply(transport, policies('false'));
      assert.match((await lab.run('ip -n b link show v1')).stdout, /state DOWN[^]*02:00:00:00:00:77/);
      assert.deepEqual(commandsOf(await applyPlan(transport, policies('false'))), []);
      await apply(transport, policies('true'));
      assert.match(await routes(), /10\.97\.0\.0\/16 via 10\.92\.0\.2 dev v0 table 100 metric 7/);
      assert.deepEqual(commandsOf(await applyPlan(transport, policies('true'))), []);
    });
  });

  it('destroys what is left of a lab whose parts and record are gone', async () => {
    await apply(transport, await example('planets'));
    await type(lab, [
      'ip netns exec earth true',
      'ip link del dev planet-br',
      'nft delete table ip netns-topology-planets',
      'sysctl -qw net.ipv4.ip_forward=0',
    ]);
    await destroy(transport, 'planets');
    assert.deepEqual(commandsOf(planApply(topologyOf('name: planets'), await observe(transport))), []);
  });

  it('works as a user with sudo', async () => {
    const ops = await connectTo(lab, lab.users.sudoNoPassword);
    try {
      await apply(ops, topologyOf(pair));
      await destroy(ops, 'pair');
    } finally {
      ops.dispose();
    }
  });

  it('refuses what would cut its own connection', async () => {
    const snapshot = await observe(transport);
    const client = snapshot.ssh?.clientAddress ?? '';
    assert.match(client, /^198\.1[89]\./);
    const own = topologyOf(`name: trap\nbridges: { trap-br: { addresses: [${client}/32] } }\n`);
    const plan = planApply(own, snapshot);
    assert.deepEqual(
      plan.problems.map(({ reason, path: place }) => [reason, place?.join('.')]),
      [['unsafe', 'bridges.trap-br.addresses.0']],
    );
    await assert.rejects(
      runPlan(transport, plan),
      (error) =>
        error instanceof NetnsError && error.reason === 'unsafe' && /Nothing was changed/.test(error.advice ?? ''),
    );
    const enslaved = planApply(topologyOf('name: trap\nbridges: { trap-br: { ports: [mgmt0] } }\n'), snapshot);
    assert.deepEqual(
      enslaved.problems.map(({ message }) => message),
      ['Interface mgmt0 carries this SSH connection; as a port of trap-br it would lose it.'],
    );
    const forward = 'port-forwards: { ssh: { listen: 22, to: "10.0.0.1:22" } }';
    assert.match(
      planApply(topologyOf(`name: trap\n${forward}\n`), snapshot).problems[0]?.message ?? '',
      /^Port forward ssh/,
    );
  });
});
