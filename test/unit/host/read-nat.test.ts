import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isSameSnapshot } from '../../../src/host/compare-snapshots';
import { readSavedTables, splitIptablesWords } from '../../../src/host/iptables-save';
import { rootNamespace, type ObservedNatRule } from '../../../src/host/model';
import { traceTablePrefix } from '../../../src/host/nat-marks';
import { readNftRuleset } from '../../../src/host/nft-ruleset';
import { readFirewall } from '../../../src/host/read-firewall';
import { readIptablesNat, type SavedIptables } from '../../../src/host/read-iptables';
import { gatherNat } from '../../../src/host/read-nat';
import { readPacketFilter } from '../../../src/host/read-packet-filter';
import { Sections } from '../../../src/host/sections';
import { recordedReading, snapshotOf } from '../../fixtures/host/recordings';

function saved(text: string, backend: 'nft' | 'legacy' = 'nft', family: 'ip' | 'ip6' = 'ip'): SavedIptables {
  return { backend, family, ...readSavedTables(text) };
}

/** The one rule of a nat table. */
function ruleOf(line: string): ObservedNatRule {
  const [rule, ...others] = readIptablesNat(saved(`*nat\n${line}\nCOMMIT\n`));
  assert.ok(rule !== undefined && others.length === 0, line);
  return rule;
}

describe('NAT rules as people type them', () => {
  it('are what they are: source, way, target, counts, place', () => {
    assert.deepEqual(ruleOf('[84:7056] -A POSTROUTING -s 10.10.0.0/16 ! -o planet-br -j MASQUERADE'), {
      kind: 'masquerade',
      engine: 'iptables',
      table: 'nat',
      chain: 'POSTROUTING',
      text: '-A POSTROUTING -s 10.10.0.0/16 ! -o planet-br -j MASQUERADE',
      source: '10.10.0.0/16',
      notOut: 'planet-br',
      packets: 84,
      bytes: 7056,
      place: { family: 'ip', position: 1, backend: 'nft' },
    });
    const { destination, protocol, port, to, mark } = ruleOf(
      '-A OUTPUT -d 192.168.0.108/32 -p udp -m udp --dport 53 -m mark --mark 0x1 -j DNAT --to-destination 10.0.0.1:5353',
    );
    assert.deepEqual([destination, protocol, port, to, mark], ['192.168.0.108', 'udp', 53, '10.0.0.1:5353', '0x1']);
    assert.equal(ruleOf('-A PREROUTING -i eth0 -p tcp --dport 80 -j DNAT --to-destination 10.0.0.1').in, 'eth0');
  });

  it('are known as a program’s by its names, or as a lab’s by the mark in their comment', () => {
    assert.equal(ruleOf('-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE').maker, 'Docker');
    assert.equal(
      ruleOf('-A DOCKER ! -i br-0123456789ab -p tcp --dport 80 -j DNAT --to-destination 172.18.0.2:80').maker,
      'Docker',
    );
    assert.equal(ruleOf('-A LIBVIRT_PRT -s 192.168.122.0/24 ! -d 192.168.122.0/24 -j MASQUERADE').maker, 'libvirt');
    assert.equal(ruleOf('-A NETAVARK-1D8721804F16F -d 10.88.0.0/16 -j MASQUERADE').maker, 'Podman');
    assert.equal(ruleOf('-A POSTROUTING -s 10.1.0.0/16 ! -o br-lab -j MASQUERADE').maker, undefined);
    const own = ruleOf(
      '-A NETNS-a-POST -s 10.0.0.0/8 -m comment --comment "netns-topology:a masquerade n #1" -j MASQUERADE',
    );
    assert.equal(own.lab, 'a');
    assert.equal(ruleOf('-A POSTROUTING -m comment --comment "-s 10.0.0.0/8" -j MASQUERADE').source, undefined);
  });

  it('are numbered within their chain, also where another rule is no NAT', () => {
    const rules = readIptablesNat(
      saved(
        '*nat\n-A POSTROUTING -j RETURN\n-A PREROUTING -j DNAT --to 1.1.1.1\n-A POSTROUTING -j MASQUERADE\nCOMMIT\n',
      ),
    );
    assert.deepEqual(
      rules.map(({ chain, place }) => [chain, place?.position]),
      [
        ['PREROUTING', 1],
        ['POSTROUTING', 2],
      ],
    );
  });

  it('count without making a snapshot another one', () => {
    const reading = recordedReading('planets');
    const counted = reading.replaceAll(/^\[\d+:\d+\] -A/gm, '[7:420] -A');
    const [first, second] = [snapshotOf(reading), snapshotOf(counted)];
    assert.equal(rootNamespace(second).nat[0]?.packets, 7);
    assert.equal(rootNamespace(second).nat[0]?.bytes, 420);
    assert.ok(isSameSnapshot(first, second));
  });

  it('are not those of a trace of ours, which watches packets for a moment; a lab may well be called so', () => {
    const table = (name: string): object => ({ table: { family: 'inet', name } });
    const rule = (name: string): object => ({
      rule: { family: 'inet', table: name, chain: 'c', handle: 2, expr: [{ masquerade: null }] },
    });
    const names = [`${traceTablePrefix}1f`, 'netns-topology-trace-1f'];
    const shown = JSON.stringify({ nftables: names.flatMap((name) => [table(name), rule(name)]) });
    const { ruleset } = readPacketFilter(new Sections([{ head: 'nft 0', body: shown }]), 0, (what, why) =>
      assert.fail(`${what}: ${why}`),
    );
    assert.deepEqual(ruleset?.tables, [{ family: 'inet', name: 'netns-topology-trace-1f' }]);
    assert.deepEqual(
      gatherNat(ruleset, []).map(({ lab }) => lab),
      ['trace-1f'],
    );
  });

  it('are told apart word by word, whatever a comment holds', () => {
    // As xtables_save_string quotes.
    const quote = (word: string): string =>
      /^[\w@%+=:,./-]+$/.test(word) ? word : `"${word.replace(/["\\']/g, '\\$&')}"`;
    const words = fc.array(
      fc.string({ unit: fc.constantFrom('a', 'b', '"', "'", '\\', '-', '!', ' '), minLength: 1 }),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(words, (list) => assert.deepEqual(splitIptablesWords(list.map(quote).join(' ')), list)),
      { numRuns: 300 },
    );
  });
});

describe('iptables’ nft back end', () => {
  const ruleset = readNftRuleset(
    {
      nftables: [
        { table: { family: 'ip', name: 'nat', handle: 1 } },
        {
          chain: {
            family: 'ip',
            table: 'nat',
            name: 'POSTROUTING',
            type: 'nat',
            hook: 'postrouting',
            policy: 'accept',
          },
        },
        { rule: { family: 'ip', table: 'nat', chain: 'POSTROUTING', handle: 2, expr: [{ masquerade: null }] } },
        {
          rule: {
            family: 'ip',
            table: 'nat',
            chain: 'POSTROUTING',
            handle: 3,
            expr: [{ xt: { type: 'target', name: 'SNAT' } }],
          },
        },
        { rule: { family: 'ip', table: 'own', chain: 'post', handle: 4, expr: [{ masquerade: null }] } },
      ],
    },
    '',
  );

  it('is shown in iptables’ words, each rule once', () => {
    const printed = saved(
      '*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -j MASQUERADE\n-A POSTROUTING -j SNAT --to-source 1.2.3.4\nCOMMIT\n',
    );
    assert.deepEqual(
      gatherNat(ruleset, [printed]).map(({ engine, kind, table }) => [engine, kind, table]),
      [
        ['nftables', 'masquerade', 'own'],
        ['iptables', 'masquerade', 'nat'],
        ['iptables', 'snat', 'nat'],
      ],
    );
  });

  it('is shown as nft knows it where there is no iptables-save', () => {
    assert.deepEqual(
      gatherNat(ruleset, []).map(({ engine, kind, place }) => [engine, kind, place?.handle]),
      [
        ['nftables', 'masquerade', 2],
        ['nftables', 'masquerade', 4],
        ['iptables', 'snat', undefined],
      ],
    );
  });
});

describe('what is passed on', () => {
  it('is decided by Docker’s chains in iptables, where there is a place for others', () => {
    const docker = saved(`*filter
:FORWARD DROP [0:0]
:DOCKER-USER - [0:0]
[3:180] -A FORWARD -j DOCKER-USER
[0:0] -A FORWARD -o docker0 -j DOCKER
[0:0] -A DOCKER-USER -i planet-br -m comment --comment "netns-topology:planets let planet-br out" -j ACCEPT
[0:0] -A DOCKER-USER -j RETURN
COMMIT`);
    assert.deepEqual(readFirewall(undefined, [docker]), {
      forwardChains: [
        {
          engine: 'iptables',
          backend: 'nft',
          family: 'ip',
          table: 'filter',
          chain: 'FORWARD',
          drops: true,
          userChain: 'DOCKER-USER',
        },
      ],
      marked: [
        {
          engine: 'iptables',
          backend: 'nft',
          family: 'ip',
          table: 'filter',
          chain: 'DOCKER-USER',
          position: 1,
          lab: 'planets',
          label: 'let planet-br out',
          text: '-A DOCKER-USER -i planet-br -m comment --comment "netns-topology:planets let planet-br out" -j ACCEPT',
        },
      ],
      ownChains: [],
      iptablesInUse: ['nft'],
    });
  });

  it('is dropped by a policy, or by a last rule for everything, in iptables and nftables', () => {
    const drops = (lines: string): boolean | undefined =>
      readFirewall(undefined, [saved(`*filter\n${lines}\nCOMMIT\n`)])?.forwardChains[0]?.drops;
    assert.equal(drops(':FORWARD ACCEPT [0:0]'), false);
    assert.equal(drops(':FORWARD ACCEPT [0:0]\n-A FORWARD -j REJECT --reject-with icmp-port-unreachable'), true);
    assert.equal(drops(':FORWARD ACCEPT [0:0]\n-A FORWARD -i eth9 -j DROP'), false);
    const base = { family: 'inet', table: 'fw' };
    const nft = (policy: string, ...expr: object[]): boolean | undefined =>
      readFirewall(
        readNftRuleset(
          {
            nftables: [
              { chain: { ...base, name: 'fwd', type: 'filter', hook: 'forward', policy } },
              { rule: { ...base, chain: 'fwd', expr: [{ accept: null }] } },
              { rule: { ...base, chain: 'fwd', expr } },
            ],
          },
          '',
        ),
        [],
      )?.forwardChains[0]?.drops;
    assert.equal(nft('drop', { accept: null }), true);
    assert.equal(nft('accept', { counter: null }, { reject: { type: 'icmpx', expr: 'admin-prohibited' } }), true);
    assert.equal(nft('accept', { match: {} }, { drop: null }), false);
  });
});
