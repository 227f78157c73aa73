import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildGraphView } from '../../../src/lab/graph-view';
import { parseTopology } from '../../../src/topology/parse';
import { collapse, collapsedAtFirst, groupsOf } from '../../../webview/groups';
import { largeHost, planetsHost } from '../graph/hosts';

const planetsView = buildGraphView({ hostName: 'lab1', snapshot: planetsHost() });

describe('Groups of namespaces', () => {
  it('are those that hang on one bridge and on nothing else', () => {
    const { topology } = parseTopology(`name: t
bridges: { br0: {}, br1: {}, inner: { namespace: router } }
namespaces: { a: {}, b: {}, c: {}, router: {}, free: {}, both: {}, direct: {} }
links:
  - endpoints: [a:e, br0]
  - endpoints: [b:e, br0:p]
  - endpoints: [c:e, br1]
  - endpoints: [both:e0, br0]
  - endpoints: [both:e1, br1]
  - endpoints: [router:up, br0]
  - endpoints: [direct:e, router:d]
`);
    const groups = groupsOf(buildGraphView({ hostName: '', topology }));
    assert.deepEqual([...groups].map(([id, { members }]) => [id, members.map(({ name }) => name)]), [
      ['group:bridge:br0', ['a', 'b']],
    ]);
  }); // prettier-ignore

  it('become one card with one cable, and nothing that they had is left over', () => {
    const { view, standIn } = collapse(planetsView, new Set(['group:bridge:planet-br']));
    assert.deepEqual(
      view.nodes.filter(({ kind }) => kind === 'namespace').map(({ name, facts }) => [name, facts]),
      [['2 namespaces', ['earth … neptune']]],
    );
    const ids = new Set(view.nodes.map(({ id }) => id));
    for (const { from, to } of view.cables) assert.ok(ids.has(from) && ids.has(to), `${from} – ${to}`);
    for (const { parent } of view.nodes) assert.ok(parent === undefined || ids.has(parent), parent);
    assert.equal(standIn.get('if:earth/earth-veth'), 'group:bridge:planet-br');
    assert.equal(standIn.get('if:/earth-br-veth'), 'group:bridge:planet-br');
    assert.equal(standIn.get('bridge:planet-br'), undefined);
    assert.deepEqual(view.nat, planetsView.nat);
  });

  it('say what is hidden in them: cables that are down, members that differ', () => {
    const cables = planetsView.cables.map((cable, index) => (index === 0 ? { ...cable, state: 'down' as const } : cable));
    const nodes = planetsView.nodes.map((node) => (node.name === 'earth' ? { ...node, presence: 'different' as const } : { ...node, presence: 'both' as const }));
    const { view } = collapse({ ...planetsView, nodes, cables, compared: true }, new Set(['group:bridge:planet-br']));
    const card = view.nodes.find(({ linkKind }) => linkKind === 'group');
    assert.deepEqual([card?.presence, card?.difference], ['different', '1 of them differ']);
    const cable = view.cables.find(({ from }) => from === card?.id);
    assert.deepEqual([cable?.state, cable?.label], ['down', '2 cables, 1 of them not up']);
  }); // prettier-ignore

  it('are collapsed by themselves only where there is more than a person can read', () => {
    const small = buildGraphView({ hostName: 'lab1', snapshot: largeHost(100, 3) });
    assert.deepEqual(collapsedAtFirst(small), []);
    const large = buildGraphView({ hostName: 'lab1', snapshot: largeHost(200, 3) });
    assert.deepEqual(collapsedAtFirst(large).sort(), ['group:bridge:br0', 'group:bridge:br1', 'group:bridge:br2']);
    assert.ok(collapse(large, new Set(collapsedAtFirst(large))).view.nodes.length < 15);
  });

  it('leave any picture whole: whatever is collapsed, all that is not drawn has something that stands for it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 4 }), fc.nat(15), (count, bridges, mask) => {
        const view = buildGraphView({ hostName: 'lab1', snapshot: largeHost(count, bridges) });
        const chosen = new Set([...groupsOf(view).keys()].filter((_, index) => (mask >> index) % 2 === 1));
        const { view: drawn, standIn } = collapse(view, chosen);
        const ids = new Set([...drawn.nodes, ...drawn.cables].map(({ id }) => id));
        for (const { id } of [...view.nodes, ...view.cables]) assert.ok(ids.has(id) !== standIn.has(id), id);
        for (const card of standIn.values()) assert.ok(ids.has(card) && chosen.has(card));
      }),
      { numRuns: 50 },
    ); // prettier-ignore
  });
});
