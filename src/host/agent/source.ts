import { quoteText } from '../../base/shell-quote';
import { countingPython } from './python/counting';
import { eventsPython } from './python/events';
import { filesPython } from './python/files';
import { findingPython } from './python/finding';
import { linksPython } from './python/links';
import { mainPython } from './python/main';
import { namespacesPython } from './python/namespaces';
import { netlinkPython } from './python/netlink';
import { oncePython, startPython } from './python/once';
import { placesPython } from './python/places';
import { readingPython } from './python/reading';
import { routesPython } from './python/routes';
import { settlePython } from './python/settle';
import { socketsPython } from './python/sockets';
import { sysctlsPython } from './python/sysctls';
import { tellingPython } from './python/telling';

/**
 * The agent: one program of Python's standard library (3.6 or newer), all ASCII. It reads its settings as one line of JSON from
 * its input, then requests, a line each, and ends when its input does. What it says is in `frames.ts`.
 */
export const agentProgram = [
  netlinkPython,
  linksPython,
  routesPython,
  namespacesPython,
  filesPython,
  socketsPython,
  sysctlsPython,
  readingPython,
  findingPython,
  tellingPython,
  placesPython,
  eventsPython,
  countingPython,
  settlePython,
  mainPython,
  oncePython,
  startPython,
].join('\n');

/**
 * Shell that runs the agent. It expects the program on its input, then the settings, then requests; it has its input to itself
 * (`lifeline: 'script'`). The program is no argument: arguments can be read by every user of the host, and are limited.
 */
export function agentScript(): string {
  const loader = `# netns-topology-agent: reads this host's network for Netns Topology, and ends with its connection.
import os, sys
def unsupported(why):
    os.write(1, ('{"type":"unsupported","why":"%s"}\\n' % why).encode("ascii", "replace"))
    os._exit(0)
if sys.version_info < (3, 6):
    unsupported("The host's python3 is %d.%d; 3.6 or newer is needed." % sys.version_info[:2])
try:
    import ctypes, json, select, socket, struct, subprocess
except ImportError as error:
    unsupported("The host's python3 lacks a part of its standard library: %s." % str(error).replace('"', "'"))
text, size = [], ${agentProgram.length}
while size > 0:
    text.append(os.read(0, min(size, 65536)))
    if not text[-1]:
        os._exit(0)
    size -= len(text[-1])
exec(compile(b"".join(text), "netns-topology-agent", "exec"))
`;
  return `
if command -v python3 >/dev/null 2>&1; then
  exec python3 -I -S -c ${quoteText(loader)} netns-topology-agent
fi
printf '%s\\n' '{"type":"unsupported","why":"The host has no python3."}'
`;
}
