/**
 * Python: what is to be looked at where somebody must not work on an old picture, and everything was told before. The kernel queues
 * its events before the change's own system call returns, so what happened before a request is found in the queues, or is one of
 * those things of which no event tells:
 *
 * - interfaces that are down (netdev_state_change in net/core/dev.c tells of changes of those that are up), and each interface's own
 *   parameters, as route_localnet: all interfaces are listed again, and read where the bytes are others than before;
 * - most sysctls: read again where they count, and on the host itself;
 * - the legacy iptables;
 * - processes, sockets and the records in /run: read again;
 * - the host's programs and Open vSwitch: asked for again where a file of theirs is another.
 *
 * What is left out: neighbours, forwarding databases and connections, and namespaces without a name (thorough looks).
 */
export const settlePython = String.raw`
# So many messages of a socket at most: who sends more all the time would keep us for ever.
MOST_PENDING = 100000
# What of a link's message runs by itself, as a tree of attributes: IFLA_STATS and IFLA_STATS64, which kernels tell unasked, and of
# IPv6 its statistics and how long a neighbour counts as reachable, which is drawn by lot (with 6.18 for each listing anew).
RUNNING = {7: None, 23: None, 26: {10: {3: None, 5: None, 6: None}}}
# IFLA_BR_HELLO_TIMER to IFLA_BR_GC_TIMER and IFLA_BR_FDB_N_LEARNED; IFLA_BRPORT_MESSAGE_AGE_TIMER to IFLA_BRPORT_HOLD_TIMER.
OF_BRIDGE = {**RUNNING, 18: {2: dict.fromkeys((16, 17, 18, 19, 48))}}
OF_PORT = {**RUNNING, 18: {5: dict.fromkeys((21, 22, 23))}}
# The attributes IFLA_INFO_KIND and IFLA_INFO_SLAVE_KIND that say bridge.
BRIDGE_KIND = struct.pack("=HH", 11, 1) + b"bridge\0"
PORT_KIND = struct.pack("=HH", 11, 4) + b"bridge\0"
ATTRIBUTE = struct.Struct("=HH").unpack_from


def find_running(data, at, end, running, found):
    """Adds to found from where to where the attributes from there on run by themselves."""
    while at + 4 <= end:
        length, type_ = ATTRIBUTE(data, at)
        if length < 4:
            break
        type_ &= 0x3fff
        if type_ in running:
            if running[type_]:
                find_running(data, at + 4, at + length, running[type_], found)
            else:
                found.append((at + 4, at + length))
        at += (length + 3) & ~3


def steady_links(messages):
    """The messages, each with the parts of it that stay the same as long as nobody changes the link."""
    seen = []
    for message in messages:
        running = []
        find_running(message, 16, len(message), OF_BRIDGE if BRIDGE_KIND in message else OF_PORT if PORT_KIND in message else RUNNING, running)
        begins = [0] + [end for _, end in running]
        ends = [begin for begin, _ in running] + [len(message)]
        seen.append((message, [slice(begin, end) for begin, end in zip(begins, ends) if begin < end]))
    return seen


def are_steady(seen, messages):
    """Whether these messages tell the same of the links. The heads of attributes are compared as well, so the parts are in the same places."""
    if seen is None or len(seen) != len(messages):
        return False
    for (before, parts), now in zip(seen, messages):
        if len(before) != len(now):
            return False
        for part in parts:
            if before[part] != now[part]:
                return False
    return True


class Settling:
    """Part of the agent."""

    def take_all_pending(self):
        """Marks all that the events of before are about."""
        for events in (self.events, self.filter_events):
            if events is not None and not self.take_events(events, MOST_PENDING):
                self.mark_all()
        if self.files.fd >= 0:
            for _ in range(100):
                topics = self.files.read()
                if not topics:
                    break
                self.take_files(topics)

    def mark_all(self):
        for place in self.places.values():
            place.dirty |= ALL
        self.wants_names = self.wants_processes = True

    def settle(self, requests):
        """Before the cycle that answers them."""
        self.take_all_pending()
        self.wants_names = self.wants_processes = self.wants_records = True
        if any(request.get("probe") for request in requests):
            self.read_host("kernelScript")

    def look_for_silent_changes(self, requests):
        """Marks what changed without an event; the namespaces are known by now."""
        names = {name for request in requests for name in request.get("sysctlsOf", ())}
        # The kernel's modules make these files in all namespaces.
        knows_legacy = any(os.path.exists("/proc/net/%s_tables_names" % family) for family in ("ip", "ip6"))
        for place in self.places.values():
            if place.dirty >= BY_NETLINK:
                continue
            is_root = place.id == self.root_id
            if is_root or names.intersection(place.names):
                place.dirty.add("sysctls")
            fd = self.open(place)
            if fd is None:
                continue
            try:
                links, has_legacy = self.reader.peek(fd, knows_legacy)
            except OSError:
                # The reading says why.
                place.dirty |= ALL
                continue
            finally:
                os.close(fd)
            if not are_steady(self.reader.links.steady.get(place.id), links):
                place.dirty |= BY_NETLINK
                self.is_way_stale = self.is_way_stale or is_root
            if has_legacy or place.has_legacy:
                place.dirty.add("firewall")
        if self.has_other_way() or self.host_files() != self.host_files_read:
            self.timers.pop("host", None)
            self.read_host("hostScript")

    def note_way(self, text, before):
        """Remembers the SSH connection of which the host's script told, and how its answers go; before: how they went when it began."""
        mark = "\n@%s ssh\n" % self.config["boundary"]
        self.connection = text.partition(mark)[2].split("\n", 1)[0]
        way = self.look_at_way()
        # It may have changed while the script ran; of the first time nobody knows.
        self.way = way if way == before else None
        self.is_way_stale = False

    def has_other_way(self):
        if not self.is_way_stale:
            return False
        way = self.look_at_way()
        if way is None or way != self.way:
            return True
        self.is_way_stale = False
        return False

    def look_at_way(self):
        """The route that the answers of the SSH connection take, as the kernel says it; None where it does not."""
        words = self.connection.split()
        if len(words) != 4 or "%" in self.connection:
            return None
        try:
            family = socket.AF_INET6 if ":" in words[0] else socket.AF_INET
            there, here = socket.inet_pton(family, words[0]), socket.inet_pton(family, words[2])
            size = len(there) * 8
            # RTM_F_FIB_MATCH; RTA_DST 1, RTA_SRC 2, RTA_OIF 4, RTA_CACHEINFO 12.
            body = struct.pack("=BBBBBBBBI", family, size, size, 0, 0, 0, 0, 0, 0x2000) + attribute(1, there) + attribute(2, here)
            enter(self.root)
            try:
                route = Netlink()
                try:
                    answer = route.request(26, body, 0)[0]
                finally:
                    route.close()
                found = attributes(answer, 12)
                found.pop(12, None)
                device = socket.if_indextoname(u32(found[4])) if 4 in found else ""
                accepts = slurp("/proc/sys/net/ipv6/conf/%s/accept_ra" % device)
            finally:
                enter(self.home)
            return answer[:12], tuple(found.items()), device, accepts
        except (OSError, ValueError):
            return None

    def host_files(self):
        """By this is known whether what the host's script says may be other than before, but for the way of the SSH connection."""
        found = [os.uname(), identity("/etc/os-release"), identity("/etc/hostname")]
        # Open vSwitch tells of itself in too many places.
        if os.path.exists("/run/openvswitch/db.sock"):
            found.append(time.monotonic())
        folders = search_path().split(":")
        for tool in self.config["tools"]:
            paths = (folder + "/" + tool for folder in folders)
            found.append(next(((path, identity(path)) for path in paths if os.access(path, os.X_OK)), None))
        return found


def identity(path):
    try:
        info = os.stat(path)
        return info.st_dev, info.st_ino, info.st_mtime_ns, info.st_size
    except OSError:
        return None
`;
