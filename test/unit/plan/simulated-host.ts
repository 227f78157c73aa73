import type { Command } from '../../../src/base/command';
import type { HostSnapshot, ObservedLink, ObservedNamespace, ObservedRoute } from '../../../src/host/model';
import { localnetDeviceOf, localnetSysctl } from '../../../src/host/sysctl-names';
import { withOpenVswitch } from '../../../src/host/read-openvswitch';
import { contains, networkOf, normalCidr, parseCidr } from '../../../src/plan/cidr';
import { harmlessInUndo } from '../../../src/plan/script-worker';
import type { Plan } from '../../../src/plan/model';
import { Refusal } from './refusal';
import { bridgeCommand, observePort, plugIn, tcCommand, type PortState } from './simulated-ports';
import { SimulatedOpenVswitch } from './simulated-open-vswitch';

type StandingKind = 'macvlan' | 'ipvlan' | 'vlan' | 'vxlan';

interface Place {
  namespace: string;
  name: string;
}

interface Link extends PortState {
  name: string;
  kind: 'veth' | 'bridge' | 'loopback' | 'physical' | 'openvswitch' | StandingKind | 'dummy' | 'tun';
  up: boolean;
  mtu: number;
  mac: string;
  alias?: string;
  peer?: Place;
  /** What it stands on. */
  parent?: Place;
  addresses: string[];
  data: Record<string, string>;
}

interface Route {
  to: string;
  type: string;
  via?: string;
  dev?: string;
  table: string;
  metric?: number;
  src?: string;
}

interface Namespace {
  links: Record<string, Link>;
  routes: Route[];
  rules: string[];
  sysctls: Record<string, string>;
  /** `FAMILY NAME` → comments. */
  tables: Record<string, string[]>;
  /** Command lines of running services. */
  services: Record<string, string>;
  nameservers?: string;
}

const root = '';

/**
 * A host in memory that understands the commands of our plans and nothing else; what it does not know, it refuses. It does
 * to interfaces, addresses and routes what Linux does where a plan depends on it: both ends of a cable go together, an
 * interface takes its addresses and routes along, the last IPv4 address takes the routes.
 */
export class SimulatedHost {
  private namespaces: Record<string, Namespace> = { [root]: newNamespace() };
  private readonly labs: Record<string, unknown> = {};
  private readonly openVswitch = new SimulatedOpenVswitch({
    add: (name) => {
      const { links } = this.namespaces[root]!;
      if (links[name] !== undefined) throw new Refusal(`could not create bridge ${name}`);
      links[name] = newLink(name, 'openvswitch', '02:00:00:00:ff:00');
    },
    remove: (name) => this.remove(root, name),
  });
  private created = 0;

  constructor() {
    this.namespaces[root]!.links['eth0'] = newLink('eth0', 'physical', '52:54:00:00:00:01');
    Object.assign(this.namespaces[root]!.links['eth0'], { up: true, addresses: ['198.51.100.2/24'] });
    this.namespaces[root]!.links['eth1'] = newLink('eth1', 'physical', '52:54:00:00:00:02');
    const eth1 = { up: true, mtu: 9000, alias: 'to the rack', addresses: ['203.0.113.7/24', '2001:db8:7::7/64'] };
    Object.assign(this.namespaces[root]!.links['eth1'], eth1);
    this.namespaces[root]!.routes.push({
      to: '10.99.0.0/16',
      type: 'unicast',
      via: '203.0.113.1',
      dev: 'eth1',
      table: 'main',
    });
    this.namespaces[root]!.links['eth2'] = newLink('eth2', 'physical', '52:54:00:00:00:03');
  }

  /** Everything that a plan may change, for comparing; interface MACs are the kernel's own choice. */
  state(): string {
    const withoutMac = JSON.stringify(this.namespaces, (key, value: unknown) => {
      if (key === 'mac') return undefined;
      if (key === 'routes' || key === 'rules' || key === 'addresses')
        return [...(value as unknown[])].map(sorted).sort();
      return sorted(value);
    });
    return `${withoutMac} ${JSON.stringify(this.labs, (_, value: unknown) => sorted(value))} ${this.openVswitch.state()}`;
  }

  /** Runs a plan to its end, manifest included. */
  run(plan: Plan): void {
    for (const step of plan.steps) for (const command of step.run) this.execute(command);
    if (plan.record?.type === 'write') this.labs[plan.lab] = JSON.parse(plan.record.text);
    if (plan.record?.type === 'remove') Reflect.deleteProperty(this.labs, plan.lab);
  }

  /** Runs the first `count` commands of a plan and then what the script would undo. */
  runAndUndo(plan: Plan, count: number): void {
    let left = count;
    let reached = -1;
    for (const [index, step] of plan.steps.entries()) {
      if (left === 0) break;
      reached = index;
      for (const command of step.run) {
        if (left === 0) break;
        this.execute(command);
        left--;
      }
    }
    for (const step of plan.steps.slice(0, reached + 1).reverse()) {
      for (const command of step.undo) {
        try {
          this.execute(command);
        } catch (error) {
          const isHarmless = error instanceof Refusal && harmlessInUndo.some((words) => error.message.includes(words));
          if (!isHarmless) throw error;
        }
      }
    }
  }

  execute({ argv, stdin = '' }: Command): void {
    const words = [...argv];
    let scope = root;
    if (words[0] === 'ip' && words[1] === '-n') scope = words.splice(1, 2)[1]!;
    if (words[0] === 'ip' && words[1] === 'netns' && words[2] === 'exec') scope = words.splice(0, 4)[3]!;
    const namespace = this.namespaces[scope];
    if (namespace === undefined)
      throw new Refusal(`Cannot open network namespace "${scope}": No such file or directory`);
    const [program, ...rest] = words;
    const back = program === 'sh' ? /^ip -n (\S+) link set dev (\S+) netns \$\$$/.exec(rest[1] ?? '') : null;
    if (back !== null) {
      this.move(back[1]!, back[2]!, root);
      return;
    }
    if (program === 'sysctl') {
      setSysctl(namespace, rest);
      return;
    }
    if (program === 'tc' || program === 'bridge') {
      if (rest[0] === '-n') scope = rest.splice(0, 2)[1]!;
      (program === 'tc' ? tcCommand : bridgeCommand)(this.namespaces[scope]?.links ?? {}, rest);
      return;
    }
    if (program === 'ovs-vsctl') {
      this.openVswitch.execute(rest);
      return;
    }
    if (program === 'nft') {
      this.nft(namespace, rest, stdin);
      return;
    }
    if (program === 'sh') {
      this.shell(stdin);
      return;
    }
    if (program !== 'ip') throw new Refusal(`${String(program)}: not found`);
    if (rest[0] === '-6') rest.shift();
    const [object, verb, ...args] = rest;
    if (object === 'netns') {
      this.netns(verb!, args[0]!);
      return;
    }
    if (object === 'link') {
      this.link(scope, verb!, args);
      return;
    }
    if (object === 'tuntap') {
      this.addTunnel(scope, args);
      return;
    }
    if (object === 'addr') {
      address(namespace, verb!, args);
      return;
    }
    if (object === 'route') {
      route(namespace, verb!, args);
      return;
    }
    if (object === 'rule') {
      rule(namespace, verb!, args);
      return;
    }
    throw new Refusal(`ip: unknown object ${String(object)}`);
  }

  private netns(verb: string, name: string): void {
    if (verb === 'add') {
      if (this.namespaces[name] !== undefined) throw new Refusal(`Cannot create namespace file: File exists`);
      this.namespaces[name] = newNamespace();
      return;
    }
    const gone = this.namespaces[name];
    if (gone === undefined) throw new Refusal('Cannot remove namespace file: No such file or directory');
    if (Object.keys(gone.services).length > 0) throw new Refusal('A process is left in the namespace.');
    for (const link of Object.keys(gone.links)) {
      // The kernel sends hardware back to the host.
      if (gone.links[link]?.kind === 'physical') this.move(name, link, root);
      else this.remove(name, link);
    }
    // The file under /etc/netns belongs to the name, not to the namespace.
    if (gone.nameservers !== undefined) throw new Refusal('Name servers are left behind.');
    Reflect.deleteProperty(this.namespaces, name);
  }

  private link(scope: string, verb: string, args: string[]): void {
    const { links } = this.namespaces[scope]!;
    // Only ovs-vsctl takes away what Open vSwitch made.
    if (verb === 'del' && links[args[1]!]?.kind === 'openvswitch') throw new Refusal('Operation not supported');
    if (verb === 'add') {
      this.addLink(scope, args);
      return;
    }
    const name = args[1]!;
    const link = links[name];
    if (args[0] !== 'dev' || link === undefined) throw new Refusal(`Cannot find device "${name}"`);
    if (verb === 'del') {
      this.remove(scope, name);
      return;
    }
    for (let i = 2; i < args.length; i++) {
      const word = args[i]!;
      if (word === 'up' || word === 'down') {
        link.up = word === 'up';
        if (!link.up) this.namespaces[scope]!.routes = this.namespaces[scope]!.routes.filter(({ dev }) => dev !== name);
      } else if (word === 'netns') this.move(scope, name, args[++i]!);
      else if (word === 'nomaster') plugIn(link, undefined);
      else if (word === 'alias') setAlias(link, args[++i]!);
      else if (word === 'address') link.mac = args[++i]!;
      else if (word === 'mtu') link.mtu = Number(args[++i]);
      else if (word === 'master') {
        if (links[args[++i]!]?.kind !== 'bridge') throw new Refusal('Device does not exist');
        plugIn(link, args[i]);
      } else if (word === 'type') {
        if (args[i + 1] !== link.kind) throw new Refusal(`${name} is no ${args[i + 1]!}`);
        Object.assign(link.data, kindData(link.kind, pairs(args.slice(i + 2))));
        break;
      } else throw new Refusal(`link set: unknown word ${word}`);
    }
  }

  /** Bare: the kernel takes its addresses, routes and bridge from it. */
  private move(from: string, name: string, to: string): void {
    const [source, target] = [this.namespaces[from], this.namespaces[to]];
    const link = source?.links[name];
    if (source === undefined || link === undefined) throw new Refusal(`Cannot find device "${name}"`);
    if (target === undefined) throw new Refusal('Invalid "netns" value');
    if (target.links[name] !== undefined) throw new Refusal('RTNETLINK answers: File exists');
    Reflect.deleteProperty(source.links, name);
    source.routes = source.routes.filter(({ dev }) => dev !== name);
    plugIn(link, undefined);
    delete link.qdisc;
    target.links[name] = Object.assign(link, { up: false, addresses: [] });
  }

  private addTunnel(scope: string, args: string[]): void {
    const { dev, mode, ...owner } = pairs(args);
    this.addLink(scope, ['name', dev!, 'type', 'tun']);
    Object.assign(this.namespaces[scope]!.links[dev!]!.data, { type: mode, ...owner });
  }

  private addLink(scope: string, args: string[]): void {
    const split = args.indexOf('type');
    const own = pairs(args.slice(0, split));
    const [, kind, ...options] = args.slice(split);
    const place = own['netns'] ?? scope;
    const fresh = (at: string, name: string, linkKind: Link['kind']): Link => {
      const links = this.namespaces[at]?.links;
      if (links === undefined) throw new Refusal(`Invalid "netns" value`);
      if (links[name] !== undefined) throw new Refusal('RTNETLINK answers: File exists');
      return newLink(name, linkKind, `02:00:00:00:00:${(++this.created % 256).toString(16).padStart(2, '0')}`);
    };
    const first = fresh(place, own['name']!, kind as Link['kind']);
    if (kind === 'bridge') Object.assign(first.data, pairs(options));
    else if ((kind === 'dummy' || kind === 'tun') && options.length === 0) first.data = {};
    else if (kind === 'veth' && options[0] === 'peer') {
      const peer = pairs(options.slice(1));
      const peerPlace = peer['netns'] ?? scope;
      const second = fresh(peerPlace, peer['name']!, 'veth');
      first.peer = { namespace: peerPlace, name: second.name };
      second.peer = { namespace: place, name: first.name };
      this.namespaces[peerPlace]!.links[second.name] = second;
    } else if (['macvlan', 'ipvlan', 'vlan', 'vxlan'].includes(kind!)) {
      const { dev, ...rest } = pairs(options);
      const below = own['link'] ?? dev;
      if (below !== undefined && this.namespaces[scope]!.links[below] === undefined) {
        throw new Refusal('RTNETLINK answers: No such device');
      }
      if (below === undefined && kind !== 'vxlan') throw new Refusal('RTNETLINK answers: Invalid argument');
      if (below !== undefined) first.parent = { namespace: scope, name: below };
      first.data = kindData(first.kind, rest);
    } else throw new Refusal(`Unknown device type ${String(kind)}`);
    this.namespaces[place]!.links[first.name] = first;
  }

  private remove(scope: string, name: string): void {
    const namespace = this.namespaces[scope]!;
    const link = namespace.links[name]!;
    Reflect.deleteProperty(namespace.links, name);
    Reflect.deleteProperty(namespace.sysctls, localnetSysctl(name));
    namespace.routes = namespace.routes.filter(({ dev }) => dev !== name);
    for (const other of Object.values(namespace.links)) if (other.master === name) plugIn(other, undefined);
    for (const [place, { links }] of Object.entries(this.namespaces)) {
      for (const { name: other, parent } of Object.values(links)) {
        if (parent?.name === name && parent.namespace === scope) this.remove(place, other);
      }
    }
    const { peer } = link;
    if (peer !== undefined && this.namespaces[peer.namespace]?.links[peer.name] !== undefined) {
      this.remove(peer.namespace, peer.name);
    }
  }

  private nft(namespace: Namespace, args: string[], script: string): void {
    if (args[0] === 'delete') {
      const key = `${args[2]!} ${args[3]!}`;
      if (namespace.tables[key] === undefined) throw new Refusal('No such file or directory');
      Reflect.deleteProperty(namespace.tables, key);
      return;
    }
    const [, family, name] = /^table (\S+) (\S+)/.exec(script) ?? [];
    const comments = [...script.matchAll(/comment "([^"]*)"$/gm)].map((match) => match[1]!);
    const before = script.includes('\ndelete table') ? [] : (namespace.tables[`${family!} ${name!}`] ?? []);
    namespace.tables[`${family!} ${name!}`] = [...before, ...comments];
  }

  /** Our own few kinds of shell text, known by a line of theirs. */
  private shell(script: string): void {
    const [, lab = '', namespace = '', name = ''] = /labs\/([^/]+)\/services\/([^/\n]+)\/(\S+)$/m.exec(script) ?? [];
    const [, hash] = /setsid sh "\$file\.sh" (\S+)/.exec(script) ?? [];
    if (hash !== undefined) {
      const running = this.namespaces[namespace]?.services;
      if (running === undefined) throw new Refusal('No such namespace');
      if (running[name] !== undefined) throw new Refusal(`${name} runs already`);
      running[name] = `sh /run/netns-topology/labs/${lab}/services/${namespace}/${name}.sh ${hash}`;
    } else if (script.includes('living()')) {
      delete this.namespaces[namespace]?.services[name];
    } else if (script.includes('resolv.conf')) {
      const namespace = this.namespaces[/\/etc\/netns\/(\S+)\/resolv/.exec(script)![1]!];
      if (namespace === undefined) throw new Refusal('No such namespace');
      const [, words] = /printf '%s\\n' (.*) >/.exec(script) ?? [];
      const lines = [...(words ?? '').matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
      if (words !== undefined) namespace.nameservers = [...lines, ''].join('\n');
      else delete namespace.nameservers;
    } else if (script.startsWith('# It may be gone by now.')) {
      this.deleteIfThere(/^(ip .* del dev \S+) \|\|/m.exec(script)?.[1]?.split(' ') ?? []);
    } else if (!/^# (Wait|Remember the kernel parameters|Set the kernel parameters)/.test(script))
      throw new Refusal(`sh: what is this?\n${script}`);
  }

  private deleteIfThere(argv: readonly string[]): void {
    try {
      this.execute({ argv });
    } catch (error) {
      if (!(error instanceof Refusal) || !/Cannot find device|No such/.test(error.message)) throw error;
    }
  }

  snapshot(): HostSnapshot {
    const names = Object.keys(this.namespaces).sort();
    return {
      hostname: 'simulated',
      kernel: '6.1',
      namespaces: names.map((name) => this.observe(name)),
      labs: Object.entries(this.labs).map(([name, manifest]) => ({ name, manifest })),
      tools: { ip: '6.1.0', nft: '1.0.6', 'ovs-vsctl': '', tc: '', bridge: '' },
      openvswitch: true,
      unread: [],
    };
  }

  private observe(name: string): ObservedNamespace {
    const { links, routes, sysctls, tables, services, nameservers } = this.namespaces[name]!;
    return {
      id: `id-${name}`,
      isRoot: name === root,
      ...(name === root ? {} : { name }),
      links: withOpenVswitch(
        Object.values(links).map((link, index) => {
          const filtersVlans = links[link.master ?? '']?.data['vlan_filtering'] === '1';
          return observeLink(name, link, index, filtersVlans);
        }),
        name === root ? this.openVswitch.bridges() : [],
      ),
      routes: routes.map(observeRoute),
      rules: [],
      sysctls: { ...sysctls },
      nat: [],
      nftTables: Object.entries(tables).map(([key, comments]) => {
        const [family = '', table = ''] = key.split(' ');
        return { family, name: table, comments };
      }),
      ...(nameservers === undefined ? {} : { resolvConf: nameservers }),
      processes: Object.values(services).map((command, index) => ({ pid: 100 + index, command })),
    };
  }
}

function observeLink(namespace: string, link: Link, index: number, filtersVlans: boolean): ObservedLink {
  const { name, kind, up, mtu, mac, alias, master, addresses, peer, parent, data } = link;
  return {
    ...{ name, kind, up, mtu, mac },
    ...(alias === undefined ? {} : { alias }),
    ...(master === undefined ? {} : { master }),
    index: index + 1,
    operState: link.up ? 'up' : 'down',
    carrier: link.up,
    addresses: addresses.map((cidr) => ({
      family: cidr.includes(':') ? 'inet6' : 'inet',
      cidr,
      scope: link.kind === 'loopback' ? 'host' : 'global',
    })),
    altNames: [],
    data: { ...data },
    ...observePort(link, filtersVlans),
    ...(parent === undefined ? {} : { parent: parent.name }),
    ...(parent === undefined || parent.namespace === namespace ? {} : { parentNamespaceId: `id-${parent.namespace}` }),
    ...(peer === undefined ? {} : { peer: { namespaceId: `id-${peer.namespace}`, name: peer.name } }),
  };
}

function observeRoute(route: Route): ObservedRoute {
  const family = [route.to, route.via ?? ''].some((text) => text.includes(':')) ? 'inet6' : 'inet';
  return { ...route, family, protocol: 'boot' };
}

function newNamespace(): Namespace {
  return {
    links: { lo: newLink('lo', 'loopback', '00:00:00:00:00:00') },
    routes: [],
    rules: [],
    sysctls: { 'net.ipv4.ip_forward': '0', 'net.ipv6.conf.all.forwarding': '0' },
    tables: {},
    services: {},
  };
}

function newLink(name: string, kind: Link['kind'], mac: string): Link {
  const data = kind === 'bridge' ? { stp_state: '0', ageing_time: '30000', vlan_filtering: '0' } : {};
  return {
    name,
    kind,
    up: false,
    mtu: kind === 'loopback' ? 65536 : 1500,
    mac,
    addresses: [],
    data: { ...data },
  };
}

function setAlias(link: Link, alias: string): void {
  if (alias === '') delete link.alias;
  else link.alias = alias;
}

/** A kind's options as ip(8) shows them. */
function kindData(kind: string, { dstport, ...options }: Record<string, string>): Record<string, string> {
  return kind === 'vxlan' && dstport !== undefined ? { ...options, port: dstport } : options;
}

function setSysctl(namespace: Namespace, args: string[]): void {
  const [name, value] = args[1]!.split('=') as [string, string];
  const device = localnetDeviceOf(name);
  if (device !== undefined && namespace.links[device] !== undefined) {
    // Only what is on is read.
    if (value === '1') namespace.sysctls[name] = value;
    else Reflect.deleteProperty(namespace.sysctls, name);
    return;
  }
  if (namespace.sysctls[name] === undefined) throw new Refusal(`sysctl: ${name}: No such file or directory`);
  namespace.sysctls[name] = value;
}

function address(namespace: Namespace, verb: string, args: string[]): void {
  const cidr = normalCidr(args[0]!);
  const name = args[args.indexOf('dev') + 1]!;
  const link = namespace.links[name];
  if (link === undefined) throw new Refusal(`Cannot find device "${name}"`);
  const parsed = parseCidr(cidr)!;
  if (verb === 'del') {
    if (!link.addresses.includes(cidr)) throw new Refusal('RTNETLINK answers: Cannot assign requested address');
    const primary = link.addresses.find((own) => networkOf(parseCidr(own)!).text === networkOf(parsed).text);
    link.addresses = link.addresses.filter((own) => own !== cidr);
    if (parsed.family === 'inet') {
      // Without promote_secondaries, the first address of a network takes the others of that network along.
      if (primary === cidr) {
        link.addresses = link.addresses.filter((own) => networkOf(parseCidr(own)!).text !== networkOf(parsed).text);
      }
      const hasIpv4 = link.addresses.some((own) => !own.includes(':'));
      if (!hasIpv4) {
        namespace.routes = namespace.routes.filter((own) => own.dev !== name || observeRoute(own).family === 'inet6');
      }
    }
    return;
  }
  if (link.addresses.includes(cidr)) {
    if (verb === 'replace') return;
    throw new Refusal('RTNETLINK answers: File exists');
  }
  link.addresses.push(cidr);
}

function route(namespace: Namespace, verb: string, args: string[]): void {
  const words = [...args];
  const type = ['blackhole', 'unreachable', 'prohibit'].includes(words[0]!) ? words.shift()! : 'unicast';
  const options = pairs(words.slice(1));
  const wanted: Route = { to: words[0]!, type, table: options['table'] ?? 'main' };
  if (options['via'] !== undefined) wanted.via = options['via'];
  if (options['src'] !== undefined) wanted.src = options['src'];
  if (options['metric'] !== undefined) wanted.metric = Number(options['metric']);
  const dev = options['dev'] ?? outgoing(namespace, wanted.via);
  if (dev !== undefined) wanted.dev = dev;
  const key = (own: Route): string => `${observeRoute(own).family} ${own.to} ${own.table} ${own.metric ?? 0}`;
  const same = namespace.routes.find((own) => key(own) === key(wanted));
  if (verb === 'del') {
    if (same === undefined) throw new Refusal('RTNETLINK answers: No such process');
    namespace.routes = namespace.routes.filter((own) => own !== same);
    return;
  }
  if (type === 'unicast' && (dev === undefined || namespace.links[dev]?.up !== true)) {
    throw new Refusal('Error: Nexthop has invalid gateway.');
  }
  if (same !== undefined && verb === 'add') throw new Refusal('RTNETLINK answers: File exists');
  namespace.routes = [...namespace.routes.filter((own) => own !== same), wanted];
}

function outgoing(namespace: Namespace, via: string | undefined): string | undefined {
  if (via === undefined) return undefined;
  return Object.values(namespace.links).find(
    ({ up, addresses }) => up && addresses.some((cidr) => contains(parseCidr(cidr)!, via)),
  )?.name;
}

function rule(namespace: Namespace, verb: string, args: string[]): void {
  const text = args.join(' ');
  if (verb === 'add') namespace.rules.push(text);
  else namespace.rules = namespace.rules.filter((own) => own !== text);
}

function pairs(words: readonly string[]): Record<string, string> {
  const result: Record<string, string> = {};
  for (let i = 0; i + 1 < words.length; i += 2) result[words[i]!] = words[i + 1]!;
  return result;
}

/** An object with its keys in order, so that two histories with one result compare equal. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
