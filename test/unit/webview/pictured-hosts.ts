import type { HostSnapshot } from '../../../src/host/model';
import { eth0, host, link, namespace, peer } from '../graph/hosts';

/** One namespace for each state that a cable can have, on a Linux and on an Open vSwitch bridge. */
export function statesHost(): HostSnapshot {
  const states = {
    up: {},
    down: { up: false, operState: 'down', carrier: false },
    'lower-down': { operState: 'lowerlayerdown', carrier: false },
  };
  const names = Object.keys(states) as (keyof typeof states)[];
  return host(
    [
      eth0(),
      link(5, 'br0', { kind: 'bridge', addresses: ['10.0.0.1/24'] }),
      link(6, 'ovs0', { kind: 'openvswitch', addresses: ['10.1.0.1/24'] }),
      ...names.map((name, index) =>
        link(10 + index, `v-${name}`, { master: index < 2 ? 'br0' : 'ovs0', peer: peer(name, 'eth0') }),
      ),
    ],
    [
      namespace('no-carrier', [link(2, 'tap0', { kind: 'tun', operState: 'down', carrier: false, addresses: ['10.2.0.1/24'] })]),
      ...names.map((name, index) => namespace(name, [
        link(2, 'eth0', { addresses: [`10.${index < 2 ? 0 : 1}.0.1${index}/24`], peer: peer('root', `v-${name}`), ...states[name] }),
      ])),
    ],
  ); // prettier-ignore
}

/** The planets as a file wants them: neptune has another address, pluto is not there yet, and of mars it knows nothing. */
export const comparedTopology = `name: planets
bridges:
  planet-br: { addresses: [10.10.0.1/16] }
namespaces:
  earth: { interfaces: { earth-veth: { addresses: [10.10.0.10/16] } } }
  neptune: { interfaces: { neptune-veth: { addresses: [10.10.0.21/16] } } }
  pluto: { interfaces: { pluto-veth: { addresses: [10.10.0.30/16] } } }
links:
  - endpoints: ["earth:earth-veth", "planet-br:earth-br-veth"]
  - endpoints: ["neptune:neptune-veth", "planet-br:nept-br-veth"]
  - endpoints: ["pluto:pluto-veth", "planet-br:pluto-br-veth"]
nat: { internet: { masquerade: 10.10.0.0/16, not-out: planet-br } }
port-forwards: { web: { listen: 8000, to: "earth:8000" } }
`;
