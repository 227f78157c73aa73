import assert from 'node:assert/strict';
import fc from 'fast-check';
import { HttpParser } from '../../../src/measure/http';
import type { LineParser, Reading } from '../../../src/measure/model';
import { PingParser } from '../../../src/measure/ping';
import { RouteParser } from '../../../src/measure/route';
import { Tally } from '../../../src/measure/statistics';
import { ThroughputParser } from '../../../src/measure/throughput';

/** What a program's output says, line by line. */
function readAll(parser: LineParser, output: string): Reading[] {
  return output.split('\n').flatMap((line) => parser.read(line) ?? []);
}

/** The samples as `NUMBER VALUE` or `NUMBER lost: NOTE`. */
function samples(parser: LineParser, output: string): string[] {
  return readAll(parser, output).flatMap((reading) => {
    if (reading.type !== 'sample') return [`${reading.type}: ${'words' in reading ? reading.words : ''}`];
    const { number, value, note } = reading.sample;
    return [`${number} ${value ?? 'lost'}${note === undefined ? '' : `: ${note}`}`];
  });
}

describe('what ping prints', () => {
  it('of iputils: answers, silence, what routers say, late answers', () => {
    const output = `PING 198.18.5.2 (198.18.5.2) 56(84) bytes of data.
64 bytes from 198.18.5.2: icmp_seq=1 ttl=64 time=0.320 ms
no answer yet for icmp_seq=2
64 bytes from 198.18.5.2: icmp_seq=2 ttl=64 time=1003 ms
64 bytes from 198.18.5.2: icmp_seq=3 ttl=64 time=0.038 ms
64 bytes from 198.18.5.2: icmp_seq=3 ttl=64 time=0.040 ms (DUP!)
From 198.18.5.1 icmp_seq=4 Destination Host Unreachable
no answer yet for icmp_seq=4
From 10.0.0.1: icmp_seq=5 Redirect Host(New nexthop: 10.0.0.2)
64 bytes from fd00::2: icmp_seq=6 ttl=64 time=0.1 ms

--- 198.18.5.2 ping statistics ---
4 packets transmitted, 3 received, 25% packet loss, time 2049ms`;
    assert.deepEqual(samples(new PingParser(), output), [
      '1 0.32',
      '2 lost',
      '2 1003',
      '3 0.038',
      '4 lost: Destination Host Unreachable (198.18.5.1)',
      '6 0.1',
    ]);
  });

  it('of busybox, once for each request', () => {
    const output = `ping 1
PING 198.18.5.2 (198.18.5.2): 56 data bytes
64 bytes from 198.18.5.2: seq=0 ttl=64 time=0.043 ms

--- 198.18.5.2 ping statistics ---
1 packets transmitted, 1 packets received, 0% packet loss
round-trip min/avg/max = 0.043/0.043/0.043 ms
ping 2
PING 198.18.5.9 (198.18.5.9): 56 data bytes

--- 198.18.5.9 ping statistics ---
1 packets transmitted, 0 packets received, 100% packet loss
ping 3
PING 203.0.113.1 (203.0.113.1): 56 data bytes
ping: sendto: Network is unreachable`;
    assert.deepEqual(samples(new PingParser(), output), [
      '1 0.043',
      '2 lost',
      '3 lost: sendto: Network is unreachable',
    ]);
  });

  it('where it cannot begin', () => {
    assert.deepEqual(samples(new PingParser(), 'ping: connect: Network is unreachable'), [
      'problem: connect: Network is unreachable',
    ]);
    assert.deepEqual(samples(new PingParser(), 'ping: nowhere.example: Name or service not known'), [
      'problem: nowhere.example: Name or service not known',
    ]);
  });
});

describe('what finds the way prints', () => {
  const hops = (output: string): unknown[] =>
    readAll(new RouteParser(), output).map((reading) =>
      reading.type === 'hop'
        ? [reading.hop.number, reading.hop.addresses.join(), reading.hop.times.join(), reading.hop.note ?? '']
        : reading,
    );

  it('of traceroute', () => {
    const output = `traceroute to 10.9.1.2 (10.9.1.2), 30 hops max, 60 byte packets
 1  10.9.0.11  0.033 ms  0.006 ms  0.005 ms
 2  * * *
 3  10.0.0.1  1.5 ms 10.0.0.2  2.5 ms *
10  203.0.113.8  12.1 ms !H  12.0 ms !H  11.9 ms !H
11  2001:db8::1  0.2 ms  0.1 ms  0.1 ms`;
    assert.deepEqual(hops(output), [
      [1, '10.9.0.11', '0.033,0.006,0.005', ''],
      [2, '', '', ''],
      [3, '10.0.0.1,10.0.0.2', '1.5,2.5', ''],
      [10, '203.0.113.8', '12.1,12,11.9', 'host unreachable'],
      [11, '2001:db8::1', '0.2,0.1,0.1', ''],
    ]);
  });

  it('of busybox’s traceroute', () => {
    const output = `traceroute to 198.18.5.2 (198.18.5.2), 4 hops max, 46 byte packets
 1  198.18.5.2  0.004 ms  *  0.004 ms`;
    assert.deepEqual(hops(output), [[1, '198.18.5.2', '0.004,0.004', '']]);
  });

  it('of tracepath', () => {
    const output = ` 1?: [LOCALHOST]                      pmtu 1500
 1:  10.9.0.11                                            0.123ms
 1:  10.9.0.11                                            0.031ms
 2:  no reply
 3:  10.9.1.2                                             0.410ms reached
     Resume: pmtu 1500 hops 3 back 3`;
    assert.deepEqual(hops(output), [
      [1, '10.9.0.11', '0.123', ''],
      [2, '', '', ''],
      [3, '10.9.1.2', '0.41', ''],
    ]);
  });

  it('of pings with a limit of hops', () => {
    const output = `hop 1
PING 10.9.1.2 (10.9.1.2) 56(84) bytes of data.
From 10.9.0.11 icmp_seq=1 Time to live exceeded

--- 10.9.1.2 ping statistics ---
1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms

hop 2
1 packets transmitted, 0 received, 100% packet loss, time 0ms
hop 3
64 bytes from 10.9.1.2: icmp_seq=1 ttl=62 time=0.037 ms
1 packets transmitted, 1 received, 0% packet loss, time 0ms`;
    assert.deepEqual(hops(output), [
      [1, '10.9.0.11', '', ''],
      [2, '', '', ''],
      [3, '10.9.1.2', '0.037', ''],
    ]);
  });

  it('where there is none', () => {
    assert.deepEqual(hops('connect: Network is unreachable'), [{ type: 'problem', words: 'Network is unreachable' }]);
  });
});

describe('what iperf3 prints', () => {
  it('of TCP: a rate each second, and what the receiver got', () => {
    const output = `Connecting to host 198.18.5.2, port 5201
[  5] local 198.18.5.1 port 44068 connected to 198.18.5.2 port 5201
[ ID] Interval           Transfer     Bitrate         Retr  Cwnd
[  5]   0.00-1.00   sec   293 MBytes  2451 Mbits/sec  162   2.46 MBytes       
[  5]   1.00-2.00   sec  0.00 Bytes  0.00 Mbits/sec    0    724 KBytes       
- - - - - - - - - - - - - - - - - - - - - - - - -
[ ID] Interval           Transfer     Bitrate         Retr
[  5]   0.00-2.00   sec  1.31 GBytes  3740 Mbits/sec  324             sender
[  5]   0.00-2.00   sec  1.30 GBytes  3715 Mbits/sec                  receiver`;
    assert.deepEqual(samples(new ThroughputParser(), output), [
      '1 2451: 162 sent again',
      '2 lost',
      'summary: 3.71 Gbit/s received',
    ]);
  });

  it('of UDP: what was lost', () => {
    const output = `[  5]   0.00-1.00   sec  1.19 MBytes  10.0 Mbits/sec  863  
[  5]   0.00-1.00   sec  1.19 MBytes  10.0 Mbits/sec  0.012 ms  3/863 (0.35%)  
- - - - - - - - - - - - - - - - - - - - - - - - -
[  5]   0.00-2.00   sec  2.38 MBytes  10.0 Mbits/sec  0.000 ms  0/1727 (0%)  sender
[  5]   0.00-2.00   sec  2.38 MBytes  9.98 Mbits/sec  0.017 ms  4/1727 (0.23%)  receiver`;
    assert.deepEqual(samples(new ThroughputParser(), output), [
      '1 10',
      '2 10: jitter 0.012 ms, 3 of 863 lost',
      'summary: 9.98 Mbit/s received, jitter 0.017 ms, 4 of 1727 lost',
    ]);
  });

  it('where it fails', () => {
    const words = 'unable to connect to server: Connection refused';
    assert.deepEqual(samples(new ThroughputParser(), `iperf3: error - ${words}`), [`problem: ${words}`]);
  });
});

it('what the loop of requests prints', () => {
  const output = `http 1 200 0.512 123
http 2 404 1.5 0
http 3 failed 7 curl: (7) Failed to connect to 10.9.0.11 port 81 after 0 ms: Couldn't connect to server
http 4 failed 28 `;
  assert.deepEqual(samples(new HttpParser(), output), [
    '1 0.512',
    '2 1.5: status 404',
    "3 lost: Failed to connect to 10.9.0.11 port 81 after 0 ms: Couldn't connect to server",
    '4 lost: no answer in time',
  ]);
});

describe('a tally', () => {
  it('says what the samples say together', () => {
    const tally = new Tally();
    for (const value of [1, 3, 2]) tally.add({ number: value, value });
    tally.add({ number: 4 });
    tally.add({ number: 4 });
    assert.deepEqual(tally.statistics, { sent: 4, lost: 1, newest: 2, least: 1, mean: 2, most: 3, jitter: 1.5 });
    tally.add({ number: 4, value: 1000 });
    assert.equal(tally.statistics.lost, 0);
  });

  it('counts each try once, whatever comes', () => {
    const sample = fc.record({
      number: fc.integer({ min: 1, max: 20 }),
      lost: fc.boolean(),
      value: fc.double({ min: 0, max: 9, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(sample, { selector: ({ number }) => number }), (all) => {
        const tally = new Tally();
        for (const { number, lost, value } of all) tally.add(lost ? { number } : { number, value });
        const { sent, lost } = tally.statistics;
        assert.deepEqual([sent, lost], [all.length, all.filter((one) => one.lost).length]);
      }),
    );
  });
});

it('no parser throws, whatever a program prints', () => {
  const word = fc.constantFrom(
    'icmp_seq=1',
    'time=',
    'ms',
    '1',
    '[  5]',
    'sec',
    'hop',
    'ping',
    'From',
    '*',
    '!H',
    'http',
    'ended',
    '0.00-1.00',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.string()), { maxLength: 12 }), (words) => {
      for (const parser of [new PingParser(), new RouteParser(), new ThroughputParser(), new HttpParser()])
        parser.read(words.join(' '));
    }),
  );
});
