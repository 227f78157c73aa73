import assert from 'node:assert/strict';
import { describeSnapshot } from '../../../src/cli/describe-snapshot';
import type { HostSnapshot, ObservedLink, ObservedNamespace } from '../../../src/host/model';

describe('a host as text', () => {
  it('shows namespaces, cables, bridges and what is worth knowing of routes and NAT', () => {
    assert.equal(
      describeSnapshot(snapshot),
      `lab1 (Linux 6.1.0)
  root namespace, forwarding
    bridge br0 up 10.0.0.1/8
    port0 up veth in br0 ⟷ earth:eth0
    route default via 198.51.100.1 dev eth0 metric 100
    NAT (nftables, lab planets): ip saddr 10.0.0.0/8 masquerade
  namespace earth
    eth0 down veth ⟷ port0 10.0.0.2/8
    process 7: sleep 1000
  namespace without a name (3)
    route blackhole 10.9.0.0/16 table 7
labs: planets
could not be read: NAT rules of namespace earth (nft: no such file)`,
    );
  });
});

const link: ObservedLink = {
  index: 1,
  name: 'eth0',
  kind: 'veth',
  up: true,
  operState: 'up',
  carrier: true,
  mtu: 1500,
  addresses: [],
  altNames: [],
  data: {},
};
const empty: Omit<ObservedNamespace, 'id'> = {
  isRoot: false,
  links: [],
  routes: [],
  rules: [],
  sysctls: {},
  nat: [],
  nftTables: [],
  processes: [],
};
const address = (cidr: string) => ({ family: 'inet', cidr, scope: 'global' }) as const;
const snapshot: HostSnapshot = {
  hostname: 'lab1',
  kernel: '6.1.0',
  tools: {},
  labs: [{ name: 'planets', manifest: {} }],
  unread: [{ what: 'NAT rules of namespace earth', why: 'nft: no such file\n' }],
  namespaces: [
    {
      ...empty,
      id: '1',
      isRoot: true,
      sysctls: { 'net.ipv4.ip_forward': '1' },
      links: [
        { ...link, name: 'br0', kind: 'bridge', addresses: [address('10.0.0.1/8')] },
        { ...link, name: 'port0', master: 'br0', peer: { namespaceId: '2', name: 'eth0' } },
      ],
      routes: [
        {
          family: 'inet',
          to: 'default',
          via: '198.51.100.1',
          dev: 'eth0',
          table: 'main',
          metric: 100,
          type: 'unicast',
        },
        { family: 'inet', to: '10.0.0.0/8', dev: 'br0', table: 'main', type: 'unicast', protocol: 'kernel' },
        { family: 'inet', to: '10.0.0.1/32', dev: 'br0', table: 'local', type: 'local' },
      ],
      nat: [
        {
          kind: 'masquerade',
          engine: 'nftables',
          table: 't',
          chain: 'c',
          text: 'ip saddr 10.0.0.0/8 masquerade',
          lab: 'planets',
        },
      ],
    },
    {
      ...empty,
      id: '2',
      name: 'earth',
      links: [{ ...link, up: false, peer: { namespaceId: '1', name: 'port0' }, addresses: [address('10.0.0.2/8')] }],
      processes: [{ pid: 7, command: 'sleep 1000' }],
    },
    { ...empty, id: '3', routes: [{ family: 'inet', to: '10.9.0.0/16', table: '7', type: 'blackhole' }] },
  ],
};
