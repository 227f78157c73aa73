import { quoteArgument } from '../base/shell-quote';
import { parseAddress } from '../topology/addresses';
import { followFunction } from './filter-watch-script';
import type { Probe } from './probe-script';

/** Seconds after which a tcpdump ends by itself, whatever became of the one who started it. */
const watchLimit = 12;

/**
 * Functions that watch every interface of the namespaces while the probe is sent: `watch` prints `NUMBER LINE` for each line
 * of the tcpdump in the namespace of that number (its words, and each packet's bytes behind them), and what the probe says with
 * a `P`. No file is written: the tcpdumps say by
 * their own words when they listen, and the reader of these words then sends the probe and ends them.
 *
 * Beside each tcpdump the packet filter's own word is listened to, where there is one (`follow`).
 *
 * @param enters for each namespace the words, quoted, by which a command gets into it
 * @param boundary tells this trace's tables from others'
 */
export function watchScript(enters: readonly string[], probe: Probe, boundary: string): string {
  const filter = watchFilter(probe);
  return `${followFunction(probe, boundary)}
watch_one() {
  number=$1
  shift
  sh -c 'echo "@pid $$"; limit=; if command -v timeout >/dev/null 2>&1; then limit="timeout ${watchLimit}"; fi; exec $limit "$@" 2>&1' watch "$@" | {
    said=
    while IFS= read -r line; do
      printf '%s %s\\n' "$number" "$line"
      case $line in *'listening on '*) said=yes; printf '%s @ready\\n' "$number" ;; esac
    done
    [ -n "$said" ] || printf '%s @ready\\n' "$number"
  }
}
watch_all() {
${enters
  .map(
    (enter, number) =>
      `  watch_one ${number} ${enter} tcpdump -l -n -S -tt -xx --immediate-mode -i any -s 256 -c 400 ${quoteArgument(filter)} &\n  follow ${number} ${enter} &`,
  )
  .join('\n')}
  wait
}
watch() {
  if ! command -v tcpdump >/dev/null 2>&1; then
    echo '- no-tcpdump'
  fi
  watch_all | {
    waiting=${enters.length * 2}
    pids=
    while IFS= read -r line; do
      printf '%s\\n' "$line"
      case $line in
        *' @pid '*) pids="$pids \${line##* }" ;;
        *' @ready')
          waiting=$((waiting - 1))
          if [ "$waiting" -eq 0 ]; then
            {
              probe
              # What was just answered may still be on its way to the watchers.
              sleep 0.2 2>/dev/null || sleep 1
              kill $pids 2>/dev/null
            } &
          fi
          ;;
      esac
    done
    wait
  }
}`;
}

/** What of all traffic belongs to the probe: by its pattern or its port, which NAT leaves alone. */
function watchFilter({ protocol, destination, sourcePort, port, pattern }: Probe): string {
  const isV6 = parseAddress(destination)?.kind() === 'ipv6';
  const errors = isV6 ? '(icmp6 and ip6[40] < 5)' : '(icmp and (icmp[0] = 3 or icmp[0] = 11))';
  const neighbours = isV6 ? '(icmp6 and ip6[40] > 134 and ip6[40] < 138)' : 'arp';
  if (protocol !== 'icmp') {
    return `(${protocol} and (port ${sourcePort ?? 0} or (host ${destination} and port ${port ?? 0}))) or ${errors} or ${neighbours}`;
  }
  // The pattern begins behind ping's own header and time stamp (16 bytes), at every fourth byte.
  const marked = isV6
    ? `(icmp6 and (ip6[40] = 128 or ip6[40] = 129) and ip6[64:4] = 0x${pattern})`
    : `(icmp and (icmp[0] = 8 or icmp[0] = 0) and icmp[24:4] = 0x${pattern})`;
  return `${marked} or ${errors} or ${neighbours}`;
}
