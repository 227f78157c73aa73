import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ObservedLink } from '../../../src/host/model';
import { readMissingKinds } from '../../../src/host/kernel-probe';
import { readOpenVswitch, withOpenVswitch } from '../../../src/host/read-openvswitch';
import { splitSections } from '../../../src/host/sections';

/** As Open vSwitch 3.1 printed it, for a bridge with one port. */
const recorded = [
  '{"data":[["v-net-0",["set",[["uuid","8ce2ec71-98fc-4b32-a39d-25b896dbb14a"],["uuid","bb12cd42-9eac-4a77-9211-3bb48d419991"]]],"netdev",false,true,["map",[["mac-aging-time","60"]]],["map",[["netns-topology","lab"]]]]],"headings":["name","ports","datapath_type","stp_enable","mcast_snooping_enable","other_config","external_ids"]}',
  '{"data":[[["uuid","8ce2ec71-98fc-4b32-a39d-25b896dbb14a"],"v-net-0"],[["uuid","bb12cd42-9eac-4a77-9211-3bb48d419991"],"veth-red-br"]],"headings":["_uuid","name"]}',
  '',
].join('\n');

function link(name: string, part: Partial<ObservedLink> = {}): ObservedLink {
  const state = { index: 1, up: true, operState: 'up', carrier: true, mtu: 1500, addresses: [], altNames: [] };
  return { ...state, name, kind: 'veth', data: {}, ...part };
}

describe('reading Open vSwitch', () => {
  it('finds its bridges with their ports and settings, in the words of ovs-vsctl', () => {
    assert.deepEqual(readOpenVswitch(recorded), [
      {
        name: 'v-net-0',
        ports: ['veth-red-br'],
        vlans: new Map(),
        facts: { controllers: [], ports: [] },
        data: {
          datapath_type: 'netdev',
          stp_enable: 'false',
          mcast_snooping_enable: 'true',
          'other-config:mac-aging-time': '60',
          'external-ids:netns-topology': 'lab',
        },
      },
    ]);
  });

  it('finds the VLANs of ports that do not let all through, and the MTU that was asked for', () => {
    const none = '["set",[]]';
    const tables = [
      '{"data":[["v0",["set",[["uuid","1"],["uuid","2"],["uuid","3"],["uuid","4"],["uuid","5"]]],"netdev",false,false,["map",[]],["map",[]]]],"headings":["name","ports","datapath_type","stp_enable","mcast_snooping_enable","other_config","external_ids"]}',
      `{"data":[[["uuid","5"],"free",${none},${none},${none}],[["uuid","2"],"v0",${none},${none},${none}],[["uuid","1"],"access",7,${none},${none}],[["uuid","3"],"native",9,5,"native-untagged"],[["uuid","4"],"trunk",${none},["set",[7,5]],${none}]],"headings":["_uuid","name","tag","trunks","vlan_mode"]}`,
      `{"data":[["v0",1400],["free",${none}]],"headings":["name","mtu_request"]}`,
    ].join('\n');
    const [read] = readOpenVswitch(tables) ?? [];
    assert.deepEqual(Object.fromEntries(read?.vlans ?? []), {
      access: { untagged: 7, tagged: [] },
      native: { untagged: 9, tagged: [5] },
      trunk: { tagged: [5, 7] },
    });
    assert.equal(read?.data['mtu_request'], '1400');
    assert.deepEqual(withOpenVswitch([link('trunk')], [read])[0]?.vlans, { tagged: [5, 7] });
  });

  it('reads a bridge that is its own only port, which stands there without a set around it', () => {
    const alone = recorded.replace(/\["set",\[(\["uuid","8ce[^\]]*\]).*?\]\]\]/, '$1');
    assert.notEqual(alone, recorded);
    assert.deepEqual(readOpenVswitch(alone)?.[0]?.ports, []);
  });

  it('takes nothing else for its tables, and never breaks', () => {
    assert.equal(readOpenVswitch(''), undefined);
    assert.equal(readOpenVswitch('ovs-vsctl: no such thing\n'), undefined);
    fc.assert(
      fc.property(fc.nat(recorded.length), fc.string({ maxLength: 5 }), (at, junk) => {
        readOpenVswitch(recorded.slice(0, at) + junk + recorded.slice(at + junk.length));
      }),
    );
  });

  it('shows what ip takes for a TAP device as a switch, and its ports on it instead of on ovs-system', () => {
    const bridges = readOpenVswitch(recorded) ?? [];
    const seen = withOpenVswitch(
      [
        link('v-net-0', { kind: 'tun' }),
        link('veth-red-br', { master: 'ovs-system' }),
        link('eth0', { kind: 'physical' }),
      ],
      bridges,
    );
    assert.deepEqual(
      seen.map(({ name, kind, master }) => ({ name, kind, master })),
      [
        { name: 'v-net-0', kind: 'openvswitch', master: undefined },
        { name: 'veth-red-br', kind: 'veth', master: 'v-net-0' },
        { name: 'eth0', kind: 'physical', master: undefined },
      ],
    );
    assert.equal(seen[0]?.data['datapath_type'], 'netdev');
  });
});

describe('what a kernel lacks', () => {
  const read = (lines: string): unknown =>
    readMissingKinds(splitSections(`\n@boundary kernel-lacks\n${lines}\n@boundary end\n`, 'boundary'));

  it('is what the probe said, and no other word of the host', () => {
    assert.deepEqual(read('vlan\ndummy\nsomething\n'), { missingKinds: ['dummy', 'vlan'] });
  });

  it('is nothing where nothing was said', () => {
    assert.deepEqual(read(''), {});
  });
});
