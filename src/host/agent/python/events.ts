/** Python: the part of the agent that hears what the kernel and files tell, and marks what is to be read again. */
export const eventsPython = String.raw`
# RTNLGRP_*: links, neighbours, queueing disciplines, addresses, routes, rules, netconf of both families, namespace numbers, next hops, VLANs.
GROUPS = (1, 3, 4, 5, 7, 8, 9, 11, 19, 24, 25, 28, 32, 33)
BRIDGE_FAMILY = struct.pack("=B", socket.AF_BRIDGE)
WANTS = {16: ("links", "routes", "sysctls"), 20: ("links", "routes"), 24: ("routes",), 28: ("neighbours",), 32: ("rules",),
         36: ("links",), 80: ("sysctls",), 104: ("routes",), 112: ("links",)}
# Links, addresses, routes, rules and next hops: what decides how the answers of the SSH connection go.
WAY_KINDS = (16, 20, 24, 32, 104)


class Events:
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

    def watch_files(self):
        self.files.watch("/run", "folders", 0x100 | 0x80)
        self.files.watch(NAMED, "names")
        self.files.watch("/run/netns-topology", "records")
        self.files.watch("/etc", "folders", 0x100 | 0x80)
        self.files.watch("/run/openvswitch", "host", 0x100 | 0x200 | 0x80)
        for path in ("/etc/openvswitch/conf.db", "/var/lib/openvswitch/conf.db"):
            if self.files.watch(path, "host", 0x2 | 0x400 | 0x800):
                break

    def take_events(self, events, most=2000):
        """Marks what the events of a socket are about; false where there are more."""
        for _ in range(most):
            try:
                data, extra, _, _ = events.recvmsg(65536, 64)
            except BlockingIOError:
                return True
            except OSError as error:
                if error.errno != errno.ENOBUFS:
                    raise
                # More events than the socket holds: some are lost, so everything is looked at.
                self.mark_all()
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
        return False

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
        if place.id == self.root_id and kind & ~3 in WAY_KINDS:
            self.is_way_stale = True
            if self.timers.get("host") is None:
                # The way of the SSH connection may be another now.
                self.at("host", max(0.5, self.host_not_before - time.monotonic()))
        self.changed()

    def take_pending(self):
        """What happened before a request is known before it is answered."""
        self.take_events(self.events)
        if self.filter_events is not None:
            self.take_events(self.filter_events)

    def take_files(self, topics):
        if topics & {"folders", "records"}:
            self.watch_files()
            self.look_for_work()
        if "host" in topics:
            self.at("host", QUICK)
        self.wants_names = self.wants_names or bool(topics & {"names", "folders"})
        self.wants_records = self.wants_records or bool(topics & {"records", "folders"})
        if topics - {"host"}:
            self.changed()
`;
