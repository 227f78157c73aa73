import type { Command } from '../base/command';
import type { HostSnapshot } from '../host/model';
import type { CheckDeclaration, Topology } from '../topology/model';
import { contains, parseCidr, type Cidr } from './cidr';
import { addressesIn } from './nat-rules';

/** A check as something to run: the claim in words, and the commands that could test it. */
export interface CheckPlan {
  readonly check: CheckDeclaration;
  /** `earth can ping neptune`, `earth cannot ping 8.8.8.8`. */
  readonly title: string;
  /** Where to run; undefined is the root namespace. */
  readonly namespace: string | undefined;
  /** The first whose program is on the host is used. */
  readonly alternatives: readonly Command[];
  /** How the output is judged: by the exit code alone, or as an HTTP answer. */
  readonly judge:
    { readonly type: 'exitCode' } | { readonly type: 'http'; readonly status?: number; readonly body?: string };
  /** Seconds that one try may take. */
  readonly patience: number;
  /** Why the check cannot be run at all. */
  readonly impossible?: string;
}

/** Seconds after which silence counts as "does not answer", where that is what is expected. */
const silence = 2;

/**
 * Turns a check into commands. Targets that are namespaces become addresses here, as the source can reach them; a snapshot
 * helps with namespaces whose addresses are not in the file.
 */
export function planCheck(check: CheckDeclaration, topology: Topology, snapshot?: HostSnapshot): CheckPlan {
  const namespace = check.from === 'host' ? undefined : check.from;
  const patience = Math.max(1, Math.ceil(check.expect === 'pass' ? check.within : Math.min(check.within, silence)));
  const { action } = check;
  const base = { check, title: checkTitle(check), namespace, patience, judge: { type: 'exitCode' } } as const;
  switch (action.type) {
    case 'ping': {
      const target = resolveTarget(action.target, namespace, topology, snapshot);
      return { ...base, ...forTarget(target, action.target, (address) => [ping(address, check.expect, patience)]) };
    }
    case 'tcp':
    case 'udp': {
      const target = resolveTarget(action.target, namespace, topology, snapshot);
      const commands = action.type === 'tcp' ? connect : sendDatagram;
      return {
        ...base,
        ...forTarget(target, action.target, (address) => commands(address, String(action.port), patience)),
      };
    }
    case 'http': {
      const { status, body } = action;
      const judge = {
        type: 'http',
        ...(status === undefined ? {} : { status }),
        ...(body === undefined ? {} : { body }),
      } as const;
      return { ...base, judge, alternatives: fetchUrl(action.url, patience) };
    }
    case 'dns':
      return { ...base, alternatives: lookUp(action.name) };
    case 'command':
      return { ...base, alternatives: [runText(action.command)] };
  }
}

/** The claim of a check in words. */
export function checkTitle({ from, action, expect }: CheckDeclaration): string {
  const can = expect === 'pass' ? 'can' : 'cannot';
  switch (action.type) {
    case 'ping':
      return `${from} ${can} ping ${action.target}`;
    case 'tcp':
      return `${from} ${can} connect to ${hostPort(action.target, action.port)}`;
    case 'udp':
      return `${from} ${can} send UDP to ${hostPort(action.target, action.port)}`;
    case 'http': {
      const parts = [
        action.status === undefined ? undefined : `status ${action.status}`,
        action.body === undefined ? undefined : `"${action.body}" in the body`,
      ].filter((part) => part !== undefined);
      return `${from} ${can} get ${action.url}${parts.length === 0 ? '' : ` with ${parts.join(' and ')}`}`;
    }
    case 'dns':
      return `${from} ${can} resolve ${action.name}`;
    case 'command':
      return `in ${from}, \`${action.command.trim().split('\n')[0] ?? ''}\` ${expect === 'pass' ? 'succeeds' : 'fails'}`;
  }
}

function hostPort(target: string, port: number): string {
  return parseCidr(target)?.family === 'inet6' ? `[${target}]:${port}` : `${target}:${port}`;
}

function forTarget(
  address: string | undefined,
  target: string,
  alternatives: (address: string) => Command[],
): Pick<CheckPlan, 'alternatives' | 'impossible'> {
  if (address !== undefined) return { alternatives: alternatives(address) };
  return { alternatives: [], impossible: `${target} has no address that could be tried.` };
}

/**
 * The address of a check's target: an address is itself; of a namespace, or of one of its interfaces, the first on a network
 * that the source is connected to, else the first of a family that the source has, else the first.
 */
export function resolveTarget(
  target: string,
  from: string | undefined,
  topology: Topology,
  snapshot?: HostSnapshot,
): string | undefined {
  if (parseCidr(target) !== undefined && !target.includes('/')) return target;
  const candidates = candidatesOf(target, topology, snapshot);
  if (candidates === undefined) return isPlainHostName(target) ? target : undefined;
  const near = addressesOf(from, topology, snapshot);
  const families = new Set(near.map(({ family }) => family));
  const best =
    candidates.find(({ address }) => near.some((own) => contains(own, address))) ??
    candidates.find(({ family }) => families.has(family)) ??
    candidates[0];
  return best?.address;
}

/** undefined: the target is no namespace and no interface of the lab. */
function candidatesOf(target: string, topology: Topology, snapshot?: HostSnapshot): Cidr[] | undefined {
  const isNamespace = (name: string): boolean => topology.namespaces.some((own) => own.name === name);
  if (target === 'host') return addressesOf(undefined, topology, snapshot);
  if (isNamespace(target)) return addressesOf(target, topology, snapshot);
  const [name = '', device] = target.split(':');
  if (device === undefined || (name !== 'host' && !isNamespace(name))) return undefined;
  return addressesOf(name === 'host' ? undefined : name, topology, snapshot, device);
}

function addressesOf(
  namespace: string | undefined,
  topology: Topology,
  snapshot?: HostSnapshot,
  device?: string,
): Cidr[] {
  const declared = addressesIn(topology, namespace, device);
  if (declared.length > 0) return declared;
  const observed = snapshot?.namespaces.find(({ name, isRoot }) =>
    namespace === undefined ? isRoot : name === namespace,
  );
  return (observed?.links ?? [])
    .filter(({ name, kind }) => kind !== 'loopback' && (device === undefined || name === device))
    .flatMap(({ addresses }) => addresses.filter(({ scope }) => scope === 'global'))
    .map(({ cidr }) => parseCidr(cidr))
    .filter((cidr) => cidr !== undefined);
}

function isPlainHostName(name: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name);
}

/** `-n`: a name server that does not answer must not make a ping fail. Tries that are repeated wait a second each. */
function ping(address: string, expect: CheckDeclaration['expect'], patience: number): Command {
  const family = parseCidr(address)?.family === 'inet6' ? ['-6'] : [];
  const wait = expect === 'pass' ? 1 : patience;
  return { argv: ['ping', ...family, '-n', '-c', '1', '-W', String(wait), address] };
}

function connect(address: string, port: string, patience: number): Command[] {
  const python =
    'import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3])); print("connected")';
  return [
    { argv: ['bash', '-c', 'exec 3<>"/dev/tcp/$0/$1" && echo connected', address, port] },
    { argv: ['nc', '-z', '-w', String(patience), address, port] },
    { argv: ['python3', '-c', python, address, port, String(patience)] },
  ];
}

/**
 * UDP has no connection: it passes unless the other side refuses (ICMP port unreachable), which shows on the second datagram.
 */
function sendDatagram(address: string, port: string): Command[] {
  const python = [
    'import socket, sys, time',
    'info = socket.getaddrinfo(sys.argv[1], int(sys.argv[2]), type=socket.SOCK_DGRAM)[0]',
    's = socket.socket(info[0], info[1])',
    's.connect(info[4]); s.send(b"\\n"); time.sleep(0.3); s.send(b"\\n"); print("not refused")',
  ].join('; ');
  const bash = 'exec 3<>"/dev/udp/$0/$1" && echo >&3 && sleep 0.3 && echo >&3 && echo "not refused"';
  return [{ argv: ['bash', '-c', bash, address, port] }, { argv: ['python3', '-c', python, address, port] }];
}

function fetchUrl(url: string, patience: number): Command[] {
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

function lookUp(name: string): Command[] {
  const python = 'import socket, sys; [print(i[4][0]) for i in socket.getaddrinfo(sys.argv[1], None)]';
  return [
    { argv: ['getent', 'ahosts', name] },
    { argv: ['python3', '-c', python, name] },
    { argv: ['nslookup', name] },
  ];
}

/** A user's own test: text for sh. */
function runText(text: string): Command {
  const trimmed = text.trim();
  return /[\n\r]/.test(trimmed) ? { argv: ['sh', '-s'], stdin: trimmed } : { argv: ['sh', '-c', trimmed] };
}
