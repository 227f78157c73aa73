import assert from 'node:assert/strict';
import { PacketRing } from '../../../src/capture/packet-ring';
import { PacketTable } from '../../../src/capture/packet-table';
import { readPcapng } from '../../../src/capture/pcapng-reader';
import { writePcapng } from '../../../src/capture/pcapng-writer';
import { capturedPackets, searchOfStop } from '../../../src/lab/trace/captured';
import { readQuestion } from '../../../src/lab/trace/question';
import { reportOf, type TraceReport } from '../../../src/trace/report';
import { readWatch } from '../../../src/trace/sightings';
import { walk } from '../../../src/trace/walk';
import { planetsHost } from '../graph/hosts';

/** What two tcpdumps print of a ping, one after the other's words as they come; `0` is earth, `1` the host. */
const printed = [
  '0 tcpdump: data link type LINUX_SLL2',
  '0 1700000000.000100 earth-veth Out IP 10.10.0.10 > 8.8.8.8: ICMP echo request, id 7, seq 1, length 8',
  '0 \t0x0000:  0800 0000 0000 0005 0001 0406 0200 0000',
  '1 1700000000.000112 planet-br In  IP 10.10.0.10 > 8.8.8.8: ICMP echo request, id 7, seq 1, length 8',
  '0 \t0x0010:  0001 0000 4500 001c 0001 4000 4001 1690',
  '1 \t0x0000:  0800 0000 0000 0009 0001 0006 0200 0000',
  '0 \t0x0020:  0a0a 000a 0808 0808 0800 f7f7 0007 0001',
  '1 \t0x0010:  0001 0000 4500 05dc 0001 4000',
  '1 1700000000.000090 planet-br In  IP 10.10.0.10.4000 > 8.8.8.8.80: Flags [.], ack 1, win 64',
  '1 \t0x0000:  0800 0000 0000 0009 0001 0006 0200 0000 0001 0000',
  '0 1 packet captured',
  'P said 64 bytes from 8.8.8.8: icmp_seq=1 ttl=63 time=0.5 ms',
  'P code 0',
].join('\n');

describe('what a trace watched', () => {
  const snapshot = planetsHost();
  const [root, earth] = [
    snapshot.namespaces.find(({ isRoot }) => isRoot),
    snapshot.namespaces.find(({ name }) => name === 'earth'),
  ];
  assert.ok(root && earth);
  const watch = readWatch(printed, [earth, root], { destination: '8.8.8.8', protocol: 'icmp' });

  function report(): TraceReport {
    const question = readQuestion({ from: 'earth', to: '8.8.8.8' }, snapshot);
    assert.ok('destination' in question);
    const facts = { snapshot, details: new Map() };
    const paper = walk(facts, question);
    return reportOf(question, { paper, watch, facts, counted: new Map(), watchedIds: new Set() });
  }

  it('is each packet with its bytes, in the order of their times, whoever’s words came between', () => {
    assert.deepEqual(
      watch.packets.map(({ place, dev, way, after, time, bytes }) => [place, dev, way, after, time, bytes.length / 2]),
      [
        ['host', 'planet-br', 'in', -0.01, 1_700_000_000_000_090, 20],
        ['earth', 'earth-veth', 'out', 0, 1_700_000_000_000_100, 48],
        ['host', 'planet-br', 'in', 0.012, 1_700_000_000_000_112, 28],
      ],
    );
    assert.match(watch.packets[1]?.bytes ?? '', /^0800000000000005.*4500001c.*00070001$/);
    assert.deepEqual(watch.notWatched, []);
  });

  it('tells of the probe’s way only by what belongs to it', () => {
    assert.deepEqual(
      watch.sightings.map(({ place, kind, after }) => [place, kind, after]),
      [
        ['earth', 'request', 0],
        ['host', 'request', 0.012],
      ],
    );
    assert.deepEqual(watch.outcome, { result: 'answered', milliseconds: 0.5 });
  });

  it('is a capture, with a place for each interface, that is saved and read again', () => {
    const captured = capturedPackets(report(), snapshot);
    assert.deepEqual(captured.interfaces, ['planet-br', 'earth:earth-veth']);
    assert.deepEqual(
      captured.packets.map(({ length, data }) => [length, data.length]),
      [
        [20, 20],
        [48, 48],
        // As its header says, though its end was not kept.
        [1520, 28],
      ],
    );
    const whereOf = ({ point }: { readonly point: number }): string => captured.interfaces[point] ?? '?';
    const facts = { comment: '', system: 'Linux', filter: '', whereOf, describe: (where: string) => where };
    const file = readPcapng(Buffer.concat(writePcapng(captured.packets, facts)), (text) =>
      Buffer.from(text).toString(),
    );
    assert.deepEqual(file.interfaces, captured.interfaces);
    assert.deepEqual(
      file.packets.map(({ time, data }) => [time, Buffer.from(data).toString('hex')]),
      watch.packets.map(({ time, bytes }) => [time, bytes]),
    );
  });

  it('is found by its stop, and no other’s', () => {
    const search = searchOfStop({ namespaceId: earth.id, dev: 'earth-veth' }, report(), snapshot);
    assert.equal(search, 'where:=earth:earth-veth');
    const { packets, interfaces } = capturedPackets(report(), snapshot);
    const ring = new PacketRing({ packets: Infinity, bytes: Infinity });
    ring.add(packets);
    const found = (text: string): string[] => {
      const table = new PacketTable(ring, ({ point }) => interfaces[point] ?? '?');
      table.search(text);
      table.update(100);
      return table.part(0, 10).rows.map(({ where }) => where);
    };
    assert.deepEqual(found('where:=earth:earth-veth'), ['earth:earth-veth']);
    assert.deepEqual(found('where:=earth-veth'), []);
    assert.deepEqual(found('!where:=planet-br'), ['earth:earth-veth']);
    assert.equal(searchOfStop({ namespaceId: earth.id, dev: 'other' }, report(), snapshot), undefined);
  });
});
