import type { Action, Condition, FilterChain, FilterRule } from './model';

/** tc's filters are asked before nftables' chains where a packet comes in, and behind them where it goes out (net/core/dev.c); XDP before all. */
const order = { xdp: -2e9, ingress: -1e9, egress: 1e9 } as const;

/**
 * What stands at an interface besides the packet filter: filters of tc(8) at a `clsact` or `ingress` queueing discipline, as a chain.
 *
 * @param printed `DEVICE ingress|egress`, and below what `tc filter show dev DEVICE ingress|egress` prints
 */
export function readTcFilters(printed: string): FilterChain[] {
  const [head = '', ...lines] = printed.trim().split('\n');
  const [device, hook] = head.trim().split(' ');
  if (device === undefined || (hook !== 'ingress' && hook !== 'egress')) return [];
  const rules = entriesOf(lines).map((entry, index) => readEntry(entry, index + 1));
  if (rules.length === 0) return [];
  return [chainAt(device, hook, 'tc', order[hook], rules)];
}

/** An XDP program decides before all others, by what nobody can read. @param line of `ip -o link show` */
export function readXdp(line: string): FilterChain[] {
  const [, device, mode] = /^\d+: ([^@:\s]+)\S* <[^>]*> mtu \d+ (xdp\S*) /.exec(line) ?? [];
  if (device === undefined || mode === undefined) return [];
  const program = [mode, ...(/prog\/xdp id \d+(?: name \S+)?/.exec(line) ?? [])].join(' ');
  const action: Action = { type: 'unknown', text: program };
  const rule: FilterRule = { text: `ip link: ${device} ${program}`, position: 1, conditions: [], action };
  return [chainAt(device, 'ingress', 'xdp', order.xdp, [rule])];
}

function chainAt(
  device: string,
  hook: 'ingress' | 'egress',
  engine: 'tc' | 'xdp',
  priority: number,
  rules: readonly FilterRule[],
): FilterChain {
  const common = { family: 'netdev', table: device, name: hook, type: 'filter', policy: 'accept' } as const;
  return { engine, ...common, hook, devices: [device], priority, rules };
}

/** Each filter's lines; the heads of groups, which are none themselves, are left out. */
function entriesOf(lines: readonly string[]): string[][] {
  const entries: string[][] = [];
  for (const line of lines) {
    if (/^filter /.test(line)) entries.push([line]);
    else entries.at(-1)?.push(line);
  }
  return entries.filter(([head = '']) => (/ u32 /.test(head) ? / fh \S+::\S+/ : / handle /).test(head));
}

function readEntry([head = '', ...below]: readonly string[], position: number): FilterRule {
  const [, protocol = '', pref = '', kind = ''] = /protocol (\S+) pref (\d+) (\S+)/.exec(head) ?? [];
  const ether: Condition[] = protocol === 'all' ? [] : [etherType(protocol)];
  const at = below.findIndex((line) => /^\s*action order/.test(line));
  const [words, actions] = at < 0 ? [below, []] : [below.slice(0, at), below.slice(at)];
  const matched = words.map((line) => line.trim()).filter((line) => line !== '' && !/^(?:not_)?in_hw/.test(line));
  return {
    text: [`protocol ${protocol} pref ${pref} ${kind}`, ...matched, actionWords(actions, head)].join(' ').trim(),
    position,
    conditions: [...ether, ...(conditionsOf[kind]?.(matched) ?? [{ type: 'unknown', text: kind }])],
    action: actionOf(kind, actions),
  };
}

function etherType(protocol: string): Condition {
  return { type: 'etherType', names: [protocol === 'ipv6' ? 'ip6' : protocol], negated: false };
}

const conditionsOf: Readonly<Record<string, (lines: readonly string[]) => Condition[]>> = {
  matchall: () => [],
  // Its program takes all that it is shown, and decides by itself.
  bpf: () => [],
  u32: (lines) => lines.map(readU32),
  flower: (lines) => lines.map(readFlower),
};

/** `match 0a0a000a/ffffffff at 12`: bits of the IPv4 header, whose fields have their places (RFC 791, 3.1). */
function readU32(line: string): Condition {
  const unknown: Condition = { type: 'unknown', text: line };
  const [, value = '', mask = '', at = ''] = /^match ([0-9a-f]{8})\/([0-9a-f]{8}) at (\d+)$/.exec(line) ?? [];
  const [bits, wanted] = [Number.parseInt(mask, 16), Number.parseInt(value, 16)];
  if (at === '12' || at === '16') {
    const length = Math.clz32(~bits);
    const address = [24, 16, 8, 0].map((shift) => (wanted >>> shift) & 255).join('.');
    if (bits >>> 0 !== (length === 0 ? 0 : (-1 << (32 - length)) >>> 0)) return unknown;
    return { type: at === '12' ? 'source' : 'destination', networks: [`${address}/${length}`], negated: false };
  }
  const name = at === '8' && mask === '00ff0000' ? protocols.get((wanted >>> 16) & 255) : undefined;
  return name === undefined ? unknown : { type: 'protocol', names: [name], negated: false };
}

const protocols: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
]);

function readFlower(line: string): Condition {
  const [key = '', value = ''] = line.split(' ');
  switch (key) {
    case 'eth_type':
      return etherType(value === 'ipv4' ? 'ip' : value);
    case 'ip_proto':
      return { type: 'protocol', names: [value], negated: false };
    case 'src_ip':
    case 'dst_ip':
      return { type: key === 'src_ip' ? 'source' : 'destination', networks: [value], negated: false };
    case 'src_port':
    case 'dst_port': {
      const [first = '', last = first] = value.split('-');
      const type = key === 'src_port' ? 'sourcePort' : 'destinationPort';
      return { type, ranges: [[Number(first), Number(last)]], negated: false };
    }
    default:
      return { type: 'unknown', text: line };
  }
}

function actionWords(actions: readonly string[], head: string): string {
  const words = actions.flatMap((line) => /^\s*action order \d+: (.*)$/.exec(line)?.[1]?.trim() ?? []);
  return words.length > 0
    ? words.map((one) => `action ${one.replace(/^gact action /, '')}`).join(' ')
    : programOf(head);
}

/** `bpf … prog.o:[sec] direct-action … id 7 name …`. */
function programOf(head: string): string {
  return / bpf chain \d+ (.*)$/.exec(head)?.[1]?.trim() ?? '';
}

/** A filter without an action lets the packet on: it only says of which class it is. */
function actionOf(kind: string, actions: readonly string[]): Action {
  if (kind === 'bpf') return { type: 'unknown', text: 'bpf' };
  const [first = '', second = ''] = actions.map((line) => line.trim());
  const verdict = /^action order 1: gact action (\w+)/.exec(first)?.[1];
  const isChance = /^random type (?!none)/.test(second);
  if (verdict === 'drop' && !isChance) return { type: 'drop' };
  if (actions.length === 0 || verdict === 'pass') return { type: 'accept' };
  // What is sent to a device of its own for shaping (ifb(4)) comes back.
  if (verdict === 'pipe' || verdict === 'continue' || / to device ifb\S*\)/.test(first)) return { type: 'continue' };
  return { type: 'unknown', text: first };
}
