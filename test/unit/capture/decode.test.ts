import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cookedPlace, summarize } from '../../../src/capture/decode/link';
import { LinkType } from '../../../src/capture/packet';
import { whereIn } from '../../../src/capture/row';
import { hex, ipv4, packet } from './packets';

const line = (data: Uint8Array, linkType: number = LinkType.ethernet): string => {
  const { from, to, protocol, text } = summarize({ linkType, data });
  return `${from} > ${to} ${protocol} ${text}`;
};

describe('what a packet is', () => {
  const cases: readonly [string, Uint8Array, string][] = [
    [
      'a TCP SYN',
      ipv4(6, 'd431 0050 00000064 00000000 5002 faf0 0000 0000'),
      '10.10.0.10:54321 > 8.8.8.8:80 TCP [SYN] Seq=100 Win=64240 Len=0',
    ],
    [
      'an HTTP request',
      ipv4(6, `d431 0050 00000065 00000001 5018 faf0 0000 0000 ${Buffer.from('GET / HTTP/1.1\r\n').toString('hex')}`),
      '10.10.0.10:54321 > 8.8.8.8:80 HTTP GET / HTTP/1.1',
    ],
    ['a ping', ipv4(1, '0800 0000 0017 0003'), '10.10.0.10 > 8.8.8.8 ICMP Echo request id=23 seq=3'],
    [
      'an ICMP error',
      ipv4(1, '0303 0000 00000000 4500 0020 0000 0000 4011 0000 0a0a0014 0a0a000a 1000 0035'),
      '10.10.0.10 > 8.8.8.8 ICMP Destination port unreachable for 10.10.0.10:53',
    ],
    [
      'a DNS query',
      ipv4(17, `1000 0035 0025 0000 abcd 0100 0001 0000 0000 0000 05 6561727468 03 6c6162 00 001c 0001`),
      '10.10.0.10:4096 > 8.8.8.8:53 DNS Query 0xabcd AAAA earth.lab',
    ],
    ['an unknown datagram', ipv4(17, '1000 2000 000a 0000 0102'), '10.10.0.10:4096 > 8.8.8.8:8192 UDP Len=2'],
    [
      'an ARP request',
      hex('ffffffffffff 020000000001 0806 0001 0800 06 04 0001 020000000001 0a0a000a 000000000000 0a0a0001'),
      '02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff ARP Who has 10.10.0.1? Tell 10.10.0.10',
    ],
    [
      'a frame with a VLAN tag',
      hex('ffffffffffff 020000000001 8100 0064 0806 0001 0800 06 04 0002 020000000001 0a0a000a 020000000002 0a0a0001'),
      '02:00:00:00:00:01 > ff:ff:ff:ff:ff:ff ARP VLAN 100: 10.10.0.10 is at 02:00:00:00:00:01',
    ],
    [
      'a neighbour solicitation',
      hex(
        `333300000001 020000000001 86dd 60000000 0020 3a ff fe80000000000000 0000000000000001 ff02000000000000 00000001ff000002
         8700 0000 00000000 fd000000000000000000000000000002 0101 020000000001`,
      ),
      'fe80::1 > ff02::1:ff00:2 ICMPv6 Who has fd00::2? (02:00:00:00:00:01)',
    ],
    [
      'a frame of the spanning tree',
      hex(`0180c2000000 020000000001 0026 424203 0000 00 00 00 ${'00'.repeat(20)} 8002 0000 1400 0200 0f00`),
      '02:00:00:00:00:01 > 01:80:c2:00:00:00 STP Configuration, port 0x8002',
    ],
    [
      'a frame in a VXLAN',
      ipv4(
        17,
        `1000 12b5 003a 0000 08000000 00002a00 ffffffffffff 020000000001 0806
        0001 0800 06 04 0001 020000000001 0a0a000a 000000000000 0a0a0001`,
      ),
      '10.10.0.10:4096 > 8.8.8.8:4789 VXLAN VNI 42: 02:00:00:00:00:01 → ff:ff:ff:ff:ff:ff ARP Who has 10.10.0.1? Tell 10.10.0.10',
    ],
  ];
  for (const [name, data, expected] of cases) it(name, () => assert.equal(line(data), expected));

  const cooked2 = hex(`0800 0000 00000005 0001 04 06 020000000001 0000`);
  it('of a capture of all interfaces', () => {
    const data = Uint8Array.from([...cooked2, ...ipv4(1, '0000 0000 0001 0002').subarray(14)]);
    assert.equal(line(data, LinkType.cooked2), '10.10.0.10 > 8.8.8.8 ICMP Echo reply id=1 seq=2');
    assert.deepEqual(cookedPlace({ linkType: LinkType.cooked2, data }), { interfaceIndex: 5, direction: 'out' });
    const where = whereIn([{ namespace: 'earth', interfaceNames: { 5: 'earth-veth' } }]);
    assert.equal(where(packet({ linkType: LinkType.cooked2, data })), 'earth:earth-veth');
    assert.equal(whereIn([{ namespace: 'mars' }])(packet({ linkType: LinkType.cooked2, data })), 'mars:#5');
  });

  it('of an interface without Ethernet', () => {
    assert.equal(
      line(ipv4(1, '0000 0000 0001 0002').subarray(14), LinkType.raw),
      '10.10.0.10 > 8.8.8.8 ICMP Echo reply id=1 seq=2',
    );
  });

  it('is said of any bytes, cut anywhere', () => {
    const linkTypes = fc.constantFrom(...Object.values(LinkType), 147);
    const known = fc
      .tuple(fc.constantFrom(...cases.map(([, data]) => data)), fc.nat(), fc.array(fc.tuple(fc.nat(), fc.nat(255))))
      .map(([data, end, changes]) => {
        const bytes = Uint8Array.from(data.subarray(0, end % (data.length + 1)));
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
        return bytes;
      });
    fc.assert(
      fc.property(linkTypes, fc.oneof(fc.uint8Array({ maxLength: 200 }), known), (linkType, data) => {
        const { protocol, text } = summarize({ linkType, data });
        assert.ok(protocol !== '' && text !== '');
        assert.ok(text.length < 1000);
      }),
      { numRuns: 500 },
    );
  });
});
