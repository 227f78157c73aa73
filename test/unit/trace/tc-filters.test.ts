import assert from 'node:assert/strict';
import { takeOut } from '../../../src/trace/filter-causes';
import { readTcFilters, readXdp } from '../../../src/trace/filter/read-tc';
import { runFilter, type AtHook } from '../../../src/trace/filter/run';
import { rootNamespace } from '../../../src/host/model';
import { recordedReading, snapshotOf } from '../../fixtures/host/recordings';

/** As tc of iproute2 6.1 prints it, with the heads of groups that are no filters. */
const u32 = `veth0 ingress
filter protocol ip pref 1 u32 chain 0 
filter protocol ip pref 1 u32 chain 0 fh 800: ht divisor 1 
filter protocol ip pref 1 u32 chain 0 fh 800::800 order 2048 key ht 800 bkt 0 terminal flowid not_in_hw 
  match 0a0a0000/ffff0000 at 12
  match 00010000/00ff0000 at 8
	action order 1: gact action drop
	 random type none pass val 0
	 index 1 ref 1 bind 1

`;
const matchall = `veth0 egress
filter protocol all pref 49152 matchall chain 0 
filter protocol all pref 49152 matchall chain 0 handle 0x1 
  not_in_hw
	action order 1: gact action drop
	 random type none pass val 0
	 index 2 ref 1 bind 1
`;
const flower = `veth0 ingress
filter protocol ip pref 3 flower chain 0 
filter protocol ip pref 3 flower chain 0 handle 0x1 
  eth_type ipv4
  ip_proto tcp
  dst_ip 10.10.0.0/16
  dst_port 8000
  not_in_hw
	action order 1: gact action drop
	 random type none pass val 0
	 index 1 ref 1 bind 1
`;

function at(over: Partial<AtHook['packet']>, hook: 'ingress' | 'egress'): AtHook {
  return {
    packet: {
      family: 'inet',
      protocol: 'icmp',
      source: '10.10.0.10',
      destination: '10.10.0.20',
      state: 'new',
      ...over,
    },
    layer: 'device',
    ...(hook === 'ingress' ? { in: 'veth0' } : { out: 'veth0' }),
    isLocal: () => false,
  };
}

function verdict(printed: string, hook: 'ingress' | 'egress', over: Partial<AtHook['packet']> = {}): string {
  const { verdict: found, uncertain } = runFilter({ chains: readTcFilters(printed) }, hook, at(over, hook));
  return uncertain.length > 0 ? `${found}, perhaps` : found;
}

describe('filters of tc at an interface', () => {
  it('drop what they match, bits of the header or named fields', () => {
    assert.equal(verdict(u32, 'ingress'), 'drop');
    assert.equal(verdict(u32, 'egress'), 'accept');
    assert.equal(verdict(u32, 'ingress', { source: '10.20.0.1' }), 'accept');
    assert.equal(verdict(u32, 'ingress', { protocol: 'udp', sourcePort: 9, destinationPort: 9 }), 'accept');
    assert.equal(verdict(matchall, 'egress'), 'drop');
    assert.equal(verdict(flower, 'ingress', { protocol: 'tcp', sourcePort: 9, destinationPort: 8000 }), 'drop');
    assert.equal(verdict(flower, 'ingress', { protocol: 'tcp', sourcePort: 9, destinationPort: 8001 }), 'accept');
  });

  it('drop the question who has an address as well, where they take everything', () => {
    const arp = {
      operation: 'request',
      source: '10.10.0.10',
      sourceMac: '',
      target: '10.10.0.20',
      targetMac: '',
    } as const;
    const asked = (printed: string, hook: 'ingress' | 'egress'): string =>
      runFilter({ chains: readTcFilters(printed) }, hook, { ...at({}, hook), arp }).verdict;
    assert.deepEqual([asked(matchall, 'egress'), asked(u32, 'ingress')], ['drop', 'accept']);
  });

  it('are not decided by what nobody understands: programs, chance, what is sent elsewhere', () => {
    const bpf = `veth0 ingress
filter protocol all pref 1 bpf chain 0 handle 0x1 filter.o:[ingress] direct-action not_in_hw id 7 name drop_all tag 57cd311f2e27366b jited 
`;
    assert.equal(verdict(bpf, 'ingress'), 'accept, perhaps');
    assert.equal(
      readTcFilters(bpf)[0]?.rules[0]?.text.startsWith('protocol all pref 1 bpf handle 0x1 filter.o:[ingress]'),
      true,
    );
    assert.equal(verdict(u32.replace('random type none', 'random type netrand'), 'ingress'), 'accept, perhaps');
    const sent = u32.replace('gact action drop', 'mirred (Egress Redirect to device eth9) stolen');
    assert.equal(verdict(sent, 'ingress'), 'accept, perhaps');
    assert.equal(verdict(sent.replace('eth9', 'ifb0'), 'ingress'), 'accept');
    assert.equal(verdict(u32.replace('at 12', 'at 0'), 'ingress'), 'accept, perhaps');
  });

  it('are taken out, and put back in the words that they were printed in', () => {
    const snapshot = snapshotOf(recordedReading('planets'));
    const [root, facts] = [rootNamespace(snapshot), { snapshot, details: new Map() }];
    const [chain] = readTcFilters(u32);
    const fix =
      chain && takeOut(facts, root, { chain, ...(chain.rules[0] === undefined ? {} : { rule: chain.rules[0] }) });
    assert.deepEqual(
      [...(fix?.run ?? []), ...(fix?.undo ?? [])].map(({ argv }) => argv.join(' ')),
      [
        'tc filter del dev veth0 ingress protocol ip pref 1',
        'tc filter add dev veth0 ingress protocol ip pref 1 u32 match u32 0x0a0a0000 0xffff0000 at 12 match u32 0x00010000 0x00ff0000 at 8 action drop',
      ],
    );
  });

  it('have an XDP program before them, which nobody can read', () => {
    const chains = readXdp(
      '5: veth0@if4: <BROADCAST,UP,LOWER_UP> mtu 1500 xdpgeneric qdisc noqueue state UP mode DEFAULT group default qlen 1000\\    link/ether 62:d9:ba:c0:f0:14 brd ff:ff:ff:ff:ff:ff\\    prog/xdp id 102 name xdp_dispatcher tag 36f4647d2e298650 jited ',
    );
    const { verdict: found, uncertain } = runFilter({ chains }, 'ingress', at({}, 'ingress'));
    assert.deepEqual(
      [found, uncertain[0]?.rule?.text],
      ['accept', 'ip link: veth0 xdpgeneric prog/xdp id 102 name xdp_dispatcher'],
    );
    assert.deepEqual(readXdp('5: xdp0@if4: <BROADCAST> mtu 1500 qdisc noqueue'), []);
  });
});
