import assert from 'node:assert/strict';
import { readConnections } from '../../../src/host/conntrack';
import { connectionTable } from '../../../src/lab/connection-table';

describe('the table of connections', () => {
  const lines = [
    'ipv4 2 udp 17 29 src=10.10.0.20 dst=10.10.0.1 sport=5353 dport=53 [UNREPLIED] src=10.10.0.1 dst=10.10.0.20 sport=53 dport=5353 mark=0',
    'ipv4 2 tcp 6 431999 ESTABLISHED src=198.51.100.1 dst=198.51.100.2 sport=46320 dport=8000 packets=6 bytes=393 src=10.10.0.10 dst=198.51.100.1 sport=80 dport=46320 packets=5 bytes=2440 [ASSURED] mark=0',
    'ipv4 2 icmp 1 29 src=10.10.0.10 dst=203.0.113.8 type=8 code=0 id=7 src=203.0.113.8 dst=198.51.100.2 type=0 code=0 id=7 mark=0',
  ];

  it('has what was translated first, and says who has not answered', () => {
    const list = { connections: readConnections(lines), hasMore: false };
    assert.equal(
      connectionTable(list, 'the host on lab1', '17:00:00'),
      [
        'Connections that the kernel follows in the host on lab1: 3, at 17:00:00',
        '',
        'Protocol  State        From                To                 NAT                Packets  Forgotten in',
        'icmp                   10.10.0.10          203.0.113.8        from 198.51.100.2           29 s',
        'tcp       ESTABLISHED  198.51.100.1:46320  198.51.100.2:8000  to 10.10.0.10:80   6 → ← 5  431999 s',
        'udp       no answer    10.10.0.20:5353     10.10.0.1:53                                   29 s',
        '',
      ].join('\n'),
    );
  });

  it('says that there is none, and that there are more', () => {
    assert.match(connectionTable({ connections: [], hasMore: false }, 'earth', '0'), /: 0, at 0\n\nNone is followed/);
    const more = connectionTable({ connections: readConnections(lines), hasMore: true }, 'earth', '0');
    assert.match(more, /: 3 of more, at 0\n[^]*\nThere are more; these are 2000 of them\.\n$/);
  });
});
