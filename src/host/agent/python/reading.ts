/** Python: what is read in one namespace, and the programs that know what netlink does not tell. */
export const readingPython = String.raw`
ALL = frozenset(("links", "routes", "rules", "neighbours", "fdb", "sysctls", "sockets", "firewall"))
BY_NETLINK = frozenset(("links", "routes", "rules", "neighbours", "fdb", "sysctls"))
TOOL_SECONDS = 30
# Read in every namespace, whoever asks for what.
CONNTRACK = ["/proc/sys/net/netfilter/nf_conntrack_count", "/proc/sys/net/netfilter/nf_conntrack_max"]
# The names of nftables' expressions, and of the targets of iptables-nft.
NAT_RULE = re.compile(b"(masq|nat|redir|MASQUERADE|SNAT|DNAT|REDIRECT|NETMAP)\\0")
TOOL_OUTPUT = 64 << 20


def search_path():
    return os.environ.get("PATH", "/usr/bin:/bin") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"


class Tool:
    """A shell script that runs in a namespace, and what it prints."""

    def __init__(self, script, arguments, fd, home):
        environment = dict(os.environ, LC_ALL="C", PATH=search_path())
        enter(fd)
        try:
            self.process = subprocess.Popen(["sh", "-c", script] + arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                            stderr=subprocess.DEVNULL, env=environment, start_new_session=True)
        finally:
            enter(home)
        TOOLS.add(self.process.pid)

    def output(self):
        try:
            said = self.process.communicate(timeout=TOOL_SECONDS)[0]
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            said = self.process.communicate()[0]
        except BaseException:
            # We are told to end.
            os.killpg(self.process.pid, signal.SIGKILL)
            raise
        finally:
            TOOLS.discard(self.process.pid)
        return said[:TOOL_OUTPUT].decode("utf-8", "replace")


TOOLS = set()


class Reader:
    """Reads namespaces. Every method leaves the process in its own."""

    def __init__(self, config, home):
        self.config = config
        self.home = home
        self.entered = home
        self.links = LinkReader(self.ask_ip)
        self.parameters = Sysctls()
        self.mark = ["netns-topology-reading", config["boundary"], "0"]

    def ask_ip(self):
        """What ip(8) says of the links here."""
        try:
            return json.loads(Tool("ip -j -d link show", [], self.entered, self.home).output() or "[]")
        except ValueError:
            return []
        finally:
            enter(self.entered)

    def read(self, place, fd, wanted):
        """The parts of a namespace by their names, and the scripts that have more. Raises OSError."""
        parts, scripts, self.entered = {}, {}, fd
        enter(fd)
        try:
            route = Netlink()
            try:
                if "links" in wanted:
                    links, numbers = self.links.read(route, place.id)
                    place.links = {link["ifindex"]: link["ifname"] for link in links}
                    parts["links"] = links
                    place.named = numbers
                    place.has_fdb = any(link.get("linkinfo", {}).get("info_kind") in ("bridge", "vxlan") for link in links)
                    if place.has_fdb and not self.config.get("forPlan"):
                        wanted = wanted | {"fdb"}
                    asked = self.extras(links)
                    if asked:
                        scripts["extras"] = self.config["extrasScript"] + "\n".join(asked)
                    else:
                        parts["extras"] = ""
                device = lambda index: place.links.get(index, "if%d" % index)
                if "routes" in wanted:
                    self.part(parts, "routes", lambda: read_routes(route, device))
                if "rules" in wanted:
                    self.part(parts, "rules", lambda: read_rules(route, socket.AF_INET))
                    if os.path.exists("/proc/net/if_inet6"):
                        self.part(parts, "rules6", lambda: read_rules(route, socket.AF_INET6))
                if "neighbours" in wanted:
                    self.part(parts, "neighbours", lambda: read_neighbours(route, device))
                if "fdb" in wanted:
                    self.part(parts, "fdb", lambda: read_fdb(route, device) if place.has_fdb else [])
            finally:
                route.close()
            if "sockets" in wanted:
                self.part(parts, "sockets", lambda: read_sockets(device))
            if "sysctls" in wanted:
                parts["sysctls"], parts["unreadSysctls"] = self.sysctls()
            place.has_legacy = self.has_legacy()
            if "firewall" in wanted or place.has_legacy:
                if place.has_legacy or self.has_rules():
                    # Before the rules themselves: what they count meanwhile is then seen as another.
                    place.counted = self.counted()
                    scripts["firewall"] = self.config["firewallScript"]
                else:
                    place.counted = None
                    parts["firewall"] = ""
        finally:
            enter(self.home)
        return parts, scripts

    def peek(self, fd, knows_legacy):
        """The kernel's messages of the links of a namespace, and whether there are legacy iptables. Raises OSError."""
        enter(fd)
        try:
            route = Netlink()
            try:
                return list_links(route), knows_legacy and self.has_legacy()
            finally:
                route.close()
        finally:
            enter(self.home)

    def part(self, parts, name, read):
        """What cannot be read is said, and keeps nothing else from being read."""
        try:
            parts[name] = read()
        except OSError as error:
            parts[name] = {"unread": str(error)}

    def extras(self, links):
        """What programs are to be asked about these links: impairments, and the VLANs of ports."""
        filters = any(link.get("linkinfo", {}).get("info_data", {}).get("vlan_filtering") == 1 for link in links)
        impairs = any(link.get("qdisc") in ("netem", "tbf") for link in links)
        return ["read_qdiscs"] * impairs + ["read_vlans"] * filters

    def sysctls(self):
        """The values of kernel parameters, and why others could not be read; also how many connections the kernel follows here."""
        wanted = self.config["sysctls"] + CONNTRACK
        localnet = ["/proc/sys/net/ipv4/conf/%s/route_localnet" % device for device in ("all", "default")]
        values, errors = self.parameters.read(wanted + [path for path in localnet if path not in wanted])
        # It is told of wherever it is on.
        return {path: value for path, value in values.items() if path in wanted or value == "1"}, errors

    def has_legacy(self):
        return bool(slurp("/proc/net/ip_tables_names").strip() or slurp("/proc/net/ip6_tables_names").strip())

    def has_rules(self):
        """Whether the packet filter has any tables here; in doubt, yes. NFNL_SUBSYS_NFTABLES 10, NFT_MSG_GETTABLE 1."""
        try:
            filters = Netlink(NETLINK_NETFILTER)
            try:
                return bool(filters.dump(10 << 8 | 1, struct.pack("=BBH", 0, 0, 0)))
            finally:
                filters.close()
        except OSError:
            return True

    def counted(self):
        """What tells whether the rules of NAT have counted here; None where there are none. NFNL_SUBSYS_NFTABLES 10, NFT_MSG_GETRULE 7."""
        try:
            filters = Netlink(NETLINK_NETFILTER)
            try:
                rules = filters.dump(10 << 8 | 7, struct.pack("=BBH", 0, 0, 0))
            finally:
                filters.close()
        except OSError:
            return None
        # NAT sees the first packet of each connection alone; other rules count all, also those that carry this reading.
        rules = [rule for rule in rules if NAT_RULE.search(rule)]
        return hash(b"".join(rules)) if rules else None

    def numbers(self, home, place, ours):
        """
        Whom the numbers mean that a namespace counts others by: pairs of the number there and the number here (ours). Raises
        OSError where the kernel cannot say (before 4.20). NETNSA_NSID 1, NETNSA_TARGET_NSID 4, NETNSA_CURRENT_NSID 5.
        """
        answers = home.dump(GETNSID, struct.pack("=Bxxx", 0) + attribute(4, struct.pack("=i", place.number)))
        pairs = []
        for answer in answers:
            own = attributes(answer, 4)
            if 1 in own:
                pairs.append((s32(own[1]), s32(own[5]) if 5 in own else -1))
        # Some kernels end the list with the first piece of 32 KiB, of some 900 (seen with 6.18): then each is asked for by itself.
        if place.named - set(number for number, _ in pairs):
            pairs += self.numbers_of(home, place, set(ours) - set(there for _, there in pairs))
        return pairs

    def numbers_of(self, home, place, ours):
        """The same for namespaces that have these numbers here, one after the other."""
        pairs = []
        for there in ours:
            body = struct.pack("=Bxxx", 0) + attribute(1, struct.pack("=i", there)) + attribute(4, struct.pack("=i", place.number))
            try:
                own = attributes(home.request(GETNSID, body, 0)[0], 4)
            except OSError:
                continue
            if 1 in own and s32(own[1]) >= 0:
                pairs.append((s32(own[1]), there))
        return pairs

    def counters(self, fd):
        """Packets, bytes, errors and drops of every interface, in and out. RTM_GETSTATS 94, IFLA_STATS_LINK_64 1."""
        enter(fd)
        try:
            route = Netlink()
        finally:
            enter(self.home)
        try:
            rows = []
            for message in route.dump(94, struct.pack("=BxxxII", 0, 0, 1)):
                own = attributes(message, 12)
                if 1 in own:
                    rows.append((struct.unpack_from("=I", message, 4)[0],) + struct.unpack_from("=8Q", own[1]))
            return rows
        finally:
            route.close()
`;
