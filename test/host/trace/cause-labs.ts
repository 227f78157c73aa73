import type { AskedTrace } from '../../../src/lab/trace/question';
import type { CauseId } from '../../../src/trace/model';
import type { KernelFeature } from '../../lab-host/kernel';

/** One thing (or two) broken in the world where all works, and what a trace must say of it. */
export interface CauseLab {
  readonly name: string;
  readonly broken: readonly string[];
  readonly ask: AskedTrace;
  /** Exactly these, in the order in which they bite. */
  readonly causes: readonly CauseId[];
  /** Part of the first cause's text. */
  readonly says?: string;
  /** Besides the fixes that the trace offers: what has to be typed before the packet gets through. */
  readonly byHand?: readonly string[];
  /** It gets through all the same, and that is said in the notes or remarks. */
  readonly reached?: true;
  readonly needs?: KernelFeature;
}

const out = { from: 'earth', to: '8.8.8.8' } as const;
const near = { from: 'earth', to: 'neptune' } as const;
const far = { from: 'earth', to: 'mars' } as const;

export const cableLabs: readonly CauseLab[] = [
  {
    name: 'the far interface is down',
    broken: ['ip -n neptune link set neptune-veth down'],
    ask: near,
    causes: ['interface-down'],
    says: 'neptune:neptune-veth is down',
  },
  {
    name: 'the near interface is down',
    broken: ['ip -n earth link set earth-veth down'],
    ask: near,
    causes: ['interface-down'],
    says: 'earth:earth-veth is down',
  },
  {
    name: 'the near interface is down, on the way out: its default route is gone with it',
    broken: ['ip -n earth link set earth-veth down'],
    ask: out,
    causes: ['interface-down', 'no-default-route'],
  },
  {
    name: 'a port of the bridge is down',
    broken: ['ip link set earth-br-veth down'],
    ask: near,
    causes: ['interface-down'],
    says: 'host:earth-br-veth is down',
  },
  {
    name: 'the bridge is down',
    broken: ['ip link set planet-br down'],
    ask: near,
    causes: ['bridge-down'],
  },
  {
    name: 'both ends of a cable are down',
    broken: ['ip link set earth-br-veth down', 'ip -n earth link set earth-veth down'],
    ask: near,
    causes: ['interface-down', 'interface-down'],
  },
  {
    name: 'a tap without a program has no carrier',
    broken: [
      'ip netns add probe',
      'ip -n probe tuntap add dev tap0 mode tap',
      'ip -n probe link set tap0 up',
      'ip -n probe addr add 10.40.0.1/24 dev tap0',
    ],
    ask: { from: 'probe', to: '10.40.0.2' },
    causes: ['lower-layer-down'],
    byHand: [],
  },
  {
    name: 'the port is not in the bridge',
    broken: ['ip link set neptune-br-veth nomaster'],
    ask: near,
    causes: ['not-plugged'],
  },
  {
    name: 'the own port is not in the bridge',
    broken: ['ip link set earth-br-veth nomaster'],
    ask: near,
    causes: ['not-plugged'],
  },
  {
    name: 'the own port is not in the bridge, on the way out',
    broken: ['ip link set earth-br-veth nomaster'],
    ask: out,
    causes: ['not-plugged'],
  },
  {
    name: 'the spanning tree is still listening',
    broken: [
      'ip link set planet-br type bridge stp_state 1 forward_delay 3000',
      'ip link set neptune-br-veth nomaster',
      'ip link set neptune-br-veth master planet-br',
    ],
    ask: near,
    causes: ['stp-not-forwarding'],
  },
  {
    name: 'two with one address',
    broken: [
      'ip -n mars link add m1 type veth peer name dup netns 1',
      'ip link set dup up master planet-br',
      'ip -n mars link set m1 up',
      'ip -n mars addr add 10.10.0.20/16 dev m1',
    ],
    ask: { from: 'earth', to: '10.10.0.20' },
    causes: ['duplicate-address'],
    reached: true,
  },
  {
    name: 'nobody has the address',
    broken: [],
    ask: { from: 'earth', to: '10.10.0.77' },
    causes: ['no-neighbour'],
    byHand: ['ip -n neptune addr add 10.10.0.77/16 dev neptune-veth'],
  },
  {
    name: 'a neighbour entry set by hand is wrong',
    broken: ['ip -n earth neigh replace 10.10.0.20 lladdr 02:00:00:00:00:99 dev earth-veth nud permanent'],
    ask: near,
    causes: ['no-neighbour'],
    says: 'set by hand',
  },
  {
    name: 'ARP is switched off',
    broken: ['ip -n neptune link set neptune-veth arp off'],
    ask: near,
    causes: ['no-neighbour'],
    says: 'ARP',
    byHand: ['ip -n neptune link set neptune-veth arp on'],
  },
  {
    name: 'a cable that carries less than its ends believe',
    broken: ['ip link set earth-br-veth mtu 1300'],
    ask: { ...near, size: 1400 },
    causes: ['mtu'],
  },
  {
    name: 'a cable that carries less than its ends believe, and a small packet',
    broken: ['ip link set earth-br-veth mtu 1300'],
    ask: near,
    causes: ['mtu'],
    reached: true,
  },
  {
    name: 'a tunnel without another end',
    broken: [
      'ip -n earth link add vx0 type vxlan id 42 remote 10.10.0.20 dstport 4789 dev earth-veth',
      'ip -n earth link set vx0 up',
      'ip -n earth addr add 10.50.0.1/24 dev vx0',
    ],
    ask: { from: 'earth', to: '10.50.0.2' },
    causes: ['tunnel-end-missing'],
    byHand: [
      'ip -n neptune link add vx0 type vxlan id 42 remote 10.10.0.10 dstport 4789 dev neptune-veth',
      'ip -n neptune link set vx0 up',
      'ip -n neptune addr add 10.50.0.2/24 dev vx0',
    ],
  },
  {
    name: 'a tunnel whose other end has another number',
    broken: [
      'ip -n earth link add vx0 type vxlan id 42 remote 10.10.0.20 dstport 4789 dev earth-veth',
      'ip -n earth link set vx0 up',
      'ip -n earth addr add 10.50.0.1/24 dev vx0',
      'ip -n neptune link add vx0 type vxlan id 43 remote 10.10.0.10 dstport 4789 dev neptune-veth',
      'ip -n neptune link set vx0 up',
      'ip -n neptune addr add 10.50.0.2/24 dev vx0',
    ],
    ask: { from: 'earth', to: '10.50.0.2' },
    causes: ['tunnel-end-missing'],
    byHand: [
      'ip -n neptune link del vx0',
      'ip -n neptune link add vx0 type vxlan id 42 remote 10.10.0.10 dstport 4789 dev neptune-veth',
      'ip -n neptune link set vx0 up',
      'ip -n neptune addr add 10.50.0.2/24 dev vx0',
    ],
  },
  {
    name: 'a tunnel over a way that is broken',
    broken: [
      'ip -n earth link add vx0 type vxlan id 42 remote 10.10.0.20 dstport 4789 dev earth-veth',
      'ip -n earth link set vx0 up',
      'ip -n earth addr add 10.50.0.1/24 dev vx0',
      'ip -n neptune link add vx0 type vxlan id 42 remote 10.10.0.10 dstport 4789 dev neptune-veth',
      'ip -n neptune link set vx0 up',
      'ip -n neptune addr add 10.50.0.2/24 dev vx0',
      'ip link set neptune-br-veth nomaster',
    ],
    ask: { from: 'earth', to: '10.50.0.2' },
    causes: ['not-plugged'],
  },
  {
    name: 'a cable that loses everything',
    broken: ['tc qdisc add dev earth-br-veth root netem loss 100%'],
    ask: near,
    causes: ['impairment'],
    needs: 'sch_netem',
  },
];

export const routeLabs: readonly CauseLab[] = [
  {
    name: 'the source has no address',
    broken: ['ip -n earth addr flush dev earth-veth'],
    ask: near,
    causes: ['no-address'],
    byHand: ['ip -n earth addr add 10.10.0.10/16 dev earth-veth'],
  },
  {
    name: 'the destination has no address',
    broken: ['ip -n neptune addr flush dev neptune-veth'],
    ask: near,
    causes: ['no-address'],
  },
  {
    name: 'the own prefix is too long',
    broken: [
      'ip -n earth addr add 10.10.0.10/30 dev earth-veth',
      'ip -n earth addr del 10.10.0.10/16 dev earth-veth',
      'ip -n earth route flush default',
    ],
    ask: { from: 'earth', to: '10.10.0.20' },
    causes: ['wrong-prefix'],
  },
  {
    name: 'the other’s prefix is too long',
    broken: [
      'ip -n neptune addr add 10.10.0.20/30 dev neptune-veth',
      'ip -n neptune addr del 10.10.0.20/16 dev neptune-veth',
      'ip -n neptune route flush default',
    ],
    ask: near,
    causes: ['wrong-prefix'],
  },
  {
    name: 'no default route',
    broken: ['ip -n earth route del default'],
    ask: out,
    causes: ['no-default-route'],
  },
  {
    name: 'no default route, IPv6',
    broken: ['ip -n earth -6 route del default'],
    ask: { from: 'earth', to: 'fd00:30::2' },
    causes: ['no-default-route'],
  },
  {
    name: 'the host has no route to where the router leads',
    broken: ['ip route del 10.30.0.0/24'],
    ask: far,
    causes: ['no-route'],
    says: 'mars',
  },
  {
    name: 'a gateway that nobody has',
    broken: ['ip -n earth route replace default via 10.10.0.99'],
    ask: out,
    causes: ['gateway-nobody'],
  },
  {
    name: 'a gateway that is oneself',
    broken: ['ip -n earth route replace default via 10.10.0.99', 'ip -n earth addr add 10.10.0.99/16 dev earth-veth'],
    ask: out,
    causes: ['gateway-self'],
  },
  {
    name: 'a gateway on no connected network',
    broken: [
      'ip -n earth addr add 10.99.0.10/24 dev earth-veth',
      'ip -n earth route replace default via 10.99.0.1',
      'ip -n earth addr del 10.99.0.10/24 dev earth-veth',
    ],
    ask: out,
    causes: ['gateway-not-connected'],
  },
  ...(['blackhole', 'unreachable', 'prohibit'] as const).map((type): CauseLab => ({
    name: `a ${type} route`,
    broken: [`ip -n earth route add ${type} 8.8.8.8`],
    ask: out,
    causes: ['route-refuses'],
  })),
  {
    name: 'a blackhole route on the host, on the way',
    broken: ['ip route add blackhole 10.30.0.2'],
    ask: far,
    causes: ['route-refuses'],
  },
  {
    name: 'a policy rule to an empty table',
    broken: ['ip -n earth rule add from all lookup 100 priority 100', 'ip -n earth rule del lookup main'],
    ask: out,
    causes: ['empty-table'],
    byHand: ['ip -n earth rule add lookup main priority 32766'],
  },
  {
    name: 'a policy rule to a table with a wrong way',
    broken: [
      'ip -n earth rule add to 8.8.8.8 lookup 100 priority 100',
      'ip -n earth route add default via 10.10.0.20 table 100',
    ],
    ask: out,
    causes: ['forwarding-off'],
  },
  {
    name: 'a policy rule that prohibits',
    broken: ['ip -n earth rule add to 8.8.8.8 prohibit priority 100'],
    ask: out,
    causes: ['kernel-refuses'],
  },
  {
    name: 'a policy rule on the host that is unreachable, for those who come by the bridge',
    broken: ['ip rule add iif planet-br to 8.8.8.8 unreachable priority 100'],
    ask: out,
    causes: ['kernel-refuses'],
  },
  {
    name: 'forwarding is off on the host',
    broken: ['sysctl -qw net.ipv4.ip_forward=0'],
    ask: out,
    causes: ['forwarding-off'],
  },
  {
    name: 'forwarding is off in the router',
    broken: ['ip netns exec gate sysctl -qw net.ipv4.ip_forward=0'],
    ask: far,
    causes: ['forwarding-off'],
    says: 'in gate',
  },
  {
    name: 'forwarding is off, IPv6',
    broken: ['ip netns exec gate sysctl -qw net.ipv6.conf.all.forwarding=0'],
    ask: { from: 'earth', to: 'fd00:30::2' },
    causes: ['forwarding-off'],
  },
  {
    name: 'forwarding is off for one interface',
    broken: ['sysctl -qw net.ipv4.conf.planet-br.forwarding=0'],
    ask: out,
    causes: ['forwarding-off'],
    says: 'by planet-br',
  },
  {
    name: 'the answer has no way back',
    broken: ['ip -n mars route del default'],
    ask: far,
    causes: ['no-way-back'],
  },
  {
    name: 'the router has no way back',
    broken: ['ip -n gate route del default'],
    ask: far,
    causes: ['no-way-back'],
    says: 'gate',
  },
  {
    name: 'the reverse path filter, strict',
    broken: [
      'ip link add p2 up type veth peer name e2 netns earth',
      'ip -n earth link set e2 up',
      'ip addr add 10.11.0.1/24 dev p2',
      'ip -n earth addr add 10.11.0.10/24 dev e2',
      'sysctl -qw net.ipv4.conf.p2.rp_filter=0 net.ipv4.conf.planet-br.rp_filter=1',
      'ip netns exec earth sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.e2.rp_filter=0',
    ],
    ask: { from: 'earth@10.11.0.10', to: '10.10.0.1' },
    causes: ['rp-filter'],
  },
  {
    name: 'two that send a packet to each other for ever',
    broken: ['ip route add 10.40.0.0/24 via 10.20.0.2'],
    ask: { from: 'earth', to: '10.40.0.9' },
    causes: ['routing-loop'],
    byHand: [],
  },
  {
    name: 'lo is down',
    broken: ['ip -n earth link set lo down'],
    ask: { from: 'earth', to: '10.10.0.10' },
    causes: ['loopback-down'],
  },
];

export const filterLabs: readonly CauseLab[] = [
  {
    name: 'NAT is missing',
    broken: ['iptables -t nat -F POSTROUTING'],
    ask: out,
    causes: ['missing-nat'],
  },
  {
    name: 'NAT for another network',
    broken: ['iptables -t nat -F POSTROUTING', 'iptables -t nat -A POSTROUTING -s 10.99.0.0/16 -o eth0 -j MASQUERADE'],
    ask: out,
    causes: ['missing-nat'],
  },
  {
    name: 'NAT out of another interface',
    broken: ['iptables -t nat -F POSTROUTING', 'iptables -t nat -A POSTROUTING -s 10.10.0.0/16 -o eth9 -j MASQUERADE'],
    ask: out,
    causes: ['missing-nat'],
  },
  {
    name: 'a rule before NAT keeps packets from it',
    broken: ['iptables -t nat -I POSTROUTING -s 10.10.0.0/16 -j ACCEPT'],
    ask: out,
    causes: ['missing-nat'],
  },
  {
    name: 'NAT to an address that is not the host’s',
    broken: [
      'iptables -t nat -F POSTROUTING',
      'iptables -t nat -A POSTROUTING -s 10.0.0.0/8 -o eth0 -j SNAT --to-source 198.51.100.77',
    ],
    ask: out,
    causes: ['nat-wrong-source'],
  },
  {
    name: 'masquerade hits traffic inside, and the goal takes its own network only',
    broken: [
      'iptables -t nat -A POSTROUTING -s 10.10.0.0/16 ! -o planet-br -j MASQUERADE',
      "ip netns exec mars nft 'add table ip lab; add chain ip lab in { type filter hook input priority 0; }; add rule ip lab in ip saddr != 10.10.0.0/16 drop'",
    ],
    ask: far,
    causes: ['nat-inside', 'dropped-by-rule'],
  },
  {
    name: 'the FORWARD policy is DROP, as Docker sets it',
    broken: ['iptables -P FORWARD DROP'],
    ask: out,
    causes: ['dropped-by-policy', 'dropped-by-policy'],
  },
  {
    name: 'the FORWARD policy is DROP and answers are let through',
    broken: ['iptables -P FORWARD DROP', 'iptables -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT'],
    ask: out,
    causes: ['dropped-by-policy'],
  },
  {
    name: 'a rule drops in FORWARD',
    broken: ['iptables -A FORWARD -s 10.10.0.10 -j DROP'],
    ask: out,
    causes: ['dropped-by-rule'],
  },
  {
    name: 'a rule rejects in FORWARD',
    broken: ['iptables -A FORWARD -s 10.10.0.10 -p icmp -j REJECT'],
    ask: out,
    causes: ['rejected-by-rule'],
  },
  {
    name: 'a rule drops in INPUT',
    broken: ['iptables -A INPUT -i planet-br -p icmp -j DROP'],
    ask: { from: 'earth', to: '10.10.0.1' },
    causes: ['dropped-by-rule'],
  },
  {
    name: 'a rule drops in OUTPUT of the namespace',
    broken: ['ip netns exec earth iptables -A OUTPUT -p icmp -j DROP'],
    ask: out,
    causes: ['dropped-by-rule'],
  },
  {
    name: 'a rule in a chain of its own, jumped to',
    broken: ['iptables -N lab', 'iptables -A lab -d 8.8.8.0/24 -j DROP', 'iptables -A FORWARD -i planet-br -j lab'],
    ask: out,
    causes: ['dropped-by-rule'],
  },
  {
    name: 'a rule drops in raw',
    broken: ['iptables -t raw -A PREROUTING -i planet-br -d 8.8.8.8 -j DROP'],
    ask: out,
    causes: ['dropped-by-rule'],
  },
  {
    name: 'a rule drops in mangle',
    broken: ['iptables -t mangle -A FORWARD -i planet-br -d 8.8.8.8 -j DROP'],
    ask: out,
    causes: ['dropped-by-rule'],
  },
  {
    name: 'an nftables chain drops',
    broken: [
      "nft 'add table inet lab; add chain inet lab f { type filter hook forward priority 10; }; add rule inet lab f ip saddr 10.10.0.10 drop'",
    ],
    ask: out,
    causes: ['dropped-by-rule'],
  },
  {
    name: 'an nftables chain in the netdev family drops at the port',
    broken: [
      "nft 'add table netdev lab; add chain netdev lab i { type filter hook ingress device earth-br-veth priority 0; }; add rule netdev lab i ip daddr 8.8.8.8 drop'",
    ],
    ask: out,
    causes: ['dropped-by-rule'],
  },
  {
    name: 'an nftables chain in the bridge family drops',
    broken: [
      "nft 'add table bridge lab; add chain bridge lab f { type filter hook forward priority 0; }; add rule bridge lab f ip daddr 10.10.0.20 drop'",
    ],
    ask: near,
    causes: ['dropped-by-rule'],
  },
  {
    name: 'an nftables policy drops',
    broken: [
      "nft 'add table inet lab; add chain inet lab f { type filter hook forward priority 10; policy drop; }; add rule inet lab f ct state established accept'",
    ],
    ask: out,
    causes: ['dropped-by-policy'],
  },
  {
    name: 'the answer is dropped',
    broken: ['iptables -A FORWARD -i eth0 -o planet-br -j DROP'],
    ask: out,
    causes: ['dropped-by-rule'],
  },
  {
    name: 'bridged packets are handed to a FORWARD that drops',
    broken: ['sysctl -qw net.bridge.bridge-nf-call-iptables=1', 'iptables -P FORWARD DROP'],
    ask: near,
    causes: ['dropped-by-policy', 'dropped-by-policy'],
    says: 'br_netfilter',
  },
];

export const serviceLabs: readonly CauseLab[] = [
  {
    name: 'nobody listens',
    broken: [],
    ask: { from: 'neptune', to: 'earth:8888' },
    causes: ['nobody-listens'],
    byHand: ['serve earth tcp,10.10.0.10,8888'],
  },
  {
    name: 'nobody listens, UDP',
    broken: [],
    ask: { from: 'neptune', to: 'earth', protocol: 'udp', port: 5354 },
    causes: ['nobody-listens'],
    byHand: ['serve earth udp,10.10.0.10,5354'],
  },
  {
    name: 'it listens on loopback only',
    broken: [],
    ask: { from: 'neptune', to: 'earth:8001' },
    causes: ['listens-on-loopback'],
    byHand: ['serve earth tcp,10.10.0.10,8001'],
  },
  {
    name: 'its accept queue is full',
    broken: [],
    ask: { from: 'neptune', to: 'earth:8002' },
    causes: ['accept-queue-full'],
    byHand: [],
  },
  {
    name: 'it runs in another namespace than thought',
    broken: [],
    ask: { from: 'earth', to: '10.30.0.2:9000' },
    causes: ['listens-elsewhere'],
    says: 'neptune',
    byHand: ['serve mars tcp,0.0.0.0,9000'],
  },
  {
    name: 'pings are ignored',
    broken: ['ip netns exec neptune sysctl -qw net.ipv4.icmp_echo_ignore_all=1'],
    ask: near,
    causes: ['ping-ignored'],
  },
  {
    name: 'DNAT is missing',
    broken: ['iptables -t nat -F PREROUTING'],
    ask: { from: 'mars', to: '198.51.100.2:8000' },
    causes: ['dnat-missing'],
  },
  {
    name: 'DNAT to a port where nobody listens',
    broken: [
      'iptables -t nat -F PREROUTING',
      'iptables -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.10.0.10:8888',
    ],
    ask: { from: 'mars', to: '198.51.100.2:8080' },
    causes: ['nobody-listens'],
    byHand: ['serve earth tcp,10.10.0.10,8888'],
  },
  {
    name: 'DNAT to the wrong address',
    broken: [
      'iptables -t nat -F PREROUTING',
      'iptables -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.10.0.20:8000',
    ],
    ask: { from: 'mars', to: '198.51.100.2:8080' },
    causes: ['listens-elsewhere'],
    says: 'in earth',
    byHand: ['serve neptune tcp,0.0.0.0,8000'],
  },
  {
    name: 'DNAT is not for the host itself',
    broken: [],
    ask: { from: 'host', to: '198.51.100.2:8080' },
    causes: ['dnat-not-for-host'],
  },
  {
    name: 'DNAT from the same network: the answer bypasses the NAT (hairpin)',
    broken: [],
    ask: { from: 'neptune', to: '198.51.100.2:8080' },
    causes: ['answer-from-elsewhere'],
  },
];

/** Two at once, of different kinds: both are found, the first to bite first. */
export const pairLabs: readonly CauseLab[] = [
  {
    name: 'forwarding off and NAT missing',
    broken: ['sysctl -qw net.ipv4.ip_forward=0', 'iptables -t nat -F POSTROUTING'],
    ask: out,
    causes: ['forwarding-off', 'missing-nat'],
  },
  {
    name: 'no default route and forwarding off',
    broken: ['ip -n earth route del default', 'sysctl -qw net.ipv4.ip_forward=0'],
    ask: out,
    causes: ['no-default-route', 'forwarding-off'],
  },
  {
    name: 'an interface down and a rule that drops',
    broken: ['ip -n neptune link set neptune-veth down', 'ip netns exec neptune iptables -A INPUT -p icmp -j DROP'],
    ask: near,
    causes: ['interface-down', 'dropped-by-rule'],
  },
  {
    name: 'not plugged and no default route',
    broken: ['ip link set earth-br-veth nomaster', 'ip -n earth route del default'],
    ask: out,
    causes: ['no-default-route', 'not-plugged'],
  },
  {
    name: 'a wrong gateway and NAT missing',
    broken: ['ip -n earth route replace default via 10.10.0.99', 'iptables -t nat -F POSTROUTING'],
    ask: out,
    causes: ['gateway-nobody', 'missing-nat'],
  },
  {
    name: 'forwarding off in the router and no way back behind it',
    broken: ['ip netns exec gate sysctl -qw net.ipv4.ip_forward=0', 'ip -n mars route del default'],
    ask: far,
    causes: ['forwarding-off', 'no-way-back'],
  },
  {
    name: 'a policy that drops and nobody who listens',
    broken: ['iptables -P FORWARD DROP', 'iptables -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT'],
    ask: { from: 'mars', to: '10.10.0.10:8888' },
    causes: ['dropped-by-policy', 'nobody-listens'],
    byHand: ['serve earth tcp,10.10.0.10,8888'],
  },
  {
    name: 'the bridge down and a port unplugged',
    broken: ['ip link set planet-br down', 'ip link set neptune-br-veth nomaster'],
    ask: near,
    causes: ['bridge-down', 'not-plugged'],
  },
];
