import assert from 'node:assert/strict';
import type {
  HostSnapshot,
  ObservedLink,
  ObservedNamespace,
  ObservedRoute,
  SshConnection,
} from '../../../src/host/model';
import type { Step } from '../../../src/plan/model';
import { planApply } from '../../../src/plan/plan-apply';
import { planDestroy } from '../../../src/plan/plan-destroy';
import { judgeSafety } from '../../../src/plan/safety/judge';
import { risksOf } from '../../../src/plan/safety/risks';
import type { NatDeclaration, PortForwardDeclaration, Topology } from '../../../src/topology/model';
import { bridge, bridgeEnd, device, end, link, namespace, scope, topology } from './build-topology';
import { SimulatedHost } from './simulated-host';

/** An interface of the host that is nothing special. */
function nic(name: string, addresses: readonly string[], part: Partial<ObservedLink> = {}): ObservedLink {
  return {
    index: 10,
    name,
    kind: 'physical',
    up: true,
    operState: 'up',
    carrier: true,
    mtu: 1500,
    addresses: addresses.map((cidr) => ({ family: cidr.includes(':') ? 'inet6' : 'inet', cidr, scope: 'global' })),
    altNames: [],
    data: {},
    ...part,
  };
}

function route(to: string, dev: string, part: Partial<ObservedRoute> = {}): ObservedRoute {
  return {
    family: to.includes(':') || part.via?.includes(':') ? 'inet6' : 'inet',
    to,
    dev,
    table: 'main',
    type: 'unicast',
    ...part,
  };
}

interface HostParts {
  readonly links?: readonly ObservedLink[];
  readonly routes?: readonly ObservedRoute[];
  readonly rules?: ObservedNamespace['rules'];
  readonly others?: readonly ObservedNamespace[];
  readonly ssh?: Partial<SshConnection>;
}

const gateway = route('default', 'eth0', { via: '192.168.0.1' });
const neighbours = route('192.168.0.0/16', 'eth0', { src: '192.168.0.108', protocol: 'kernel' });

/** The tutorials' host: 192.168.0.108/16 on eth0, its gateway 192.168.0.1, and a client somewhere behind that. */
function host({ links, routes, rules, others = [], ssh = {} }: HostParts = {}): HostSnapshot {
  const base = new SimulatedHost().snapshot();
  const [root] = base.namespaces;
  return {
    ...base,
    namespaces: [
      {
        ...root!,
        links: links ?? [nic('eth0', ['192.168.0.108/16'])],
        routes: routes ?? [gateway, neighbours],
        rules: rules ?? [],
      },
      ...others,
    ],
    ssh: { clientAddress: '203.0.113.9', serverAddress: '192.168.0.108', serverPort: 22, ...ssh },
  };
}

/** What is said against applying a file; only what is unsafe. */
function refusals(snapshot: HostSnapshot, lab: Partial<Topology>): string[] {
  return planApply(topology(lab), snapshot).problems.map(
    ({ severity, reason, message, path }) => `${severity} ${reason} at ${(path ?? []).join('.')}: ${message}`,
  );
}

/** What is said against commands, each a step of its own. */
function said(snapshot: HostSnapshot, ...commands: readonly string[]): string[] {
  const steps = commands.map((text): Step => {
    const object = { type: 'interface', name: 'it' } as const;
    return { action: 'change', object, why: '', run: [{ argv: text.split(' ') }], undo: [] };
  });
  return judgeSafety(snapshot, topology(), steps).map(({ message }) => message);
}

const bridgeOf = (...addresses: string[]): Partial<Topology> => ({ bridges: [bridge('br0', { addresses })] });

const planets: Partial<Topology> = {
  bridges: [bridge('planet-br', { addresses: ['10.10.0.1/16'] })],
  namespaces: [namespace('earth', { interfaces: [device('earth-veth', '10.10.0.10/16')] })],
  links: [link(end('earth:earth-veth'), bridgeEnd('planet-br', 'earth-br-veth'))],
  host: scope({
    nat: [
      {
        path: ['nat'],
        name: 'internet',
        kind: 'masquerade',
        source: '10.10.0.0/16',
        notOut: 'planet-br',
        enabled: true,
      },
    ],
    portForwards: [
      {
        path: ['pf'],
        name: 'web',
        protocol: 'tcp',
        listenPort: 8000,
        to: { namespace: 'earth' },
        toPort: 8000,
        enabled: true,
      },
    ],
  }),
};

describe('a plan that would cut its own SSH connection', () => {
  it('is refused where a bridge takes the network of the host (the fifth tutorial at home)', () => {
    assert.deepEqual(refusals(host(), bridgeOf('192.168.0.1/16')), [
      'error unsafe at bridges.br0.addresses.0: 192.168.0.1/16 on br0 overlaps 192.168.0.0/16, the network of eth0, over ' +
        'which this SSH connection from 203.0.113.9 comes: the host could lose the way back.',
    ]);
    const near = host({ ssh: { clientAddress: '192.168.3.4' } });
    assert.equal(refusals(near, bridgeOf('192.168.0.1/16')).length, 1);
    assert.equal(refusals(near, bridgeOf('192.168.3.1/24')).length, 1, 'a smaller part of it');
    assert.equal(refusals(near, bridgeOf('192.0.0.1/8')).length, 1, 'a larger one around it');
  });

  it('is not refused for a lab that stays out of the way, nor without an SSH connection', () => {
    assert.deepEqual(refusals(host(), planets), []);
    const { ssh, ...local } = host();
    assert.ok(ssh !== undefined);
    assert.deepEqual(refusals(local, bridgeOf('192.168.0.1/16')), []);
  });

  it('is refused where an address or a route is a better way to the client', () => {
    assert.match(
      refusals(host(), bridgeOf('203.0.113.1/24'))[0] ?? '',
      /^error unsafe at bridges\.br0\.addresses\.0: .*203\.0\.113\.9/,
    );
    assert.match(refusals(host(), bridgeOf('203.0.113.9/32'))[0] ?? '', /no longer answer 203\.0\.113\.9/);
    const withRoute = (part: object): string[] =>
      refusals(host(), {
        ...bridgeOf('10.9.0.1/24'),
        host: scope({ routes: [{ path: ['routes', 0], to: '203.0.113.0/24', type: 'unicast', ...part }] }),
      });
    assert.match(withRoute({ via: '10.9.0.2' })[0] ?? '', /^error unsafe at routes\.0: .*203\.0\.113\.9/);
    assert.match(withRoute({ type: 'blackhole' })[0] ?? '', /^error unsafe at routes\.0/);
    assert.deepEqual(withRoute({ to: '198.18.0.0/15', via: '10.9.0.2' }), [], 'a route to elsewhere');
    assert.deepEqual(withRoute({ via: '10.9.0.2', table: '100' }), [], 'in a table that no rule leads to');
    assert.deepEqual(
      withRoute({ to: 'default', via: '10.9.0.2', metric: 500 }),
      [],
      'a default route that is no better',
    );
    assert.match(withRoute({ to: 'default', via: '10.9.0.2' })[0] ?? '', /another route to default already|leads back/);
  });

  it('is refused where it changes the route that the answers take', () => {
    assert.deepEqual(said(host(), 'ip route del default via 192.168.0.1'), [
      'The route to default via 192.168.0.1 is the one that leads back to 203.0.113.9, from where this SSH connection comes.',
    ]);
    assert.equal(said(host(), 'ip route replace default via 192.168.0.7 dev eth0').length, 1);
    assert.deepEqual(said(host(), 'ip -n earth route del default via 192.168.0.1'), [], 'a namespace has its own');
    assert.deepEqual(said(host(), 'ip route del 198.18.0.0/15 via 192.168.0.7'), []);
  });

  it('is refused where a policy rule catches the answers, and only there', () => {
    const extra = route('default', 'eth1', { via: '10.7.0.1', table: '100' });
    const other = host({
      links: [nic('eth0', ['192.168.0.108/16']), nic('eth1', ['10.7.0.9/24'])],
      routes: [gateway, neighbours, extra],
    });
    const rule = (words: string): string[] => said(other, `ip rule add ${words} table 100`);
    assert.match(rule('from 192.168.0.108')[0] ?? '', /no longer answer 203\.0\.113\.9.* over eth0/);
    assert.equal(rule('to 203.0.113.0/24').length, 1);
    assert.equal(rule('priority 50').length, 1);
    assert.equal(rule('fwmark 0/0xff').length, 1);
    assert.deepEqual(rule('from 10.7.0.0/24'), [], 'for other senders');
    assert.deepEqual(rule('iif eth1'), [], 'for what is passed on');
    assert.deepEqual(rule('oif eth1'), [], 'for sockets that are bound to an interface');
    assert.deepEqual(rule('not to 203.0.113.0/24'), [], 'for all but the answers');
    assert.equal(rule('not to 198.18.0.0/15').length, 1);
    assert.equal(rule('not to 203.0.113.0/24 dport 443').length, 1, 'for more than can be told');
    assert.deepEqual(rule('fwmark 7'), [], 'for marked packets');
    assert.deepEqual(rule('priority 40000'), [], 'after the table that answers first');
    assert.deepEqual(said(other, 'ip rule add from 192.168.0.108 table 200'), [], 'to an empty table');
    assert.equal(
      said(other, 'ip rule add to 203.0.113.9 table 200', 'ip route add default via 10.7.0.2 dev eth1 table 200')
        .length,
      1,
    );
  });

  it('is refused for anything new that could be meant where the host has rules that we cannot follow', () => {
    const vpn = route('default', 'wg0', { table: '51820' });
    const shown = { ...host({ routes: [gateway, neighbours, vpn] }) };
    const odd = { ...shown, ssh: { ...shown.ssh!, route: vpn } };
    assert.equal(said(odd, 'ip route add 203.0.113.0/24 via 192.168.0.4 dev eth0').length, 1);
    assert.deepEqual(said(odd, 'ip route add 198.18.0.0/15 via 192.168.0.4 dev eth0'), []);
  });

  it('is refused where it touches the interface, or anything that this one stands on', () => {
    const port = refusals(host(), { bridges: [bridge('br0', { ports: ['eth0'] })] });
    assert.deepEqual(port, [
      'error unsafe at bridges.br0.ports: Interface eth0 carries this SSH connection; as a port of br0 it would lose it.',
    ]);
    for (const words of [
      'netns earth',
      'down',
      'address 02:00:00:00:00:01',
      'mtu 500',
      'name lan0',
      'master br0',
      'nomaster',
    ]) {
      assert.equal(said(host(), `ip link set dev eth0 ${words}`).length, 1, words);
    }
    assert.equal(said(host(), 'ip link del dev eth0').length, 1);
    assert.equal(said(host(), 'ip addr del 192.168.0.108/16 dev eth0').length, 1);
    assert.equal(said(host(), 'tc qdisc add dev eth0 root netem loss 100%').length, 1);
    assert.equal(said(host(), 'ovs-vsctl -- add-port ovs0 eth0').length, 1);
    assert.deepEqual(said(host(), 'ip link set dev eth0 up alias netns-topology:lab', 'ip link set dev eth1 down'), []);
    assert.deepEqual(
      said(host(), 'ip -n earth link set dev eth0 down', 'ip netns exec earth tc qdisc del dev eth0 root'),
      [],
    );

    const stacked = host({
      links: [
        nic('eth0', [], { master: 'bond0' }),
        nic('eth1', [], { master: 'bond0' }),
        nic('bond0', [], { kind: 'bond', master: 'br-lan' }),
        nic('bond0.7', ['192.168.0.108/16'], { kind: 'vlan', parent: 'bond0' }),
        nic('br-lan', [], { kind: 'bridge' }),
        nic('eth2', []),
      ],
      routes: [
        { ...gateway, dev: 'bond0.7' },
        { ...neighbours, dev: 'bond0.7' },
      ],
    });
    for (const name of ['bond0.7', 'bond0', 'eth0', 'eth1', 'br-lan']) {
      assert.equal(said(stacked, `ip link set dev ${name} netns earth`).length, 1, name);
    }
    assert.match(
      said(stacked, 'ip link set dev eth1 down')[0] ?? '',
      /^Interface eth1 is a port of bond0, which carries/,
    );
    assert.deepEqual(said(stacked, 'ip link set dev eth2 netns earth'), []);
  });

  it('is refused where the client sits in a namespace that would go', () => {
    const inside: ObservedNamespace = { ...host().namespaces[0]!, id: '77', name: 'dev', isRoot: false, routes: [] };
    const lo = nic('lo', [], { kind: 'loopback', alias: 'netns-topology:lab' });
    const near = host({
      links: [nic('veth0', ['10.3.0.1/24'], { kind: 'veth', peer: { namespaceId: '77', name: 'eth0' } })],
      routes: [route('10.3.0.0/24', 'veth0', { protocol: 'kernel' })],
      others: [{ ...inside, links: [lo, nic('eth0', ['10.3.0.2/24'], { kind: 'veth' })] }],
      ssh: { clientAddress: '10.3.0.2', serverAddress: '10.3.0.1' },
    });
    const { problems } = planDestroy('lab', near);
    assert.deepEqual(
      problems.map(({ reason, message }) => `${reason}: ${message}`),
      [
        'unsafe: Namespace dev would go, with an interface that is the other end of veth0, which carries this SSH connection.',
      ],
    );
  });

  it('is refused where NAT would catch it', () => {
    const forward = (part: Partial<PortForwardDeclaration>, ssh: Partial<SshConnection> = {}): string[] => {
      const own: PortForwardDeclaration = {
        path: ['port-forwards', 'trap'],
        name: 'trap',
        protocol: 'tcp',
        listenPort: 22,
        to: { address: '10.10.0.10' },
        toPort: 2222,
        enabled: true,
        ...part,
      };
      return refusals(host({ ssh }), { host: scope({ portForwards: [own] }) });
    };
    assert.deepEqual(forward({}), [
      'error unsafe at port-forwards.trap: Port forward trap would lead port 22, to which this SSH connection leads ' +
        '(192.168.0.108:22), on to 10.10.0.10:2222: nobody could log in to the host any more.',
    ]);
    assert.equal(forward({ listenPort: 2200 }, { serverPort: 2200 }).length, 1);
    assert.equal(forward({ listenAddress: '192.168.0.108' }).length, 1);
    assert.equal(forward({ in: 'eth0' }).length, 1);
    assert.deepEqual(forward({ listenPort: 2200 }), []);
    assert.deepEqual(forward({ listenAddress: '10.10.0.1' }), []);
    assert.deepEqual(forward({ in: 'eth7' }), []);
    assert.deepEqual(forward({ protocol: 'udp' }), []);
    assert.deepEqual(forward({ enabled: false }), []);

    const nat = (part: Partial<NatDeclaration>, links?: readonly ObservedLink[]): string[] => {
      const own: NatDeclaration = {
        path: ['nat', 'n'],
        name: 'n',
        kind: 'masquerade',
        source: '0.0.0.0/0',
        enabled: true,
        ...part,
      };
      return refusals(host(links === undefined ? {} : { links }), { host: scope({ nat: [own] }) });
    };
    assert.match(
      nat({ kind: 'snat', to: '10.1.1.1' })[0] ?? '',
      /^error unsafe at nat\.n: NAT rule n .* address 10\.1\.1\.1/,
    );
    assert.deepEqual(nat({ kind: 'snat', to: '10.1.1.1', out: 'eth5' }), []);
    assert.deepEqual(nat({ kind: 'snat', to: '10.1.1.1', notOut: 'eth0' }), []);
    assert.deepEqual(nat({ kind: 'snat', to: '192.168.0.108' }), []);
    assert.deepEqual(nat({}), [], 'masquerading to the same address changes nothing');
    assert.equal(nat({}, [nic('eth0', ['192.168.0.7/16', '192.168.0.108/16'])]).length, 1, 'to another one it does');
  });

  it('is refused for kernel parameters that are known to cut', () => {
    const set = (snapshot: HostSnapshot, name: string, value: string): string[] =>
      refusals(snapshot, { host: scope({ sysctls: [{ path: ['sysctls', name], name, value }] }) });
    const ra = route('default', 'eth0', { via: 'fe80::1', protocol: 'ra', metric: 1024 });
    const modern = (acceptRa: string): HostSnapshot =>
      host({
        links: [nic('eth0', ['2001:db8:7::5/64', 'fe80::5/64'])],
        routes: [ra, route('2001:db8:7::/64', 'eth0', { metric: 256, protocol: 'kernel' })],
        ssh: { clientAddress: '2001:db8:9::9', serverAddress: '2001:db8:7::5', acceptRa },
      });
    const forwarding = 'net.ipv6.conf.all.forwarding';
    assert.match(
      set(modern('1'), forwarding, '1')[0] ?? '',
      /router advertisement.*net\.ipv6\.conf\.eth0\.accept_ra is 2/,
    );
    assert.deepEqual(set(modern('2'), forwarding, '1'), []);
    assert.deepEqual(set(modern('1'), 'net.ipv4.ip_forward', '1'), []);
    assert.equal(set(modern('1'), 'net.ipv6.conf.eth0.forwarding', '1').length, 1);
    assert.equal(set(modern('1'), 'net.ipv6.conf.eth0.disable_ipv6', '1').length, 1);
    assert.equal(set(modern('2'), 'net.ipv6.conf.eth0.accept_ra', '0').length, 1);
    assert.deepEqual(set(modern('1'), 'net.ipv6.conf.eth4.disable_ipv6', '1'), []);
    assert.deepEqual(set(host(), 'net.ipv6.conf.all.disable_ipv6', '1'), [], 'IPv4 does not mind');
    assert.equal(
      refusals(modern('1'), { host: scope({ forwarding: true }) }).length,
      1,
      'forwarding as the file says it',
    );

    const crooked = host({ links: [nic('eth0', ['192.168.1.8/24']), nic('eth1', ['192.168.0.108/16'])] });
    assert.match(
      set(crooked, 'net.ipv4.conf.all.rp_filter', '1')[0] ?? '',
      /comes to 192\.168\.0\.108 on eth1.*leave by eth0/,
    );
    assert.deepEqual(set(crooked, 'net.ipv4.conf.all.rp_filter', '2'), []);
    assert.deepEqual(set(host(), 'net.ipv4.conf.all.rp_filter', '1'), []);
  });

  it('is refused over IPv6 as well', () => {
    const near = host({
      links: [nic('eth0', ['2001:db8:7::5/64'])],
      routes: [
        route('default', 'eth0', { via: '2001:db8:7::1', metric: 1024 }),
        route('2001:db8:7::/64', 'eth0', { metric: 256, protocol: 'kernel' }),
      ],
      ssh: { clientAddress: '2001:db8:9::9', serverAddress: '2001:db8:7::5' },
    });
    assert.equal(refusals(near, bridgeOf('2001:db8:7::1/64')).length, 1);
    assert.equal(refusals(near, bridgeOf('2001:db8:9::1/64')).length, 1);
    assert.deepEqual(refusals(near, bridgeOf('2001:db8:1::1/64', '192.168.0.1/16')), []);
    const zoned = { ...near, ssh: { ...near.ssh!, clientAddress: 'fe80::9%eth0', serverAddress: 'fe80::5%eth0' } };
    assert.deepEqual(refusals(zoned, bridgeOf('2001:db8:1::1/64')), []);
  });
});

describe('a plan that could cut what nobody thought of', () => {
  const risks = (snapshot: HostSnapshot, lab: Partial<Topology>): readonly string[] =>
    planApply(topology(lab), snapshot).risks ?? [];

  it('names what of the host it changes', () => {
    assert.deepEqual(risks(host(), planets), ['kernel parameters', 'addresses', 'packet filter']);
    assert.deepEqual(risks(host(), { bridges: [bridge('br0', { ports: ['eth1'] })] }), []);
    const two = host({ links: [nic('eth0', ['192.168.0.108/16']), nic('eth1', [])] });
    assert.deepEqual(risks(two, { bridges: [bridge('br0', { ports: ['eth1'] })] }), ['interfaces']);
    assert.deepEqual(risks(host(), { host: scope({ rules: [{ path: [], from: '10.0.0.0/8', table: '9' }] }) }), [
      'policy rules',
    ]);
  });

  it('has none where it stays within its own namespaces and bridges', () => {
    const inside = namespace('earth', {
      interfaces: [device('e0', '10.10.0.10/16')],
      routes: [{ path: [], to: 'default', via: '10.10.0.1', type: 'unicast' }],
      sysctls: [{ path: [], name: 'net.ipv4.ip_forward', value: '1' }],
    });
    const lab = {
      namespaces: [inside],
      bridges: [bridge('br0')],
      links: [link(end('earth:e0'), bridgeEnd('br0', 'p0'))],
    };
    assert.deepEqual(risks(host(), lab), []);
    assert.deepEqual(risksOf(host(), []), []);
  });

  it('has them when the lab goes, too', () => {
    const simulated = new SimulatedHost();
    simulated.run(planApply(topology(planets), simulated.snapshot()));
    assert.deepEqual(planDestroy('lab', simulated.snapshot()).risks, ['packet filter', 'kernel parameters']);
  });
});
