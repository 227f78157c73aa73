/**
 * What runs in each namespace: `sh -c SCRIPT name BOUNDARY NUMBER QUESTIONS`. A NUMBER that begins with `after` is read
 * after the probe: only what that may have changed.
 */
export const detailsScript = `
boundary=$1
number=$2
section() { printf '\\n@%s %s %s\\n' "$boundary" "$1" "$number"; }
complain() { section unread; printf '%s\\n' "$1"; }
section neighbours
ip -j neigh show 2>/dev/null
case $number in
  after*) ;;
  *)
    section sysctls
    cd /proc/sys/net && grep -s '' /dev/null ipv4/ip_forward ipv4/icmp_echo_ignore_all ipv4/conf/*/forwarding \\
      ipv4/conf/*/rp_filter ipv4/conf/*/arp_ignore ipv6/conf/all/forwarding bridge/bridge-nf-call-iptables \\
      bridge/bridge-nf-call-ip6tables netfilter/nf_conntrack_count netfilter/nf_conntrack_max
    if command -v bridge >/dev/null 2>&1; then
      section ports
      bridge -j link show 2>/dev/null
    fi
    if command -v ss >/dev/null 2>&1; then
      section sockets
      ss -H -l -n -t -u 2>/dev/null
    else
      complain 'sockets: the host has no ss'
    fi
    printf '%s\\n' "$3" | while read -r family to from iif; do
      [ -n "$to" ] || continue
      set -- "$to"
      if [ "$from" != - ]; then set -- "$@" from "$from"; fi
      if [ "$iif" != - ]; then set -- "$@" iif "$iif"; fi
      section route
      printf '%s %s %s\\n' "$to" "$from" "$iif"
      ip -j "$family" route get "$@" 2>&1
    done
    ;;
esac
rules=
if command -v nft >/dev/null 2>&1; then
  if rules=$(nft -j list ruleset 2>/dev/null); then
    section nft
    printf '%s\\n' "$rules"
    case $rules in
      *'"chain":'*)
        section nft-text
        nft -a list ruleset 2>/dev/null
        ;;
    esac
  else
    complain 'nftables: nft could not list the rules'
  fi
fi
save() {
  command -v "$2" >/dev/null 2>&1 || return
  section "$1"
  "$2" -c 2>/dev/null
}
backend() { case $("$1" -V 2>/dev/null) in *nf_tables*) echo nft ;; *) echo legacy ;; esac; }
hasnft() {
  command -v nft >/dev/null 2>&1 || return 0
  case $rules in *'"xt"'* | *'"PREROUTING"'* | *'"OUTPUT"'* | *'"POSTROUTING"'* | *'"FORWARD"'* | *'"INPUT"'*) return 0 ;; esac
  return 1
}
legacy() { read -r table 2>/dev/null <"/proc/net/$1" && [ -n "$table" ]; }
if command -v iptables-save >/dev/null 2>&1; then
  if [ "$(backend iptables-save)" = nft ]; then
    if hasnft; then save iptables4 iptables-save; save iptables6 ip6tables-save; fi
    if legacy ip_tables_names; then save legacy4 iptables-legacy-save; fi
    if legacy ip6_tables_names; then save legacy6 ip6tables-legacy-save; fi
  else
    if legacy ip_tables_names; then save legacy4 iptables-save; fi
    if legacy ip6_tables_names; then save legacy6 ip6tables-save; fi
    if hasnft; then save iptables4 iptables-nft-save; save iptables6 ip6tables-nft-save; fi
  fi
fi
`;
