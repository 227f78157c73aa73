/** Python: the part of the agent that says what it reads: of namespaces only what is another than before, and of the host. */
export const tellingPython = String.raw`
LINE = 120000


class Telling:
    def say(self, frame):
        self.has_said = True
        text = json.dumps(frame, separators=(",", ":"))
        data = b""
        while len(text) > LINE:
            data += b"+" + text[:LINE].encode("ascii") + b"\n"
            text = text[LINE:]
        data += text.encode("ascii") + b"\n"
        view = memoryview(data)
        while view:
            view = view[os.write(1, view):]

    def say_once(self, name, frame):
        """Says it unless it was the same before."""
        text = hash(json.dumps(frame, sort_keys=True))
        if self.sent.get(name) != text:
            self.sent[name] = text
            self.say(frame)

    def tell(self, place, parts):
        changed = {}
        parts["self"] = {"names": place.names, "road": place.road, "path": place.other, "processes": place.processes}
        for name, value in parts.items():
            text = hash(json.dumps(value, sort_keys=True))
            if place.sent.get(name) != text:
                place.sent[name] = text
                changed[name] = value
        if changed:
            self.say({"type": "namespace", "id": place.id, "isRoot": place.id == self.root_id, "parts": changed})

    def read_host(self, script):
        begun = time.monotonic()
        files, way = (self.host_files(), self.look_at_way()) if script == "hostScript" else (None, None)
        tool = Tool(self.config[script], ["netns-topology-reading"], self.root, self.home)
        text = tool.output()
        self.say_once(script, {"type": "host", "script": script, "text": text})
        if files is not None:
            self.host_files_read = files
            self.note_way(text, way)
        now = time.monotonic()
        self.host_not_before = now + 10 * (now - begun)

    def read_records(self):
        """The manifests of our own labs and what else we keep under /run/netns-topology."""
        base = "/run/netns-topology"
        records = {"labs": [], "services": [], "resolvConfs": [], "switchedOff": [], "natForwarding": [], "hasOddName": self.has_odd}
        for name, key, suffix in (("labs", "labs", None), ("switched-off", "switchedOff", ".json"), ("nat-forwarding", "natForwarding", "")):
            folder = "%s/%s" % (base, name)
            try:
                entries = sorted(os.listdir(folder))
            except OSError:
                continue
            self.files.watch(folder, "records", IN_CREATED_OR_GONE | IN_WRITTEN)
            for entry in entries:
                if suffix is None:
                    self.files.watch("%s/%s" % (folder, entry), "records", IN_CREATED_OR_GONE | IN_WRITTEN)
                    text = slurp("%s/%s/manifest.json" % (folder, entry), 32 << 20)
                    if text and "\n" not in entry:
                        records[key].append([entry, text.decode("utf-8", "replace")])
                        self.read_services("%s/%s/services" % (folder, entry), records["services"])
                elif entry.endswith(suffix) and not entry.startswith("."):
                    text = slurp("%s/%s" % (folder, entry), 1 << 20).decode("utf-8", "replace")
                    records[key].append(text if suffix else [entry, text])
        if self.files.watch("/etc/netns", "records"):
            for name in sorted(os.listdir("/etc/netns")):
                folder = "/etc/netns/%s" % name
                path = folder + "/resolv.conf"
                self.files.watch(folder, "records", IN_CREATED_OR_GONE | IN_WRITTEN)
                # The first hundred lines of an ordinary file; what else lies there is none of name servers.
                if os.path.isfile(path) and "\n" not in path:
                    lines = slurp(path, 1 << 20).decode("utf-8", "replace").split("\n")[:100]
                    records["resolvConfs"].append([path, "\n".join(lines)])
        self.say_once("records", {"type": "records", "records": records})

    def read_services(self, folder, found):
        """What the services of a lab noted of themselves: a folder for each namespace."""
        if not self.files.watch(folder, "records"):
            return
        for namespace in sorted(os.listdir(folder)):
            inner = "%s/%s" % (folder, namespace)
            self.files.watch(inner, "records", IN_CREATED_OR_GONE | IN_WRITTEN)
            try:
                names = sorted(name for name in os.listdir(inner) if name.endswith(".status"))
            except OSError:
                continue
            for name in names:
                path = "%s/%s" % (inner, name)
                if "\n" not in path:
                    found.append([path, slurp(path).decode("utf-8", "replace")])
`;
