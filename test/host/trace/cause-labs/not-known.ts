import { far, near, out, type CauseLab } from './cause-lab';

/** A program of one instruction, "return 2" (TC_ACT_SHOT): what others load in hundreds, and nobody can read. */
const drops = "bpf direct-action bytecode '1,6 0 0 2,'";

/** Losses for which a trace must not name a cause: it says what it could not read, and where the packet was seen last. */
export const notKnownLabs: readonly CauseLab[] = [
  {
    name: 'a program at an interface drops what comes in',
    broken: [
      'ip netns exec neptune tc qdisc add dev neptune-veth clsact',
      `ip netns exec neptune tc filter add dev neptune-veth ingress protocol ip pref 7 ${drops}`,
    ],
    ask: near,
    causes: [],
    notes: 'neptune: tc’s filters at the ingress of neptune-veth: protocol ip pref 7 bpf',
    byHand: ['ip netns exec neptune tc filter del dev neptune-veth ingress'],
  },
  {
    name: 'a program drops what leaves a port of the bridge, the answer',
    broken: [
      'tc qdisc add dev earth-br-veth clsact',
      `tc filter add dev earth-br-veth egress protocol ip pref 7 ${drops}`,
    ],
    ask: out,
    causes: [],
    notes: 'host: tc’s filters at the egress of earth-br-veth: protocol ip pref 7 bpf',
    byHand: ['tc filter del dev earth-br-veth egress'],
  },
  {
    name: 'filters at interfaces that let it through',
    broken: [
      'tc qdisc add dev to-gate clsact',
      `tc filter add dev to-gate egress protocol ipv6 pref 7 ${drops}`,
      'tc filter add dev to-gate ingress protocol ip pref 8 u32 match ip src 10.30.0.0/24 classid 1:1',
    ],
    ask: far,
    causes: [],
    reached: true,
  },
];
