import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describePlan } from '../../../src/plan/describe';
import { adoptionKey } from '../../../src/plan/adoption';
import { planAdopting, planApply } from '../../../src/plan/plan-apply';
import { planDestroy } from '../../../src/plan/plan-destroy';
import type { Topology } from '../../../src/topology/model';
import { bridge, bridgeEnd, device, end, link, namespace, scope, topology } from './build-topology';
import { SimulatedHost } from './simulated-host';

const lab = topology({
  name: 'star',
  bridges: [bridge('br0', { addresses: ['10.1.0.1/16'] })],
  namespaces: [
    namespace('earth', {
      interfaces: [device('e0', '10.1.0.10/16')],
      routes: [{ path: [], to: 'default', via: '10.1.0.1', type: 'unicast' }],
    }),
    namespace('mars', { interfaces: [device('m0', '10.1.0.20/16')] }),
  ],
  links: [
    link(end('earth:e0'), bridgeEnd('br0', 'e0-br')),
    link(end('mars:m0'), bridgeEnd('br0', 'm0-br'), { path: ['links', 1] }),
  ],
});

const typed = [
  'netns add earth',
  'netns add mars',
  'link add name e0 netns earth type veth peer name e0-br',
  'link add name m0 netns mars type veth peer name m0-br',
  'link add name br0 type bridge',
  'link set dev br0 up alias mine',
  'link set dev e0-br master br0 up',
];

function hostWith(commands: readonly string[]): SimulatedHost {
  const host = new SimulatedHost();
  for (const line of commands) host.execute({ argv: ['ip', ...line.split(' ')] });
  return host;
}

function refusals(topologyOfLab: Topology, host: SimulatedHost): string[] {
  return planApply(topologyOfLab, host.snapshot(), { adopt: 'everything' })
    .problems.filter(({ severity }) => severity === 'error')
    .map(({ message, advice }) => `${message} ${advice ?? ''}`);
}

describe('adopting what others made', () => {
  it('is offered by the refusal, and never done without a word', () => {
    const host = hostWith(typed);
    const { problems, adopts } = planApply(lab, host.snapshot());
    assert.equal(adopts, undefined);
    assert.deepEqual(problems.map(({ message, advice }) => `${message} ${advice ?? ''}`).slice(0, 1), [
      'Namespace earth is already on the host, made by someone else. Adopt it into the lab, choose another name, or remove it with: ip netns del earth',
    ]);
  });

  it('marks what is there, mends it, and destroys it with the lab', () => {
    const host = hostWith([
      ...typed,
      'link add name extra netns mars type veth peer name out',
      'link set dev out master br0',
    ]);
    const plan = planAdopting(lab, host.snapshot());
    assert.ok(plan !== undefined);
    assert.deepEqual(
      plan.adopts?.map((thing) => `${adoptionKey(thing)}: ${thing.besides.join(', ')}`),
      [
        'namespace earth: ',
        'namespace mars: interface extra',
        'bridge br0: its port out, which stays without a bridge',
        'link earth:e0 — e0-br: ',
        'link mars:m0 — m0-br: ',
      ],
    );
    assert.deepEqual(
      plan.steps.slice(0, 4).flatMap(({ run, undo }) => [...run, ...undo].map(({ argv }) => argv.join(' '))),
      [
        'ip -n earth link set dev lo alias netns-topology:star',
        'ip -n earth link set dev lo alias ',
        'ip -n mars link set dev lo alias netns-topology:star',
        'ip -n mars link set dev lo alias ',
        'ip link set dev br0 alias netns-topology:star',
        'ip link set dev br0 alias mine',
        'ip -n earth link set dev e0 alias netns-topology:star',
        'ip link set dev e0-br alias netns-topology:star',
        'ip -n earth link set dev e0 alias ',
        'ip link set dev e0-br alias ',
      ],
    );
    assert.ok(
      plan.steps.every(({ action, object }) => action !== 'create' || ['address', 'route'].includes(object.type)),
      describePlan(plan),
    );
    host.run(plan);
    assert.deepEqual(planApply(lab, host.snapshot()).steps, []);
    host.run(planDestroy('star', host.snapshot()));
    assert.equal(host.state(), new SimulatedHost().state());
  });

  it('takes only what was agreed to', () => {
    const host = hostWith(typed);
    const { problems, adopts } = planApply(lab, host.snapshot(), { adopt: new Set(['namespace earth']) });
    assert.deepEqual(adopts?.map(adoptionKey), ['namespace earth']);
    assert.ok(problems.every(({ message }) => !message.includes('Namespace earth')));
    assert.ok(problems.some(({ message }) => message.includes('Namespace mars')));
  });

  it('adopts a bridge of Open vSwitch by its database, too', () => {
    const ovs = topology({
      name: 'star',
      bridges: [bridge('sw0', { kind: 'openvswitch', datapath: 'netdev' })],
    });
    const host = new SimulatedHost();
    host.execute({ argv: ['ovs-vsctl', 'add-br', 'sw0', '--', 'set', 'Bridge', 'sw0', 'datapath_type=netdev'] });
    const before = host.state();
    const plan = planAdopting(ovs, host.snapshot());
    assert.ok(plan !== undefined);
    host.runAndUndo(plan, 2);
    assert.equal(host.state(), before);
    host.run(plan);
    assert.deepEqual(planApply(ovs, host.snapshot()).steps, []);
    host.run(planDestroy('star', host.snapshot()));
    assert.equal(host.state(), new SimulatedHost().state());
  });

  const cases: readonly (readonly [what: string, commands: readonly string[], lab: Topology, says: RegExp])[] = [
    [
      'another lab’s',
      ['link add name br0 type bridge', 'link set dev br0 alias netns-topology:other'],
      topology({ name: 'star', bridges: [bridge('br0')] }),
      /owned by lab other\. Destroy that lab first/,
    ],
    [
      'Docker’s bridge',
      ['link add name docker0 type bridge'],
      topology({ name: 'star', bridges: [bridge('docker0')] }),
      /cannot be adopted: it looks like one that Docker made\. Choose another name/,
    ],
    [
      'of another kind',
      ['link add name br0 type dummy'],
      topology({ name: 'star', bridges: [bridge('br0')] }),
      /cannot be adopted: it is of kind dummy/,
    ],
    [
      'the end of another cable',
      [
        'netns add earth',
        'link add name e0 netns earth type veth peer name x0',
        'link add name e1 type veth peer name x1',
      ],
      topology({ name: 'star', namespaces: [namespace('earth')], links: [link(end('earth:e0'), end('host:e1'))] }),
      /cannot be adopted: earth:e0 and e1 are not the two ends of one cable/,
    ],
    [
      'half a cable',
      ['netns add earth', 'link add name e0 netns earth type veth peer name x0'],
      topology({ name: 'star', namespaces: [namespace('earth')], links: [link(end('earth:e0'), end('host:e1'))] }),
      /cannot be adopted: the cable’s other end, e1, is not there/,
    ],
    [
      'what would have to be made anew',
      ['link add link eth0 name mv0 type macvlan mode private'],
      topology({
        name: 'star',
        host: scope({ interfaces: [{ ...device('mv0'), kind: 'vlan', options: { parent: 'eth0', id: 5 } }] }),
      }),
      /cannot be adopted: it is of kind macvlan, should be vlan, so it would be made anew/,
    ],
  ];
  for (const [what, commands, declared, says] of cases) {
    it(`is refused for ${what}, with the reason`, () => {
      const host = hostWith(commands);
      assert.match(refusals(declared, host).join('\n'), says);
      assert.equal(planAdopting(declared, host.snapshot()), undefined);
    });
  }

  it('is refused for what carries the SSH connection', () => {
    const host = hostWith(['link add name br0 type bridge', 'link set dev eth0 master br0', 'link set dev br0 up']);
    const snapshot = {
      ...host.snapshot(),
      ssh: { clientAddress: '198.51.100.9', serverAddress: '198.51.100.2', serverPort: 22 },
    };
    const { problems } = planApply(topology({ name: 'star', bridges: [bridge('br0')] }), snapshot, {
      adopt: 'everything',
    });
    assert.match(problems[0]?.advice ?? '', /cannot be adopted: br0 holds eth0, which carries this SSH connection/);
  });

  it('is undone from any command on', () => {
    fc.assert(
      fc.property(fc.subarray([...typed.keys()], { minLength: 1 }), fc.nat(), (chosen, cut) => {
        // A namespace for each cable, and a bridge for the port.
        const kept = new Set([0, 1, ...chosen, ...(chosen.some((line) => line >= 5) ? [2, 4] : [])]);
        const host = hostWith(typed.filter((_, index) => kept.has(index)));
        const plan = planAdopting(lab, host.snapshot());
        assert.ok(plan !== undefined);
        const before = host.state();
        host.runAndUndo(plan, cut % (1 + plan.steps.reduce((sum, { run }) => sum + run.length, 0)));
        assert.equal(host.state(), before);
        host.run(plan);
        assert.deepEqual(planApply(lab, host.snapshot()).steps, []);
        host.run(planDestroy('star', host.snapshot()));
        assert.equal(host.state(), new SimulatedHost().state());
      }),
      { numRuns: 100 },
    );
  });
});
