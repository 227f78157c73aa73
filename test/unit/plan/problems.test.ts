import assert from 'node:assert/strict';
import { planApply } from '../../../src/plan/plan-apply';
import { planDestroy } from '../../../src/plan/plan-destroy';
import type { Plan } from '../../../src/plan/model';
import type { HostSnapshot } from '../../../src/host/model';
import type { InterfaceDeclaration, InterfaceKind, Topology } from '../../../src/topology/model';
import { bridge, bridgeEnd, device, end, link, namespace, scope, topology } from './build-topology';
import { SimulatedHost } from './simulated-host';

function problemsOf(plan: Plan): string[] {
  return plan.problems.map(
    ({ severity, reason, message, path }) => `${severity} ${reason} at ${(path ?? []).join('.')}: ${message}`,
  );
}

const pair = topology({
  name: 'pair',
  namespaces: [namespace('left', { interfaces: [device('l0', '10.0.0.1/24')] }), namespace('right')],
  links: [link(end('left:l0'), end('right:r0'))],
});

describe('what stands in the way of a plan', () => {
  it('is everything that others made under the same name, with the owner where there is one', () => {
    const host = new SimulatedHost();
    for (const command of ['netns add left', 'link add name br0 type bridge', 'link add name h0 type bridge']) {
      host.execute({ argv: ['ip', ...command.split(' ')] });
    }
    host.execute({ argv: ['ip', 'link', 'set', 'dev', 'h0', 'alias', 'netns-topology:other'] });
    const state = host.state();
    const plan = planApply(
      topology({
        ...pair,
        bridges: [bridge('br0')],
        links: [...pair.links, link(end('right:r1'), end('host:h0'))],
      }),
      host.snapshot(),
    );
    assert.deepEqual(problemsOf(plan), [
      'error conflict at namespaces.left: Namespace left is already on the host, made by someone else.',
      'error conflict at bridges.br0: An interface br0 is already on the host, made by someone else.',
      'error conflict at : An interface h0 is already on the host, owned by lab other.',
    ]);
    assert.equal(host.state(), state);
  });

  it('is not what another lab of ours made under other names', () => {
    const host = new SimulatedHost();
    host.run(planApply(pair, host.snapshot()));
    const other = topology({ name: 'other', namespaces: [namespace('third')] });
    host.run(planApply(other, host.snapshot()));
    const plan = planDestroy('pair', host.snapshot());
    assert.ok(plan.steps.every(({ object }) => !object.name.includes('third')));
    host.run(plan);
    assert.deepEqual(planApply(other, host.snapshot()).steps, []);
  });

  it('is what the kernel of the host lacks, each once, with the first place that needs it and what would help', () => {
    const own = (name: string, kind: InterfaceKind): InterfaceDeclaration => ({
      ...device(name),
      kind,
      path: ['host', 'interfaces', name],
    });
    const lab = topology({
      namespaces: [namespace('left'), namespace('right')],
      bridges: [bridge('br0', { vlanFiltering: true }), bridge('ovs', { kind: 'openvswitch' })],
      links: [link(end('left:l0'), end('right:r0'), { impair: { toA: { delay: '20ms' }, toB: { rate: '1mbit' } } })],
      host: scope({ interfaces: [own('d0', 'dummy'), own('t0', 'tap'), own('d1', 'dummy')] }),
    });
    const host = new SimulatedHost().snapshot();
    assert.deepEqual(problemsOf(planApply(lab, { ...host, missingKinds: ['ipvlan', 'vlan'] })), []);
    const missingKinds = ['dummy', 'netem', 'openvswitch', 'tun', 'vlan-filtering'];
    const plan = planApply(lab, { ...host, missingKinds });
    assert.deepEqual(problemsOf(plan), [
      'error unsupported at bridges.br0.vlan-filtering: The kernel of the host (6.1) lacks VLANs in bridges, which bridge br0 needs.',
      'error unsupported at bridges.ovs: The kernel of the host (6.1) lacks Open vSwitch, which bridge ovs needs.',
      'error unsupported at links.0.impair: The kernel of the host (6.1) lacks netem (delay, loss and the like), which the impairment of the link at l0 needs.',
      'error unsupported at host.interfaces.d0.kind: The kernel of the host (6.1) lacks dummy, which dummy interface d0 (and 1 more) needs.',
      'error unsupported at host.interfaces.t0.kind: The kernel of the host (6.1) lacks TUN and TAP devices, which tap interface t0 needs.',
    ]);
    assert.match(plan.problems[2]?.advice ?? '', /sch_netem.*linux-modules-extra-6\.1/);
    assert.deepEqual(plan.steps, []);
  });

  it('is not a rate where the kernel has no netem but tbf', () => {
    const lab = topology({
      namespaces: [namespace('left'), namespace('right')],
      links: [link(end('left:l0'), end('right:r0'), { impair: { toA: {}, toB: { rate: '10mbit' } } })],
    });
    const host = { ...new SimulatedHost().snapshot(), missingKinds: ['netem'] };
    const plan = planApply(lab, host);
    assert.deepEqual(problemsOf(plan), []);
    assert.ok(
      plan.steps
        .flatMap(({ run }) => run.map(({ argv }) => argv.join(' ')))
        .includes('tc -n left qdisc replace dev l0 root tbf rate 10mbit burst 12500 latency 400ms'),
    );
    assert.deepEqual(
      planApply(lab, { ...host, missingKinds: ['netem', 'tbf'] }).problems.map(({ path }) => path),
      [['links', 0, 'impair']],
    );
  });

  it('is Open vSwitch inside a namespace, and a program that the host lacks', () => {
    const plan = planApply(
      topology({
        namespaces: [namespace('left'), namespace('right')],
        bridges: [bridge('ovs', { kind: 'openvswitch', namespace: 'left' }), bridge('br0', { vlanFiltering: true })],
        links: [
          link(end('left:l0'), end('right:r0'), { impair: { toA: { delay: '1ms' }, toB: {} } }),
          link(end('left:l1'), { ...bridgeEnd('br0', 'p0'), vlan: 5 } as ReturnType<typeof bridgeEnd>),
        ],
      }),
      { ...new SimulatedHost().snapshot(), tools: { ip: '', 'ovs-vsctl': '' } },
    );
    assert.deepEqual(problemsOf(plan), [
      'error invalidTopology at bridges.ovs.namespace: Open vSwitch bridge ovs cannot lie in namespace left: its daemon works on the host only.',
      'error missingTool at links.0.impair: An impairment needs tc, which the host does not have.',
      'error missingTool at : VLANs on a port need the program bridge, which the host does not have.',
    ]);
  });

  it('is what the host lacks for Open vSwitch, with what to do about it', () => {
    const host = new SimulatedHost().snapshot();
    const { hostname, kernel, namespaces, labs, tools, unread } = host;
    const stopped: HostSnapshot = { hostname, kernel, namespaces, labs, tools, unread };
    const lab = topology({ bridges: [bridge('ovs', { kind: 'openvswitch' })] });
    const problems = (snapshot: HostSnapshot, own = lab): string[] => {
      const plan = planApply(own, snapshot);
      return plan.problems.map(({ reason, message, advice }) => `${reason}: ${message} ${advice ?? ''}`);
    };
    assert.deepEqual(problems({ ...stopped, tools: { ip: '' } }), [
      'missingTool: Bridge ovs needs Open vSwitch, which the host does not have. ' +
        'Install Open vSwitch on the host (Debian, Ubuntu: apt install openvswitch-switch).',
    ]);
    assert.deepEqual(problems(stopped), [
      'missingTool: Bridge ovs needs Open vSwitch, which does not run on the host. ' +
        'Start it on the host (Debian, Ubuntu: systemctl start openvswitch-switch).',
    ]);
    const lacking = { ...host, missingKinds: ['openvswitch'] };
    assert.deepEqual(problems(lacking), [
      'unsupported: The kernel of the host (6.1) lacks Open vSwitch, which bridge ovs needs. ' +
        'Write `datapath: netdev`: then ovs-vswitchd passes the frames on by itself.',
    ]);
    const userSpace = topology({ bridges: [bridge('ovs', { kind: 'openvswitch', datapath: 'netdev' })] });
    assert.deepEqual(problems(lacking, userSpace), []);
  });

  it('is a bridge of Open vSwitch that others made, also where an alias claims it for the lab', () => {
    const host = new SimulatedHost();
    host.execute({ argv: ['ovs-vsctl', 'add-br', 'ovs'] });
    host.execute({ argv: ['ip', 'link', 'set', 'dev', 'ovs', 'alias', 'netns-topology:lab'] });
    const lab = topology({ bridges: [bridge('ovs', { kind: 'openvswitch' })] });
    assert.deepEqual(problemsOf(planApply(lab, host.snapshot())), [
      'error conflict at bridges.ovs: An interface ovs is already on the host, made by someone else.',
    ]);
    assert.deepEqual(planDestroy('lab', host.snapshot()).steps, []);
    host.execute({ argv: ['ovs-vsctl', 'set', 'Bridge', 'ovs', 'external-ids:netns-topology=other'] });
    assert.deepEqual(problemsOf(planApply(lab, host.snapshot())), [
      'error conflict at bridges.ovs: An interface ovs is already on the host, owned by lab other.',
    ]);
  });

  it('is a name that must not reach a command line, wherever it comes from', () => {
    const withName = (name: string): string[] =>
      problemsOf(planApply(topology({ namespaces: [namespace(name)] }), new SimulatedHost().snapshot()));
    for (const name of ['../x', '-n', 'a:b', 'a\nb', 'x'.repeat(256), 'é'.repeat(128), '.', '..', '']) {
      assert.match(withName(name)[0] ?? '', /cannot be the name of a namespace/, name);
    }
    // Odd, but `ip netns` takes them, and they are quoted.
    for (const name of ['a;b', 'a b', 'a"b', 'a\\b', '$(id)', '地球']) assert.deepEqual(withName(name), [], name);
    for (const name of ['sixteen-letters-', 'a/b', 'a b', '-x', 'a"b', 'a:b', '%d', '.']) {
      const plan = planApply(topology({ bridges: [bridge(name)] }), new SimulatedHost().snapshot());
      assert.match(problemsOf(plan)[0] ?? '', /cannot be the name of an interface/, name);
    }
  });

  it('is a missing program, with what to install', () => {
    const withNat: Topology = topology({
      host: scope({ nat: [{ path: [], name: 'out', kind: 'masquerade', source: '10.0.0.0/8', enabled: true }] }),
    });
    const without = (tool: string): HostSnapshot => {
      const snapshot = new SimulatedHost().snapshot();
      return {
        ...snapshot,
        tools: Object.fromEntries(Object.entries(snapshot.tools).filter(([name]) => name !== tool)),
      };
    };
    assert.match(planApply(withNat, without('nft')).problems[0]?.advice ?? '', /apt install nftables/);
    assert.match(planApply(pair, without('ip')).problems[0]?.advice ?? '', /apt install iproute2/);
    assert.deepEqual(planApply(pair, without('nft')).problems, []);
  });

  it('is a record on the host that cannot be read', () => {
    const snapshot = {
      ...new SimulatedHost().snapshot(),
      labs: [{ name: 'pair', manifest: { version: 1, lab: 'pair' } }],
    };
    assert.match(problemsOf(planApply(pair, snapshot))[0] ?? '', /^error conflict .*manifest\.json\) cannot be read/);
    assert.match(problemsOf(planDestroy('pair', snapshot))[0] ?? '', /^error conflict/);
  });

  it('is what would cut off the SSH connection', () => {
    const base = new SimulatedHost().snapshot();
    const root = base.namespaces[0]!;
    const toClient = {
      family: 'inet',
      to: '192.168.7.0/24',
      dev: 'eth0',
      table: 'main',
      type: 'unicast',
      protocol: 'kernel',
    } as const;
    const snapshot: HostSnapshot = {
      ...base,
      namespaces: [{ ...root, routes: [toClient] }, ...base.namespaces.slice(1)],
      ssh: { clientAddress: '192.168.7.9', serverAddress: '198.51.100.2', serverPort: 22 },
    };
    const withAddress = (cidr: string): string[] =>
      problemsOf(planApply(topology({ bridges: [bridge('br0', { addresses: [cidr] })] }), snapshot));
    assert.match(
      withAddress('192.168.7.1/24')[0] ?? '',
      /^error unsafe at bridges\.br0\.addresses\.0: .*192\.168\.7\.9/,
    );
    assert.equal(withAddress('192.168.7.1/25').length, 1);
    assert.deepEqual(withAddress('192.168.0.1/16'), [], 'the present route is the better one');
    assert.deepEqual(withAddress('10.0.0.1/8'), []);
    const enslaved = planApply(topology({ bridges: [bridge('br0', { ports: ['eth0'] })] }), snapshot);
    assert.match(problemsOf(enslaved)[0] ?? '', /^error unsafe .*eth0 carries this SSH connection/);
  });
});

describe('kernel parameters that several labs need', () => {
  const router = (name: string): Topology => topology({ name, host: scope({ forwarding: true }) });
  const forwarding = (host: SimulatedHost): string | undefined =>
    host.snapshot().namespaces[0]!.sysctls['net.ipv4.ip_forward'];

  for (const order of [
    ['one', 'two'],
    ['two', 'one'],
  ] as const) {
    it(`are put back by the last one that goes (${order.join(', then ')})`, () => {
      const host = new SimulatedHost();
      host.run(planApply(router('one'), host.snapshot()));
      host.run(planApply(router('two'), host.snapshot()));
      host.run(planDestroy(order[0], host.snapshot()));
      assert.equal(forwarding(host), '1');
      host.run(planDestroy(order[1], host.snapshot()));
      assert.equal(forwarding(host), '0');
    });
  }

  it('are left alone where someone else has changed them since', () => {
    const host = new SimulatedHost();
    host.run(
      planApply(
        topology({ host: scope({ sysctls: [{ path: [], name: 'net.ipv4.ip_forward', value: '2' }] }) }),
        host.snapshot(),
      ),
    );
    host.execute({ argv: ['sysctl', '-w', 'net.ipv4.ip_forward=1'] });
    const plan = planDestroy('lab', host.snapshot());
    assert.deepEqual(problemsOf(plan), [
      'warning conflict at : net.ipv4.ip_forward was set to 1 by someone else since; it is left so (before the lab it was 0).',
    ]);
    host.run(plan);
    assert.equal(forwarding(host), '1');
  });

  it('are forwarding of just the family that is translated', () => {
    const nat = (source: string): string[] => {
      const rule = { path: [], name: 'out', kind: 'masquerade', source, enabled: true } as const;
      const plan = planApply(topology({ host: scope({ nat: [rule] }) }), new SimulatedHost().snapshot());
      return plan.steps.filter(({ object }) => object.type === 'sysctl').map(({ object }) => object.name);
    };
    assert.deepEqual(nat('10.0.0.0/8'), ['net.ipv4.ip_forward']);
    assert.deepEqual(nat('2001:db8::/32'), ['net.ipv6.conf.all.forwarding']);
  });
});
