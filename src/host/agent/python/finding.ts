/** Python: the part of the agent that finds namespaces, gives each a number of its own, and lets go of those that went. */
export const findingPython = String.raw`
THOROUGH_SHARE, THOROUGH_LEAST, THOROUGH_MOST = 0.001, 60.0, 600.0


class Finding:
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

    def number_all(self, places):
        """Before any is read: whom a namespace counts by a number can be said only of those that have a number here, too."""
        for place in places:
            fd = self.open(place) if place.number is None else None
            if fd is None:
                continue
            try:
                self.number(place, fd)
            except OSError:
                # The reading says why.
                pass
            finally:
                os.close(fd)

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
`;
