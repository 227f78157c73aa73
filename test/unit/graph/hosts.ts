import type { HostSnapshot, ObservedLink, ObservedNamespace, ObservedNatRule } from '../../../src/host/model';

/** Hosts as an observation would give them, built in a few words. */

export type LinkOptions = Partial<Omit<ObservedLink, 'addresses'>> & { readonly addresses?: readonly string[] };

export function link(index: number, name: string, options: LinkOptions = {}): ObservedLink {
  const { addresses = [], ...rest } = options;
  return {
    index,
    name,
    kind: 'veth',
    up: true,
    operState: 'up',
    carrier: true,
    mtu: 1500,
    mac: `02:00:00:00:00:${index.toString(16).padStart(2, '0')}`,
    altNames: [],
    data: {},
    ...rest,
    addresses: addresses.map((cidr) => ({
      family: cidr.includes(':') ? 'inet6' : 'inet',
      cidr,
      scope: cidr.startsWith('fe80') ? 'link' : 'global',
    })),
  };
}

export const loopback = link(1, 'lo', { kind: 'loopback', operState: 'unknown', addresses: ['127.0.0.1/8'] });

export function namespace(
  name: string,
  links: readonly ObservedLink[],
  rest: Partial<ObservedNamespace> = {},
): ObservedNamespace {
  return { ...nameless(name, links), name, ...rest };
}

/** A namespace that no name under /run/netns leads to. */
export function nameless(id: string, links: readonly ObservedLink[]): ObservedNamespace {
  return {
    id: `id-${id}`,
    isRoot: false,
    links: [loopback, ...links],
    routes: [],
    rules: [],
    sysctls: { 'net.ipv4.ip_forward': '0', 'net.ipv6.conf.all.forwarding': '0' },
    nat: [],
    nftTables: [],
    processes: [],
  };
}

export function host(
  rootLinks: readonly ObservedLink[],
  namespaces: readonly ObservedNamespace[],
  rest: Partial<ObservedNamespace> = {},
): HostSnapshot {
  const root: ObservedNamespace = {
    ...nameless('root', rootLinks),
    isRoot: true,
    routes: [
      { family: 'inet', to: 'default', via: '198.18.0.1', dev: 'eth0', table: 'main', type: 'unicast' },
      { family: 'inet', to: '198.18.0.0/24', dev: 'eth0', table: 'main', type: 'unicast', protocol: 'kernel' },
    ],
    ...rest,
  };
  return {
    hostname: 'lab1',
    kernel: '6.12.48',
    namespaces: [root, ...namespaces],
    labs: [],
    tools: { ip: 'iproute2-6.1.0' },
    unread: [],
  };
}

export function eth0(): ObservedLink {
  return link(2, 'eth0', { kind: 'physical', addresses: ['198.18.0.2/24', 'fe80::1/64'] });
}

export function rule(text: string, rest: Partial<ObservedNatRule>): ObservedNatRule {
  return { kind: 'masquerade', engine: 'nftables', table: 'ip netns-planets', chain: 'nat', text, ...rest };
}

export function peer(namespaceName: string, name: string): NonNullable<ObservedLink['peer']> {
  return { namespaceId: `id-${namespaceName}`, name };
}

/** The lab of the first tutorial, as it is after an apply. */
export function planetsHost(): HostSnapshot {
  const forward = (port: number): ObservedNatRule =>
    rule(`tcp dport ${port} dnat to 10.10.0.10:8000`, { kind: 'dnat', protocol: 'tcp', port, to: '10.10.0.10:8000' });
  return host(
    [
      eth0(),
      link(5, 'planet-br', { kind: 'bridge', addresses: ['10.10.0.1/16'] }),
      link(6, 'earth-br-veth', { master: 'planet-br', peer: peer('earth', 'earth-veth') }),
      link(7, 'nept-br-veth', { master: 'planet-br', peer: peer('neptune', 'neptune-veth') }),
    ],
    [
      planet('earth', '10.10.0.10/16', 'earth-br-veth', {
        processes: [{ pid: 4711, command: 'python3 -m http.server --bind 10.10.0.10 8000' }],
      }),
      planet('neptune', '10.10.0.20/16', 'nept-br-veth'),
    ],
    {
      sysctls: { 'net.ipv4.ip_forward': '1' },
      nat: [
        rule('ip saddr 10.10.0.0/16 oifname != "planet-br" masquerade', {
          source: '10.10.0.0/16',
          notOut: 'planet-br',
        }),
        forward(8000),
        forward(3000),
      ],
    },
  );
}

function planet(name: string, cidr: string, port: string, rest: Partial<ObservedNamespace> = {}): ObservedNamespace {
  return namespace(name, [link(3, `${name}-veth`, { addresses: [cidr, 'fe80::2/64'], peer: peer('root', port) })], {
    routes: [
      { family: 'inet', to: 'default', via: '10.10.0.1', dev: `${name}-veth`, table: 'main', type: 'unicast' },
      { family: 'inet', to: '10.10.0.0/16', dev: `${name}-veth`, table: 'main', type: 'unicast', protocol: 'kernel' },
    ],
    ...rest,
  });
}

/** Many namespaces, evenly on some bridges. */
export function largeHost(count: number, bridges: number): HostSnapshot {
  const root: ObservedLink[] = [eth0()];
  const namespaces: ObservedNamespace[] = [];
  for (let bridge = 0; bridge < bridges; bridge++) {
    root.push(link(10 + bridge, `br${bridge}`, { kind: 'bridge', addresses: [`10.${bridge}.0.1/16`] }));
  }
  for (let index = 0; index < count; index++) {
    const bridge = index % bridges;
    const name = `node-${index + 1}`;
    root.push(link(100 + index, `v${index + 1}`, { master: `br${bridge}`, peer: peer(name, 'eth0') }));
    namespaces.push(
      namespace(name, [
        link(2, 'eth0', { addresses: [`10.${bridge}.0.${index + 10}/16`], peer: peer('root', `v${index + 1}`) }),
      ]),
    );
  }
  return host(root, namespaces);
}
