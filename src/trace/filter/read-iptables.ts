import type { IptablesBackend } from '../../host/model';
import { readSavedTables, type SavedOption, type SavedRule } from '../../host/iptables-save';
import type { Action, Condition, FilterChain, FilterRule, Hook, PortRange } from './model';

/** Where iptables' tables stand among nftables' priorities (include/uapi/linux/netfilter_ipv4.h). */
const priorities: Readonly<Record<string, number>> = { raw: -300, mangle: -150, filter: 0, security: 50 };
const natPriorities: Readonly<Partial<Record<Hook, number>>> = { prerouting: -100, output: -100 };

const hooks: Readonly<Record<string, Hook>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
};

/** The chains that `iptables-save -c` printed. */
export function readIptablesFilter(saved: string, family: 'ip' | 'ip6', backend: IptablesBackend): FilterChain[] {
  const { chains, rules } = readSavedTables(saved);
  return chains.map(({ table, name, policy }) => {
    const hook = policy === '-' ? undefined : hooks[name];
    const isNat = table === 'nat';
    const type = isNat ? 'nat' : table === 'mangle' && name === 'OUTPUT' ? 'route' : 'filter';
    return {
      engine: 'iptables',
      backend,
      family,
      table,
      name,
      ...(hook === undefined ? {} : { hook, type }),
      priority: isNat ? (natPriorities[hook ?? 'input'] ?? 100) : (priorities[table] ?? 0),
      policy: policy === 'DROP' ? 'drop' : 'accept',
      rules: rules.filter((rule) => rule.table === table && rule.chain === name).map(readRule),
    };
  });
}

function readRule(rule: SavedRule): FilterRule {
  const { text, position, packets, options } = rule;
  return {
    text,
    position,
    ...(packets === undefined ? {} : { packets }),
    conditions: options.flatMap((option) => readCondition(option) ?? []),
    action: readAction(options),
  };
}

/** Options that ask nothing by themselves: what they belong to does. */
const silent: ReadonlySet<string> = new Set([
  '-A',
  '-j',
  '-g',
  '-m',
  '--comment',
  '--to-destination',
  '--to-source',
  '--to-ports',
  '--reject-with',
  '--random',
  '--random-fully',
  '--persistent',
  '--set-xmark',
  '--set-mark',
  '--log-prefix',
  '--log-level',
  '--clamp-mss-to-pmtu',
  '--set-mss',
  '--checksum-fill',
  '--notrack',
]);

function readCondition(option: SavedOption): Condition | undefined {
  const { name, value = '', negated } = option;
  if (silent.has(name)) return undefined;
  switch (name) {
    case '-i':
    case '--in-interface':
      return { type: 'iif', names: [value], negated };
    case '-o':
    case '--out-interface':
      return { type: 'oif', names: [value], negated };
    case '-s':
    case '--source':
      return { type: 'source', networks: [withMask(value)], negated };
    case '-d':
    case '--destination':
      return { type: 'destination', networks: [withMask(value)], negated };
    case '-p':
    case '--protocol':
      return { type: 'protocol', names: [value === 'ipv6-icmp' ? 'icmpv6' : value], negated };
    case '--dport':
    case '--dports':
    case '--destination-port':
      return { type: 'destinationPort', ranges: readPorts(value), negated };
    case '--sport':
    case '--sports':
    case '--source-port':
      return { type: 'sourcePort', ranges: readPorts(value), negated };
    case '--ctstate':
    case '--state':
      return { type: 'state', states: value.toLowerCase().split(','), negated };
    case '--icmpv6-type':
      if (!/^\d+$/.test(value)) return { type: 'unknown', text: `${name} ${value}` };
      return { type: 'icmpv6Type', types: [Number(value)], negated };
    case '--hl-eq':
      return { type: 'hopLimit', limit: Number(value), negated };
    case '--dst-type':
      return value === 'LOCAL' ? { type: 'toLocal', negated } : { type: 'unknown', text: `${name} ${value}` };
    default:
      return { type: 'unknown', text: `${negated ? '! ' : ''}${name} ${value}`.trim() };
  }
}

function readAction(options: readonly SavedOption[]): Action {
  const valueOf = (name: string): string | undefined => options.find((option) => option.name === name)?.value;
  const goes = valueOf('-g');
  if (goes !== undefined) return { type: 'goto', chain: goes };
  const target = valueOf('-j');
  switch (target) {
    case undefined:
    case 'LOG':
    case 'NFLOG':
    case 'MARK':
    case 'CONNMARK':
    case 'TCPMSS':
    case 'CHECKSUM':
    case 'CT':
    case 'NOTRACK':
    case 'TRACE':
      return { type: 'continue' };
    case 'ACCEPT':
    case 'DROP':
    case 'RETURN':
    case 'MASQUERADE':
      return { type: lower[target] };
    case 'REJECT': {
      const how = valueOf('--reject-with');
      return { type: 'reject', ...(how === undefined ? {} : { with: how }) };
    }
    case 'SNAT':
      return { type: 'snat', ...readTarget(valueOf('--to-source') ?? '') };
    case 'DNAT':
      return { type: 'dnat', ...readTarget(valueOf('--to-destination') ?? '') };
    case 'REDIRECT':
      return { type: 'redirect', ...readTarget(`:${valueOf('--to-ports') ?? ''}`) };
    default:
      // Another chain, or a target that we do not know: whoever runs the chains finds out.
      return { type: 'jump', chain: target };
  }
}

const lower = { ACCEPT: 'accept', DROP: 'drop', RETURN: 'return', MASQUERADE: 'masquerade' } as const;

/** `10.10.0.10:8000`, `[2001:db8::1]:80`, `10.0.0.1`, `:80`; the first of a range. */
function readTarget(text: string): { address?: string; port?: number } {
  const match = /^(?:\[([^\]]+)\]|([0-9.]*|[0-9A-Fa-f:]*?))(?:-[^:]*)?(?::(\d+)(?:-\d+)?)?$/.exec(text);
  const address = match?.[1] ?? match?.[2] ?? '';
  const port = match?.[3];
  return { ...(address === '' ? {} : { address }), ...(port === undefined ? {} : { port: Number(port) }) };
}

function readPorts(value: string): PortRange[] {
  return value.split(',').map((part): PortRange => {
    const [first = '', last = first] = part.split(':');
    return [Number(first === '' ? 0 : first), Number(last === '' ? 65535 : last)];
  });
}

/** iptables-save writes odd masks whole: `10.0.0.0/255.0.255.0`; the usual ones as a length. */
function withMask(value: string): string {
  const [address = '', length] = value.split('/');
  if (length === undefined || !length.includes('.')) return value;
  const bits = length
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  return `${address}/${bits.indexOf('0') === -1 ? 32 : bits.indexOf('0')}`;
}
