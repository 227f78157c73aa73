#!/bin/bash
# Starts one lab host and holds it for as long as its own standard input stays open. That input is a pipe from the
# process that wanted the host: when that process closes it, ends or is killed, everything here goes away.
#
#   the machine ── nlabN ═ mgmt0 ── the host (host.sh) ── eth0 ═ eth0 ── the internet (internet.sh)
#
# In:  LAB_DIR (made by the caller, removed here), LAB_SCRIPTS, and what host.sh wants.
# Out: one line `ready ADDRESS HOST_INIT INTERNET_INIT` (process ids as this machine sees them); errors on standard error.
#
# No process can outlive this one: the two `unshare` die with it (PR_SET_PDEATHSIG), the first process of each namespace
# dies with its `unshare` (--kill-child), and with the first process of a PID namespace die all the others in it
# (pid_namespaces(7)). The network namespaces then have no holder, and the veth goes with them.
set -eu -o pipefail

veth= host_init= internet_init= host_unshare= internet_unshare=

remove_everything() {
  local pid
  set +e
  trap '' PIPE INT TERM HUP
  [ -z "$veth" ] || ip link delete "$veth"
  # An `unshare` returns when its first process has ended, and that when all the others of its PID namespace have.
  for pid in $host_unshare $internet_unshare; do
    pkill -KILL --parent "$pid" || kill -KILL "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
  done
  rm -rf --one-file-system "$LAB_DIR"
}
trap remove_everything EXIT
trap 'exit 143' INT TERM HUP

# Runs a script as the first process of new namespaces; its standard output is this process's own pipe to read from.
isolated() {
  exec setpriv --pdeathsig KILL unshare --net --mount --pid --ipc --uts --fork --kill-child --mount-proc "$@" </dev/null
}

# The process that `unshare` (process id $1) forked: the first one in its PID namespace.
first_process_of() {
  pgrep --parent "$1" || { echo "The namespaces could not be made." >&2; exit 1; }
}

# Waits for the line `ready` on a script's output; its end means that the script failed.
await_ready() {
  local line
  while read -r -u "$1" line; do
    [ "$line" != ready ] || return 0
  done
  echo "$2 did not come up." >&2
  exit 1
}

# Picks a /30 of 198.18.0.0/15 (RFC 2544, never routed) that no route of this machine touches. The interface's name
# carries the number of the /30, so creating it is also what reserves it against other lab hosts.
connect_to_machine() {
  local attempt number net
  for attempt in {1..100}; do
    number=$(((RANDOM << 15 | RANDOM) % 32768))
    prefix=198.$((18 + (number >> 14))).$(((number >> 6) & 255))
    net=$prefix.$(((number & 63) * 4))/30
    machine_address=$prefix.$(((number & 63) * 4 + 1))
    host_address=$prefix.$(((number & 63) * 4 + 2))
    [ -z "$(ip -4 route show to root "$net")" ] || continue
    [ -z "$(ip -4 route show to match "$net" | grep -v '^default')" ] || continue
    if ip link add "nlab$number" type veth peer name mgmt0 netns "$host_init"; then
      veth=nlab$number
      break
    fi
  done
  [ -n "$veth" ] || { echo "No free network in 198.18.0.0/15 on this machine." >&2; exit 1; }
  # This machine never passes on what comes from the lab, whatever its own ip_forward says.
  echo 0 >"/proc/sys/net/ipv4/conf/$veth/forwarding"
  [ ! -e "/proc/sys/net/ipv6/conf/$veth" ] || echo 1 >"/proc/sys/net/ipv6/conf/$veth/disable_ipv6"
  ip address add "$machine_address/30" dev "$veth"
  ip link set "$veth" up
}

cable_the_lab() {
  ip link add nlab-uplink netns "$host_init" type veth peer name eth0 netns "$internet_init"
  nsenter --target "$host_init" --net ip -batch - <<END
link set lo up
link set nlab-uplink name eth0
link set mgmt0 up
link set eth0 up
address add $host_address/30 dev mgmt0
address add 198.51.100.2/24 dev eth0
route add default via 198.51.100.1 dev eth0
END
  # No route to anything but its neighbour: what comes from a private address can never be answered, as on the real one.
  nsenter --target "$internet_init" --net ip -batch - <<END
link set lo up
link set eth0 up
address add 198.51.100.1/24 dev eth0
address add 203.0.113.8/32 dev lo
address add 8.8.8.8/32 dev lo
END
}

exec {host_output}< <(isolated bash "$LAB_SCRIPTS/host.sh")
host_unshare=$!
exec {internet_output}< <(isolated bash "$LAB_SCRIPTS/internet.sh")
internet_unshare=$!
await_ready "$host_output" "The lab host"
await_ready "$internet_output" "The lab's internet"
host_init=$(first_process_of "$host_unshare")
internet_init=$(first_process_of "$internet_unshare")
connect_to_machine
cable_the_lab
echo "ready $host_address $host_init $internet_init"

# Until the caller lets go. Nothing is ever written to the pipe; `read` returns at its end.
while read -r _; do :; done
