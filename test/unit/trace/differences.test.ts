import assert from 'node:assert/strict';
import { readConnections } from '../../../src/host/conntrack';
import { differencesOf } from '../../../src/trace/differences';
import type { TraceQuestion } from '../../../src/trace/model';
import { readWatch, type Sighting } from '../../../src/trace/sightings';
import { natDifferences, newConnections, trackedWords } from '../../../src/trace/tracked';
import { walk } from '../../../src/trace/walk';
import { recordedReading, snapshotOf } from '../../fixtures/host/recordings';

describe('where paper and fact differ', () => {
  const snapshot = snapshotOf(recordedReading('planets'));
  const earth = snapshot.namespaces.find(({ name }) => name === 'earth');
  const neptune = snapshot.namespaces.find(({ name }) => name === 'neptune');
  const host = snapshot.namespaces.find(({ isRoot }) => isRoot);
  assert.ok(earth !== undefined && neptune !== undefined && host !== undefined);
  const facts = { snapshot, details: new Map() };
  const ask: TraceQuestion = {
    from: { type: 'namespace', namespaceId: earth.id },
    destination: '10.10.0.20',
    protocol: 'icmp',
  };
  const paper = walk(facts, ask);

  function seen(namespaceId: string, dev: string, more: Partial<Sighting> = {}): Sighting {
    return {
      namespaceId,
      place: namespaceId === host?.id ? 'host' : 'earth',
      dev,
      way: 'out',
      kind: 'request',
      source: '10.10.0.10',
      destination: '10.10.0.20',
      after: 0,
      text: '',
      ...more,
    };
  }
  const texts = (sightings: readonly Sighting[], reached = false): string[] =>
    differencesOf(paper, sightings, facts, reached).map(({ text }) => text);

  it('says nothing where it was seen as it should be, at a bridge’s ports or for others', () => {
    assert.deepEqual(texts([seen(earth.id, 'earth-veth')], true), []);
    assert.deepEqual(texts([seen(host.id, 'neptune-br-veth')]), [], 'a port of a bridge hears what is flooded');
    assert.deepEqual(texts([seen(host.id, 'eth0', { way: 'in', isForOthers: true })]), []);
  });

  it('says other addresses than were worked out, once', () => {
    const other = seen(earth.id, 'earth-veth', { source: '10.10.0.99' });
    assert.deepEqual(texts([other]), [
      'By what was read, the packet is 10.10.0.10 → 10.10.0.20 at earth:earth-veth; it was seen as 10.10.0.99 → 10.10.0.20.',
    ]);
  });

  it('says another way than was worked out', () => {
    assert.deepEqual(texts([seen(host.id, 'eth0')]), [
      'By what was read, the packet does not pass host:eth0; in fact it left by it (10.10.0.10 → 10.10.0.20).',
    ]);
  });

  it('says that it arrived though it should not, and that it was seen behind its end', () => {
    const down = {
      ...snapshot,
      namespaces: snapshot.namespaces.map((one) => ({
        ...one,
        links: one.links.map((link) => (link.name === 'earth-br-veth' ? { ...link, up: false } : link)),
      })),
    };
    const stopped = walk({ ...facts, snapshot: down }, ask);
    assert.deepEqual(
      stopped.causes.map(({ id }) => id),
      ['interface-down'],
    );
    const arrived = seen(neptune.id, 'neptune-veth', { way: 'in', place: 'neptune' });
    const [reached, behind] = [true, false].map((wasReached) =>
      differencesOf(stopped, [arrived], facts, wasReached).map(({ text }) => text),
    );
    assert.match(
      reached?.[0] ?? '',
      /^By what was read it should not have arrived, but it did: .*earth-br-veth is down/,
    );
    assert.match(
      behind?.[0] ?? '',
      /^By what was read it ends before neptune:neptune-veth .*; in fact it was seen there\.$/,
    );
  });

  it('knows an answer to a datagram by its port', () => {
    const line = '0 1700000000.000001 earth-veth In  IP 10.10.0.20.53 > 10.10.0.10.24001: UDP, length 4';
    const { sightings } = readWatch(line, [earth], { destination: '10.10.0.20', protocol: 'udp', sourcePort: 24_001 });
    assert.deepEqual(
      sightings.map(({ kind, way }) => [kind, way]),
      [['reply', 'in']],
    );
  });

  it('says where the packet filter’s own word was not heard, in nft’s words', () => {
    const printed = '0 Error: Could not process rule: Operation not supported\n0 @not-followed\n0 @ready';
    assert.deepEqual(readWatch(printed, [earth], { destination: '10.10.0.20', protocol: 'icmp' }).notWatched, [
      'earth: the packet filter’s own word was not heard (nft monitor trace): Error: Could not process rule: Operation not supported',
    ]);
  });

  describe('of NAT, by conntrack', () => {
    const lines = [
      'ipv4     2 icmp     1 29 src=10.10.0.10 dst=10.10.0.20 type=8 code=0 id=24 [UNREPLIED] src=10.10.0.20 dst=198.51.100.2 type=0 code=0 id=24 mark=0 use=2',
      'ipv4     2 icmp     1 29 src=10.10.0.10 dst=10.10.0.20 type=8 code=0 id=23 src=10.10.0.20 dst=10.10.0.10 type=0 code=0 id=23 mark=0 use=2',
    ];
    const [nat, plain] = readConnections(lines);
    assert.ok(nat !== undefined && plain !== undefined);

    it('counts what is new only', () => {
      assert.deepEqual(newConnections([plain], [plain, nat]), [nat]);
    });

    it('says what became of the packet, and where that is not what was worked out', () => {
      const words = 'conntrack: 10.10.0.10 → 10.10.0.20 became 198.51.100.2 → 10.10.0.20, no answer came back to it';
      assert.equal(trackedWords(nat), words);
      assert.deepEqual(natDifferences(paper.hops, new Map([[earth.id, [plain]]])), []);
      assert.deepEqual(
        natDifferences(paper.hops, new Map([[earth.id, [nat]]])).map(({ text }) => text),
        [`By what was read, the packet is 10.10.0.10 → 10.10.0.20 behind earth; ${words}.`],
      );
    });
  });
});
