/** Settings of one interface, of `all` and of `default` (kernel: Documentation/networking/ip-sysctl.rst). */
const ofInterface = {
  ipv4: [
    'accept_local',
    'arp_announce',
    'arp_filter',
    'arp_ignore',
    'forwarding',
    'proxy_arp',
    'rp_filter',
    'send_redirects',
  ],
  ipv6: ['accept_ra', 'autoconf', 'disable_ipv6', 'forwarding', 'use_tempaddr'],
} as const;
const ofNamespace = [
  'net.ipv4.conf.all.rp_filter',
  'net.ipv4.icmp_echo_ignore_all',
  'net.ipv4.icmp_echo_ignore_broadcasts',
  'net.ipv4.ip_default_ttl',
  'net.ipv4.ip_forward',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_nonlocal_bind',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.ping_group_range',
  'net.ipv4.tcp_congestion_control',
  'net.ipv4.tcp_syncookies',
  'net.ipv6.conf.all.disable_ipv6',
  'net.ipv6.ip_nonlocal_bind',
];

/** Network settings that people write, also those of a namespace's interfaces. */
export function sysctlNames(interfaces: Iterable<string>): string[] {
  // A dot in an interface's name is written `/`.
  const names = ['all', 'default', ...[...interfaces].map((name) => name.replaceAll('.', '/'))];
  const each = names.flatMap((name) =>
    (['ipv4', 'ipv6'] as const).flatMap((family) =>
      ofInterface[family].map((setting) => `net.${family}.conf.${name}.${setting}`),
    ),
  );
  return [...new Set([...ofNamespace, ...each])];
}
