import assert from 'node:assert/strict';
import type { HostSnapshot, ObservedNamespace } from '../../../src/host/model';
import type { Neighbour } from '../../../src/trace/facts';
import type { FilterChain } from '../../../src/trace/filter/model';
import { readIptablesFilter } from '../../../src/trace/filter/read-iptables';
import { readNftFilter } from '../../../src/trace/filter/read-nft';
import { runFilter } from '../../../src/trace/filter/run';
import type { Packet } from '../../../src/trace/packet';
import { walk, type PaperWay } from '../../../src/trace/walk';
import { printCommand } from '../../../src/base/command';
import { emptyDetails } from './empty-details';
import { recordedReading, snapshotOf } from '../../fixtures/host/recordings';

/** IPv6's question who has an address, and its answer, through filters on paper. */
describe('neighbour discovery through the packet filter', () => {
  const common = { family: 'inet6', protocol: 'icmp', state: 'new' } as const;
  const question: Packet = {
    ...common,
    source: 'fd00:10::10',
    destination: 'ff02::1:ff00:20',
    discovery: { type: 'solicitation', target: 'fd00:10::20' },
  };
  const answer: Packet = {
    ...common,
    source: 'fd00:10::20',
    destination: 'fd00:10::10',
    discovery: { type: 'advertisement', target: 'fd00:10::20' },
  };
  const ping: Packet = { ...common, source: 'fd00:10::10', destination: 'fd00:10::20' };

  /** What becomes of the question, the answer, a ping and its answer; `?`: not sure. */
  function verdicts(chains: readonly FilterChain[]): string {
    return [question, answer, ping, { ...ping, state: 'established' } as const]
      .map((packet) => {
        const { verdict, uncertain } = runFilter({ chains }, 'input', { packet, in: 'v0', isLocal: () => true });
        return `${verdict}${uncertain.length > 0 ? '?' : ''}`;
      })
      .join(' ');
  }

  const ip6tables = (...rules: readonly string[]): FilterChain[] =>
    readIptablesFilter(`*filter\n:INPUT DROP [0:0]\n${rules.join('\n')}\nCOMMIT\n`, 'ip6', 'nft');

  it('is told apart by ip6tables’ types, hop limit and states', () => {
    for (const [rule, expected] of [
      ['-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j ACCEPT', 'accept drop drop drop'],
      ['-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -m hl --hl-eq 255 -j ACCEPT', 'drop accept drop drop'],
      ['-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m hl --hl-eq 64 -j ACCEPT', 'drop drop drop drop'],
      ['-A INPUT -p ipv6-icmp -m icmp6 ! --icmpv6-type 128 -j ACCEPT', 'accept accept drop accept'],
      ['-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 129 -j ACCEPT', 'drop drop drop drop?'],
      ['-A INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 1/4 -j ACCEPT', 'drop? drop? drop? drop?'],
      ['-A INPUT -p ipv6-icmp -j ACCEPT', 'accept accept accept accept'],
      ['-A INPUT -p icmp -j ACCEPT', 'drop drop drop drop'],
      ['-A INPUT -d ff02::1:ff00:0/104 -j ACCEPT', 'accept drop drop drop'],
      ['-A INPUT -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT', 'drop drop accept accept'],
      ['-A INPUT -m conntrack --ctstate UNTRACKED -j ACCEPT', 'accept accept drop drop'],
      ['-A INPUT -m conntrack --ctstate INVALID -j ACCEPT', 'drop drop drop drop'],
    ] as const)
      assert.equal(verdicts(ip6tables(rule)), expected, rule);
  });

  it('is told apart by nft’s names of types', () => {
    const payload = (protocol: string, field: string, right: unknown) => ({
      match: { op: '==', left: { payload: { protocol, field } }, right },
    });
    const meta = (key: string, right: unknown) => ({ match: { op: '==', left: { meta: { key } }, right } });
    for (const [expressions, expected] of [
      [[payload('icmpv6', 'type', 'nd-neighbor-solicit')], 'drop accept accept accept'],
      [
        [payload('icmpv6', 'type', { set: ['nd-neighbor-advert', 'nd-neighbor-solicit', 'nd-router-advert'] })],
        'drop drop accept accept',
      ],
      [[payload('icmpv6', 'type', { set: [136, 'nd-redirect'] })], 'accept drop accept accept'],
      [[payload('icmpv6', 'type', { range: ['nd-router-solicit', 'nd-redirect'] })], 'accept? accept? accept? accept?'],
      [[payload('ip6', 'hoplimit', 255), meta('l4proto', 'ipv6-icmp')], 'drop drop accept? accept?'],
      [[payload('icmp', 'type', 'echo-request')], 'accept accept accept accept'],
      [[meta('l4proto', 'icmp')], 'accept accept accept accept'],
      [[meta('l4proto', { set: ['icmp', 'ipv6-icmp'] })], 'drop drop drop drop'],
    ] as const) {
      const place = { family: 'inet', table: 't' };
      const shown = {
        nftables: [
          { chain: { ...place, name: 'c', handle: 1, type: 'filter', hook: 'input', prio: 0, policy: 'accept' } },
          { rule: { ...place, chain: 'c', handle: 2, expr: [...expressions, { drop: null }] } },
        ],
      };
      const chains = readNftFilter(shown, '', () => false);
      assert.equal(verdicts(chains), expected, JSON.stringify(expressions));
    }
  });

  const recorded = snapshotOf(recordedReading('planets'));
  const idOf = (name: string): string => recorded.namespaces.find((one) => one.name === name)?.id ?? '';

  /** The planets with IPv6 addresses on one network. */
  function withAddresses(): HostSnapshot {
    const give = (one: ObservedNamespace, dev: string, host: string): ObservedNamespace => ({
      ...one,
      links: one.links.map((link) =>
        link.name === dev
          ? {
              ...link,
              addresses: [...link.addresses, { family: 'inet6', cidr: `fd00:10::${host}/64`, scope: 'global' }],
            }
          : link,
      ),
      routes: [
        ...one.routes,
        { family: 'inet6', to: 'fd00:10::/64', dev, table: 'main', type: 'unicast', src: `fd00:10::${host}` },
      ],
    });
    return {
      ...recorded,
      namespaces: recorded.namespaces.map((one) =>
        one.name === 'earth'
          ? give(one, 'earth-veth', '10')
          : one.name === 'neptune'
            ? give(one, 'neptune-veth', '20')
            : one,
      ),
    };
  }

  function way(rules: readonly FilterChain[], neighbours: readonly Neighbour[]): PaperWay {
    const known = new Map([
      [idOf('earth'), { ...emptyDetails, neighbours }],
      [idOf('neptune'), { ...emptyDetails, filter: { chains: rules } }],
    ]);
    return walk(
      { snapshot: withAddresses(), details: known },
      { from: { type: 'namespace', namespaceId: idOf('earth') }, destination: 'fd00:10::20', protocol: 'icmp' },
    );
  }

  it('is a cause where nobody knows the neighbour yet, a remark where an entry does', () => {
    const mac = recorded.namespaces
      .find(({ name }) => name === 'neptune')
      ?.links.find(({ name }) => name === 'neptune-veth')?.mac;
    assert.ok(mac !== undefined);
    const entry = (state: string): Neighbour => ({
      address: 'fd00:10::20',
      dev: 'earth-veth',
      states: [state],
      ...(state === 'FAILED' ? {} : { mac }),
    });
    const drops = ip6tables(
      '-A INPUT -d ff02::1:ff00:20 -p ipv6-icmp -m icmp6 --icmpv6-type 135 -j DROP',
      '-A INPUT -j ACCEPT',
    );
    const found = (neighbours: readonly Neighbour[]): readonly string[][] => {
      const { causes, remarks } = way(drops, neighbours);
      return [causes.map(({ id }) => id), remarks.map(({ id }) => id)];
    };
    assert.deepEqual(found([]), [['dropped-by-rule'], []]);
    assert.deepEqual(found([entry('FAILED')]), [['dropped-by-rule'], []]);
    for (const state of ['REACHABLE', 'PERMANENT', 'STALE', 'DELAY', 'PROBE'])
      assert.deepEqual(found([entry(state)]), [[], ['dropped-by-rule']], state);
  });

  it('is let through by a fix for it alone, and the packet by one of its own', () => {
    const [first, second, ...more] = way(ip6tables(), []).causes;
    assert.deepEqual(more, []);
    assert.match(first?.text ?? '', /drops the neighbour solicitation that asks who has fd00:10::20:/);
    assert.deepEqual(first?.fix?.run.map(printCommand), [
      'ip netns exec neptune ip6tables -I INPUT -p ipv6-icmp --icmpv6-type neighbour-solicitation -j ACCEPT',
      'ip netns exec neptune ip6tables -I INPUT -p ipv6-icmp --icmpv6-type neighbour-advertisement -j ACCEPT',
    ]);
    assert.match(second?.text ?? '', /drops the packet:/);
    assert.deepEqual(
      way(ip6tables('-A INPUT -j DROP', '-A INPUT -j ACCEPT'), []).causes.map(({ text }) =>
        text.replace(/.*drops/, 'drops'),
      ),
      ['drops the neighbour solicitation that asks who has fd00:10::20.'],
    );
  });
});
