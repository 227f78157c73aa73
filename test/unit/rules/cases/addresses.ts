import type { RuleCase } from '../rule-case';
import { lab } from './lab';

/** What the rules on addresses find. */
export const addressesCases: readonly RuleCase[] = [
  {
    finder: 'addressesAreUnique',
    code: 'duplicate-address',
    what: 'addresses: one twice in a broadcast domain',
    text: lab({ marsAddress: '⟦10.0.0.2/16⟧' }).replace('[10.0.0.2/24]', '[⟪10.0.0.2/24⟫]'),
  },
  {
    finder: 'addressesAreUnique',
    code: 'duplicate-address',
    what: "addresses: the bridge's own",
    text: lab({ marsAddress: '⟦10.0.0.1/24⟧', bridge: '{ addresses: [⟪10.0.0.1/24⟫] }' }),
  },
  {
    finder: 'addressesAreUnique',
    code: 'duplicate-address',
    what: 'addresses: an IPv6 address in two spellings',
    text: lab({ marsAddress: '10.0.0.3/24, ⟪2001:db8::1/64⟫, ⟦2001:DB8:0:0::1/64⟧' }),
  },
  {
    finder: 'addressesAreUnique',
    code: 'duplicate-address',
    what: 'addresses: the same over two bridges',
    text: lab({
      bridge: '{}\n  br1: {}',
      links: '  - endpoints: [br0, br1]\n  - endpoints: [pluto:p0, br1]',
      mars: '  pluto: { interfaces: { p0: { addresses: [⟦10.0.0.3/24⟧] } } }',
    }).replace('[10.0.0.3/24]', '[⟪10.0.0.3/24⟫]'),
  },
  {
    finder: 'addressesAreForHosts',
    code: 'network-address',
    what: 'addresses: that of the network',
    text: lab({ marsAddress: '⟦10.0.0.0/24⟧' }),
  },
  {
    finder: 'addressesAreForHosts',
    code: 'broadcast-address',
    what: 'addresses: the broadcast address',
    text: lab({ marsAddress: '⟦10.0.0.255/24⟧' }),
  },
];
