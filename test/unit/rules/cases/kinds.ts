import type { RuleCase } from '../rule-case';
import { lab } from './lab';

/** What the rules on kinds find. */
export const kindsCases: readonly RuleCase[] = [
  {
    finder: 'kindsHaveTheirOptions',
    code: 'option-of-other-kind',
    what: 'kinds: an option of another kind',
    text: lab({ earth: '      e1: { kind: dummy, ⟦parent⟧: e0 }' }),
  },
  {
    finder: 'kindsHaveTheirOptions',
    code: 'option-of-other-kind',
    what: "kinds: an option at a link's end",
    text: lab({ rest: 'host: { interfaces: { h0: { ⟦id⟧: 5 } } }', links: '  - endpoints: [earth:e1, host:h0]' }),
  },
  {
    finder: 'kindsHaveTheirOptions',
    code: 'missing-key',
    what: 'kinds: a VLAN without an id',
    text: lab({ earth: '      ⟦e1⟧: { kind: vlan, parent: e0 }' }),
    noFix: 'the number is the writer’s to choose',
  },
  {
    finder: 'kindsHaveTheirOptions',
    code: 'out-of-range',
    what: 'kinds: a VLAN id that is none',
    text: lab({ earth: '      e1: { kind: vlan, parent: e0, id: ⟦4095⟧ }' }),
    noFix: 'the number is the writer’s to choose',
  },
  {
    finder: 'kindsHaveTheirOptions',
    code: 'unknown-word',
    what: 'kinds: a mode of another kind',
    text: lab({ earth: '      e1: { kind: ipvlan, parent: e0, mode: ⟦bridge⟧ }' }),
    noFix: 'no mode of this kind has a name like it',
  },
  {
    finder: 'hostKeepsItsInterfaces',
    code: 'physical-on-host',
    what: 'kinds: physical on the host',
    text: lab({ rest: 'host: { interfaces: { x0: { kind: ⟦physical⟧ } } }' }),
    noFix: 'nobody can say which namespace it was to be moved into',
  },
  {
    finder: 'networkCardsAreSafe',
    code: 'takes-over-nic',
    what: 'network cards: a link end that would take over a NIC',
    text: lab({ links: '  - endpoints: [earth:e1, ⟦host:eth0⟧]' }),
  },
  {
    finder: 'networkCardsAreSafe',
    code: 'takes-over-nic',
    what: 'network cards: a port with the name of one',
    text: lab({ links: '  - endpoints: [earth:e1, ⟦br0:enp0s3⟧]' }),
  },
  {
    finder: 'macAddressesAreOfOneStation',
    code: 'mac-not-of-one-station',
    what: 'MAC addresses: one of a group',
    text: lab({ bridge: '{ mac: ⟦"01:00:5e:00:00:01"⟧ }' }),
  },
  {
    finder: 'kindsHaveTheirOptions',
    code: 'missing-key',
    what: 'kinds: a MACVLAN without a parent',
    text: lab({ earth: '      ⟦e1⟧: { kind: macvlan }' }),
  },
  {
    finder: 'networkCardsAreSafe',
    code: 'takes-over-nic',
    what: 'network cards: a link end with settings',
    text: lab({
      links: '  - endpoints: [earth:e1, ⟦host:eth0⟧]',
      rest: 'host: { interfaces: { eth0: { mtu: 1400 } } }',
    }),
  },
  {
    finder: 'networkCardsAreSafe',
    code: 'takes-over-nic',
    what: 'network cards: a dummy with the name of one',
    text: lab({ rest: 'host: { interfaces: { ⟦eth0⟧: { kind: dummy } } }' }),
  },
  {
    finder: 'macAddressesAreOfOneStation',
    code: 'mac-not-of-one-station',
    what: 'MAC addresses: none at all',
    text: lab({ bridge: '{ mac: ⟦"00:00:00:00:00:00"⟧ }' }),
  },
];
