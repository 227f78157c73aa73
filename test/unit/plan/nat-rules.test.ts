import assert from 'node:assert/strict';
import { nftTables } from '../../../src/plan/nat-rules';
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

function rules(parts: { nat?: Partial<NatDeclaration>[]; forwards?: Partial<PortForwardDeclaration>[] }): string[] {
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
  return nftTables(lab, undefined, scope({ nat, portForwards })).flatMap(({ family, text }) =>
    text
      .split('\n')
      .filter((line) => line.includes(' comment '))
      .map((line) => `${family} ${line.trim().replace(/ counter (.*) comment .*/, ' $1')}`),
  );
}

describe('the nftables rules of a lab', () => {
  it('are what the tutorials write with iptables', () => {
    assert.deepEqual(rules({ nat: [{ notOut: 'br0' }, { out: 'eth0' }, { kind: 'snat', to: '198.51.100.9' }] }), [
      'ip ip saddr 10.1.0.0/16 oifname != "br0" masquerade',
      'ip ip saddr 10.1.0.0/16 oifname "eth0" masquerade',
      'ip ip saddr 10.1.0.0/16 snat to 198.51.100.9',
    ]);
  });

  it('forward to the address that is on a network of the host, from outside, from the host, and from neighbours', () => {
    assert.deepEqual(rules({ forwards: [{}] }), [
      'ip fib daddr type local tcp dport 80 dnat to 10.1.0.10:8080',
      'ip ip daddr != 127.0.0.0/8 fib daddr type local tcp dport 80 dnat to 10.1.0.10:8080',
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
    assert.equal(
      rules({ forwards: [{ to: { address: '192.0.2.7' } }] }).length,
      2,
      'no way back through an unknown network',
    );
  });

  it('leave out what is not enabled', () => {
    assert.deepEqual(rules({ nat: [{ enabled: false }], forwards: [{ enabled: false }] }), []);
  });

  it('carry comments that change with the rule, and only with it', () => {
    const comments = (source: string): readonly string[] =>
      nftTables(
        lab,
        undefined,
        scope({ nat: [{ path: [], name: 'odd "name"\n', kind: 'masquerade', source, enabled: true }] }),
      )[0]!.comments;
    assert.deepEqual(comments('10.1.0.0/16'), comments('10.1.9.9/16'), 'the same network, written differently');
    assert.notDeepEqual(comments('10.1.0.0/16'), comments('10.2.0.0/16'));
    assert.match(comments('10.1.0.0/16')[0]!, /^masquerade odd__name__ #[0-9a-f]{8}$/);
  });
});
