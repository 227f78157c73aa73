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
  {
    finder: 'parentsMakeNoCircle',
    code: 'parent-circle',
    what: 'parents: an interface on itself',
    text: lab({ earth: '      e1: { kind: macvlan, parent: ⟦e1⟧ }' }),
  },
  {
    finder: 'parentsMakeNoCircle',
    code: 'parent-circle',
    what: 'parents: two on each other, where nothing else is there',
    text: lab({
      rest: 'host: { interfaces: { m: { kind: macvlan, parent: ⟦v⟧ }, v: { kind: vlan, parent: ⟪m⟫, id: 5 } } }',
    }),
    noFix: 'nobody can say which of them stands on something else',
  },
  {
    finder: 'ipvlansOfAParentAgree',
    code: 'ipvlan-modes-differ',
    what: 'ipvlan: two modes on one parent',
    text: lab({
      earth: '      e1: { kind: ipvlan, parent: e0, mode: ⟪l2⟫ }\n      e2: { kind: ipvlan, parent: e0, mode: ⟦l3s⟧ }',
    }),
  },
  {
    finder: 'ipvlansOfAParentAgree',
    code: 'ipvlan-modes-differ',
    what: 'ipvlan: one mode written, one not, in two namespaces on one interface of the host',
    text: lab({
      earth: '      e1: { kind: ipvlan, parent: eth9, mode: ⟪l2⟫ }',
      mars: '      ⟦m1⟧: { kind: ipvlan, parent: eth9 }',
    }),
  },
  {
    finder: 'childrenFitTheirParents',
    code: 'mtu-above-parent',
    what: 'MTU: a VLAN larger than the cable that it stands on',
    text: lab({ earth: '      e1: { kind: vlan, parent: e0, id: 5, mtu: ⟦9000⟧ }' }),
  },
  {
    finder: 'childrenFitTheirParents',
    code: 'mtu-above-parent',
    what: 'MTU: a macvlan on a VLAN on a dummy with an MTU',
    text: lab({
      earth:
        '      d0: { kind: dummy, mtu: ⟪1400⟫ }\n      v0: { kind: vlan, parent: d0, id: 5 }\n      m0: { kind: macvlan, parent: v0, mtu: ⟦1401⟧ }',
    }),
  },
  {
    finder: 'childrenFitTheirParents',
    code: 'mtu-above-parent',
    what: 'MTU: a vxlan that leaves no room for its header',
    text: lab({
      earth: "      x0: { kind: vxlan, id: 7, remote: 'fd00::2', parent: e0, mtu: ⟦1450⟧ }",
    }),
  },
];
