#!/bin/sh
# Takes the lab planets down: sudo sh planets-down.sh
# What is gone already is complained of, and no harm.
#
# Two namespaces on a bridge, out to the internet and reachable from outside.
#
# Written by Netns Topology; it works without it.

set -u
[ "$(id -u)" -eq 0 ] || { echo "Run this as root: sudo sh $0" >&2; exit 1; }
# What has to be remembered until it is taken down.
state=/run/lab-planets

# --- Processes ----------------------------------------------------------------
# A namespace lives on, without a name, as long as a process is in it.
# end_all NAMESPACE: asks every process in it to end, and ends those that did not after three seconds.
end_all() {
  tries=0
  signal=TERM
  while pids=$(ip netns pids "$1") && [ -n "$pids" ] && [ "$tries" -lt 60 ]; do
    case $tries in 0 | 30) kill "-$signal" $pids 2>/dev/null || : ;; esac
    sleep 0.1
    tries=$((tries + 1))
    [ "$tries" -lt 30 ] || signal=KILL
  done
}
end_all earth
end_all neptune
rm -f "$state"/earth.web.pid "$state"/earth.web.log

# --- Address translation ------------------------------------------------------
nft delete table ip lab-planets

# --- Kernel parameters --------------------------------------------------------
if [ -e "$state"/net.ipv4.ip_forward ]; then sysctl -w net.ipv4.ip_forward="$(cat "$state"/net.ipv4.ip_forward)"; rm -f "$state"/net.ipv4.ip_forward; fi

# --- Cables -------------------------------------------------------------------
ip netns exec neptune ip link del dev neptune-veth
ip netns exec earth ip link del dev earth-veth

# --- Bridges ------------------------------------------------------------------
ip link del dev planet-br

# --- Namespaces ---------------------------------------------------------------
ip netns del neptune
ip netns del earth

rmdir "$state" 2>/dev/null || :

left=
for path in /run/netns/earth /run/netns/neptune /sys/class/net/planet-br /sys/class/net/earth-br-veth /sys/class/net/neptune-br-veth; do
  [ ! -e "$path" ] || left="$left $path"
done
[ -z "$left" ] || { echo "Still there:$left" >&2; exit 1; }
