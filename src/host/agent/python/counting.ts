/** Python: the part of the agent that counts what passes, while somebody looks: interfaces, and rules of NAT. */
export const countingPython = String.raw`
# Seconds: how often it is looked whether rules of NAT have counted, within this share of a core.
COUNT_LEAST, COUNT_MOST, COUNT_SHARE = 2.0, 30.0, 0.001


class Counting:
    def look_at_counters(self):
        """The kernel sends no event when a rule matches. Rules are read again only where they have counted."""
        begun = time.process_time()
        for place in self.places.values():
            if place.counted is None or "firewall" in place.dirty:
                continue
            fd = self.open(place)
            if fd is None:
                continue
            enter(fd)
            try:
                if self.reader.counted() != place.counted:
                    place.dirty.add("firewall")
                    self.soon()
            finally:
                enter(self.home)
                os.close(fd)
        cost = time.process_time() - begun
        self.at("counters", min(COUNT_MOST, max(COUNT_LEAST, cost / COUNT_SHARE, 20 * self.filter_seconds)))

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
`;
