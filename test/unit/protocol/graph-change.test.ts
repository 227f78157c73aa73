import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildGraphView } from '../../../src/lab/graph-view';
import type { GraphView } from '../../../src/protocol/graph';
import { applyChange, changeBetween } from '../../../src/protocol/graph-change';
import { parseToGraph } from '../../../src/protocol/parse';
import { ViewSender } from '../../../src/vscode/graph/view-sender';
import { largeHost, namespace, planetsHost } from '../graph/hosts';

const node = fc.record(
  { id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), name: fc.constantFrom('x', 'y'), facts: fc.constant([]) },
  { noNullPrototype: true },
);
const nodes = fc.uniqueArray(node, { selector: ({ id }) => id });
const views = nodes.map((some) => ({ hostName: 'h', nodes: some, cables: [], nat: [] }) as unknown as GraphView);

describe('A change between two views', () => {
  it('makes of the one the other, whatever came, went, moved or changed', () => {
    fc.assert(
      fc.property(views, views, (before, after) => {
        const change = changeBetween(before, after);
        assert.ok(change);
        assert.deepEqual(applyChange(before, change).nodes, after.nodes);
      }),
    );
  });

  it('is small where little changed: what did not change is not built anew', () => {
    const host = largeHost(1000, 20);
    const last = host.namespaces.at(-1);
    assert.ok(last);
    const renamed = { ...last, processes: [{ pid: 1, command: 'sleep' }] };
    const changed = { ...host, namespaces: [...host.namespaces.slice(0, -1), renamed] };
    const [before, after] = [host, changed].map((snapshot) => buildGraphView({ hostName: 'lab1', snapshot }));
    assert.ok(before && after);
    const same = after.nodes.filter((each) => before.nodes.includes(each)).length;
    // The host and the outside are drawn of the whole; the namespace has one interface.
    assert.ok(after.nodes.length - same <= 4, `${after.nodes.length - same} nodes were built anew`);
    const change = changeBetween(before, after);
    assert.deepEqual(
      change?.nodes.set.map(({ id }) => id),
      [`ns:${last.name}`],
    );
    assert.equal(change.nodes.ids, undefined);
    assert.ok(JSON.stringify(change).length < 1000);
    assert.ok(parseToGraph(JSON.parse(JSON.stringify({ type: 'change', change }))));
    assert.deepEqual(applyChange(before, change), after);
  });

  it('follows a namespace that was renamed around the same interfaces', () => {
    const before = planetsHost();
    const renamed = before.namespaces.map((one) => (one.name === 'earth' ? { ...one, name: 'terra' } : one));
    const view = buildGraphView({ hostName: 'lab1', snapshot: { ...before, namespaces: renamed } });
    assert.ok(view.cables.some(({ from }) => from === 'if:terra/earth-veth'));
    assert.ok(!view.cables.some(({ from }) => from === 'if:earth/earth-veth'));
  });

  it('is only told of a view that the page has, and where nothing else is another', () => {
    const sender = new ViewSender();
    const view = (name: string, hosts: { id: string; label: string }[] = []) => {
      const planets = planetsHost();
      const snapshot = { ...planets, namespaces: [...planets.namespaces, namespace(name, [])] };
      return { type: 'view' as const, view: buildGraphView({ hostName: 'lab1', snapshot }), hosts };
    };
    const types = [
      sender.messageFor(view('a')),
      sender.messageFor(view('b')),
      sender.messageFor(view('b', [{ id: 'one', label: 'lab1' }])),
      sender.messageFor({ type: 'notice', title: 'Lost', text: '', actions: [] }),
      sender.messageFor(view('b')),
    ].map(({ type }) => type);
    assert.deepEqual(types, ['view', 'change', 'view', 'notice', 'view']);
    sender.forget();
    assert.equal(sender.messageFor(view('b')).type, 'view');
  });
});
