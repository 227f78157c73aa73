import type { HostSnapshot, ObservedLink, ObservedNamespace } from '../host/model';
import type { Topology } from '../topology/model';

/**
 * A host that has nothing of the lab and all that it takes for granted: every tool, the interfaces that the file names and does
 * not make, and no setting that is right already. A plan for it holds every command that the file stands for.
 */
export function freshHost(topology: Topology, filter: 'nftables' | 'iptables' = 'nftables'): HostSnapshot {
  const names = ['lo', ...givenInterfaces(topology)];
  const settings = [
    'net.ipv4.ip_forward',
    'net.ipv6.conf.all.forwarding',
    ...topology.host.sysctls.map(({ name }) => name),
  ];
  const root: ObservedNamespace = {
    id: '1',
    isRoot: true,
    links: [...new Set(names)].map(link),
    routes: [],
    rules: [],
    sysctls: Object.fromEntries(settings.map((name) => [name, ''])),
    nat: [],
    nftTables: [],
    processes: [],
  };
  const filters = filter === 'nftables' ? ['nft', 'iptables', 'ip6tables'] : ['iptables', 'ip6tables'];
  const tools = ['ip', 'tc', 'bridge', 'sysctl', 'ovs-vsctl', 'python3', 'bash', ...filters];
  return {
    hostname: '',
    kernel: '',
    namespaces: [root],
    labs: [],
    tools: Object.fromEntries(tools.map((tool) => [tool, tool])),
    openvswitch: true,
    unread: [],
  };
}

/** What the file plugs into its bridges or builds on; those that the lab makes itself do no harm here. */
function givenInterfaces({ bridges, links, namespaces, host }: Topology): string[] {
  const physical = namespaces
    .flatMap(({ interfaces }) => interfaces)
    .flatMap(({ kind, name }) => (kind === 'physical' ? [name] : []));
  const made = new Set([
    ...bridges.map(({ name }) => name),
    ...links.flatMap(({ endpoints }) => endpoints.map((end) => end.interface)),
    ...host.interfaces.map(({ name }) => name),
  ]);
  const ports = bridges.filter(({ namespace }) => namespace === undefined).flatMap((bridge) => bridge.ports);
  const parents = [...namespaces, host]
    .flatMap(({ interfaces }) => interfaces)
    .flatMap(({ options: { parent } }) => (typeof parent === 'string' ? [parent] : []));
  return [...physical, ...[...ports, ...parents].filter((name) => !made.has(name))];
}

function link(name: string, index: number): ObservedLink {
  return {
    index: index + 1,
    name,
    kind: name === 'lo' ? 'loopback' : 'physical',
    up: true,
    operState: 'up',
    carrier: true,
    mtu: 1500,
    addresses: [],
    altNames: [],
    data: {},
  };
}
