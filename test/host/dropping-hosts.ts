/** What Docker does to a host (docs.docker.com, "Packet filtering and firewalls"; seen with iptables-save on a Docker host). */
const docker = (iptables: string): string[] => [
  `${iptables} -P FORWARD DROP`,
  `${iptables} -N DOCKER-USER`,
  `${iptables} -N DOCKER-FORWARD`,
  `${iptables} -A DOCKER-USER -j RETURN`,
  `${iptables} -A FORWARD -j DOCKER-USER`,
  `${iptables} -A FORWARD -j DOCKER-FORWARD`,
  `${iptables} -A DOCKER-FORWARD -i docker0 -j ACCEPT`,
];

/** A host that drops what it is to pass on, by whatever program made it so. */
export interface DroppingHost {
  readonly what: string;
  readonly without: readonly string[];
  readonly make: readonly string[];
  /** Lists the chain that ours goes into. */
  readonly list: string;
  readonly flush: string;
}

export const droppingHosts: readonly DroppingHost[] = [
  {
    what: 'Docker’s chains in iptables, with nft there',
    without: [],
    make: [...docker('iptables'), ...docker('ip6tables')],
    list: 'iptables -S DOCKER-USER',
    flush: 'iptables -F DOCKER-USER; iptables -A DOCKER-USER -j RETURN',
  },
  {
    what: 'Docker’s chains in legacy iptables, without nft',
    without: ['nft'],
    make: [...docker('iptables-legacy'), ...docker('ip6tables-legacy')],
    list: 'iptables-legacy -S DOCKER-USER',
    flush: 'iptables-legacy -F DOCKER-USER; iptables-legacy -A DOCKER-USER -j RETURN',
  },
  {
    what: 'a FORWARD policy of iptables',
    without: [],
    make: ['iptables -P FORWARD DROP', 'iptables -A FORWARD -i none -j ACCEPT', 'ip6tables -P FORWARD DROP'],
    list: 'iptables -S FORWARD',
    flush: 'iptables -F FORWARD',
  },
  {
    what: 'an nftables firewall that rejects at the end',
    without: [],
    make: [
      `nft 'table inet fw { chain passing { type filter hook forward priority 0; policy accept; iifname "none" accept; reject with icmpx admin-prohibited; }; }'`,
    ],
    list: 'nft list chain inet fw passing',
    flush: `nft 'flush chain inet fw passing; add rule inet fw passing drop'`,
  },
];
