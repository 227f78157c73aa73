import * as l10n from '@vscode/l10n';
/** Something that can be put into a filter for pcap-filter(7) at its end. */
export interface FilterWord {
  /** What stands there then. */
  readonly text: string;
  /** What it is: `earth:earth-veth`, `HTTP`. */
  readonly about: string;
}

/** What the lab has that a filter can name. */
export interface FilterNames {
  /** Addresses without their prefix, and where they are. */
  readonly addresses: readonly FilterWord[];
  /** `10.10.0.0/16` */
  readonly networks: readonly FilterWord[];
  readonly ports: readonly FilterWord[];
}

const protocols: readonly FilterWord[] = [
  { text: 'icmp', about: l10n.t`ping and its errors` },
  { text: 'icmp6', about: l10n.t`ping and neighbours over IPv6` },
  { text: 'arp', about: l10n.t`who has an address` },
  { text: 'tcp', about: 'TCP' },
  { text: 'udp', about: 'UDP' },
  { text: 'ip', about: 'IPv4' },
  { text: 'ip6', about: 'IPv6' },
  { text: 'broadcast', about: l10n.t`to everybody` },
  { text: 'multicast', about: l10n.t`to a group` },
];

export const wellKnownPorts: readonly FilterWord[] = [
  { text: '22', about: 'SSH' },
  { text: '53', about: 'DNS' },
  { text: '67', about: 'DHCP' },
  { text: '80', about: 'HTTP' },
  { text: '443', about: 'HTTPS' },
  { text: '8000', about: 'python3 -m http.server' },
];

const primitives: readonly FilterWord[] = [
  { text: 'host', about: l10n.t`from or to an address` },
  { text: 'src host', about: l10n.t`from an address` },
  { text: 'dst host', about: l10n.t`to an address` },
  { text: 'net', about: l10n.t`from or to a network` },
  { text: 'port', about: l10n.t`from or to a port` },
  { text: 'tcp port', about: l10n.t`TCP from or to a port` },
  { text: 'udp port', about: l10n.t`UDP from or to a port` },
  { text: 'dst port', about: l10n.t`to a port` },
  { text: 'tcp[tcpflags] & (tcp-syn|tcp-rst) != 0', about: l10n.t`begin and refusal of TCP connections` },
  { text: 'not', about: l10n.t`not what follows` },
];

const connectors: readonly FilterWord[] = [
  { text: 'and', about: 'both' },
  { text: 'or', about: l10n.t`one of both` },
  { text: 'and not', about: l10n.t`this, but not what follows` },
];

/** Behind `src` and `dst`. */
const kinds: readonly FilterWord[] = [
  { text: 'host', about: l10n.t`an address` },
  { text: 'net', about: l10n.t`a network` },
  { text: 'port', about: l10n.t`a port` },
];

/** Behind `tcp` and `udp`. */
const portKinds: readonly FilterWord[] = [
  { text: 'port', about: l10n.t`from or to a port` },
  { text: 'src port', about: l10n.t`from a port` },
  { text: 'dst port', about: l10n.t`to a port` },
];

/**
 * What may come next in a filter: whole texts, each the filter with its last word completed.
 *
 * @param typed the filter so far; the word at its end may be half a word
 */
export function completeFilter(typed: string, names: FilterNames): FilterWord[] {
  const [, before = '', last = ''] = /^(.*?)([^\s()]*)$/s.exec(typed) ?? [];
  const words = nextWords(before, names).filter(
    ({ text, about }) => text.startsWith(last) || (last !== '' && about.toLowerCase().includes(last.toLowerCase())),
  );
  return words.filter(({ text }) => text !== last).map(({ text, about }) => ({ text: `${before}${text}`, about }));
}

function nextWords(before: string, { addresses, networks, ports }: FilterNames): readonly FilterWord[] {
  const previous = /([^\s()]+)\s*$/.exec(before)?.[1] ?? '';
  if (/^(host|gateway)$/.test(previous)) return addresses;
  if (/^(src|dst)$/.test(previous)) return [...kinds, ...addresses];
  if (previous === 'net') return networks;
  if (previous === 'port') return [...ports, ...wellKnownPorts];
  const isComplete = previous !== '' && !/^(and|or|not|&&|\|\||!)$/.test(previous) && !/\(\s*$/.test(before);
  if (/^(tcp|udp)$/.test(previous)) return [...portKinds, ...connectors];
  if (isComplete) return connectors;
  const hosts = addresses.map(({ text, about }) => ({ text: `host ${text}`, about }));
  return [...protocols, ...primitives, ...hosts];
}
