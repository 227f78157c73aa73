/**
 * Python: interfaces and their addresses, in the shape of `ip -j -d addr show`. Only what the readers in `src/host` look at.
 *
 * What kinds say of themselves (`info_data`) is taken apart here for those that are common. For all others ip(8) is asked,
 * once for each: the answer is kept until the kernel says other bytes.
 */
export const linksPython = String.raw`
LINK_FLAGS = ((0x8, "LOOPBACK"), (0x2, "BROADCAST"), (0x10, "POINTOPOINT"), (0x1000, "MULTICAST"), (0x80, "NOARP"),
              (0x100, "PROMISC"), (0x800, "SLAVE"), (0x1, "UP"), (0x10000, "LOWER_UP"))
LINK_TYPES = {1: "ether", 772: "loopback", 65534: "none", 768: "ipip", 776: "sit", 778: "gre", 769: "tunnel6", 823: "gre6"}
OPERSTATES = ("UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP")
PORT_STATES = ("disabled", "listening", "learning", "forwarding", "blocking")
SKIP_STATS = 8


def bridge_id(value):
    # As ip(8) writes it, without leading zeros in the address.
    return "%02x%02x.%s" % (value[0], value[1], ":".join("%x" % byte for byte in bytearray(value[2:8])))


# Attribute: name, reader. <linux/if_link.h>
BRIDGE = {
    1: ("forward_delay", u32), 2: ("hello_time", u32), 3: ("max_age", u32), 4: ("ageing_time", u32),
    5: ("stp_state", u32), 6: ("priority", u16), 7: ("vlan_filtering", u8), 10: ("root_id", bridge_id),
    11: ("bridge_id", bridge_id), 12: ("root_port", u16), 13: ("root_path_cost", u32), 14: ("topology_change", u8),
    15: ("topology_change_detected", u8), 9: ("group_fwd_mask", lambda value: "%x" % u16(value)), 20: ("group_addr", hardware),
    22: ("mcast_router", u8), 23: ("mcast_snooping", u8), 24: ("mcast_query_use_ifaddr", u8), 25: ("mcast_querier", u8),
    26: ("mcast_hash_elasticity", u32), 27: ("mcast_hash_max", u32), 28: ("mcast_last_member_cnt", u32),
    29: ("mcast_startup_query_cnt", u32), 30: ("mcast_last_member_intvl", u64), 31: ("mcast_membership_intvl", u64),
    32: ("mcast_querier_intvl", u64), 33: ("mcast_query_intvl", u64), 34: ("mcast_query_response_intvl", u64),
    35: ("mcast_startup_query_intvl", u64), 36: ("nf_call_iptables", u8), 37: ("nf_call_ip6tables", u8),
    38: ("nf_call_arptables", u8), 39: ("vlan_default_pvid", u16), 41: ("vlan_stats_enabled", u8),
    42: ("mcast_stats_enabled", u8), 43: ("mcast_igmp_version", u8), 44: ("mcast_mld_version", u8),
    45: ("vlan_stats_per_port", u8),
}
BRIDGE_PORT = {
    1: ("state", lambda value: PORT_STATES[u8(value)] if u8(value) < 5 else str(u8(value))), 2: ("priority", u16),
    3: ("cost", u32), 4: ("hairpin", lambda value: u8(value) != 0),
}


def named(table, found):
    return {name: read(found[number]) for number, (name, read) in table.items() if number in found}


def bridge_data(found):
    data = named(BRIDGE, found)
    if 8 in found:
        protocol = be16(found[8])
        if data.get("vlan_filtering"):
            data["vlan_protocol"] = {0x8100: "802.1Q", 0x88a8: "802.1ad"}.get(protocol, "%#06x" % protocol)
    if not data.get("vlan_filtering"):
        for name in ("vlan_default_pvid", "vlan_stats_enabled", "vlan_stats_per_port"):
            data.pop(name, None)
    if 46 in found and len(found[46]) >= 8:
        value, mask = struct.unpack_from("=II", found[46])
        for bit, name in ((1, "no_linklocal_learn"), (2, "mcast_vlan_snooping")):
            if mask & bit:
                data[name] = 1 if value & bit else 0
    return data


def list_links(route):
    """The kernel's messages of the links of the namespace in which the socket was made."""
    return route.dump(GETLINK, struct.pack("=BxHiII", 0, 0, 0, 0, 0) + attribute(29, struct.pack("=I", SKIP_STATS)))


class LinkReader:
    """Reads the links of namespaces; remembers what ip(8) said of their kinds."""

    def __init__(self, ask_ip):
        self.ask_ip = ask_ip
        self.known = {}
        # What steady_links said of the links of each namespace when they were read.
        self.steady = {}

    def forget(self, place):
        self.known.pop(place, None)
        self.steady.pop(place, None)

    def read(self, route, place):
        """The links of the namespace in which we are, with their addresses, and the numbers of others that they name."""
        links, strangers, numbers = {}, [], set()
        names = {}
        found = []
        messages = list_links(route)
        self.steady[place] = steady_links(messages)
        for message in messages:
            head = struct.unpack_from("=BxHiII", message)
            own = attributes(message, 16)
            if 3 in own:
                names[head[2]] = words(own[3])
                found.append((head, own))
        known = self.known.setdefault(place, {})
        for (_, type_, index, flags, _), own in found:
            link = self.link(index, type_, flags, own, names)
            if "link_netnsid" in link:
                numbers.add(link["link_netnsid"])
            info = attributes(own[18], 0) if 18 in own else {}
            if 1 in info:
                kind = words(info[1])
                link["linkinfo"] = {"info_kind": kind}
                if kind == "bridge":
                    link["linkinfo"]["info_data"] = bridge_data(attributes(info.get(2, b""), 0))
                elif 2 in info and kind != "veth":
                    key = (kind, link["ifname"], link.get("link"), info[2])
                    if known.get(index, (None,))[0] == key:
                        link["linkinfo"]["info_data"] = known[index][1]
                    else:
                        strangers.append((link, key))
            if 4 in info and words(info.get(4, b"")) == "bridge" and 5 in info:
                info_slave = named(BRIDGE_PORT, attributes(info[5], 0))
                link.setdefault("linkinfo", {}).update({"info_slave_kind": "bridge", "info_slave_data": info_slave})
            links[index] = link
        if strangers:
            told = {one.get("ifindex"): one for one in self.ask_ip()}
            for link, key in strangers:
                data = told.get(link["ifindex"], {}).get("linkinfo", {}).get("info_data")
                if data is not None:
                    known[link["ifindex"]] = (key, data)
                    link["linkinfo"]["info_data"] = data
        for index in [index for index in known if index not in links]:
            del known[index]
        for message in route.dump(GETADDR, struct.pack("=BBBBi", 0, 0, 0, 0, 0)):
            family, length, flags, scope, index = struct.unpack_from("=BBBBi", message)
            if index in links and family in (socket.AF_INET, socket.AF_INET6):
                links[index]["addr_info"].append(self.address(family, length, flags, scope, attributes(message, 8)))
        return [links[index] for index in sorted(links)], numbers

    def link(self, index, type_, flags, own, names):
        link = {
            "ifindex": index, "ifname": names[index], "flags": [name for bit, name in LINK_FLAGS if flags & bit],
            "link_type": LINK_TYPES.get(type_, str(type_)), "addr_info": [],
        }
        if flags & 0x1 and not flags & 0x10000:
            link["flags"].append("NO-CARRIER")
        if 4 in own:
            link["mtu"] = u32(own[4])
        if 6 in own:
            link["qdisc"] = words(own[6])
        if 16 in own:
            state = u8(own[16])
            link["operstate"] = OPERSTATES[state] if state < len(OPERSTATES) else "%#x" % state
        if own.get(1):
            link["address"] = address(own[1]) if type_ in (768, 776, 778) else hardware(own[1])
        if 10 in own:
            link["master"] = names.get(u32(own[10]), "if%d" % u32(own[10]))
        if 5 in own and u32(own[5]):
            below = u32(own[5])
            if 37 in own:
                link["link_index"] = below
            else:
                link["link"] = names.get(below, "if%d" % below)
        if 37 in own:
            link["link_netnsid"] = s32(own[37])
        if 20 in own:
            link["ifalias"] = words(own[20])
        if 52 in own:
            link["altnames"] = self.altnames(own[52])
        if 56 in own and 57 in own:
            # /sys/bus is the same in every namespace, unlike /sys/class/net.
            link["parentdev"] = words(own[56])
            try:
                driver = os.readlink("/sys/bus/%s/devices/%s/driver" % (words(own[57]), link["parentdev"]))
                link["driver"] = driver.rsplit("/", 1)[-1]
            except OSError:
                pass
        # IPv4's settings of the interface come along, counted from 1; 127.0.0.0/8 passes by it where route_localnet (26) is on.
        inet = attributes(attributes(own[26], 0).get(socket.AF_INET, b""), 0) if 26 in own else {}
        settings = inet.get(1, b"")
        if len(settings) >= 104 and u32(settings[100:]) == 1:
            link["route_localnet"] = 1
        return link

    def altnames(self, data):
        names, at = [], 0
        while at + 4 <= len(data):
            length, type_ = struct.unpack_from("=HH", data, at)
            if length < 4:
                break
            if type_ & 0x3fff == 53:
                names.append(words(data[at + 4:at + length]))
            at += (length + 3) & ~3
        return names

    def address(self, family, length, flags, scope, own):
        flags = u32(own[8]) if 8 in own else flags
        local = own.get(2, own.get(1, b""))
        entry = {
            "family": "inet" if family == socket.AF_INET else "inet6", "local": address(local), "prefixlen": length,
            "scope": NAMES.scope(scope),
        }
        if 2 in own and 1 in own and own[1] != own[2]:
            entry["address"] = address(own[1])
        if 4 in own:
            entry["broadcast"] = address(own[4])
        if 3 in own:
            entry["label"] = words(own[3])
        if 9 in own:
            entry["metric"] = u32(own[9])
        if 11 in own:
            entry["protocol"] = {1: "kernel_lo", 2: "kernel_ra", 3: "kernel_ll"}.get(u8(own[11]), str(u8(own[11])))
        for bit, name in ((0x200, "noprefixroute"), (2, "nodad"), (0x10, "home"), (0x100, "mngtmpaddr"), (0x400, "autojoin"),
                          (4, "optimistic")):
            if flags & bit:
                entry[name] = True
        if flags & 1:
            entry["temporary" if family == socket.AF_INET6 else "secondary"] = True
        if flags & 0x40:
            entry["tentative"] = True
        if flags & 8:
            entry["dadfailed"] = True
        return entry
`;
