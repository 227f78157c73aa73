import assert from 'node:assert/strict';
import { mendTopology } from '../../../src/language/edit/mend';
import { parseTopology } from '../../../src/topology/parse';
import type { MendRequest } from '../../../src/topology/mend-request';
import { applyEdits } from './at-cursor';

const text = `name: planets # two of them
bridges:
  planet-br: { addresses: [10.10.0.1/16], stp: true }
  dark-br: { up: false }
namespaces:
  earth:
    interfaces:
      earth-veth:
        addresses: [10.10.0.10/24] # too narrow
    routes:
      - { to: default, via: 10.10.0.10 }
      - { to: 203.0.113.0/24, type: blackhole }
    forwarding: false
    services:
      web:
        command: python3 -m http.server --bind 127.0.0.1 8000 # for itself
      names:
        command: [serve, "--on=[::1]:5353"]
  neptune:
    interfaces:
      neptune-veth: { addresses: [10.10.0.20/16], up: false }
links:
  - endpoints: [earth:earth-veth, planet-br:earth-br-veth]
  - endpoints: [neptune:neptune-veth, host:neptune-br-veth]
    impair: { loss: 100% }
host:
  sysctls:
    net.ipv4.conf.all.rp_filter: 1
nat:
  internet: { masquerade: 10.99.0.0/16, out: eth0 }
  off: { masquerade: 10.98.0.0/16, enabled: false }
  fixed: { snat: 10.97.0.0/16, to: 198.51.100.77, out: eth0 }
port-forwards:
  web: { listen: 8080, to: neptune:8000 }
  dns: { listen: 53/udp, to: 10.10.0.10:5353, enabled: false }
`;

/** What the file says after it, as the lines that differ. */
function mended(request: MendRequest): string[] {
  const result = mendTopology(parseTopology(text), request);
  if ('refusal' in result) return [`refused: ${result.refusal}`];
  const after = applyEdits(text, result.edits).split('\n');
  const before = text.split('\n');
  return [
    ...before.filter((line) => !after.includes(line)).map((line) => `-${line}`),
    ...after.filter((line) => !before.includes(line)).map((line) => `+${line}`),
  ];
}

describe('what a trace mends, in the topology file', () => {
  const cases: readonly (readonly [MendRequest, readonly string[]])[] = [
    [
      { type: 'up', namespace: 'neptune', interface: 'neptune-veth' },
      [
        '-      neptune-veth: { addresses: [10.10.0.20/16], up: false }',
        '+      neptune-veth: { addresses: [10.10.0.20/16] }',
      ],
    ],
    [{ type: 'down', namespace: 'earth', interface: 'earth-veth' }, ['+        up: false']],
    [
      { type: 'down', interface: 'planet-br' },
      [
        '-  planet-br: { addresses: [10.10.0.1/16], stp: true }',
        '+  planet-br: { addresses: [10.10.0.1/16], stp: true, up: false }',
      ],
    ],
    [{ type: 'down', interface: 'earth-br-veth' }, ['+    up: false']],
    [
      { type: 'down', namespace: 'neptune', interface: 'neptune-veth' },
      ['refused: The file says so already: apply it instead.'],
    ],
    [
      { type: 'unplug', port: 'earth-br-veth' },
      [
        '-  - endpoints: [earth:earth-veth, planet-br:earth-br-veth]',
        '+  - endpoints: [earth:earth-veth, host:earth-br-veth]',
      ],
    ],
    [{ type: 'unplug', port: 'eth9' }, ['refused: The file has no cable end eth9 at a bridge.']],
    [
      {
        type: 'impair',
        namespace: 'earth',
        interface: 'earth-veth',
        direction: 'both',
        impair: { delay: '60ms', loss: '1%' },
      },
      ['+    impair: { delay: 60ms, loss: 1% }'],
    ],
    [
      { type: 'impair', namespace: 'neptune', interface: 'neptune-veth', direction: 'out', impair: { loss: '1%' } },
      ['-    impair: { loss: 100% }', '+    impair:', '+      to-a: { loss: 100% }', '+      to-b: { loss: 1% }'],
    ],
    [
      { type: 'impair', interface: 'neptune-br-veth', direction: 'both', impair: { loss: '1%' } },
      ['-    impair: { loss: 100% }', '+    impair: { loss: 1% }'],
    ],
    [
      { type: 'route', namespace: 'earth', add: { to: '10.30.0.0/16', dev: 'earth-veth', metric: 5 } },
      ['+      - { to: 10.30.0.0/16, dev: earth-veth, metric: 5 }'],
    ],
    [{ type: 'up', interface: 'dark-br' }, ['-  dark-br: { up: false }', '+  dark-br: {}']],
    [
      { type: 'up', namespace: 'earth', interface: 'earth-veth' },
      ['refused: The file says so already: apply it instead.'],
    ],
    [
      {
        type: 'address',
        namespace: 'earth',
        interface: 'earth-veth',
        add: '10.10.0.10/16',
        remove: '10.10.0.10/24',
      },
      ['-        addresses: [10.10.0.10/24] # too narrow', '+        addresses: [10.10.0.10/16] # too narrow'],
    ],
    [
      { type: 'address', interface: 'planet-br', add: '10.20.0.1/16' },
      [
        '-  planet-br: { addresses: [10.10.0.1/16], stp: true }',
        '+  planet-br: { addresses: [10.10.0.1/16, 10.20.0.1/16], stp: true }',
      ],
    ],
    [
      { type: 'route', namespace: 'neptune', add: { to: 'default', via: '10.10.0.1' } },
      ['+    routes: [{ to: default, via: 10.10.0.1 }]'],
    ],
    [
      {
        type: 'route',
        namespace: 'earth',
        add: { to: 'default', via: '10.10.0.1' },
        remove: { to: 'default', via: '10.10.0.10' },
      },
      ['-      - { to: default, via: 10.10.0.10 }', '+      - { to: default, via: 10.10.0.1 }'],
    ],
    [
      { type: 'route', namespace: 'earth', remove: { to: '203.0.113.0/24', type: 'blackhole' } },
      ['-      - { to: 203.0.113.0/24, type: blackhole }'],
    ],
    [{ type: 'forwarding', namespace: 'earth' }, ['-    forwarding: false', '+    forwarding: true']],
    [{ type: 'forwarding' }, ['+  forwarding: true']],
    [{ type: 'forwarding', family: 'inet6' }, ['+  forwarding: true']],
    // NAT brings it.
    [{ type: 'forwarding', family: 'inet' }, ['refused: The file says so already: apply it instead.']],
    [
      {
        type: 'sysctl',
        settings: [
          { name: 'net.ipv4.conf.all.rp_filter', value: '2' },
          { name: 'net.ipv4.conf.eth0/100.rp_filter', value: '2' },
        ],
      },
      [
        '-    net.ipv4.conf.all.rp_filter: 1',
        '+    net.ipv4.conf.all.rp_filter: 2',
        '+    net.ipv4.conf.eth0/100.rp_filter: 2',
      ],
    ],
    [
      { type: 'sysctl', settings: [{ name: 'net/ipv4/conf/all/rp_filter', value: '1' }] },
      ['refused: The file says so already: apply it instead.'],
    ],
    [
      { type: 'sysctl', namespace: 'earth', settings: [{ name: 'net.ipv4.icmp_echo_ignore_all', value: '0' }] },
      ['+    sysctls: { net.ipv4.icmp_echo_ignore_all: 0 }'],
    ],
    [
      { type: 'masquerade', source: '10.10.0.0/16', notOut: 'planet-br' },
      ['+  internet-2: { masquerade: 10.10.0.0/16, not-out: planet-br }'],
    ],
    [{ type: 'port-forward', listen: '8000', to: 'earth:8000' }, ['+  forward: { listen: 8000, to: earth:8000 }']],
    [
      { type: 'port-forward', listen: '8080', to: 'earth:8000' },
      ['-  web: { listen: 8080, to: neptune:8000 }', '+  web: { listen: 8080, to: earth:8000 }'],
    ],
    [
      { type: 'port-forward', listen: '8080', to: 'neptune:8000' },
      ['refused: The file says so already: apply it instead.'],
    ],
    [
      { type: 'port-forward', listen: '53/udp', to: '10.10.0.10:5353' },
      [
        '-  dns: { listen: 53/udp, to: 10.10.0.10:5353, enabled: false }',
        '+  dns: { listen: 53/udp, to: 10.10.0.10:5353 }',
      ],
    ],
    [
      { type: 'masquerade', source: '10.99.0.0/16', out: 'eth0' },
      ['refused: The file says so already: apply it instead.'],
    ],
    [
      { type: 'masquerade', source: '10.98.0.0/16' },
      ['-  off: { masquerade: 10.98.0.0/16, enabled: false }', '+  off: { masquerade: 10.98.0.0/16 }'],
    ],
    [
      { type: 'masquerade', source: '10.97.5.0/24', notOut: 'planet-br', insteadOfSnat: true },
      [
        '-  fixed: { snat: 10.97.0.0/16, to: 198.51.100.77, out: eth0 }',
        '+  fixed: { out: eth0, masquerade: 10.97.0.0/16 }',
      ],
    ],
    [
      {
        type: 'listen-address',
        namespace: 'earth',
        port: 8000,
        before: '127.0.0.1',
        after: '10.10.0.10',
      },
      [
        '-        command: python3 -m http.server --bind 127.0.0.1 8000 # for itself',
        '+        command: "python3 -m http.server --bind 10.10.0.10 8000" # for itself',
      ],
    ],
    [
      { type: 'listen-address', namespace: 'earth', port: 5353, before: '::1', after: 'fd00::10' },
      ['-        command: [serve, "--on=[::1]:5353"]', '+        command: [serve, "--on=[fd00::10]:5353"]'],
    ],
    [
      { type: 'listen-address', namespace: 'earth', port: 80, before: '127.0.0.1', after: '10.10.0.10' },
      ['refused: The file has no service in earth that is told to listen on 127.0.0.1.'],
    ],
    [
      { type: 'vlan', bridge: 'planet-br', port: 'earth-br-veth', vlan: 7 },
      [
        '-  planet-br: { addresses: [10.10.0.1/16], stp: true }',
        '-  - endpoints: [earth:earth-veth, planet-br:earth-br-veth]',
        '+  planet-br: { addresses: [10.10.0.1/16], stp: true, vlan-filtering: true }',
        '+  - endpoints: [earth:earth-veth, { endpoint: planet-br:earth-br-veth, vlan: 7 }]',
      ],
    ],
    [
      { type: 'plug', bridge: 'planet-br', port: 'neptune-br-veth' },
      [
        '-  - endpoints: [neptune:neptune-veth, host:neptune-br-veth]',
        '+  - endpoints: [neptune:neptune-veth, planet-br:neptune-br-veth]',
      ],
    ],
    [
      { type: 'spanning-tree-off', bridge: 'planet-br' },
      [
        '-  planet-br: { addresses: [10.10.0.1/16], stp: true }',
        '+  planet-br: { addresses: [10.10.0.1/16], stp: false }',
      ],
    ],
    [{ type: 'unimpaired', namespace: 'neptune', interface: 'neptune-veth' }, ['-    impair: { loss: 100% }']],
    [{ type: 'forwarding', namespace: 'mars' }, ['refused: The file declares no namespace mars.']],
  ];

  for (const [request, expected] of cases) {
    it(JSON.stringify(request), () => assert.deepEqual(mended(request), expected));
  }
});
