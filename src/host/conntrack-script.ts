import { quoteText } from '../base/shell-quote';

/**
 * Shell that prints the connections that the kernel follows in the namespace where it runs, as lines that `readConnections`
 * understands: from /proc where the kernel has them there (CONFIG_NF_CONNTRACK_PROCFS, which Fedora's and Red Hat's have not), else
 * asked of the kernel by Python, else by conntrack(8). It changes nothing, and loads no module. A host that follows none prints none.
 *
 * @param limit so many lines at most: a busy router follows hundreds of thousands
 * @returns the script; it ends with 3 and the reason where the connections cannot be read
 */
export function conntrackScript(limit: number): string {
  const most = Math.max(1, Math.trunc(limit));
  return `
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin LC_ALL=C
export PATH LC_ALL
if [ ! -e /proc/sys/net/netfilter/nf_conntrack_count ]; then exit 0; fi
if [ -r /proc/net/nf_conntrack ]; then
  exec head -n ${most} /proc/net/nf_conntrack
elif command -v python3 >/dev/null 2>&1; then
  exec python3 -I -S -c ${quoteText(askKernel)} ${most}
elif command -v conntrack >/dev/null 2>&1; then
  # 141: it had more to say than was wanted.
  { code=$({ { conntrack -L -o extended; echo $? >&3; } | head -n ${most} >&4; } 3>&1); } 4>&1
  [ "$code" = 0 ] || [ "$code" = 141 ] || exit 3
else
  echo 'The host has neither /proc/net/nf_conntrack, nor python3, nor conntrack.' >&2
  exit 3
fi
`;
}

/**
 * ctnetlink: NETLINK_NETFILTER 12; NFNL_SUBSYS_CTNETLINK 1, IPCTNL_MSG_CT_GET 1; the attributes are those of
 * <linux/netfilter/nfnetlink_conntrack.h> (enum ctattr_type, ctattr_tuple, ctattr_ip, ctattr_l4proto), the states those of
 * enum tcp_conntrack, the bits of the status those of enum ip_conntrack_status.
 */
const askKernel = `
import socket, struct, sys
PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 33: "dccp", 47: "gre", 58: "icmpv6", 132: "sctp", 136: "udplite"}
STATES = ("NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE", "SYN_SENT2")
def parts(data):
    found, at = {}, 0
    while at + 4 <= len(data):
        length, kind = struct.unpack_from("=HH", data, at)
        if length < 4:
            break
        found[kind & 0x3fff] = data[at + 4:at + length]
        at += (length + 3) & ~3
    return found
def number(value):
    return int.from_bytes(value, "big")
def flow(tuple_, counters):
    own = parts(tuple_)
    ip, protocol = parts(own.get(1, b"")), parts(own.get(2, b""))
    family = socket.AF_INET if 1 in ip else socket.AF_INET6
    source, target = (ip[1], ip[2]) if 1 in ip else (ip[3], ip[4])
    words = ["src=" + socket.inet_ntop(family, source), "dst=" + socket.inet_ntop(family, target)]
    names = ((2, "sport"), (3, "dport"), (5, "type"), (6, "code"), (4, "id"), (8, "type"), (9, "code"), (7, "id"))
    words += ["%s=%d" % (name, number(protocol[kind])) for kind, name in names if kind in protocol]
    counted = parts(counters)
    words += ["%s=%d" % (name, number(counted[kind])) for kind, name in ((1, "packets"), (2, "bytes")) if kind in counted]
    return number(protocol.get(1, b"")), family == socket.AF_INET, words
def line(own):
    protocol, is_four, words = flow(own[1], own.get(9, b""))
    status = number(own.get(3, b""))
    state = parts(parts(own.get(4, b"")).get(1, b"")).get(1)
    head = ["ipv4", "2"] if is_four else ["ipv6", "10"]
    head += [PROTOCOLS.get(protocol, "unknown"), str(protocol), str(number(own.get(7, b"")))]
    if state:
        head.append(STATES[state[0]] if state[0] < len(STATES) else "UNKNOWN")
    words = head + words + ([] if status & 2 else ["[UNREPLIED]"]) + flow(own[2], own.get(10, b""))[2]
    return " ".join(words + (["[ASSURED]"] if status & 4 else []) + ["mark=%d" % number(own.get(8, b""))])
left = int(sys.argv[1])
try:
    kernel = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)
    kernel.settimeout(10)
    kernel.send(struct.pack("=IHHII", 20, 1 << 8 | 1, 0x301, 1, 0) + struct.pack("=BBH", 0, 0, 0))
    while left > 0:
        data, at = kernel.recv(1 << 18), 0
        while at + 16 <= len(data) and left > 0:
            length, kind = struct.unpack_from("=IH", data, at)
            if kind == 3 or length < 16:
                left = 0
            elif kind == 2:
                code = -struct.unpack_from("=i", data, at + 16)[0]
                raise OSError(code, "the kernel refused (error %d)" % code)
            else:
                own = parts(data[at + 20:at + length])
                if 1 in own and 2 in own:
                    print(line(own))
                    left -= 1
            at += (length + 3) & ~3
except OSError as error:
    sys.stderr.write("%s\\n" % error)
    sys.exit(3)
`;
