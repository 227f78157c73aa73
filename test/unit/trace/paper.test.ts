import assert from 'node:assert/strict';
import type { HostSnapshot, ObservedLink, ObservedNamespace, ObservedPolicyRule } from '../../../src/host/model';
import { fixSteps } from '../../../src/trace/fix-steps';
import type { NamespaceDetails } from '../../../src/trace/facts';
import { readIptablesFilter } from '../../../src/trace/filter/read-iptables';
import type { TraceQuestion } from '../../../src/trace/model';
import { walk, type PaperWay } from '../../../src/trace/walk';
import { printCommand } from '../../../src/base/command';
import { emptyDetails } from './empty-details';
import { recordedReading, snapshotOf } from '../../fixtures/host/recordings';

/** The way on paper through a recorded host, changed where this machine's kernel could not be: no netem, no VLANs, no full table. */
describe('the way of a packet on paper', () => {
  const recorded = snapshotOf(recordedReading('planets'));

  function idOf(name: string | undefined): string {
    const found = recorded.namespaces.find((one) => (name === undefined ? one.isRoot : one.name === name));
    assert.ok(found !== undefined);
    return found.id;
  }

  function withLink(name: string, change: Partial<ObservedLink>): HostSnapshot {
    const links = (namespace: ObservedNamespace) =>
      namespace.links.map((link) => (link.name === name ? { ...link, ...change } : link));
    return { ...recorded, namespaces: recorded.namespaces.map((one) => ({ ...one, links: links(one) })) };
  }

  function details(more: Partial<NamespaceDetails>): NamespaceDetails {
    return { ...emptyDetails, ...more };
  }

  const ask: TraceQuestion = {
    from: { type: 'namespace', namespaceId: idOf('earth') },
    destination: '10.10.0.20',
    protocol: 'icmp',
  };

  function way(
    snapshot: HostSnapshot,
    question: TraceQuestion = ask,
    known: readonly (readonly [string, NamespaceDetails])[] = [],
  ): PaperWay {
    return walk({ snapshot, details: new Map(known) }, question);
  }

  const idsOf = ({ causes }: PaperWay): string[] => causes.map(({ id }) => id);

  it('arrives where nothing is wrong, by each interface in its order', () => {
    const paper = way(recorded);
    assert.deepEqual([paper.end, idsOf(paper), paper.remarks], ['arrives', [], []]);
    assert.deepEqual(
      paper.hops
        .filter(({ direction }) => direction === 'out')
        .flatMap(({ place, dev }) => (dev ? [`${place}:${dev}`] : [])),
      [
        'earth:earth-veth',
        'host:earth-br-veth',
        'host:planet-br',
        'host:neptune-br-veth',
        'neptune:neptune-veth',
        'neptune:neptune-veth',
      ],
    );
  });

  it('finds a cable that loses everything, and how to mend it', () => {
    const qdisc = { kind: 'netem', options: { 'loss-random': { loss: 1, correlation: 0 } } };
    const paper = way(withLink('earth-br-veth', { qdisc }));
    assert.deepEqual(idsOf(paper), ['impairment']);
    const [cause] = paper.causes;
    assert.ok(cause !== undefined);
    assert.deepEqual(
      fixSteps(cause).flatMap(({ run }) => run.map(printCommand)),
      ['tc qdisc del dev earth-br-veth root'],
    );
    assert.deepEqual(cause.fix?.edit?.request, { type: 'unimpaired', interface: 'earth-br-veth' });
  });

  it('does not claim a cable that loses some', () => {
    const qdisc = { kind: 'netem', options: { 'loss-random': { loss: 0.3, correlation: 0 } } };
    assert.deepEqual(idsOf(way(withLink('earth-br-veth', { qdisc }))), []);
  });

  it('finds two ports of a bridge in different VLANs', () => {
    const apart = withLink('earth-br-veth', { vlans: { untagged: 10, tagged: [] } });
    const links = (namespace: ObservedNamespace) =>
      namespace.links.map((link) =>
        link.name === 'neptune-br-veth' ? { ...link, vlans: { untagged: 20, tagged: [30] } } : link,
      );
    const snapshot = { ...apart, namespaces: apart.namespaces.map((one) => ({ ...one, links: links(one) })) };
    const paper = way(snapshot);
    assert.equal(paper.causes[0]?.id, 'vlan-mismatch');
    assert.match(paper.causes[0].text, /earth-br-veth is in VLAN 10, neptune-br-veth takes 20, 30/);
  });

  it('finds a port that the spanning tree blocks, or has not let learn yet', () => {
    for (const [state, expected] of [
      ['blocking', ['stp-not-forwarding']],
      ['learning', ['stp-not-forwarding']],
      ['forwarding', []],
    ] as const) {
      const ports = details({ portStates: new Map([['earth-br-veth', state]]) });
      assert.deepEqual(idsOf(way(recorded, ask, [[idOf(undefined), ports]])), expected);
    }
  });

  it('finds a full connection table, wherever it is on the way, with its figures', () => {
    const full = details({ conntrack: { count: 100, max: 100 } });
    const paper = way(recorded, ask, [[idOf('earth'), full]]);
    assert.deepEqual(idsOf(paper), ['conntrack-full']);
    const free = details({ conntrack: { count: 99, max: 100 } });
    assert.deepEqual(idsOf(way(recorded, ask, [[idOf('earth'), free]])), []);
    const there = way(recorded, ask, [[idOf('neptune'), full]]);
    assert.deepEqual([idsOf(there), there.causes[0]?.place], [['conntrack-full'], 'neptune']);
    assert.deepEqual(there.causes[0]?.evidence, ['nf_conntrack_count = 100, nf_conntrack_max = 100']);
    assert.match(there.causes[0].text, /\(100 of 100\)/);
  });

  it('is unsure where a rule asks for something that it does not understand', () => {
    const rules = (text: string) =>
      details({
        filter: { chains: readIptablesFilter(`*filter\n:INPUT ACCEPT [0:0]\n${text}\nCOMMIT\n`, 'ip', 'nft') },
      });
    const maybe = way(recorded, ask, [
      [idOf('neptune'), rules('-A INPUT -m u32 --u32 "0=0" -j ACCEPT\n-A INPUT -p icmp -j DROP')],
    ]);
    assert.deepEqual(
      maybe.causes.map(({ id, isLikely }) => [id, isLikely]),
      [['dropped-by-rule', true]],
    );
    assert.deepEqual(maybe.uncertain.length, 1);
    const sure = way(recorded, ask, [[idOf('neptune'), rules('-A INPUT -p icmp -j DROP')]]);
    assert.deepEqual(
      sure.causes.map(({ id, isLikely }) => [id, isLikely]),
      [['dropped-by-rule', undefined]],
    );
  });

  it('goes by policy rules as the kernel does: by protocol and port, turned round, and without short routes', () => {
    const ruled = (rule: Partial<ObservedPolicyRule>): HostSnapshot => ({
      ...recorded,
      namespaces: recorded.namespaces.map((one) =>
        one.name === 'earth'
          ? { ...one, rules: [{ family: 'inet', priority: 100, table: '100', ...rule }, ...one.rules] }
          : one,
      ),
    });
    const web: TraceQuestion = { ...ask, protocol: 'tcp', port: 80 };
    const emptied = (rule: Partial<ObservedPolicyRule>, question: TraceQuestion): boolean => {
      const only = ruled(rule).namespaces.map((one) => ({
        ...one,
        rules: one.rules.filter(({ table }) => table !== 'main'),
      }));
      return idsOf(way({ ...recorded, namespaces: only }, question)).includes('empty-table');
    };
    assert.deepEqual([emptied({ dport: '80-90' }, web), emptied({ dport: '81' }, web)], [true, false]);
    assert.deepEqual([emptied({ ipproto: 'tcp' }, web), emptied({ ipproto: 'udp' }, web)], [true, false]);
    assert.deepEqual(
      [emptied({ not: true, dport: '80' }, web), emptied({ not: true, dport: '81' }, web)],
      [false, true],
    );
    assert.deepEqual([emptied({ oif: 'earth-veth' }, web), emptied({ uidrange: '0-99' }, web)], [false, true]);
  });

  it('says at which hop each cause bites', () => {
    const paper = way(withLink('neptune-veth', { up: false, operState: 'down', carrier: false }));
    const [cause] = paper.causes;
    assert.equal(cause?.id, 'interface-down');
    assert.equal(paper.hops[cause.hop ?? -1]?.kind, 'leave');
  });
});
