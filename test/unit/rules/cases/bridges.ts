import type { RuleCase } from '../rule-case';
import { lab } from './lab';

/** What the rules on bridges find. */
export const bridgesCases: readonly RuleCase[] = [
  {
    finder: 'bridgesLieInAKnownNamespace',
    code: 'unknown-namespace',
    what: 'bridges: in an unknown namespace',
    text: 'name: t\nnamespaces: { earth: }\nbridges:\n  br0: { namespace: ⟦erth⟧ }\nlinks: [{ endpoints: [earth:a, br0] }]\n',
  },
  {
    finder: 'bridgesHaveOptionsOfTheirKind',
    code: 'option-of-other-kind',
    what: 'bridges: datapath of a Linux bridge',
    text: lab({ bridge: '{ ⟦datapath⟧: netdev }' }),
  },
  {
    finder: 'bridgesHaveOptionsOfTheirKind',
    code: 'option-of-other-kind',
    what: 'bridges: VLAN filtering of Open vSwitch',
    text: lab({ bridge: '{ kind: openvswitch, ⟦vlan-filtering⟧: true }' }),
  },
  {
    finder: 'bridgesHaveOptionsOfTheirKind',
    code: 'option-of-other-kind',
    what: 'bridges: Open vSwitch inside a namespace',
    text: lab({ bridge: '{ kind: openvswitch, ⟦namespace⟧: earth }' }),
  },
  {
    finder: 'vlansAreKeptApart',
    code: 'missing-key',
    what: 'bridges: VLANs on a port, and nothing keeps them apart',
    text: lab({
      bridge: '{}\n  ⟦br1⟧: { stp: true }',
      links: '  - endpoints: [pluto:p, ⟪{ endpoint: br1, vlan: 7 }⟫]',
      mars: '  pluto:',
    }),
  },
  {
    finder: 'vlansAreKeptApart',
    code: 'keys-exclude-each-other',
    what: 'bridges: VLANs on a port of a bridge that shall not keep them apart',
    text: lab({
      bridge: '{}\n  br1: { ⟦vlan-filtering⟧: false }',
      links: '  - endpoints: [pluto:p, ⟪{ endpoint: br1, trunk: [7] }⟫]',
      mars: '  pluto:',
    }),
    noFix: 'either the VLANs or the filtering could be meant',
  },
  {
    finder: 'impairmentsHaveTheirDelay',
    code: 'missing-key',
    what: 'links: packets that overtake none that wait',
    text: lab({ links: '  - endpoints: [earth:x, mars:x]\n    ⟦impair⟧: { loss: 1%, to-a: { reorder: 25% } }' }),
  },
  {
    finder: 'impairmentsHaveTheirDelay',
    code: 'missing-key',
    what: 'links: jitter without a delay',
    text: lab({ links: '  - endpoints: [earth:x, mars:x]\n    ⟦impair⟧: { jitter: 5ms }' }),
  },
  {
    finder: 'bridgePortsArePluggedOnce',
    code: 'bridge-in-bridge',
    what: 'bridges: a bridge as a port',
    text: lab({ bridge: '{ ports: [⟦br1⟧] }\n  ⟪br1⟫: {}' }),
  },
  {
    finder: 'bridgePortsArePluggedOnce',
    code: 'port-plugged-twice',
    what: 'bridges: a port in two bridges',
    text: lab({ bridge: '{ ports: [x0] }\n  br1: { ports: [⟦x0⟧] }' }).replace('{ ports: [x0] }', '{ ⟪ports⟫: [x0] }'),
  },
  {
    finder: 'bridgePortsArePluggedOnce',
    code: 'port-plugged-twice',
    what: "bridges: a link's end listed as a port",
    text: lab({ bridge: '{ ports: [⟦earth-port⟧] }' }),
  },
  {
    finder: 'bridgesMakeNoLoop',
    code: 'bridge-loop',
    what: 'bridges: a loop with itself',
    text: lab({ links: '  - ⟦endpoints⟧: [br0, br0:p2]' }),
  },
  {
    finder: 'bridgesMakeNoLoop',
    code: 'bridge-loop',
    what: 'bridges: a loop over another',
    text: lab({ bridge: '{}\n  br1: {}', links: '  - endpoints: [br0, br1]\n  - ⟦endpoints⟧: [br1, br0]' }),
  },
  {
    finder: 'bridgeSubnetsAreApart',
    code: 'subnets-overlap',
    what: 'bridges: overlapping subnets',
    text: lab({ bridge: '{ addresses: [⟦10.0.0.1/24⟧] }\n  br1: { addresses: [⟪10.0.0.200/16⟫] }' }),
    noFix: 'every address on the bridge would have to move along',
  },
  {
    finder: 'bridgesLieInAKnownNamespace',
    code: 'unknown-namespace',
    what: 'bridges: in the namespace host',
    text: lab({ bridge: '{ stp: true, namespace: ⟦host⟧ }' }),
  },
];
