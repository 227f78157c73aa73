/**
 * Python (3.6 or newer, its standard library alone): does in one process what otherwise an ip(8) in each of many namespaces does. Of
 * 1,000 namespaces with an address each that is 0.2 s instead of 2, since a namespace is entered by one system call.
 *
 * It reads the token, the journal's folder, and then batches: number, namespace, address family, words (as `batch` in
 * `script-batch-functions.ts` has them), the lines, and a line with a dot. It says what is done as the shell would. A line that it does
 * not know, or that the kernel refuses, it leaves to ip(8): then it ends with 3 and notes in the file `rest` in which batch, and
 * how many lines of that are done. So what a host says of an error are always the words of its own ip(8).
 *
 * The messages are those that iproute2 sends: iplink.c, ipaddress.c and iproute.c of 6.1; numbers of <linux/rtnetlink.h>,
 * <linux/if_link.h>, <linux/if_addr.h>. All of it is ASCII without a single quote.
 */
export const waveProgram = String.raw`
import ctypes, os, signal, socket, struct, sys

REST, HALTED = 3, 75
CREATE, EXCLUSIVE, REPLACE = 0x400, 0x200, 0x100
NEWLINK, NEWADDR, NEWROUTE = 16, 20, 24
libc = ctypes.CDLL(None, use_errno=True)


class Unknown(Exception):
    """A line that ip(8) has to do."""


def attribute(kind, value):
    return struct.pack("=HH", 4 + len(value), kind) + value + b"\0" * (-len(value) % 4)


class Namespace:
    def __init__(self, name):
        fd = os.open("/run/netns/" + name, os.O_RDONLY | os.O_CLOEXEC)
        try:
            if libc.setns(fd, 0x40000000) != 0:
                raise Unknown()
        finally:
            os.close(fd)
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 0)
        self.socket.settimeout(60)
        self.sequence = 0

    def request(self, kind, flags, body):
        self.sequence += 1
        self.socket.send(struct.pack("=IHHII", 16 + len(body), kind, 5 | flags, self.sequence, 0) + body)
        answer = self.socket.recv(65536)
        # An acknowledgement is an error of number 0.
        length, kind, _, sequence, _, code = struct.unpack_from("=IHHIIi", answer)
        if kind != 2 or sequence != self.sequence or code != 0:
            raise Unknown()

    def do(self, family, words):
        """One line of ip(8)."""
        words = words.split(" ")
        if words[:3] == ["link", "set", "dev"] and not family:
            self.set_link(words[3], words[4:])
        elif words[0] == "addr" and words[1] in ("add", "replace") and words[3:4] == ["dev"] and words[5:] in ([], ["nodad"]) and not family:
            self.add_address(words[1], words[2], words[4], 2 if words[5:] else 0)
        elif words[0] == "route" and words[1] in ("add", "replace"):
            self.add_route(words[1], family, words[2], words[3:])
        else:
            raise Unknown()

    def set_link(self, name, words):
        flags = mask = 0
        more = b""
        words = list(words)
        while words:
            word = words.pop(0)
            if word in ("up", "down"):
                mask, flags = mask | 1, flags & ~1 | (word == "up")
                continue
            if not words:
                raise Unknown()
            value = words.pop(0)
            if word == "alias":
                more += attribute(20, value.encode("ascii"))
            elif word == "address":
                more += attribute(1, bytes(bytearray(int(part, 16) for part in value.split(":"))))
            elif word == "mtu" and value.isdigit():
                more += attribute(4, struct.pack("=I", int(value)))
            elif word == "master":
                more += attribute(10, struct.pack("=I", socket.if_nametoindex(value)))
            else:
                raise Unknown()
        head = struct.pack("=BxHiII", 0, 0, socket.if_nametoindex(name), flags, mask)
        self.request(NEWLINK, 0, head + more)

    def add_address(self, verb, text, name, nodad):
        family, address, length = network(text)
        # What iproute2 takes for an address of the host alone.
        scope = 254 if family == socket.AF_INET and address[0] == 127 else 0
        head = struct.pack("=BBBBI", family, length, nodad, scope, socket.if_nametoindex(name))
        flags = CREATE | (EXCLUSIVE if verb == "add" else REPLACE)
        self.request(NEWADDR, flags, head + attribute(2, address) + attribute(1, address))

    def add_route(self, verb, given, to, words):
        """A plain unicast route of the main table."""
        values = dict(zip(words[::2], words[1::2]))
        if len(words) % 2 or set(values) - {"via", "dev", "metric"} or len(values) * 2 != len(words) or not values:
            raise Unknown()
        families = {"-4": socket.AF_INET, "-6": socket.AF_INET6}
        gateway = network(values["via"]) if "via" in values else None
        if to == "default":
            family = families.get(given, gateway[0] if gateway else socket.AF_INET)
            destination, length = b"", 0
        else:
            family, destination, length = network(to)
        if (gateway and (gateway[0] != family or "/" in values["via"])) or families.get(given, family) != family:
            raise Unknown()
        scope = 0 if gateway or family == socket.AF_INET6 else 253
        body = struct.pack("=BBBBBBBBI", family, length, 0, 0, 254, 3, scope, 1, 0)
        if length:
            body += attribute(1, destination)
        if gateway:
            body += attribute(5, gateway[1])
        if "metric" in values:
            body += attribute(6, struct.pack("=I", int(values["metric"])))
        if "dev" in values:
            body += attribute(4, struct.pack("=I", socket.if_nametoindex(values["dev"])))
        self.request(NEWROUTE, CREATE | (EXCLUSIVE if verb == "add" else REPLACE), body)


def network(text):
    """Family, bytes and length of the prefix."""
    address, slash, length = text.partition("/")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    value = socket.inet_pton(family, address)
    bits = int(length) if slash else len(value) * 8
    if not 0 <= bits <= len(value) * 8:
        raise Unknown()
    return family, value, bits


class Wave:
    def __init__(self, token, journal):
        self.token, self.journal = token, journal
        self.batches = os.open(journal + "/batches", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        self.untold, self.waiting = [], 0

    def note(self, name, text):
        fd = os.open("%s/%s" % (self.journal, name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
        try:
            os.write(fd, text.encode("ascii"))
        finally:
            os.close(fd)

    def tell(self):
        """Whoever listens may be gone; that is no reason to stop."""
        try:
            os.write(1, "".join(self.untold).encode("ascii"))
        except OSError:
            pass
        self.untold, self.waiting = [], 0

    def run(self, number, namespace, family, words, lines):
        done = 0
        try:
            entry = ("%s 999999\n" % number).encode("ascii")
            if os.write(self.batches, entry) != len(entry):
                raise Unknown()
            here = Namespace(namespace)
            try:
                for line in lines:
                    here.do(family, line)
                    done += 1
            finally:
                here.socket.close()
        except (Unknown, OSError, ValueError, IndexError):
            self.tell()
            self.note("rest", "%s %d\n" % (number, done))
            sys.exit(REST)
        for word in words.split():
            step, flags = word.partition(":")[::2]
            if "b" in flags:
                self.untold.append("@%s begin %s\n" % (self.token, step))
            if "d" in flags:
                self.untold.append("@%s done %s\n" % (self.token, step))
        self.waiting += 1
        if self.waiting >= 10:
            self.tell()


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    text = sys.stdin.buffer.read().decode("ascii").split("\n")
    wave = Wave(text[0], text[1])
    at = 2
    while at + 4 < len(text):
        number, namespace, family, words = text[at:at + 4]
        end = text.index(".", at + 4)
        if os.path.exists(wave.journal + "/halt"):
            wave.tell()
            sys.exit(HALTED)
        wave.run(number, namespace, family, words, text[at + 4:end])
        at = end + 1
    wave.tell()


# Without what it needs it ends before this, and the shell goes its own way.
if not hasattr(libc, "setns"):
    sys.exit(4)
main()
`;
