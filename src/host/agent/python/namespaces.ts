/**
 * Python: which network namespaces there are, by every road: a name under /run/netns, a process or one of its threads, a bind
 * mount anywhere, an open file; with the processes inside and what tells whose they are.
 */
export const namespacesPython = String.raw`
NAMED = "/run/netns"
OWN_MARK = b"netns-topology-agent"
OUR_MARK = re.compile(b"(^|\\0)netns-topology-(agent|watch|reading)\\0")
DESCRIBED_PROCESSES = 200


class Place:
    """One namespace, and the ways to it."""

    def __init__(self, inode):
        self.id = inode
        self.names = []
        # Paths that lead to it, the lasting ones first.
        self.paths = []
        self.road = "name"
        self.number = None
        self.processes = []
        self.sent = {}
        self.dirty = set()
        self.is_touched = False
        # The numbers by which it counts namespaces that we do not know.
        self.unknown = set()
        # Pairs of a number there and the number here.
        self.numbers = []
        # The numbers that its interfaces name.
        self.named = set()
        self.other = None
        self.links = {}
        self.has_fdb = False
        self.socket_inodes = ()
        self.has_legacy = False
        # What its rules of NAT had counted when they were read last; None where it has none.
        self.counted = None

    def open(self):
        """A descriptor of it; None where no way leads there any more."""
        for path in self.paths:
            try:
                fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                continue
            if str(os.fstat(fd).st_ino) == self.id and os.fstat(fd).st_dev == NSFS:
                return fd
            os.close(fd)
        return None


def named_namespaces():
    """Inode and path of each; whether there are files that are not namespaces yet; whether a name cannot be shown."""
    found, is_pending, has_odd = [], False, False
    try:
        entries = sorted(os.listdir(os.fsencode(NAMED)))
    except OSError:
        entries = []
    for entry in entries:
        path = os.fsencode(NAMED) + b"/" + entry
        try:
            info = os.stat(path)
        except OSError:
            continue
        try:
            name = entry.decode("utf-8")
        except UnicodeDecodeError:
            has_odd = True
            continue
        if "\n" in name:
            has_odd = True
        elif info.st_dev == NSFS:
            found.append((str(info.st_ino), name))
        else:
            is_pending = True
    return found, is_pending, has_odd


def slurp(path, limit=65536):
    """The bytes of a file, b"" where it cannot be read. Without Python's own file objects, which cost more than the kernel's part."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return b""
    pieces = []
    try:
        while limit > 0:
            piece = os.read(fd, min(limit, 65536))
            if not piece:
                break
            pieces.append(piece)
            limit -= len(piece)
    except OSError:
        return b""
    finally:
        os.close(fd)
    return b"".join(pieces)


def net_inode(path):
    try:
        link = os.readlink(path)
    except OSError:
        return None
    return link[5:-1] if link.startswith("net:[") else None


def unescaped(path):
    """mountinfo writes blanks and such as octal numbers, proc(5)."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match.group(1), 8)), path)


class Processes:
    """A look at /proc."""

    def __init__(self, is_thorough, missing_sockets=()):
        self.by_namespace = {}
        # The processes come before mounts, and mounts before open files.
        self.paths = {}
        self.mounts, self.files = {}, {}
        mounts_seen = set()
        self.missing_sockets, self.sockets = missing_sockets, {}
        for pid in os.listdir("/proc"):
            if not pid.isdigit():
                continue
            own = net_inode("/proc/%s/ns/net" % pid)
            if own is None:
                continue
            self.by_namespace.setdefault(own, []).append(int(pid))
            self.paths.setdefault(own, ("process", "/proc/%s/ns/net" % pid))
            if not is_thorough:
                continue
            try:
                threads = os.listdir("/proc/%s/task" % pid)
            except OSError:
                threads = []
            for thread in threads if len(threads) > 1 else ():
                inode = net_inode("/proc/%s/task/%s/ns/net" % (pid, thread))
                if inode and inode != own:
                    self.paths.setdefault(inode, ("process", "/proc/%s/task/%s/ns/net" % (pid, thread)))
            try:
                mounts = os.readlink("/proc/%s/ns/mnt" % pid)
            except OSError:
                mounts = None
            if mounts and mounts not in mounts_seen:
                mounts_seen.add(mounts)
                self.mounted(pid)
            if OWN_MARK not in slurp("/proc/%s/cmdline" % pid):
                self.opened(pid)
        for found in (self.mounts, self.files):
            for inode, way in found.items():
                self.paths.setdefault(inode, way)

    def mounted(self, pid):
        for line in slurp("/proc/%s/mountinfo" % pid, 16 << 20).decode("utf-8", "replace").split("\n"):
            if " net:[" not in line:
                continue
            fields = line.split(" ")
            if len(fields) > 4 and fields[3].startswith("net:["):
                self.mounts.setdefault(fields[3][5:-1], ("mount", "/proc/%s/root%s" % (pid, unescaped(fields[4]))))

    def opened(self, pid):
        try:
            files = os.listdir("/proc/%s/fd" % pid)
        except OSError:
            return
        for file in files:
            path = "/proc/%s/fd/%s" % (pid, file)
            try:
                link = os.readlink(path)
            except OSError:
                continue
            if link.startswith("net:["):
                self.files.setdefault(link[5:-1], ("file", path))
            elif link.startswith("socket:[") and int(link[8:-1]) in self.missing_sockets:
                self.sockets.setdefault(int(link[8:-1]), (int(pid), path))

    def is_ours(self, inode):
        """Whether it is a namespace that a reader of this host made for itself."""
        return any(OUR_MARK.search(slurp("/proc/%d/cmdline" % pid, 4000)) for pid in self.by_namespace.get(inode, ())[:20])

    def describe(self, inode, known):
        """The processes in a namespace: number, command line, parent and what tells whose they are. known is filled on the way."""
        described = []
        for pid in sorted(self.by_namespace.get(inode, ()))[:DESCRIBED_PROCESSES]:
            stat = slurp("/proc/%d/stat" % pid)
            # Who it is: a number may be given again, and exec changes the command.
            fields = stat[stat.rfind(b")") + 2:].split()
            if len(fields) < 20 or fields[0] == b"Z":
                continue
            command = slurp("/proc/%d/cmdline" % pid, 1000)
            if not command or OWN_MARK in command:
                continue
            key = (pid, fields[19], command)
            if key not in known:
                argv = command.decode("utf-8", "replace").split("\0")
                parent = slurp("/proc/%s/cmdline" % fields[1].decode(), 4000).decode("utf-8", "replace").split("\0")
                cgroup = slurp("/proc/%d/cgroup" % pid, 4000).decode("utf-8", "replace")
                known[key] = {"pid": pid, "argv": trimmed(argv), "parent": trimmed(parent), "cgroup": cgroup.strip()}
            described.append(known[key])
        return described


def trimmed(argv):
    return argv[:-1] if argv and argv[-1] == "" else argv


def container_names():
    """Names by identifiers, as far as the records of Podman and Docker can be read."""
    names = {}
    for path in ("/var/lib/containers/storage/overlay-containers/containers.json",
                 "/var/lib/containers/storage/vfs-containers/containers.json",
                 "/var/lib/containers/storage/volatile-containers.json",
                 "/var/lib/containers/storage/overlay-containers/volatile-containers.json"):
        try:
            for one in json.loads(slurp(path, 4 << 20).decode("utf-8", "replace")):
                if one.get("names"):
                    names[one["id"]] = one["names"][0]
        except (ValueError, KeyError, AttributeError, TypeError):
            pass
    root = "/var/lib/docker/containers"
    try:
        ids = os.listdir(root)
    except OSError:
        ids = []
    for id_ in ids[:2000]:
        try:
            names[id_] = json.loads(slurp("%s/%s/config.v2.json" % (root, id_), 1 << 20).decode("utf-8", "replace"))["Name"].lstrip("/")
        except (ValueError, KeyError, AttributeError, TypeError):
            pass
    return names
`;
