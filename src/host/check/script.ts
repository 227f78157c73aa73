import { quoteArgument } from '../../base/shell-quote';

/**
 * The script of Check Host: what the reading of a host does not tell already. POSIX sh, as root where that can be had. It changes
 * nothing and leaves nothing. Sections as `splitSections` takes them apart.
 *
 * @param boundary letters and digits, random
 */
export function checkHostScript(boundary: string): string {
  return `
boundary=${quoteArgument(boundary)}
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin LC_ALL=C
export PATH LC_ALL
exec </dev/null
section() { printf '\\n@%s %s\\n' "$boundary" "$*"; }
section os
cat /etc/os-release 2>/dev/null
section versions
# version TOOL COMMAND…: the first line of what it says.
version() {
  tool=$1
  shift
  command -v "$tool" >/dev/null 2>&1 || return 0
  printf '%s %s\\n' "$tool" "$("$@" 2>&1 | head -n 1)"
}
version ip ip -V
version nft nft -v
version iptables iptables -V
version tcpdump tcpdump --version
version tshark tshark --version
version python3 python3 -V
version ovs-vsctl ovs-vsctl --version
version conntrack conntrack --version
version ping ping -V
version curl curl --version
version nsenter nsenter -V
version unshare unshare -V
section sysctls
for name in net/ipv4/ip_forward net/ipv6/conf/all/forwarding net/bridge/bridge-nf-call-iptables; do
  if [ -r "/proc/sys/$name" ]; then printf '%s %s\\n' "$name" "$(cat "/proc/sys/$name")"; fi
done
section sshd
sshd -T 2>/dev/null | grep -i '^maxsessions '
section time
date +%s
section end
`;
}
