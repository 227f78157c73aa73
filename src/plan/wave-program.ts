/**
 * Python (3.6 or newer, its standard library alone): does in one process what otherwise an ip(8) in each of many namespaces does. Of
 * 1,000 namespaces with an address each that is 0.2 s instead of 2, since a namespace is entered by one system call.
 *
 * It reads the token, the journal's folder, and then batches: number, namespace, address family, words (as `batch` in
 * `script-batch-functions.ts` has them), the lines, and a line with a dot. It says what is done as the shell would. A line that it does
 * not know, or that the kernel refuses, it leaves to ip(8): then it ends with 3 and notes in the file `rest` in which batch, and
 * how many lines of that are done. So what a host says of an error are always the words of its own ip(8). Of removals, which it
 * does many at once, it then also says that more of the batch may be done.
 *
 * The messages are those that iproute2 sends: iplink.c, ipaddress.c and iproute.c of 6.1; numbers of <linux/rtnetlink.h>,
 * <linux/if_link.h>, <linux/if_addr.h>. All of it is ASCII without a single quote.
 */
export const waveProgram = String.raw`
import _signal, _thread, ctypes, os, struct, sys
# The module around it (selectors, enum) takes longer to load than the work on 100 namespaces.
import _socket as socket

REST, HALTED = 3, 75
SHARES = 4
CREATE, EXCLUSIVE, REPLACE = 0x400, 0x200, 0x100
NEWLINK, DELLINK, NEWADDR, NEWROUTE = 16, 17, 20, 24
GROUP = 27
libc = ctypes.CDLL(None, use_errno=True)
HOME = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)


class Unknown(Exception):
    """A line that ip(8) has to do."""


def attribute(kind, value):
    return struct.pack("=HH", 4 + len(value), kind) + value + b"\0" * (-len(value) % 4)


def number(kind, text):
    return attribute(kind, struct.pack("=I", int(text)))


def link(name, flags=0, mask=0):
    return struct.pack("=BxHiII", 0, 0, socket.if_nametoindex(name), flags, mask)


def many_for(line):
    """What does this line together with those like it."""
    words = line.split(" ")
    if len(words) == 6 and words[:3] + words[4:5] == ["link", "set", "dev", "group"]:
        return Namespace.set_groups
    if len(words) == 3 and words[:2] == ["netns", "del"] and "/" not in line:
        return Namespace.remove_namespaces
    return None


class Namespace:
    def __init__(self, name):
        fd = os.open("/run/netns/" + name, os.O_RDONLY | os.O_CLOEXEC) if name else os.dup(HOME)
        try:
            if libc.setns(fd, 0x40000000) != 0:
                raise Unknown()
        finally:
            os.close(fd)
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 0)
        self.socket.settimeout(60)
        self.sequence = 0
        self.done = 0
        # More than the first lines may be done.
        self.is_unsure = False

    def message(self, kind, flags, body):
        self.sequence += 1
        return struct.pack("=IHHII", 16 + len(body), kind, 5 | flags, self.sequence, 0) + body

    def expect(self, sequence):
        answer = self.socket.recv(65536)
        # An acknowledgement is an error of number 0.
        length, kind, _, answered, _, code = struct.unpack_from("=IHHIIi", answer)
        if kind != 2 or answered != sequence or code != 0:
            raise Unknown()

    def request(self, kind, flags, body):
        self.socket.send(self.message(kind, flags, body))
        self.expect(self.sequence)

    def do_all(self, family, lines):
        """Lines of ip(8); done counts them."""
        while self.done < len(lines):
            end = self.done
            many = many_for(lines[end])
            while many and end < len(lines) and many_for(lines[end]) is many:
                end += 1
            if many:
                many(self, [line.split(" ") for line in lines[self.done:end]])
            else:
                self.do(family, lines[self.done].split(" "))
                self.done += 1

    def do(self, family, words):
        """One line of ip(8)."""
        if words[:3] == ["link", "set", "dev"] and not family:
            self.set_link(words[3], words[4:])
        elif words[0] == "addr" and words[1] in ("add", "replace") and words[3:4] == ["dev"] and words[5:] in ([], ["nodad"]) and not family:
            self.add_address(words[1], words[2], words[4], 2 if words[5:] else 0)
        elif words[0] == "route" and words[1] in ("add", "replace"):
            self.add_route(words[1], family, words[2], words[3:])
        elif words[:3] == ["link", "del", "dev"] and len(words) == 4 and not family:
            self.is_unsure = True
            self.request(DELLINK, 0, link(words[3]))
        elif words[:3] == ["link", "del", "group"] and len(words) == 4 and not family:
            self.is_unsure = True
            self.request(DELLINK, 0, struct.pack("=BxHiII", 0, 0, 0, 0, 0) + number(GROUP, words[3]))
        else:
            raise Unknown()

    def set_groups(self, lines):
        """Some at a time, for which the kernel answers with as much as the socket holds."""
        bodies = [link(words[3]) + number(GROUP, words[5]) for words in lines]
        self.is_unsure = True
        for start in range(0, len(lines), 64):
            before = self.sequence
            self.socket.send(b"".join(self.message(NEWLINK, 0, body) for body in bodies[start:start + 64]))
            for sequence in range(before + 1, self.sequence + 1):
                self.expect(sequence)
        self.done += len(lines)

    def remove_namespaces(self, lines):
        """As ip(8) does it (ipnetns.c), but side by side: at each umount the kernel waits for all who may still look."""
        left = []
        self.is_unsure = True

        def remove(share, lock):
            try:
                for index in range(share, len(lines), SHARES):
                    path = b"/run/netns/" + lines[index][2].encode("ascii")
                    libc.umount2(path, 2)
                    try:
                        os.unlink(path)
                    except OSError:
                        left.append(index)
            finally:
                lock.release()

        locks = [_thread.allocate_lock() for _ in range(SHARES)]
        for share, lock in enumerate(locks):
            lock.acquire()
            try:
                _thread.start_new_thread(remove, (share, lock))
            except RuntimeError:
                # The host allows no more threads.
                remove(share, lock)
        for lock in locks:
            lock.acquire()
        self.done += min(left + [len(lines)])
        if left:
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
                more += number(4, value)
            elif word == "master":
                more += attribute(10, struct.pack("=I", socket.if_nametoindex(value)))
            else:
                raise Unknown()
        self.request(NEWLINK, 0, link(name, flags, mask) + more)

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
        here = None
        try:
            entry = ("%s 999999\n" % number).encode("ascii")
            if os.write(self.batches, entry) != len(entry):
                raise Unknown()
            here = Namespace(namespace)
            try:
                here.do_all(family, lines)
            finally:
                here.socket.close()
        except (Unknown, OSError, ValueError, IndexError):
            self.tell()
            unsure = "unsure" if here and here.is_unsure else ""
            self.note("rest", "%s %d %s\n" % (number, here.done if here else 0, unsure))
            sys.exit(REST)
        for word in words.split():
            step, flags = word.partition(":")[::2]
            if "b" in flags:
                self.untold.append("@%s begin %s\n" % (self.token, step))
            if "d" in flags:
                self.untold.append("@%s done %s\n" % (self.token, step))
        self.waiting += len(lines)
        if self.waiting >= 40:
            self.tell()


def main():
    _signal.signal(_signal.SIGPIPE, _signal.SIG_IGN)
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
