import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readAdoption } from '../../../../src/host/read-adoption';
import type {
  HostSnapshot,
  ObservedLink,
  ObservedNamespace,
  ObservedNatRule,
  ObservedPolicyRule,
} from '../../../../src/host/model';
import { adoptTopology, labNameFor } from '../../../../src/plan/adopt/adopt';
import { freshHost } from '../../../../src/plan/fresh-host';
import { parseTopology } from '../../../../src/topology/parse';
import { topology } from '../build-topology';

const empty = freshHost(topology());
const [root] = empty.namespaces;

function link(name: string, part: Partial<ObservedLink> = {}): ObservedLink {
  const common = { index: 2, kind: 'veth', up: true, operState: 'up', carrier: true, mtu: 1500, data: {} };
  return { ...common, name, addresses: [], altNames: [], ...part };
}

function place(name: string | undefined, part: Partial<ObservedNamespace> = {}): ObservedNamespace {
  assert.ok(root);
  const base = { ...root, sysctls: { 'net.ipv4.ip_forward': '0', 'net.ipv6.conf.all.forwarding': '0' } };
  return name === undefined ? { ...base, ...part } : { ...base, id: name, name, isRoot: false, links: [], ...part };
}

function host(...namespaces: ObservedNamespace[]): HostSnapshot {
  return { ...empty, hostname: 'lab1', namespaces };
}

function rule(part: Partial<ObservedNatRule>): ObservedNatRule {
  return { kind: 'masquerade', engine: 'iptables', table: 'nat', chain: 'POSTROUTING', text: '', ...part };
}

describe('a snapshot as a topology file', () => {
  it('says nothing of an empty host', () => {
    assert.equal(
      adoptTopology(host(place(undefined)), { name: 'x' }).text,
      'name: x\ndescription: What was on lab1.\n',
    );
  });

  it('names the lab after the host, as no other lab there is called', () => {
    assert.equal(labNameFor({ ...empty, hostname: 'Lab_1.example' }), 'lab-1-example-live');
    const labs = [{ name: 'lab1-live', manifest: {} }];
    assert.equal(labNameFor({ ...empty, hostname: 'lab1', labs }), 'lab1-live-2');
    assert.equal(labNameFor({ ...empty, hostname: '???' }), 'adopted');
  });

  it('takes no rule of which it does not understand all', () => {
    const texts = [
      '-A POSTROUTING -s 10.0.0.0/8 -m mark --mark 0x1 -j MASQUERADE',
      '-A POSTROUTING -s 10.0.0.0/8 ! -d 10.9.0.0/16 -j MASQUERADE',
      '-A POSTROUTING -s 10.0.0.0/8 -j MASQUERADE --random',
    ];
    const nat = texts.map((text) => rule({ text, source: '10.0.0.0/8' }));
    const { text, leftOut } = adoptTopology(host(place(undefined, { nat })), { name: 'x' });
    assert.equal(leftOut.length, 3);
    assert.doesNotMatch(text, /^nat:/m);
  });

  it('takes no policy rule that asks or does more than files can say, and names it in the words of ip rule', () => {
    const rules: ObservedPolicyRule[] = [
      { family: 'inet', priority: 0, table: 'local' },
      { family: 'inet', priority: 100, from: '10.0.0.0/8', table: '7' },
      { family: 'inet', priority: 101, not: true, from: '10.9.0.0/16', table: '7' },
      { family: 'inet', priority: 102, to: '10.8.0.0/16', action: 'prohibit' },
      { family: 'inet', priority: 103, oif: 'eth0', ipproto: 'tcp', dport: '80-90', uidrange: '0-9', table: '7' },
      { family: 'inet', priority: 104, table: 'main', suppressPrefixLength: 0 },
      { family: 'inet', priority: 105, action: 'goto', goto: 104 },
      { family: 'inet', priority: 32766, table: 'main' },
    ];
    const { text, leftOut } = adoptTopology(host(place(undefined), place('red', { rules })), { name: 'x' });
    assert.match(text, /rules:\n {6}- \{ from: 10\.0\.0\.0\/8, table: 7, priority: 100 \}\n\n/);
    assert.deepEqual(leftOut, [
      'policy rule 101 of red: not from 10.9.0.0/16 lookup 7: files have no word for not.',
      'policy rule 102 of red: from all to 10.8.0.0/16 prohibit: files have no word for prohibit.',
      'policy rule 103 of red: from all oif eth0 uidrange 0-9 ipproto tcp dport 80-90 lookup 7: files have no word for oif, ipproto, dport, uidrange.',
      'policy rule 104 of red: from all lookup main suppress_prefixlength 0: files have no word for suppress_prefixlength.',
      'policy rule 105 of red: from all goto 104: files have no word for goto.',
    ]);
  });

  it('leaves what other programs look after to them', () => {
    const nat = [
      rule({
        text: '-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
        source: '172.17.0.0/16',
        maker: 'Docker',
      }),
    ];
    const links = [link('docker0', { kind: 'bridge' })];
    const { leftOut } = adoptTopology(host(place(undefined, { nat, links })), { name: 'x' });
    assert.deepEqual(leftOut, [
      'bridge docker0: Docker makes it and looks after it.',
      'iptables rule of the host (nat POSTROUTING): -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE (Docker looks after it)',
    ]);
  });

  it('keeps a process that listens as a service, and names the others', () => {
    const boundary = 'b0undary00';
    const printed = [
      `@${boundary} processes 0`,
      `@${boundary} process 7\n\n1\nwww\n/srv\npython3\n-m\nhttp.server\n8000`,
      `@${boundary} process 8\n\n1\nroot\n/\nbash`,
      `@${boundary} process 9\nours\n1\nroot\n/\nsleep\n9`,
      `@${boundary} listening 0\ntcp LISTEN 0 5 10.0.0.1:8000 0.0.0.0:* users:(("python3",pid=7,fd=3))`,
      `@${boundary} end`,
    ].join('\n');
    const details = readAdoption(printed, boundary, ['red']);
    const { text, leftOut } = adoptTopology(host(place(undefined), place('red')), { name: 'x', details });
    assert.match(
      text,
      / {6}# Guessed from process 7\. .*\n {6}http-server: \{ command: "python3 -m http\.server 8000", user: www, directory: \/srv, ready: \{ tcp: 8000 \} \}/,
    );
    assert.deepEqual(leftOut, ['process 8 in red: bash (it listens on no port, so it may be no service)']);
  });

  it('writes a file that can be read, whatever a host is called and says', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('host', 'a: b', '\n- x', '# y', '{', '"'),
    );
    fc.assert(
      fc.property(word, word, word, word, (hostname, namespace, device, said) => {
        const links = [
          link(device, { kind: 'dummy', addresses: [{ family: 'inet', cidr: '10.0.0.1/24', scope: 'global' }] }),
        ];
        const nat = [rule({ text: said, source: said })];
        const route = { family: 'inet', to: said, via: said, table: said, type: said } as const;
        const snapshot = {
          ...host(place(undefined, { nat }), place(namespace, { links, nat, routes: [route] })),
          hostname,
          unread: [{ what: said, why: said }],
        };
        const { text } = adoptTopology(snapshot, { name: 'x' });
        const { topology: read, problems } = parseTopology(text);
        assert.equal(read?.name, 'x', text);
        assert.deepEqual(
          problems.filter(({ code }) => code.startsWith('yaml-')),
          [],
          text,
        );
      }),
      { numRuns: 300 },
    );
  });
});
