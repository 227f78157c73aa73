#!/bin/sh
# Makes the lab open-vswitch: sudo sh open-vswitch-up.sh
# open-vswitch-down.sh takes it down again.
#
# Four namespaces on an Open vSwitch bridge, with a way to the internet through one network card.
#
# Written by Netns Topology; it works without it.

set -eu
[ "$(id -u)" -eq 0 ] || { echo "Run this as root: sudo sh $0" >&2; exit 1; }
for program in ip nft ovs-vsctl sysctl; do
  command -v "$program" >/dev/null || { echo "This needs $program." >&2; exit 1; }
done
for path in /run/netns/red /run/netns/blue /run/netns/green /run/netns/yellow /sys/class/net/v-net-0 /sys/class/net/veth-red-br /sys/class/net/veth-blue-br /sys/class/net/veth-green-br /sys/class/net/veth-yellow-br; do
  [ ! -e "$path" ] || { echo "$path is there already. Nothing was changed." >&2; exit 1; }
done
trap '[ $? -eq 0 ] || echo "Stopped. To take away what is there so far: sh open-vswitch-down.sh" >&2' EXIT
# What has to be remembered until it is taken down.
state=/run/lab-open-vswitch
mkdir -p "$state"

# --- Namespaces ---------------------------------------------------------------
# A network namespace is a network stack of its own: interfaces, addresses, routes, firewall. It begins with
# nothing but a loopback interface, which is down.

ip netns add red
ip netns exec red ip link set dev lo up

ip netns add blue
ip netns exec blue ip link set dev lo up

ip netns add green
ip netns exec green ip link set dev lo up

ip netns add yellow
ip netns exec yellow ip link set dev lo up

# --- Bridges ------------------------------------------------------------------
# A bridge is a switch. With an address of its own it is also an interface of the namespace it is in.

ovs-vsctl --timeout=10 --no-wait add-br v-net-0 -- set Bridge v-net-0 datapath_type=netdev
ovs-vsctl --timeout=10 wait-until Interface v-net-0 'ofport>=0'
ip link set dev v-net-0 up

# --- Cables -------------------------------------------------------------------
# A veth pair is a cable: what goes in at one end comes out at the other. Each end is put into its namespace, or
# plugged into a bridge (master). Both ends must be up.

ip link add name veth-red netns red type veth peer name veth-red-br
ip netns exec red ip link set dev veth-red up
ip link set dev veth-red-br up
ovs-vsctl --timeout=10 --may-exist add-port v-net-0 veth-red-br

ip link add name veth-blue netns blue type veth peer name veth-blue-br
ip netns exec blue ip link set dev veth-blue up
ip link set dev veth-blue-br up
ovs-vsctl --timeout=10 --may-exist add-port v-net-0 veth-blue-br

ip link add name veth-green netns green type veth peer name veth-green-br
ip netns exec green ip link set dev veth-green up
ip link set dev veth-green-br up
ovs-vsctl --timeout=10 --may-exist add-port v-net-0 veth-green-br

ip link add name veth-yellow netns yellow type veth peer name veth-yellow-br
ip netns exec yellow ip link set dev veth-yellow up
ip link set dev veth-yellow-br up
ovs-vsctl --timeout=10 --may-exist add-port v-net-0 veth-yellow-br

# --- Kernel parameters --------------------------------------------------------
# Without forwarding, the kernel drops what comes in by one interface and would have to leave by another.

# NAT rule internet needs forwarding
[ -e "$state"/net.ipv4.ip_forward ] || sysctl -n net.ipv4.ip_forward >"$state"/net.ipv4.ip_forward
sysctl -w net.ipv4.ip_forward=1

# --- Addresses ----------------------------------------------------------------
# With an address comes a route: the whole network behind its prefix is reached by this interface.

ip addr add 172.16.10.254/24 dev v-net-0
ip netns exec red ip addr add 172.16.10.1/24 dev veth-red
ip netns exec blue ip addr add 172.16.10.5/24 dev veth-blue
ip netns exec green ip addr add 172.16.10.10/24 dev veth-green
ip netns exec yellow ip addr add 172.16.10.20/24 dev veth-yellow

# --- Routes -------------------------------------------------------------------
# Whatever is not on a network of its own, a namespace sends to a gateway, which must be on one of them.

ip netns exec red ip route add default via 172.16.10.254
ip netns exec blue ip route add default via 172.16.10.254
ip netns exec green ip route add default via 172.16.10.254
ip netns exec yellow ip route add default via 172.16.10.254

# --- Address translation ------------------------------------------------------
# Nobody outside knows a way back to the lab's addresses. Masquerading gives what leaves the address of the host
# (postrouting: the last thing that happens to a packet); a port forward gives what arrives another destination
# (prerouting: the first thing).

nft -f - <<'EOF'
table ip lab-open-vswitch {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr 172.16.10.0/24 oifname "ens33" counter masquerade comment "masquerade internet"
  }
}
EOF

# --- Try it -------------------------------------------------------------------
# red can ping 172.16.10.5:
#   ip netns exec red ping -n -c 1 -W 1 172.16.10.5
# red can ping 172.16.10.20:
#   ip netns exec red ping -n -c 1 -W 1 172.16.10.20
# blue can ping 192.168.137.133:
#   ip netns exec blue ping -n -c 1 -W 1 192.168.137.133
# blue can ping 8.8.8.8:
#   ip netns exec blue ping -n -c 1 -W 1 8.8.8.8
# yellow can ping 8.8.8.8:
#   ip netns exec yellow ping -n -c 1 -W 1 8.8.8.8
