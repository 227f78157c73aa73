/**
 * Python: the agent that tells of everything once and ends. What programs have to say of the host is gathered while the rest is read;
 * nothing is compared with what was said before, and nothing is watched.
 */
export const oncePython = String.raw`
# What a plan goes by.
PLANNED = frozenset(("names", "links", "routes", "rules", "sysctls", "firewall"))


class Once(Agent):
    def __init__(self, config):
        Agent.__init__(self, config)
        self.events.close()
        if self.filter_events is not None:
            self.filter_events.close()
        self.untold = []
        self.untold_size = 0

    def say(self, frame):
        self.untold.append(json.dumps(frame, separators=(",", ":")))
        self.untold_size += len(self.untold[-1])
        if self.untold_size > LINE:
            self.flush()

    def flush(self):
        view = memoryview(("\n".join(self.untold) + "\n").encode("ascii"))
        self.untold, self.untold_size = [], 0
        while view:
            view = view[os.write(1, view):]

    def say_once(self, name, frame):
        self.say(frame)

    def tell(self, place, parts):
        parts["self"] = {"names": place.names, "road": place.road, "path": place.other, "processes": place.processes}
        self.say({"type": "namespace", "id": place.id, "isRoot": place.id == self.root_id, "parts": parts})

    def run(self):
        tools = [(name, Tool(self.config[name], ["netns-topology-reading"], self.root, self.home))
                 for name in (("hostScript", "kernelScript") if self.config["probe"] else ("hostScript",))]
        root = self.place(self.root_id)
        self.number(root, self.root)
        self.find_names()
        self.find_processes(not self.config["forPlan"])
        self.settle_paths()
        self.number_all(list(self.places.values()))
        if self.config["forPlan"]:
            for place in self.places.values():
                place.dirty &= PLANNED
        self.read_places()
        self.read_records()
        for name, tool in tools:
            self.say({"type": "host", "script": name, "text": tool.output()})
        self.say({"type": "done", "requests": []})
        self.flush()
`;
/** Python: what runs the agent, with the settings that come as the first line of its input. */
export const startPython = String.raw`
def end(number, frame):
    raise Ended()


def main():
    global NSFS, NAMES
    NSFS = os.stat("/proc/self/ns/net").st_dev
    NAMES = Names()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    # Its tools have sessions of their own, and go with it.
    signal.signal(signal.SIGTERM, end)
    head = b""
    while b"\n" not in head:
        more = os.read(0, 65536)
        if not more:
            return
        head += more
    settings, requests = head.split(b"\n", 1)
    try:
        config = json.loads(settings.decode("utf-8"))
        agent = Once(config) if config.get("once") else Agent(config)
        agent.accept(requests)
    except OSError as error:
        os.write(1, (json.dumps({"type": "unsupported", "why": str(error)}) + "\n").encode("ascii"))
        return
    try:
        agent.run()
    except (Ended, BrokenPipeError):
        pass
    finally:
        for pid in TOOLS:
            try:
                os.killpg(pid, signal.SIGKILL)
            except OSError:
                pass


main()
`;
