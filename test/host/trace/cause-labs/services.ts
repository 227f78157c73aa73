import { near, type CauseLab } from './cause-lab';

export const serviceLabs: readonly CauseLab[] = [
  {
    name: 'nobody listens',
    broken: [],
    ask: { from: 'neptune', to: 'earth:8888' },
    causes: ['nobody-listens'],
    byHand: ['serve earth tcp,10.10.0.10,8888'],
  },
  {
    name: 'nobody listens, UDP',
    broken: [],
    ask: { from: 'neptune', to: 'earth', protocol: 'udp', port: 5354 },
    causes: ['nobody-listens'],
    byHand: ['serve earth udp,10.10.0.10,5354'],
  },
  {
    name: 'it listens on loopback only',
    broken: [],
    ask: { from: 'neptune', to: 'earth:8001' },
    causes: ['listens-on-loopback'],
    byHand: ['serve earth tcp,10.10.0.10,8001'],
  },
  {
    name: 'its accept queue is full',
    broken: [],
    ask: { from: 'neptune', to: 'earth:8002' },
    causes: ['accept-queue-full'],
    byHand: [],
  },
  {
    name: 'it runs in another namespace than thought',
    broken: [],
    ask: { from: 'earth', to: '10.30.0.2:9000' },
    causes: ['listens-elsewhere'],
    says: 'neptune',
    byHand: ['serve mars tcp,0.0.0.0,9000'],
  },
  {
    name: 'pings are ignored',
    broken: ['ip netns exec neptune sysctl -qw net.ipv4.icmp_echo_ignore_all=1'],
    ask: near,
    causes: ['ping-ignored'],
  },
  {
    name: 'DNAT is missing',
    broken: ['iptables -t nat -F PREROUTING'],
    ask: { from: 'mars', to: '198.51.100.2:8000' },
    causes: ['dnat-missing'],
  },
  {
    name: 'DNAT to a port where nobody listens',
    broken: [
      'iptables -t nat -F PREROUTING',
      'iptables -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.10.0.10:8888',
    ],
    ask: { from: 'mars', to: '198.51.100.2:8080' },
    causes: ['nobody-listens'],
    byHand: ['serve earth tcp,10.10.0.10,8888'],
  },
  {
    name: 'DNAT to the wrong address',
    broken: [
      'iptables -t nat -F PREROUTING',
      'iptables -t nat -A PREROUTING -p tcp --dport 8080 -j DNAT --to-destination 10.10.0.20:8000',
    ],
    ask: { from: 'mars', to: '198.51.100.2:8080' },
    causes: ['listens-elsewhere'],
    says: 'in earth',
    byHand: ['serve neptune tcp,0.0.0.0,8000'],
  },
  {
    name: 'DNAT is not for the host itself',
    broken: [],
    ask: { from: 'host', to: '198.51.100.2:8080' },
    causes: ['dnat-not-for-host'],
  },
  {
    name: 'DNAT from the same network: the answer bypasses the NAT (hairpin)',
    broken: [],
    ask: { from: 'neptune', to: '198.51.100.2:8080' },
    causes: ['answer-from-elsewhere'],
  },
];
