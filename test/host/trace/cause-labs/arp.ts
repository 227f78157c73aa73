import { far, near, out, type CauseLab } from './cause-lab';

/** A rule (or a policy) that drops who asks for an address, or who answers; ARP is asked by all that send IPv4. */
const arp: readonly {
  readonly broken: string;
  readonly says: string;
  readonly isPolicy?: true;
  readonly ask?: CauseLab['ask'];
}[] = [
  {
    broken: 'ip netns exec neptune arptables -A INPUT -s 10.10.0.10 -j DROP',
    says: 'Rule 1 of the nftables chain arp filter INPUT in neptune drops the ARP question who has 10.10.0.20.',
  },
  {
    broken: 'ip netns exec neptune arptables -A OUTPUT --opcode 2 -j DROP',
    says: 'drops the ARP answer that tells 10.10.0.10 who has 10.10.0.20',
  },
  { broken: 'ip netns exec neptune arptables -P INPUT DROP', says: 'policy is drop', isPolicy: true },
  {
    broken: arpTable('ip netns exec earth ', 'output', 'arp operation request arp daddr ip 10.10.0.0/24 counter drop'),
    says: 'Rule 1 of the nftables chain arp lab c in earth drops the ARP question who has 10.10.0.20.',
  },
  {
    broken: arpTable('', 'input', 'iifname "planet-br" arp saddr ether != 02:00:00:00:00:09 drop'),
    says: 'in host drops the ARP question who has 10.10.0.1.',
    ask: out,
  },
  {
    broken: arpTable('', 'output', 'oifname "to-gate" arp htype 1 arp operation request drop'),
    says: 'in host drops the ARP question who has 10.20.0.2.',
    ask: far,
  },
  { broken: 'ebtables -A FORWARD -p ARP -j DROP', says: 'bridge filter FORWARD in host drops the ARP question' },
  {
    broken:
      "nft 'add table bridge lab; add chain bridge lab f { type filter hook forward priority 0; policy drop; }; add rule bridge lab f ether type ip accept'",
    says: 'drops the ARP question',
    isPolicy: true,
  },
  {
    broken:
      "nft 'add table netdev lab; add chain netdev lab i { type filter hook ingress device neptune-br-veth priority 0; }; add rule netdev lab i arp operation reply drop'",
    says: 'drops the ARP answer',
  },
];

export const arpLabs: readonly CauseLab[] = [
  ...arp.map(({ broken, says, isPolicy, ask = near }): CauseLab => ({
    name: `ARP is dropped: ${broken.replace(/.*(arptables|ebtables|nft) /, '')}`,
    broken: [broken],
    ask,
    causes: [isPolicy === true ? 'dropped-by-policy' : 'dropped-by-rule'],
    says,
  })),
  {
    name: 'rules for ARP that let this question through',
    broken: [
      arpTable('ip netns exec neptune ', 'input', 'arp saddr ip 10.10.0.10 accept', 'drop'),
      arpTable('ip netns exec earth ', 'output', 'arp operation reply drop', 'arp daddr ip 10.10.0.99 drop'),
      'ip netns exec earth arptables -A INPUT -s 10.10.0.99 -j DROP',
      "nft 'add table bridge lab; add chain bridge lab f { type filter hook forward priority 0; policy drop; }; add rule bridge lab f ether type { ip, arp } accept'",
    ],
    ask: near,
    causes: [],
    reached: true,
  },
];

/** Makes a table with a chain that sees ARP. */
function arpTable(enter: string, hook: 'input' | 'output', ...rules: readonly string[]): string {
  const add = rules.map((rule) => `add rule arp lab c ${rule}`);
  return `${enter}nft '${['add table arp lab', `add chain arp lab c { type filter hook ${hook} priority 0; }`, ...add].join('; ')}'`;
}
