/**
 * Runs several programs on the host and sends their outputs home in one stream, as frames (`src/capture/frames.ts`). Python, because
 * no shell can pass bytes on; standard library only, 3.5 and newer.
 *
 * It reads a JSON list of `{argv, path}` from its standard input: what to run, and a file whose going ends it. (A process inside a
 * namespace would keep the namespace alive after `ip netns del`.)
 *
 * - SIGUSR1 makes tcpdump(8) say what it has captured and lost; before it has said "listening" it would end of it.
 * - A larger pipe than 64 KiB gives tcpdump time while the connection is busy.
 * - When it ends, however it does, the shell around it ends the whole process group. Where somebody killed that shell, it ends
 *   the programs itself.
 */
export const captureMux = String.raw`
import fcntl, json, os, selectors, signal, stat, struct, subprocess, sys, time

def send(kind, source, data):
    view = memoryview(struct.pack('>cHI', kind, source, len(data)) + data)
    while view:
        view = view[os.write(1, view):]

class Program:
    def __init__(self, number, argv, path):
        self.number, self.path, self.listening = number, path, False
        self.inode = os.stat(path).st_ino if path else None
        self.child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.open = 2
        try:
            fcntl.fcntl(self.child.stdout, 1031, 1 << 20)
        except OSError:
            pass

    def read(self, stream):
        data = os.read(stream.fileno(), 1 << 18)
        if not data:
            self.open -= 1
            selector.unregister(stream)
            if self.open == 0:
                send(b'X', self.number, struct.pack('>i', self.child.wait()))
            return
        if stream is self.child.stderr:
            self.listening = self.listening or b'listening on' in data
            send(b'W', self.number, data)
        else:
            send(b'O', self.number, data)

    def look(self):
        if self.child.poll() is not None:
            return
        if self.path:
            try:
                gone = os.stat(self.path).st_ino != self.inode
            except OSError:
                gone = True
            if gone:
                send(b'W', self.number, b'The namespace was deleted.\n')
                self.child.terminate()
                self.path = None
                return
        if self.listening:
            self.child.send_signal(signal.SIGUSR1)

selector = selectors.DefaultSelector()
programs = []
for number, wanted in enumerate(json.load(sys.stdin)):
    try:
        program = Program(number, wanted['argv'], wanted.get('path'))
    except OSError as error:
        send(b'W', number, str(error).encode() + b'\n')
        send(b'X', number, struct.pack('>i', 127))
        continue
    programs.append(program)
    for stream in (program.child.stdout, program.child.stderr):
        selector.register(stream, selectors.EVENT_READ, program)
parent = os.getppid()
next_look = time.monotonic() + 1
while selector.get_map():
    for key, _ in selector.select(max(0, next_look - time.monotonic())):
        key.data.read(key.fileobj)
    if time.monotonic() >= next_look:
        next_look = time.monotonic() + 1
        for program in programs:
            program.look()
            if os.getppid() != parent:
                program.child.terminate()
`;
