import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { driftOf, summarizeDrift, type Drift } from '../../../src/plan/drift';
import { planApply } from '../../../src/plan/plan-apply';
import { driftOfRecord } from '../../../src/plan/record-drift';
import { stopService } from '../../../src/plan/service-scripts';
import type { Topology } from '../../../src/topology/model';
import { parseTopology } from '../../../src/topology/parse';
import { SimulatedHost } from './simulated-host';

const text = readFileSync(path.resolve(__dirname, '../../../examples/planets.netns.yaml'), 'utf8');

function planets(edit: (text: string) => string = (same) => same): Topology {
  const edited = edit(text);
  const { topology, problems } = parseTopology(edited);
  assert.deepEqual(
    problems.filter(({ severity }) => severity === 'error'),
    [],
  );
  return topology!;
}

/** The planets on a host, on which then somebody types. */
function hostWith(...typed: readonly string[]): SimulatedHost {
  const host = new SimulatedHost();
  host.run(planApply(planets(), host.snapshot()));
  for (const line of typed) host.execute({ argv: line.split(' ') });
  return host;
}

const [web] = planets().namespaces[0]!.services;
const stopWeb = stopService('planets', { ...web!, namespace: 'earth' });

const words = ({ state, entries }: Drift): unknown => [
  state,
  ...entries.map((entry) => `${entry.cause}${entry.follows === true ? ' (follows)' : ''}: ${entry.words}`),
];
const drift = (host: SimulatedHost, topology = planets()): Drift => driftOf(topology, host.snapshot());

describe('the drift of a lab', () => {
  it('is none where it was just applied, and nothing is said of a lab that is not there', () => {
    assert.deepEqual(words(drift(hostWith())), ['inSync']);
    assert.equal(summarizeDrift(drift(hostWith())), 'in sync');
    assert.deepEqual(words(drift(new SimulatedHost())), ['absent']);
    assert.equal(summarizeDrift(drift(new SimulatedHost())), 'not on the host');
  });

  it('names what someone did, and where the file declares it', () => {
    const down = drift(hostWith('ip -n earth link set dev earth-veth down'));
    assert.equal(down.state, 'drifted');
    assert.equal(down.entries[0]?.words, 'earth:earth-veth is down');
    assert.deepEqual(down.entries[0].path, ['links', 0, 'endpoints', 0]);
    assert.match(summarizeDrift(down), /^drifted: earth:earth-veth is down/);
  });

  it('names a cable that is gone first, and what went with it as following from that', () => {
    assert.deepEqual(words(drift(hostWith('ip -n earth link del dev earth-veth'))), [
      'drifted',
      'host: cable earth:earth-veth — earth-br-veth is gone',
      'host (follows): address 10.10.0.10/16 on earth:earth-veth is gone',
      'host (follows): route earth:default via 10.10.0.1 is gone',
    ]);
    assert.equal(
      summarizeDrift(drift(hostWith('ip -n earth link del dev earth-veth'))),
      'drifted: cable earth:earth-veth — earth-br-veth is gone',
    );
  });

  it('does not take an address that somebody took away for a consequence of a cable in the same place', () => {
    const host = hostWith('ip -n earth link del dev earth-veth', 'ip addr del 10.10.0.1/16 dev planet-br');
    assert.equal(summarizeDrift(drift(host)), 'drifted: cable earth:earth-veth — earth-br-veth is gone, and 1 more');
    assert.deepEqual(words(drift(hostWith('ip link del dev planet-br'))), [
      'drifted',
      'host: bridge planet-br is gone',
      'host (follows): earth-br-veth: is on no bridge, should be a port of planet-br',
      'host (follows): neptune-br-veth: is on no bridge, should be a port of planet-br',
      'host (follows): net.ipv4.conf.planet-br.route_localnet: port forward web is reached over 127.0.0.1',
      'host (follows): address 10.10.0.1/16 on planet-br is gone',
    ]);
  });

  it('sees a service that ended, an address that is gone and a parameter that was set', () => {
    const host = hostWith('ip -n earth addr del 10.10.0.10/16 dev earth-veth', 'sysctl -w net.ipv4.ip_forward=0');
    host.execute(stopWeb);
    const { state, entries } = drift(host);
    assert.equal(state, 'drifted');
    assert.deepEqual(
      entries.map((entry) => entry.words),
      [
        'net.ipv4.ip_forward is 0',
        'address 10.10.0.10/16 on earth:earth-veth is gone',
        'route earth:default via 10.10.0.1 is gone',
        'service web@earth has ended',
      ],
    );
  });

  it('tells an edit of the file from a change of the host', () => {
    const edited = planets((same) =>
      same.replace('  neptune:\n', '  mars: {}\n  neptune:\n').replaceAll('10.10.0.20', '10.10.0.30'),
    );
    assert.deepEqual(words(drift(hostWith(), edited)), [
      'edited',
      'file: namespace mars is not applied yet',
      'file: address 10.10.0.30/16 on neptune:neptune-veth: is 10.10.0.20/16, the file says 10.10.0.30/16',
    ]);
    assert.equal(summarizeDrift(drift(hostWith(), edited)), '2 changes not applied yet');
    const both = drift(hostWith('ip -n earth link del dev earth-veth'), edited);
    assert.deepEqual(words(both), [
      'drifted',
      'host: cable earth:earth-veth — earth-br-veth is gone',
      'host (follows): address 10.10.0.10/16 on earth:earth-veth is gone',
      'host (follows): route earth:default via 10.10.0.1 is gone',
      'file: namespace mars is not applied yet',
      'file: address 10.10.0.30/16 on neptune:neptune-veth: is 10.10.0.20/16, the file says 10.10.0.30/16',
    ]);
    assert.equal(summarizeDrift(both), 'drifted: cable earth:earth-veth — earth-br-veth is gone');
  });

  it('says why nothing can be compared where a namespace was made anew by hand', () => {
    const host = hostWith('ip netns del neptune', 'ip netns add neptune');
    const found = drift(host);
    assert.equal(found.state, 'blocked');
    assert.match(summarizeDrift(found), /^cannot be compared: Namespace neptune is already on the host/);
  });

  it('is what Apply mends: afterwards there is none', () => {
    const host = hostWith('ip -n earth link del dev earth-veth', 'ip link set dev planet-br down');
    const found = drift(host);
    const plan = planApply(planets(), host.snapshot());
    assert.equal(found.entries.length, plan.steps.length);
    host.run(plan);
    assert.deepEqual(words(drift(host)), ['inSync']);
  });
});

describe('the drift of a lab whose file is not at hand', () => {
  const found = (host: SimulatedHost): unknown => words(driftOfRecord('planets', host.snapshot()));

  it('goes by the record of the last apply', () => {
    assert.deepEqual(found(new SimulatedHost()), ['absent']);
    assert.deepEqual(found(hostWith()), ['inSync']);
    assert.deepEqual(found(hostWith('ip -n earth link del dev earth-veth')), [
      'drifted',
      'host: cable earth:earth-veth — earth-br-veth is gone',
    ]);
    assert.deepEqual(found(hostWith('ip link del dev planet-br')), ['drifted', 'host: bridge planet-br is gone']);
    assert.deepEqual(found(hostWith('ip netns del neptune')), ['drifted', 'host: namespace neptune is gone']);
    assert.deepEqual(found(hostWith('ip netns del neptune', 'ip netns add neptune')), [
      'drifted',
      'host: namespace neptune is gone',
    ]);
    const host = hostWith();
    host.execute(stopWeb);
    assert.deepEqual(found(host), ['drifted', 'host: service web@earth has ended']);
  });

  it('names what is there and not as it was applied, and nothing that follows from what is gone', () => {
    const cases: Readonly<Record<string, string>> = {
      'ip -n earth addr del 10.10.0.10/16 dev earth-veth': 'address 10.10.0.10/16 on earth:earth-veth is gone',
      'ip -n neptune route del default via 10.10.0.1': 'route neptune:default via 10.10.0.1 is gone',
      'ip -n neptune link set dev neptune-veth down': 'neptune:neptune-veth is down',
      'ip link set dev planet-br down': 'planet-br is down',
      'ip -n earth link set dev lo down': 'earth:lo is down',
      'sysctl -w net.ipv4.ip_forward=0': 'net.ipv4.ip_forward is 0',
      'nft delete table ip netns-topology-planets': 'NAT table ip netns-topology-planets is gone',
    };
    for (const [command, expected] of Object.entries(cases)) {
      const now = found(hostWith(command)) as string[];
      assert.ok(now.includes(`host: ${expected}`), `${command}: ${now.join('; ')}`);
    }
  });

  it('knows a cable that is declared down from one that was set down', () => {
    const lab = planets();
    const cut = { ...lab, links: lab.links.map((link) => ({ ...link, up: false })) };
    const host = new SimulatedHost();
    host.run(planApply(cut, host.snapshot()));
    assert.deepEqual(found(host), ['inSync']);
    host.execute({ argv: ['ip', '-n', 'earth', 'link', 'set', 'dev', 'earth-veth', 'up'] });
    assert.deepEqual(found(host), ['drifted', 'host: earth:earth-veth is up']);
  });

  it('names nothing that follows from an interface that was set down', () => {
    const routes = (found(hostWith('ip -n neptune link set dev neptune-veth down')) as string[]).filter((line) =>
      line.includes('route'),
    );
    assert.deepEqual(routes, []);
  });

  it('says so where the record cannot be read', () => {
    const snapshot = hostWith().snapshot();
    const damaged = { ...snapshot, labs: [{ name: 'planets', manifest: { version: 7 } }] };
    assert.match(String(words(driftOfRecord('planets', damaged))), /^blocked,host: The record of lab planets/);
  });
});
