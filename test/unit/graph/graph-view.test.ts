import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { HostSnapshot, ObservedNatRule } from '../../../src/host/model';
import { buildGraphView } from '../../../src/lab/graph-view';
import type { GraphCable, GraphNode, GraphView } from '../../../src/protocol/graph';
import { parseTopology } from '../../../src/topology/parse';
import type { Topology } from '../../../src/topology/model';
import { eth0, host, link, nameless, namespace, peer, planetsHost, rule } from './hosts';

const planetsText = readFileSync('examples/planets.netns.yaml', 'utf8');

function topology(text: string): Topology {
  const parsed = parseTopology(text);
  assert.ok(parsed.topology, parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.topology;
}

function node(view: GraphView, id: string): GraphNode {
  const found = view.nodes.find((each) => each.id === id);
  assert.ok(found, `no ${id} among ${view.nodes.map((each) => each.id).join(', ')}`);
  return found;
}

function cable(view: GraphView, from: string, to: string): GraphCable {
  const found = view.cables.find((each) => each.from === from && each.to === to);
  assert.ok(found, `no cable ${from} ${to} among ${view.cables.map((each) => each.id).join(', ')}`);
  return found;
}

describe('The graph of a host', () => {
  const view = buildGraphView({ hostName: 'lab1', snapshot: planetsHost() });

  it('has the namespaces with their interfaces, the bridge with its ports, the host and the outside', () => {
    assert.deepEqual(
      view.nodes.map(({ id, parent }) => [id, parent]),
      [
        ['host', undefined],
        ['if:/eth0', 'host'],
        ['bridge:planet-br', 'host'],
        ['if:/earth-br-veth', 'bridge:planet-br'],
        ['if:/nept-br-veth', 'bridge:planet-br'],
        ['ns:earth', undefined],
        ['if:earth/earth-veth', 'ns:earth'],
        ['ns:neptune', undefined],
        ['if:neptune/neptune-veth', 'ns:neptune'],
        ['outside', undefined],
      ],
    );
  });

  it('shows the addresses that people use, and all of them in the details', () => {
    const port = node(view, 'if:earth/earth-veth');
    assert.deepEqual(port.facts, ['10.10.0.10/16']);
    assert.deepEqual(port.details?.find(({ heading }) => heading === 'Addresses')?.lines, [
      '10.10.0.10/16',
      'fe80::2/64',
    ]);
  });

  it('draws each cable once, from the namespace to the bridge, with the address at its end', () => {
    assert.equal(view.cables.length, 3);
    const earth = cable(view, 'if:earth/earth-veth', 'if:/earth-br-veth');
    assert.equal(earth.fromLabel, '10.10.0.10/16');
    assert.equal(earth.toLabel, undefined);
    assert.equal(earth.state, 'up');
  });

  it('leads the interface of the default route to the outside', () => {
    assert.equal(cable(view, 'if:/eth0', 'outside').kind, 'uplink');
  });

  it('draws NAT by what it does, between the bridge and the uplink', () => {
    assert.deepEqual(
      view.nat.map(({ label, inside, outside }) => [label, inside, outside]),
      [
        ['NAT 10.10.0.0/16', 'bridge:planet-br', 'if:/eth0'],
        [':8000 → earth:8000', 'bridge:planet-br', 'if:/eth0'],
        [':3000 → earth:8000', 'bridge:planet-br', 'if:/eth0'],
      ],
    );
  });

  it('draws a forward once though several rules make it, and not the way back of it', () => {
    const forward = rule('dnat', { kind: 'dnat', protocol: 'tcp', port: 80, to: '10.10.0.10:80' });
    const hairpin = rule('back', { source: '10.10.0.0/16', destination: '10.10.0.10' });
    const { nat } = buildGraphView({
      hostName: '',
      snapshot: withNat([{ ...forward, in: 'eth0' }, { ...forward, chain: 'output' }, hairpin]),
    });
    assert.deepEqual(
      nat.map(({ label }) => label),
      [':80 → earth:80'],
    );
  });

  it('says whether the host forwards, and does not guess where that was not read', () => {
    assert.equal(view.forwarding, true);
    assert.deepEqual(node(view, 'host').facts, ['forwarding on']);
    const unread = buildGraphView({ hostName: '', snapshot: host([eth0()], [], { sysctls: {} }) });
    assert.equal(unread.forwarding, undefined);
    assert.deepEqual(node(unread, 'host').facts, []);
  });

  it('compares nothing when there is no file', () => {
    assert.equal(view.compared, undefined);
    assert.ok(view.nodes.every(({ presence }) => presence === 'live' || presence === 'both'));
  });

  it('hides what the kernel makes by itself, until somebody uses it', () => {
    const tunnel = { kind: 'ipip', up: false, operState: 'down', carrier: false };
    const snapshot = host([eth0(), link(9, 'tunl0', tunnel), link(8, 'ip6tnl0', { ...tunnel, up: true })], []);
    const ids = buildGraphView({ hostName: '', snapshot }).nodes.map(({ id }) => id);
    assert.deepEqual(ids, ['host', 'if:/eth0', 'if:/ip6tnl0', 'outside']);
  });

  it('has nothing but the host where the host has nothing', () => {
    const empty = buildGraphView({ hostName: 'lab1', snapshot: host([], [], { routes: [] }) });
    assert.deepEqual(
      empty.nodes.map(({ id }) => id),
      ['host'],
    );
    assert.deepEqual(empty.cables, []);
  });

  it('draws a cable between two namespaces with both addresses, also where both ends have the same index', () => {
    const snapshot = host(
      [eth0()],
      [
        namespace('earth', [link(2, 'e', { addresses: ['10.0.0.1/24'], peer: peer('neptune', 'n') })]),
        namespace('neptune', [link(2, 'n', { addresses: ['10.0.0.2/24'], peer: peer('earth', 'e') })]),
      ],
    );
    const direct = cable(buildGraphView({ hostName: '', snapshot }), 'if:earth/e', 'if:neptune/n');
    assert.equal(direct.fromLabel, '10.0.0.1/24');
    assert.equal(direct.toLabel, '10.0.0.2/24');
  });

  const states: [string, Partial<Parameters<typeof link>[2]>, string][] = [
    ['up', {}, 'up'],
    ['down', { up: false, operState: 'down', carrier: false }, 'down'],
    ['lower layer down', { operState: 'lowerlayerdown', carrier: false }, 'lower-layer-down'],
    ['no carrier', { kind: 'tun', operState: 'down', carrier: false }, 'no-carrier'],
    ['a cable whose other end is down, by chance', { operState: 'down', carrier: false }, 'lower-layer-down'],
    ['a tun device that reports nothing', { operState: 'unknown' }, 'up'],
  ];
  for (const [name, options, state] of states) {
    it(`tells the state: ${name}`, () => {
      const snapshot = host([eth0()], [namespace('earth', [link(2, 'e', options)])]);
      assert.equal(node(buildGraphView({ hostName: '', snapshot }), 'if:earth/e').state, state);
    });
  }

  it('gives a cable the worse of its ends', () => {
    const snapshot = host(
      [eth0(), link(5, 'veth0', { up: false, operState: 'down', carrier: false, peer: peer('blue', 'veth1') })],
      [
        namespace('blue', [
          link(2, 'veth1', { operState: 'lowerlayerdown', carrier: false, peer: peer('root', 'veth0') }),
        ]),
      ],
    );
    const view = buildGraphView({ hostName: '', snapshot });
    assert.equal(cable(view, 'if:blue/veth1', 'if:/veth0').state, 'down');
    assert.equal(node(view, 'if:/veth0').parent, 'host');
  });

  it('leads the uplink from the physical port of the bridge that the default route leaves by', () => {
    const snapshot = host(
      [
        link(2, 'eth0', { kind: 'physical', master: 'br0' }),
        link(3, 'br0', { kind: 'bridge', addresses: ['198.18.0.2/24'] }),
      ],
      [],
      { routes: [{ family: 'inet', to: 'default', via: '198.18.0.1', dev: 'br0', table: 'main', type: 'unicast' }] },
    );
    const view = buildGraphView({ hostName: '', snapshot });
    assert.equal(cable(view, 'if:/eth0', 'outside').kind, 'uplink');
    assert.equal(node(view, 'if:/eth0').parent, 'bridge:br0');
  });

  it('puts a bridge inside a namespace into that namespace', () => {
    const snapshot = host(
      [eth0()],
      [
        namespace('sw', [
          link(5, 'br0', { kind: 'bridge' }),
          link(6, 'p1', { master: 'br0', peer: peer('h1', 'eth0') }),
        ]),
        namespace('h1', [link(2, 'eth0', { peer: peer('sw', 'p1') })]),
      ],
    );
    const view = buildGraphView({ hostName: '', snapshot });
    assert.equal(node(view, 'bridge:sw/br0').parent, 'ns:sw');
    assert.equal(node(view, 'if:sw/p1').parent, 'bridge:sw/br0');
    assert.ok(cable(view, 'if:h1/eth0', 'if:sw/p1'));
  });

  it('calls a namespace without a name by its program, and keeps its id by its inode', () => {
    const container = { ...nameless('4026532001', []), processes: [{ pid: 77, command: 'nginx' }] };
    const view = buildGraphView({ hostName: '', snapshot: host([eth0()], [container]) });
    assert.equal(node(view, 'ns:#id-4026532001').name, 'nginx (77)');
  });

  it('knows the lab by the mark, a namespace by its loopback', () => {
    const snapshot = host(
      [eth0(), link(5, 'br0', { kind: 'bridge', alias: 'netns-topology:planets' })],
      [{ ...namespace('earth', []), links: [link(1, 'lo', { kind: 'loopback', alias: 'netns-topology:planets' })] }],
    );
    const view = buildGraphView({ hostName: '', snapshot });
    assert.equal(node(view, 'bridge:br0').lab, 'planets');
    assert.equal(node(view, 'ns:earth').lab, 'planets');
    assert.equal(node(view, 'if:/eth0').lab, undefined);
  });
});

describe('The graph of a file', () => {
  const view = buildGraphView({ hostName: '', topology: topology(planetsText) });

  it('has what the file declares, all of it declared', () => {
    assert.equal(node(view, 'ns:earth').presence, 'declared');
    assert.deepEqual(node(view, 'ns:earth').facts, ['web :8000']);
    assert.deepEqual(node(view, 'bridge:planet-br').facts, ['10.10.0.1/16']);
    assert.equal(node(view, 'if:/earth-br-veth').parent, 'bridge:planet-br');
    assert.equal(cable(view, 'if:earth/earth-veth', 'if:/earth-br-veth').fromLabel, '10.10.0.10/16');
    assert.equal(view.compared, undefined);
  });

  it('switches forwarding on where there is NAT, as an apply would', () => {
    assert.equal(view.forwarding, true);
  });

  it('has the NAT with the labels that the host would give it', () => {
    const live = buildGraphView({ hostName: '', snapshot: planetsHost() });
    assert.deepEqual(
      view.nat.map(({ id, inside }) => [id, inside]).sort(),
      live.nat.map(({ id, inside }) => [id, inside]).sort(),
    );
  });

  it('draws a cut cable as cut', () => {
    const cut = topology('name: cut\nnamespaces: { a: {}, b: {} }\nlinks: [{ endpoints: [a:x, b:y], up: false }]\n');
    assert.equal(cable(buildGraphView({ hostName: '', topology: cut }), 'if:a/x', 'if:b/y').state, 'down');
  });
});

describe('A file laid over its host', () => {
  const overlay = (text: string, snapshot = planetsHost()): GraphView =>
    buildGraphView({ hostName: 'lab1', snapshot, topology: topology(text) });

  /** The file, with port names as they are on the host of these tests. */
  const planets = planetsText.replaceAll('neptune-br-veth', 'nept-br-veth');

  it('is on both where they agree', () => {
    const view = overlay(planets);
    assert.equal(view.compared, true);
    const others = [...view.nodes, ...view.cables, ...view.nat].filter(({ presence }) => presence !== 'both');
    assert.deepEqual(
      others.map(({ id, presence }) => [id, presence]),
      [],
    );
  });

  it('keeps the same ids as the host alone', () => {
    const alone = buildGraphView({ hostName: 'lab1', snapshot: planetsHost() });
    assert.deepEqual(
      overlay(planets).nodes.map(({ id }) => id),
      alone.nodes.map(({ id }) => id),
    );
  });

  it('tells what is missing and what is too many', () => {
    const snapshot = planetsHost();
    const withMars = { ...snapshot, namespaces: [...snapshot.namespaces, namespace('mars', [])] };
    const view = overlay(planets.replace('namespaces:', 'namespaces:\n  pluto: {}'), withMars);
    assert.equal(node(view, 'ns:pluto').presence, 'declared');
    assert.equal(node(view, 'ns:mars').presence, 'live');
    assert.equal(node(view, 'if:/eth0').presence, 'both');
  });

  it('says in words what differs', () => {
    const view = overlay(planets.replace('10.10.0.20/16', '10.10.0.21/16'));
    const port = node(view, 'if:neptune/neptune-veth');
    assert.equal(port.presence, 'different');
    assert.match(port.difference ?? '', /lacks the address 10\.10\.0\.21\/16/);
    assert.match(port.difference ?? '', /has the address 10\.10\.0\.20\/16/);
  });

  it('does not take another spelling of an IPv6 address for a difference', () => {
    const text =
      'name: six\nnamespaces: { a: { interfaces: { d: { kind: dummy, addresses: ["2001:DB8:0::1/64"] } } } }\n';
    const snapshot = host([eth0()], [namespace('a', [link(2, 'd', { kind: 'dummy', addresses: ['2001:db8::1/64'] })])]);
    assert.equal(node(overlay(text, snapshot), 'if:a/d').presence, 'both');
  });

  it('says when a cable is down that should be up', () => {
    const snapshot = planetsHost();
    const cutOff = snapshot.namespaces.map((each) =>
      each.name === 'earth'
        ? { ...each, links: each.links.map((one) => ({ ...one, up: false, operState: 'down', carrier: false })) }
        : each,
    );
    const view = overlay(planets, { ...snapshot, namespaces: cutOff });
    const earth = cable(view, 'if:earth/earth-veth', 'if:/earth-br-veth');
    assert.equal(earth.presence, 'different');
    assert.equal(earth.state, 'down');
    assert.match(node(view, 'if:earth/earth-veth').difference ?? '', /is down, the file says up/);
  });

  it('says when a route or forwarding is not as declared', () => {
    const snapshot = planetsHost();
    const changed = snapshot.namespaces.map((each) =>
      each.isRoot ? { ...each, sysctls: { 'net.ipv4.ip_forward': '0' } } : { ...each, routes: [] },
    );
    const view = overlay(planets, { ...snapshot, namespaces: changed });
    assert.match(node(view, 'ns:earth').difference ?? '', /lacks the route default via 10\.10\.0\.1/);
    assert.match(node(view, 'host').difference ?? '', /forwarding is off, the file says on/);
  });
});

describe('The graph of nothing', () => {
  it('is empty', () => {
    const view = buildGraphView({ hostName: 'lab1' });
    assert.deepEqual([view.nodes, view.cables, view.nat], [[], [], []]);
  });
});

function withNat(nat: readonly ObservedNatRule[]): HostSnapshot {
  const snapshot = planetsHost();
  return { ...snapshot, namespaces: snapshot.namespaces.map((each) => (each.isRoot ? { ...each, nat } : each)) };
}
