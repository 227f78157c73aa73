import type { HostSnapshot, ObservedLink, ObservedNamespace } from '../../../src/host/model';

/** Readings of a host, written as what a test cares about. */

export function link(name: string, changes: Partial<ObservedLink> = {}): ObservedLink {
  return {
    index: 2,
    name,
    kind: 'veth',
    up: true,
    operState: 'up',
    carrier: true,
    mtu: 1500,
    addresses: [],
    altNames: [],
    data: {},
    ...changes,
  };
}

export function namespace(name: string | undefined, changes: Partial<ObservedNamespace> = {}): ObservedNamespace {
  return {
    id: name === undefined ? '4026531840' : `40265${name.length}${name.charCodeAt(0)}`,
    ...(name === undefined ? {} : { name }),
    isRoot: name === undefined,
    links: [],
    routes: [],
    rules: [],
    sysctls: {},
    nat: [],
    nftTables: [],
    processes: [],
    ...changes,
  };
}

export function snapshot(changes: Partial<HostSnapshot> = {}): HostSnapshot {
  return {
    hostname: 'lab',
    kernel: '6.12.43+deb13-amd64',
    namespaces: [namespace(undefined)],
    labs: [],
    tools: {},
    unread: [],
    ...changes,
  };
}

const inet = (cidr: string): ObservedLink['addresses'][number] => ({ family: 'inet', cidr, scope: 'global' });

/** The first tutorial's lab: earth and neptune on planet-br, out through NAT, port 8000 forwarded to earth. */
export function planets(): HostSnapshot {
  const root = namespace(undefined, {
    links: [
      link('eth0', { kind: 'physical', addresses: [inet('198.51.100.2/24')] }),
      link('planet-br', { kind: 'bridge', addresses: [inet('10.10.0.1/16')] }),
      link('earth-br-veth', { master: 'planet-br', peer: { namespaceId: 'earth', name: 'earth-veth' } }),
      link('neptune-br-veth', { master: 'planet-br', peer: { namespaceId: 'neptune', name: 'neptune-veth' } }),
    ],
    nat: [
      {
        kind: 'masquerade',
        engine: 'nftables',
        table: 'netns-planets',
        chain: 'postrouting',
        text: 'ip saddr 10.10.0.0/16 oifname != "planet-br" masquerade',
        source: '10.10.0.0/16',
        notOut: 'planet-br',
        packets: 84,
        lab: 'planets',
      },
      {
        kind: 'dnat',
        engine: 'nftables',
        table: 'netns-planets',
        chain: 'prerouting',
        text: 'tcp dport 8000 dnat to 10.10.0.10:8000',
        protocol: 'tcp',
        port: 8000,
        to: '10.10.0.10:8000',
        lab: 'planets',
      },
      {
        kind: 'dnat',
        engine: 'nftables',
        table: 'netns-planets',
        chain: 'output',
        text: 'ip daddr != 127.0.0.0/8 fib daddr type local tcp dport 8000 dnat to 10.10.0.10:8000',
        protocol: 'tcp',
        port: 8000,
        to: '10.10.0.10:8000',
        lab: 'planets',
      },
      {
        kind: 'masquerade',
        engine: 'nftables',
        table: 'netns-planets',
        chain: 'postrouting',
        text: 'ct status dnat ip saddr 10.10.0.0/16 ip daddr 10.10.0.10 tcp dport 8000 masquerade',
        source: '10.10.0.0/16',
        destination: '10.10.0.10',
        protocol: 'tcp',
        port: 8000,
        lab: 'planets',
      },
    ],
  });
  const inside = (name: string, address: string): ObservedNamespace =>
    namespace(name, {
      id: name,
      links: [
        link('lo', { kind: 'loopback', addresses: [{ family: 'inet', cidr: '127.0.0.1/8', scope: 'host' }] }),
        link(`${name}-veth`, {
          addresses: [inet(address)],
          peer: { namespaceId: root.id, name: `${name}-br-veth` },
        }),
      ],
      routes: [
        { family: 'inet', to: 'default', via: '10.10.0.1', dev: `${name}-veth`, table: 'main', type: 'unicast' },
        { family: 'inet', to: '127.0.0.0/8', dev: 'lo', table: 'local', type: 'local' },
      ],
    });
  return snapshot({
    namespaces: [root, inside('earth', '10.10.0.10/16'), inside('neptune', '10.10.0.20/16')],
    labs: [{ name: 'planets', manifest: {} }],
  });
}
