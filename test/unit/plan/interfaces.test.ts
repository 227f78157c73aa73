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
