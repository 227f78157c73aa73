import assert from 'node:assert/strict';
import fc from 'fast-check';
import { NetnsError } from '../../../src/base/errors';
import { FrameReader } from '../../../src/capture/frames';
import { LinkType, type Packet } from '../../../src/capture/packet';
import { PcapReader } from '../../../src/capture/pcap-reader';
import { writePcap } from '../../../src/capture/pcap-writer';
import { utf8 } from '../../../src/capture/pcapng-blocks';
import { readPcapng } from '../../../src/capture/pcapng-reader';
import { writePcapng } from '../../../src/capture/pcapng-writer';
import { hex, packet } from './packets';

const somePacket = fc
  .record({
    time: fc.integer({ min: 0, max: 4_000_000_000_000_000 }),
    data: fc.uint8Array({ maxLength: 300 }),
    more: fc.nat({ max: 2000 }),
  })
  .map(({ time, data, more }) => packet({ time, data, length: data.length + more }));

/** Cuts bytes at places that the numbers choose. */
function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [...new Set(cuts.map((n) => n % (bytes.length + 1)))].sort((a, b) => a - b);
  const ends = [...places, bytes.length];
  return ends.map((end, index) => bytes.slice(index === 0 ? 0 : ends[index - 1], end));
}

const plain = (packets: readonly Packet[]): unknown[] => packets.map((one) => ({ ...one, data: [...one.data] }));
const decode = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

describe('pcap', () => {
  it('is read as it was written, however it was cut', () => {
    fc.assert(
      fc.property(fc.array(somePacket, { maxLength: 20 }), fc.array(fc.nat(), { maxLength: 30 }), (packets, cuts) => {
        const reader = new PcapReader(0);
        const read = cut(writePcap(LinkType.ethernet, packets), cuts).flatMap((piece) => reader.feed(piece));
        assert.deepEqual(plain(read), plain(packets));
      }),
    );
  });

  it('is read big-endian and with nanoseconds too', () => {
    const header = 'a1b23c4d 0002 0004 00000000 00000000 00040000 00000071';
    const [read] = new PcapReader(3).feed(hex(`${header} 00000001 00000fa1 00000002 00000009 abcd`));
    assert.deepEqual(read && { ...read, data: [...read.data] }, {
      time: 1_000_004,
      point: 3,
      linkType: 0x71,
      length: 9,
      data: [0xab, 0xcd],
    });
  });

  it('is never anything but packets or one of our errors, whatever the bytes', () => {
    const head = writePcap(LinkType.ethernet, []);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), fc.array(fc.nat()), (garbage, withHead, cuts) => {
        const bytes = withHead ? Uint8Array.from([...head, ...garbage]) : garbage;
        const reader = new PcapReader(0);
        try {
          for (const piece of cut(bytes, cuts)) reader.feed(piece);
        } catch (error) {
          assert.ok(error instanceof NetnsError && error.reason === 'unexpectedOutput', String(error));
        }
      }),
    );
  });

  it('of another type of file is refused at once', () => {
    assert.throws(() => new PcapReader(0).feed(utf8('tcpdump: eth0: No such device')), /no capture/);
  });
});

describe('frames', () => {
  const frame = (kind: string, source: number, bytes: Uint8Array): Uint8Array => {
    const head = Buffer.alloc(7);
    head.write(kind, 0, 'latin1');
    head.writeUInt16BE(source, 1);
    head.writeUInt32BE(bytes.length, 3);
    return Uint8Array.from([...head, ...bytes]);
  };

  it('come out as they went in, however the stream was cut', () => {
    const some = fc.tuple(fc.constantFrom('O', 'W'), fc.nat({ max: 65_535 }), fc.uint8Array({ maxLength: 100 }));
    fc.assert(
      fc.property(fc.array(some, { maxLength: 20 }), fc.array(fc.nat()), (frames, cuts) => {
        const stream = Uint8Array.from(frames.flatMap((one) => [...frame(...one)]));
        const reader = new FrameReader();
        const read = cut(stream, cuts).flatMap((piece) => reader.feed(piece));
        assert.deepEqual(
          read.map((one) => (one.kind === 'end' ? [] : [one.kind[0], one.source, [...one.bytes]])),
          frames.map(([kind, source, bytes]) => [kind === 'O' ? 'o' : 'w', source, [...bytes]]),
        );
      }),
    );
  });

  it('tell how a program ended', () => {
    assert.deepEqual(new FrameReader().feed(frame('X', 2, hex('ffffffff'))), [{ kind: 'end', source: 2, code: -1 }]);
  });

  it('that are none are refused, and never waited for', () => {
    assert.throws(() => new FrameReader().feed(utf8('Welcome to lab1!')), /mixed something else/);
    assert.throws(() => new FrameReader().feed(hex('4f 0000 7fffffff')), /mixed something else/);
  });
});

describe('pcapng', () => {
  const facts = {
    comment: 'Capture of earth — “all”',
    system: 'Linux 6.18',
    filter: 'tcp port 80',
    whereOf: ({ point }: Packet) => `ns${point}:eth0`,
    describe: (where: string) => `${where} on lab1`,
  };
  const bytesOf = (packets: readonly Packet[]): Uint8Array =>
    Uint8Array.from(Buffer.concat(writePcapng(packets, facts)));

  it('is read as it was written, each packet with its interface', () => {
    const some = fc.tuple(somePacket, fc.nat({ max: 3 }));
    fc.assert(
      fc.property(fc.array(some, { maxLength: 20 }), (list) => {
        const packets = list.map(([one, point]) => ({ ...one, point }));
        const file = readPcapng(bytesOf(packets), decode);
        assert.equal(file.comment, facts.comment);
        assert.deepEqual(
          file.packets.map((one) => file.interfaces[one.point]),
          packets.map((one) => facts.whereOf(one)),
        );
        const without = (one: Packet): unknown => ({ ...one, point: 0, data: [...one.data] });
        assert.deepEqual(file.packets.map(without), packets.map(without));
      }),
    );
  });

  it('that ends in the middle of a packet is read up to there', () => {
    const bytes = bytesOf([packet(), packet()]);
    assert.equal(readPcapng(bytes.subarray(0, bytes.length - 5), decode).packets.length, 1);
  });

  it('is never anything but packets or one of our errors, whatever the bytes', () => {
    const whole = bytesOf([packet(), packet({ point: 1 })]);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 8 }), (changes) => {
        const bytes = Uint8Array.from(whole);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        try {
          readPcapng(bytes, decode);
        } catch (error) {
          assert.ok(error instanceof NetnsError && error.reason === 'unexpectedOutput', String(error));
        }
      }),
    );
  });

  it('writes text as UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.deepEqual([...utf8(text)], [...Buffer.from(text, 'utf8')]);
      }),
    );
    assert.deepEqual([...utf8('\ud800')], [...Buffer.from('\ufffd')]);
  });
});
