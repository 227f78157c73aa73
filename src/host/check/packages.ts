/** What installs a program on a family of distributions, and what its package is called there. */
interface Family {
  /** As in os-release(5)'s ID and ID_LIKE. */
  readonly ids: readonly string[];
  readonly install: string;
  /** Where a package is not called like its program. */
  readonly names: Readonly<Record<string, string>>;
}

const families: readonly Family[] = [
  {
    ids: ['debian', 'ubuntu'],
    install: 'apt install',
    names: {
      ip: 'iproute2',
      nft: 'nftables',
      'ovs-vsctl': 'openvswitch-switch',
      ping: 'iputils-ping',
      nsenter: 'util-linux',
      unshare: 'util-linux',
    },
  },
  {
    ids: ['fedora', 'rhel', 'centos', 'rocky', 'almalinux'],
    install: 'dnf install',
    names: {
      ip: 'iproute',
      nft: 'nftables',
      tshark: 'wireshark-cli',
      'ovs-vsctl': 'openvswitch',
      conntrack: 'conntrack-tools',
      ping: 'iputils',
      nsenter: 'util-linux',
      unshare: 'util-linux',
    },
  },
  {
    ids: ['suse', 'opensuse'],
    install: 'zypper install',
    names: {
      ip: 'iproute2',
      nft: 'nftables',
      tshark: 'wireshark',
      'ovs-vsctl': 'openvswitch',
      conntrack: 'conntrack-tools',
      ping: 'iputils',
      nsenter: 'util-linux',
      unshare: 'util-linux',
    },
  },
  {
    ids: ['arch'],
    install: 'pacman -S',
    names: {
      ip: 'iproute2',
      nft: 'nftables',
      tshark: 'wireshark-cli',
      python3: 'python',
      'ovs-vsctl': 'openvswitch',
      conntrack: 'conntrack-tools',
      ping: 'iputils',
      nsenter: 'util-linux',
      unshare: 'util-linux',
    },
  },
  {
    ids: ['alpine'],
    install: 'apk add',
    names: {
      ip: 'iproute2',
      nft: 'nftables',
      'ovs-vsctl': 'openvswitch',
      conntrack: 'conntrack-tools',
      ping: 'iputils',
      nsenter: 'util-linux-misc',
      unshare: 'util-linux-misc',
    },
  },
  { ids: ['void'], install: 'xbps-install', names: { ip: 'iproute2', nft: 'nftables', ping: 'iputils' } },
  { ids: ['openwrt'], install: 'opkg install', names: { ip: 'ip-full', nft: 'nftables', ping: 'iputils-ping' } },
];

/**
 * The command that installs a program, as a person types it as root; undefined on a distribution that is not known.
 *
 * @param distributions `ID` and `ID_LIKE` of os-release(5), the nearest first
 */
export function installCommand(program: string, distributions: readonly string[]): string | undefined {
  for (const id of distributions) {
    const family = families.find(({ ids }) => ids.some((each) => id === each || id.startsWith(`${each}-`)));
    if (family !== undefined) return `${family.install} ${family.names[program] ?? program}`;
  }
  return undefined;
}

/** What starts Open vSwitch: its unit or script is called otherwise on each. */
const switchStarts: Readonly<Record<string, string>> = {
  debian: 'systemctl start openvswitch-switch',
  ubuntu: 'systemctl start openvswitch-switch',
  fedora: 'systemctl start openvswitch',
  rhel: 'systemctl start openvswitch',
  suse: 'systemctl start openvswitch',
  opensuse: 'systemctl start openvswitch',
  arch: 'systemctl start ovs-vswitchd',
  alpine: 'rc-service ovs-vswitchd start',
};

/**
 * The command that starts Open vSwitch, as a person types it as root; undefined on a distribution that is not known.
 *
 * @param distributions as for `installCommand`
 */
export function startSwitchCommand(distributions: readonly string[]): string | undefined {
  return distributions.map((id) => switchStarts[id]).find((command) => command !== undefined);
}
