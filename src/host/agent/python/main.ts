/**
 * Python: the agent itself. It watches from a nameless namespace of its own, in which every other has a number (as `ip netns set`
 * gives); a socket there hears the events of all that have one (NETLINK_LISTEN_ALL_NSID, netlink(7)). Numbers keep nothing
 * alive, so a namespace that somebody deletes is gone at once, and the agent's own ends with it.
 */
export const mainPython = String.raw`
# Seconds: from an event to the reading; the least rest after one; until what follows without an event.
QUICK, REST, SETTLE = 0.03, 0.1, 1.0
# When it is told what was read so far, the first time; then more and more rarely.
PART = 0.15
# What sends no event (processes, sockets, most sysctls) is looked at every few seconds: as often as this share of a core allows, within
# these bounds. Each look also reads some namespaces again. A look through all mounts and open files comes less often.
LOOK_SHARE, LOOK_LEAST, LOOK_MOST, LOOK_PLACES = 0.002, 2.0, 30.0, 4
THOROUGH_SHARE, THOROUGH_LEAST, THOROUGH_MOST = 0.001, 60.0, 600.0
LINE = 120000
# RTNLGRP_*: links, neighbours, queueing disciplines, addresses, routes, rules, netconf of both families, namespace numbers, VLANs.
GROUPS = (1, 3, 4, 5, 7, 8, 9, 11, 19, 24, 25, 28, 33)
BRIDGE_FAMILY = struct.pack("=B", socket.AF_BRIDGE)
WANTS = {16: ("links", "routes", "sysctls"), 20: ("links", "routes"), 24: ("routes",), 28: ("neighbours",), 32: ("rules",),
         36: ("links",), 80: ("sysctls",), 112: ("links",)}


class Ended(Exception):
    pass


class Agent:
    def __init__(self, config):
        self.config = config
        self.places = {}
        self.by_number = {}
        self.next_number = 1
        self.known_processes = {}
        self.sent = {}
        self.owners = Owners()
        self.pids = {}
        self.thorough_at = 0
        self.stale = []
        self.has_said = False
        self.host_not_before = 0
        self.is_first = True
        self.requests = []
        self.input = b""
        self.rates = None
        self.rest_until = 0
        self.timers = {}
        self.last_event = 0
        self.root = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self.root_id = str(os.fstat(self.root).st_ino)
        checked(libc.unshare(CLONE_NEWNET), "unshare")
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        self.home_id = str(os.fstat(self.home).st_ino)
        self.route = Netlink()
        try:
            # NETLINK_GET_STRICT_CHK: without it the kernel does not look at what a dump is asked for.
            self.route.socket.setsockopt(SOL_NETLINK, 12, 1)
        except OSError:
            pass
        self.events = self.listen(NETLINK_ROUTE, GROUPS)
        try:
            self.filter_events = self.listen(NETLINK_NETFILTER, (7,))
        except OSError:
            self.filter_events = None
        self.files = Files()
        self.mounts = os.open("/proc/self/mountinfo", os.O_RDONLY | os.O_CLOEXEC)
        self.reader = Reader(config, self.home)
        self.poll = select.poll()
        self.poll.register(0, select.POLLIN)
        self.poll.register(self.events, select.POLLIN)
        if self.filter_events is not None:
            self.poll.register(self.filter_events, select.POLLIN)
        if self.files.fd >= 0:
            self.poll.register(self.files.fd, select.POLLIN)
        self.poll.register(self.mounts, select.POLLPRI)

    def listen(self, protocol, groups):
        events = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK, protocol)
        try:
            events.setsockopt(socket.SOL_SOCKET, 33, 4 << 20)
        except OSError:
            pass
        events.setsockopt(SOL_NETLINK, LISTEN_ALL_NSID, 1)
        events.bind((0, 0))
        for group in groups:
            try:
                events.setsockopt(SOL_NETLINK, ADD_MEMBERSHIP, group)
            except OSError:
                # A group that this kernel does not know.
                if group in (1, 7):
                    raise
        return events

    # Saying

    def say(self, frame):
        self.has_said = True
        text = json.dumps(frame, separators=(",", ":"))
        data = b""
        while len(text) > LINE:
            data += b"+" + text[:LINE].encode("ascii") + b"\n"
            text = text[LINE:]
        data += text.encode("ascii") + b"\n"
        view = memoryview(data)
        while view:
            view = view[os.write(1, view):]

    def say_once(self, name, frame):
        """Says it unless it was the same before."""
        text = hash(json.dumps(frame, sort_keys=True))
        if self.sent.get(name) != text:
            self.sent[name] = text
            self.say(frame)

    # Finding

    def number(self, place, fd):
        """Gives it a number here, by which its events are known. NETNSA_NSID 1, NETNSA_FD 3."""
        number = self.next_number
        self.next_number += 1
        body = struct.pack("=Bxxx", 0)
        try:
            self.route.request(NEWNSID, body + attribute(1, struct.pack("=i", number)) + attribute(3, struct.pack("=I", fd)), NLM_F_ACK)
        except OSError as error:
            if error.errno != errno.EEXIST:
                raise
            answers = self.route.request(GETNSID, body + attribute(3, struct.pack("=I", fd)), 0)
            number = s32(attributes(answers[0], 4)[1])
        place.number = number
        self.by_number[number] = place

    def find_names(self):
        found, is_pending, has_odd = named_namespaces()
        self.has_odd = has_odd
        names = {}
        for inode, name in found:
            names.setdefault(inode, []).append(name)
        for place in list(self.places.values()):
            if place.names != names.get(place.id, []):
                place.names = names.get(place.id, [])
                place.dirty.add("names")
        for inode in names:
            self.place(inode).names = names[inode]
        if is_pending:
            self.pending = min(getattr(self, "pending", 0.002) * 2, 1.0)
            self.at("names", self.pending)
        else:
            self.pending = 0.002

    def place(self, inode):
        if inode not in self.places:
            place = self.places[inode] = Place(inode)
            place.dirty = set(ALL) | {"names"}
        return self.places[inode]

    def find_processes(self, is_thorough):
        begun = time.process_time()
        look = Processes(is_thorough, self.owners.missing)
        self.pids = look.by_namespace
        known = {}
        for inode, (road, path) in look.paths.items():
            if inode == self.home_id or inode == self.root_id:
                continue
            place = self.places.get(inode)
            if place is None:
                if not look.describe(inode, known) and road == "process" or look.is_ours(inode):
                    # Another reader of this host, or something that is just going away.
                    continue
                place = self.place(inode)
            place.road, place.other = road, path
        for place in self.places.values():
            described = [] if place.id == self.root_id else look.describe(place.id, self.known_processes)
            if described != place.processes:
                place.processes = described
                place.dirty.add("names")
            if place.id == self.root_id or place.processes or place.socket_inodes:
                place.dirty.add("sockets")
        if is_thorough:
            listening = {inode for place in self.places.values() for inode in place.socket_inodes}
            self.owners.look_again(look.sockets, listening)
            cost = time.process_time() - begun
            self.thorough_at = time.monotonic() + min(THOROUGH_MOST, max(THOROUGH_LEAST, cost / THOROUGH_SHARE))
        alive = {process["pid"] for place in self.places.values() for process in place.processes}
        self.known_processes = {key: value for key, value in self.known_processes.items() if key[0] in alive}
        if any(place.processes or place.id != self.root_id and not place.names for place in self.places.values()):
            self.say_once("containers", {"type": "containers", "names": container_names()})

    def settle_paths(self):
        for place in self.places.values():
            paths = [("%s/%s" % (NAMED, name)).encode("utf-8") for name in place.names]
            if place.other:
                paths.append(place.other)
            paths += ["/proc/%d/ns/net" % process["pid"] for process in place.processes[:3]]
            place.paths = paths

    def forget(self, place):
        self.places.pop(place.id, None)
        self.by_number.pop(place.number, None)
        self.reader.links.forget(place.id)
        self.say({"type": "gone", "id": place.id})

    # Reading

    def open(self, place):
        return os.dup(self.root) if place.id == self.root_id else place.open()

    def read_places(self):
        """Reads what is dirty, root first; a few programs at a time for what netlink does not tell."""
        dirty = [place for place in self.places.values() if place.dirty]
        dirty.sort(key=lambda place: (place.id != self.root_id, place.names or ["~"]))
        running, told_at, wait = [], time.monotonic(), PART
        for index, place in enumerate(dirty):
            if self.is_first and index > 0 and time.monotonic() - told_at > wait:
                # A first picture appears while the rest is read.
                self.say({"type": "part", "read": index, "of": len(dirty)})
                told_at, wait = time.monotonic(), wait * 1.5
            wanted, place.dirty = place.dirty, set()
            fd = self.open(place)
            if fd is None:
                if not place.names:
                    self.forget(place)
                elif place.sent:
                    # Its name is left for a moment longer; the change of mounts or of /run/netns tells the rest.
                    self.at("names", 0.01)
                continue
            try:
                if place.number is None:
                    self.number(place, fd)
                parts, scripts = self.reader.read(place, fd, wanted & ALL) if wanted & ALL else ({}, {})
                tools = {name: Tool(script, self.reader.mark, fd, self.home) for name, script in scripts.items()}
            except OSError as error:
                place.sent = {}
                self.say({"type": "failed", "id": place.id, "names": place.names, "why": str(error)})
                continue
            finally:
                os.close(fd)
            if "links" in wanted and place.named:
                self.find_numbers(place, parts)
            rows = parts.get("sockets")
            if isinstance(rows, list):
                place.socket_inodes = tuple(row[4] for row in rows)
                parts["sockets"] = self.owners.name(rows, self.pids.get(place.id, ()))
            if tools:
                running.append((place, parts, tools))
                if len(running) >= 4:
                    self.finish(*running.pop(0))
            else:
                self.tell(place, parts)
        for one in running:
            self.finish(*one)

    def find_numbers(self, place, parts):
        pairs = self.reader.numbers(self.route, place, self.by_number)
        if pairs is None:
            return
        place.numbers = pairs
        parts["numbers"] = self.resolved(place)
        unknown = {number for number, there in pairs if there == -1}
        if unknown - place.unknown:
            # It counts one that we have not seen: some process may hold it. Or it lies outside of what we can see.
            self.wants_processes = True
        place.unknown = unknown

    def resolved(self, place):
        return [[number, self.by_number[there].id] for number, there in place.numbers if there in self.by_number]

    def finish(self, place, parts, tools):
        for name, tool in tools.items():
            parts[name] = tool.output()
        self.tell(place, parts)

    def tell(self, place, parts):
        changed = {}
        parts["self"] = {"names": place.names, "road": place.road, "path": place.other, "processes": place.processes}
        for name, value in parts.items():
            text = hash(json.dumps(value, sort_keys=True))
            if place.sent.get(name) != text:
                place.sent[name] = text
                changed[name] = value
        if changed:
            self.say({"type": "namespace", "id": place.id, "isRoot": place.id == self.root_id, "parts": changed})

    def read_host(self, script):
        begun = time.monotonic()
        tool = Tool(self.config[script], ["netns-topology-reading"], self.root, self.home)
        self.say_once(script, {"type": "host", "script": script, "text": tool.output()})
        now = time.monotonic()
        self.host_not_before = now + 10 * (now - begun)

    def read_records(self):
        """The manifests of our own labs and what else we keep under /run/netns-topology."""
        base = "/run/netns-topology"
        records = {"labs": [], "services": [], "resolvConfs": [], "switchedOff": [], "natForwarding": [], "hasOddName": self.has_odd}
        for name, key, suffix in (("labs", "labs", None), ("switched-off", "switchedOff", ".json"), ("nat-forwarding", "natForwarding", "")):
            folder = "%s/%s" % (base, name)
            try:
                entries = sorted(os.listdir(folder))
            except OSError:
                continue
            self.files.watch(folder, "records", IN_CREATED_OR_GONE | IN_WRITTEN)
            for entry in entries:
                if suffix is None:
                    self.files.watch("%s/%s" % (folder, entry), "records", IN_CREATED_OR_GONE | IN_WRITTEN)
                    text = slurp("%s/%s/manifest.json" % (folder, entry), 32 << 20)
                    if text and "\n" not in entry:
                        records[key].append([entry, text.decode("utf-8", "replace")])
                        self.read_services("%s/%s/services" % (folder, entry), records["services"])
                elif entry.endswith(suffix) and not entry.startswith("."):
                    text = slurp("%s/%s" % (folder, entry), 1 << 20).decode("utf-8", "replace")
                    records[key].append(text if suffix else [entry, text])
        if self.files.watch("/etc/netns", "records"):
            for name in sorted(os.listdir("/etc/netns")):
                folder = "/etc/netns/%s" % name
                path = folder + "/resolv.conf"
                self.files.watch(folder, "records", IN_CREATED_OR_GONE | IN_WRITTEN)
                # The first hundred lines of an ordinary file; what else lies there is none of name servers.
                if os.path.isfile(path) and "\n" not in path:
                    lines = slurp(path, 1 << 20).decode("utf-8", "replace").split("\n")[:100]
                    records["resolvConfs"].append([path, "\n".join(lines)])
        self.say_once("records", {"type": "records", "records": records})

    def read_services(self, folder, found):
        """What the services of a lab noted of themselves: a folder for each namespace."""
        if not self.files.watch(folder, "records"):
            return
        for namespace in sorted(os.listdir(folder)):
            inner = "%s/%s" % (folder, namespace)
            self.files.watch(inner, "records", IN_CREATED_OR_GONE | IN_WRITTEN)
            try:
                names = sorted(name for name in os.listdir(inner) if name.endswith(".status"))
            except OSError:
                continue
            for name in names:
                path = "%s/%s" % (inner, name)
                if "\n" not in path:
                    found.append([path, slurp(path).decode("utf-8", "replace")])

    # Going on

    def at(self, timer, seconds):
        when = time.monotonic() + seconds
        self.timers[timer] = min(self.timers.get(timer, when), when)

    def due(self, timer):
        if self.timers.get(timer, float("inf")) > time.monotonic():
            return False
        del self.timers[timer]
        return True

    def changed(self):
        """Something happened; what is dirty is read soon, together with what comes with it."""
        now = time.monotonic()
        self.last_event = now
        self.at("cycle", max(QUICK, self.rest_until - now))
        self.timers["settle"] = now + SETTLE

    def soon(self):
        """What was found out otherwise is told, but not more often than events are."""
        self.at("cycle", max(0, self.rest_until - time.monotonic()))

    def watch_files(self):
        self.files.watch("/run", "folders", 0x100 | 0x80)
        self.files.watch(NAMED, "names")
        self.files.watch("/run/netns-topology", "records")
        self.files.watch("/etc", "folders", 0x100 | 0x80)
        self.files.watch("/run/openvswitch", "host", 0x100 | 0x200 | 0x80)
        for path in ("/etc/openvswitch/conf.db", "/var/lib/openvswitch/conf.db"):
            if self.files.watch(path, "host", 0x2 | 0x400 | 0x800):
                break

    def take_events(self, events):
        """Marks what the events of a socket are about."""
        for _ in range(2000):
            try:
                data, extra, _, _ = events.recvmsg(65536, 64)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                # More events than the socket holds: some are lost, so everything is looked at.
                for place in self.places.values():
                    place.dirty |= ALL
                self.wants_names = self.wants_processes = True
                self.changed()
                continue
            number = None
            for level, kind, value in extra:
                if level == SOL_NETLINK and kind == LISTEN_ALL_NSID:
                    number = s32(value)
            place = self.by_number.get(number)
            if events is self.filter_events:
                if place is not None:
                    place.dirty.add("firewall")
                    self.changed()
                continue
            at = 0
            while at + 16 <= len(data):
                length, kind = struct.unpack_from("=IH", data, at)
                if length < 16:
                    break
                self.take_event(number, place, kind, data[at + 16:at + length])
                at += (length + 3) & ~3

    def take_event(self, number, place, kind, body):
        if kind in (NEWNSID, DELNSID):
            own = s32(attributes(body, 4).get(1, b"\xff\xff\xff\xff"))
            if number is None:
                if kind == DELNSID and own in self.by_number:
                    self.forget(self.by_number[own])
                    self.changed()
            elif place is not None:
                place.dirty.add("links")
                self.wants_processes = self.wants_processes or kind == NEWNSID
                self.changed()
            return
        wants = WANTS.get(kind & ~3)
        if place is None or wants is None:
            return
        if kind & ~3 == 28:
            # Neighbours come and go by themselves all the time, and so does what bridges learn.
            place.dirty.add("fdb" if body[:1] == BRIDGE_FAMILY else "neighbours")
            self.at("cycle", max(0.5, self.rest_until - time.monotonic()))
            return
        place.dirty.update(wants)
        place.is_touched = True
        if place.id == self.root_id and kind < 28 and self.timers.get("host") is None:
            # The way of the SSH connection may be another now.
            self.at("host", max(0.5, self.host_not_before - time.monotonic()))
        self.changed()

    def take_requests(self):
        data = os.read(0, 65536)
        if not data:
            raise Ended()
        self.accept(data)

    def accept(self, data):
        lines = (self.input + data).split(b"\n")
        self.input = lines.pop()
        if len(self.input) > 1 << 20:
            raise Ended()
        for line in lines:
            request = json.loads(line.decode("utf-8"))
            if "sysctls" in request and request["sysctls"] != self.config["sysctls"]:
                self.config["sysctls"] = request["sysctls"]
                for place in self.places.values():
                    place.dirty.add("sysctls")
                self.at("cycle", 0)
            if "refresh" in request:
                self.requests.append(request)
                self.at("cycle", 0)
            if "rates" in request:
                self.rates = {} if request["rates"] else None
                self.timers.pop("rates", None)
                if request["rates"]:
                    self.at("rates", 0)

    def cycle(self):
        begun = time.monotonic()
        requests, self.requests = self.requests, []
        if requests:
            probes = any(request.get("probe") for request in requests)
            self.take_pending()
            for place in self.places.values():
                place.dirty |= ALL
            self.wants_names = self.wants_processes = self.wants_records = True
            self.timers.pop("host", None)
            self.read_host("hostScript")
            if probes:
                self.read_host("kernelScript")
        is_anew = self.wants_names or self.wants_processes
        if self.wants_names:
            self.wants_names = False
            self.find_names()
        if self.wants_processes:
            self.wants_processes = False
            self.find_processes(bool(requests) or time.monotonic() >= self.thorough_at)
        if is_anew:
            self.settle_paths()
        before = set(self.by_number)
        self.read_places()
        if self.wants_processes:
            self.at("cycle", REST)
        if set(self.by_number) != before:
            # Who was counted as unknown may be known now.
            for place in list(self.places.values()):
                if place.numbers:
                    self.tell(place, {"numbers": self.resolved(place)})
        if self.wants_records:
            self.wants_records = False
            self.read_records()
        if self.has_said or requests or self.is_first:
            self.say({"type": "done", "requests": [request["refresh"] for request in requests]})
            self.has_said = False
        now = time.monotonic()
        self.rest_until = now + max(REST, now - begun)
        self.is_first = False

    def take_pending(self):
        """What happened before a request is known before it is answered."""
        self.take_events(self.events)
        if self.filter_events is not None:
            self.take_events(self.filter_events)

    def say_rates(self):
        rows = {}
        begun = time.monotonic()
        for place in list(self.places.values()):
            fd = self.open(place)
            if fd is None:
                continue
            try:
                counters = self.reader.counters(fd)
            except OSError:
                continue
            finally:
                os.close(fd)
            before = self.rates.get(place.id, {})
            now = {row[0]: row for row in counters}
            changed = [row for row in counters if before.get(row[0]) != row]
            self.rates[place.id] = now
            if changed:
                rows[place.id] = changed
        self.say({"type": "rates", "at": round(begun * 1000), "rows": rows})
        self.at("rates", max(0.1, 1.0 - (time.monotonic() - begun)))

    def run(self):
        self.has_odd = False
        self.wants_names = self.wants_processes = self.wants_records = True
        self.watch_files()
        root = self.place(self.root_id)
        self.number(root, self.root)
        self.say({"type": "ready", "version": 1})
        self.read_host("hostScript")
        if self.config.get("probe"):
            self.read_host("kernelScript")
        self.at("look", LOOK_LEAST)
        self.at("cycle", 0)
        while True:
            self.step()

    def step(self):
        next_ = min(self.timers.values())
        for fd, happened in self.poll.poll(max(0, (next_ - time.monotonic()) * 1000 + 0.5)):
            if fd == 0:
                self.take_requests()
            elif fd == self.events.fileno():
                self.take_events(self.events)
            elif self.filter_events is not None and fd == self.filter_events.fileno():
                self.take_events(self.filter_events)
            elif fd == self.mounts:
                # Poll itself remembers what it told of, proc(5): nothing has to be read.
                self.wants_names = True
                self.changed()
            elif fd == self.files.fd:
                self.take_files(self.files.read())
        if self.due("names"):
            self.wants_names = True
            self.at("cycle", 0)
        if self.due("settle"):
            # The kernel sends no event for some changes (the alias of a link that is down, most sysctls), nor do processes.
            for place in self.places.values():
                if place.is_touched:
                    place.is_touched = False
                    place.dirty |= BY_NETLINK
            self.wants_processes = True
            self.soon()
        is_look = self.due("look")
        if is_look:
            self.wants_processes = True
            self.wants_names = self.wants_names or time.monotonic() >= self.thorough_at
            self.refresh_some()
            self.soon()
        if self.due("host"):
            self.read_host("hostScript")
            self.soon()
        if is_look:
            # Together with what else is due: its cost decides when the next one comes.
            begun = time.process_time()
            self.timers.pop("cycle", None)
            self.cycle()
            self.at("look", min(LOOK_MOST, max(LOOK_LEAST, (time.process_time() - begun) / LOOK_SHARE)))
        elif self.due("cycle"):
            self.cycle()
        if self.rates is not None and self.due("rates"):
            self.say_rates()

    def refresh_some(self):
        """A few namespaces after the others are read again: the kernel does not tell of everything."""
        if not self.stale:
            self.stale = list(self.places.values())
        for place in self.stale[:LOOK_PLACES]:
            place.dirty |= BY_NETLINK
        del self.stale[:LOOK_PLACES]

    def take_files(self, topics):
        if topics & {"folders", "records"}:
            self.watch_files()
        if "host" in topics:
            self.at("host", QUICK)
        self.wants_names = self.wants_names or bool(topics & {"names", "folders"})
        self.wants_records = self.wants_records or bool(topics & {"records", "folders"})
        if topics - {"host"}:
            self.changed()
`;
