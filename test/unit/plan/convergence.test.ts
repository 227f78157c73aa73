import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describePlan } from '../../../src/plan/describe';
import { planApply } from '../../../src/plan/plan-apply';
import { planDestroy } from '../../../src/plan/plan-destroy';
import type { InterfaceDeclaration, Topology } from '../../../src/topology/model';
import { bridge, bridgeEnd, device, end, link, namespace, scope, topology } from './build-topology';
import { SimulatedHost } from './simulated-host';

/**
 * Star-shaped labs that differ in everything a user edits: members, names of bridges, addresses, routes, MTUs, states,
 * NAT, services, name servers.
 */
const anyChoice = fc.record({
  members: fc.uniqueArray(fc.constantFrom('earth', 'mars', 'pluto', 'venus'), { maxLength: 4 }),
  bridgeName: fc.constantFrom('br-a', 'br-b'),
  bridgeInside: fc.boolean(),
  /** `eth1` is up with addresses and a route, `eth2` is down and bare. */
  physical: fc.option(fc.constantFrom('eth1', 'eth2'), { nil: undefined }),
  port: fc.option(fc.constantFrom('eth1', 'eth2'), { nil: undefined }),
  vlanFiltering: fc.option(fc.boolean(), { nil: undefined }),
  vlan: fc.option(fc.constantFrom(1, 7), { nil: undefined }),
  trunk: fc.option(fc.constantFrom([7], [5, 6, 7, 9], [1]), { nil: undefined }),
  toA: fc.option(fc.constantFrom({ delay: '20ms', jitter: '5ms' }, { rate: '10mbit' }, { loss: '0%' }), {
    nil: undefined,
  }),
  toB: fc.constantFrom({}, { loss: '1.5%', delay: '1.5s' }, { rate: '256kbit', corrupt: '0.1%' }),
  standalone: fc.option(fc.constantFrom('dummy', 'tun', 'tap'), { nil: undefined }),
  owner: fc.option(fc.constantFrom('root', 1000), { nil: undefined }),
  standing: fc.uniqueArray(
    fc.record({
      kind: fc.constantFrom('macvlan', 'ipvlan', 'vlan', 'vxlan'),
      name: fc.constantFrom('on0', 'on1'),
      mode: fc.boolean(),
      id: fc.constantFrom(5, 7),
      remote: fc.option(fc.constantFrom('198.51.100.9', '198.51.100.8', '2001:DB8::9', '239.1.1.1'), {
        nil: undefined,
      }),
      parent: fc.constantFrom('eth0', 'own0', 'on0', 'on1', 'near', 'bridge'),
      isMember: fc.boolean(),
    }),
    { maxLength: 2, selector: ({ name }) => name },
  ),
  isPort: fc.boolean(),
  openVswitch: fc.option(fc.constantFrom('system', 'netdev'), { nil: undefined }),
  ageing: fc.option(fc.constantFrom(60, 600), { nil: undefined }),
  gateway: fc.boolean(),
  stp: fc.option(fc.boolean(), { nil: undefined }),
  subnet: fc.constantFrom('10.1', '10.2'),
  secondAddress: fc.boolean(),
  direct: fc.boolean(),
  metric: fc.option(fc.constantFrom(10, 20), { nil: undefined }),
  mtu: fc.option(fc.constantFrom(1400, 9000), { nil: undefined }),
  up: fc.boolean(),
  portsUp: fc.boolean(),
  nat: fc.boolean(),
  forwarding: fc.option(fc.boolean(), { nil: undefined }),
  nameserver: fc.option(fc.constantFrom('9.9.9.9', '8.8.8.8'), { nil: undefined }),
  command: fc.option(fc.constantFrom('serve one', 'serve two'), { nil: undefined }),
  ipv6: fc.boolean(),
});
type Choice = typeof anyChoice extends fc.Arbitrary<infer T> ? T : never;

function star(choice: Choice): Topology {
  const { members, bridgeName, subnet, gateway, mtu } = choice;
  const inside = choice.bridgeInside && members.length > 0 ? members[0] : undefined;
  const isVlanAware = choice.vlanFiltering === true || (choice.openVswitch !== undefined && inside === undefined);
  const vlans = {
    ...(choice.vlan === undefined ? {} : { vlan: choice.vlan }),
    ...(choice.trunk === undefined ? {} : { trunk: choice.trunk }),
  };
  const ports = members.map((name) =>
    link(end(`${name}:veth-${name}`), {
      ...bridgeEnd(bridgeName, `port-${name}`),
      ...(isVlanAware ? vlans : {}),
    }),
  );
  const { toA, toB } = choice;
  const direct = choice.direct && members.length > 1 ? [link(end(`${members[0]!}:x0`), end(`${members[1]!}:x1`))] : [];
  return topology({
    name: 'star',
    bridges: [
      bridge(bridgeName, {
        ports: [
          ...(choice.isPort && inside === undefined && choice.standalone === 'tap' ? ['own0'] : []),
          ...(choice.port === undefined || choice.port === choice.physical || inside !== undefined
            ? []
            : [choice.port]),
        ],
        addresses: gateway ? [`${subnet}.0.1/16`] : [],
        ...(choice.stp === undefined ? {} : { stp: choice.stp }),
        ...(choice.vlanFiltering === undefined ? {} : { vlanFiltering: choice.vlanFiltering }),
        ...(mtu === undefined ? {} : { mtu }),
        ...(choice.ageing === undefined ? {} : { ageingTime: choice.ageing }),
        ...(inside === undefined ? {} : { namespace: inside }),
        ...(choice.openVswitch === undefined || inside !== undefined
          ? {}
          : { kind: 'openvswitch', datapath: choice.openVswitch }),
      }),
    ],
    links: [
      ...ports.map((own) => (mtu === undefined ? own : { ...own, mtu })),
      ...direct.map((own) => ({ ...own, up: choice.up, ...(toA === undefined ? {} : { impair: { toA, toB } }) })),
    ],
    namespaces: members.map((name, index) =>
      namespace(name, {
        interfaces: [
          ...(index === (choice.secondAddress ? 0 : 1) && choice.physical !== undefined
            ? [
                {
                  ...device(choice.physical, '10.5.0.1/24'),
                  kind: 'physical' as const,
                  up: choice.up,
                  ...(mtu === undefined ? {} : { mtu }),
                },
              ]
            : []),
          ...(index === 0 ? standing(choice, true, `veth-${name}`) : []),
          device(
            `veth-${name}`,
            `${subnet}.0.${index + 10}/16`,
            ...(choice.secondAddress ? [`${subnet}.1.${index + 10}/16`] : []),
            ...(choice.ipv6 ? [`2001:DB8::${index + 10}/64`] : []),
          ),
        ],
        routes:
          gateway && inside !== name
            ? [
                {
                  path: [],
                  to: 'default',
                  via: `${subnet}.0.1`,
                  type: 'unicast',
                  ...(choice.metric === undefined ? {} : { metric: choice.metric }),
                },
              ]
            : [],
        nameservers: choice.nameserver === undefined ? [] : [choice.nameserver],
        services:
          choice.command === undefined
            ? []
            : [{ path: [], name: 'web', command: choice.command, env: {}, ready: { tcp: 80 } }],
      }),
    ),
    host: scope({
      interfaces: [
        ...standing(choice, false, inside === undefined ? bridgeName : 'eth0'),
        ...(choice.standalone === undefined
          ? []
          : [
              {
                ...device('own0', '10.3.0.1/24'),
                kind: choice.standalone,
                up: choice.up,
                ...(mtu === undefined ? {} : { mtu }),
                options: choice.owner === undefined || choice.standalone === 'dummy' ? {} : { user: choice.owner },
              },
            ]),
      ],
      ...(choice.forwarding === undefined ? {} : { forwarding: choice.forwarding }),
      nat: choice.nat
        ? [
            {
              path: [],
              name: 'out',
              kind: 'masquerade',
              source: `${subnet}.0.0/16`,
              notOut: bridgeName,
              enabled: true,
            },
          ]
        : [],
    }),
  });
}

/** Interfaces that stand on others: on one of the host, of the same namespace, on each other. */
function standing(choice: Choice, isMember: boolean, near: string): InterfaceDeclaration[] {
  const hasMember = choice.members.length > 0;
  const own = choice.standing.filter((each) => (each.isMember && hasMember) === isMember);
  const names = new Set(['eth0', ...(choice.standalone === undefined ? [] : ['own0'])]);
  return own.flatMap(({ kind, name, mode, id, remote, parent: chosen }, index) => {
    // Only the one before it, so that none stands on itself in the end.
    const before = own[index - 1]?.name;
    const parent = chosen === 'near' ? near : names.has(chosen) || chosen === before ? chosen : 'eth0';
    const options = {
      macvlan: { parent, ...(mode ? { mode: 'private' } : {}) },
      ipvlan: { parent, ...(mode ? { mode: 'l3' } : {}) },
      vlan: { parent, id },
      vxlan: { id, ...(remote === undefined ? {} : { remote }), ...(mode ? { parent } : {}) },
    }[kind];
    const mtu = choice.mtu === undefined ? {} : { mtu: choice.mtu };
    return [{ ...device(name, `10.4.${index}.1/24`), kind, options, up: choice.up, ...mtu }];
  });
}

function apply(host: SimulatedHost, lab: Topology): void {
  host.run(planApply(lab, host.snapshot()));
}

describe('plans on a simulated host', () => {
  it('leave nothing to do once they have run, whatever was applied before', () => {
    fc.assert(
      fc.property(fc.array(anyChoice, { minLength: 1, maxLength: 3 }), (choices) => {
        const host = new SimulatedHost();
        for (const lab of choices.map(star)) {
          apply(host, lab);
          const again = planApply(lab, host.snapshot());
          assert.equal(
            describePlan({ ...again, problems: [] }),
            '# Apply star: nothing to do, the host is as declared\n',
          );
          assert.deepEqual(
            again.problems.filter(({ severity }) => severity === 'error'),
            [],
          );
          assert.equal(again.record, undefined);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('give the same host by an edit as from nothing', () => {
    fc.assert(
      fc.property(anyChoice, anyChoice, (before, after) => {
        const edited = new SimulatedHost();
        apply(edited, star(before));
        apply(edited, star(after));
        const fresh = new SimulatedHost();
        apply(fresh, star(after));
        const revision = (state: string): string => state.replace(/"revision":\d+/, '"revision":?');
        assert.equal(revision(edited.state()), revision(fresh.state()));
      }),
      { numRuns: 150 },
    );
  });

  it('are undone from any command on', () => {
    fc.assert(
      fc.property(anyChoice, anyChoice, fc.nat(), fc.boolean(), (before, after, cut, isDestroy) => {
        const host = new SimulatedHost();
        apply(host, star(before));
        const plan = isDestroy ? planDestroy('star', host.snapshot()) : planApply(star(after), host.snapshot());
        const total = plan.steps.reduce((sum, { run }) => sum + run.length, 0);
        const state = host.state();
        host.runAndUndo(plan, cut % (total + 1));
        assert.equal(host.state(), state);
      }),
      { numRuns: 300 },
    );
  });

  it('take a lab away without a trace, also when parts of it are gone already', () => {
    fc.assert(
      fc.property(anyChoice, fc.nat(), (choice, victim) => {
        const lab = star(choice);
        const host = new SimulatedHost();
        const empty = host.state();
        apply(host, lab);
        const cable = lab.links[victim % Math.max(1, lab.links.length)]?.endpoints[0];
        if (cable?.type === 'namespace') {
          host.execute({ argv: ['ip', '-n', cable.namespace, 'link', 'del', 'dev', cable.interface] });
        }
        host.run(planDestroy(lab.name, host.snapshot()));
        assert.equal(host.state(), empty);
        assert.deepEqual(planDestroy(lab.name, host.snapshot()).steps, []);
      }),
      { numRuns: 150 },
    );
  });

  it('take a lab away though the host does not say which ends of cables belong together', () => {
    const lab = topology({
      name: 'star',
      namespaces: ['earth', 'mars'].map((name) => namespace(name)),
      bridges: [bridge('br0')],
      links: ['earth', 'mars'].map((name) => link(end(`${name}:eth0`), bridgeEnd('br0', `${name}-port`))),
    });
    const host = new SimulatedHost();
    const empty = host.state();
    apply(host, lab);
    assert.notEqual(host.state(), empty);
    const seen = host.snapshot();
    const namespaces = seen.namespaces.map((own) => ({
      ...own,
      links: own.links.map(({ peer, ...rest }) => (peer === undefined ? rest : { ...rest })),
    }));
    host.run(planDestroy(lab.name, { ...seen, namespaces }));
    assert.equal(host.state(), empty);
  });

  it('mend what someone changed by hand, and only that', () => {
    const lab = topology({
      name: 'star',
      namespaces: [namespace('earth', { interfaces: [device('e0', '10.1.0.2/24')] }), namespace('mars')],
      links: [link(end('earth:e0'), end('mars:m0'))],
    });
    const host = new SimulatedHost();
    apply(host, lab);
    host.execute({ argv: ['ip', '-n', 'earth', 'link', 'set', 'dev', 'e0', 'down'] });
    host.execute({ argv: ['ip', '-n', 'earth', 'addr', 'del', '10.1.0.2/24', 'dev', 'e0'] });
    const plan = planApply(lab, host.snapshot());
    assert.deepEqual(
      plan.steps.flatMap(({ run }) => run.map(({ argv }) => argv.join(' '))),
      ['ip -n earth link set dev e0 up', 'ip -n earth addr add 10.1.0.2/24 dev e0'],
    );
  });
});
