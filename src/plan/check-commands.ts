import type { Command } from '../base/command';
import type { CheckDeclaration } from '../topology/model';
import { parseCidr } from './cidr';

/** `-n`: a name server that does not answer must not make a ping fail. Tries that are repeated wait a second each. */
export function ping(address: string, expect: CheckDeclaration['expect'], patience: number): Command {
  const family = parseCidr(address)?.family === 'inet6' ? ['-6'] : [];
  const wait = expect === 'pass' ? 1 : patience;
  return { argv: ['ping', ...family, '-n', '-c', '1', '-W', String(wait), address] };
}

export function connect(address: string, port: string, patience: number): Command[] {
  const python =
    'import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3])); print("connected")';
  return [
    { argv: ['bash', '-c', 'exec 3<>"/dev/tcp/$0/$1" && echo connected', address, port] },
    { argv: ['nc', '-z', '-w', String(patience), address, port] },
    { argv: ['python3', '-c', python, address, port, String(patience)] },
  ];
}

/** Seconds within which Linux says that nobody has an address: three questions, one a second (arp(7), `mcast_solicit`). */
const neighbourPatience = 3.3;

/**
 * UDP has no connection: it passes when something answers, or when within the time nobody refused. A refusal (ICMP port
 * unreachable) comes at once, that there is no neighbour of that address after a while. The latter the kernel tells only
 * those who ask for it (IP_RECVERR is 11, IPV6_RECVERR 25; udp(7)), which bash cannot.
 */
export function sendDatagram(address: string, port: string, patience: number): Command[] {
  const wait = String(Math.min(Math.max(patience - 1, 1), neighbourPatience));
  const python = `import socket, sys, time
info = socket.getaddrinfo(sys.argv[1], int(sys.argv[2]), type=socket.SOCK_DGRAM)[0]
s = socket.socket(info[0], info[1])
s.settimeout(float(sys.argv[3]))
s.setsockopt(*((41, 25, 1) if info[0] == socket.AF_INET6 else (0, 11, 1)))
s.connect(info[4])
try:
    s.send(b"\\n")
    time.sleep(0.3)
    s.send(b"\\n")
    s.recv(1)
    print("answered")
except socket.timeout: print("not refused")
except OSError as error: sys.exit(str(error))
`;
  // More than 128 is bash's way of saying that the time of `read` is over.
  const send = 'exec 3<>"/dev/udp/$0/$1" && echo >&3 && sleep 0.3 && echo >&3 || exit 1';
  const listen = 'read -r -N 1 -t "$2" -u 3 && echo answered && exit';
  const bash = `${send}; ${listen}; [ $? -gt 128 ] && echo "not refused"`;
  return [
    { argv: ['python3', '-', address, port, wait], stdin: python },
    { argv: ['bash', '-c', bash, address, port, wait] },
  ];
}

export function fetchUrl(url: string, patience: number): Command[] {
  const python = [
    'import sys, urllib.request, urllib.error',
    'opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))',
    'get = lambda: opener.open(sys.argv[1], timeout=float(sys.argv[2]))',
    'catch = lambda error: error if isinstance(error, urllib.error.HTTPError) else sys.exit(str(error))',
  ];
  const program = `${python.join('\n')}
try: answer = get()
except Exception as error: answer = catch(error)
print("HTTP/1.1", answer.status, answer.reason)
print(answer.headers)
sys.stdout.flush()
sys.stdout.buffer.write(answer.read())
`;
  const seconds = String(patience);
  return [
    { argv: ['curl', '-sS', '-i', '--noproxy', '*', '--max-time', seconds, '--', url] },
    { argv: ['python3', '-', url, seconds], stdin: program },
    { argv: ['wget', '-q', '-S', '-O', '-', '-T', seconds, '--', url] },
  ];
}

export function lookUp(name: string): Command[] {
  const python = 'import socket, sys; [print(i[4][0]) for i in socket.getaddrinfo(sys.argv[1], None)]';
  return [
    { argv: ['getent', 'ahosts', name] },
    { argv: ['python3', '-c', python, name] },
    { argv: ['nslookup', name] },
  ];
}

/** A user's own test: text for sh. */
export function runText(text: string): Command {
  const trimmed = text.trim();
  return /[\n\r]/.test(trimmed) ? { argv: ['sh', '-s'], stdin: trimmed } : { argv: ['sh', '-c', trimmed] };
}
