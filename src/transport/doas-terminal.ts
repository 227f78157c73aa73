/**
 * doas asks for its password at the terminal, and only there (doas(1), readpassphrase(3)); what carries our scripts is none. So it
 * gets a terminal that nobody else sees, from a process beside it, and keeps the standard streams that it has. To us that process
 * speaks as `sudo -S -p` does: it prints our question once doas has printed its own, and takes one line for it.
 *
 * It reads not a byte of its input before that or after, ends doas where our end is gone while doas asks, and ends with its code. The
 * terminal must last as long as root's process: with its other end, that process would be hung up.
 *
 * Arguments: the question (with `%%` for `%`), a word that root's process prints to the terminal first, and the command.
 */
const program = `
import fcntl, os, select, signal, sys, termios

def end(status):
    os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))

asked, ready, command = sys.argv[2].replace('%%', '%').encode(), sys.argv[3].encode(), sys.argv[4:]
ours, theirs = os.openpty()
ended, wake = os.pipe()
os.set_blocking(wake, False)
signal.set_wakeup_fd(wake)
signal.signal(signal.SIGCHLD, lambda *_: None)
child = os.fork()
if child == 0:
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        os.setsid()
        fcntl.ioctl(theirs, termios.TIOCSCTTY, 0)
        os.execvp(command[0], command)
    finally:
        os._exit(127)
poll = select.poll()
poll.register(ours, select.POLLIN)
poll.register(ended, select.POLLIN)
poll.register(0, 0)
said, answered = b'', False
while ready not in said:
    pid, status = os.waitpid(child, os.WNOHANG)
    if pid:
        end(status)
    for stream, _ in poll.poll():
        if stream == 0:
            os._exit(1)
        if stream == ended:
            os.read(ended, 512)
        if stream == ours:
            said = (said + os.read(ours, 4096))[-65536:]
    if not answered and b') password: ' in said:
        answered = True
        os.write(2, asked)
        line = b''
        while not line.endswith(b'\\n'):
            byte = os.read(0, 1)
            if not byte:
                os._exit(1)
            line += byte
        os.write(ours, line)
end(os.waitpid(child, 0)[1])
`;

/** What doas prints at a terminal (OpenDoas: `doas (%.32s@%.32s) password: `). */
export const doasPrompt = /doas \([^\r\n]{1,80}\) password: /g;

/**
 * What to put before `doas` where there is no terminal. In hexadecimal, as login shells differ in how they read line breaks and
 * quotes; isolated (`-I`), so that no file of the user's is loaded instead of Python's own.
 *
 * @param ready the word for the terminal, without characters that a shell reads
 */
export function withTerminal(question: string, ready: string): readonly string[] {
  const loader = 'import sys; exec(bytes.fromhex(sys.argv[1]))';
  return ['python3', '-I', '-c', loader, Buffer.from(program).toString('hex'), question, ready];
}
