import assert from 'node:assert/strict';
import { ownChainName, ownTables } from '../../../src/plan/nat-iptables';
import { nftTables } from '../../../src/plan/nat-nft';
import { natRules, type NatRule, type NatSurroundings } from '../../../src/plan/nat-rules';
import type { NatDeclaration, PortForwardDeclaration } from '../../../src/topology/model';
import { bridge, device, namespace, scope, topology } from './build-topology';

const lab = topology({
  name: 'lab',
  bridges: [bridge('br0', { addresses: ['10.1.0.1/16', '2001:db8::1/64'] })],
  namespaces: [
    namespace('web', { interfaces: [device('w1', '172.16.0.9/24'), device('w0', '10.1.0.10/16')] }),
    namespace('six', { interfaces: [device('s0', '2001:db8::10/64')] }),
  ],
});

interface Parts {
  readonly nat?: Partial<NatDeclaration>[];
  readonly forwards?: Partial<PortForwardDeclaration>[];
}

function made(parts: Parts, surroundings?: NatSurroundings): NatRule[] {
  const nat = (parts.nat ?? []).map((part): NatDeclaration => ({
    path: [],
    name: 'n',
    kind: 'masquerade',
    source: '10.1.0.0/16',
    enabled: true,
    ...part,
  }));
  const portForwards = (parts.forwards ?? []).map((part): PortForwardDeclaration => ({
    path: [],
    name: 'f',
    protocol: 'tcp',
    listenPort: 80,
    to: { namespace: 'web' },
    toPort: 8080,
    enabled: true,
    ...part,
  }));
  return natRules(lab, undefined, scope({ nat, portForwards }), surroundings);
}

/** The rules in nft's words, each behind its family; each counts. */
function rules(parts: Parts, surroundings?: NatSurroundings): string[] {
  return nftTables('t', made(parts, surroundings)).flatMap(({ family, text }) =>
    text
      .split('\n')
      .filter((line) => line.includes(' comment '))
      .map((line) => {
        assert.match(line, / counter (masquerade|dnat|snat|drop)/);
        return `${family} ${line.trim().replace(/ counter (.*) comment .*/, ' $1')}`;
      }),
  );
}

describe('the NAT rules of a lab', () => {
  it('are what the tutorials write with iptables', () => {
    assert.deepEqual(rules({ nat: [{ notOut: 'br0' }, { out: 'eth0' }, { kind: 'snat', to: '198.51.100.9' }] }), [
      'ip ip saddr 10.1.0.0/16 oifname != "br0" masquerade',
      'ip ip saddr 10.1.0.0/16 oifname "eth0" masquerade',
      'ip ip saddr 10.1.0.0/16 snat to 198.51.100.9',
    ]);
  });

  it('forward to the address that is on a network of the host, from outside, from the host, and from neighbours', () => {
    assert.deepEqual(rules({ forwards: [{}] }), [
      'ip iifname "br0" ip daddr 127.0.0.0/8 drop',
      'ip fib daddr type local tcp dport 80 dnat to 10.1.0.10:8080',
      'ip fib daddr type local tcp dport 80 dnat to 10.1.0.10:8080',
      'ip ct status dnat ip saddr 127.0.0.0/8 oifname "br0" ip daddr 10.1.0.10 tcp dport 8080 masquerade',
      'ip ct status dnat ip saddr 10.1.0.0/16 ip daddr 10.1.0.10 tcp dport 8080 masquerade',
    ]);
  });

  it('keep to an address, an interface, a protocol and a family', () => {
    assert.deepEqual(rules({ forwards: [{ listenAddress: '198.51.100.2', in: 'eth0', protocol: 'udp' }] }), [
      'ip iifname "eth0" ip daddr 198.51.100.2 udp dport 80 dnat to 10.1.0.10:8080',
      'ip ct status dnat ip saddr 10.1.0.0/16 ip daddr 10.1.0.10 udp dport 8080 masquerade',
    ]);
    assert.deepEqual(rules({ forwards: [{ to: { namespace: 'six' } }] }).slice(0, 2), [
      'ip6 fib daddr type local tcp dport 80 dnat to [2001:db8::10]:8080',
      'ip6 ip6 daddr != ::1 fib daddr type local tcp dport 80 dnat to [2001:db8::10]:8080',
    ]);
    assert.deepEqual(
      rules({ forwards: [{ to: { address: '192.0.2.7' } }] }),
      [
        'ip fib daddr type local tcp dport 80 dnat to 192.0.2.7:8080',
        'ip ip daddr != 127.0.0.0/8 fib daddr type local tcp dport 80 dnat to 192.0.2.7:8080',
      ],
      'no way back through an unknown network, and nothing from 127.0.0.1 over what the lab did not make',
    );
    assert.deepEqual(
      rules({ forwards: [{ listenAddress: '127.0.0.1' }] }).filter((rule) => rule.includes('dnat to')),
      ['ip ip daddr 127.0.0.1 tcp dport 80 dnat to 10.1.0.10:8080'],
      'from the host itself only',
    );
  });

  it('leave the traffic of one network alone where a bridge’s packets go through the packet filter', () => {
    const filtered = { bridgesFiltered: true };
    assert.deepEqual(rules({ nat: [{}] }, filtered), ['ip ip saddr 10.1.0.0/16 ip daddr != 10.1.0.0/16 masquerade']);
    assert.deepEqual(rules({ nat: [{ out: 'eth0' }] }, filtered), [
      'ip ip saddr 10.1.0.0/16 oifname "eth0" masquerade',
    ]);
  });

  it('say the same in iptables', () => {
    const lines = ownTables('lab', made({ nat: [{ notOut: 'br0' }], forwards: [{ in: 'eth0' }, {}] })).flatMap(
      ({ family, table, chains }) =>
        chains.flatMap((chain) =>
          chain.rules.map((rule) => `${family} ${table} ${rule.replace(/ -m comment --comment "[^"]*"/, '')}`),
        ),
    );
    assert.deepEqual(lines, [
      'ip raw -A NETNS-lab-RAW -d 127.0.0.0/8 -i br0 -j DROP',
      'ip nat -A NETNS-lab-PRE -i eth0 -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 80 -j DNAT --to-destination 10.1.0.10:8080',
      'ip nat -A NETNS-lab-PRE -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 80 -j DNAT --to-destination 10.1.0.10:8080',
      'ip nat -A NETNS-lab-OUT -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 80 -j DNAT --to-destination 10.1.0.10:8080',
      'ip nat -A NETNS-lab-POST -s 10.1.0.0/16 -d 10.1.0.10 -p tcp -m conntrack --ctstate DNAT -m tcp --dport 8080 -j MASQUERADE',
      'ip nat -A NETNS-lab-POST -s 127.0.0.0/8 -d 10.1.0.10 -o br0 -p tcp -m conntrack --ctstate DNAT -m tcp --dport 8080 -j MASQUERADE',
      'ip nat -A NETNS-lab-POST -s 10.1.0.0/16 ! -o br0 -j MASQUERADE',
    ]);
  });

  it('stand in chains whose names iptables takes, other ones for each lab', () => {
    const names = ['a', 'x'.repeat(17), 'x'.repeat(18), `${'x'.repeat(18)}y`, '0'.repeat(31)].flatMap((name) =>
      (['guard', 'prerouting', 'output', 'postrouting'] as const).map((chain) => ownChainName(name, chain)),
    );
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.ok(name.length <= 28, name);
  });

  it('leave out what is not enabled', () => {
    assert.deepEqual(rules({ nat: [{ enabled: false }], forwards: [{ enabled: false }] }), []);
  });

  it('carry comments that change with the rule, and only with it', () => {
    const comments = (source: string): readonly string[] =>
      nftTables('t', made({ nat: [{ name: 'odd "name"\n', source }] }))[0]!.comments;
    assert.deepEqual(comments('10.1.0.0/16'), comments('10.1.9.9/16'), 'the same network, written differently');
    assert.notDeepEqual(comments('10.1.0.0/16'), comments('10.2.0.0/16'));
    assert.match(comments('10.1.0.0/16')[0]!, /^masquerade odd__name__ #[0-9a-f]{8}$/);
  });
});
