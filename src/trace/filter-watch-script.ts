import { quoteText } from '../base/shell-quote';
import { traceTablePrefix } from '../host/nat-marks';
import type { Probe } from './probe-script';

/** Seconds after which the following ends by itself, whatever became of the one who started it. */
const followLimit = 12;

/**
 * What runs in each namespace: `sh -c SCRIPT name TABLE RULES`. Marks the probe alone (`meta nftrace set 1`) and prints what
 * `nft monitor trace` says of it, where there is a packet filter at all.
 *
 * The tables of the mark are the kernel's to remove: with `flags owner` (Linux 5.12, nftables 0.9.9) a table goes with the
 * process that made it, here an nft that reads its commands from a pipe until the monitor ends. Whatever is killed, cut off or
 * forgotten, nothing stays.
 */
const followScript = `
table=$1
mark=$2
command -v nft >/dev/null 2>&1 && rules=$(nft list ruleset 2>/dev/null) || exit 0
case $rules in *' hook '*) ;; *) exit 0 ;; esac
own() {
  case $rules in *"table bridge "*) both=bridge ;; *) both= ;; esac
  for family in inet $both; do
    printf 'add table %s %s { flags owner; comment "A trace follows one packet; ends with it."; chain pre { type filter hook prerouting priority -350; %s; }; chain out { type filter hook output priority -350; %s; }; }\\n' \\
      "$family" "$table" "$mark" "$mark"
  done
  devices=$(printf '%s\\n' "$rules" | sed -n 's/.* hook ingress devices\\{0,1\\} \\([^;]*\\) priority .*/\\1/p' | tr -d '{}=",')
  [ -n "$devices" ] || return 0
  number=0
  printf 'add table netdev %s { flags owner; ' "$table"
  for device in $(printf '%s\\n' $devices | sort -u); do
    case $device in *[!A-Za-z0-9_.@-]*) continue ;; esac
    number=$((number + 1))
    printf 'chain at%s { type filter hook ingress device "%s" priority -500; %s; }; ' "$number" "$device" "$mark"
  done
  echo '}'
}
limit=
if command -v timeout >/dev/null 2>&1; then limit="timeout ${followLimit}"; fi
exec 3>&1
{
  own
  printf '@pid %s\\n' "$(exec sh -c 'echo $PPID')" >&3
  exec $limit nft monitor trace 4>&1 >&3 2>/dev/null
} | nft -i >&3 2>&1 &
# Listening shows as a group of a netlink socket (NFNLGRP_NFTRACE, linux/netfilter/nfnetlink.h).
round=0
until nft list tables 2>/dev/null | grep -q " $table\\$" &&
  grep -Eq '^[^ ]+ +12 +[0-9]+ +[0-9a-f]*[13579bdf][0-9a-f]{2} ' /proc/net/netlink; do
  round=$((round + 1))
  if [ "$round" -ge 15 ]; then
    echo '@not-followed'
    break
  fi
  sleep 0.04 2>/dev/null || sleep 1
done
echo '@ready'
wait
`;

/** The function `follow NUMBER ENTER…`: prints `NUMBER LINE` for each line of the namespace's trace, and `NUMBER @ready` once. */
export function followFunction(probe: Probe, boundary: string): string {
  return `
follow_script=${quoteText(followScript)}
follow() {
  number=$1
  shift
  "$@" sh -c "$follow_script" netns-trace ${traceTablePrefix}${boundary.slice(0, 12)} ${quoteText(markRules(probe))} 2>/dev/null | {
    said=
    while IFS= read -r line; do
      printf '%s %s\\n' "$number" "$line"
      case $line in @ready) said=yes ;; esac
    done
    [ -n "$said" ] || printf '%s @ready\\n' "$number"
  }
}`;
}

/** The rules that mark the probe and its answer and nothing else: by its pattern, or the port that it comes from, chosen by chance. */
export function markRules({ protocol, destination, pattern, sourcePort = 0 }: Probe): string {
  const conditions =
    protocol === 'icmp'
      ? // Behind ping's own header and its time stamp, at every fourth byte.
        [`meta l4proto ${destination.includes(':') ? 'ipv6-icmp' : 'icmp'} @th,192,32 0x${pattern}`]
      : [`${protocol} sport ${sourcePort}`, `${protocol} dport ${sourcePort}`];
  return conditions.map((condition) => `${condition} meta nftrace set 1`).join('; ');
}
