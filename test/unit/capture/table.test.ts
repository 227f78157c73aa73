import assert from 'node:assert/strict';
import fc from 'fast-check';
import { hexDump } from '../../../src/capture/hex-dump';
import { PacketRing } from '../../../src/capture/packet-ring';
import { PacketTable } from '../../../src/capture/packet-table';
import { whereIn } from '../../../src/capture/row';
import { TimeOrder } from '../../../src/capture/time-order';
import type { Packet } from '../../../src/capture/packet';
import { ipv4, packet } from './packets';

const where = whereIn([
  { namespace: 'earth', interface: 'eth0' },
  { namespace: 'mars', interface: 'eth0' },
]);
const ping = (point: number): Packet => packet({ point, data: ipv4(1, '0800 0000 0001 0001') });
const syn = packet({ data: ipv4(6, 'd431 0050 00000064 00000000 5002 faf0 0000 0000') });
const large = { packets: 1000, bytes: 1_000_000 };

describe('the order of packets of several points', () => {
  it('is that of their times, where they are not further apart than what is held back', () => {
    const order = new TimeOrder();
    const at = (time: number): Packet => packet({ time });
    order.add([at(1_000_000), at(1_050_000)]);
    order.add([at(1_020_000)]);
    assert.deepEqual(order.ripe(), []);
    order.add([at(1_150_000)]);
    assert.deepEqual(
      order.ripe().map(({ time }) => time),
      [1_000_000, 1_020_000, 1_050_000],
    );
    assert.deepEqual(
      order.all().map(({ time }) => time),
      [1_150_000],
    );
    assert.equal(order.size, 0);
  });

  it('loses none and doubles none', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat({ max: 1_000_000 }))), (batches) => {
        const order = new TimeOrder();
        const out: number[] = [];
        for (const batch of batches) {
          order.add(batch.map((time) => packet({ time })));
          out.push(...order.ripe().map(({ time }) => time));
        }
        out.push(...order.all().map(({ time }) => time));
        assert.deepEqual(
          [...out].sort((a, b) => a - b),
          batches.flat().sort((a, b) => a - b),
        );
      }),
    );
  });
});

describe('the ring', () => {
  it('keeps the newest packets, within both limits, and their numbers', () => {
    const limits = fc.record({
      packets: fc.integer({ min: 1, max: 50 }),
      bytes: fc.integer({ min: 1000, max: 20_000 }),
    });
    fc.assert(
      fc.property(limits, fc.array(fc.nat({ max: 3 }), { maxLength: 60 }), (limit, batches) => {
        const ring = new PacketRing(limit);
        let count = 0;
        for (const batch of batches) {
          ring.add(Array.from({ length: batch }, () => packet({ time: ++count })));
          assert.ok(ring.size <= limit.packets);
          assert.equal(ring.total, count);
          assert.equal(ring.first + ring.size, count + 1);
          for (let number = ring.first; number <= count; number++) assert.equal(ring.get(number)?.time, number);
          assert.equal(ring.get(ring.first - 1), undefined);
          assert.equal(ring.all().length, ring.size);
        }
      }),
    );
  });
});

describe('the table', () => {
  it('without a search has every kept packet in the place of its number', () => {
    const ring = new PacketRing({ ...large, packets: 5 });
    const table = new PacketTable(ring, where);
    ring.add([0, 1, 0, 1, 0, 1, 0].map(ping));
    const part = table.part(undefined, 3);
    assert.deepEqual(
      { ...part, rows: part.rows.map(({ number }) => number) },
      { gone: 2, total: 5, begin: 4, rows: [5, 6, 7] },
    );
    assert.deepEqual(
      table.part(0, 2).rows.map((row) => row.number),
      [3, 4],
    );
  });

  it('with a search has those that match; their places stay when older ones go', () => {
    const ring = new PacketRing({ ...large, packets: 4 });
    const table = new PacketTable(ring, where);
    table.search('where:mars');
    ring.add([0, 1, 0, 1].map(ping));
    assert.equal(table.update(3), false);
    assert.equal(table.update(3), true);
    assert.deepEqual(
      table.part(0, 10).rows.map(({ number }) => number),
      [2, 4],
    );
    ring.add([1, 1, 1].map(ping));
    table.update(100);
    const part = table.part(0, 10);
    assert.deepEqual(
      { ...part, rows: part.rows.map(({ number }) => number) },
      { gone: 1, total: 4, begin: 1, rows: [4, 5, 6, 7] },
    );
  });

  it('stands still while it is paused', () => {
    for (const search of ['', 'icmp']) {
      const ring = new PacketRing(large);
      const table = new PacketTable(ring, where);
      table.search(search);
      ring.add([ping(0)]);
      table.update(10);
      table.pause();
      ring.add([ping(1)]);
      table.update(10);
      assert.equal(table.part(undefined, 10).total, 1);
      table.resume();
      assert.equal(table.part(undefined, 10).total, 2);
    }
  });

  it('is empty after it was cleared, and counts on', () => {
    const ring = new PacketRing(large);
    const table = new PacketTable(ring, where);
    ring.add([ping(0), ping(1)]);
    ring.clear();
    table.restart();
    assert.equal(table.part(undefined, 10).total, 0);
    ring.add([ping(0)]);
    assert.deepEqual(
      table.part(undefined, 10).rows.map(({ number }) => number),
      [3],
    );
  });

  const found: readonly [string, number[]][] = [
    ['', [1, 2, 3]],
    ['ICMP', [1, 2]],
    ['!icmp', [3]],
    ['icmp mars', [2]],
    ['protocol:tcp', [3]],
    ['to:8.8.8.8 from:10.10.0.10', [1, 2, 3]],
    ['from:8.8.8.8', []],
    ['"echo request"', [1, 2]],
    ['"request echo"', []],
    ['mars:eth0', [2]],
    ['!where:mars', [1, 3]],
    ['!', [1, 2, 3]],
  ];
  for (const [search, numbers] of found) {
    it(`finds ${search === '' ? 'everything' : search}`, () => {
      const ring = new PacketRing(large);
      const table = new PacketTable(ring, where);
      ring.add([ping(0), ping(1), syn]);
      table.search(search);
      table.update(100);
      assert.deepEqual(
        table.part(0, 10).rows.map(({ number }) => number),
        numbers,
      );
    });
  }
});

describe('a hex dump', () => {
  it('has sixteen bytes a line', () => {
    assert.deepEqual(hexDump(Uint8Array.from([...Buffer.from('Hello, earth! \x00\xff', 'latin1'), 0x21])), [
      { offset: '0000', bytes: '48 65 6c 6c 6f 2c 20 65  61 72 74 68 21 20 00 ff', text: 'Hello, earth! ··' },
      { offset: '0010', bytes: '21', text: '!' },
    ]);
  });
});
