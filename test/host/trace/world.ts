import type { Transport } from '../../../src/transport/transport';
import type { LabHost } from '../../lab-host';

/**
 * A host in which everything works, to break one thing of: two namespaces on a bridge, a router behind a cable of its own and a
 * namespace behind that, NAT out, a port forward in, services, all with IPv4 and IPv6.
 *
 *     earth   10.10.0.10 ─┐
 *     neptune 10.10.0.20 ─┴─ planet-br 10.10.0.1 · host · to-gate 10.20.0.1 ── g0 gate g1 ── mars 10.30.0.2
 */
const make = `
set -e
cable() { # NAMESPACE INTERFACE PORT
  ip link add "$3" up type veth peer name "$2" netns "$1"
  ip -n "$1" link set "$2" up
}
address() { # NAMESPACE DEV IPV4 IPV6
  ip -n "$1" addr add "$3" dev "$2"
  ip -n "$1" addr add "$4" dev "$2" nodad
}
# Nobody has to wait until it is sure that no other has the address of a link (IPv6).
sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
for each in earth neptune gate mars; do
  ip netns add "$each"
  ip netns exec "$each" sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
  ip -n "$each" link set lo up
done
ip link add planet-br up type bridge
ip addr add 10.10.0.1/16 dev planet-br
ip addr add fd00:10::1/64 dev planet-br nodad
cable earth earth-veth earth-br-veth
cable neptune neptune-veth neptune-br-veth
ip link set earth-br-veth master planet-br
ip link set neptune-br-veth master planet-br
address earth earth-veth 10.10.0.10/16 fd00:10::10/64
address neptune neptune-veth 10.10.0.20/16 fd00:10::20/64
cable gate g0 to-gate
ip addr add 10.20.0.1/24 dev to-gate
ip addr add fd00:20::1/64 dev to-gate nodad
address gate g0 10.20.0.2/24 fd00:20::2/64
ip -n gate link add g1 up type veth peer name m0 netns mars
ip -n mars link set m0 up
address gate g1 10.30.0.1/24 fd00:30::1/64
address mars m0 10.30.0.2/24 fd00:30::2/64
for each in earth neptune; do
  ip -n $each route add default via 10.10.0.1
  ip -n $each route add default via fd00:10::1
done
ip -n gate route add default via 10.20.0.1
ip -n gate route add default via fd00:20::1
ip -n mars route add default via 10.30.0.1
ip -n mars route add default via fd00:30::1
ip route add 10.30.0.0/24 via 10.20.0.2
ip route add fd00:30::/64 via fd00:20::2
sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.icmp_ratelimit=0
ip netns exec gate sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
for family in 4 6; do
  for name in all default lo planet-br earth-br-veth to-gate eth0; do
    [ $family = 6 ] || sysctl -qw net.ipv4.conf.$name.rp_filter=0
  done
done
iptables -t nat -A POSTROUTING -s 10.0.0.0/8 -o eth0 -j MASQUERADE
iptables -t nat -A PREROUTING -d 198.51.100.2/32 -p tcp --dport 8080 -j DNAT --to-destination 10.10.0.10:8000
`;

/** Listens, and answers datagrams; `mute`: accepts nothing, and its queue is full. */
const listener = `
import socket, sys, threading, time
def serve(kind, address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    s = socket.socket(family, socket.SOCK_DGRAM if kind == "udp" else socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((address, port))
    if kind != "udp":
        s.listen(0 if kind == "mute" else 16)
    if kind == "mute":
        callers = []
        for _ in range(3):
            c = socket.socket(family)
            c.setblocking(False)
            c.connect_ex((address, port))
            callers.append(c)
        time.sleep(1e6)
    def run():
        while True:
            if kind == "udp":
                data, peer = s.recvfrom(2000)
                s.sendto(data, peer)
            else:
                s.accept()[0].close()
    threading.Thread(target=run).start()
for word in sys.argv[1:]:
    kind, address, port = word.split(",")
    threading.Thread(target=serve, args=(kind, address, int(port))).start()
`;

const services: Readonly<Record<string, string>> = {
  earth: 'tcp,10.10.0.10,8000 tcp,127.0.0.1,8001 udp,10.10.0.10,5353 tcp,fd00:10::10,8000 mute,10.10.0.10,8002',
  neptune: 'tcp,0.0.0.0,9000',
};

const wipe = `
iptables -t nat -F; iptables -t mangle -F; iptables -t raw -F; iptables -t security -F; iptables -F; iptables -X
for chain in INPUT FORWARD OUTPUT; do iptables -P $chain ACCEPT; done
ip6tables -F; for chain in INPUT FORWARD OUTPUT; do ip6tables -P $chain ACCEPT; done
for family in arp bridge; do nft delete table $family filter 2>/dev/null; done
for table in $(nft list tables 2>/dev/null | sed -n 's/^table \\(.*\\) \\(netns-.*\\|lab.*\\)$/\\1,\\2/p'); do nft delete table $(echo $table | tr , ' '); done
for each in $(ip netns list | cut -d' ' -f1); do
  for pid in $(ip netns pids $each); do kill -9 $pid; done
  ip netns del $each
done
for each in $(ip -o link show type veth | sed -n 's/^[0-9]*: \\([^@:]*\\).*/\\1/p'); do
  case $each in eth0|mgmt0) ;; *) ip link del $each 2>/dev/null ;; esac
done
ip link del planet-br 2>/dev/null
[ ! -e /run/openvswitch/db.sock ] || ovs-vsctl -t 5 --if-exists del-br v-net -- --if-exists del-br v-far
ip rule flush; ip rule add lookup main priority 32766; ip rule add lookup default priority 32767
ip route flush table 100 2>/dev/null
for type in blackhole unreachable prohibit; do ip route flush type $type 2>/dev/null; done
sysctl -qw net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0 net.ipv4.icmp_echo_ignore_all=0 net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0
for name in all default eth0; do sysctl -qw net.ipv4.conf.$name.rp_filter=0; done
true
`;

/** Everything as it was on the fresh host. */
export async function wipeWorld(lab: LabHost): Promise<void> {
  const { code, stderr } = await lab.run(wipe);
  if (code !== 0) throw new Error(`The world was not wiped: ${stderr}`);
}

export async function makeWorld(lab: LabHost): Promise<void> {
  await wipeWorld(lab);
  const { code, stderr } = await lab.run(make);
  if (code !== 0) throw new Error(`The world was not made: ${stderr}`);
  await Promise.all(Object.entries(services).map(([namespace, words]) => serve(lab, namespace, words)));
}

/** Starts listeners (`tcp,ADDRESS,PORT …`) in a namespace and waits until the kernel shows them. */
export async function serve(lab: LabHost, namespace: string, words: string): Promise<void> {
  const ports = words.split(' ').map((word) => word.split(',').at(-1));
  const script = `
cat >/tmp/listener.${namespace}.py <<'END'
${listener}
END
${namespace === 'host' ? '' : `ip netns exec ${namespace}`} setsid python3 /tmp/listener.${namespace}.py ${words} </dev/null >/dev/null 2>&1 &
for port in ${ports.join(' ')}; do
  for try in $(seq 1000); do
    ${namespace === 'host' ? '' : `ip netns exec ${namespace}`} ss -Hlntu "sport = :$port" | grep -q . && continue 2
    sleep 0.02
  done
  exit 1
done`;
  const { code, stderr } = await lab.run(script);
  if (code !== 0) throw new Error(`Nobody listens in ${namespace}: ${stderr}`);
}

/** Knows one name, and says of all others that there is none. */
const nameServer = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("10.10.0.20", 53))
while True:
    asked, peer = s.recvfrom(512)
    question = asked[12:asked.index(0, 12) + 5]
    known = question.startswith(b"\\x04mars")
    isfour = question[-4:-2] == b"\\0\\1"
    answer = b"\\xc0\\x0c\\0\\1\\0\\1\\0\\0\\0\\5\\0\\4" + socket.inet_aton("10.30.0.2") if known and isfour else b""
    head = asked[:2] + (b"\\x81\\x80" if known else b"\\x81\\x83") + b"\\0\\1\\0" + (b"\\1" if answer else b"\\0") + b"\\0\\0\\0\\0"
    s.sendto(head + question + answer, peer)
`;

/** Gives earth a hosts file and a name server of its own: mars.example is 10.30.0.2, planet.example is 10.10.0.20. */
export async function startNameServer(lab: LabHost): Promise<void> {
  const { code, stderr } = await lab.run(`
mkdir -p /etc/netns/earth
echo '10.10.0.20 planet.example' >/etc/netns/earth/hosts
echo 'nameserver 10.10.0.20' >/etc/netns/earth/resolv.conf
[ -e /etc/hosts ] || touch /etc/hosts
[ -e /etc/resolv.conf ] || touch /etc/resolv.conf
cat >/tmp/names.py <<'END'
${nameServer}
END
ip netns exec neptune setsid python3 /tmp/names.py </dev/null >/dev/null 2>&1 &
until ip netns exec neptune ss -Hlnu "sport = :53" | grep -q .; do sleep 0.02; done`);
  if (code !== 0) throw new Error(`Nobody knows names: ${stderr}`);
}

/** A connection to the same host, on which a trace's script does not find a program. */
export function withoutProgram(transport: Transport, program: string): Transport {
  return new Proxy(transport, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      if (key !== 'run') return (...args: unknown[]): unknown => value.apply(target, args) as unknown;
      const run: Transport['run'] = (script, options) =>
        target.run(script.replaceAll(`command -v ${program} `, `command -v no-${program} `), options);
      return run;
    },
  });
}
