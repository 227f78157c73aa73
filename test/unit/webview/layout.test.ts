import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildGraphView } from '../../../src/lab/graph-view';
import type { HostSnapshot } from '../../../src/host/model';
import { nearest } from '../../../webview/keyboard';
import { layoutForce } from '../../../webview/layout-force';
import { layoutRanks } from '../../../webview/layout-ranks';
import { cutMiddle, type Measure } from '../../../webview/measure';
import { boxOf, overlaps, spread, type Placement } from '../../../webview/place';
import { freshState, readState } from '../../../webview/page-state';
import { buildScene, type Scene } from '../../../webview/scene';
import { fontList } from '../../../webview/theme';
import { wire } from '../../../webview/wiring';
import { eth0, host, largeHost, link, namespace, peer, planetsHost } from '../graph/hosts';

/** Seven pixels a letter: as good as a font for placing. */
const measure: Measure = (text) => text.length * 7;
const viewport = { width: 1200, height: 800 };

function sceneOf(snapshot: HostSnapshot): Scene {
  return buildScene(buildGraphView({ hostName: 'lab1', snapshot }), measure);
}

function at(placed: ReadonlyMap<string, Placement>, id: string): Placement {
  const found = placed.get(id);
  assert.ok(found, `${id} was not placed`);
  return found;
}

function assertNothingOverlaps(placed: ReadonlyMap<string, Placement>): void {
  const entries = [...placed];
  for (const [index, [id, placement]] of entries.entries()) {
    for (const [other, otherPlacement] of entries.slice(index + 1)) {
      assert.ok(!overlaps(boxOf(placement), boxOf(otherPlacement), 0), `${id} lies on ${other}`);
    }
  }
}

describe('The layout by ranks', () => {
  it('has the namespaces on top, the bridge below, then the NAT, the host NIC and the outside', () => {
    const placed = layoutRanks(sceneOf(planetsHost()), { viewport });
    const order = ['ns:earth', 'bridge:planet-br', 'nat:NAT 10.10.0.0/16', 'if:/eth0', 'outside'];
    const heights = order.map((id) => at(placed, id).y);
    assert.deepEqual(
      heights,
      [...heights].sort((a, b) => a - b),
    );
    assert.equal(at(placed, 'ns:earth').y, at(placed, 'ns:neptune').y);
    assertNothingOverlaps(placed);
  });

  it('centres a bridge below its namespaces', () => {
    const placed = layoutRanks(sceneOf(planetsHost()), { viewport });
    const middle = (at(placed, 'ns:earth').x + at(placed, 'ns:neptune').x) / 2;
    assert.ok(Math.abs(at(placed, 'bridge:planet-br').x - middle) < 2);
  });

  for (const [count, bridges] of [
    [30, 3],
    [200, 1],
    [7, 5],
  ] as const) {
    it(`puts nothing on anything with ${count} namespaces on ${bridges} bridges, and no cable behind a card`, () => {
      const scene = sceneOf(largeHost(count, bridges));
      const placed = layoutRanks(scene, { viewport });
      assert.equal(placed.size, scene.units.size);
      assertNothingOverlaps(placed);
      const wiring = wire(scene, placed, 'square');
      for (const { cable, from } of scene.cables) {
        const points = wiring.routes.get(cable.id)?.points ?? [];
        for (const [index, point] of points.slice(1).entries()) {
          const before = points[index]!;
          const line = {
            left: Math.min(before.x, point.x),
            right: Math.max(before.x, point.x),
            top: Math.min(before.y, point.y),
            bottom: Math.max(before.y, point.y),
          };
          for (const unit of scene.units.values()) {
            if (unit.kind !== 'card' || unit.id === from.unit) continue;
            assert.ok(!overlaps(line, boxOf(at(placed, unit.id)), 0), `${cable.id} runs behind ${unit.id}`);
          }
        }
      }
    });
  }

  for (const [count, bridges] of [
    [24, 3],
    [200, 4],
  ] as const) {
    it(`puts ${count} namespaces into a block for each of ${bridges} bridges, about as high as wide`, () => {
      const snapshot = largeHost(count, bridges);
      const placed = layoutRanks(sceneOf(snapshot), { viewport, byBridge: true });
      assertNothingOverlaps(placed);
      for (let bridge = 0; bridge < bridges; bridge++) {
        const own = [...placed].filter(
          ([id]) => id.startsWith('ns:') && (Number(id.slice(8)) - 1) % bridges === bridge,
        );
        const [xs, ys] = [own.map(([, { x }]) => Math.round(x)), own.map(([, { y }]) => Math.round(y))];
        const ratio = new Set(xs).size / new Set(ys).size;
        assert.ok(ratio > 0.5 && ratio < 2, `${new Set(xs).size} columns in ${new Set(ys).size} rows`);
      }
    });
  }

  it('gives the same picture for the same network, in whatever order it was read', () => {
    const snapshot = largeHost(12, 3);
    const shuffled = { ...snapshot, namespaces: [snapshot.namespaces[0]!, ...snapshot.namespaces.slice(1).reverse()] };
    const sorted = (placed: ReadonlyMap<string, Placement>) => [...placed].sort(([a], [b]) => a.localeCompare(b));
    assert.deepEqual(
      sorted(layoutRanks(sceneOf(snapshot), { viewport })),
      sorted(layoutRanks(sceneOf(shuffled), { viewport })),
    );
  });

  it('leaves every namespace where it stands when one is added, and puts that one beside them', () => {
    const snapshot = planetsHost();
    const kept = layoutRanks(sceneOf(snapshot), { viewport });
    const more = { ...snapshot, namespaces: [...snapshot.namespaces, namespace('aaa', []), namespace('mars', [])] };
    const placed = layoutRanks(sceneOf(more), { viewport, kept });
    for (const [id, placement] of kept) assert.deepEqual(at(placed, id), placement, id);
    assertNothingOverlaps(placed);
  });

  it('makes room for cards that grow where they stand, and moves nothing that has room', () => {
    const busy = (names: readonly string[]): HostSnapshot => {
      const snapshot = largeHost(8, 1);
      const namespaces = snapshot.namespaces.map((one) =>
        names.includes(one.name ?? '')
          ? { ...one, links: [...one.links, ...[20, 21, 22].map((index) => link(index, `interface-${index}`))] }
          : one,
      );
      return { ...snapshot, namespaces };
    };
    const kept = layoutRanks(sceneOf(busy([])), { viewport });
    const placed = layoutRanks(sceneOf(busy(['node-2', 'node-3'])), { viewport, kept });
    assertNothingOverlaps(placed);
    const [before, after] = [at(kept, 'ns:node-2'), at(placed, 'ns:node-2')];
    assert.ok(after.width > before.width + 100, 'it has to grow for this test to say anything');
    // In the other row nothing happened.
    const { y } = before;
    const others = [...kept].filter(([id, place]) => id.startsWith('ns:') && Math.abs(place.y - y) > 20);
    assert.ok(others.length > 0, 'there has to be another row');
    for (const [id, place] of others) assert.equal(at(placed, id).x, place.x, id);
    const again = layoutRanks(sceneOf(busy(['node-2', 'node-3'])), { viewport, kept: placed });
    for (const [id, place] of placed) assert.deepEqual(at(again, id), place, id);
  });

  it('changes nothing when the same network is drawn again and again', () => {
    const snapshot = planetsHost();
    const [root, ...others] = snapshot.namespaces;
    const more = ['mgmt0', 'tun0', 'wg0'].map((name, index) => link(40 + index, name, { kind: 'physical' }));
    const lonely = link(60, 'docker0', { kind: 'bridge', addresses: ['172.17.0.1/16'] });
    const busy = { ...snapshot, namespaces: [{ ...root!, links: [...root!.links, ...more, lonely] }, ...others] };
    for (const scene of [sceneOf(busy), sceneOf(largeHost(40, 3))]) {
      const first = layoutRanks(scene, { viewport });
      const second = layoutRanks(scene, { viewport, kept: first });
      const third = layoutRanks(scene, { viewport, kept: second });
      for (const [id, placement] of first) {
        assert.deepEqual(at(second, id), placement, id);
        assert.deepEqual(at(third, id), placement, id);
      }
    }
  });

  it('leaves what a person has moved where it was put', () => {
    const scene = sceneOf(planetsHost());
    const kept = new Map(layoutRanks(scene, { viewport }));
    kept.set('bridge:planet-br', { ...at(kept, 'bridge:planet-br'), x: 900, y: 333 });
    const placed = layoutRanks(scene, { viewport, kept, pinned: new Set(['bridge:planet-br']) });
    assert.deepEqual([at(placed, 'bridge:planet-br').x, at(placed, 'bridge:planet-br').y], [900, 333]);
  });

  it('puts a router between the bridges it joins', () => {
    const scene = sceneOf(
      host(
        [
          eth0(),
          ...['a', 'b'].flatMap((name, index) => [
            link(10 + index, `br-${name}`, { kind: 'bridge' }),
            link(20 + index, `${name}-1`, { master: `br-${name}`, peer: peer(`host-${name}`, 'eth0') }),
            link(30 + index, `${name}-r`, { master: `br-${name}`, peer: peer('a-router', name) }),
          ]),
        ],
        [
          namespace('host-a', [link(2, 'eth0', { peer: peer('root', 'a-1') })]),
          namespace('host-b', [link(2, 'eth0', { peer: peer('root', 'b-1') })]),
          namespace('a-router', [
            link(2, 'b', { peer: peer('root', 'b-r') }),
            link(3, 'a', { peer: peer('root', 'a-r') }),
          ]),
        ],
      ),
    );
    const placed = layoutRanks(scene, { viewport });
    const row = ['ns:host-a', 'ns:a-router', 'ns:host-b'];
    const sorted = [...row].sort((a, b) => at(placed, a).x - at(placed, b).x);
    assert.deepEqual(sorted, row);
    // Its interfaces stand on the side of their bridge, so that the two cables do not cross.
    const { slots } = wire(scene, placed, 'square');
    assert.ok(slots.get('if:a-router/a')!.x < slots.get('if:a-router/b')!.x);
    assertNothingOverlaps(placed);
  });

  it('places a host without anything', () => {
    assert.equal(layoutRanks(sceneOf(host([], [], { routes: [] })), { viewport }).size, 0);
  });
});

describe('The layout by springs', () => {
  it('gives the same picture twice, with nothing on anything', async () => {
    const scene = sceneOf(largeHost(12, 2));
    const start = layoutRanks(scene, { viewport });
    const placed = await layoutForce(scene, start, new Map());
    assert.deepEqual(await layoutForce(scene, start, new Map()), placed);
    assertNothingOverlaps(placed);
  });

  it('moves nothing that was there', async () => {
    const snapshot = planetsHost();
    const scene = sceneOf(snapshot);
    const before = await layoutForce(scene, layoutRanks(scene, { viewport }), new Map());
    const more = sceneOf({ ...snapshot, namespaces: [...snapshot.namespaces, namespace('mars', [])] });
    const after = await layoutForce(more, layoutRanks(more, { viewport, kept: before }), before);
    for (const [id, placement] of before) assert.deepEqual(at(after, id), placement, id);
    assertNothingOverlaps(after);
  });
});

describe('Spreading things in a row', () => {
  it('never overlaps, keeps the order, and moves nothing that has room', () => {
    const wishes = fc.array(
      fc.record({ wanted: fc.integer({ min: -500, max: 500 }), width: fc.integer({ min: 1, max: 90 }) }),
    );
    fc.assert(
      fc.property(wishes, (list) => {
        const centers = spread(list, 5);
        for (let i = 1; i < list.length; i++) {
          const room = centers[i]! - centers[i - 1]! - list[i]!.width / 2 - list[i - 1]!.width / 2;
          assert.ok(room >= 5 - 1e-6, `${i - 1} and ${i} are ${room} apart`);
        }
      }),
    );
    assert.deepEqual(
      spread(
        [
          { wanted: 0, width: 10 },
          { wanted: 100, width: 10 },
        ],
        5,
      ),
      [0, 100],
    );
    assert.deepEqual(
      spread(
        [
          { wanted: 0, width: 10 },
          { wanted: 0, width: 10 },
        ],
        10,
      ),
      [-10, 10],
    );
  });
});

describe('Cutting a name in the middle', () => {
  it('keeps beginning and end', () => {
    assert.equal(cutMiddle('customer-frankfurt-17', 70, 'title', measure), 'custo…t-17');
    assert.equal(cutMiddle('short', 70, 'title', measure), 'short');
  });

  it('always fits, and never tears a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 7, max: 200 }), (text, width) => {
        const cut = cutMiddle(text, width, 'mono', measure);
        assert.ok(measure(cut, 'mono') <= width || cut === '…');
        assert.doesNotThrow(() => encodeURIComponent(cut), 'half of a surrogate pair');
      }),
    );
  });
});

describe('The arrow keys', () => {
  const nodes = [
    { id: 'right', at: { x: 100, y: 0 } },
    { id: 'far right', at: { x: 300, y: 0 } },
    { id: 'below', at: { x: 10, y: 80 } },
    { id: 'aside', at: { x: 90, y: 200 } },
  ];
  it('go to the nearest in their direction', () => {
    assert.equal(nearest({ x: 0, y: 0 }, { x: 1, y: 0 }, nodes), 'right');
    assert.equal(nearest({ x: 100, y: 0 }, { x: 1, y: 0 }, nodes), 'far right');
    assert.equal(nearest({ x: 0, y: 0 }, { x: 0, y: 1 }, nodes), 'below');
    assert.equal(nearest({ x: 0, y: 0 }, { x: -1, y: 0 }, nodes), undefined);
  });
});

describe('Fonts', () => {
  it('are spelt as the canvas takes them', () => {
    assert.equal(
      fontList("'Droid Sans Mono', 'monospace', monospace", 'monospace'),
      '"Droid Sans Mono", "monospace", monospace, monospace',
    );
    assert.equal(
      fontList('-apple-system, system-ui, "Segoe UI"', 'sans-serif'),
      '-apple-system, system-ui, "Segoe UI", sans-serif',
    );
    assert.equal(fontList('Evil"; x, Arial', 'sans-serif'), 'Arial, sans-serif');
    assert.equal(fontList('', 'monospace'), 'monospace');
  });
});

describe('The kept state', () => {
  it('is read back as it was written', () => {
    const state = {
      version: 1,
      layout: 'force',
      labels: false,
      positions: { 'force lab1': { positions: { 'ns:earth': { x: 1, y: 2 } }, pinned: ['ns:earth'] } },
      viewport: { key: 'force lab1', zoom: 0.5, x: 3, y: 4 },
    };
    assert.deepEqual(readState(structuredClone(state)), state);
  });

  it('is fresh where it cannot be read', () => {
    for (const raw of [undefined, null, 7, 'x', [], { version: 2 }, { version: 1, positions: null }]) {
      assert.deepEqual(readState(raw), freshState);
    }
    const broken = { version: 1, positions: { a: { positions: { n: { x: 'left' }, m: { x: 1, y: 1 } } }, b: 5 } };
    assert.deepEqual(readState(broken).positions, { a: { positions: { m: { x: 1, y: 1 } }, pinned: [] } });
  });
});
