import assert from 'node:assert/strict';
import { readFlowAnswer } from '../../../src/trace/switch-flows';

/** What `ovs-appctl ofproto/trace --names` of Open vSwitch 3.1 prints. */
function printed(entries: string, sent: string): string {
  return `Flow: icmp,in_port=p1,vlan_tci=0x0000,dl_src=26:e1:63:d9:d6:31,nw_src=10.1.1.1,nw_dst=10.1.1.2

bridge("br0")
-------------
${entries}
Final flow: unchanged
Megaflow: recirc_id=0,eth,ip,in_port=p1,nw_frag=no
Datapath actions: ${sent}
`;
}

describe('what an Open vSwitch bridge says that it does', () => {
  it('is read with the flow that decided', () => {
    const flood = ' 0. priority 0\n    NORMAL\n     -> no learned MAC for destination, flooding\n';
    assert.deepEqual(readFlowAnswer(printed(flood, 'br0,p2,"p3"')), {
      ports: ['br0', 'p2', 'p3'],
      table: '0',
      match: { text: '', priority: '0' },
      actions: 'NORMAL',
      bridge: 'br0',
    });
    const drop = ' 0. icmp,in_port=p1, priority 100\n    drop\n';
    assert.deepEqual(readFlowAnswer(printed(drop, 'drop')), {
      ports: [],
      table: '0',
      match: { text: 'icmp,in_port=p1', priority: '100' },
      actions: 'drop',
      bridge: 'br0',
    });
  });

  it('is read through tables, to the one that has nothing', () => {
    const missed = ' 0. ip,nw_dst=10.1.1.2, priority 50, cookie 0x5\n    resubmit(,2)\n 2. No match.\n    drop\n';
    assert.deepEqual(readFlowAnswer(printed(missed, 'drop')), {
      ports: [],
      table: '2',
      actions: 'drop',
      bridge: 'br0',
    });
  });

  it('is read through a patch port, to the bridge behind it', () => {
    const both =
      ' 0. priority 0\n    NORMAL\n     -> forwarding to learned port\n\nbridge("br1")\n------------\n 0. icmp, priority 100\n    drop\n';
    assert.deepEqual(readFlowAnswer(printed(both, 'drop')), {
      ports: [],
      table: '0',
      match: { text: 'icmp', priority: '100' },
      actions: 'drop',
      bridge: 'br1',
    });
  });

  it('is nothing where it is an error, and open where it sends to what is no port', () => {
    assert.equal(readFlowAnswer('Bad openflow flow syntax: in_port=nix,arp: bad value for in_port'), undefined);
    assert.equal(readFlowAnswer(''), undefined);
    const tunnel = ' 0. priority 0\n    NORMAL\n';
    assert.equal(readFlowAnswer(printed(tunnel, 'push_vlan(vid=7,pcp=0),p2'))?.ports, undefined);
  });
});
