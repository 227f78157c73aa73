import assert from 'node:assert/strict';
import type { ObservedNamespace } from '../../../src/host/model';
import type { FilterChain } from '../../../src/trace/filter/model';
import { readFilterTraces } from '../../../src/trace/filter/read-trace';
import { runFilter } from '../../../src/trace/filter/run';
import type { Packet } from '../../../src/trace/packet';

/** As `nft -a list ruleset` and `nft monitor trace` of nftables 1.0.6 print them. */
const listing = `table ip filter { # handle 1
	chain INPUT { # handle 1
		type filter hook input priority filter; policy accept;
		iifname "v0" meta l4proto icmp ct state new limit rate 100/second counter packets 0 bytes 0 log # handle 2
		iifname "v0" meta l4proto icmp xt match recent counter packets 3 bytes 252 accept # handle 3
		iifname "v0" meta l4proto icmp counter packets 9 bytes 756 drop # handle 4
	}
}
table inet lab { # handle 2
	set s { # handle 3
		type ipv4_addr
		elements = { 198.18.5.2 }
	}

	chain sub { # handle 1
		meta mark 0x00000007 drop # handle 4
		ip saddr @s counter packets 0 bytes 0 # handle 5
	}

	chain i { # handle 2
		type filter hook input priority -10; policy drop;
		ip saddr @s meta mark 0x00000005 accept # handle 6
		ip saddr @s meta mark set 0x00000006 # handle 7
		icmp type vmap { echo-reply : drop, echo-request : jump sub } # handle 8
	}
}
`;

const request =
  'packet: iif "v0" ether saddr e6:c0:28:00:f2:75 ether daddr 46:b3:fe:d2:8b:eb ip saddr 198.18.5.2 ip daddr 198.18.5.1 ip dscp cs0 ip ecn not-ect ip ttl 64 ip id 22719 ip protocol icmp ip length 84 icmp type echo-request icmp code net-unreachable icmp id 24 icmp sequence 1 @th,64,96 0x18000b6b00000000cd660b00 ';

const printed = `
0 @pid 17
0 trace id 0d84a9a2 inet netns-topology.trace-0123456789ab pre ${request}
0 trace id 0d84a9a2 inet netns-topology.trace-0123456789ab pre unknown rule handle 2 (verdict continue)
0 trace id 0d84a9a2 inet netns-topology.trace-0123456789ab pre policy accept 
0 trace id 0d84a9a2 inet lab i ${request}
0 trace id 0d84a9a2 inet lab i rule ip saddr @s meta mark set 0x00000006 (verdict continue)
0 trace id 0d84a9a2 inet lab i rule icmp type vmap { echo-reply : drop, echo-request : jump sub } (verdict jump sub)
0 trace id 0d84a9a2 inet lab sub rule ip saddr @s counter packets 0 bytes 0 (verdict continue)
0 trace id 0d84a9a2 inet lab i policy drop meta mark 0x00000006 
0 trace id 0d84a9a2 ip filter INPUT ${request}
0 trace id 0d84a9a2 ip filter INPUT rule iifname "v0" meta l4proto icmp ct state new limit rate 100/second counter packets 0 bytes 0 log (verdict continue)
0 trace id 0d84a9a2 ip filter INPUT unknown rule handle 3 (verdict accept)
0 @ready
9 trace id 0d84a9a2 ip filter INPUT ${request}
`;

const host = { id: 'host', isRoot: true, links: [] } as unknown as ObservedNamespace;

describe('the packet filter’s own word on a probe', () => {
  const traced = readFilterTraces(printed, [host], undefined, [listing]);
  const trace = traced.get('host');

  it('is read by chain, with the rules’ places', () => {
    assert.deepEqual([...traced.keys()], ['host'], 'what is of no place is nobody’s');
    assert.deepEqual(
      [...(trace?.out ?? [])].map(([key, chain]) => [key, [...chain.verdicts], chain.policy, chain.unlisted]),
      [
        [
          'inet lab i',
          [
            [2, 'continue'],
            [3, 'jump sub'],
          ],
          'drop',
          [],
        ],
        ['inet lab sub', [[2, 'continue']], undefined, []],
        [
          'ip filter INPUT',
          [
            [1, 'continue'],
            [2, 'accept'],
          ],
          undefined,
          [],
        ],
      ],
    );
    assert.equal(trace?.back.size, 0);
  });

  it('tells packets from answers by the port that the probe comes from', () => {
    const line = (sport: number, dport: number, id: string): string =>
      `0 trace id ${id} inet lab i packet: iif "v0" ip saddr 198.18.5.2 ip protocol udp udp sport ${sport} udp dport ${dport} udp length 20\n0 trace id ${id} inet lab i policy accept `;
    const both = readFilterTraces(`${line(24_001, 53, 'a1')}\n${line(53, 24_001, 'b2')}`, [host], 24_001, ['']);
    assert.deepEqual([both.get('host')?.out.size, both.get('host')?.back.size], [1, 1]);
  });

  it('leaves out what follows the beginning of a connection: an established one meets other rules', () => {
    const line = (id: string, flags: string): string =>
      `0 trace id ${id} inet lab i packet: iif "v0" ip saddr 198.18.5.2 ip protocol tcp ip length 52 tcp sport 24001 tcp dport 80 tcp flags == ${flags} tcp window 502\n0 trace id ${id} inet lab ${id} policy accept `;
    const flags = ['syn', 'ack', '0x12', '0x10', 'syn | ack', 'psh | ack'];
    const trace = readFilterTraces(
      flags.map((one, index) => line(`a${index}`, one).replaceAll(/trace id \w+/g, 'trace id b0')).join('\n'),
      [host],
      24_001,
      [''],
    );
    assert.deepEqual(
      [...(trace.get('host')?.out.keys() ?? [])],
      ['inet lab i', 'inet lab a0', 'inet lab a2', 'inet lab a4'],
    );
  });

  it('says what is not in the listing, so that nothing is concluded from its silence', () => {
    const unknown = readFilterTraces(
      `0 trace id a1 inet lab i ${request}\n0 trace id a1 inet lab i rule ip saddr 10.0.0.1 drop (verdict drop)`,
      [host],
      undefined,
      [listing],
    );
    const chain = unknown.get('host')?.out.get('inet lab i');
    assert.deepEqual([chain?.verdicts.size, chain?.unlisted], [0, ['ip saddr 10.0.0.1 drop (verdict drop)']]);
  });

  const packet: Packet = {
    family: 'inet',
    protocol: 'icmp',
    source: '198.18.5.2',
    destination: '198.18.5.1',
    state: 'new',
  };

  function chain(rules: FilterChain['rules']): FilterChain {
    const name = 'i';
    return {
      engine: 'nftables',
      family: 'inet',
      table: 'lab',
      name,
      hook: 'input',
      type: 'filter',
      priority: 0,
      policy: 'accept',
      rules,
    };
  }

  function run(rules: FilterChain['rules'], verdicts: readonly (readonly [number, string])[] | undefined) {
    const traceOf = { family: 'inet', table: 'lab', chain: 'i', verdicts: new Map(verdicts), unlisted: [] };
    const { verdict, by, uncertain, otherwise } = runFilter({ chains: [chain(rules)] }, 'input', {
      packet,
      in: 'v0',
      isLocal: () => false,
      ...(verdicts === undefined ? {} : { traced: () => traceOf }),
    });
    return { verdict, rule: by?.rule?.position, uncertain: uncertain.length, otherwise };
  }

  const riddle = {
    text: 'ip saddr @s drop',
    position: 1,
    conditions: [{ type: 'unknown', text: '@s' }],
    action: { type: 'drop' },
  } as const;
  const map = {
    text: 'ip saddr vmap @m',
    position: 1,
    conditions: [],
    action: { type: 'unknown', text: 'vmap' },
  } as const;

  it('settles what the rules’ text does not', () => {
    assert.deepEqual(run([riddle], undefined), { verdict: 'accept', rule: undefined, uncertain: 1, otherwise: [] });
    assert.deepEqual(run([riddle], [[1, 'drop']]), { verdict: 'drop', rule: 1, uncertain: 0, otherwise: [] });
    assert.deepEqual(run([riddle], []), { verdict: 'accept', rule: undefined, uncertain: 0, otherwise: [] });
    assert.deepEqual(run([map], [[1, 'drop']]), { verdict: 'drop', rule: 1, uncertain: 0, otherwise: [] });
    assert.deepEqual(run([map], undefined), { verdict: 'accept', rule: undefined, uncertain: 1, otherwise: [] });
  });

  it('wins over our reading, which is then said', () => {
    const plain = { text: 'drop', position: 1, conditions: [], action: { type: 'drop' } } as const;
    const passed = run([plain], []);
    assert.deepEqual([passed.verdict, passed.otherwise.map(({ took }) => took)], ['accept', [false]]);
    const other = { ...plain, conditions: [{ type: 'iif', names: ['v1'], negated: false }] } as const;
    const dropped = run([other], [[1, 'drop']]);
    assert.deepEqual([dropped.verdict, dropped.otherwise.map(({ took }) => took)], ['drop', [true]]);
  });
});
