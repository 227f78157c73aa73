import { lab } from '../rules/cases/lab';
import { expectNoProblem, expectProblem } from './marked';

/** What looks near to breaking a rule and does not. */
const fine: readonly [why: string, text: string][] = [
  ['a lab of two namespaces on a bridge', lab({})],
  ['settings of lo', lab({ earth: '      lo: { addresses: [10.255.0.1/32] }' })],
  ['one interface name in two namespaces', lab({ links: '  - endpoints: [earth:x, mars:x]' })],
  [
    'one address on two networks',
    lab({
      links: '  - endpoints: [pluto:p, sun:s]',
      mars: '  pluto: { interfaces: { p: { addresses: [10.0.0.2/24] } } }\n  sun:',
    }),
  ],
  [
    'one address on both sides of a cut cable',
    lab({
      links: '  - { endpoints: [pluto:p, br0], up: false }',
      mars: '  pluto: { interfaces: { p: { addresses: [10.0.0.2/24] } } }',
    }),
  ],
  [
    'one address in two VLANs',
    lab({
      bridge: '{ vlan-filtering: true }',
      links: '  - endpoints: [pluto:p, { endpoint: br0, vlan: 7 }]',
      mars: '  pluto: { interfaces: { p: { addresses: [10.0.0.2/24] } } }',
    }),
  ],
  [
    'two bridges in a loop with spanning tree',
    lab({ bridge: '{ stp: true }\n  br1: {}', links: '  - endpoints: [br0, br1]\n  - endpoints: [br1, br0]' }),
  ],
  [
    'two bridges in a loop with spanning tree on the first',
    lab({ bridge: '{ stp: true }\n  br1: {}', links: '  - endpoints: [br0, br1]\n  - endpoints: [br0, br1]' }),
  ],
  [
    'two bridges in a loop that is cut',
    lab({ bridge: '{}\n  br1: {}', links: '  - endpoints: [br0, br1]\n  - { endpoints: [br1, br0], up: false }' }),
  ],
  [
    'overlapping subnets on bridges that are one network',
    lab({
      bridge: '{ addresses: [10.0.0.1/24] }\n  br1: { addresses: [10.0.0.9/24] }',
      links: '  - endpoints: [br0, br1]',
    }),
  ],
  [
    'a gateway behind a route without one',
    lab({ earth: '    routes: [{ to: 10.5.0.1, dev: e0 }, { to: default, via: 10.5.0.1 }]' }),
  ],
  ['a link-local gateway with its interface', lab({ earth: '    routes: [{ to: default, via: "fe80::1", dev: e0 }]' })],
  [
    "a gateway that is the namespace's own address, as the first tutorial has it",
    lab({ earth: '    routes: [{ to: default, via: 10.0.0.2, dev: e0 }]' }),
  ],
  [
    'two default routes of two families',
    lab({
      marsAddress: '10.0.0.3/24, "2001:db8::3/64"',
      mars: '    routes: [{ to: default, via: 10.0.0.1 }, { to: default, via: "2001:db8::1" }]',
    }),
  ],
  [
    'a host route whose gateway only the host can know',
    lab({ rest: 'host: { routes: [{ to: 10.9.0.0/16, via: 192.0.2.1, dev: eth0 }] }' }),
  ],
  [
    'a check that is expected to fail without a route',
    lab({ rest: 'checks:\n  - { from: mars, ping: 8.8.8.8, expect: fail }' }),
  ],
  [
    'a check of the host itself',
    lab({ rest: 'checks:\n  - { from: mars, ping: host }\n  - { from: host, tcp: "mars:m0:80" }' }),
  ],
  [
    'a disabled port forward on a taken port',
    lab({
      rest: 'port-forwards:\n  a: { listen: 80, to: earth:80 }\n  b: { listen: 80, to: mars:80, enabled: false }',
    }),
  ],
  ['a point-to-point network of two addresses', lab({ marsAddress: '10.0.0.3/24, 10.3.0.0/31' })],
  [
    'a route to one network and NAT',
    lab({
      rest: 'nat: { out: { masquerade: 10.0.0.0/24, out: ens33 } }',
      earth: '    routes: [{ to: 192.168.137.0/24, via: 10.0.0.1 }]',
      mars: '    routes: [{ to: 192.168.137.0/24, via: 10.0.0.1 }]',
    }),
  ],
];

describe('rules of the topology language', () => {
  for (const [why, text] of fine) it(`has nothing against ${why}`, () => expectNoProblem(text));

  it('says nothing of what is missing where what is there could not be read', () => {
    expectProblem(
      lab({
        marsAddress: '⟦10.0.0.300/24⟧',
        mars: '    routes: [{ to: default, via: 10.0.0.1 }]',
        rest: 'checks: [{ from: earth, ping: mars }]',
      }),
      {
        code: 'bad-address',
        message: '`10.0.0.300/24` is not an address: 300 is over 255.',
      },
    );
    expectProblem(lab({}).replace('[mars:m0,', '[⟦marz:m0⟧,'), {
      code: 'unknown-endpoint',
      message: /Did you mean `mars`/,
    });
  });
});
