import { readdirSync } from 'node:fs';
import path from 'node:path';
import { probeKernel } from '../lab-host';
import type { KernelFeature } from '../lab-host/kernel';

const suffix = '.netns.yaml';

/** The names of all examples. */
export const exampleNames: readonly string[] = readdirSync(path.resolve(__dirname, '../../examples'))
  .filter((file) => file.endsWith(suffix))
  .map((file) => file.slice(0, -suffix.length));

/** What an example finds on its host that is not the lab's own, as commands. */
export interface ExampleHost {
  readonly make: readonly string[];
  readonly undo: readonly string[];
}

/** The tutorial's host: its network card is ens33, with an address that the lab host's has not. */
const tutorialHost: ExampleHost = {
  make: ['ip link set dev eth0 name ens33', 'ip addr add 192.168.137.133/24 dev ens33'],
  undo: ['ip addr del 192.168.137.133/24 dev ens33', 'ip link set dev ens33 name eth0'],
};

/** A network card, as near to one as a lab host has: the end of a cable, with a neighbour at the other. */
const hostWithCard: ExampleHost = {
  make: [
    'ip netns add rack',
    'ip link add name enp7s0 type veth peer name far0 netns rack',
    'ip -n rack addr add 10.63.0.254/24 dev far0',
    'ip -n rack link set dev far0 up',
    'ip addr add 198.18.7.2/24 dev enp7s0',
    'ip link set dev enp7s0 up',
  ],
  undo: ['ip addr show dev enp7s0 up | grep -q 198.18.7.2/24', 'ip netns del rack'],
};

export function exampleHost(name: string): ExampleHost {
  if (name === 'physical') return hostWithCard;
  return name.startsWith('open-vswitch') ? tutorialHost : { make: [], undo: [] };
}

/** What an example cannot do without, of what some kernels lack. */
const needs: Readonly<Record<string, KernelFeature>> = { vlan: '8021q', impairment: 'sch_netem' };

/** True where this kernel lacks what an example is about. */
export async function isBeyondKernel(name: string): Promise<boolean> {
  const need = needs[name];
  return need !== undefined && !(await probeKernel())[need];
}
