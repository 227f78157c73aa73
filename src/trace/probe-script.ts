import { quoteArgument, quoteText } from '../base/shell-quote';

/** What is sent to see what becomes of it. */
export interface Probe {
  readonly namespaceId: string;
  readonly protocol: 'icmp' | 'tcp' | 'udp';
  readonly destination: string;
  readonly port?: number;
  readonly sourcePort?: number;
  /** Eight hexadecimal digits in the payload of a ping, by which it is told from others. */
  readonly pattern: string;
}

/** Seconds after which no answer is none. */
const patience = 2;

/** The function `probe`: sends it, and says on lines that begin with `P` what came of it. */
export function probeScript(enter: string, probe: Probe): string {
  const body = probe.protocol === 'icmp' ? pingLines(enter, probe) : connectLines(enter, probe);
  return `probe() {\n${body}\n}`;
}

/** ping of iputils is given a pattern; others cannot be told from each other, and are watched all the same. */
function pingLines(enter: string, { destination, pattern }: Probe): string {
  const family = destination.includes(':') ? '-6 ' : '';
  return `  command -v ping >/dev/null 2>&1 || { echo 'P no-tool ping'; return; }
  case $(ping -V 2>&1) in
    *iputils*) said=$(${enter} ping ${family}-n -c 1 -w ${patience} -i 0.5 -p ${pattern} ${quoteArgument(destination)} 2>&1) ;;
    *) said=$(${enter} ping ${family}-c 1 -w ${patience} ${quoteArgument(destination)} 2>&1) ;;
  esac
  echo "P code $?"
  printf '%s\\n' "$said" | sed 's/^/P said /'`;
}

/** Python can choose the port it comes from and says exactly what came; bash and curl serve where there is none. */
function connectLines(enter: string, { protocol, destination, port = 0, sourcePort = 0 }: Probe): string {
  const to = quoteArgument(destination);
  return `  if command -v python3 >/dev/null 2>&1; then
    ${enter} python3 -c ${quoteText(pythonProbe)} ${protocol} ${to} ${port} ${sourcePort} 2>&1
  elif command -v bash >/dev/null 2>&1 && command -v timeout >/dev/null 2>&1; then
    said=$(${enter} timeout ${patience} bash -c 'exec 3<>/dev/${protocol}/$0/$1' ${to} ${port} 2>&1)
    case $? in
      0) echo 'P connected' ;;
      124) echo 'P lost' ;;
      *)
        case $said in
          *refused*) echo 'P refused' ;;
          *) printf 'P error %s\\n' "\${said##*: }" ;;
        esac
        ;;
    esac
  else
    echo 'P no-tool python3'
  fi`;
}

const pythonProbe = `
import socket, sys, time
kind, host, port, source = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
family = socket.AF_INET6 if ":" in host else socket.AF_INET
s = socket.socket(family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.settimeout(${patience})
try:
    s.bind(("", source))
except OSError:
    pass
begun = time.time()
try:
    s.connect((host, port))
    if kind == "udp":
        s.send(b"netns-topology trace")
        s.recv(1)
        print("P answered")
    else:
        print("P connected %.3f" % ((time.time() - begun) * 1000))
except socket.timeout:
    print("P lost")
except ConnectionRefusedError:
    print("P refused")
except OSError as error:
    print("P error " + (error.strerror or str(error)))
`;
