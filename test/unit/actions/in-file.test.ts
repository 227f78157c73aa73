import assert from 'node:assert/strict';
import type { HostSnapshot } from '../../../src/host/model';
import type { ChangeId, Targets } from '../../../src/lab/actions/change';
import { editInstead, fileChange, labsFor } from '../../../src/lab/actions/in-file';
import { resolveTarget } from '../../../src/lab/actions/target';
import type { Subject } from '../../../src/protocol/subject';
import { hostOfExamples } from './example-host';

/** The host of the examples, all of it made by the lab planets. */
function labHost(): HostSnapshot {
  const snapshot = hostOfExamples();
  const namespaces = snapshot.namespaces.map((namespace) => ({
    ...namespace,
    links: namespace.links.map((link) =>
      link.kind === 'physical' || (namespace.isRoot && link.kind === 'loopback')
        ? link
        : { ...link, alias: 'netns-topology:planets' },
    ),
  }));
  return { ...snapshot, namespaces };
}

const subject = (type: Subject['type'], name: string, more: Partial<Subject> = {}): Subject => ({
  type,
  hostId: 'lab1',
  name,
  ...more,
});
const veth = subject('interface', 'earth-veth', { namespace: 'earth' });
const earth = subject('namespace', 'earth');

describe('A change by hand in the file of its lab', () => {
  const snapshot = labHost();
  const targets = (...[first, ...others]: [Subject, ...Subject[]]): Targets => [
    resolveTarget(first, snapshot),
    ...others.map((one) => resolveTarget(one, snapshot)),
  ];
  const requests = (id: ChangeId, on: Subject, ...answers: string[]): unknown =>
    fileChange(id, targets(on), answers)?.requests;

  it('is what the file has a word for', () => {
    const where = { namespace: 'earth', interface: 'earth-veth' };
    assert.deepEqual(fileChange('netns.interface.addAddress', targets(veth), [' 10.30.0.1/24 ']), {
      lab: 'planets',
      requests: [{ type: 'address', ...where, add: '10.30.0.1/24' }],
    });
    assert.deepEqual(requests('netns.interface.removeAddress', veth, '10.10.0.10/16'), [
      { type: 'address', ...where, remove: '10.10.0.10/16' },
    ]);
    assert.deepEqual(requests('netns.interface.mtu', veth, '1400'), [{ type: 'mtu', ...where, mtu: 1400 }]);
    assert.deepEqual(requests('netns.route.add', earth, '10.20.0.0/16 via 10.10.0.1 table 7'), [
      { type: 'route', namespace: 'earth', add: { to: '10.20.0.0/16', via: '10.10.0.1', table: '7' } },
    ]);
    assert.deepEqual(requests('netns.route.add', earth, '10.20.0.0/16 dev earth-veth metric 5'), [
      { type: 'route', namespace: 'earth', add: { to: '10.20.0.0/16', dev: 'earth-veth', metric: 5 } },
    ]);
    assert.deepEqual(requests('netns.route.add', earth, 'blackhole 10.20.0.0/16'), [
      { type: 'route', namespace: 'earth', add: { to: '10.20.0.0/16', type: 'blackhole' } },
    ]);
    assert.deepEqual(requests('netns.interface.down', veth), [{ type: 'down', ...where }]);
    assert.deepEqual(requests('netns.cable.unplug', veth), [{ type: 'unplug', port: 'earth-br-veth' }]);
    assert.deepEqual(requests('netns.cable.impair', veth, 'delay 60ms loss 1%', '', 'out', ''), [
      { type: 'impair', ...where, direction: 'out', impair: { delay: '60ms', loss: '1%' } },
    ]);
    assert.deepEqual(requests('netns.forward.add', earth, '', '53/udp', '198.51.100.2:53'), [
      { type: 'port-forward', listen: '198.51.100.2:53/udp', to: 'earth:53' },
    ]);
    assert.deepEqual(requests('netns.cable.plugIn', veth, 'moon-br'), [
      { type: 'plug', bridge: 'moon-br', port: 'earth-br-veth' },
    ]);
    const cable = subject('cable', 'earth-veth', { namespace: 'earth', peer: { name: 'earth-br-veth' } });
    assert.equal((requests('netns.interface.mtu', cable, '1400') as unknown[]).length, 2, 'both ends');
  });

  it('is none where the file has no word for it, or no lab made the thing', () => {
    assert.equal(requests('netns.interface.flap', veth, '1'), undefined);
    assert.equal(requests('netns.cable.impair', veth, 'loss 1%', '', 'both', '5m'), undefined, 'ends by itself');
    const eth0 = subject('interface', 'eth0');
    assert.equal(requests('netns.interface.addAddress', eth0, '10.30.0.1/24'), undefined);
    const byHand = hostOfExamples();
    assert.equal(fileChange('netns.interface.mtu', [resolveTarget(veth, byHand)], ['1400']), undefined);
  });

  it('may be an edit of the file instead, where things are created and deleted', () => {
    const instead = (id: ChangeId, ...on: [Subject, ...Subject[]]): unknown => editInstead(id, targets(...on));
    const bridge = subject('bridge', 'planet-br');
    assert.deepEqual(instead('netns.namespace.delete', earth), { type: 'delete', nodeId: 'ns:earth' });
    assert.deepEqual(instead('netns.bridge.delete', bridge), { type: 'delete', nodeId: 'bridge:planet-br' });
    assert.deepEqual(instead('netns.cable.delete', veth), { type: 'delete', nodeId: 'if:earth/earth-veth' });
    assert.deepEqual(instead('netns.cable.create', earth, bridge), {
      type: 'connect',
      from: 'ns:earth',
      to: 'bridge:planet-br',
    });
    const host = subject('host', 'lab1');
    assert.deepEqual(instead('netns.namespace.create', host), { type: 'add', kind: 'namespace' });
    assert.deepEqual(labsFor(targets(host)), ['planets']);
    assert.equal(instead('netns.namespace.delete', earth, subject('namespace', 'mars')), undefined);
    assert.equal(instead('netns.interface.up', veth), undefined);
  });
});
