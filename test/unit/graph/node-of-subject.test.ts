import assert from 'node:assert/strict';
import { buildGraphView } from '../../../src/lab/graph-view';
import { nodeOfSubject } from '../../../src/lab/graph/node-of-subject';
import { graphContext } from '../../../src/protocol/graph-subject';
import type { Subject } from '../../../src/protocol/subject';
import { host, link, nameless, namespace, peer, planetsHost } from './hosts';

const view = buildGraphView({ hostName: 'lab1', snapshot: planetsHost() });

describe('What of a graph a thing is', () => {
  it('is the node that has it as its subject, for every node, cable and rule but the host and the outside', () => {
    const ids = [...view.nodes, ...view.cables, ...view.nat].map(({ id }) => id);
    const found = ids.flatMap((id) => {
      const subject = graphContext(view, id, { hostId: 'lab1' }).netnsSubject;
      return subject === undefined ? [] : [[id, nodeOfSubject(view, subject)]];
    });
    assert.ok(found.length > 10);
    const others = found.filter(([id, node]) => id !== node);
    assert.deepEqual(others, [['host', undefined]]);
  });

  it('is what it belongs to, where it is not drawn itself', () => {
    const node = (subject: Omit<Subject, 'hostId'>): string | undefined => nodeOfSubject(view, subject);
    const inEarth = { namespace: 'earth' };
    assert.equal(node({ type: 'route', ...inEarth, name: 'default', dev: 'earth-veth' }), 'if:earth/earth-veth');
    assert.equal(node({ type: 'route', ...inEarth, name: '203.0.113.0/24' }), 'ns:earth');
    assert.equal(node({ type: 'address', name: '10.10.0.1/16', dev: 'planet-br' }), 'bridge:planet-br');
    assert.equal(node({ type: 'process', ...inEarth, name: 'python3', pid: 4711 }), 'ns:earth');
    assert.equal(node({ type: 'namespace', name: 'pluto' }), undefined);
    assert.equal(node({ type: 'lab', name: 'planets' }), undefined);
  });

  it('is found where a namespace has no name', () => {
    const snapshot = host([], [nameless('7', [link(2, 'eth0', { peer: peer('a', 'p') })]), namespace('a', [])]);
    const id = nodeOfSubject(buildGraphView({ hostName: '', snapshot }), {
      type: 'interface',
      namespaceId: 'id-7',
      name: 'eth0',
    });
    assert.equal(id, 'if:#id-7/eth0');
  });
});
