import { expectNoProblem, expectProblem, type Expected } from './marked';

/** Two namespaces on one bridge, with the parts that a test is about put in. */
function lab(parts: {
  earth?: string;
  mars?: string;
  bridge?: string;
  links?: string;
  rest?: string;
  marsAddress?: string;
}): string {
  return `name: test
bridges:
  br0: ${parts.bridge ?? '{ addresses: [10.0.0.1/24] }'}
namespaces:
  earth:
    interfaces:
      e0: { addresses: [10.0.0.2/24] }
${parts.earth ?? ''}
  mars:
    interfaces:
      m0: { addresses: [${parts.marsAddress ?? '10.0.0.3/24'}] }
${parts.mars ?? ''}
links:
  - endpoints: [earth:e0, br0:earth-port]
  - endpoints: [mars:m0, br0]
${parts.links ?? ''}
${parts.rest ?? ''}
`;
}

/** What each rule finds: the text with the place marked, and the problem. */
const broken: readonly [rule: string, text: string, expected: Expected][] = [
  [
    'names: a bridge and a namespace of one name',
    'name: t\nnamespaces:\n  ⟪a⟫: { interfaces: { e: } }\n  b:\nbridges:\n  ⟦a⟧: {}\nlinks:\n  - endpoints: [a:e, b:e]\n',
    { code: 'name-taken', message: /^`a` is a namespace as well/ },
  ],
  [
    'names: an endpoint used twice',
    lab({ links: '  - endpoints: [⟦earth:e0⟧, mars:m1]' }).replace('[earth:e0,', '[⟪earth:e0⟫,'),
    {
      code: 'endpoint-used-twice',
      message: '`e0` of `earth` is the end of another link already; an interface is the end of one cable.',
    },
  ],
  [
    'names: a bridge port used twice',
    lab({ links: '  - endpoints: [earth:e1, ⟦br0:earth-port⟧]' }).replace('br0:earth-port]', '⟪br0:earth-port⟫]'),
    { code: 'endpoint-used-twice', message: /^`earth-port` of the host/ },
  ],
  [
    'names: a link end with a kind',
    lab({ earth: '      ⟦e1⟧: { kind: dummy }', links: '  - endpoints: [⟪earth:e1⟫, mars:m1]' }),
    {
      code: 'interface-declared-twice',
      message: "`e1` of `earth` is a link's end already and cannot be an interface with a kind of its own too.",
    },
  ],
  [
    'names: a link end in the root namespace named as a bridge',
    lab({ links: '  - endpoints: [earth:e1, ⟦host:br0⟧]' }).replace('  br0:', '  ⟪br0⟫:'),
    {
      code: 'interface-declared-twice',
      message: "`br0` of the host is a bridge already and cannot be a link's end too.",
    },
  ],
  [
    'names: settings of an interface that nothing makes',
    lab({ earth: '      ⟦e1⟧: { mtu: 1400 }' }),
    {
      code: 'interface-without-origin',
      message: 'Nothing makes `e1`: no link ends at `earth:e1`, and it has no `kind`.',
      data: { endpoint: 'earth:e1' },
    },
  ],
  [
    'names: settings of a bridge under host',
    lab({ rest: 'host:\n  interfaces:\n    ⟦br0⟧: { mtu: 1400 }' }).replace('  br0:', '  ⟪br0⟫:'),
    { code: 'bridge-settings-elsewhere', message: '`br0` is a bridge: its settings stand under `bridges`.' },
  ],
  [
    'kinds: an option of another kind',
    lab({ earth: '      e1: { kind: dummy, ⟦parent⟧: e0 }' }),
    {
      code: 'option-of-other-kind',
      message: '`parent` means nothing for a `dummy` interface: it has no options of its own.',
    },
  ],
  [
    "kinds: an option at a link's end",
    lab({ rest: 'host: { interfaces: { h0: { ⟦id⟧: 5 } } }', links: '  - endpoints: [earth:e1, host:h0]' }),
    { code: 'option-of-other-kind', message: /^`id` means nothing for a link's end/ },
  ],
  [
    'kinds: a VLAN without an id',
    lab({ earth: '      ⟦e1⟧: { kind: vlan, parent: e0 }' }),
    { code: 'missing-key', message: 'A `vlan` interface needs `id`.', data: { key: 'id' } },
  ],
  [
    'kinds: a VLAN id that is none',
    lab({ earth: '      e1: { kind: vlan, parent: e0, id: ⟦4095⟧ }' }),
    { code: 'out-of-range', message: "A VLAN's `id` must be from 1 to 4094; it is 4095." },
  ],
  [
    'kinds: a mode of another kind',
    lab({ earth: '      e1: { kind: ipvlan, parent: e0, mode: ⟦bridge⟧ }' }),
    { code: 'unknown-word', message: 'The modes of `ipvlan` are `l2`, `l3` and `l3s`.' },
  ],
  [
    'kinds: physical on the host',
    lab({ rest: 'host: { interfaces: { x0: { kind: ⟦physical⟧ } } }' }),
    { code: 'physical-on-host', message: /^`physical` moves an interface of the host/ },
  ],
  [
    'network cards: a link end that would take over a NIC',
    lab({ links: '  - endpoints: [earth:e1, ⟦host:eth0⟧]' }),
    { code: 'takes-over-nic', message: /^`eth0` is the name of a network card/, data: { name: 'eth0' } },
  ],
  [
    'network cards: a port with the name of one',
    lab({ links: '  - endpoints: [earth:e1, ⟦br0:enp0s3⟧]' }),
    { code: 'takes-over-nic', message: /^`enp0s3` is the name of a network card/ },
  ],
  [
    'MAC addresses: one of a group',
    lab({ bridge: '{ mac: ⟦"01:00:5e:00:00:01"⟧ }' }),
    { code: 'mac-not-of-one-station', message: /the first byte must be even/ },
  ],
  [
    'bridges: in an unknown namespace',
    'name: t\nnamespaces: { earth: }\nbridges:\n  br0: { namespace: ⟦erth⟧ }\nlinks: [{ endpoints: [earth:a, br0] }]\n',
    {
      code: 'unknown-namespace',
      message: 'This file declares no namespace `erth`. Did you mean `earth`?',
      data: { name: 'erth', suggestion: 'earth' },
    },
  ],
  [
    'bridges: datapath of a Linux bridge',
    lab({ bridge: '{ ⟦datapath⟧: netdev }' }),
    { code: 'option-of-other-kind', message: /^`datapath` belongs to `kind: openvswitch`/ },
  ],
  [
    'bridges: a bridge as a port',
    lab({ bridge: '{ ports: [⟦br1⟧] }\n  ⟪br1⟫: {}' }),
    { code: 'bridge-in-bridge', message: /^`br1` is a bridge/ },
  ],
  [
    'bridges: a port in two bridges',
    lab({ bridge: '{ ports: [x0] }\n  br1: { ports: [⟦x0⟧] }' }).replace('{ ports: [x0] }', '{ ⟪ports⟫: [x0] }'),
    { code: 'port-plugged-twice', message: '`x0` is a port of `br0` already.' },
  ],
  [
    "bridges: a link's end listed as a port",
    lab({ bridge: '{ ports: [⟦earth-port⟧] }' }),
    { code: 'port-plugged-twice', message: /^`earth-port` is a link's end at a bridge/ },
  ],
  [
    'bridges: a loop with itself',
    lab({ links: '  - ⟦endpoints⟧: [br0, br0:p2]' }),
    { code: 'bridge-loop', message: 'Both ends of this link are on `br0`: a loop.' },
  ],
  [
    'bridges: a loop over another',
    lab({ bridge: '{}\n  br1: {}', links: '  - endpoints: [br0, br1]\n  - ⟦endpoints⟧: [br1, br0]' }),
    { code: 'bridge-loop', message: /^This link closes a loop: `br1` and `br0` are connected already/ },
  ],
  [
    'bridges: overlapping subnets',
    lab({ bridge: '{ addresses: [⟦10.0.0.1/24⟧] }\n  br1: { addresses: [⟪10.0.0.200/16⟫] }' }),
    {
      code: 'subnets-overlap',
      severity: 'warning',
      message: '10.0.0.0/24 of `br0` overlaps 10.0.0.0/16 of `br1`: the host can send to only one of them.',
    },
  ],
  [
    'addresses: one twice in a broadcast domain',
    lab({ marsAddress: '⟦10.0.0.2/16⟧' }).replace('[10.0.0.2/24]', '[⟪10.0.0.2/24⟫]'),
    { code: 'duplicate-address', message: '10.0.0.2 is the address of `e0` of `earth` already, on the same network.' },
  ],
  [
    "addresses: the bridge's own",
    lab({ marsAddress: '⟦10.0.0.1/24⟧', bridge: '{ addresses: [⟪10.0.0.1/24⟫] }' }),
    {
      code: 'duplicate-address',
      message: '10.0.0.1 is the address of `br0` of the host already, on the same network.',
    },
  ],
  [
    'addresses: an IPv6 address in two spellings',
    lab({ marsAddress: '10.0.0.3/24, ⟪2001:db8::1/64⟫, ⟦2001:DB8:0:0::1/64⟧' }),
    { code: 'duplicate-address', message: '2001:db8::1 is the address of `m0` of `mars` already.' },
  ],
  [
    'addresses: the same over two bridges',
    lab({
      bridge: '{}\n  br1: {}',
      links: '  - endpoints: [br0, br1]\n  - endpoints: [pluto:p0, br1]',
      mars: '  pluto: { interfaces: { p0: { addresses: [⟦10.0.0.3/24⟧] } } }',
    }).replace('[10.0.0.3/24]', '[⟪10.0.0.3/24⟫]'),
    { code: 'duplicate-address', message: /^10\.0\.0\.3 is the address of `m0` of `mars`/ },
  ],
  [
    'addresses: that of the network',
    lab({ marsAddress: '⟦10.0.0.0/24⟧' }),
    {
      code: 'network-address',
      severity: 'warning',
      message: '10.0.0.0 is the address of the network itself, 10.0.0.0/24: a host cannot use it.',
    },
  ],
  [
    'addresses: the broadcast address',
    lab({ marsAddress: '⟦10.0.0.255/24⟧' }),
    {
      code: 'broadcast-address',
      severity: 'warning',
      message: /^10\.0\.0\.255 is the broadcast address of its network, 10\.0\.0\.0\/24/,
    },
  ],
  [
    'routes: one that leads nowhere',
    lab({ earth: '    routes: [⟦{ to: default }⟧]' }),
    { code: 'missing-key', message: 'This route needs `via` or `dev`.' },
  ],
  [
    'routes: a blackhole with a gateway',
    lab({ earth: '    routes: [{ to: 10.9.0.0/16, type: blackhole, ⟦via⟧: 10.0.0.1 }]' }),
    { code: 'keys-exclude-each-other', message: 'A `blackhole` route leads nowhere: it has no `via`.' },
  ],
  [
    'routes: two families',
    lab({ earth: '    routes: [{ to: "2001:db8::/32", via: ⟦10.0.0.1⟧ }]' }),
    { code: 'families-differ', message: 'This route is for IPv6, and 10.0.0.1 is an IPv4 address.' },
  ],
  [
    'routes: an unknown interface',
    lab({ earth: '    routes: [{ to: default, via: 10.0.0.1, dev: ⟦e00⟧ }]' }),
    {
      code: 'unknown-interface',
      message: '`earth` has no interface `e00`. Did you mean `e0`?',
      data: { name: 'e00', suggestion: 'e0' },
    },
  ],
  [
    'routes: a policy rule with an unknown interface',
    lab({ earth: '    rules: [{ iif: ⟦wan⟧, table: 100 }]' }),
    { code: 'unknown-interface', message: '`earth` has no interface `wan`.' },
  ],
  [
    'routes: a gateway on no connected network',
    lab({ earth: '    routes: [{ to: default, via: ⟦10.0.1.1⟧ }]' }),
    { code: 'via-not-connected', message: '`earth` cannot reach 10.0.1.1 directly: it is on 10.0.0.0/24.' },
  ],
  [
    'routes: a gateway of a family without addresses',
    lab({ earth: '    routes: [{ to: default, via: "⟦2001:db8::1⟧" }]'.replace('"⟦', '⟦"').replace('⟧"', '"⟧') }),
    { code: 'via-not-connected', message: '`earth` cannot reach 2001:db8::1 directly: it has no IPv6 address.' },
  ],
  [
    'routes: a link-local gateway without an interface',
    lab({ earth: '    routes: [{ to: default, via: ⟦fe80::1⟧ }]' }),
    { code: 'missing-key', message: /^fe80::1 is good on one link only/ },
  ],
  [
    'routes: a source address that is not its own',
    lab({ earth: '    routes: [{ to: default, via: 10.0.0.1, src: ⟦10.0.0.3⟧ }]' }),
    { code: 'src-not-own', message: '10.0.0.3 is no address of `earth`.' },
  ],
  [
    'routes: two of one metric',
    lab({ earth: '    routes: [{ to: ⟪default⟫, via: 10.0.0.1 }, { to: ⟦default⟧, via: 10.0.0.3 }]' }),
    { code: 'duplicate-route', message: 'There is a route to default already; two need different metrics.' },
  ],
  [
    'NAT: a subnet that nothing uses',
    lab({ rest: 'nat:\n  out: { masquerade: ⟦10.1.0.0/16⟧ }' }),
    {
      code: 'nat-unused',
      severity: 'warning',
      message: 'No interface of this lab has an address in 10.1.0.0/16: `out` translates nothing.',
    },
  ],
  [
    'NAT: of two families',
    lab({ rest: 'nat:\n  out: { snat: 10.0.0.1/32, to: ⟦2001:db8::1⟧ }' }),
    { code: 'families-differ', message: 'IPv4 addresses cannot be translated to the IPv6 address 2001:db8::1.' },
  ],
  [
    'NAT: with forwarding off',
    lab({ rest: 'host: { forwarding: ⟦false⟧ }\nnat:\n  ⟪out⟫: { masquerade: 10.0.0.1/32 }' }),
    { code: 'nat-without-forwarding', severity: 'warning', message: /^With `forwarding: false` nothing is passed on/ },
  ],
  [
    'NAT: an unknown interface in a router',
    lab({ earth: '    nat: { out: { masquerade: 10.0.0.1/32, out: ⟦wan⟧ } }' }),
    { code: 'unknown-interface', message: '`earth` has no interface `wan`.' },
  ],
  [
    'NAT: a namespace without a way out',
    lab({
      rest: 'nat:\n  ⟪out⟫: { masquerade: 10.0.0.0/24 }',
      earth: '    routes: [{ to: default, via: 10.0.0.1 }]',
    }).replace('  mars:', '  ⟦mars⟧:'),
    {
      code: 'default-route-missing',
      severity: 'warning',
      message: '`mars` has no default route, so that nothing of it gets as far as the NAT rule `out`.',
      data: { namespace: 'mars', gateway: '10.0.0.1' },
    },
  ],
  [
    'port forwards: to a namespace without an address',
    lab({
      rest: 'port-forwards:\n  web: { listen: 80, to: ⟦pluto:80⟧ }',
      mars: '  ⟪pluto⟫:',
      links: '  - endpoints: [pluto:p0, br0]',
    }),
    { code: 'namespace-without-address', message: '`pluto` has no address that the port could be forwarded to.' },
  ],
  [
    'port forwards: two on one port',
    lab({
      rest: 'port-forwards:\n  a: { listen: ⟪80⟫, to: earth:80 }\n  b: { listen: ⟦80/tcp⟧, to: mars:80 }\n  c: { listen: 80/udp, to: mars:80 }',
    }),
    { code: 'duplicate-port-forward', message: 'TCP port 80 is forwarded by `a` already.' },
  ],
  [
    'checks: from an unknown namespace',
    lab({ rest: 'checks:\n  - { from: ⟦marz⟧, ping: earth }' }),
    { code: 'unknown-namespace', message: 'This file declares no namespace `marz`. Did you mean `mars`?' },
  ],
  [
    'checks: an unknown target',
    lab({ rest: 'checks:\n  - { from: mars, ping: ⟦eart⟧ }' }),
    {
      code: 'unknown-target',
      message: '`eart` is neither an address nor a namespace of this file. Did you mean `earth`?',
      data: { name: 'eart', suggestion: 'earth' },
    },
  ],
  [
    'checks: an unknown interface',
    lab({ rest: 'checks:\n  - { from: mars, ping: ⟦earth:e1⟧ }' }),
    {
      code: 'unknown-interface',
      message: '`earth` has no interface `e1`. Did you mean `e0`?',
      data: { name: 'e1', suggestion: 'earth:e0' },
    },
  ],
  [
    'checks: a target without an address',
    lab({
      rest: 'checks:\n  - { from: mars, ping: ⟦pluto⟧ }',
      mars: '  ⟪pluto⟫:',
      links: '  - endpoints: [pluto:p0, br0]',
    }),
    { code: 'target-without-address', message: '`pluto` has no address to try.' },
  ],
  [
    'checks: without a route to the target',
    lab({ rest: 'checks:\n  - { from: mars, ping: ⟦8.8.8.8⟧ }' }),
    {
      code: 'default-route-missing',
      severity: 'warning',
      message: '`mars` has no route to 8.8.8.8: it needs a default route, or one to there.',
      data: { namespace: 'mars', gateway: '10.0.0.1' },
    },
  ],
  [
    'checks: without a route to a URL',
    lab({ rest: 'checks:\n  - { from: mars, http: ⟦"http://[2001:db8::1]:8000/"⟧ }' }),
    { code: 'default-route-missing', severity: 'warning', message: /^`mars` has no route to 2001:db8::1/ },
  ],
  [
    'namespaces: one that nothing links',
    lab({ mars: '  ⟦pluto⟧: {}' }),
    {
      code: 'namespace-unlinked',
      severity: 'warning',
      message: 'No link leads to `pluto`.',
      data: { namespace: 'pluto' },
    },
  ],
];

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
  for (const [rule, text, expected] of broken) it(rule, () => expectProblem(text, expected));
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
