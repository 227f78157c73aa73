import assert from 'node:assert/strict';
import { eventsBetween } from '../../../src/host/host-events';
import type { HostSnapshot, ObservedLink, ObservedNamespace } from '../../../src/host/model';
import { HostHistory } from '../../../src/lab/host-history';
import { eth0, host, largeHost, link, namespace, nameless, peer, planetsHost } from '../graph/hosts';

/** The snapshot with one namespace (undefined: the root) changed. */
function withNamespace(
  snapshot: HostSnapshot,
  name: string | undefined,
  change: (before: ObservedNamespace) => Partial<ObservedNamespace>,
): HostSnapshot {
  const namespaces = snapshot.namespaces.map((each) => (each.name === name ? { ...each, ...change(each) } : each));
  return { ...snapshot, namespaces };
}

function withLink(
  snapshot: HostSnapshot,
  of: string | undefined,
  called: string,
  is: Partial<ObservedLink>,
): HostSnapshot {
  return withNamespace(snapshot, of, ({ links }) => ({
    links: links.map((each) => (each.name === called ? { ...each, ...is } : each)),
  }));
}

const words = (before: HostSnapshot, after: HostSnapshot): string[] =>
  eventsBetween(before, after).map((each) => each.words);

describe('What happened between two readings of a host', () => {
  const planets = planetsHost();

  it('is nothing where they say the same, whatever the counters say', () => {
    assert.deepEqual(words(planets, planetsHost()), []);
    const counted = withNamespace(planets, undefined, ({ nat }) => ({
      nat: nat.map((rule) => ({ ...rule, packets: 9 })),
    }));
    assert.deepEqual(words(planets, counted), []);
  });

  it('is a namespace that came or went, without what stands in it', () => {
    const mars = { ...planets, namespaces: [...planets.namespaces, namespace('mars', [link(3, 'm0')])] };
    assert.deepEqual(words(planets, mars), ['namespace mars appeared']);
    assert.deepEqual(words(mars, planets), ['namespace mars went']);
    const renamed = {
      ...mars,
      namespaces: mars.namespaces.map((each) => (each.name === 'mars' ? { ...each, name: 'ares' } : each)),
    };
    assert.deepEqual(words(mars, renamed), ['namespace mars is called ares']);
  });

  it('is a cable, once, with both of its ends', () => {
    const cable = withNamespace(
      withNamespace(planets, 'earth', ({ links }) => ({
        links: [...links, link(8, 'x0', { peer: peer('neptune', 'x1') })],
      })),
      'neptune',
      ({ links }) => ({ links: [...links, link(9, 'x1', { peer: peer('earth', 'x0') })] }),
    );
    assert.deepEqual(words(planets, cable), ['earth:x0 ↔ neptune:x1 appeared']);
    assert.deepEqual(words(cable, planets), ['earth:x0 ↔ neptune:x1 went']);
  });

  it('is an interface that moved to another namespace', () => {
    const card = link(30, 'eth7', { kind: 'physical' });
    const before = host([eth0(), card], [namespace('lab', [])]);
    const after = host([eth0()], [namespace('lab', [card])]);
    assert.deepEqual(words(before, after), ['eth7 moved from host to lab']);
  });

  for (const [change, said] of [
    [{ up: false }, 'is down'],
    [{ carrier: false }, 'has no carrier'],
    [{ up: false, carrier: false }, 'is down'],
    [{ mtu: 1400 }, 'has MTU 1400'],
    [{ addresses: [] }, 'lost 10.10.0.10/16'],
    [{ qdisc: { kind: 'netem', options: {} } }, 'has netem'],
  ] as const) {
    it(`is an interface that ${said}`, () => {
      assert.deepEqual(words(planets, withLink(planets, 'earth', 'earth-veth', change)), [`earth:earth-veth ${said}`]);
    });
  }

  it('is a port that was unplugged, or plugged in', () => {
    const free = link(6, 'earth-br-veth', { peer: peer('earth', 'earth-veth') });
    const without = withNamespace(planets, undefined, ({ links }) => ({
      links: links.map((each) => (each.name === free.name ? free : each)),
    }));
    assert.deepEqual(words(planets, without), ['host:earth-br-veth is unplugged from planet-br']);
    assert.deepEqual(words(without, planets), ['host:earth-br-veth is plugged into planet-br']);
  });

  it('is a route, NAT, or forwarding', () => {
    assert.deepEqual(
      words(
        planets,
        withNamespace(planets, 'earth', () => ({ routes: [] })),
      ),
      ['route default via 10.10.0.1 dev earth-veth in earth went'],
    );
    assert.deepEqual(
      words(
        withNamespace(planets, undefined, () => ({ nat: [], sysctls: { 'net.ipv4.ip_forward': '0' } })),
        planets,
      ),
      [
        'NAT ip saddr 10.10.0.0/16 oifname != "planet-br" masquerade in host appeared',
        'NAT tcp dport 8000 dnat to 10.10.0.10:8000 in host appeared',
        'NAT tcp dport 3000 dnat to 10.10.0.10:8000 in host appeared',
        'IPv4 forwarding is on in host',
      ],
    );
  });

  it('is a lab that was applied or destroyed, and a service that ended', () => {
    const lab = { ...planets, labs: [{ name: 'planets', manifest: {} }] };
    assert.deepEqual(words(planets, lab), ['lab planets appeared']);
    const service = { lab: 'planets', namespace: 'earth', name: 'web', restarts: 0, pid: 7 };
    const runs = { ...lab, services: [service] };
    assert.deepEqual(words(runs, { ...lab, services: [{ ...service, ended: { code: 1, at: 5 } }] }), [
      'service web in earth ended with code 1',
    ]);
  });

  it('tells of a namespace without a name too', () => {
    const after = { ...planets, namespaces: [...planets.namespaces, nameless('4711', [])] };
    assert.deepEqual(words(planets, after), ['namespace net:[id-4711] appeared']);
  });
});

describe('The history of a host', () => {
  it('begins with how the host was first seen, and keeps how it was after each event', () => {
    const history = new HostHistory();
    const planets = planetsHost();
    assert.equal(history.add(planets, 1000), false);
    assert.equal(history.moments.length, 0);
    assert.equal(history.add(planetsHost(), 2000), false, 'nothing happened');
    const down = withLink(planets, 'earth', 'earth-veth', { up: false });
    assert.equal(history.add(down, 3000), true);
    assert.deepEqual(
      history.moments.map(({ id, events }) => [id, events.map((each) => each.words)]),
      [
        [1, []],
        [2, ['earth:earth-veth is down']],
      ],
    );
    assert.equal(history.find(2)?.snapshot.namespaces.find(({ name }) => name === 'earth')?.links[1]?.up, false);
    assert.equal(history.find(1)?.snapshot.namespaces.find(({ name }) => name === 'earth')?.links[1]?.up, true);
    assert.equal(history.find(3), undefined);
  });

  it('keeps a namespace that did not change only once, however often it is read', () => {
    const history = new HostHistory();
    for (let count = 1; count <= 10; count++) history.add(largeHost(20 + count, 1), count);
    const first = new Set(
      history.moments.flatMap(({ snapshot }) => snapshot.namespaces.filter(({ name }) => name === 'node-1')),
    );
    assert.equal(first.size, 1);
  });

  it('keeps so many moments, and lets the oldest go', () => {
    const history = new HostHistory();
    for (let turn = 0; turn < 300; turn++)
      history.add(host([eth0()], turn % 2 === 0 ? [] : [namespace('blink', [])]), turn);
    assert.equal(history.moments.length, 200);
    assert.equal(history.moments.at(-1)?.time, 299);
    assert.equal(history.find(1), undefined);
  });
});
