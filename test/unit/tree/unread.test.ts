import assert from 'node:assert/strict';
import { findNamespace, rootNamespace, type HostSnapshot } from '../../../src/host/model';
import { buildGraphView } from '../../../src/lab/graph-view';
import { snapshotNodes } from '../../../src/vscode/tree/snapshot-nodes';
import { recordedReading, snapshotOf } from '../../fixtures/host/recordings';
import { treeLines } from '../../fixtures/tree-lines';

const mark = '\n@recordedrecorded ';

/** The recorded host of the first tutorial, on which something else was printed; each change must change something. */
function withChanges(...changes: readonly (readonly [was: RegExp | string, is: string])[]): HostSnapshot {
  let reading = recordedReading('planets');
  for (const [was, is] of changes) {
    const changed = reading.replace(was, () => is);
    assert.notEqual(changed, reading, String(was));
    reading = changed;
  }
  return snapshotOf(reading);
}

/** What is said of a namespace in the tree and in the graph's details of it. */
function shown(snapshot: HostSnapshot, name: string): { tree: string[]; graph: readonly string[] } {
  const namespaces = snapshotNodes('lab1', snapshot).find(({ label }) => label === 'Namespaces');
  const row = namespaces?.children.find(({ label }) => label === name);
  const id = name === 'host' ? 'host' : `ns:${name}`;
  const node = buildGraphView({ hostName: 'lab1', snapshot }).nodes.find((one) => one.id === id);
  return {
    tree: treeLines(row?.children ?? []),
    graph: [...(node?.facts ?? []), ...(node?.details ?? []).flatMap(({ lines }) => lines)],
  };
}

describe('what could not be read of a namespace is unknown in tree and graph, never absent', () => {
  it('whether it forwards', () => {
    const path = '/proc/sys/net/ipv4/ip_forward';
    const snapshot = withChanges(
      [`${path}:1\n`, ''],
      [`${mark}sockets 0`, `${mark}sysctls-said 0\ngrep: ${path}: Permission denied\n${mark}sockets 0`],
    );
    assert.deepEqual(rootNamespace(snapshot).unreadSysctls, { 'net.ipv4.ip_forward': 'Permission denied' });
    const { tree, graph } = shown(snapshot, 'host');
    assert.ok(tree.includes('Kernel Parameters (settings) unknown whether it forwards IPv4'), tree.join('\n'));
    assert.ok(tree.includes('Kernel Parameters › net.ipv4.ip_forward (question) unknown'), tree.join('\n'));
    assert.ok(tree.includes('Not read: kernel parameters (question) net.ipv4.ip_forward: Permission denied'));
    assert.ok(graph.includes('forwarding unknown'), graph.join('\n'));
  });

  it('a parameter that does not exist is none', () => {
    const path = '/proc/sys/net/bridge/bridge-nf-call-iptables';
    const snapshot = withChanges(
      [`${path}:1\n`, ''],
      [`${mark}sockets 0`, `${mark}sysctls-said 0\ngrep: ${path}: No such file or directory\n${mark}sockets 0`],
    );
    assert.deepEqual(snapshot.unread, []);
  });

  it('how many connections are followed', () => {
    const path = '/proc/sys/net/netfilter/nf_conntrack_count';
    const snapshot = withChanges(
      [`${path}:1\n`, ''],
      [`${mark}sockets 0`, `${mark}sysctls-said 0\ngrep: ${path}: Permission denied\n${mark}sockets 0`],
    );
    assert.equal(rootNamespace(snapshot).conntrack, undefined);
    assert.deepEqual(rootNamespace(snapshot).unread, [{ what: 'the number of connections', why: 'Permission denied' }]);
  });

  it('VLANs, impairments, sockets, and where cables lead', () => {
    const snapshot = withChanges(
      [
        `${mark}sockets 1`,
        `${mark}sockets 1\n${mark}sockets-said 1\nCannot open netlink socket: Permission denied\n${mark}sockets-was 1`,
      ],
      [
        `${mark}rules6 1`,
        [
          '',
          'bridge-vlans 1\n',
          'bridge-vlans-said 1\nRTNETLINK answers: Operation not supported\n',
          'qdiscs 1\n',
          'qdiscs-said 1\nThe host has no tc.\n',
          'ip-said 1\nRTNETLINK answers: Operation not permitted\nCommand failed -:4\n',
          'rules6 1',
        ].join(mark),
      ],
    );
    const { tree, graph } = shown(snapshot, 'earth');
    for (const [what, why] of [
      ['listening sockets', 'Cannot open netlink socket: Permission denied'],
      ['VLANs of ports', 'RTNETLINK answers: Operation not supported'],
      ['impairments', 'The host has no tc.'],
    ]) {
      assert.ok(tree.includes(`Not read: ${what} (question) ${why}`), tree.join('\n'));
      assert.ok(graph.includes(`${what}: ${why}`), graph.join('\n'));
    }
    assert.ok(findNamespace(snapshot, 'earth')?.unread?.some(({ what }) => what === 'ends of cables'));
    assert.ok(graph.includes('not all read'), graph.join('\n'));
    assert.deepEqual(
      shown(snapshot, 'neptune').tree.filter((line) => line.includes('Not read')),
      [],
    );
  });

  it('how a cable is impaired', () => {
    const snapshot = withChanges([/"ifname":"earth-veth",(.*?)"noqueue"/, '"ifname":"earth-veth","qdisc":"netem"']);
    const { tree } = shown(snapshot, 'earth');
    assert.ok(
      tree.some((line) => line.includes('earth-veth') && line.endsWith('impaired by netem, unknown how')),
      tree.join('\n'),
    );
  });

  it('the packet filter of a host without a program for it', () => {
    const snapshot = withChanges([/\nnft nft[^\n]*/, ''], ['\niptables-save ', '']);
    assert.deepEqual(snapshot.unread, [
      { what: 'NAT and filter rules', why: 'The host has neither nft nor iptables-save.' },
    ]);
  });

  it('Open vSwitch that does not answer, or has no program to ask it', () => {
    const snapshot = withChanges([
      `${mark}root\n`,
      `${mark}ovs\n${mark}ovs-said\nThe host has no ovs-vsctl.\n${mark}root\n`,
    ]);
    assert.deepEqual(snapshot.unread, [{ what: 'Open vSwitch bridges', why: 'The host has no ovs-vsctl.' }]);
  });
});
