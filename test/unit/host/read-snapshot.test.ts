import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { NetnsError } from '../../../src/base/errors';
import { findNamespace, rootNamespace, type HostSnapshot, type ObservedLink } from '../../../src/host/model';
import { recordedReading, snapshotOf } from '../../fixtures/host/recordings';

/** The properties of a NAT rule that a test leaves out of a comparison. */
const unlooked = { text: undefined, packets: undefined, bytes: undefined, place: undefined };

const folder = path.join(__dirname, '../../fixtures/host');

function linkOf(snapshot: HostSnapshot, namespace: string | undefined, name: string): ObservedLink {
  const link = findNamespace(snapshot, namespace)?.links.find((one) => one.name === name);
  assert.ok(link, `no link ${name} in ${namespace ?? 'the root namespace'}`);
  return link;
}

/** The other end as `NAMESPACE:NAME`, the root namespace being `host`. */
function peerOf(snapshot: HostSnapshot, namespace: string | undefined, name: string): string | undefined {
  const { peer } = linkOf(snapshot, namespace, name);
  const there = snapshot.namespaces.find(({ id }) => id === peer?.namespaceId);
  return peer && `${there?.isRoot === true ? 'host' : (there?.name ?? '?')}:${peer.name}`;
}

describe('reading a host: recorded on a lab host', () => {
  for (const name of ['planets', 'oddities'] as const) {
    it(`makes the golden snapshot of ${name}`, () => {
      const file = path.join(folder, `${name}.snapshot.json`);
      const made = `${JSON.stringify(snapshotOf(recordedReading(name)), undefined, 2)}\n`;
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, made);
      assert.equal(made, readFileSync(file, 'utf8'));
    });
  }

  it('understands the first tutorial: cables, bridge, forwarding and iptables NAT', () => {
    const snapshot = snapshotOf(recordedReading('planets'));
    assert.deepEqual(
      snapshot.namespaces.map(({ name }) => name),
      [undefined, 'earth', 'neptune'],
    );
    assert.equal(peerOf(snapshot, 'earth', 'earth-veth'), 'host:earth-br-veth');
    assert.equal(peerOf(snapshot, undefined, 'neptune-br-veth'), 'neptune:neptune-veth');
    assert.equal(linkOf(snapshot, undefined, 'planet-br').kind, 'bridge');
    assert.equal(linkOf(snapshot, undefined, 'earth-br-veth').master, 'planet-br');
    assert.equal(rootNamespace(snapshot).sysctls['net.ipv4.ip_forward'], '1');
    assert.equal(findNamespace(snapshot, 'earth')?.sysctls['net.ipv4.ip_forward'], '0');
    assert.deepEqual(
      rootNamespace(snapshot).nat.map((rule) => ({ ...rule, ...unlooked })),
      [
        {
          ...unlooked,
          kind: 'dnat',
          engine: 'iptables',
          table: 'nat',
          chain: 'PREROUTING',
          destination: '192.168.0.108',
          protocol: 'tcp',
          port: 8000,
          to: '10.10.0.10:8000',
        },
        {
          ...unlooked,
          kind: 'dnat',
          engine: 'iptables',
          table: 'nat',
          chain: 'PREROUTING',
          destination: '192.168.0.108',
          protocol: 'tcp',
          port: 3000,
          to: '10.10.0.10:8000',
        },
        {
          ...unlooked,
          kind: 'masquerade',
          engine: 'iptables',
          table: 'nat',
          chain: 'POSTROUTING',
          source: '10.10.0.0/16',
          notOut: 'planet-br',
        },
      ],
    );
    assert.deepEqual(
      findNamespace(snapshot, 'earth')?.processes.map(({ command }) => command),
      ['python3 -m http.server --bind 10.10.0.10 8000'],
    );
    assert.deepEqual(snapshot.unread, []);
  });

  it('finds peers with equal indices, in one namespace, and between namespaces', () => {
    const snapshot = snapshotOf(recordedReading('oddities'));
    assert.equal(linkOf(snapshot, 'left', 'same').index, linkOf(snapshot, 'right', 'same').index);
    assert.equal(peerOf(snapshot, 'left', 'same'), 'right:same');
    assert.equal(peerOf(snapshot, 'right', 'same'), 'left:same');
    assert.equal(peerOf(snapshot, undefined, 'twin-a'), 'host:twin-b');
    assert.equal(peerOf(snapshot, 'left', 'to-host'), 'host:to-left');
    // Its other end lies outside this host.
    assert.equal(peerOf(snapshot, undefined, 'eth0'), undefined);
    assert.equal(linkOf(snapshot, undefined, 'mv0').parent, 'eth0');
    assert.equal(linkOf(snapshot, undefined, 'to-left').parent, undefined);
  });

  it('names what it could not read, in the words of the host', () => {
    const { unread, labs } = snapshotOf(recordedReading('oddities'));
    assert.deepEqual(
      unread.map(({ what }) => what),
      ['namespace stale', 'the record of lab broken'],
    );
    assert.match(unread[0]?.why ?? '', /Invalid argument/);
    assert.deepEqual(labs, [{ name: 'odd', manifest: { version: 1, lab: 'odd' } }]);
  });
});

describe('reading a host: what can go wrong', () => {
  const reading = recordedReading('planets');
  const mark = '\n@recordedrecorded ';

  it('refuses output that was cut off', () => {
    assert.throws(
      () => snapshotOf(reading.slice(0, reading.length / 2)),
      (error) => error instanceof NetnsError && error.reason === 'unexpectedOutput',
    );
  });

  it('leaves out a namespace that vanished meanwhile, without a complaint', () => {
    const pieces = reading.split(mark).filter((piece) => !/^\S+ 1\n/.test(piece));
    pieces.splice(-1, 0, 'gone 1\nnsenter: cannot open /run/netns/earth: No such file or directory');
    const snapshot = snapshotOf(pieces.join(mark));
    assert.deepEqual(
      snapshot.namespaces.map(({ name }) => name),
      [undefined, 'neptune'],
    );
    assert.deepEqual(snapshot.unread, []);
    assert.equal(linkOf(snapshot, undefined, 'earth-br-veth').peer, undefined);
  });

  it('goes on where one part of one namespace is no JSON', () => {
    const broken = reading.replace(/\n@recordedrecorded nft 0\n.*/, `${mark}nft 0\n{"nftables": [`);
    const snapshot = snapshotOf(broken);
    assert.deepEqual(
      snapshot.unread.map(({ what }) => what),
      ['nftables rules of the root namespace'],
    );
    assert.equal(snapshot.namespaces.length, 3);
  });

  it('says how to install ip, for the distribution it found', () => {
    const without = (os: string): string =>
      `${mark}host\nlab1\n6.1${mark}os\n${os}${mark}tools\n${mark}ssh\n${mark}no-ip\n${mark}end\n`;
    for (const [os, advice] of [
      ['ID=debian', /apt-get install iproute2/],
      ['ID="alpine"', /apk add iproute2/],
      ['ID=rocky\nID_LIKE="rhel centos fedora"', /dnf install iproute /],
      ['ID=unheard-of', /Debian.*Fedora.*Alpine/],
    ] as const) {
      assert.throws(
        () => snapshotOf(without(os)),
        (error) => error instanceof NetnsError && error.reason === 'missingTool' && advice.test(error.advice ?? ''),
      );
    }
  });

  it('says so where ip prints no JSON', () => {
    const busybox = `${mark}os\nID=alpine${mark}no-json\nip: unrecognized option: j\nBusyBox v1.36.1 multi-call binary.\n${mark}end\n`;
    assert.throws(
      () => snapshotOf(busybox),
      (error) =>
        error instanceof NetnsError &&
        error.reason === 'missingTool' &&
        error.hostSaid?.includes('unrecognized option') === true,
    );
  });

  it('never fails in any other way, however the output is damaged', () => {
    const lines = recordedReading('oddities').split('\n');
    const place = fc.nat(lines.length - 1);
    const damage = fc.oneof(
      fc.record({
        at: place,
        put: fc.constantFrom('', '[]', '[null]', '[{}]', '{"nftables":[{"rule":{}}]}', '[{"ifindex":1}]', '-A'),
      }),
      fc.record({ at: place, put: fc.string() }),
      fc.record({ at: place, put: fc.json() }),
      fc.record({ at: place, put: fc.json().map((text) => `[${text}]`) }),
    );
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 8 }), (damages) => {
        const changed = [...lines];
        for (const { at, put } of damages) changed[at] = put;
        try {
          const snapshot = snapshotOf(changed.join('\n'));
          assert.equal(snapshot.namespaces[0]?.isRoot, true);
        } catch (error) {
          if (!(error instanceof NetnsError)) throw error;
        }
      }),
    );
  });
});
