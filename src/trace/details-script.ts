import { quoteText } from '../base/shell-quote';
import { conntrackScript } from '../host/conntrack-script';
import { listNftFunction } from '../host/list-nft-script';

/** More than any host follows: only those of the probe are printed. */
const mostFollowed = 4_000_000;

/**
 * What runs in each namespace: `sh -c SCRIPT name BOUNDARY NUMBER PART QUESTIONS CONNECTIONS`.
 *
 * - PART: `changing`: what a probe may change, read before it and (as number `after…`) after it; `lasting`: the rest, which is read
 *   while the probe is on its way; `all`.
 * - QUESTIONS: what the kernel's routing is asked, one a line.
 * - CONNECTIONS: what of the followed connections may be the probe's, as an extended regular expression; empty: nobody asks.
 *
 * The environment says in `saves` of which back end `iptables-save` is: `nft`, `legacy`, or nothing where there is none.
 */
export const detailsScript = `${listNftFunction}
boundary=$1
number=$2
section() { printf '\\n@%s %s %s\\n' "$boundary" "$1" "$number"; }
complain() { section unread; printf '%s\\n' "$1"; }
if [ "$3" != changing ]; then
  section sysctls
  cd /proc/sys/net && grep -s '' /dev/null ipv4/ip_forward ipv4/icmp_echo_ignore_all ipv4/conf/*/forwarding \\
    ipv4/conf/*/rp_filter ipv4/conf/*/arp_ignore ipv6/conf/all/forwarding bridge/bridge-nf-call-iptables \\
    bridge/bridge-nf-call-ip6tables netfilter/nf_conntrack_count netfilter/nf_conntrack_max
  if command -v bridge >/dev/null 2>&1; then
    section ports
    ports=$(bridge -j link show 2>/dev/null)
    printf '%s\\n' "$ports"
    case $ports in
      *'"master"'*)
        section fdb
        bridge fdb show 2>/dev/null | grep -E ' master .*(static|permanent)'
        ;;
    esac
  fi
  if command -v tc >/dev/null 2>&1; then
    tc qdisc show 2>/dev/null | sed -nE 's/^qdisc (clsact|ingress) .*dev ([^ ]+) .*/\\1 \\2/p' | while read -r kind dev; do
      section tc
      echo "$dev ingress"
      tc filter show dev "$dev" ingress 2>/dev/null
      [ "$kind" = clsact ] || continue
      section tc
      echo "$dev egress"
      tc filter show dev "$dev" egress 2>/dev/null
    done
  fi
  case $(ip -o link show 2>/dev/null) in
    *' xdp'*)
      section xdp
      ip -o link show | grep ' xdp'
      ;;
  esac
  if command -v ss >/dev/null 2>&1; then
    section sockets
    ss -H -l -n -t -u 2>/dev/null
  else
    complain 'sockets: the host has no ss'
  fi
  printf '%s\\n' "$4" | while read -r family to from iif flow; do
    [ -n "$to" ] || continue
    set -- "$to"
    if [ "$from" != - ]; then set -- "$@" from "$from"; fi
    if [ "$iif" != - ]; then set -- "$@" iif "$iif"; fi
    section route
    printf '%s %s %s %s\\n' "$to" "$from" "$iif" "$flow"
    ip -j "$family" route get "$@" $flow 2>&1
  done
fi
[ "$3" != lasting ] || exit 0
section neighbours
ip -j neigh show 2>/dev/null
if [ -n "$5" ] && [ -e /proc/sys/net/netfilter/nf_conntrack_count ]; then
  section connections
  sh -c ${quoteText(conntrackScript(mostFollowed))} 2>/dev/null | grep -E "$5" | head -n 400
fi
rules=
if command -v nft >/dev/null 2>&1; then
  if rules=$(list_nft); then
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
else
  complain 'nftables: the host has no nft, which lists the rules that other programs may have made'
fi
save() {
  command -v "$2" >/dev/null 2>&1 || return
  section "$1"
  "$2" -c 2>/dev/null
}
hasnft() {
  command -v nft >/dev/null 2>&1 || return 0
  case $rules in *'"xt"'* | *'"PREROUTING"'* | *'"OUTPUT"'* | *'"POSTROUTING"'* | *'"FORWARD"'* | *'"INPUT"'*) return 0 ;; esac
  return 1
}
legacy() { read -r table 2>/dev/null <"/proc/net/$1" && [ -n "$table" ]; }
case $saves in
  nft)
    if hasnft; then save iptables4 iptables-save; save iptables6 ip6tables-save; fi
    if legacy ip_tables_names; then save legacy4 iptables-legacy-save; fi
    if legacy ip6_tables_names; then save legacy6 ip6tables-legacy-save; fi
    ;;
  legacy)
    if legacy ip_tables_names; then save legacy4 iptables-save; fi
    if legacy ip6_tables_names; then save legacy6 ip6tables-save; fi
    if hasnft; then save iptables4 iptables-nft-save; save iptables6 ip6tables-nft-save; fi
    ;;
esac
`;

/** Sets `saves` for all of them: asking iptables-save in each namespace would say the same. */
export const savesLine =
  'case $(iptables-save -V 2>/dev/null) in *nf_tables*) saves=nft ;; ?*) saves=legacy ;; *) saves= ;; esac; export saves';
