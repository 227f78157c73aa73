/**
 * Python: speaking netlink(7) with the kernel. A socket belongs to the namespace in which it was made, so whoever asks enters
 * first; it is closed again at once, since an open socket keeps a namespace alive that somebody deletes.
 *
 * Numbers are those of <linux/netlink.h>, <linux/rtnetlink.h> and <linux/net_namespace.h>.
 */
export const netlinkPython = String.raw`
import ctypes, errno, json, os, re, select, signal, socket, struct, subprocess, sys, time

NETLINK_ROUTE, NETLINK_SOCK_DIAG, NETLINK_NETFILTER = 0, 4, 12
SOL_NETLINK, ADD_MEMBERSHIP, LISTEN_ALL_NSID = 270, 1, 8
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_INTR = 1, 4, 0x300, 0x10
NLMSG_ERROR, NLMSG_DONE = 2, 3
NEWLINK, GETLINK, GETADDR, GETROUTE, GETNEIGH, GETRULE = 16, 18, 22, 26, 30, 34
NEWNSID, DELNSID, GETNSID = 88, 89, 90
CLONE_NEWNET = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)
# One for all messages: so large a piece of memory is otherwise fetched from the kernel, and given back, for each.
TIMEOUT = struct.pack("@ll", 20, 0)
BUFFER = memoryview(bytearray(262144))


def checked(result, what):
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, "%s: %s" % (what, os.strerror(code)))
    return result


def enter(fd):
    checked(libc.setns(fd, CLONE_NEWNET), "setns")


class Netlink:
    """A socket for requests, in the namespace where this is called."""

    def __init__(self, protocol=NETLINK_ROUTE):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, protocol)
        # 20 seconds, kept by the kernel: Python's own way costs a poll(2) for each message.
        try:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, TIMEOUT)
        except OSError:
            # A timeval is another where a 32-bit system counts time in 64.
            self.socket.settimeout(20)
        self.sequence = 0
        # The kernel changed what it listed while it did; it is asked again, a few times.
        self.is_unsettled = False

    def close(self):
        self.socket.close()

    def request(self, kind, body, flags):
        """The bodies of the answers. Raises OSError with the kernel's own error."""
        self.sequence += 1
        header = struct.pack("=IHHII", 16 + len(body), kind, NLM_F_REQUEST | flags, self.sequence, 0)
        self.socket.send(header + body)
        answers = []
        interrupted = False
        while True:
            end = self.socket.recv_into(BUFFER)
            data, at = BUFFER[:end].tobytes(), 0
            while at + 16 <= end:
                length, type_, message_flags, sequence, _ = struct.unpack_from("=IHHII", data, at)
                if length < 16:
                    raise OSError(errno.EPROTO, "a broken netlink message")
                if sequence == self.sequence:
                    interrupted = interrupted or bool(message_flags & NLM_F_DUMP_INTR)
                    if type_ in (NLMSG_ERROR, NLMSG_DONE):
                        code = struct.unpack_from("=i", data, at + 16)[0] if length >= 20 else 0
                        if code < 0:
                            raise OSError(-code, os.strerror(-code))
                        self.is_unsettled = interrupted
                        return answers
                    answers.append(data[at + 16:at + length])
                    if not flags & (NLM_F_DUMP | NLM_F_ACK):
                        return answers
                at += (length + 3) & ~3

    def dump(self, kind, body):
        for _ in range(4):
            answers = self.request(kind, body, NLM_F_DUMP)
            if not self.is_unsettled:
                break
        # Whatever keeps changing it sends events, and it is read again.
        return answers


def attributes(data, at):
    """The attributes from there on, by their numbers."""
    found = {}
    end = len(data)
    while at + 4 <= end:
        length, type_ = struct.unpack_from("=HH", data, at)
        if length < 4:
            break
        found[type_ & 0x3fff] = data[at + 4:at + length]
        at += (length + 3) & ~3
    return found


def attribute(type_, value):
    return struct.pack("=HH", 4 + len(value), type_) + value + b"\0" * (-len(value) % 4)


def u8(value):
    return value[0]


def u16(value):
    return struct.unpack_from("=H", value)[0]


def u32(value):
    return struct.unpack_from("=I", value)[0]


def s32(value):
    return struct.unpack_from("=i", value)[0]


def u64(value):
    return struct.unpack_from("=Q", value)[0]


def be16(value):
    return struct.unpack_from(">H", value)[0]


def words(value):
    return value.split(b"\0", 1)[0].decode("utf-8", "replace")


def hardware(value):
    return ":".join("%02x" % byte for byte in bytearray(value))


def address(value):
    if len(value) == 4:
        return socket.inet_ntop(socket.AF_INET, value)
    if len(value) == 16:
        return socket.inet_ntop(socket.AF_INET6, value)
    return hardware(value)
`;
