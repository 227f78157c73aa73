import { execFile } from 'node:child_process';

/** What some kernels lack and a test may need. */
export const kernelFeatures = ['sch_netem', 'dummy', '8021q', 'ipvlan', 'openvswitch'] as const;
export type KernelFeature = (typeof kernelFeatures)[number];
export type KernelSupport = Readonly<Record<KernelFeature, boolean>>;

/** Each is tried for real, in a network namespace that ends with the command. */
const probes: Readonly<Record<KernelFeature, string>> = {
  sch_netem: 'tc qdisc add dev lo root netem delay 1ms',
  dummy: 'ip link add probe0 type dummy',
  '8021q': 'ip link add probe0 type veth peer name probe1 && ip link add link probe0 name probe0.7 type vlan id 7',
  ipvlan: 'ip link add probe0 type veth peer name probe1 && ip link add link probe0 name probe2 type ipvlan',
  openvswitch: 'test -d /sys/module/openvswitch || modprobe --quiet openvswitch',
};

let known: Promise<KernelSupport> | undefined;

/** Tries what the kernel of this machine can do; asked once per process. A test skips only by this, naming the feature. */
export function probeKernel(): Promise<KernelSupport> {
  known ??= probeAll();
  return known;
}

async function probeAll(): Promise<KernelSupport> {
  const answers = await Promise.all(kernelFeatures.map(async (name) => [name, await succeeds(probes[name])] as const));
  return Object.fromEntries(answers) as Record<KernelFeature, boolean>;
}

function succeeds(script: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile('unshare', ['--net', 'sh', '-c', script], (error) => {
      resolve(error === null);
    });
  });
}
