#!/bin/sh
# Makes the lab planets: sudo sh planets-up.sh
# planets-down.sh takes it down again.
#
# Two namespaces on a bridge, out to the internet and reachable from outside.
#
# Written by Netns Topology; it works without it.

set -eu
[ "$(id -u)" -eq 0 ] || { echo "Run this as root: sudo sh $0" >&2; exit 1; }
for program in ip iptables sysctl setsid ss; do
  command -v "$program" >/dev/null || { echo "This needs $program." >&2; exit 1; }
done
for path in /run/netns/earth /run/netns/neptune /sys/class/net/planet-br /sys/class/net/earth-br-veth /sys/class/net/neptune-br-veth; do
  [ ! -e "$path" ] || { echo "$path is there already. Nothing was changed." >&2; exit 1; }
done
trap '[ $? -eq 0 ] || echo "Stopped. To take away what is there so far: sh planets-down.sh" >&2' EXIT
# What has to be remembered until it is taken down.
state=/run/lab-planets
mkdir -p "$state"

# --- Namespaces ---------------------------------------------------------------
# A network namespace is a network stack of its own: interfaces, addresses, routes, firewall. It begins with
# nothing but a loopback interface, which is down.

ip netns add earth
ip netns exec earth ip link set dev lo up

ip netns add neptune
ip netns exec neptune ip link set dev lo up

# --- Bridges ------------------------------------------------------------------
# A bridge is a switch. With an address of its own it is also an interface of the namespace it is in.

ip link add name planet-br type bridge
ip link set dev planet-br up

# --- Cables -------------------------------------------------------------------
# A veth pair is a cable: what goes in at one end comes out at the other. Each end is put into its namespace, or
# plugged into a bridge (master). Both ends must be up.

ip link add name earth-veth netns earth type veth peer name earth-br-veth
ip netns exec earth ip link set dev earth-veth up
ip link set dev earth-br-veth master planet-br up

ip link add name neptune-veth netns neptune type veth peer name neptune-br-veth
ip netns exec neptune ip link set dev neptune-veth up
ip link set dev neptune-br-veth master planet-br up

# --- Kernel parameters --------------------------------------------------------
# Without forwarding, the kernel drops what comes in by one interface and would have to leave by another.

# NAT rule internet needs forwarding
[ -e "$state"/net.ipv4.ip_forward ] || sysctl -n net.ipv4.ip_forward >"$state"/net.ipv4.ip_forward
sysctl -w net.ipv4.ip_forward=1

# port forward web is reached over 127.0.0.1
sysctl -w net.ipv4.conf.planet-br.route_localnet=1

# --- Addresses ----------------------------------------------------------------
# With an address comes a route: the whole network behind its prefix is reached by this interface.

ip addr add 10.10.0.1/16 dev planet-br
ip netns exec earth ip addr add 10.10.0.10/16 dev earth-veth
ip netns exec neptune ip addr add 10.10.0.20/16 dev neptune-veth

# --- Routes -------------------------------------------------------------------
# Whatever is not on a network of its own, a namespace sends to a gateway, which must be on one of them.

ip netns exec earth ip route add default via 10.10.0.1
ip netns exec neptune ip route add default via 10.10.0.1

# --- Address translation ------------------------------------------------------
# Nobody outside knows a way back to the lab's addresses. Masquerading gives what leaves the address of the host
# (postrouting: the last thing that happens to a packet); a port forward gives what arrives another destination
# (prerouting: the first thing).

# port-forward web
iptables -t nat -A PREROUTING -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 8000 -j DNAT --to-destination 10.10.0.10:8000
# port-forward web
iptables -t nat -A OUTPUT -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 8000 -j DNAT --to-destination 10.10.0.10:8000
# loopback web
iptables -t nat -A POSTROUTING -s 127.0.0.0/8 -d 10.10.0.10 -o planet-br -p tcp -m conntrack --ctstate DNAT -m tcp --dport 8000 -j MASQUERADE
# guard planet-br
iptables -t raw -A PREROUTING -d 127.0.0.0/8 -i planet-br -j DROP
# hairpin web
iptables -t nat -A POSTROUTING -s 10.10.0.0/16 -d 10.10.0.10 -p tcp -m conntrack --ctstate DNAT -m tcp --dport 8000 -j MASQUERADE
# port-forward web-alt
iptables -t nat -A PREROUTING -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 3000 -j DNAT --to-destination 10.10.0.10:8000
# port-forward web-alt
iptables -t nat -A OUTPUT -p tcp -m addrtype --dst-type LOCAL -m tcp --dport 3000 -j DNAT --to-destination 10.10.0.10:8000
# masquerade internet
iptables -t nat -A POSTROUTING -s 10.10.0.0/16 '!' -o planet-br -j MASQUERADE

# --- Services -----------------------------------------------------------------
# Programs that run inside; they see the network of their namespace only.

# still_runs PID LOG: a service that ended at once says in its log why.
still_runs() {
  kill -0 "$1" 2>/dev/null || { echo "A service has ended:" >&2; tail -n 20 "$2" >&2; exit 1; }
}

# wait_for_port NAMESPACE PORT PID LOG: until something listens there, 30 seconds at most.
wait_for_port() {
  tries=0
  until [ -n "$(ip netns exec "$1" ss -Hltn "sport = :$2")" ]; do
    still_runs "$3" "$4"
    tries=$((tries + 1))
    [ "$tries" -le 300 ] || { echo "Nothing listens on TCP port $2 in $1." >&2; exit 1; }
    sleep 0.1
  done
}

# web in earth; what it says goes to $state/earth.web.log
(
  cd /usr/share
  exec ip netns exec earth setsid sh -c 'python3 -m http.server --bind 10.10.0.10 8000'
) </dev/null >"$state"/earth.web.log 2>&1 &
echo $! >"$state"/earth.web.pid
wait_for_port earth 8000 "$(cat "$state"/earth.web.pid)" "$state"/earth.web.log

# --- Try it -------------------------------------------------------------------
# earth can ping 10.10.0.20:
#   ip netns exec earth ping -n -c 1 -W 1 10.10.0.20
# neptune can ping 10.10.0.10:
#   ip netns exec neptune ping -n -c 1 -W 1 10.10.0.10
# host can ping 10.10.0.10:
#   ping -n -c 1 -W 1 10.10.0.10
# earth can ping 8.8.8.8:
#   ip netns exec earth ping -n -c 1 -W 1 8.8.8.8
# neptune can ping 8.8.8.8:
#   ip netns exec neptune ping -n -c 1 -W 1 8.8.8.8
# host can connect to 10.10.0.10:8000:
#   nc -z -w 5 10.10.0.10 8000
# host can get http://10.10.0.10:8000/ with status 200 and "Directory listing for /" in the body:
#   curl -sS -i --noproxy '*' --max-time 5 -- http://10.10.0.10:8000/
# host can get http://10.10.0.1:8000/ with status 200:
#   curl -sS -i --noproxy '*' --max-time 5 -- http://10.10.0.1:8000/
# host can get http://10.10.0.1:3000/ with status 200:
#   curl -sS -i --noproxy '*' --max-time 5 -- http://10.10.0.1:3000/
