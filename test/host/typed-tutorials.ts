/** What the tutorials type, word by word but for `sudo`, and how it is taken away again. */
export interface TypedTutorial {
  readonly name: string;
  readonly make: readonly string[];
  readonly undo: readonly string[];
}

const planets = [
  'ip netns add earth',
  'ip netns add neptune',
  'ip link add earth-veth type veth peer name earth-br-veth',
  'ip link add neptune-veth type veth peer name neptune-br-veth',
  'ip link set earth-veth netns earth',
  'ip link set neptune-veth netns neptune',
  'ip netns exec earth ip addr add 10.10.0.10/16 dev earth-veth',
  'ip netns exec neptune ip addr add 10.10.0.20/16 dev neptune-veth',
  'ip link add planet-br type bridge',
  'ip link set earth-br-veth master planet-br',
  'ip link set neptune-br-veth master planet-br',
  'ip link set planet-br up',
  'ip link set earth-br-veth up',
  'ip link set neptune-br-veth up',
  'ip netns exec earth ip link set dev lo up',
  'ip netns exec earth ip link set dev earth-veth up',
  'ip netns exec neptune ip link set dev lo up',
  'ip netns exec neptune ip link set dev neptune-veth up',
  'ip addr add 10.10.0.1/16 dev planet-br',
  'ip netns exec earth ip route add default via 10.10.0.1',
  'ip netns exec neptune ip route add default via 10.10.0.1',
];
const planetsNat = [
  'sysctl -w net.ipv4.ip_forward=1',
  'iptables --table nat -A POSTROUTING -s 10.10.0.0/16 ! -o planet-br -j MASQUERADE',
  'ip netns exec earth python3 -m http.server --bind 10.10.0.10 8000 </dev/null >/dev/null 2>&1 &',
  'iptables --table nat -A PREROUTING -d 192.168.0.108 -p tcp -m tcp --dport 8000 -j DNAT --to-destination 10.10.0.10:8000',
  'iptables --table nat -A PREROUTING -d 192.168.0.108 -p tcp -m tcp --dport 3000 -j DNAT --to-destination 10.10.0.10:8000',
];

export const typedTutorials: readonly TypedTutorial[] = [
  {
    name: 'a cable between planets',
    make: [
      'ip netns add earth',
      'ip netns add neptune',
      'ip link add earth-veth type veth peer name neptune-veth',
      'ip link set earth-veth netns earth',
      'ip link set neptune-veth netns neptune',
      'ip netns exec earth ip link set dev earth-veth up',
      'ip netns exec earth ip link set dev lo up',
      'ip netns exec neptune ip link set dev neptune-veth up',
      'ip netns exec neptune ip link set dev lo up',
      'ip netns exec earth ip addr add 10.10.0.10/16 dev earth-veth',
      'ip netns exec neptune ip addr add 10.10.0.20/16 dev neptune-veth',
    ],
    undo: ['ip -n earth link del earth-veth', 'ip netns delete earth', 'ip netns delete neptune'],
  },
  {
    name: 'planets on a bridge, with NAT and a web server',
    make: [...planets, ...planetsNat],
    undo: [
      ...planetsNat
        .filter((line) => line.startsWith('iptables'))
        .map((line) => line.replace(' -A ', ' -D '))
        .reverse(),
      'sysctl -w net.ipv4.ip_forward=0',
      'for pid in $(ip netns pids earth); do kill "$pid"; done; while [ -n "$(ip netns pids earth)" ]; do :; done',
      'ip link del earth-br-veth',
      'ip link del neptune-br-veth',
      'ip link del planet-br',
      'ip netns delete earth',
      'ip netns delete neptune',
    ],
  },
  {
    name: 'a network of one host',
    make: [
      'ip netns add blue',
      'ip link add veth0 type veth peer name veth1',
      'ip link set veth1 netns blue',
      'ip netns exec blue ip addr add 10.1.1.1/24 dev veth1',
      'ip netns exec blue ip link set dev veth1 up',
      'ip link add veth2 type veth peer name veth3',
      'ip link set veth3 netns blue',
      'ip netns exec blue ip addr add 10.1.1.3/24 dev veth3',
      'ip netns exec blue ip link set dev veth3 up',
      'ip addr add 10.1.1.2/24 dev veth0',
      'ip link set dev veth0 up',
    ],
    undo: ['ip link del veth0', 'ip link del veth2', 'ip netns del blue'],
  },
  {
    name: 'a virtual switch',
    make: [
      'ip netns add ns1',
      'ip netns add ns2',
      'ip link add veth1 type veth peer name br-veth1',
      'ip link add veth2 type veth peer name br-veth2',
      'ip link set veth1 netns ns1',
      'ip link set veth2 netns ns2',
      'ip netns exec ns1 ip addr add 192.168.1.11/24 dev veth1',
      'ip netns exec ns2 ip addr add 192.168.1.12/24 dev veth2',
      'ip link add name br1 type bridge',
      'ip link set br1 up',
      'ip link set br-veth1 up',
      'ip link set br-veth2 up',
      'ip link set br-veth1 master br1',
      'ip link set br-veth2 master br1',
      'ip netns exec ns1 ip link set veth1 up',
      'ip netns exec ns2 ip link set veth2 up',
      'ip addr add 192.168.1.10/24 brd + dev br1',
      'ip netns exec ns1 ip route add default via 192.168.1.10',
      'ip netns exec ns2 ip route add default via 192.168.1.10',
      'iptables -t nat -A POSTROUTING -s 192.168.1.0/24 -j MASQUERADE',
      'sysctl -w net.ipv4.ip_forward=1',
    ],
    undo: [
      'iptables -t nat -D POSTROUTING -s 192.168.1.0/24 -j MASQUERADE',
      'sysctl -w net.ipv4.ip_forward=0',
      'ip link del br-veth1',
      'ip link del br-veth2',
      'ip link del br1',
      'ip netns del ns1',
      'ip netns del ns2',
    ],
  },
  {
    // The tutorial plugs both ends into one bridge, which is a loop.
    name: 'a cable of a host with itself',
    make: [
      'ip link add br0 type bridge',
      'ip link add ep1 type veth peer name ep2',
      'ip link set ep1 master br0',
      'ip addr add 10.0.0.10 dev ep1',
      'ip addr add 10.0.0.11 dev ep2',
    ],
    undo: ['ip link del ep1', 'ip link del br0'],
  },
  {
    name: 'an Open vSwitch bridge',
    make: [
      'ovs-vsctl add-br v-net-0 -- set Bridge v-net-0 datapath_type=netdev',
      ...['red 1', 'blue 5', 'green 10', 'yellow 20'].flatMap((line) => {
        const [name = '', number = ''] = line.split(' ');
        return [
          `ip netns add ${name}`,
          `ip link add veth-${name} type veth peer name veth-${name}-br`,
          `ip link set veth-${name} netns ${name}`,
          `ovs-vsctl add-port v-net-0 veth-${name}-br`,
          `ip -n ${name} addr add 172.16.10.${number}/24 dev veth-${name}`,
          `ip -n ${name} link set veth-${name} up`,
          `ip link set veth-${name}-br up`,
        ];
      }),
      'ip link set v-net-0 up',
      'ip addr add 172.16.10.254/24 dev v-net-0',
      'ip netns exec blue ip route add 192.168.137.0/24 via 172.16.10.254',
      'ip netns exec blue ip route add default via 172.16.10.254',
      'iptables -t nat -A POSTROUTING -s 172.16.10.0/24 -o eth0 -j MASQUERADE',
      'sysctl -w net.ipv4.ip_forward=1',
    ],
    undo: [
      'iptables -t nat -D POSTROUTING -s 172.16.10.0/24 -o eth0 -j MASQUERADE',
      'sysctl -w net.ipv4.ip_forward=0',
      ...['red', 'blue', 'green', 'yellow'].flatMap((name) => [
        `ovs-vsctl del-port v-net-0 veth-${name}-br`,
        `ip link del veth-${name}-br`,
        `ip netns del ${name}`,
      ]),
      'ovs-vsctl del-br v-net-0',
    ],
  },
  {
    name: 'in and out',
    make: [
      'ip netns add netns1',
      'ip link add br0 type bridge',
      'ip link set br0 up',
      'ip addr add 192.168.0.1/16 dev br0',
      'ip link add veth0 type veth peer name ceth0',
      'ip link set ceth0 netns netns1',
      'ip link set veth0 master br0',
      'nsenter --net=/var/run/netns/netns1 ip link set ceth0 up',
      'nsenter --net=/var/run/netns/netns1 ip addr add 192.168.0.2/16 dev ceth0',
      'ip link set veth0 up',
      'nsenter --net=/var/run/netns/netns1 ip route add default via 192.168.0.1',
      'sysctl -w net.ipv4.ip_forward=1',
      'iptables -t nat -A POSTROUTING -s 192.168.0.0/16 ! -o br0 -j MASQUERADE',
      'iptables -t nat -A PREROUTING -d 172.31.8.154 -p tcp -m tcp --dport 5000 -j DNAT --to-destination 192.168.0.2:5000',
    ],
    undo: [
      'iptables -t nat -D PREROUTING -d 172.31.8.154 -p tcp -m tcp --dport 5000 -j DNAT --to-destination 192.168.0.2:5000',
      'iptables -t nat -D POSTROUTING -s 192.168.0.0/16 ! -o br0 -j MASQUERADE',
      'sysctl -w net.ipv4.ip_forward=0',
      'ip link del veth0',
      'ip link del br0',
      'ip netns del netns1',
    ],
  },
];
