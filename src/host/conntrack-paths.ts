/** Where the kernel says how many connections it follows, and how many it could, in each namespace. */
export const conntrackPaths = {
  count: '/proc/sys/net/netfilter/nf_conntrack_count',
  max: '/proc/sys/net/netfilter/nf_conntrack_max',
} as const;
