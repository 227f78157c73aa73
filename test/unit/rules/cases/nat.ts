import type { RuleCase } from '../rule-case';
import { lab } from './lab';

/** What the rules on nat find. */
export const natCases: readonly RuleCase[] = [
  {
    finder: 'natIsOfUse',
    code: 'nat-unused',
    what: 'NAT: a subnet that nothing uses',
    text: lab({ rest: 'nat:\n  out: { masquerade: ⟦10.1.0.0/16⟧ }' }),
  },
  {
    finder: 'natKeepsToOneFamily',
    code: 'families-differ',
    what: 'NAT: of two families',
    text: lab({ rest: 'nat:\n  out: { snat: 10.0.0.1/32, to: ⟦2001:db8::1⟧ }' }),
    noFix: 'which addresses the host has is not known before it is looked at',
  },
  {
    finder: 'natHasForwarding',
    code: 'nat-without-forwarding',
    what: 'NAT: with forwarding off',
    text: lab({ rest: 'host: { forwarding: ⟦false⟧ }\nnat:\n  ⟪out⟫: { masquerade: 10.0.0.1/32 }' }),
  },
  {
    finder: 'routesUseKnownInterfaces',
    code: 'unknown-interface',
    what: 'NAT: an unknown interface in a router',
    text: lab({ earth: '    nat: { out: { masquerade: 10.0.0.1/32, out: ⟦wan⟧ } }' }),
  },
  {
    finder: 'natHasRoutes',
    code: 'default-route-missing',
    what: 'NAT: a namespace without a way out',
    text: lab({
      rest: 'nat:\n  ⟪out⟫: { masquerade: 10.0.0.0/24 }',
      earth: '    routes: [{ to: default, via: 10.0.0.1 }]',
    }).replace('  mars:', '  ⟦mars⟧:'),
  },
  {
    finder: 'portForwardsArrive',
    code: 'namespace-without-address',
    what: 'port forwards: to a namespace without an address',
    text: lab({
      rest: 'port-forwards:\n  web: { listen: 80, to: ⟦pluto:80⟧ }',
      mars: '  ⟪pluto⟫:',
      links: '  - endpoints: [pluto:p0, br0]',
    }),
  },
  {
    finder: 'portsAreForwardedOnce',
    code: 'duplicate-port-forward',
    what: 'port forwards: two on one port',
    text: lab({
      rest: 'port-forwards:\n  a: { listen: ⟪80⟫, to: earth:80 }\n  b: { listen: ⟦80/tcp⟧, to: mars:80 }\n  c: { listen: 80/udp, to: mars:80 }',
    }),
  },
];
