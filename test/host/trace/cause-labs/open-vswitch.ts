import type { CauseLab } from './cause-lab';

/** A switch beside the world, with venus and pluto on it, and the host by the switch's own interface. */
const make = [
  'ovs-vsctl --if-exists del-br v-net -- --if-exists del-br v-far',
  'ovs-vsctl add-br v-net -- set Bridge v-net datapath_type=netdev',
  'ip addr add 10.60.0.1/24 dev v-net',
  'ip link set v-net up',
  ...[
    ['venus', '10'],
    ['pluto', '20'],
  ].flatMap(([name = '', last = '']) => [
    `ip netns add ${name}`,
    `ip link add ${name}-port up type veth peer name ${name}-veth netns ${name}`,
    `ip -n ${name} link set ${name}-veth up`,
    `ip -n ${name} addr add 10.60.0.${last}/24 dev ${name}-veth`,
    `ovs-vsctl add-port v-net ${name}-port`,
  ]),
];

const near = { from: 'venus', to: 'pluto' } as const;

function lab(given: Omit<CauseLab, 'openVswitch'>): CauseLab {
  return { ...given, broken: [...make, ...given.broken], openVswitch: true };
}

/** A second switch behind the first, joined by a patch port at each end, with pluto on it. */
const patched = [
  'ovs-vsctl --if-exists del-br v-far -- add-br v-far -- set Bridge v-far datapath_type=netdev',
  'ovs-vsctl del-port pluto-port -- add-port v-far pluto-port',
  'ovs-vsctl add-port v-net to-far -- set Interface to-far type=patch options:peer=to-net -- add-port v-far to-net -- set Interface to-net type=patch options:peer=to-far',
];

function behindPatch(
  name: string,
  broken: string,
  more: Pick<CauseLab, 'causes' | 'says' | 'reached' | 'ask'>,
): CauseLab {
  return lab({
    name: `two bridges and their patch ports: ${name}`,
    broken: [...patched, ...(broken === '' ? [] : [broken])],
    ...more,
  });
}

const patchLabs: readonly CauseLab[] = [
  behindPatch('all is well', '', { ask: near, causes: [], reached: true }),
  behindPatch('all is well, to the host', '', { ask: { from: 'pluto', to: '10.60.0.1' }, causes: [], reached: true }),
  behindPatch('one names another end', 'ovs-vsctl set Interface to-net options:peer=elsewhere', {
    ask: near,
    causes: ['patch-peer-missing'],
    says: 'The patch port to-net of the Open vSwitch bridge v-far names elsewhere as its other end, not to-far of v-net',
  }),
  behindPatch('the near one names another end', 'ovs-vsctl set Interface to-far options:peer=elsewhere', {
    ask: near,
    causes: ['patch-peer-missing'],
    says: 'The patch port to-far of the Open vSwitch bridge v-net names elsewhere as its other end, not to-net of v-far',
  }),
  behindPatch('the far one is missing', 'ovs-vsctl del-port to-net', {
    ask: near,
    causes: ['patch-peer-missing'],
    says: 'names to-net as its other end, which is no patch port of v-far',
  }),
  behindPatch('the near one is missing', 'ovs-vsctl del-port to-far', {
    ask: { from: 'host', to: '10.60.0.20' },
    causes: ['patch-peer-missing'],
  }),
  behindPatch('a flow of the far bridge drops', "ovs-ofctl add-flow v-far 'priority=100,icmp,actions=drop'", {
    ask: near,
    causes: ['flow-drops'],
    says: 'The Open vSwitch bridge v-far drops the packet',
  }),
  behindPatch(
    'a flow of the near bridge drops the answer',
    "ovs-ofctl add-flow v-net 'priority=9,ip,in_port=to-far,actions=drop'",
    {
      ask: near,
      causes: ['flow-drops'],
      says: 'The Open vSwitch bridge v-net drops the answer',
    },
  ),
  behindPatch('tags that differ', 'ovs-vsctl set port venus-port tag=7 -- set port pluto-port tag=8', {
    ask: near,
    causes: ['vlan-mismatch', 'vlan-mismatch'],
  }),
  behindPatch('one tag', 'ovs-vsctl set port venus-port tag=7 -- set port pluto-port tag=7', {
    ask: near,
    causes: [],
    reached: true,
  }),
];

export const openVswitchLabs: readonly CauseLab[] = [
  ...patchLabs,
  lab({
    name: 'a tag keeps the own port apart',
    broken: ['ovs-vsctl set port venus-port tag=7'],
    ask: near,
    causes: ['vlan-mismatch'],
  }),
  lab({
    name: 'the switch’s own interface is down, which switches all the same',
    broken: ['ip link set v-net down'],
    ask: near,
    causes: [],
    reached: true,
  }),
  lab({ name: 'all is well', broken: [], ask: near, causes: [], reached: true }),
  lab({
    name: 'all is well, to the host',
    broken: [],
    ask: { from: 'venus', to: '10.60.0.1' },
    causes: [],
    reached: true,
  }),
  lab({
    name: 'a flow drops pings',
    broken: ["ovs-ofctl add-flow v-net 'priority=100,icmp,nw_dst=10.60.0.20,actions=drop'"],
    ask: near,
    causes: ['flow-drops'],
    says: 'drops the packet: the flow icmp,nw_dst=10.60.0.20 of priority 100 says so',
  }),
  lab({
    name: 'a flow drops the answer',
    broken: ["ovs-ofctl add-flow v-net 'priority=100,ip,in_port=pluto-port,actions=drop'"],
    ask: near,
    causes: ['flow-drops'],
    says: 'drops the answer',
  }),
  lab({
    name: 'a flow drops ARP',
    broken: ["ovs-ofctl add-flow v-net 'priority=7,arp,in_port=venus-port,actions=drop'"],
    ask: near,
    causes: ['flow-drops'],
    says: 'drops the ARP question before it',
  }),
  lab({
    name: 'a flow in a second table drops',
    broken: [
      "ovs-ofctl add-flow v-net 'priority=50,ip,actions=resubmit(,2)'",
      "ovs-ofctl add-flow v-net 'table=2,priority=5,icmp,actions=drop'",
      "ovs-ofctl add-flow v-net 'table=2,priority=0,actions=NORMAL'",
    ],
    ask: { from: 'host', to: '10.60.0.20' },
    causes: ['flow-drops'],
    sees: 'table=2,priority=5,icmp',
  }),
  lab({
    name: 'a flow sends it elsewhere',
    broken: ["ovs-ofctl add-flow v-net 'priority=60,icmp,nw_dst=10.60.0.20,actions=LOCAL'"],
    ask: near,
    causes: ['flow-drops'],
    says: 'sends the packet to v-net, not to pluto-port',
  }),
  lab({
    name: 'no flow matches: there is none, as with a controller that is gone',
    broken: ['ovs-ofctl del-flows v-net'],
    ask: near,
    causes: ['flow-drops'],
    says: 'no flow of it matches',
  }),
  lab({
    name: 'a tag keeps the other port apart',
    broken: ['ovs-vsctl set port pluto-port tag=7'],
    ask: near,
    causes: ['vlan-mismatch'],
  }),
  lab({
    name: 'two tags that differ',
    broken: ['ovs-vsctl set port pluto-port tag=7', 'ovs-vsctl set port venus-port tag=8'],
    ask: near,
    causes: ['vlan-mismatch'],
  }),
  lab({
    name: 'the port is missing',
    broken: ['ovs-vsctl del-port v-net pluto-port'],
    ask: near,
    causes: ['not-plugged'],
  }),
  lab({
    name: 'a flow that drops, and a tag',
    broken: ["ovs-ofctl add-flow v-net 'priority=100,icmp,actions=drop'", 'ovs-vsctl set port pluto-port tag=7'],
    ask: near,
    causes: ['vlan-mismatch', 'flow-drops'],
  }),
];
