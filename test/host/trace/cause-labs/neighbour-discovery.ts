import { far6, near6, type CauseLab } from './cause-lab';

const neptuneMac = '$(ip netns exec neptune cat /sys/class/net/neptune-veth/address)';

/** What drops a neighbour solicitation or advertisement: IPv6's question who has an address, and the answer. */
export const neighbourDiscoveryLabs: readonly CauseLab[] = [
  {
    name: 'a router’s INPUT policy is DROP',
    broken: ['ip netns exec gate ip6tables -P INPUT DROP'],
    ask: far6,
    causes: ['dropped-by-policy'],
    says: 'drops the neighbour solicitation that asks who has fd00:20::2',
    sees: 'who has fd00:20::2) at the hook input',
  },
  {
    name: 'a policy of nftables that knows connections only',
    broken: [
      table(
        'ip netns exec earth ',
        'inet',
        'hook input priority 0; policy drop;',
        'ct state established,related accept',
      ),
    ],
    ask: near6,
    causes: ['dropped-by-policy'],
    says: 'drops the neighbour advertisement that tells fd00:10::10 who has fd00:10::20',
  },
  {
    name: 'the asker’s own output drops the question',
    broken: [
      table('ip netns exec earth ', 'inet', 'hook output priority 0;', 'icmpv6 type nd-neighbor-solicit counter drop'),
    ],
    ask: near6,
    causes: ['dropped-by-rule'],
    says: 'Rule 1 of the nftables chain inet lab c in earth drops the neighbour solicitation that asks who has fd00:10::20.',
  },
  {
    name: 'the answer is dropped where it leaves',
    broken: ['ip netns exec neptune ip6tables -A OUTPUT -p ipv6-icmp --icmpv6-type 136 -j DROP'],
    ask: near6,
    causes: ['dropped-by-rule'],
    says: 'in neptune drops the neighbour advertisement that tells fd00:10::10 who has fd00:10::20',
  },
  {
    name: 'a bridge between drops the question to the group',
    broken: [
      table(
        '',
        'bridge',
        'hook forward priority 0;',
        'ip6 daddr ff02::1:ff00:0/104 icmpv6 type nd-neighbor-solicit drop',
      ),
    ],
    ask: near6,
    causes: ['dropped-by-rule'],
    says: 'in host drops the neighbour solicitation',
  },
  {
    name: 'a bridge hands the question to a FORWARD whose policy is DROP',
    broken: [
      'sysctl -qw net.bridge.bridge-nf-call-ip6tables=1',
      'ip6tables -P FORWARD DROP',
      'ip6tables -A FORWARD -p ipv6-icmp --icmpv6-type echo-request -j ACCEPT',
      'ip6tables -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT',
    ],
    ask: near6,
    causes: ['dropped-by-policy'],
    says: "drops the neighbour solicitation that asks who has fd00:10::20: no rule takes it, and the chain's policy is drop. Packets inside planet-br pass it too",
  },
  {
    name: 'a port of the bridge drops the answer',
    broken: [
      table(
        '',
        'netdev',
        'hook ingress device neptune-br-veth priority 0;',
        'icmpv6 type { nd-neighbor-advert, nd-redirect } drop',
      ),
    ],
    ask: near6,
    causes: ['dropped-by-rule'],
    says: 'in host drops the neighbour advertisement',
  },
  {
    name: 'one rule that drops the question and would drop the packet is named once',
    broken: ['ip netns exec neptune ip6tables -A INPUT -i neptune-veth -j DROP'],
    ask: near6,
    causes: ['dropped-by-rule'],
    says: 'drops the neighbour solicitation',
  },
  {
    name: 'a policy that drops the question, and then the packet',
    broken: ['ip netns exec neptune ip6tables -P INPUT DROP'],
    ask: near6,
    causes: ['dropped-by-policy', 'dropped-by-policy'],
    says: 'drops the neighbour solicitation',
  },
  {
    name: 'who is known already is not asked for: a remark',
    broken: [
      `ip -n earth neigh replace fd00:10::20 dev earth-veth lladdr ${neptuneMac} nud permanent`,
      table('ip netns exec earth ', 'inet', 'hook output priority 0;', 'icmpv6 type nd-neighbor-solicit drop'),
    ],
    ask: near6,
    causes: ['dropped-by-rule'],
    says: 'drops the neighbour solicitation',
    reached: true,
  },
  {
    name: 'policies that let neighbour discovery through, with its hop limit, and rules for others',
    broken: [
      'ip netns exec gate ip6tables -A INPUT -p ipv6-icmp --icmpv6-type 135 -m hl --hl-eq 255 -j ACCEPT',
      'ip netns exec gate ip6tables -A INPUT -p ipv6-icmp --icmpv6-type 136 -m hl --hl-eq 255 -j ACCEPT',
      'ip netns exec gate ip6tables -P INPUT DROP',
      table(
        'ip netns exec earth ',
        'inet',
        'hook input priority 0; policy drop;',
        'ct state invalid drop',
        'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } ip6 hoplimit 255 accept',
        'ct state established accept',
      ),
      table(
        'ip netns exec mars ',
        'inet',
        'hook input priority 0; policy drop;',
        'meta l4proto icmp drop',
        'ct state untracked accept',
        'icmpv6 type echo-request accept',
      ),
      table('', 'bridge', 'hook forward priority 0;', 'icmpv6 type nd-router-advert drop'),
    ],
    ask: far6,
    causes: [],
    reached: true,
  },
];

function table(enter: string, family: string, hook: string, ...rules: readonly string[]): string {
  const add = rules.map((rule) => `add rule ${family} lab c ${rule}`);
  return `${enter}nft '${[`add table ${family} lab`, `add chain ${family} lab c { type filter ${hook} }`, ...add].join('; ')}'`;
}
