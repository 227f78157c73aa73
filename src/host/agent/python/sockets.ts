/**
 * Python: sockets that wait for others, by sock_diag(7), and who holds them. The kernel sends no event when one begins to listen;
 * they are looked at together with the processes.
 */
export const socketsPython = String.raw`
SOCK_DIAG_BY_FAMILY = 20
TCP_LISTEN, UDP_UNCONNECTED = 1 << 10, 1 << 7
IPPROTO = {"tcp": 6, "udp": 17}


def read_sockets(device):
    """The sockets of the namespace in which we are: rows of protocol, address, port, interface, inode."""
    rows = []
    diag = Netlink(NETLINK_SOCK_DIAG)
    try:
        for protocol, states in (("tcp", TCP_LISTEN), ("udp", UDP_UNCONNECTED)):
            for family in (socket.AF_INET, socket.AF_INET6):
                try:
                    answers = diag.dump(SOCK_DIAG_BY_FAMILY, struct.pack("=BBBxI48x", family, IPPROTO[protocol], 0, states))
                except OSError as error:
                    # A kernel without IPv6, or without UDP's part of sock_diag.
                    if error.errno != errno.ENOENT:
                        raise
                    continue
                for answer in answers:
                    port = struct.unpack_from(">H", answer, 4)[0]
                    index, inode = struct.unpack_from("=I", answer, 40)[0], struct.unpack_from("=I", answer, 68)[0]
                    text = address(answer[8:12] if family == socket.AF_INET else answer[8:24])
                    if family == socket.AF_INET6 and text == "::" and attributes(answer, 72).get(11, b"\1") == b"\0":
                        text = "*"
                    rows.append((protocol, text, port, device(index) if index else None, inode))
    finally:
        diag.close()
    return rows


class Owners:
    """Who holds sockets. Remembers where each was found; what nobody was found for is looked for again at thorough looks only."""

    def __init__(self):
        self.known = {}
        self.missing = set()

    def name(self, rows, pids):
        """The rows with their processes, which are looked for among these."""
        unknown = set(row[4] for row in rows if row[4] not in self.missing and not self.is_known(row[4]))
        for pid in pids if unknown else ():
            for inode, path in sockets_of(pid, unknown):
                self.keep(inode, pid, path)
                unknown.discard(inode)
            if not unknown:
                break
        self.missing |= unknown
        named = []
        for protocol, text, port, device, inode in rows:
            row = {"protocol": protocol, "address": text, "port": port}
            if device:
                row["dev"] = device
            if inode in self.known:
                row["pid"], row["program"] = self.known[inode][1:]
            named.append(row)
        return named

    def is_known(self, inode):
        """Whether it is still where it was found."""
        if inode not in self.known:
            return False
        try:
            if os.readlink(self.known[inode][0]) == "socket:[%d]" % inode:
                return True
        except OSError:
            pass
        del self.known[inode]
        return False

    def keep(self, inode, pid, path):
        program = slurp("/proc/%d/comm" % pid, 100).decode("utf-8", "replace").rstrip("\n")
        self.known[inode] = (path, pid, program)

    def look_again(self, found, listening):
        """After a thorough look: what it found of the missing, and all that exist still."""
        for inode, (pid, path) in found.items():
            self.keep(inode, pid, path)
        self.known = {inode: where for inode, where in self.known.items() if inode in listening}
        self.missing = set()


def sockets_of(pid, wanted):
    """Those of the wanted sockets that a process has, with the path to each."""
    folder = "/proc/%d/fd" % pid
    try:
        files = os.listdir(folder)
    except OSError:
        return
    for file in files:
        path = "%s/%s" % (folder, file)
        try:
            link = os.readlink(path)
        except OSError:
            continue
        if link.startswith("socket:["):
            inode = int(link[8:-1])
            if inode in wanted:
                yield inode, path
`;
