import assert from 'node:assert/strict';
import { planApply } from '../../../src/plan/plan-apply';
import { planDestroy } from '../../../src/plan/plan-destroy';
import type { Plan } from '../../../src/plan/model';
import type { InterfaceDeclaration, InterfaceKind, Topology } from '../../../src/topology/model';
import { bridge, device, namespace, scope, topology } from './build-topology';
import { SimulatedHost } from './simulated-host';

function commandsOf(plan: Plan): string[] {
  return plan.steps.flatMap(({ run }) => run.map(({ argv }) => argv.join(' ')));
}

function own(name: string, kind: InterfaceKind, options: InterfaceDeclaration['options'] = {}): InterfaceDeclaration {
  return { ...device(name), kind, options };
}

function lab(...interfaces: InterfaceDeclaration[]): Topology {
  return topology({ host: scope({ interfaces }) });
}

describe('plans with interfaces that stand by themselves', () => {
  it('make them with the commands that a person would type, on the host and in namespaces', () => {
    const host = new SimulatedHost();
    const plan = planApply(
      topology({
        bridges: [bridge('br0', { ports: ['tap0'] })],
        namespaces: [namespace('ns1', { interfaces: [own('d0', 'dummy')] })],
        host: scope({ interfaces: [own('tap0', 'tap', { user: 'root' }), own('tun0', 'tun', { group: 100 })] }),
      }),
      host.snapshot(),
    );
    assert.deepEqual(commandsOf(plan).slice(4), [
      'ip tuntap add dev tap0 mode tap user root',
      'ip link set dev tap0 alias netns-topology:lab master br0 up',
      'ip tuntap add dev tun0 mode tun group 100',
      'ip link set dev tun0 alias netns-topology:lab up',
      'ip -n ns1 link add name d0 type dummy',
      'ip -n ns1 link set dev d0 alias netns-topology:lab up',
    ]);
    const empty = host.state();
    host.run(plan);
    host.run(planDestroy('lab', host.snapshot()));
    assert.equal(host.state(), empty);
  });

  it('make one anew where its kind or its owner changes, and only then', () => {
    const host = new SimulatedHost();
    host.run(planApply(lab(own('t0', 'tap', { user: 1000 })), host.snapshot()));
    assert.deepEqual(commandsOf(planApply(lab(own('t0', 'tap', { user: 1000 })), host.snapshot())), []);
    for (const [changed, words] of [
      [own('t0', 'tap', { user: 1001 }), 'mode tap user 1001'],
      [own('t0', 'tun', { user: 1000 }), 'mode tun user 1000'],
    ] as const) {
      assert.deepEqual(commandsOf(planApply(lab(changed), host.snapshot())).slice(0, 2), [
        'ip link del dev t0',
        `ip tuntap add dev t0 ${words}`,
      ]);
    }
  });

  it('put each on its parent: of its own namespace where the lab makes that, and otherwise of the host', () => {
    const plan = planApply(
      topology({
        namespaces: [
          namespace('ns1', {
            interfaces: [
              own('v5', 'vlan', { parent: 'd0', id: 5 }),
              own('d0', 'dummy'),
              own('m0', 'macvlan', { parent: 'eth0' }),
              own('x0', 'vxlan', { id: 7, remote: '239.1.1.1', local: '198.51.100.2', parent: 'eth0' }),
              own('x1', 'vxlan', { id: 8, remote: '2001:DB8:0::9', port: 8472 }),
            ],
          }),
        ],
        host: scope({ interfaces: [own('i0', 'ipvlan', { parent: 'eth0', mode: 'l3' })] }),
      }),
      new SimulatedHost().snapshot(),
    );
    assert.deepEqual(
      commandsOf(plan).filter((command) => command.includes(' add ')),
      [
        'ip netns add ns1',
        'ip link add link eth0 name i0 type ipvlan mode l3',
        'ip -n ns1 link add name d0 type dummy',
        'ip -n ns1 link add link d0 name v5 type vlan id 5',
        'ip link add link eth0 name m0 netns ns1 type macvlan mode bridge',
        'ip link add name x0 netns ns1 type vxlan id 7 group 239.1.1.1 local 198.51.100.2 dstport 4789 dev eth0',
        'ip -n ns1 link add name x1 type vxlan id 8 remote 2001:db8::9 dstport 8472',
      ],
    );
  });

  it('change in place what the kernel can change, and make anew what it cannot, saying why', () => {
    const options = { id: 7, remote: '198.51.100.9', local: '198.51.100.2' };
    const before = lab(own('m0', 'macvlan', { parent: 'eth0' }), own('x0', 'vxlan', options));
    const host = new SimulatedHost();
    host.run(planApply(before, host.snapshot()));
    const edits: [InterfaceDeclaration[], string[]][] = [
      [
        [
          own('m0', 'macvlan', { parent: 'eth0', mode: 'private' }),
          own('x0', 'vxlan', { ...options, remote: '198.51.100.8' }),
        ],
        [
          'ip link set dev m0 type macvlan mode private (mode is bridge, should be private)',
          'ip link set dev x0 type vxlan remote 198.51.100.8 (remote is 198.51.100.9, should be 198.51.100.8)',
        ],
      ],
      [
        [own('m0', 'macvlan', { parent: 'eth0', mode: 'passthru' }), own('x0', 'vxlan', { ...options, id: 8 })],
        [
          'ip link del dev m0 (mode is bridge, should be passthru; it is made anew)',
          'ip link del dev x0 (id is 7, should be 8; it is made anew)',
          'ip link add link eth0 name m0 type macvlan mode passthru (mode is bridge, should be passthru)',
          'ip link add name x0 type vxlan id 8 remote 198.51.100.9 local 198.51.100.2 dstport 4789 (id is 7, should be 8)',
        ],
      ],
    ];
    for (const [interfaces, expected] of edits) {
      const { steps } = planApply(lab(...interfaces), host.snapshot());
      assert.deepEqual(
        steps.map(({ run, why }) => `${run[0]!.argv.join(' ')} (${why})`),
        expected,
      );
    }
  });

  it('make anew what stands on an interface that is made anew, and remove it before that one', () => {
    const host = new SimulatedHost();
    const stack = (id: number): Topology =>
      lab(
        own('v0', 'vlan', { parent: 'eth0', id }),
        own('m0', 'macvlan', { parent: 'v0' }),
        own('m1', 'macvlan', { parent: 'm0' }),
      );
    host.run(planApply(stack(5), host.snapshot()));
    const { steps } = planApply(stack(6), host.snapshot());
    assert.deepEqual(
      steps.map(({ action, object, why }) => `${action} ${object.name}: ${why}`),
      [
        'remove m1: m0, on which it stands, is made anew; it is made anew',
        'remove m0: v0, on which it stands, is made anew; it is made anew',
        'remove v0: id is 5, should be 6; it is made anew',
        'replace v0: id is 5, should be 6',
        'replace m0: v0, on which it stands, is made anew',
        'replace m1: m0, on which it stands, is made anew',
      ],
    );
  });

  it('are refused where nothing is there to stand on', () => {
    const { problems, steps } = planApply(
      lab(own('m0', 'macvlan', { parent: 'eth7' })),
      new SimulatedHost().snapshot(),
    );
    assert.deepEqual(
      [problems.map(({ message }) => message), steps],
      [['There is no interface eth7 on the host for m0 to stand on.'], []],
    );
  });

  it('leave alone what others made', () => {
    const host = new SimulatedHost();
    host.execute({ argv: ['ip', 'tuntap', 'add', 'dev', 't0', 'mode', 'tap'] });
    const plan = planApply(lab(own('t0', 'tap')), host.snapshot());
    assert.deepEqual(
      plan.problems.map(({ reason, message }) => `${reason}: ${message}`),
      ['conflict: An interface t0 is already on the host, made by someone else.'],
    );
    assert.deepEqual(planDestroy('lab', host.snapshot()).steps, []);
  });
});
