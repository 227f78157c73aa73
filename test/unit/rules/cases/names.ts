import type { RuleCase } from '../rule-case';
import { lab } from './lab';

/** What the rules on names find. */
export const namesCases: readonly RuleCase[] = [
  {
    finder: 'placeNamesAreUnique',
    code: 'name-taken',
    what: 'names: a bridge and a namespace of one name',
    text: 'name: t\nnamespaces:\n  ⟪a⟫: { interfaces: { e: } }\n  b:\nbridges:\n  ⟦a⟧: {}\nlinks:\n  - endpoints: [a:e, b:e]\n',
    noFix: 'nobody can say which of the two each endpoint means',
  },
  {
    finder: 'interfacesAreMadeOnce',
    code: 'endpoint-used-twice',
    what: 'names: an endpoint used twice',
    text: lab({ links: '  - endpoints: [⟦earth:e0⟧, mars:m1]' }).replace('[earth:e0,', '[⟪earth:e0⟫,'),
  },
  {
    finder: 'interfacesAreMadeOnce',
    code: 'endpoint-used-twice',
    what: 'names: a bridge port used twice',
    text: lab({ links: '  - endpoints: [earth:e1, ⟦br0:earth-port⟧]' }).replace('br0:earth-port]', '⟪br0:earth-port⟫]'),
  },
  {
    finder: 'interfacesAreMadeOnce',
    code: 'interface-declared-twice',
    what: 'names: a link end with a kind',
    text: lab({ earth: '      ⟦e1⟧: { kind: dummy }', links: '  - endpoints: [⟪earth:e1⟫, mars:m1]' }),
  },
  {
    finder: 'interfacesAreMadeOnce',
    code: 'interface-declared-twice',
    what: 'names: a link end in the root namespace named as a bridge',
    text: lab({ links: '  - endpoints: [earth:e1, ⟦host:br0⟧]' }).replace('  br0:', '  ⟪br0⟫:'),
  },
  {
    finder: 'interfacesHaveAnOrigin',
    code: 'interface-without-origin',
    what: 'names: settings of an interface that nothing makes',
    text: lab({ earth: '      ⟦e1⟧: { mtu: 1400 }' }),
  },
  {
    finder: 'interfacesHaveAnOrigin',
    code: 'bridge-settings-elsewhere',
    what: 'names: settings of a bridge under host',
    text: lab({ rest: 'host:\n  interfaces:\n    ⟦br0⟧: { mtu: 1400 }' }).replace('  br0:', '  ⟪br0⟫:'),
  },
  {
    finder: 'interfacesAreMadeOnce',
    code: 'interface-declared-twice',
    what: 'names: a bridge with a kind under host',
    text: lab({ rest: 'host: { interfaces: { ⟦br0⟧: { kind: dummy } } }' }).replace('  br0:', '  ⟪br0⟫:'),
    noFix: 'nobody can say which of the two is to have another name',
  },
  {
    finder: 'interfacesHaveAnOrigin',
    code: 'bridge-settings-elsewhere',
    what: 'names: settings that the bridge has too',
    text: lab({ rest: 'host:\n  interfaces:\n    ⟦br0⟧: { addresses: [10.9.0.1/24] }' }).replace('  br0:', '  ⟪br0⟫:'),
    noFix: 'the two would have to be made one',
  },
];
