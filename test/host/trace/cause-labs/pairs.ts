import { far, near, out, type CauseLab } from './cause-lab';

/** Two at once, of different kinds: both are found, the first to bite first. */
export const pairLabs: readonly CauseLab[] = [
  {
    name: 'forwarding off and NAT missing',
    broken: ['sysctl -qw net.ipv4.ip_forward=0', 'iptables -t nat -F POSTROUTING'],
    ask: out,
    causes: ['forwarding-off', 'missing-nat'],
  },
  {
    name: 'no default route and forwarding off',
    broken: ['ip -n earth route del default', 'sysctl -qw net.ipv4.ip_forward=0'],
    ask: out,
    causes: ['no-default-route', 'forwarding-off'],
  },
  {
    name: 'an interface down and a rule that drops',
    broken: ['ip -n neptune link set neptune-veth down', 'ip netns exec neptune iptables -A INPUT -p icmp -j DROP'],
    ask: near,
    causes: ['interface-down', 'dropped-by-rule'],
  },
  {
    name: 'not plugged and no default route',
    broken: ['ip link set earth-br-veth nomaster', 'ip -n earth route del default'],
    ask: out,
    causes: ['no-default-route', 'not-plugged'],
  },
  {
    name: 'a wrong gateway and NAT missing',
    broken: ['ip -n earth route replace default via 10.10.0.99', 'iptables -t nat -F POSTROUTING'],
    ask: out,
    causes: ['gateway-nobody', 'missing-nat'],
  },
  {
    name: 'forwarding off in the router and no way back behind it',
    broken: ['ip netns exec gate sysctl -qw net.ipv4.ip_forward=0', 'ip -n mars route del default'],
    ask: far,
    causes: ['forwarding-off', 'no-way-back'],
  },
  {
    name: 'a policy that drops and nobody who listens',
    broken: ['iptables -P FORWARD DROP', 'iptables -A FORWARD -m conntrack --ctstate ESTABLISHED -j ACCEPT'],
    ask: { from: 'mars', to: '10.10.0.10:8888' },
    causes: ['dropped-by-policy', 'nobody-listens'],
    byHand: ['serve earth tcp,10.10.0.10,8888'],
  },
  {
    name: 'the bridge down and a port unplugged',
    broken: ['ip link set planet-br down', 'ip link set neptune-br-veth nomaster'],
    ask: near,
    causes: ['bridge-down', 'not-plugged'],
  },
];
