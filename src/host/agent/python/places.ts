/** Python: the part of the agent that reads what is dirty of each namespace. */
export const placesPython = String.raw`
# When it is told what was read so far, the first time; then more and more rarely.
PART = 0.15


class Places:
    def open(self, place):
        return os.dup(self.root) if place.id == self.root_id else place.open()

    def read_places(self):
        """Reads what is dirty, root first; a few programs at a time for what netlink does not tell."""
        dirty = [place for place in self.places.values() if place.dirty]
        dirty.sort(key=lambda place: (place.id != self.root_id, place.names or ["~"]))
        self.number_all(dirty)
        running, told_at, wait = [], time.monotonic(), PART
        for index, place in enumerate(dirty):
            if self.is_first and index > 0 and time.monotonic() - told_at > wait:
                # A first picture appears while the rest is read: with what programs still tell of, the root namespace first of all.
                while running:
                    self.finish(*running.pop(0))
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
        try:
            pairs = self.reader.numbers(self.route, place, self.by_number)
        except OSError as error:
            parts["numbers"] = {"unread": str(error)}
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
        begun = time.monotonic()
        for name, tool in tools.items():
            parts[name] = tool.output()
        if "firewall" in tools:
            self.filter_seconds = time.monotonic() - begun
        self.tell(place, parts)
`;
