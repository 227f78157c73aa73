/**
 * Python: routes, policy rules, neighbours and what bridges learned, in the shapes of `ip -j -d route show table all`,
 * `ip -j rule show`, `ip -j neigh show` and `bridge -j fdb show`, with the names that the host gives tables, protocols and scopes (/etc/iproute2).
 */
export const routesPython = String.raw`
ROUTE_TYPES = ("none", "unicast", "local", "broadcast", "anycast", "multicast", "blackhole", "unreachable", "prohibit", "throw",
               "nat", "xresolve")
NEXTHOP_FLAGS = ((1, "dead"), (4, "onlink"), (2, "pervasive"), (8, "offload"), (16, "linkdown"), (32, "unresolved"))
NEIGHBOUR_STATES = ((0x01, "INCOMPLETE"), (0x02, "REACHABLE"), (0x04, "STALE"), (0x08, "DELAY"), (0x10, "PROBE"),
                    (0x20, "FAILED"), (0x40, "NOARP"), (0x80, "PERMANENT"))
FAMILIES = {socket.AF_INET: "inet", socket.AF_INET6: "inet6"}


class Names:
    """What the host calls numbers, as iproute2 reads it."""

    def __init__(self):
        self.tables = self.read("rt_tables", {255: "local", 254: "main", 253: "default"})
        self.protocols = self.read("rt_protos", {0: "unspec", 1: "redirect", 2: "kernel", 3: "boot", 4: "static", 8: "gated",
                                                 9: "ra", 10: "mrt", 11: "zebra", 12: "bird", 13: "dnrouted", 14: "xorp",
                                                 15: "ntk", 16: "dhcp", 17: "mrouted", 18: "keepalived", 42: "babel",
                                                 186: "bgp", 187: "isis", 188: "ospf", 189: "rip", 192: "eigrp"})
        self.scopes = self.read("rt_scopes", {0: "global", 255: "nowhere", 254: "host", 253: "link", 200: "site"})
        self.rule_names = None

    def read(self, name, known):
        files = []
        for folder in ("/usr/share/iproute2", "/usr/lib/iproute2", "/etc/iproute2"):
            files.append("%s/%s" % (folder, name))
            try:
                files += ["%s/%s.d/%s" % (folder, name, one) for one in sorted(os.listdir("%s/%s.d" % (folder, name)))
                          if one.endswith(".conf")]
            except OSError:
                pass
        for path in files:
            try:
                with open(path, "rb") as lines:
                    for line in lines:
                        match = re.match(br"\s*(0x[0-9a-fA-F]+|\d+)\s+(\S+)", line)
                        if match:
                            known[int(match.group(1).decode(), 0)] = match.group(2).decode("utf-8", "replace")
            except OSError:
                pass
        return known

    def table(self, number):
        return self.tables.get(number, str(number))

    def protocol(self, number):
        return self.protocols.get(number, str(number))

    def named_in_rules(self, kind, number, unnamed):
        """Few hosts have rules that ask for such: their names are read when the first one does."""
        if self.rule_names is None:
            self.rule_names = {"dsfield": self.read("rt_dsfield", {}), "realms": self.read("rt_realms", {0: "unknown"}),
                               "group": self.read("group", {0: "default"}), "protocols": self.protocols_by_number()}
        return self.rule_names[kind].get(number, unnamed)

    def dsfield(self, number):
        return self.named_in_rules("dsfield", number, "0x%02x" % number)

    def realm(self, number):
        return self.named_in_rules("realms", number, str(number))

    def group(self, number):
        return self.named_in_rules("group", number, str(number))

    def ip_protocol(self, number):
        return self.named_in_rules("protocols", number, str(number))

    def protocols_by_number(self):
        """/etc/protocols: a name and a number a line; the first name counts."""
        found = {}
        for line in slurp("/etc/protocols", 1 << 20).decode("utf-8", "replace").split("\n"):
            match = re.match(r"([^\s#]+)\s+(\d+)", line)
            if match:
                found.setdefault(int(match.group(2)), match.group(1))
        return found

    def scope(self, number):
        return self.scopes.get(number, str(number))


def prefix(family, value, length):
    text = address(value)
    return text if length == len(value) * 8 else "%s/%d" % (text, length)


def read_routes(route, device):
    """device: what an interface is called, by its index."""
    entries = []
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            messages = route.dump(GETROUTE, struct.pack("=BBBBBBBBI", family, 0, 0, 0, 0, 0, 0, 0, 0))
        except OSError:
            if family == socket.AF_INET:
                raise
            continue
        for message in messages:
            own_family, length, _, _, table, protocol, scope, type_, flags = struct.unpack_from("=BBBBBBBBI", message)
            if own_family != family or flags & 0x200:
                continue
            own = attributes(message, 12)
            table = u32(own[15]) if 15 in own else table
            entry = {
                "type": ROUTE_TYPES[type_] if type_ < len(ROUTE_TYPES) else str(type_),
                "dst": prefix(family, own[1], length) if 1 in own else "default" if length == 0 else "0/%d" % length,
                "table": NAMES.table(table), "protocol": NAMES.protocol(protocol), "scope": NAMES.scope(scope),
            }
            hop(entry, own, flags, device)
            if 7 in own:
                entry["prefsrc"] = address(own[7])
            if 6 in own:
                entry["metric"] = u32(own[6])
            if 20 in own:
                entry["pref"] = {0: "medium", 1: "high", 3: "low"}.get(u8(own[20]), str(u8(own[20])))
            if 9 in own:
                entry["nexthops"] = list(nexthops(own[9], device))
            entries.append(entry)
    return entries


def hop(entry, own, flags, device):
    if 5 in own:
        entry["gateway"] = address(own[5])
    if 18 in own:
        entry["via"] = {"family": FAMILIES.get(u16(own[18]), "?"), "host": address(own[18][2:])}
    if 4 in own:
        entry["dev"] = device(u32(own[4]))
    entry["flags"] = [name for bit, name in NEXTHOP_FLAGS if flags & bit]


def nexthops(data, device):
    at = 0
    while at + 8 <= len(data):
        length, flags, weight, index = struct.unpack_from("=HBBi", data, at)
        if length < 8:
            break
        entry = {"weight": weight + 1}
        own = attributes(data[at:at + length], 8)
        own.setdefault(4, struct.pack("=I", index))
        hop(entry, own, flags, device)
        yield entry
        at += (length + 3) & ~3


def read_rules(route, family):
    entries = []
    for message in route.dump(GETRULE, struct.pack("=BBBBBBBBI", family, 0, 0, 0, 0, 0, 0, 0, 0)):
        own_family, to_length, from_length, tos, table, _, _, action, flags = struct.unpack_from("=BBBBBBBBI", message)
        if own_family != family:
            continue
        own = attributes(message, 12)
        entry = {"priority": u32(own[6]) if 6 in own else 0}
        selector(entry, "src", own.get(2), from_length)
        if 1 in own or to_length:
            selector(entry, "dst", own.get(1), to_length)
        if "src" not in entry:
            entry["src"] = "all"
        if 10 in own or 16 in own:
            mark = u32(own[10]) if 10 in own else 0
            entry["fwmark"] = "%#x" % mark if mark else "0"
            if 16 in own and u32(own[16]) != 0xffffffff:
                entry["fwmask"] = "%#x" % u32(own[16])
        if 3 in own:
            entry["iif"] = words(own[3])
        table = u32(own[15]) if 15 in own else table
        if table:
            entry["table"] = NAMES.table(table)
        rule_extras(entry, own, tos, action, flags)
        entries.append(entry)
    return entries


def rule_extras(entry, own, tos, action, flags):
    """FRA_*, FR_ACT_* and FIB_RULE_INVERT of <linux/fib_rules.h>."""
    if flags & 2:
        entry["not"] = None
    if tos:
        entry["tos"] = NAMES.dsfield(tos)
    if 17 in own:
        entry["oif"] = words(own[17])
    if 19 in own and u8(own[19]):
        entry["l3mdev"] = None
    if 20 in own:
        entry["uid_start"], entry["uid_end"] = struct.unpack_from("=II", own[20])
    if 22 in own:
        entry["ipproto"] = NAMES.ip_protocol(u8(own[22]))
    for number, name in ((23, "sport"), (24, "dport")):
        if number in own:
            first, last = struct.unpack_from("=HH", own[number])
            if first == last:
                entry[name] = first
            else:
                entry[name + "_start"], entry[name + "_end"] = first, last
    # Absent attributes are told as -1.
    if 14 in own and s32(own[14]) != -1:
        entry["suppress_prefixlen"] = s32(own[14])
    if 13 in own and s32(own[13]) != -1:
        entry["suppress_ifgroup"] = NAMES.group(s32(own[13]))
    if 11 in own and u32(own[11]):
        realms = u32(own[11])
        if realms >> 16:
            entry["flow_from"] = NAMES.realm(realms >> 16)
        entry["flow_to"] = NAMES.realm(realms & 0xffff)
    if action == 2:
        entry["goto"] = u32(own[4]) if 4 in own else 0
    elif action == 3:
        entry["nop"] = None
    elif action != 1:
        entry["action"] = ROUTE_TYPES[action] if action < len(ROUTE_TYPES) else str(action)


def selector(entry, key, value, length):
    if value is None:
        if length:
            entry[key], entry[key + "len"] = "0", length
        return
    entry[key] = address(value)
    if length != len(value) * 8:
        entry[key + "len"] = length


def read_neighbours(route, device):
    entries = []
    for message in route.dump(GETNEIGH, struct.pack("=BxxxiHBB", 0, 0, 0, 0, 0)):
        family, index, state, flags, type_ = struct.unpack_from("=BxxxiHBB", message)
        own = attributes(message, 12)
        # What needs no resolving (multicast, the loopback) is left out, as ip(8) does.
        if family not in FAMILIES or 1 not in own or state & 0x40 or state == 0 or flags & 0x08:
            continue
        entry = {"dst": address(own[1]), "dev": device(index), "state": [name for bit, name in NEIGHBOUR_STATES if state & bit]}
        if 2 in own:
            entry["lladdr"] = hardware(own[2])
        entries.append(entry)
    return entries


def read_fdb(route, device):
    """What bridges learned or were told, and where tunnels send; in the shape of 'bridge -j fdb show'."""
    entries = []
    for message in route.dump(GETNEIGH, struct.pack("=BxxxiHBB", socket.AF_BRIDGE, 0, 0, 0, 0)):
        family, index, state, flags, type_ = struct.unpack_from("=BxxxiHBB", message)
        own = attributes(message, 12)
        if family != socket.AF_BRIDGE or 2 not in own or 1 not in own and (9 not in own or state & 0x80):
            continue
        entry = {"mac": hardware(own[2]), "ifname": device(index)}
        if 1 in own:
            entry["dst"] = address(own[1])
        if 5 in own:
            entry["vlan"] = u16(own[5])
        if 9 in own:
            entry["master"] = device(u32(own[9]))
        if state & 0xc0:
            entry["state"] = "permanent" if state & 0x80 else "static"
        entries.append(entry)
    return entries
`;
