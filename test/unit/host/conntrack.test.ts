import assert from 'node:assert/strict';
import fc from 'fast-check';
import { endsOf, readConnections, translationOf } from '../../../src/host/conntrack';

/** As three tools print one and the same connection through a port forward. */
const forwarded = [
  'ipv4     2 tcp      6 431999 ESTABLISHED src=198.51.100.1 dst=198.51.100.2 sport=46320 dport=8000 packets=6 bytes=393 src=10.10.0.10 dst=198.51.100.1 sport=80 dport=46320 packets=6 bytes=2440 [ASSURED] mark=0 zone=0 use=2',
  'ipv4     2 tcp      6 431999 ESTABLISHED src=198.51.100.1 dst=198.51.100.2 sport=46320 dport=8000 packets=6 bytes=393 src=10.10.0.10 dst=198.51.100.1 sport=80 dport=46320 packets=6 bytes=2440 [ASSURED] mark=0 use=1',
  'tcp      6 431999 ESTABLISHED src=198.51.100.1 dst=198.51.100.2 sport=46320 dport=8000 packets=6 bytes=393 src=10.10.0.10 dst=198.51.100.1 sport=80 dport=46320 packets=6 bytes=2440 [ASSURED] mark=0 use=1',
];

describe('reading what the kernel follows', () => {
  it('reads /proc, conntrack and its extended form alike', () => {
    const [first, ...others] = readConnections(forwarded);
    for (const other of others) assert.deepEqual(other, first);
    assert.deepEqual(first, {
      family: 'inet',
      protocol: 'tcp',
      state: 'ESTABLISHED',
      expires: 431_999,
      original: {
        source: '198.51.100.1',
        destination: '198.51.100.2',
        sourcePort: 46_320,
        destinationPort: 8000,
        packets: 6,
        bytes: 393,
      },
      reply: {
        source: '10.10.0.10',
        destination: '198.51.100.1',
        sourcePort: 80,
        destinationPort: 46_320,
        packets: 6,
        bytes: 2440,
      },
      isUnreplied: false,
      isAssured: true,
    });
    assert.deepEqual(translationOf(first), { destination: { address: '10.10.0.10', port: 80 } });
    assert.deepEqual(endsOf(first.original), { source: '198.51.100.1:46320', destination: '198.51.100.2:8000' });
  });

  it('reads one without an answer, with a mark, and the source that NAT gave it', () => {
    const [one] = readConnections([
      'udp 17 29 src=10.10.0.10 dst=203.0.113.8 sport=53775 dport=53 [UNREPLIED] src=203.0.113.8 dst=198.51.100.2 sport=53 dport=1024 mark=5 use=2',
    ]);
    assert.equal(one?.isUnreplied, true);
    assert.equal(one.isAssured, false);
    assert.equal(one.mark, 5);
    assert.equal(one.state, undefined);
    assert.deepEqual(translationOf(one), { source: { address: '198.51.100.2', port: 1024 } });
  });

  it('reads ICMP by its identifier, IPv6 addresses in their short form, and protocols without a name', () => {
    const [ping, other] = readConnections([
      'ipv6     10 icmpv6   58 29 src=2001:0db8:0000:0000:0000:0000:0000:0001 dst=2001:0db8:0000:0000:0000:0000:0000:0002 type=128 code=0 id=31992 src=2001:0db8:0000:0000:0000:0000:0000:0002 dst=2001:0db8:0000:0000:0000:0000:0000:0001 type=129 code=0 id=31992 mark=0 zone=0 use=2',
      'ipv4     2 unknown  89 599 src=10.0.0.1 dst=224.0.0.5 [UNREPLIED] src=224.0.0.5 dst=10.0.0.1 mark=0 use=2',
    ]);
    assert.equal(ping?.family, 'inet6');
    assert.equal(ping.original.source, '2001:db8::1');
    assert.deepEqual(ping.original.icmp, { type: 128, code: 0, id: 31_992 });
    assert.equal(translationOf(ping), undefined);
    assert.equal(other?.protocol, '89');
    assert.equal(other.expires, 599);
  });

  it('leaves out what is none, whatever it is', () => {
    assert.deepEqual(readConnections(['', 'conntrack v1.4.7 (conntrack-tools): 1 flow entries have been shown.']), []);
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('src=10.0.0.1', 'dst=10.0.0.2', 'src=x', 'tcp', '6', 'ipv4', '[UNREPLIED]', 'sport=99', 'mark='),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), (words) => {
        for (const one of readConnections([words.join(' ')])) {
          assert.match(one.original.source, /^[0-9a-f.:]+$/i);
          assert.ok(endsOf(one.reply).destination.length > 0);
        }
      }),
    );
  });
});
