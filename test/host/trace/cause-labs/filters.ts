import { far, near, out, type CauseLab } from './cause-lab';

/** A rule that drops the packet on its way out, wherever a host may have one. */
const everywhere: readonly string[] = [
  'iptables -t raw -A PREROUTING -s 10.10.0.10 -j DROP',
  'iptables -t mangle -A PREROUTING -s 10.10.0.10 -j DROP',
  'iptables -t mangle -A POSTROUTING -o eth0 -p icmp -j DROP',
  'iptables -t security -A FORWARD -s 10.10.0.10 -j DROP',
  'ip netns exec earth iptables -t security -A OUTPUT -d 8.8.8.8 -j DROP',
  'ip netns exec earth iptables -t raw -A OUTPUT -d 8.8.8.8 -j DROP',
  'ip netns exec earth iptables -t mangle -A OUTPUT -d 8.8.8.8 -j DROP',
  'ip netns exec earth iptables -t mangle -A POSTROUTING -o earth-veth -j DROP',
  'ip netns exec earth iptables -t mangle -A INPUT -p icmp -j DROP',
  ...['prerouting -310', 'prerouting 5', 'forward -5', 'postrouting 110'].map(
    (hook) =>
      `nft 'add table ip lab; add chain ip lab c { type filter hook ${hook.replace(' ', ' priority ')}; }; add rule ip lab c ip daddr 8.8.8.8 counter drop'`,
  ),
  ...['output', 'input', 'postrouting'].map(
    (hook) =>
      `ip netns exec earth nft 'add table inet lab; add chain inet lab c { type filter hook ${hook} priority 0; }; add rule inet lab c meta l4proto icmp drop'`,
  ),
];

export const filterLabs: readonly CauseLab[] = [
  {
    name: 'two rules of one chain that drop, one behind the other',
    broken: ['iptables -A FORWARD -s 10.10.0.10 -j DROP', 'iptables -A FORWARD -d 8.8.8.8 -p icmp -j REJECT'],
    ask: out,
    causes: ['dropped-by-rule', 'rejected-by-rule'],
    says: 'Rule 1 of',
  },
  {
    name: 'a rule that drops, another in a chain behind it, and the policy',
    broken: [
      nft(
        'chain inner { ip daddr 8.8.8.8 drop; }',
        'policy drop;',
        'ct state established accept',
        'ip saddr 10.10.0.10 meta mark 0 drop',
        'iifname "planet-br" jump inner',
      ),
    ],
    ask: out,
    causes: ['dropped-by-rule', 'dropped-by-rule', 'dropped-by-policy'],
    says: 'Rule 2 of',
    sees: 'nft monitor trace: rule 2, verdict drop',
  },
  ...everywhere.map((command): CauseLab => ({
    name: `a rule drops, wherever it is: ${command.replace(/.*(iptables|nft) /, '')}`,
    broken: [command],
    ask: out,
    causes: ['dropped-by-rule'],
    sees: 'verdict drop',
  })),
  {
    name: 'a rule refuses a connection in the name of the service',
    broken: ['ip netns exec earth iptables -A INPUT -p tcp --dport 8000 -j REJECT --reject-with tcp-reset'],
    ask: { from: 'neptune', to: 'earth:8000' },
    causes: ['rejected-by-rule'],
  },
  {
    name: 'an nftables rule rejects, IPv6',
    broken: [
      "ip netns exec gate nft 'add table ip6 lab; add chain ip6 lab f { type filter hook forward priority 0; }; add rule ip6 lab f ip6 daddr fd00:30::2 reject'",
    ],
    ask: { from: 'earth', to: 'fd00:30::2' },
    causes: ['rejected-by-rule'],
  },
  {
    name: 'NAT is missing',
    broken: ['iptables -t nat -F POSTROUTING'],
    ask: out,
    causes: ['missing-nat'],
  },
  {
    name: 'NAT for another network',
    broken: ['iptables -t nat -F POSTROUTING', 'iptables -t nat -A POSTROUTING -s 10.99.0.0/16 -o eth0 -j MASQUERADE'],
    ask: out,
    causes: ['missing-nat'],
  },
  {
    name: 'NAT out of another interface',
    broken: ['iptables -t nat -F POSTROUTING', 'iptables -t nat -A POSTROUTING -s 10.10.0.0/16 -o eth9 -j MASQUERADE'],
    ask: out,
    causes: ['missing-nat'],
  },
  {
    name: 'a rule before NAT keeps packets from it',
    broken: ['iptables -t nat -I POSTROUTING -s 10.10.0.0/16 -j ACCEPT'],
    ask: out,
    causes: ['missing-nat'],
  },
  {
    name: 'NAT to an address that is not the host’s',
    broken: [
      'iptables -t nat -F POSTROUTING',
      'iptables -t nat -A POSTROUTING -s 10.0.0.0/8 -o eth0 -j SNAT --to-source 198.51.100.77',
    ],
    ask: out,
    causes: ['nat-wrong-source'],
  },
  {
    name: 'masquerade hits traffic inside, and the goal takes its own network only',
    broken: [
      'iptables -t nat -A POSTROUTING -s 10.10.0.0/16 ! -o planet-br -j MASQUERADE',
      "ip netns exec mars nft 'add table ip lab; add chain ip lab in { type filter hook input priority 0; }; add rule ip lab in ip saddr != 10.10.0.0/16 drop'",
    ],
    ask: far,
    causes: ['nat-inside', 'dropped-by-rule'],
  },
  {
    name: 'the FORWARD policy is DROP, as Docker sets it',
    broken: ['iptables -P FORWARD DROP'],
    ask: out,
    causes: ['dropped-by-policy', 'dropped-by-policy'],
  },
  {
    name: 'the FORWARD policy is DROP and answers are let through',
    broken: ['iptables -P FORWARD DROP', 'iptables -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT'],
    ask: out,
    causes: ['dropped-by-policy'],
  },
  {
    name: 'a rule drops in FORWARD',
    broken: ['iptables -A FORWARD -s 10.10.0.10 -j DROP'],
    ask: out,
    causes: ['dropped-by-rule'],
  },
  {
    name: 'a rule rejects in FORWARD',
    broken: ['iptables -A FORWARD -s 10.10.0.10 -p icmp -j REJECT'],
    ask: out,
    causes: ['rejected-by-rule'],
  },
  {
    name: 'a rule drops in INPUT',
    broken: ['iptables -A INPUT -i planet-br -p icmp -j DROP'],
    ask: { from: 'earth', to: '10.10.0.1' },
    causes: ['dropped-by-rule'],
  },
  {
    name: 'a rule drops in OUTPUT of the namespace',
    broken: ['ip netns exec earth iptables -A OUTPUT -p icmp -j DROP'],
    ask: out,
    causes: ['dropped-by-rule'],
  },
  {
    name: 'a rule in a chain of its own, jumped to',
    broken: ['iptables -N lab', 'iptables -A lab -d 8.8.8.0/24 -j DROP', 'iptables -A FORWARD -i planet-br -j lab'],
    ask: out,
    causes: ['dropped-by-rule'],
  },
  {
    name: 'a rule drops in raw',
    broken: ['iptables -t raw -A PREROUTING -i planet-br -d 8.8.8.8 -j DROP'],
    ask: out,
    causes: ['dropped-by-rule'],
  },
  {
    name: 'a rule drops in mangle',
    broken: ['iptables -t mangle -A FORWARD -i planet-br -d 8.8.8.8 -j DROP'],
    ask: out,
    causes: ['dropped-by-rule'],
  },
  {
    name: 'an nftables chain drops',
    broken: [
      "nft 'add table inet lab; add chain inet lab f { type filter hook forward priority 10; }; add rule inet lab f ip saddr 10.10.0.10 drop'",
    ],
    ask: out,
    causes: ['dropped-by-rule'],
  },
  {
    name: 'an nftables chain in the netdev family drops at the port',
    broken: [
      "nft 'add table netdev lab; add chain netdev lab i { type filter hook ingress device earth-br-veth priority 0; }; add rule netdev lab i ip daddr 8.8.8.8 drop'",
    ],
    ask: out,
    causes: ['dropped-by-rule'],
  },
  ...(
    [
      ['the host’s way out', '', 'eth0', 'ip daddr 8.8.8.8'],
      ['a port of the bridge', '', 'earth-br-veth', 'ip saddr 8.8.8.8'],
      ['its own interface', 'ip netns exec earth ', 'earth-veth', 'meta l4proto icmp'],
    ] as const
  ).map(([where, enter, device, match]): CauseLab => ({
    name: `an nftables chain in the netdev family drops what leaves by ${where}`,
    broken: [
      `${enter}nft 'add table netdev lab; add chain netdev lab e { type filter hook egress device ${device} priority 0; }; add rule netdev lab e ${match} drop'`,
    ],
    ask: out,
    causes: ['dropped-by-rule'],
    sees: 'at the hook egress',
  })),
  {
    name: 'an nftables chain in the bridge family drops',
    broken: [
      "nft 'add table bridge lab; add chain bridge lab f { type filter hook forward priority 0; }; add rule bridge lab f ip daddr 10.10.0.20 drop'",
    ],
    ask: near,
    causes: ['dropped-by-rule'],
  },
  {
    name: 'an nftables policy drops',
    broken: [
      "nft 'add table inet lab; add chain inet lab f { type filter hook forward priority 10; policy drop; }; add rule inet lab f ct state established accept'",
    ],
    ask: out,
    causes: ['dropped-by-policy'],
  },
  {
    name: 'the answer is dropped',
    broken: ['iptables -A FORWARD -i eth0 -o planet-br -j DROP'],
    ask: out,
    causes: ['dropped-by-rule'],
  },
  {
    name: 'bridged packets are handed to a FORWARD that drops',
    broken: ['sysctl -qw net.bridge.bridge-nf-call-iptables=1', 'iptables -P FORWARD DROP'],
    ask: near,
    causes: ['dropped-by-policy', 'dropped-by-policy'],
    says: 'br_netfilter',
  },
  {
    name: 'a rule that asks for a named set, which only the kernel can tell',
    broken: [nft('set inner { type ipv4_addr; elements = { 10.10.0.10 }; }', 'ip saddr @inner drop')],
    ask: out,
    causes: ['dropped-by-rule'],
    sees: 'nft monitor trace: rule 1, verdict drop',
  },
  {
    name: 'a rule that asks for a mark and takes it',
    broken: [nft('', 'counter', 'ip saddr 10.10.0.10 meta mark 0 drop')],
    ask: out,
    causes: ['dropped-by-rule'],
    sees: 'nft monitor trace: rule 2, verdict drop',
  },
  {
    name: 'a verdict map that drops',
    broken: [nft('', 'ip daddr vmap { 8.8.4.4 : accept, 8.8.8.8 : drop }')],
    ask: out,
    causes: ['dropped-by-rule'],
    sees: 'nft monitor trace: rule 1, verdict drop',
  },
  {
    name: 'a verdict map that jumps, and a rule there that drops the answer',
    broken: [nft('chain back { ip saddr 8.8.8.8 meta mark 0 drop; }', 'iifname vmap { "eth0" : jump back }')],
    ask: out,
    causes: ['dropped-by-rule'],
    sees: 'nft monitor trace: rule 1, verdict drop',
  },
  {
    name: 'rules that nobody but the kernel understands, and that let it through',
    broken: [
      nft('set other { type ipv4_addr; elements = { 10.99.0.10 }; }', 'ip saddr @other drop', 'meta mark 7 drop'),
      'iptables -A FORWARD -m mark --mark 7 -j DROP',
      'iptables -A FORWARD -m recent --name nobody --rcheck -j DROP',
    ],
    ask: out,
    causes: [],
    reached: true,
  },
  {
    name: 'an iptables rule that asks for a mark and takes it',
    broken: ['iptables -A FORWARD -j LOG', 'iptables -A FORWARD -i planet-br -m mark --mark 0 -j DROP'],
    ask: { from: 'mars', to: 'earth', protocol: 'udp', port: 5353 },
    causes: ['dropped-by-rule'],
    says: 'drops the answer',
    sees: 'nft monitor trace: rule 2, verdict drop',
  },
];

/** Makes a table with a chain at forward, which no trace has to understand. */
function nft(before: string, ...rules: readonly string[]): string {
  const table = ['table inet lab {', before, 'chain f {', 'type filter hook forward priority 10;', ...rules, '}', '}'];
  return `nft -f - <<'RULES'\n${table.join('\n')}\nRULES`;
}
