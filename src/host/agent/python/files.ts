/** Python: being told of changes of files: inotify(7) and the mounts of /proc/self/mountinfo. */
export const filesPython = String.raw`
IN_CREATED_OR_GONE = 0x100 | 0x200 | 0x40 | 0x80 | 0x400 | 0x800
IN_WRITTEN = 0x8


# Below /run and /etc, where much else goes on.
FOLDERS = (b"netns", b"netns-topology", b"openvswitch")


class Files:
    """Tells that something changed below folders and files, if they are there."""

    def __init__(self):
        self.fd = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        self.topics = {}
        self.watched = {}

    def watch(self, path, topic, mask=IN_CREATED_OR_GONE):
        """Once for each; False where the path is not there."""
        if self.fd < 0:
            return False
        number = libc.inotify_add_watch(self.fd, os.fsencode(path), mask)
        if number < 0:
            return False
        self.topics[number] = topic
        return True

    def read(self):
        """The topics of what happened."""
        topics = set()
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return topics
        at = 0
        while at + 16 <= len(data):
            number, mask, _, length = struct.unpack_from("=iIII", data, at)
            if mask & 0x4000:
                topics.update(self.topics.values())
            name = data[at + 16:at + 16 + length].rstrip(b"\0")
            topic = self.topics.get(number, "")
            if topic != "folders" or name in FOLDERS:
                topics.add(topic)
            if mask & 0x8000:
                self.topics.pop(number, None)
            at += 16 + length
        return topics - {""}
`;
