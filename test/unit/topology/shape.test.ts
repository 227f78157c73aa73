import assert from 'node:assert/strict';
import { parseTopology } from '../../../src/topology/parse';
import { expectNoProblem, expectProblem, type Expected } from './marked';

const end = 'bridges: { br0: }\nnamespaces: { earth: }\n';

const wrong: readonly [what: string, text: string, expected: Expected][] = [
  ['an empty file', '⟦⟧', { code: 'empty-file', message: /^This file declares nothing yet/ }],
  ['only a comment', '⟦#⟧ nothing\n', { code: 'empty-file', message: /^This file declares nothing yet/ }],
  ['a list', '⟦- a⟧\n', { code: 'wrong-type', message: 'A topology file is a mapping: it starts with `name:`.' }],
  ['no name', '⟦description: x⟧\n', { code: 'missing-key', message: 'This topology file needs `name`.' }],
  [
    'a name with capitals',
    'name: ⟦My Lab⟧\n',
    {
      code: 'bad-spelling',
      message: /^`My Lab` is not a valid lab name\. Lower-case letters/,
      data: { suggestion: 'my-lab' },
    },
  ],
  [
    'a number as text',
    'name: ⟦7⟧\n',
    {
      code: 'wrong-type',
      message: '`name` must be text, not `7`. Put it in quotes: `"7"`.',
      data: { suggestion: '"7"' },
    },
  ],
  [
    'an unknown key',
    'name: t\n⟦namespace⟧: { earth: }\n',
    {
      code: 'unknown-key',
      message: '`namespace` is not a key of a topology file. Did you mean `namespaces`?',
      data: { key: 'namespace', suggestion: 'namespaces' },
    },
  ],
  [
    'an unknown key deep inside',
    `name: t\n${end}links:\n  - endpoints: [earth:e, br0]\n    impair: { to-a: { ⟦delayed⟧: 5ms } }\n`,
    { code: 'unknown-key', message: '`delayed` is not a key of an impairment. Did you mean `delay`?' },
  ],
  [
    'a key that no other is near to',
    'name: t\nhost: { ⟦vrrp⟧: 1 }\n',
    {
      code: 'unknown-key',
      message:
        '`vrrp` is not a key of a host. It may have `interfaces`, `routes`, `rules`, `sysctls` and `forwarding`.',
    },
  ],
  [
    '__proto__ as a key',
    'name: t\n⟦__proto__⟧: { a: 1 }\n',
    { code: 'unknown-key', message: /^`__proto__` is not a key/ },
  ],
  [
    'constructor as a key',
    'name: t\nhost: { ⟦constructor⟧: 1 }\n',
    { code: 'unknown-key', message: /^`constructor` is not a key/ },
  ],
  [
    'nothing where something belongs',
    'name: t\n⟦links⟧:\n',
    { code: 'value-missing', message: '`links` has no value.' },
  ],
  [
    'nothing in a list',
    'name: t\nchecks:\n  ⟦-⟧\n',
    { code: 'value-missing', message: 'There is nothing after this `-`.' },
  ],
  [
    'a scalar for a list',
    'name: t\nbridges: { br0: { addresses: ⟦10.0.0.1/24⟧ } }\n',
    {
      code: 'wrong-type',
      message: /^`addresses` must be a list, not the text `10\.0\.0\.1\/24`/,
      data: { suggestion: '[10.0.0.1/24]' },
    },
  ],
  [
    "YAML 1.1's yes",
    'name: t\nbridges: { br0: { stp: ⟦yes⟧ } }\n',
    {
      code: 'wrong-type',
      message: '`stp` must be `true` or `false`, not the text `yes`. Write `true`.',
      data: { suggestion: 'true' },
    },
  ],
  [
    'a number in quotes',
    'name: t\nbridges: { br0: { mtu: ⟦"1500"⟧ } }\n',
    { code: 'wrong-type', message: '`mtu` must be a whole number, not the text `1500`. Leave the quotes out.' },
  ],
  [
    'an MTU that is too small',
    'name: t\nbridges: { br0: { mtu: ⟦60⟧ } }\n',
    { code: 'out-of-range', message: '`mtu` must be from 68 to 65535; it is 60.' },
  ],
  [
    'an unknown word',
    'name: t\nbridges: { br0: { kind: ⟦openvswich⟧ } }\n',
    {
      code: 'unknown-word',
      message: '`kind` is one of `linux` or `openvswitch`. Did you mean `openvswitch`?',
      data: { suggestion: 'openvswitch' },
    },
  ],
  [
    'bridge as a kind of interface',
    `name: t\n${end}links: [{ endpoints: [earth:e, br0] }]\nhost: { interfaces: { x: { kind: ⟦bridge⟧ } } }\n`.replace(
      'x: { kind',
      'dummy0: { kind',
    ),
    { code: 'unknown-word', message: /A bridge is declared under `bridges`\.$/ },
  ],
  [
    'three endpoints',
    `name: t\n${end}links:\n  - ⟦endpoints⟧: [earth:a, br0:b, br0:c]\n`,
    { code: 'wrong-count', message: '`endpoints` takes exactly 2; there are 3.' },
  ],
  [
    'an endpoint of the wrong type',
    `name: t\n${end}links:\n  - endpoints: [earth:a, ⟦[br0]⟧]\n`,
    { code: 'wrong-type', message: 'Each item here must be text or a mapping (`key: value`), not a list.' },
  ],
  [
    'a VLAN out of range',
    `name: t\n${end}links:\n  - endpoints: [earth:a, { endpoint: br0, vlan: ⟦5000⟧ }]\n`,
    { code: 'out-of-range', message: '`vlan` must be from 1 to 4094; it is 5000.' },
  ],
  [
    'a check of nothing',
    'name: t\nchecks:\n  - ⟦{ from: host }⟧\n',
    { code: 'missing-key', message: 'This check needs one of `ping`, `tcp`, `udp`, `http`, `dns` or `command`.' },
  ],
  [
    'a check of two things',
    'name: t\nchecks:\n  - { from: host, ping: 10.0.0.1, ⟦dns⟧: x }\n',
    { code: 'keys-exclude-each-other', message: /this one has `ping` and `dns`\.$/ },
  ],
  [
    'a status without http',
    'name: t\nchecks:\n  - { from: host, ping: 10.0.0.1, ⟦status⟧: 200 }\n',
    { code: 'missing-key', message: '`status` needs `http` beside it.' },
  ],
  [
    'out and not-out',
    'name: t\nbridges: { br0: { addresses: [10.0.0.1/8] } }\nnat:\n  a: { masquerade: 10.0.0.0/8, out: x, ⟦not-out⟧: y }\n',
    { code: 'keys-exclude-each-other', message: 'This NAT rule can have `out` or `not-out`, but not both.' },
  ],
  [
    'snat without an address',
    'name: t\nnat:\n  a: { ⟦snat⟧: 10.0.0.0/8 }\n',
    { code: 'missing-key', message: '`snat` needs `to` beside it.' },
  ],
  [
    'a delay without a unit',
    `name: t\n${end}links:\n  - endpoints: [earth:a, br0]\n    impair: { delay: ⟦"20"⟧ }\n`,
    { code: 'bad-spelling', message: '`20` is not a valid delay. How long each packet is held back, e.g. `20ms`.' },
  ],
  [
    'a sysctl that is not of the network',
    'name: t\nhost: { sysctls: { ⟦kernel.panic⟧: 0 } }\n',
    { code: 'bad-spelling', message: /^`kernel\.panic` is not a valid setting name/ },
  ],
  [
    'a sysctl that climbs out',
    'name: t\nhost: { sysctls: { ⟦net.//.//.kernel⟧: 0 } }\n',
    { code: 'bad-spelling', message: /is not a valid setting name/ },
  ],
  [
    'a service name with a space',
    'name: t\nnat: { ⟦a b⟧: { masquerade: 10.0.0.0/8 } }\nbridges: { b: { addresses: [10.0.0.1/8] } }',
    { code: 'bad-spelling', message: /^`a b` is not a valid name/ },
  ],
];

/** Values whose meaning is read after the shape. */
const senseless: readonly [what: string, text: string, expected: Expected][] = [
  [
    'an interface name of 16 letters',
    `name: t\n${end}links:\n  - endpoints: [⟦earth:earth-veth-long1⟧, br0]\n`,
    {
      code: 'name-too-long',
      message:
        '`earth-veth-long1` is 16 bytes long; the kernel takes interface names of at most 15, such as `earth-veth-long`.',
      data: { name: 'earth-veth-long1', suggestion: 'earth:earth-veth-long' },
    },
  ],
  [
    'an interface name of 16 bytes',
    `name: t\nhost: { interfaces: { ⟦schaltmüßöäüß⟧: { kind: dummy } } }\n`,
    { code: 'name-too-long', message: /is 19 bytes long/ },
  ],
  [
    'a bridge name of 16 letters',
    'name: t\nbridges: { ⟦bridge-number-12⟧: }\n',
    { code: 'name-too-long', message: /the kernel takes bridge names of at most 15/ },
  ],
  [
    'an interface name with a slash',
    `name: t\n${end}links:\n  - endpoints: [⟦earth:e/0⟧, br0]\n`,
    { code: 'name-invalid', message: '`e/0` cannot name an interface: it contains `/`.' },
  ],
  [
    'a port name with a space',
    `name: t\n${end}links:\n  - endpoints: [earth:e0, ⟦"br0:a b"⟧]\n`,
    { code: 'name-invalid', message: /contains a space/ },
  ],
  [
    'an interface name that looks like an option',
    'name: t\nhost: { interfaces: { ⟦-e⟧: { kind: dummy } } }\n',
    { code: 'name-invalid', message: /commands take for an option/ },
  ],
  [
    'an interface named all',
    'name: t\nhost: { interfaces: { ⟦all⟧: { kind: dummy } } }\n',
    { code: 'name-invalid', message: /^The kernel does not take `all`/ },
  ],
  [
    'a namespace named host',
    'name: t\nnamespaces: { ⟦host⟧: }\n',
    { code: 'name-reserved', message: /^`host` means the host itself/ },
  ],
  [
    'a namespace name with a slash',
    'name: t\nnamespaces: { ⟦a/b⟧: }\n',
    { code: 'name-invalid', message: '`a/b` cannot name a namespace: it contains `/`.' },
  ],
  [
    'a namespace named ..',
    'name: t\nnamespaces: { ⟦..⟧: }\n',
    { code: 'name-invalid', message: /^`ip netns` does not take/ },
  ],
  [
    'a bad address',
    'name: t\nbridges: { br0: { addresses: [⟦10.10.0.300/16⟧] } }\n',
    { code: 'bad-address', message: '`10.10.0.300/16` is not an address: 300 is over 255.' },
  ],
  [
    'an address without a prefix',
    'name: t\nbridges: { br0: { addresses: [⟦10.10.0.1⟧] } }\n',
    { code: 'bad-address', message: /needs the length of its network's prefix, such as `10\.10\.0\.1\/24`/ },
  ],
  [
    'an address with a netmask',
    'name: t\nbridges: { br0: { addresses: [⟦10.10.0.1/255.255.0.0⟧] } }\n',
    { code: 'bad-address', message: /has a netmask/, data: { suggestion: '10.10.0.1/16' } },
  ],
  [
    'an address with leading zeros',
    'name: t\nbridges: { br0: { addresses: [⟦010.10.0.1/16⟧] } }\n',
    { code: 'bad-address', message: /write 10 without leading zeros/ },
  ],
  [
    'a prefix that is too long',
    'name: t\nbridges: { br0: { addresses: [⟦2001:db8::1/129⟧] } }\n',
    { code: 'bad-address', message: /an IPv6 prefix length is a number from 0 to 128/ },
  ],
  [
    'a network with host bits',
    'name: t\nbridges: { br0: { addresses: [10.10.0.1/16] } }\nnat: { a: { masquerade: ⟦10.10.0.1/16⟧ } }\n',
    {
      code: 'network-host-bits',
      message: '`10.10.0.1/16` is an address inside a network; the network is `10.10.0.0/16`.',
      data: { suggestion: '10.10.0.0/16' },
    },
  ],
  [
    'a mistyped default',
    `name: t\n${end}links: [{ endpoints: [earth:e, br0] }]\nhost: { routes: [{ to: ⟦defualt⟧, dev: x }] }\n`,
    { code: 'bad-address', message: /Did you mean `default`\?$/, data: { suggestion: 'default' } },
  ],
  [
    'an unknown endpoint',
    `name: t\n${end}links:\n  - endpoints: [⟦erth:e0⟧, br0]\n`,
    {
      code: 'unknown-endpoint',
      message: /^This file declares no namespace or bridge `erth`\. Did you mean `earth`/,
      data: { name: 'erth', suggestion: 'earth:e0' },
    },
  ],
  [
    'a namespace without an interface',
    `name: t\n${end}links:\n  - endpoints: [⟦earth⟧, br0]\n`,
    { code: 'endpoint-without-interface', message: /^`earth` is a namespace/, data: { suggestion: 'earth:eth0' } },
  ],
  [
    "a VLAN at a namespace's end",
    `name: t\n${end}links:\n  - endpoints: [{ endpoint: earth:e0, ⟦vlan⟧: 5 }, br0]\n`,
    { code: 'vlan-without-bridge', message: "Only a bridge's end of a link has a `vlan`." },
  ],
  [
    'a port to listen at that is none',
    'name: t\nport-forwards: { a: { listen: ⟦http⟧, to: "10.0.0.1:80" } }\n',
    { code: 'bad-listen', message: /write `PORT`, `PORT\/udp` or `ADDRESS:PORT`/ },
  ],
  [
    'a forward to nowhere',
    'name: t\nport-forwards: { a: { listen: 80, to: ⟦mars:80⟧ } }\n',
    { code: 'unknown-namespace', message: '`mars` is neither an address nor a namespace of this file.' },
  ],
  [
    'a forward without a port',
    'name: t\nport-forwards: { a: { listen: 80, to: ⟦10.0.0.1⟧ } }\n',
    { code: 'bad-destination', message: /should be `NAMESPACE:PORT`/ },
  ],
  [
    'a TCP target without a port',
    'name: t\nchecks: [{ from: host, tcp: ⟦10.0.0.1⟧ }]\n',
    { code: 'bad-target', message: /should be `TARGET:PORT`/ },
  ],
  [
    'a URL without http',
    'name: t\nchecks: [{ from: host, http: ⟦10.0.0.1:80⟧ }]\n',
    { code: 'bad-url', message: /is not an HTTP URL/, data: { suggestion: 'http://10.0.0.1:80' } },
  ],
];

describe('the shape of a topology file', () => {
  for (const [what, text, expected] of wrong) it(`reports ${what}`, () => expectProblem(text, expected));
  for (const [what, text, expected] of senseless) it(`reports ${what}`, () => expectProblem(text, expected));

  it('takes entries that say nothing yet', () => {
    expectNoProblem(
      'name: t\nnamespaces: { a: { interfaces: { e: } } }\nbridges: { b: }\nlinks: [{ endpoints: [a:e, b] }]\nhost:\n',
    );
  });

  it('reports each mistake of a file, in the order of the text', () => {
    const { problems } = parseTopology('nam: t\nlinks: 5\nbridges: { br0: { mtu: 1, adresses: [] } }\nname: T\n');
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['unknown-key', 'wrong-type', 'out-of-range', 'unknown-key', 'bad-spelling'],
    );
  });

  it('lists no more problems than can be read', () => {
    const { problems } = parseTopology(
      `name: t\n${Array.from({ length: 2000 }, (_, index) => `key-${index}: 1`).join('\n')}\n`,
    );
    assert.equal(problems.length, 501);
    assert.match(problems.at(-1)!.message, /^There are 1500 more problems/);
    assert.equal(problems.at(-1)!.severity, 'error');
  });
});
