import assert from 'node:assert/strict';
import type { Subject } from '../../../src/protocol/subject';
import { canDrag, dropsOf } from '../../../src/vscode/tree/dropping';

const hostId = 'lab1';
const earth: Subject = { type: 'namespace', hostId, name: 'earth' };
const neptune: Subject = { type: 'namespace', hostId, name: 'neptune' };
const bridge: Subject = { type: 'bridge', hostId, name: 'planet-br' };
const inside: Subject = { type: 'bridge', hostId, namespace: 'router', name: 'br0' };
const veth: Subject = { type: 'interface', hostId, namespace: 'earth', name: 'earth-veth' };

describe('Dropping rows of the tree', () => {
  it('onto a bridge: namespaces get a cable, interfaces are plugged in', () => {
    assert.deepEqual(dropsOf([earth, neptune, veth], bridge), [
      { commandId: 'netns.cable.create', subjects: [earth, bridge] },
      { commandId: 'netns.cable.create', subjects: [neptune, bridge] },
      { commandId: 'netns.cable.plugIn', subjects: [veth], input: 'planet-br' },
    ]);
    assert.deepEqual(dropsOf([veth], inside), [
      { commandId: 'netns.cable.plugIn', subjects: [veth], input: 'router:br0' },
    ]);
  });

  it('onto a namespace: another one or a bridge gets a cable, an interface does not move', () => {
    assert.deepEqual(dropsOf([neptune, bridge, veth], earth), [
      { commandId: 'netns.cable.create', subjects: [neptune, earth] },
      { commandId: 'netns.cable.create', subjects: [bridge, earth] },
    ]);
  });

  it('does nothing onto itself, between hosts, or onto what takes nothing', () => {
    assert.deepEqual(dropsOf([earth], earth), []);
    assert.deepEqual(dropsOf([{ ...earth, hostId: 'lab2' }], bridge), []);
    assert.deepEqual(dropsOf([earth], veth), []);
    assert.deepEqual(dropsOf([{ type: 'lab', hostId, name: 'planets' }], bridge), []);
    assert.equal(canDrag({ type: 'lab', hostId, name: 'planets' }), false);
  });
});
