import { quoteArgument, quoteText } from '../base/shell-quote';

/** What is sent to see what becomes of it. */
export interface Probe {
  readonly namespaceId: string;
  readonly protocol: 'icmp' | 'tcp' | 'udp';
  readonly destination: string;
  readonly port?: number;
  readonly sourcePort?: number;
  /** Which of its own addresses the namespace sends from; absent: the kernel chooses. */
  readonly source?: string;
  /** Bytes of the whole packet; then nobody on the way may cut it up. */
  readonly size?: number;
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
function pingLines(enter: string, { destination, pattern, source, size }: Probe): string {
  const isV6 = destination.includes(':');
  const family = isV6 ? '-6 ' : '';
  const from = source === undefined ? '' : `-I ${quoteArgument(source)} `;
  const payload = size === undefined ? '' : `-s ${size - (isV6 ? 48 : 28)} `;
  const whole = size === undefined ? '' : '-M do ';
  const to = quoteArgument(destination);
  return `  command -v ping >/dev/null 2>&1 || { echo 'P no-tool ping'; return; }
  ping_once() {
    case $(ping -V 2>&1) in
      *iputils*) ${enter} ping ${family}-n -c 1 -w ${patience} -i 0.5 ${from}${payload}${whole}-p ${pattern} ${to} 2>&1 ;;
      *) ${enter} ping ${family}-c 1 -w ${patience} ${from}${payload}${to} 2>&1 ;;
    esac
  }
  said=$(ping_once)
  code=$?
  # Looking for a neighbour takes the kernel 3 seconds: who is told sooner that it failed has met an earlier search.
  case $said in *' Host Unreachable'* | *'Address unreachable'*) said=$(ping_once); code=$? ;; esac
  echo "P code $code"
  printf '%s\\n' "$said" | sed 's/^/P said /'`;
}

/** Python can choose the port it comes from and says exactly what came; bash and curl serve where there is none. */
function connectLines(enter: string, { protocol, destination, port = 0, sourcePort = 0, source, size }: Probe): string {
  const to = quoteArgument(destination);
  return `  if command -v python3 >/dev/null 2>&1; then
    ${enter} python3 -c ${quoteText(pythonProbe)} ${protocol} ${to} ${port} ${sourcePort} ${quoteText(source ?? '')} ${size ?? 0} 2>&1
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
import errno, socket, sys, time
kind, host, port, source = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
address, size = sys.argv[5], int(sys.argv[6])
family = socket.AF_INET6 if ":" in host else socket.AF_INET
begun = time.time()
def attempt():
    s = socket.socket(family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.settimeout(${patience})
    try:
        s.bind((address, source))
    except OSError:
        if address:
            raise
    s.connect((host, port))
    if kind == "tcp":
        return "P connected %.3f" % ((time.time() - begun) * 1000)
    headers = 28
    if family == socket.AF_INET6:
        headers = 48
    elif size:
        s.setsockopt(socket.IPPROTO_IP, 10, 2)  # IP_MTU_DISCOVER: IP_PMTUDISC_DO
    s.send(b"netns-topology trace".ljust(max(size - headers, 0), b"."))
    s.recv(1)
    return "P answered %.3f" % ((time.time() - begun) * 1000)
def outcome():
    try:
        return attempt()
    except socket.timeout:
        return "P lost"
    except ConnectionRefusedError:
        return "P refused"
    except OSError as error:
        # Looking for a neighbour takes the kernel 3 seconds: who is told sooner has met an earlier search.
        if error.errno == errno.EHOSTUNREACH and not again:
            again.append(1)
            return outcome()
        return "P error " + (error.strerror or str(error))
again = []
print(outcome())
`;
