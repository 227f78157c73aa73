import type { HostSnapshot } from './model';
import type { Sections } from './sections';

/**
 * What a kernel may lack and a topology may need: kinds of interface in iproute2's words, queueing disciplines, a bridge's
 * VLANs; with the module that has it (a name of /proc/modules).
 */
export const kernelModules = {
  bridge: 'bridge',
  dummy: 'dummy',
  ipvlan: 'ipvlan',
  macvlan: 'macvlan',
  netem: 'sch_netem',
  openvswitch: 'openvswitch',
  tbf: 'sch_tbf',
  tun: 'tun',
  veth: 'veth',
  vlan: '8021q',
  // Not a module but an option that the bridge is built with.
  'vlan-filtering': 'bridge',
  vxlan: 'vxlan',
} as const;
export type KernelNeed = keyof typeof kernelModules;

/**
 * Shell that tries each in a network namespace that ends with it, which is the only sure way: iproute2 names kinds that the
 * kernel does not have, and a kernel's modules may be built in without a trace. It is run by `unshare --net sh -c`, and
 * prints what is lacking, a word a line.
 *
 * A module that is there and not loaded is left so, and counts as there: looking must not change the host. (`dummy`, when
 * loaded, makes an interface of its own.)
 */
export const kernelProbe = `
# Without the right to change this namespace nothing can be told.
ip link set lo up 2>/dev/null || exit 0
lacks() {
  need=$1 module=$2
  shift 2
  [ -e "/sys/module/$module" ] || ! modinfo -n "$module" >/dev/null 2>&1 || return 0
  "$@" >/dev/null 2>&1 || printf '%s\\n' "$need"
}
lacks bridge bridge ip link add name b0 type bridge
lacks dummy dummy ip link add name d0 type dummy
lacks tun tun ip tuntap add dev t0 mode tap
lacks veth veth ip link add name p0 type veth peer name p1
lacks vxlan vxlan ip link add name x0 type vxlan id 1 dstport 4789
for below in p0 b0 d0; do
  ip link show dev "$below" >/dev/null 2>&1 || continue
  lacks macvlan macvlan ip link add link "$below" name m0 type macvlan
  ip link del dev m0 2>/dev/null
  lacks ipvlan ipvlan ip link add link "$below" name i0 type ipvlan
  lacks vlan 8021q ip link add link "$below" name v0 type vlan id 1
  break
done
if ip link show dev b0 >/dev/null 2>&1; then lacks vlan-filtering none ip link set dev b0 type bridge vlan_filtering 1; fi
if command -v tc >/dev/null 2>&1; then
  lacks netem sch_netem tc qdisc add dev lo root netem delay 1ms
  tc qdisc del dev lo root 2>/dev/null
  lacks tbf sch_tbf tc qdisc add dev lo root tbf rate 1mbit burst 10kb latency 1ms
fi
if command -v genl >/dev/null 2>&1; then lacks openvswitch openvswitch genl ctrl get name ovs_datapath; fi
`;

/** What the kernel lacks, as far as the probe could tell. */
export function readMissingKinds(sections: Sections): Pick<HostSnapshot, 'missingKinds'> {
  const missing = sections.lines('kernel-lacks').filter((word) => Object.hasOwn(kernelModules, word));
  return missing.length === 0 ? {} : { missingKinds: missing.sort() };
}
