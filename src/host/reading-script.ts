import * as l10n from '@vscode/l10n';
import { NetnsError } from '../base/errors';
import { quoteArgument, quoteText } from '../base/shell-quote';
import { conntrackPaths } from './conntrack-paths';
import { kernelProbe } from './kernel-probe';
import { listNftFunction } from './list-nft-script';
import { findNameless, readMore, readProcesses } from './reading-script-processes';
import { findSshConnection } from './ssh-connection-script';
import { sysctlPath } from './sysctl-names';

export interface ReadingScriptOptions {
  /** Marks where a section begins; random, so that nothing on the host can imitate it. Letters and digits only. */
  readonly boundary: string;
  /** Dotted names of the sysctls to read in every namespace. */
  readonly sysctls: readonly string[];
  /** Also tries out what this kernel lacks: some 20 ms. */
  readonly probeKernel?: boolean;
}

/**
 * The script that reads a whole host in one round trip: POSIX sh (seen to work in dash, bash and busybox ash), run as root.
 * It changes nothing on the host and leaves nothing there: no temporary file, no process.
 *
 * What it prints is a list of sections, each begun by a line `@BOUNDARY KIND [NUMBER …]`; `splitSections` takes them
 * apart again. Names are data: they stand on lines of their own, never in a section's head and never in a command's text.
 *
 * Entering a namespace costs most (nsenter 1.7 ms, ip 0.7 ms, nft 2 ms), so each is entered once, and several are read at a time.
 */
export function readingScript({ boundary, sysctls, probeKernel = false }: ReadingScriptOptions): string {
  return `${beginReading(boundary)}
${readHost}
${probeKernel ? readKernel : ''}
inner=${quoteText(namespaceScript(sysctls))}
${readNamespaces}
${readProcesses}
${readLabs}
end
`;
}

/** What every reading begins with. @throws NetnsError `internal` for a boundary that a host could imitate. */
function beginReading(boundary: string): string {
  if (!/^[A-Za-z0-9]{8,}$/.test(boundary))
    throw new NetnsError('internal', l10n.t`A boundary needs eight letters or digits.`);
  return `
boundary=${quoteArgument(boundary)}
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin LC_ALL=C
export PATH LC_ALL
exec </dev/null
# What the shell takes apart itself is cut short: it would need hours for what a broken program may say.
newline='
'
section() { printf '\\n@%s %s\\n' "$boundary" "$*"; }
end() { section end; exit 0; }`;
}

/** The programs that are asked for. */
const tools =
  'ip nft iptables iptables-nft iptables-legacy ip6tables iptables-save tcpdump python3 ss ovs-vsctl nsenter unshare ping curl sysctl tc bridge ethtool';

/** The host itself: names, tools, the SSH connection, Open vSwitch. Ends the script where there is no usable ip(8). */
const readHost = `
section host
hostname 2>/dev/null || cat /proc/sys/kernel/hostname
uname -r
section os
cat /etc/os-release 2>/dev/null
section tools
for tool in ${tools}; do
  command -v "$tool" >/dev/null 2>&1 || continue
  case $tool in
    ip | iptables) version=$("$tool" -V 2>/dev/null | head -c 200) ;;
    nft) version=$(nft -v 2>/dev/null | head -c 200) ;;
    *) version= ;;
  esac
  printf '%s %s\\n' "$tool" "\${version%%"$newline"*}"
done

${findSshConnection}
section ssh
printf '%s\\n' "$connection"
# The way of the answers: the client's and our own address; a zone (fe80::1%eth0) is said as the interface.
set -f
set -- $connection
set +f
if [ $# -eq 4 ]; then
  section ssh-route
  route=$(case $1 in
    (*%*) ip -j route get fibmatch "\${1%%%*}" dev "\${1#*%}" ;;
    (*) ip -j route get fibmatch "$1" from "$3" || ip -j route get fibmatch "$1" ;;
  esac 2>/dev/null | head -c 4000)
  printf '%s\\n' "$route"
  dev=\${route#*'"dev":"'}
  # The kernel's own router advertisements may have brought the route.
  section ssh-accept-ra
  cat "/proc/sys/net/ipv6/conf/\${dev%%'"'*}/accept_ra" 2>/dev/null
fi

if ! command -v ip >/dev/null 2>&1; then
  section no-ip
  end
fi
probe=$(ip -j link show dev lo 2>&1 | head -c 4000)
case $probe in
  '['*) ;;
  *)
    section no-json
    printf '%s\\n' "$probe"
    end
    ;;
esac

# Open vSwitch keeps its bridges in a database of its own. Without its socket ovs-vsctl would wait for one to appear.
if [ -S /run/openvswitch/db.sock ] && ! command -v ovs-vsctl >/dev/null 2>&1; then
  section ovs
  section ovs-said
  echo 'The host has no ovs-vsctl.'
elif [ -S /run/openvswitch/db.sock ]; then
  # The database alone changes nothing: ovs-vswitchd makes of it what it says.
  if read -r pid 2>/dev/null </run/openvswitch/ovs-vswitchd.pid && kill -0 "$pid" 2>/dev/null; then section ovs-runs; fi
  section ovs
  {
    said=$(ovs-vsctl --timeout=2 --format=json \\
      -- --columns=name,ports,datapath_type,stp_enable,mcast_snooping_enable,other_config,external_ids,controller,fail_mode list Bridge \\
      -- --columns=_uuid,name,tag,trunks,vlan_mode,interfaces list Port \\
      -- --columns=name,mtu_request,_uuid,type,options list Interface \\
      -- --columns=_uuid,target,is_connected list Controller 2>&1 >&3)
  } 3>&1
  if [ -n "$said" ]; then
    section ovs-said
    printf '%s\\n' "$said"
  fi
fi`;

/** What this kernel lacks. */
const readKernel = `
section kernel-lacks
if command -v unshare >/dev/null 2>&1; then
  unshare --net sh -c ${quoteText(kernelProbe)} netns-topology-reading "$boundary" 2>/dev/null
fi`;

/** What the scripts within a namespace share. Impairments and the VLANs of bridge ports have programs of their own. */
const withinNamespace = `
boundary=$1
number=$2
section() { printf '\\n@%s %s %s\\n' "$boundary" "$1" "$number"; }
complaint() {
  [ -z "$said" ] && return
  section "$1"
  printf '%s\\n' "$said"
}
# ask SECTION PROGRAM…: what a program prints, and what it says besides.
ask() {
  asked=$1
  section "$asked"
  shift
  if command -v "$1" >/dev/null 2>&1; then
    { said=$("$@" 2>&1 >&4) || said=\${said:-$1 ended with exit code $?}; } 4>&1
  else
    said="The host has no $1."
  fi
  complaint "$asked-said"
}
read_qdiscs() { ask qdiscs tc -j qdisc show; }
read_vlans() { ask bridge-vlans bridge -j vlan show; }`;

/** What nft(8) and iptables(8) know in a namespace. */
const readPacketFilter = `${listNftFunction}
rules=
if command -v nft >/dev/null 2>&1; then
  # -t leaves out the elements of named sets, which can be many; nft before 0.9.1 does not know it.
  if rules=$(list_nft -t) || rules=$(list_nft); then
    section nft
    printf '%s\\n' "$rules"
    case $rules in
      *'"masquerade"'* | *'"snat"'* | *'"dnat"'* | *'"redirect"'* | *'"netns-topology:'*)
        section nft-text
        nft -a -t list ruleset 2>/dev/null || nft -a list ruleset 2>/dev/null
        ;;
    esac
  else
    said=$(nft -j list ruleset 2>&1 >/dev/null)
    complaint nft-said
  fi
fi

# save SECTION BACKEND TOOL…: what one back end of iptables has, by the first of the tools that speaks for it. Of a firewall's
# own rules only those are kept that decide about forwarding or carry our mark; there can be thousands of them.
save() {
  kind=$1
  backend=$2
  shift 2
  for tool in "$@"; do
    command -v "$tool" >/dev/null 2>&1 || continue
    case $tool in
      *-nft-* | *-legacy-*) ;;
      *)
        case $("$tool" -V 2>/dev/null) in *nf_tables*) speaks=nft ;; *) speaks=legacy ;; esac
        [ "$speaks" = "$backend" ] || continue
        ;;
    esac
    if saved=$("$tool" -c 2>/dev/null); then
      section "$kind"
      printf '%s\\n' "$saved" | sed -e '/^\\*\\(nat\\|raw\\)$/,/^COMMIT$/b' -e '/^\\*/b' -e '/^:FORWARD /b' -e '/^:DOCKER-USER /b' \\
        -e '/^:NETNS-/b' -e '/-A FORWARD /b' -e '/-A DOCKER-USER /b' -e '/netns-topology:/b' -e d
    elif [ -z "$mayfail" ]; then
      said=$("$tool" -c 2>&1 >/dev/null)
      complaint iptables-said
    fi
    return
  done
}
mayfail=
# The nft back end of iptables keeps targets that nft's JSON only names ("xt"); iptables-save prints them whole. Its chains
# are known by their names: nft's own are written small.
case $rules in
  *'"xt"'* | *'"PREROUTING"'* | *'"OUTPUT"'* | *'"POSTROUTING"'* | *'"FORWARD"'*)
    case $rules in *'"ip"'*) save iptables4 nft iptables-nft-save iptables-save ;; esac
    case $rules in *'"ip6"'*) save iptables6 nft ip6tables-nft-save ip6tables-save ;; esac
    ;;
esac
# The legacy back end is invisible to nft. The kernel lists its tables only once they exist, so nothing is loaded here.
legacy() { read -r table 2>/dev/null <"/proc/net/$1" && [ -n "$table" ]; }
if legacy ip_tables_names; then save legacy4 legacy iptables-legacy-save iptables-save; fi
if legacy ip6_tables_names; then save legacy6 legacy ip6tables-legacy-save ip6tables-save; fi
# Without nft the nft back end is still seen by an iptables-save that uses it; it creates nothing.
if ! command -v nft >/dev/null 2>&1; then
  mayfail=yes
  save iptables4 nft iptables-nft-save iptables-save
  save iptables6 nft ip6tables-nft-save ip6tables-save
fi`;

/** The scripts that the agent runs, which reads everything else by itself. `sh -c SCRIPT name BOUNDARY NUMBER`, as for the others. */
export function agentScripts(boundary: string): {
  readonly hostScript: string;
  readonly kernelScript: string;
  readonly firewallScript: string;
  /** Says nothing by itself: `read_qdiscs` and `read_vlans` are to follow, a line each. */
  readonly extrasScript: string;
  /** The programs whose coming and going changes what `hostScript` says. */
  readonly tools: readonly string[];
} {
  const begin = beginReading(boundary);
  return {
    hostScript: `${begin}\n${readHost}\nend\n`,
    kernelScript: `${begin}\n${readKernel}\nend\n`,
    firewallScript: `${withinNamespace}\n${readPacketFilter}\nsection done\n`,
    extrasScript: `${withinNamespace}\n`,
    tools: tools.split(' '),
  };
}

/**
 * What runs inside each namespace: `sh -c SCRIPT name BOUNDARY NUMBER`. `route show table all` prints both families;
 * policy rules have to be asked for each. What a command complains of goes into a section of its own.
 */
function namespaceScript(sysctls: readonly string[]): string {
  const paths = [
    ...sysctls.map((name) => quoteArgument(`/proc/sys/${sysctlPath(name)}`)),
    conntrackPaths.count,
    conntrackPaths.max,
  ].join(' ');
  return `
${withinNamespace}
${readMore}
section sysctls
# Not the shell's read: it reads byte by byte, and the kernel gives a sysctl only to the first read(2).
# Of every interface whether 127.0.0.0/8 passes by it.
{ said=$(grep '' /dev/null ${paths} /proc/sys/net/ipv4/conf/*/route_localnet 2>&1 >&4); } 4>&1
complaint sysctls-said
if command -v ss >/dev/null 2>&1; then
  section sockets
  # Most namespaces have none, and ss takes a third of the whole reading. Lines such as "TCP: inuse 5 orphan 0".
  used=
  for file in sockstat sockstat6; do
    while read -r kind _ count _; do
      case $kind/$count in TCP:/0 | UDP:/0 | TCP6:/0 | UDP6:/0) ;; TCP*/* | UDP:/* | UDP6:/*) used=yes ;; esac
    done 2>/dev/null <"/proc/net/$file"
  done
  if [ -n "$used" ] || [ ! -r /proc/net/sockstat ]; then
    { said=$(ss -H -l -n -t -u -e 2>&1 >&4); } 4>&1
    complaint sockets-said
  fi
fi
section ip
{
  said=$({
    shown=$(ip -j -d -force -batch - <<'BATCH'
addr show
route show table all
rule show
netns list-id
neigh show
BATCH
)
    printf '%s\\n' "$shown" >&3
    # Impairments and the VLANs of bridge ports have programs of their own, asked only where there are any.
    case $shown in *'"qdisc":"netem"'* | *'"qdisc":"tbf"'*) read_qdiscs >&3 ;; esac
    case $shown in *'"vlan_filtering":1'*) read_vlans >&3 ;; esac
    case $shown in *'"info_kind":"bridge"'* | *'"info_kind":"vxlan"'*) read_fdb >&3 ;; esac
    case $shown in *'"parentdev"'*) read_drivers "$shown" >&3 ;; esac
  } 2>&1)
} 3>&1
complaint ip-said
if [ -e /proc/net/if_inet6 ]; then
  section rules6
  { said=$(ip -6 -j rule show 2>&1 >&3); } 3>&1
  complaint rules6-said
fi

${readPacketFilter}
section done
`;
}

/** Every namespace in its turn, up to four at a time; the later shares wait in memory until the earlier are printed. */
const readNamespaces = `
# In a subshell, which becomes the command.
enter() {
  path=$1
  shift
  if command -v nsenter >/dev/null 2>&1; then exec nsenter --net="$path" "$@"; fi
  exec ip netns exec "\${path##*/}" "$@"
}
set --
for path in /run/netns/* /run/netns/.[!.]* /run/netns/..?*; do
  [ -e "$path" ] || continue
  case $path in
    *"$newline"*) section odd-name ;;
    *) set -- "$@" "$path" ;;
  esac
done
section root
stat -L -c %i /proc/self/ns/net
found=
if [ $# -gt 0 ]; then found=$(stat -L -c '%i %n' "$@" 2>/dev/null); fi
${findNameless}
section namespaces
printf '%s\\n' "$found"

sh -c "$inner" netns-topology-reading "$boundary" 0 2>/dev/null

read_namespace() {
  { said=$(enter "$3" sh -c "$inner" netns-topology-reading "$boundary" "$1" 2>&1 >&3); } 3>&1 || {
    if [ "$(stat -L -c %i "$3" 2>/dev/null)" = "$2" ]; then section failed "$1"; else section gone "$1"; fi
    printf '%s\\n' "$said"
  }
}
read_share() {
  number=0
  printf '%s\\n' "$found" | while IFS= read -r line; do
    number=$((number + 1))
    if [ -n "$line" ] && [ $((number % shares)) = "$1" ]; then read_namespace "$number" "\${line%% *}" "\${line#* }"; fi
  done
}
gather() {
  if [ "$1" -ge $((shares - 1)) ]; then
    read_share "$1"
  else
    read_share "$1" &
    first=$!
    others=$(gather $(($1 + 1)))
    wait "$first"
    printf '%s\\n' "$others"
  fi
}
shares=1
if [ $# -gt 7 ]; then shares=$(getconf _NPROCESSORS_ONLN 2>/dev/null || nproc 2>/dev/null || echo 1); fi
if [ "$shares" -gt 4 ]; then shares=4; fi
gather 0`;

/** The manifests of our own labs. */
const readLabs = `
for file in /run/netns-topology/labs/*/manifest.json; do
  [ -r "$file" ] || continue
  lab=\${file%/manifest.json}
  lab=\${lab##*/}
  case $lab in *"$newline"*) continue ;; esac
  section lab
  printf '%s\\n' "$lab"
  cat "$file"
done
# Name servers of namespaces (ip-netns(8)); only the beginning of what is no such file.
for file in /etc/netns/*/resolv.conf; do
  [ -r "$file" ] && [ -f "$file" ] || continue
  case $file in *"$newline"*) continue ;; esac
  section resolv-conf
  printf '%s\\n' "$file"
  lines=0
  while { IFS= read -r line || [ -n "$line" ]; } && [ "$lines" -lt 100 ]; do
    printf '%s\\n' "$line"
    lines=$((lines + 1))
  done <"$file"
done
# What the labs' services say of themselves; no process for each of them.
for file in /run/netns-topology/labs/*/services/*/*.status; do
  [ -r "$file" ] || continue
  case $file in *"$newline"*) continue ;; esac
  section service
  printf '%s\\n' "$file"
  while IFS= read -r line; do printf '%s\\n' "$line"; done <"$file"
done
# NAT rules that were switched off, kept to be switched on again.
for file in /run/netns-topology/switched-off/*.json; do
  [ -r "$file" ] || continue
  section switched-off
  cat "$file"
done
for file in /run/netns-topology/nat-forwarding/*.ip*; do
  [ -r "$file" ] || continue
  section nat-forwarding
  printf '%s %s\\n' "\${file##*/}" "$(cat "$file")"
done`;
