/**
 * Python: the agent itself. It watches from a nameless namespace of its own, in which every other has a number (as `ip netns set`
 * gives); a socket there hears the events of all that have one (NETLINK_LISTEN_ALL_NSID, netlink(7)). Numbers keep nothing
 * alive, so a namespace that somebody deletes is gone at once, and the agent's own ends with it.
 */
export const mainPython = String.raw`
# Seconds: from an event to the reading; the least rest after one; until what follows without an event.
QUICK, REST, SETTLE = 0.03, 0.1, 1.0
# What sends no event (processes, sockets, most sysctls) is looked at every few seconds: as often as this share of a core allows, within
# these bounds. Each look also reads some namespaces again. A look through all mounts and open files comes less often.
LOOK_SHARE, LOOK_LEAST, LOOK_MOST, LOOK_PLACES = 0.002, 2.0, 30.0, 4
# While a plan of ours is carried out on this host, whoever sent it: it needs the processor and the kernel's locks itself, so the
# picture follows with a tenth of our time at most, and is whole again once that is over. A journal that a killed run left behind
# says nothing any more after a while.
JOURNAL = "/run/netns-topology/journal"
WORK_REST, WORK_SHARE, WORK_MOST = 0.5, 0.1, 60.0
# Meanwhile the kernel's events are taken together: else each would wake us, and take a processor from the work.
WORK_EVENTS = 0.1


class Ended(Exception):
    pass


class Agent(Finding, Telling, Places, Events, Counting, Settling):
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
        self.host_files_read = None
        # The SSH connection's own, and how its answers go; whether something happened that may have changed that.
        self.connection, self.way, self.is_way_stale = "", None, True
        self.is_first = True
        self.requests = []
        self.input = b""
        self.rates = None
        self.rest_until = 0
        # When the work that is under way was first seen.
        self.work_since = None
        self.timers = {}
        self.last_event = 0
        # How long it took to read the packet filter of a namespace, the last time.
        self.filter_seconds = 0
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

    def at(self, timer, seconds):
        when = time.monotonic() + seconds
        self.timers[timer] = min(self.timers.get(timer, when), when)

    def due(self, timer):
        if self.timers.get(timer, float("inf")) > time.monotonic():
            return False
        del self.timers[timer]
        return True

    def look_for_work(self):
        now = time.monotonic()
        if not os.path.exists(JOURNAL):
            if self.work_since is not None:
                self.work_since, self.rest_until = None, now
                self.at("events", 0)
                self.at("cycle", 0)
        elif self.work_since is None:
            self.work_since = now
            self.hear_events(False)
            self.at("events", WORK_EVENTS)
            self.rest_until = max(self.rest_until, now + WORK_REST)
            if "cycle" in self.timers and not self.requests:
                self.timers["cycle"] = max(self.timers["cycle"], self.rest_until)

    def hear_events(self, is_wanted):
        """Whether the kernel's events wake us."""
        for events in (self.events, self.filter_events):
            if events is not None:
                self.poll.modify(events, select.POLLIN if is_wanted else 0)

    def is_at_work(self):
        return self.work_since is not None and time.monotonic() - self.work_since < WORK_MOST

    def changed(self):
        """Something happened; what is dirty is read soon, together with what comes with it."""
        now = time.monotonic()
        self.last_event = now
        self.at("cycle", max(QUICK, self.rest_until - now))
        self.timers["settle"] = now + SETTLE

    def soon(self):
        """What was found out otherwise is told, but not more often than events are."""
        self.at("cycle", max(0, self.rest_until - time.monotonic()))

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
            if "refresh" in request or "settle" in request:
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
        is_whole = any("refresh" in request for request in requests)
        if requests and not is_whole:
            self.settle(requests)
        elif requests:
            probes = any(request.get("probe") for request in requests)
            self.take_pending()
            self.mark_all()
            self.wants_records = True
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
            self.find_processes(is_whole or not requests and time.monotonic() >= self.thorough_at)
        if is_anew:
            self.settle_paths()
        if requests and not is_whole:
            self.look_for_silent_changes(requests)
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
            self.say({"type": "done", "requests": [request.get("refresh", request.get("settle")) for request in requests]})
            self.has_said = False
        now = time.monotonic()
        cost = now - begun
        self.rest_until = now + (max(WORK_REST, cost / WORK_SHARE) if self.is_at_work() else max(REST, cost))
        self.is_first = False

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
        self.at("counters", COUNT_LEAST)
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
        if self.due("events"):
            self.take_pending()
            if self.is_at_work():
                self.at("events", WORK_EVENTS)
            else:
                self.hear_events(True)
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
        if is_look and self.is_at_work():
            is_look = False
            self.at("look", LOOK_LEAST)
        if is_look:
            self.wants_processes = True
            self.wants_names = self.wants_names or time.monotonic() >= self.thorough_at
            self.refresh_some()
            self.soon()
        if self.due("counters"):
            self.look_at_counters()
        if self.is_at_work() and "host" in self.timers:
            self.timers["host"] = max(self.timers["host"], self.rest_until)
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
`;
